"""Remakes docs/validation.md: `make validate`. Every figure on the page comes from a run of this program."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType

import validation

FIRST = ["coverage", "naive"]
"""Topics that lead the page; the others follow in the order of their names."""

HEAD = """\
# Validation

Made by `make validate`; every figure comes from that run. Published figures and their arithmetic stand in the
tests: each method's test names its source. This page holds what only a simulation or an enumeration over a
known truth can show. Where a figure comes from a simulation, its own error (one standard error) stands
beside it.
"""


def topics() -> list[ModuleType]:
    """The modules of `validation`, the leading ones first."""
    names = sorted(module.name for module in pkgutil.iter_modules(validation.__path__))
    ordered = [*FIRST, *(name for name in names if name not in FIRST)]
    return [importlib.import_module(f"validation.{name}") for name in ordered]


def section(topic: ModuleType) -> str:
    """A topic's heading, words and table in Markdown."""
    words = getattr(topic, "WORDS", "")
    return "\n".join([f"## {topic.TITLE}", "", *([words, ""] if words else []), table(topic.rows())])


def table(rows: Sequence[Mapping[str, object]]) -> str:
    """Rows in Markdown, with the columns of all of them in the order they come."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    lines = [f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    lines += [f"| {' | '.join(_cell(row.get(name)) for name in columns)} |" for row in rows]
    return "\n".join(lines) + "\n"


def _cell(value: object) -> str:
    if value is None or value != value:
        return ""
    return f"{value:.3f}" if isinstance(value, float) else str(value).replace("|", "\\|")


def main() -> None:
    """Write the page."""
    page = Path(__file__).resolve().parents[1] / "docs" / "validation.md"
    parts = [HEAD]
    for topic in topics():
        print(f"{topic.__name__}", file=sys.stderr)
        parts.append(section(topic))
    page.write_text("\n".join(parts), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
