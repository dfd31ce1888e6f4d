"""Notebooks executed by papermill, and the truth about how each one ended.

papermill's own record says "completed" after a dead kernel, a timeout and an interrupt, so the kit
looks at every cell itself.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any, Self

import nbformat
import papermill
import psutil
from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import DeadKernelError
from papermill.exceptions import PapermillExecutionError

from qaf_lib.batch.kernels import MOST_BYTES, KernelError, WarmKernel
from qaf_lib.errors import EditionError, InputError

__all__ = ["COMPLETED", "Job", "KernelPool", "Outcome"]

COMPLETED = "completed"
_OWN_ERRORS = ("InputError", "EditionError")
"""Errors whose messages hold nothing of a record."""
NO_KERNEL = "stopped: its kernel did not start"
NOTEBOOK_SECONDS, ALL_SECONDS = 600.0, 3600.0
"""Seconds allowed to one notebook, and to all notebooks of an edition."""
_BETWEEN_LOOKS = 0.2
"""Seconds between two looks at the kernels."""


@dataclass(frozen=True)
class Job:
    """A notebook to run with parameters, and where its executed copy goes."""

    name: str
    notebook: Path
    output: Path
    parameters: Mapping[str, str]


@dataclass(frozen=True)
class Outcome:
    """How a notebook ended: `completed`, or in a few words why not; seconds; the kit's own message.

    `stood` tells that an earlier run, which was interrupted, had run it to its end.
    """

    job: Job
    status: str
    seconds: float
    message: str = ""
    stood: bool = False

    @property
    def ok(self) -> bool:
        """Whether every cell ran to its end."""
        return self.status == COMPLETED


class KernelPool:
    """Kernels side by side, each taking one notebook after another; all are ended on leaving.

    They start on entering, beside whatever else is done until there are notebooks to run.

    Parameters
    ----------
    workers : int, optional
        Kernels at work at a time. Unless told, one a core, and no more than the free memory holds.

    Examples
    --------
    >>> with KernelPool(workers=1) as pool:
    ...     pool.execute([], tell=print)
    []
    """

    def __init__(self, workers: int | None = None) -> None:
        self._kernels = [WarmKernel() for _ in range(workers or _usual_workers())]
        self._starting: list[Thread] = []

    def __enter__(self) -> Self:
        self._starting = [Thread(target=_start, args=[kernel], daemon=True) for kernel in self._kernels]
        for thread in self._starting:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._started()
        for kernel in self._kernels:
            kernel.retire()

    def _started(self) -> None:
        for thread in self._starting:
            thread.join()

    def execute(
        self,
        jobs: Iterable[Job],
        *,
        tell: Callable[[Outcome], None],
        notebook_seconds: float = NOTEBOOK_SECONDS,
        all_seconds: float = ALL_SECONDS,
    ) -> list[Outcome]:
        """Run every notebook, one in each kernel at a time; one that fails stops no other.

        Each notebook finds its kernel as new. A kernel in which a notebook stopped, or left what cannot be
        put back, is ended. So is one whose notebook takes more time or memory than it may. A notebook that
        has run to its end before, so that its executed copy stands at the job's place, is not run again.

        Parameters
        ----------
        jobs : iterable of Job
            What to run. Parameters are checked before any kernel starts.
        tell : callable
            Called with each outcome as it comes.
        notebook_seconds, all_seconds : float
            Seconds allowed to one notebook, and to all of them.

        Returns
        -------
        list of Outcome
            In the order of the jobs.

        Raises
        ------
        InputError
            If a notebook has no parameter of a given name, or no cell tagged `parameters`.
        EditionError
            If all of them together take longer than they may.
        """
        jobs = list(jobs)
        for job in {(job.notebook, *job.parameters): job for job in jobs}.values():
            _check_parameters(job)
        logging.getLogger("papermill").setLevel(logging.CRITICAL)
        self._started()
        outcomes: dict[str, Outcome] = {}
        free: SimpleQueue[WarmKernel] = SimpleQueue()
        for kernel in self._kernels:
            free.put(kernel)
        with (
            self._watched(),
            ThreadPoolExecutor(max_workers=min(max(1, len(jobs)), len(self._kernels))) as threads,
        ):
            waiting = [threads.submit(_execute, job, free, notebook_seconds) for job in jobs]
            try:
                for done in as_completed(waiting, timeout=all_seconds):
                    outcome = done.result()
                    outcomes[outcome.job.name] = outcome
                    tell(outcome)
            except BaseException as error:  # what waits is not begun, what runs is ended
                threads.shutdown(wait=False, cancel_futures=True)
                while not all(job.done() for job in waiting):
                    for kernel in self._kernels:
                        kernel.kill()
                    time.sleep(_BETWEEN_LOOKS)
                if isinstance(error, TimeoutError):
                    raise EditionError(
                        f"The notebooks took longer than {all_seconds / 60:g} minutes; nothing was published."
                        " Run again: those that ran to their end are not run again."
                    ) from None
                raise
        return [outcomes[job.name] for job in jobs]

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """While notebooks run, end those that take too long or too much memory."""
        over = Event()

        def watch() -> None:
            while not over.wait(_BETWEEN_LOOKS):
                for kernel in self._kernels:
                    kernel.look()

        watcher = Thread(target=watch, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()


def _start(kernel: WarmKernel) -> None:
    try:
        with suppress(KernelError, OSError):  # the first notebook that needs it tries again, and says so
            kernel.manager()
    finally:
        ensure_event_loop().close()  # the thread's own, with its sockets


def _usual_workers() -> int:
    """A kernel a core, as far as each may have its memory; one at least."""
    fit = int(psutil.virtual_memory().available // MOST_BYTES)
    return max(1, min(os.cpu_count() or 1, fit))


def _check_parameters(job: Job) -> None:
    known = set(papermill.inspect_notebook(str(job.notebook)))
    unknown = sorted(set(job.parameters) - known)
    if unknown:
        raise InputError(
            f"{job.notebook.name}: no parameter {unknown[0]} in its cell tagged parameters; it has "
            f"{', '.join(sorted(known)) or 'none'}."
        )


def _execute(job: Job, free: SimpleQueue[WarmKernel], seconds: float) -> Outcome:
    if _status_of(job.output) == COMPLETED:
        return Outcome(job, COMPLETED, 0.0, stood=True)
    started = time.monotonic()
    kernel = free.get()
    try:
        job.output.parent.mkdir(parents=True, exist_ok=True)
        job.output.unlink(missing_ok=True)
        status, message = _run_twice_at_most(job, kernel, seconds)
        outcome = Outcome(job, status, round(time.monotonic() - started, 1), message)
        if outcome.ok:
            kernel.put_back()
        else:
            kernel.retire()
        return outcome
    finally:
        free.put(kernel)
        ensure_event_loop().close()  # the thread's own, with its sockets


def _run_twice_at_most(job: Job, kernel: WarmKernel, seconds: float) -> tuple[str, str]:
    ended = _run(job, kernel, seconds)
    if ended[0] == NO_KERNEL:  # a port taken between choosing and binding: papermill issue 511
        kernel.retire()
        ended = _run(job, kernel, seconds)
    return ended


def _run(job: Job, kernel: WarmKernel, seconds: float) -> tuple[str, str]:
    """How the notebook ended, and the message where it is the kit's own."""
    try:
        manager = kernel.manager()
        kernel.begin(seconds)
        papermill.execute_notebook(
            str(job.notebook),
            str(job.output),
            parameters=dict(job.parameters),
            progress_bar=False,
            log_output=False,
            request_save_on_cell_execute=False,
            km=manager,
        )
    except Exception as error:
        return _stopped(error, kernel)
    return _status_of(job.output), ""


