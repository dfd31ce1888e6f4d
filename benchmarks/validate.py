"""Remakes docs/validation.md: `make validate`. Every figure on the page comes from a run of this program."""

from __future__ import annotations

import importlib
import pkgutil
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from types import ModuleType

import validation

FIRST = ["naive", "coverage", "sizes", "sizes_strata", "small_shares", "small_changes", "small_agreement"]
"""Topics that lead the page; the others follow in the order of their names."""

LONGEST = ["sizes", "small_agreement", "small_shares", "sizes_strata", "small_changes"]
"""Topics to start first, so that two processes end together."""

HEAD = """\
# Validation

Made by `make validate`; every figure comes from that run. Published figures and their arithmetic stand in the
tests: each method's test names its source. This page holds what only a simulation or an enumeration over a
known truth can show. Where a figure comes from a simulation, its own error (one standard error) stands
beside it.
"""

Rows = list[dict[str, object]]


def topic(name: str) -> ModuleType:
    """A module of `validation`."""
    return importlib.import_module(f"validation.{name}")


def names() -> list[str]:
    """Topics, the leading ones first."""
    found = sorted(module.name for module in pkgutil.iter_modules(validation.__path__))
    return [*FIRST, *(name for name in found if name not in FIRST and not name.startswith("_"))]


def rows_of(name: str) -> Rows:
    """A topic's lines."""
    begun = time.monotonic()
    found: Rows = topic(name).rows()
    print(f"{name}: {time.monotonic() - begun:.0f} s", file=sys.stderr)
    return found


def section(name: str, rows: Rows) -> str:
    """A topic's heading, words and table in Markdown."""
    words = getattr(topic(name), "WORDS", "")
    return "\n".join([f"## {topic(name).TITLE}", "", *([words, ""] if words else []), table(rows)])


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


def summary(found: Mapping[str, Rows]) -> str:
    """What was found, and what falls short, from the lines themselves."""
    small = [row for name in FIRST if name.startswith("small") for row in found[name]]
    lines = [
        *_share(found["coverage"]),
        *_tests([*found["sizes"], *found["sizes_strata"]]),
        *_small(small),
        *_pooled(found["pooled_councils"]),
        *_naive(found["naive"]),
    ]
    return "\n".join(["## What was found", "", *lines, ""])


def _share(rows: Rows) -> list[str]:
    own = [row for row in rows if row["method"] == "default of the kit"]
    means = [_number(row, "mean coverage") for row in own]
    lowest = min(_number(row, "lowest coverage") for row in own)
    return [
        f"- **Default interval of a share**: mean coverage {min(means):.3f} or more in every population and "
        f"size (wanted 0.945), never below {lowest:.3f} where three cases each way are to be expected "
        f"(wanted 0.900). Up to 15 cases it is exact, and so cautious: {max(means):.3f}."
    ]


def _tests(rows: Rows) -> list[str]:
    above = [row for row in rows if _number(row, "largest size") > 0.055]
    most = {
        use: max((row for row in rows if row["use"] == use), key=lambda row: _number(row, "largest size"))
        for use in ("default", "offered")
    }
    unused = dict.fromkeys(str(row["test"]) for row in above if row["use"] == "comparison")
    return [
        f"- **Tests** that the kit claims changes with: the largest size is {_size(most['default'])}; "
        f"of those it offers in notebooks, {_size(most['offered'])}. Wanted is 0.055 or less.",
        *(f"- **Falls short**: {_size(row)}." for row in above if row["use"] != "comparison"),
        f"- **Not used for verdicts**, for their size passes 0.055: {', '.join(unused)}.",
    ]


def _size(row: Mapping[str, object]) -> str:
    error = "" if row["error"] is None else f", error {_number(row, 'error'):.3f}"
    size = f"{_number(row, 'largest size'):.3f}{error}"
    return f"{size} ({row['test']}; {row['n']}; {row['setting']})"


def _small(rows: Rows) -> list[str]:
    warned = {str(row["measure"]): row["warn below"] for row in rows if _number(row, "warn below") > 10}
    return [
        "- **Intervals that fall short in small samples**, and the n below which pages warn of it: "
        + ", ".join(f"{measure} ({least})" for measure, least in warned.items())
        + ". Every other interval held its level from the least n tried, 10."
    ]


def _pooled(rows: Rows) -> list[str]:
    council = min(rows, key=lambda row: _number(row, "partly pooled"))
    known = [row for row in rows if row["average"] is not None]
    average = min(known, key=lambda row: _number(row, "average"))
    far = next(row for row in rows if row["lowest council"] is not None)
    return [
        "- **Councils pooled from rounded figures**: a council's 95% interval held its share in "
        f"{_number(council, 'partly pooled'):.3f} at least ({council['region']}), on average over councils; "
        f"the average's in {_number(average, 'average'):.3f} at least, error "
        f"{_number(average, 'error of average'):.3f} ({average['region']}). A single council far from all "
        f"others is held in {_number(far, 'lowest council'):.3f} only: read its share alone."
    ]


def _naive(rows: Rows) -> list[str]:
    lines = []
    for row in rows:
        naive, right, truth = (
            f"{_number(row, name):.3f}" for name in ("naive figure", "right figure", "truth")
        )
        lines.append(
            f"- **Naive beside right**, {row['what is asked']}: {row['naive way']} {naive}, "
            f"{row['right way']} {right}, truth {truth}."
        )
    return lines


def _number(row: Mapping[str, object], name: str) -> float:
    return float(str(row[name]))


def main() -> None:
    """Write the page, on two processes."""
    page = Path(__file__).resolve().parents[1] / "docs" / "validation.md"
    ordered = sorted(names(), key=lambda name: LONGEST.index(name) if name in LONGEST else len(LONGEST))
    with ProcessPoolExecutor(max_workers=2) as pool:
        found = dict(zip(ordered, pool.map(rows_of, ordered), strict=True))
    parts = [HEAD, summary(found), *(section(name, found[name]) for name in names())]
    page.write_text("\n".join(parts), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
