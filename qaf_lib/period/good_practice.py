"""Good practice as a register: what was found, where, and with whom it was shared."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis.results import results_table
from qaf_lib.dates import add_months
from qaf_lib.period.store import PeriodStore

__all__ = ["GoodPractice", "good_practice_of"]

_COMPLIMENT = "compliment"
_MONTHS = 12


@dataclass(frozen=True)
class GoodPractice:
    """Good practice of the last twelve months, compliments among it.

    `register` has a row per entry, the newest first: `title` (the theme where none is reviewed), `source`,
    `theme`, `by_post`, `on`, `shared_on`, `shared_with`. `compliments` are not in it one by one. `counts` is
    a result: by source, `x` shared of `n` found. `in_period` counts those found and those shared in the
    period. `from_champions` is how many champions brought.
    """

    register: pd.DataFrame
    counts: pd.DataFrame
    in_period: pd.DataFrame
    from_champions: int


def good_practice_of(store: PeriodStore) -> GoodPractice:
    """The register of good practice, with compliments counted beside it."""
    first = pd.Timestamp(add_months(store.span.end, -_MONTHS))
    known = store.table("good_practice")
    kept = known[(known["on"] > first).fillna(False).astype(bool)]
    told = store.table("feedback")
    told = told[(told["kind"] == _COMPLIMENT) & (told["received_on"] > first).fillna(False).astype(bool)]
    columns = ["source", "on", "shared_on"]
    thanks = told.rename(columns={"received_on": "on"}).assign(source=_COMPLIMENT)
    every = pd.concat([part[columns] for part in (kept, thanks) if len(part)] or [kept[columns]])
    return GoodPractice(
        register=_register(kept),
        counts=_counts(every),
        in_period=_in_period(store, every),
        from_champions=int((kept["source"] == "champion").sum()),
    )


def _register(kept: pd.DataFrame) -> pd.DataFrame:
    theme = kept["theme"].astype("string").fillna("no theme recorded")
    shown = kept.assign(title=kept["title"].astype("string").fillna(theme))
    columns = ["title", "source", "theme", "by_post", "on", "shared_on", "shared_with"]
    return shown.sort_values(["on", "title"], ascending=[False, True])[columns].reset_index(drop=True)


def _row(table_id: str, name: str, measure: str, x: int, n: int | None) -> dict[str, object]:
    row: dict[str, object] = {"table_id": table_id, "row_key": name, "measure": measure, "x": x, "n": n}
    return row | {"population": n, "estimate": x / n if n else None, "method": "full count"}


def _counts(every: pd.DataFrame) -> pd.DataFrame:
    groups = [("all", every), *every.groupby("source", sort=True)]
    return results_table(
        {
            **_row("good_practice", str(name), "shared", int(part["shared_on"].notna().sum()), len(part)),
            "speaks_of": "these_cases",
            "mark": "" if len(part) else "z",
        }
        for name, part in groups
    )


def _in_period(store: PeriodStore, every: pd.DataFrame) -> pd.DataFrame:
    counts = {
        "found in the period": len(store.in_period(every, "on")),
        "shared in the period": len(store.in_period(every, "shared_on")),
        "not shared yet": int(every["shared_on"].isna().sum()),
    }
    return results_table(_row("good_practice_period", name, "count", x, None) for name, x in counts.items())
