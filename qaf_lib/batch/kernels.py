"""Kernels that stand warm: the kit is imported once, then one notebook after another runs in a clean room."""

from __future__ import annotations

import subprocess
from collections.abc import Awaitable
from pathlib import Path
from typing import Any, ClassVar
from weakref import WeakSet

from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync

__all__ = ["KernelError", "WarmKernel"]

_SECONDS = 120
"""How long a kernel may take to start and import the kit, or to be put back."""

_ROOM = '__import__("qaf_lib.batch.clean_room", fromlist=["-"])'
_WARM = f'__import__("qaf_lib.pages.sections"); {_ROOM}.remember(get_ipython())'
_PUT_BACK = f"{_ROOM}.put_back(get_ipython())"


class KernelError(Exception):
    """A kernel did not start."""


class _PrivateKernelManager(AsyncKernelManager):
    """Starts kernels that other users of the machine cannot listen to and that print nothing to the terminal.

    What a kernel prints of itself could hold contents of records.
    """

    started: ClassVar[WeakSet[_PrivateKernelManager]] = WeakSet()

    def __init__(self, *given: Any, **settings: Any) -> None:
        super().__init__(*given, **settings)
        self.clients: list[Any] = []

    def start_kernel(self, *given: Any, **arguments: Any) -> Any:
        """Start the kernel with encrypted traffic, where the installed jupyter_client knows how."""
        self.started.add(self)
        self.transport_encryption = "auto"
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return super().start_kernel(*given, **quiet, **arguments)

    def client(self, **settings: Any) -> Any:
        """A client, kept so that its sockets can be closed: nbclient closes those of kernels it started."""
        made: Any = super().client(**settings)
        self.clients.append(made)
        return made

    def close_clients(self) -> None:
        """Close the sockets of every client that was made."""
        while self.clients:
            self.clients.pop().stop_channels()


class WarmKernel:
    """A Jupyter kernel for one notebook after another, each finding it as new.

    Examples
    --------
    >>> kernel = WarmKernel()
    >>> kernel.retire()
    """

    def __init__(self) -> None:
        self._manager: _PrivateKernelManager | None = None

    @staticmethod
    def kill_all() -> None:
        """End every kernel that was started, at once."""
        for manager in list(_PrivateKernelManager.started):
            process = getattr(manager.provisioner, "process", None)
            if process is not None:
                process.kill()

    def manager(self, connection_file: Path) -> AsyncKernelManager:
        """The manager of the kernel that runs; one is started where none does.

        Parameters
        ----------
        connection_file : Path
            Where the keys of a kernel that starts now stand while it lives.

        Raises
        ------
        KernelError
            If it does not start.
        """
        if self._manager is None:
            self._manager = _PrivateKernelManager(connection_file=str(connection_file))
            if not _within(self._start(self._manager)):
                self.retire()
                raise KernelError
        return self._manager

    def put_back(self) -> None:
        """Make the kernel as new after a notebook that ran to its end; end it where that cannot be done."""
        if self._manager is not None and not _within(self._ran(self._manager, _PUT_BACK)):
            self.retire()

    def retire(self) -> None:
        """End the kernel; the next notebook gets another."""
        manager, self._manager = self._manager, None
        if manager is not None:
            manager.close_clients()
            _within(manager.shutdown_kernel(now=True))

    async def _start(self, manager: _PrivateKernelManager) -> bool:
        try:
            # no history: it is a file in the user's home
            await manager.start_kernel(extra_arguments=["--HistoryManager.hist_file=:memory:"])
        except Exception:  # whatever the reason: a port taken, no memory, no kernel specification
            return False
        return await self._ran(manager, _WARM)

    @staticmethod
    async def _ran(manager: _PrivateKernelManager, code: str) -> bool:
        """Whether the kernel lives and ran a line of code to its end."""
        manager.close_clients()  # nbclient's belongs to the event loop it was made in
        client = manager.client()
        client.start_channels()
        try:
            await client.wait_for_ready(timeout=_SECONDS)
            reply = await client.execute_interactive(
                code,
                silent=True,
                store_history=False,
                allow_stdin=False,
                timeout=_SECONDS,
                output_hook=lambda message: None,
            )
        except (RuntimeError, TimeoutError):
            return False
        finally:
            manager.close_clients()
        return bool(reply["content"]["status"] == "ok")


def _within(waiting: Awaitable[Any]) -> Any:
    """What is waited for, in the thread's own event loop."""

    async def wait() -> Any:
        return await waiting

    return run_sync(wait)()
