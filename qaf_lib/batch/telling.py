"""What a run says as it goes: a bar on a terminal, lines elsewhere, or a line of JSON each for a log."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from types import TracebackType
from typing import Self
from uuid import uuid4

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

__all__ = ["Telling"]


class Telling:
    """Lines and progress of a run, for people or for a log; nothing in them is of a record.

    Parameters
    ----------
    of : str
        The parameter file.
    run_id : str
        What the lines of one command have in common in a log.
    as_json : bool
        Whether each line is JSON: `run`, `of`, `at` (UTC), `event` ("line", "progress" or "failed"), and what
        belongs to it.
    console : Console
        Where people read.
    before : str
        What people's lines begin with, where several are told of at once; there is no bar then.
    """

    def __init__(self, of: str, *, run_id: str, as_json: bool, console: Console, before: str = "") -> None:
        self._of, self._run, self._as_json, self._console = of, run_id, as_json, console
        self._before = before
        self._bar = Progress(
            TextColumn("{task.fields[line]}", markup=False),  # what councils write is never markup
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=as_json or bool(before) or not console.is_terminal,
        )
        self._task = self._bar.add_task("", total=None, line="Starting")

    @staticmethod
    def new_id() -> str:
        """An id for the lines of one command."""
        return uuid4().hex[:12]

    def __enter__(self) -> Self:
        """Show the bar, on a terminal."""
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bar away."""
        self._bar.stop()

    def say(self, line: str) -> None:
        """A line for people, the same on a terminal and elsewhere."""
        if self._as_json:
            self._log("line", text=line)
            return
        self._console.print(Text(f"{self._before}{line}"))
        self._bar.update(self._task, line=line.strip().splitlines()[0][:60] if line.strip() else "")

    def came(self, done: int, total: int) -> None:
        """How many notebooks of how many are done."""
        self._bar.update(self._task, completed=done, total=total)
        if self._as_json:
            self._log("progress", done=done, total=total)

    def fail(self, message: str, code: int) -> None:
        """Why nothing was published, and the exit code for it."""
        if self._as_json:
            self._log("failed", text=message, exit_code=code)
        else:
            print(f"{self._before}{message}", file=sys.stderr, flush=True)

    def _log(self, event: str, **told: object) -> None:
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        print(json.dumps({"run": self._run, "of": self._of, "at": at, "event": event, **told}), flush=True)
