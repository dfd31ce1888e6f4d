"""Notebooks executed by papermill, and the truth about how each one ended.

papermill's own record says "completed" after a dead kernel, a timeout and an interrupt, so the kit
looks at every cell itself.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import nbformat
import papermill
from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError

from qaf_lib.batch.kernels import KernelError, WarmKernel
from qaf_lib.errors import InputError

__all__ = ["COMPLETED", "Job", "Outcome", "execute_all"]

COMPLETED = "completed"
_OWN_ERRORS = ("InputError", "EditionError")
"""Errors whose messages hold nothing of a record."""
NO_KERNEL = "stopped: its kernel did not start"
CELL_SECONDS = 600
_BETWEEN_KILLS = 0.1
"""Seconds between two looks for kernels to end."""


@dataclass(frozen=True)
class Job:
    """A notebook to run with parameters, and where its executed copy goes."""

    name: str
    notebook: Path
    output: Path
    parameters: Mapping[str, str]


@dataclass(frozen=True)
class Outcome:
    """How a notebook ended: `completed`, or in a few words why not; seconds; the kit's own message."""

    job: Job
    status: str
    seconds: float
    message: str = ""

    @property
    def ok(self) -> bool:
        """Whether every cell ran to its end."""
        return self.status == COMPLETED


def execute_all(
    jobs: Iterable[Job],
    *,
    tell: Callable[[Outcome], None],
    cell_seconds: int = CELL_SECONDS,
    workers: int | None = None,
) -> list[Outcome]:
    """Run every notebook, one on each core at a time; one that fails does not stop the others.

    A kernel takes one notebook after another, and each finds it as new. A kernel in which a notebook stopped,
    or left what cannot be put back, is ended.

    Parameters
    ----------
    jobs : iterable of Job
        What to run. Parameters are checked before any kernel starts.
    tell : callable
        Called with each outcome as it comes.
    cell_seconds : int
        Seconds allowed to one cell.
    workers : int, optional
        Kernels at work at a time; as many as there are cores unless told.

    Returns
    -------
    list of Outcome
        In the order of the jobs.

    Raises
    ------
    InputError
        If a notebook has no parameter of a given name, or no cell tagged `parameters`.
    """
    jobs = list(jobs)
    for job in {(job.notebook, *job.parameters): job for job in jobs}.values():
        _check_parameters(job)
    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    outcomes: dict[str, Outcome] = {}
    kernels: SimpleQueue[WarmKernel] = SimpleQueue()
    every = [WarmKernel() for _ in range(max(1, min(len(jobs), workers or os.cpu_count() or 1)))]
    for kernel in every:
        kernels.put(kernel)
    with ThreadPoolExecutor(max_workers=len(every)) as pool:
        waiting = [pool.submit(_execute, job, kernels, cell_seconds) for job in jobs]
        try:
            for done in as_completed(waiting):
                outcome = done.result()
                outcomes[outcome.job.name] = outcome
                tell(outcome)
        except BaseException:  # interrupted: what waits is not begun, what runs is ended
            pool.shutdown(wait=False, cancel_futures=True)
            while not all(job.done() for job in waiting):
                WarmKernel.kill_all()
                time.sleep(_BETWEEN_KILLS)
            raise
        finally:
            for kernel in every:
                kernel.retire()
    return [outcomes[job.name] for job in jobs]


def _check_parameters(job: Job) -> None:
    known = set(papermill.inspect_notebook(str(job.notebook)))
    unknown = sorted(set(job.parameters) - known)
    if unknown:
        raise InputError(
            f"{job.notebook.name}: no parameter {unknown[0]} in its cell tagged parameters; it has "
            f"{', '.join(sorted(known)) or 'none'}."
        )


def _execute(job: Job, kernels: SimpleQueue[WarmKernel], cell_seconds: int) -> Outcome:
    started = time.monotonic()
    kernel = kernels.get()
    try:
        job.output.parent.mkdir(parents=True, exist_ok=True)
        job.output.unlink(missing_ok=True)
        status, message = _run_twice_at_most(job, kernel, cell_seconds)
        outcome = Outcome(job, status, round(time.monotonic() - started, 1), message)
        if outcome.ok:
            kernel.put_back()
        else:
            kernel.retire()
        return outcome
    finally:
        kernels.put(kernel)
        ensure_event_loop().close()  # the thread's own, with its sockets


def _run_twice_at_most(job: Job, kernel: WarmKernel, cell_seconds: int) -> tuple[str, str]:
    ended = _run(job, kernel, cell_seconds)
    if ended[0] == NO_KERNEL:  # a port taken between choosing and binding: papermill issue 511
        kernel.retire()
        ended = _run(job, kernel, cell_seconds)
    return ended


def _run(job: Job, kernel: WarmKernel, cell_seconds: int) -> tuple[str, str]:
    """How the notebook ended, and the message where it is the kit's own."""
    try:
        papermill.execute_notebook(
            str(job.notebook),
            str(job.output),
            parameters=dict(job.parameters),
            progress_bar=False,
            log_output=False,
            request_save_on_cell_execute=False,
            execution_timeout=cell_seconds,
            km=kernel.manager(_connection_file(job)),
        )
    except PapermillExecutionError as error:
        message = str(error.evalue) if error.ename in _OWN_ERRORS else ""
        return f"stopped by {error.ename} in code cell {error.exec_count}", message
    except CellTimeoutError:
        return f"stopped: a cell took longer than {cell_seconds} seconds", ""
    except DeadKernelError:
        return "stopped: its kernel died (out of memory, or killed)", ""
    except (KernelError, RuntimeError):
        return NO_KERNEL, ""
    except Exception as error:  # the other notebooks go on; the kind of trouble is enough to name this one
        return f"stopped by {type(error).__name__}", ""
    return _status_of(job.output), ""


def _connection_file(job: Job) -> Path:
    """Where the kernel's keys stand while it runs: beside the executed notebook, not in a temporary folder.

    So a killed run leaves them in the vault, and the next run of the period empties that folder first.
    """
    return job.output.with_suffix(".kernel.json")


def _status_of(output: Path) -> str:
    """Whether every code cell of an executed notebook ran and none failed."""
    reads: Any = nbformat.read
    node = reads(output, as_version=4)
    cells = [cell for cell in node.cells if cell.cell_type == "code" and cell.source.strip()]
    if any(out.output_type == "error" for cell in cells for out in cell.outputs):
        return "stopped by an error in a cell"
    if any(cell.execution_count is None for cell in cells):
        return "stopped before its last cell"
    return COMPLETED
