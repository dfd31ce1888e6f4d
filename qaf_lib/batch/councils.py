"""Several councils run one after another: how each ended, and a page that leads to all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from qaf_lib.batch.page import lint_page, render
from qaf_lib.batch.standing import RunResult
from qaf_lib.errors import EditionError
from qaf_lib.files import write_text

__all__ = ["Ended", "write_summary"]


@dataclass(frozen=True)
class Ended:
    """How the run of one parameter file ended, after how many seconds: a result, or why there is none."""

    file: Path
    result: RunResult | None = None
    message: str = ""
    failed_with: int = 0
    seconds: int = 0

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
        missing = len(self.result.failed)
        return f"Published, {missing} pages missing" if missing else "Published"

    def lines(self, protected: str) -> Iterator[str]:
        """What is said at the end of a run that gave a result; `protected` says how private its vault is."""
        if self.result is None:
            return
        if self.result.stood:
            number = self.result.number
            yield f"Nothing has changed since edition {number}; --again makes another."
            yield f"Edition {number} stands. Open {self.result.index}"
            return
        yield from (f"Failed: {outcome.job.name}: {outcome.status}" for outcome in self.result.failed)
        yield protected
        yield f"Published edition {self.result.number}. Open {self.result.index}"


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
