"""Tables of duties and of evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from qaf_lib.display.tables.records import result_records
from qaf_lib.display.tables.table import (
    Table,
    count_cell,
    estimate_cell,
    id_of,
    label_of,
    marked,
    note_with_key,
    plain_cells,
    records_of,
    span_cell,
)
from qaf_lib.display.words import are, count_of, count_words, long_date, often_words
from qaf_lib.frameworks.scale import Words

_EACH = {"subject": ", each person", "team": ", each", "locality": ", each"}


def duty_table(
    duties: pd.DataFrame,
    counts: pd.DataFrame,
    shown: pd.DataFrame,
    *,
    words: Words,
    table_id: str,
    caption: str,
    note: str = "",
) -> Table:
    """Duties of a role, or of several: how often, of how many, whom a record reaches, and how it stands.

    Parameters
    ----------
    duties : DataFrame
        `duties` of `qaf_lib.pages.duties.Duties`.
    counts : DataFrame
        A result with a row per duty: x done of n expected.
    shown : DataFrame
        What else shows a duty: `duty_id`, `kind`, `label`, `n`, `x`, `best`.
    """
    holders = {
        "subject": ("person", "people"),
        "team": (words.team, words.teams),
        "locality": ("locality", "localities"),
    }
    at = {str(row["row_key"]): row for row in records_of(counts)}
    beside = {str(duty): plain_cells(rows) for duty, rows in shown.groupby("duty_id")}
    named = dict(zip(duties["duty_id"], duties["label"], strict=True))
    rows = [
        row | {"count": at[str(row["duty_id"])], "shown": beside.get(str(row["duty_id"]), [])}
        for row in plain_cells(duties)
    ]
    cells: list[tuple[str, ...]] = [
        (
            str(row["label"]),
            _often(row),
            _held_by(row, holders),
            _or_dash(row["reached"]),
            _or_dash(row["count"]["n"]),
            _or_dash(row["events"]),
            _state(row, named),
        )
        for row in rows
    ]
    headings: tuple[str, ...] = (
        "Duty",
        "How often",
        "Holders",
        "Reached",
        "Expected",
        "Records",
        "How it stands",
    )
    several = len(set(duties["who"])) > 1
    if several:
        headings = ("Duty", "Who", *headings[1:])
        cells = [(cell[0], str(row["who"]), *cell[1:]) for cell, row in zip(cells, rows, strict=True)]
    return Table(
        table_id=table_id,
        caption=caption,
        headings=headings,
        rows=tuple(cells),
        note=note_with_key(note, [row["count"] for row in rows]),
        records=tuple(
            _record(row, written, named) for row, written in zip(rows, records_of(duties), strict=True)
        ),
        numeric=frozenset({3, 4, 5, 6} if several else {2, 3, 4, 5}),
    )


def _record(row: Mapping[str, Any], written: Mapping[str, Any], named: Mapping[str, str]) -> dict[str, Any]:
    """A duty's numbers and words as the CSV file has them; `written` has its days in ISO."""
    return {
        "Duty": row["label"],
        "Who": row["who"],
        "How often": _often(row),
        "Holders": row["holders"],
        "Exempt": row["exempt"],
        "Exempted by": row["approved_by"],
        "Left out by the framework": row["left_out"],
        "Reached": row["reached"],
        "Expected": row["count"]["n"],
        "Done": row["count"]["x"],
        "Due by now": row["due_so_far"],
        "Done by now": row["done_so_far"],
        "Have had what the year so far asks": row["kept_pace"],
        "Of how many": row["of_whom"],
        "Records": row["events"],
        "Due on": written["due_on"],
        "State": row["state"],
        "How it stands": _state(row, named),
        "Mark": row["count"]["mark"],
    }


def _or_dash(value: Any) -> str:
    return "–" if value is None else count_cell(value)