def _stopped(error: Exception, kernel: WarmKernel) -> tuple[str, str]:
    """Why a notebook did not run to its end; of an unknown trouble its kind is enough to name it."""
    if kernel.ended_for:
        return f"stopped: {kernel.ended_for}", ""
    match error:
        case PapermillExecutionError():
            message = str(error.evalue) if error.ename in _OWN_ERRORS else ""
            return f"stopped by {error.ename} in code cell {error.exec_count}", message
        case DeadKernelError():
            return "stopped: its kernel died (out of memory, or killed)", ""
        case KernelError() | RuntimeError():
            return NO_KERNEL, ""
        case _:
            return f"stopped by {type(error).__name__}", ""


def _status_of(output: Path) -> str:
    """Whether every code cell of an executed notebook ran and none failed."""
    reads: Any = nbformat.read
    try:
        node = reads(output, as_version=4)
    except (OSError, ValueError):  # not there, or cut off while it was written
        return "stopped before its first cell"
    cells = [cell for cell in node.cells if cell.cell_type == "code" and cell.source.strip()]
    if any(out.output_type == "error" for cell in cells for out in cell.outputs):
        return "stopped by an error in a cell"
    if any(cell.execution_count is None for cell in cells):
        return "stopped before its last cell"
    return COMPLETED
