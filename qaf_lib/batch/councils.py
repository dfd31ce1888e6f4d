"""Councils run for one command: what is wished of all, how each ended, and a page that leads to them.

A council is run by `run_council` wherever that is: here one after another, or on a cluster's workers
(`batch/cluster.py`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from qaf_lib.batch.page import lint_page, render
from qaf_lib.batch.standing import RunResult, standing_result
from qaf_lib.batch.telling import Telling
from qaf_lib.errors import EditionError, VaultHeldError, told
from qaf_lib.files import write_text
from qaf_lib.parameters import Parameters, load_parameters
from qaf_lib.region import is_region
from qaf_lib.vault.backup import lock_of

if TYPE_CHECKING:
    from qaf_lib.batch.execute import KernelPool

__all__ = ["Ended", "Wishes", "run_council", "run_here", "said_of_vault", "write_summary"]

_NAMED = 5
"""Failed notebooks that are named on the page of all councils."""

Ready = Callable[[Path], Parameters]
"""What reads a parameter file, and makes ready what it needs before it can be run."""


def said_of_vault(protected: bool | None) -> str:
    """What is said of how private a vault is."""
    if protected:
        return "The vault holds the only link to people and draws: back it up, and hand nothing in it over."
    return (
        "Warning: this system does not let the kit verify that only you can read the vault. "
        "Keep it in a folder that only you can open."
    )


@dataclass(frozen=True)
class Wishes:
    """What is wished of every council of a command.

    Why rows that count may be withdrawn; whether an edition is made though nothing has changed; and how many
    notebooks run at a time (count), one a core unless told.
    """

    withdraw: str | None = None
    again: bool = False
    workers: int | None = None


@dataclass(frozen=True)
class Ended:
    """How the run of one parameter file ended, after how many seconds: a result, or why there is none.

    `worker` is the name that somebody gave the worker of a cluster that ran it; "" elsewhere.
    """

    file: Path
    result: RunResult | None = None
    message: str = ""
    failed_with: int = 0
    seconds: int = 0
    worker: str = ""

    @property
    def code(self) -> int:
        """The exit code."""
        return 3 if self.result and self.result.failed else self.failed_with

    @property
    def state(self) -> str:
        """How it ended, in a few words."""
        if self.result is None:
            return f"Nothing was published: {self.message.splitlines()[0]}"
        if self.result.stood:
            return "Nothing has changed"
        failed = [outcome.job.name for outcome in self.result.failed]
        more = f" and {len(failed) - _NAMED:,} more" if len(failed) > _NAMED else ""
        return f"Published without {', '.join(failed[:_NAMED])}{more}" if failed else "Published"

    def tell(self, telling: Telling) -> None:
        """Say how it ended."""
        if self.result is None:
            telling.fail(self.message, self.failed_with)
        for line in self._lines():
            telling.say(line)

    def _lines(self) -> Iterator[str]:
        """What is said at the end of a run that gave a result."""
        if self.result is None:
            return
        if self.result.stood:
            number = self.result.number
            yield f"Nothing has changed since edition {number}; --again makes another."
            yield f"Edition {number} stands. Open {self.result.index}"
            return
        yield from (f"Failed: {outcome.job.name}: {outcome.status}" for outcome in self.result.failed)
        if self.result.protected is not None:  # a region has no vault
            yield said_of_vault(self.result.protected)
        yield f"Published edition {self.result.number}. Open {self.result.index}"


def run_here(
    files: Sequence[Path], *, wishes: Wishes, ready: Ready, telling: Callable[[Path], Telling]
) -> list[Ended]:
    """Run councils on this machine, one after another, in one pool of kernels; one that fails stops none."""
    every = []
    with ExitStack() as until_all_ended:

        @cache
        def pool() -> KernelPool:
            from qaf_lib.batch.execute import KernelPool  # not where every edition stands

            return until_all_ended.enter_context(KernelPool(wishes.workers))

        for file in sorted(files, key=is_region):  # a region is made of what its councils published
            with telling(file) as one:
                ended = run_council(file, wishes=wishes, ready=ready, pool=pool, say=one.say, came=one.came)
                ended.tell(one)
            every.append(ended)
    return every


def run_council(
    file: Path,
    *,
    wishes: Wishes,
    pool: Callable[[], KernelPool],
    say: Callable[[str], None],
    came: Callable[[int, int], None],
    ready: Ready = load_parameters,
    newest: int | None = None,
    patience: float = 0.0,
) -> Ended:
    """Run one council's period, unless its edition stands; an error is how it ended.

    Parameters
    ----------
    pool : callable
        Opens the kernels, or gives those that are open; not asked where the edition stands.
    newest : int, optional
        The edition that stood before an earlier attempt whose end is not known (0 where none did): a later
        one is that attempt's, and stands even where another was wished for.
    patience : float
        Seconds that another run of the council is given to end.
    """
    started = time.monotonic()
    try:
        vault = None if is_region(file) else ready(file).vault
        while True:
            stands = standing_result(file)
            if stands is not None and not (wishes.again and newest in (None, stands.number)):
                ended = Ended(file, result=stands)
                break
            kernels = pool()
            from qaf_lib.batch.run import run  # while the kernels start

            try:
                result = run(file, say=say, pool=kernels, came=came, withdraw=wishes.withdraw)
                ended = Ended(file, result=result)
                break
            except VaultHeldError as taken:
                left = patience - (time.monotonic() - started)
                if vault is None or left <= 0:
                    raise
                say("Waiting for another run of this council to end")
                with lock_of(vault, left, taken=taken):
                    pass
    except Exception as error:
        message, code = told(error)
        ended = Ended(file, message=message, failed_with=code)
    return replace(ended, seconds=round(time.monotonic() - started))


def write_summary(every: Sequence[Ended], root: Path) -> Path:
    """Write the page of all councils that were run, with each one's state, and links to their front pages.

    Raises
    ------
    EditionError
        If the page breaks a rule of the house.
    """
    outputs = root / "outputs"
    rows = [
        {
            "file": ended.file.name,
            "state": ended.state,
            "seconds": f"{ended.seconds:,}",
            "edition": f"{ended.result.number}" if ended.result else "",
            "worker": ended.worker,
            "address": _below(outputs, ended.result) if ended.result else "",
            "label": f"{ended.result.index.parent.parent.name}, {ended.result.index.parent.name}"
            if ended.result
            else "",
        }
        for ended in every
    ]
    html = render(
        "councils.html.j2",
        title="Quality assurance reports",
        subtitle="",
        mark="OFFICIAL-SENSITIVE",
        rows=rows,
        has_workers=any(ended.worker for ended in every),
    )
    faults = lint_page(html)
    if faults:
        raise EditionError(f"The page of all councils breaks a rule: {'; '.join(faults)}.")
    outputs.mkdir(parents=True, exist_ok=True)
    write_text(outputs / "index.html", html)
    return outputs / "index.html"


def _below(outputs: Path, result: RunResult) -> str:
    """The front page's address seen from the folder of all outputs; "" where it stands elsewhere."""
    index = result.index.resolve()
    return index.relative_to(outputs.resolve()).as_posix() if index.is_relative_to(outputs.resolve()) else ""