def _held_by(row: Mapping[str, Any], of: Mapping[str, tuple[str, str]]) -> str:
    """How many hold it, of whom some are exempt, and how many the framework leaves out."""
    words = [_or_dash(row["holders"])]
    if row["holders"] is not None and row["each"] in of:
        words[0] += f" {of[row['each']][row['holders'] != 1]}"
    if row["exempt"]:
        words.append(
            f"{count_words(row['exempt'])} exempt for some or all of the days, "
            f"approved by {row['approved_by']}"
        )
    if row["left_out"]:
        words.append(f"{count_words(row['left_out'])} left out by the framework")
    return "; ".join(words)


def _often(row: Mapping[str, Any]) -> str:
    if row["times"] is None:
        words = "no number given" if row["counted_by"] is None else "counted by its own rule"
    else:
        words = often_words(int(row["times"]), str(row["every"])) + _EACH.get(str(row["each"]), "")
    if row["assumed"] is None:
        return words
    return f"{words} (assumed)" if row["times"] is not None else f"{words}; how that is read is assumed"


def _state(row: Mapping[str, Any], named: Mapping[str, str]) -> str:
    """How it stands, in words: with the figures that say so, and what else shows it."""
    beside = [_beside(one) for one in row["shown"]]
    silent = row["state"] == "on record" and not row["events"] and beside
    own = [] if row["events"] is None else ["no record of the holders' own"]
    stands = own if silent else [_stands(row)]
    lacking = [f"no record holds {row['not_held']}"] if row["not_held"] else []
    words = "; ".join([*stands, *beside, *lacking])
    if row["same_as"] is None:
        return words
    other = str(row["same_as"])
    return f"{words} (the same as {named.get(other, f'duty {other}')})"


def _stands(row: Mapping[str, Any]) -> str:
    state, done, expected = str(row["state"]), row["count"]["x"], row["count"]["n"]
    if state == "not due" and row["due_on"] is not None:
        return f"not due until {long_date(str(row['due_on']))}"
    if state in ("on track", "behind"):
        done, due = count_words(row["done_so_far"]), count_words(row["due_so_far"])
        so_far = f"{state}: {done} done, {due} due by now"
        if not row["of_whom"] or row["of_whom"] == 1:
            return so_far
        people = f"{count_words(row['kept_pace'])} of {count_words(row['of_whom'])}"
        return f"{so_far}; {people} have had what the year so far asks"
    if state in ("met", "partly met", "not met") and expected is not None:
        return f"{state}: {count_words(done)} of {count_words(expected)}"
    if state == "on record" and row["events"]:
        one, many = ("audit", "audits") if row["evidence"] == "audit" else ("entry", "entries")
        entries = f"{count_words(row['events'])} {one if row['events'] == 1 else many}"
        if row["holders"] is None or row["holders"] < 2:
            return f"on record: {entries}"
        whose = {"team": "", "locality": "", "subject": " people"}.get(str(row["each"]), " in post")
        return (
            f"on record: {entries}, by {count_words(row['reached'])} of {count_words(row['holders'])}{whose}"
        )
    return state


def _beside(one: Mapping[str, Any]) -> str:
    """A record beside the log, in words: answers of audits, what came in, the figure of an indicator."""
    n = count_words(one["n"])
    if one["kind"] == "question":
        audits = are(one["n"], "audit", "audits")
        best = f"“{one['best']}”" if str(one["best"])[:1].isdigit() else one["best"]
        return f"{audits} answered “{one['label']}”, {count_words(one['x'])} {best}"
    if one["kind"] == "indicator":
        return f"{one['label']}: {count_words(one['x'])} of {n}"
    if one["kind"] == "record":
        return f"{one['label']}: {n}, of these {count_words(one['x'])} {one['best']}"
    return f"{one['label']}: {n} came in"


