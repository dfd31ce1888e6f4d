"""Kernels that stand warm: the kit is imported once, then one notebook after another runs in a clean room."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Awaitable
from contextlib import suppress
from pathlib import Path
from queue import Empty
from tempfile import TemporaryDirectory
from typing import Any

import psutil
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync

__all__ = ["MOST_BYTES", "KernelError", "WarmKernel"]

MOST_BYTES = 2 << 30
"""Memory that a kernel may take."""

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

    def __init__(self, *given: Any, **settings: Any) -> None:
        super().__init__(*given, **settings)
        self.clients: list[Any] = []

    def start_kernel(self, *given: Any, **arguments: Any) -> Any:
        """Start the kernel with encrypted traffic, where the installed jupyter_client knows how."""
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

    Attributes
    ----------
    ended_for : str
        Why its notebook was ended, in a few words; "" where it was not.
    """

    def __init__(self) -> None:
        self._manager: _PrivateKernelManager | None = None
        self._until: float | None = None
        self._allowed = 0.0
        self.ended_for = ""

    def begin(self, seconds: float) -> None:
        """A notebook begins, and is to end within so many seconds."""
        self.ended_for, self._allowed, self._until = "", seconds, time.monotonic() + seconds

    def look(self) -> None:
        """End the notebook that takes longer, or more memory, than it may."""
        until, process_id = self._until, self._process_id()
        if until is None:
            return
        if time.monotonic() > until:
            self._end_for(f"it took longer than {self._allowed:g} seconds")
        elif process_id is not None and _bytes_of(process_id) > MOST_BYTES:
            self._end_for(f"it needed more than {MOST_BYTES >> 30} GB of memory")

    def _end_for(self, reason: str) -> None:
        self.ended_for, self._until = reason, None
        self.kill()

    def kill(self) -> None:
        """End its process at once, with all that a notebook started in it."""
        process_id = self._process_id()
        if process_id is not None:
            _end_group(process_id)

    def _process_id(self) -> int | None:
        process = getattr(getattr(self._manager, "provisioner", None), "process", None)
        return process.pid if process is not None else None

    def manager(self) -> AsyncKernelManager:
        """The manager of the kernel that runs; one is started where none does.

        The file with the kernel's keys is gone once it has read them.

        Raises
        ------
        KernelError
            If it does not start.
        """
        if self._manager is None:
            with TemporaryDirectory(prefix="qaf-") as folder:
                self._manager = _PrivateKernelManager(connection_file=str(Path(folder, "kernel.json")))
                started = _within(self._start(self._manager))
            if not started:
                self.retire()
                raise KernelError
        return self._manager

    def put_back(self) -> None:
        """Make the kernel as new after a notebook that ran to its end; end it where that cannot be done."""
        self._until = None
        if self._manager is not None and not _within(self._ran(self._manager, _PUT_BACK)):
            self.retire()

    def retire(self) -> None:
        """End the kernel; the next notebook gets another."""
        self._until = None
        self.kill()
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
        """Whether the kernel lives and ran a line of code to its end.

        Only the reply is waited for: a client that listens to all that a kernel says waits 0.2 s for silence.
        """
        manager.close_clients()  # nbclient's belongs to the event loop it was made in
        client = manager.client()
        client.start_channels(iopub=False, stdin=False, hb=False, control=False)
        until = time.monotonic() + _SECONDS
        try:
            asked = client.execute(code, silent=True, store_history=False, allow_stdin=False)
            while time.monotonic() < until and await manager.is_alive():
                with suppress(Empty):
                    reply = await client.get_shell_msg(timeout=1)
                    if reply["parent_header"].get("msg_id") == asked:
                        return bool(reply["content"]["status"] == "ok")
            return False
        finally:
            manager.close_clients()


def _bytes_of(process_id: int) -> int:
    """The memory that a process holds; 0 for one that has ended."""
    try:
        return int(psutil.Process(process_id).memory_info().rss)
    except psutil.Error:
        return 0


def _end_group(process_id: int) -> None:
    """End a process and all that it started: the group that it leads, and on Windows its children."""
    family = []
    with suppress(psutil.Error):
        kernel = psutil.Process(process_id)
        family = [*kernel.children(recursive=True), kernel]
    if os.name == "posix":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process_id, signal.SIGKILL)
    for process in family:
        with suppress(psutil.Error):
            process.kill()


def _within(waiting: Awaitable[Any]) -> Any:
    """What is waited for, in the thread's own event loop."""

    async def wait() -> Any:
        return await waiting

    return run_sync(wait)()