def list_table(counts: pd.DataFrame, *, caption: str, labels: Mapping[str, str], note: str = "") -> Table:
    """Census lists: how many cases are on each, how many were looked at, and the pace for the rest.

    Parameters
    ----------
    counts : DataFrame
        A result with measures `looked_at` and `a_month` per list.
    """
    rows = records_of(counts)
    at = {(str(row["row_key"]), str(row["measure"])): row for row in rows}
    cells = []
    for key in dict.fromkeys(str(row["row_key"]) for row in rows):
        looked, pace = at[key, "looked_at"], at[key, "a_month"]
        cells.append(
            (
                label_of(key, labels),
                count_cell(looked["n"]),
                marked(looked, count_cell(looked["x"])),
                marked(looked, estimate_cell(looked["estimate"], "share")),
                marked(pace, _whole(pace["estimate"])),
            )
        )
    return Table(
        table_id=id_of(counts),
        caption=caption,
        headings=("List", "On it", "Looked at", "Share", "A month for the rest"),
        rows=tuple(cells),
        note=note_with_key(note, rows),
        records=result_records(
            rows,
            row_heading="List",
            labels=labels,
            measures={"a_month": "A month for the rest"},
            form=lambda row: "share" if row["measure"] == "looked_at" else "value",
        ),
        numeric=frozenset(range(1, 5)),
    )


def _whole(value: float | None) -> str:
    return count_cell(None if value is None else round(value))


def evidence_table(
    agrees: pd.DataFrame,
    sources: Sequence[tuple[str, str, pd.DataFrame]],
    actions: pd.DataFrame,
    *,
    table_id: str,
    caption: str,
    note: str = "",
) -> Table:
    """A row per theme: what each source says and on how much, whether they agree, and live actions.

    Parameters
    ----------
    agrees, actions : DataFrame
        Results with a row per theme: agreement in `method`; live actions in `x`.
    sources : sequence of (name, label, DataFrame)
        A result of each source: what it says in `method`.
    table_id, caption, note : str
        Name of the table, its line above and its line below.
    """
    together = records_of(agrees)
    told = [
        (name, label, {row["row_key"]: row for row in records_of(table)}) for name, label, table in sources
    ]
    doing = {row["row_key"]: row for row in records_of(actions)}
    cells, shown, named = [], [], []
    for row in together:
        theme = row["row_key"]
        said = [(name, found[theme]) for name, _, found in told]
        named += [{**found[theme], "measure": label} for _, label, found in told]
        named += [{**row, "measure": "Together"}, {**doing[theme], "measure": "Live actions"}]
        shown += [each for _, each in said] + [doing[theme]]
        cells.append(
            (
                str(theme),
                *(_said(name, each) for name, each in said),
                _together(row),
                marked(doing[theme], count_cell(doing[theme]["x"])),
            )
        )
    return Table(
        table_id=table_id,
        caption=caption,
        headings=("Theme", *(label for _, label, _ in told), "Together", "Live actions"),
        rows=tuple(cells),
        note=note_with_key(note, shown),
        records=result_records(
            named,
            row_heading="Theme",
            labels={str(row["row_key"]): str(row["row_key"]) for row in together},
            measures={},
            form=lambda row: "value" if row["measure"] == "Together" else "share",
        ),
        numeric=frozenset({len(told) + 2}),
    )


def _together(row: Mapping[str, Any]) -> str:
    words, count = str(row["method"]), int(row["estimate"] or 0)
    return words if count < 2 else f"{words} ({count} sources)"


def _said(name: str, row: Mapping[str, Any]) -> str:
    return marked(row, f"{row['method']}: {_on(name, row)}" if row["n"] else "says nothing")


def _on(name: str, row: Mapping[str, Any]) -> str:
    """What the words rest on."""
    if name == "indicators":
        met = round((row["estimate"] or 0) * row["population"])
        return f"{count_of(met, row['population'])} met"
    if row["x"] is not None:
        return count_of(row["x"], row["n"])
    share, spread = estimate_cell(row["estimate"], "share"), span_cell(row, "share")
    return f"{share} ({spread}), {count_words(row['n'])} audited"
