"""Checked sources as the register's rows, and what a new reading of a table changes of those that stand.

Within the days that a reading speaks of it alone counts; outside them its rows are added or supersede by
their id, and nothing is withdrawn.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd

from qaf_lib.dates import Period, parse_period
from qaf_lib.errors import InputError
from qaf_lib.files import sha256_of
from qaf_lib.intake import Checked, Intake
from qaf_lib.parameters import Extract, Parameters
from qaf_lib.register import TABLES
from qaf_lib.register.pseudonyms import Pseudonyms

WITHDRAWN_AT_MOST = 0.05
"""More of a table withdrawn than this needs a reason."""

DAY_OF = {
    "audit": "audited_on",
    "duty_event": "held_on",
    "feedback": "received_on",
    "closure": "closed_on",
    "good_practice": "on",
}
"""The day by which a row of these tables belongs to a reading's days."""

OF_AUDITS = ("answer", "moderation", "escalation")
"""Tables whose rows follow their audit."""

WHOLE = ("action", "action_event", "reaudit_link", "project", "exemption")
"""Tables that are read whole, as at the day of the records."""

_RESEMBLE = {
    "audit": (["case_id", "audit_type"], "case_id"),
    "feedback": (["kind", "instrument", "respondent", "case_id", "team_id", "theme"], "case_id"),
    "duty_event": (["kind", "duty_id", "subject_id", "by_id", "by_post", "team_id"], "subject_id"),
    "moderation": (["audit_id", "why"], "audit_id"),
    "escalation": (["audit_id", "tier"], "audit_id"),
    "project": (["block", "title"], "title"),
    "good_practice": (["source", "title"], "title"),
    "exemption": (["staff_id", "duty_id"], "staff_id"),
}
"""What a corrected row without an id of its own keeps, and whom it must name to be told from others."""

_NEAR = pd.Timedelta(days=92)
GONE, CORRECTED = "no longer in the sources", "corrected in the sources"
ORPHANED = "its audit no longer counts"


@dataclass(frozen=True)
class Reading:
    """All sources of a table read together.

    `rows` have the register's columns and `made_id`, true where the kit made the id; `days` are the days that
    the reading speaks of.
    """

    table: str
    period: Period
    days: tuple[tuple[pd.Timestamp, pd.Timestamp], ...]
    sources: tuple[str, ...]
    sha256s: str
    rows: pd.DataFrame

    @cached_property
    def checksum(self) -> str:
        """SHA-256 of the rows, whatever their order."""
        rows = self.rows[TABLES[self.table].names()].astype("string").fillna("")
        hashes = np.sort(pd.util.hash_pandas_object(rows, index=False).to_numpy())
        return hashlib.sha256(hashes.tobytes()).hexdigest()

    @property
    def span(self) -> str:
        """The days in ISO form, as the register holds them."""
        return " ".join(f"{start.date()}/{end.date()}" for start, end in self.days)


@dataclass(frozen=True)
class Change:
    """What a reading changes.

    `rows` are to be added; `withdrawn` has `row_seq` and `reason`. Of the `stood` rows that counted within
    the reading's days, `taken_away` are gone and `earlier` of those belong to a period before the newest.
    """

    reading: Reading
    rows: pd.DataFrame
    withdrawn: pd.DataFrame
    stood: int
    taken_away: int
    earlier: int


def change_of(
    *, reading: Reading, standing: pd.DataFrame, audited_on: pd.Series, newest: pd.Timestamp
) -> Change:
    """What a reading changes of the rows that stand.

    `standing` is the table as the register has it, `audited_on` the day of each audit that stands or comes by
    its id, `newest` the first day of the newest period that the register has read. A row without an id of its
    own, outside the reading's days, that resembles one which stands is refused.
    """
    key = list(TABLES[reading.table].key)
    rows = reading.rows
    known, came = _keys(standing, key), _keys(rows, key)
    if reading.table in WHOLE and newest > pd.Timestamp(reading.period.start):
        # a later day's state stands: what is said as at this day can only add to it
        return Change(reading, rows[~came.isin(known)], _none(), 0, 0, 0)
    inside = _inside(reading, standing, audited_on)
    gone = standing[inside & ~known.isin(came)]
    fresh = rows[~came.isin(known)]
    _refuse_resembling(reading, fresh, standing[~inside & ~known.isin(came)], audited_on)
    corrected = _corrected(reading, gone, fresh[fresh["made_id"]])
    days = _days(reading.table, gone, audited_on)
    earlier = (days < max(newest, pd.Timestamp(reading.period.start))) & ~corrected
    return Change(
        reading=reading,
        rows=rows,
        withdrawn=pd.DataFrame(
            {"row_seq": gone["seq"], "reason": pd.Series(GONE, gone.index).mask(corrected, CORRECTED)}
        ),
        stood=int(inside.sum()),
        taken_away=int((~corrected).sum()),
        earlier=0 if reading.table in WHOLE else int(earlier.sum()),
    )


def orphans(children: pd.DataFrame, audits: Iterable[str]) -> pd.DataFrame:
    """Rows whose audit does not stand any more, as withdrawn."""
    lost = children[~children["audit_id"].isin(list(audits))]
    return pd.DataFrame({"row_seq": lost["seq"], "reason": pd.Series(ORPHANED, lost.index)})


def refuse_unsaid(changes: Sequence[Change], *, place: str) -> None:
    """Refuse to withdraw more than a twentieth of a table, or anything of an earlier period, unsaid."""
    lines = []
    for change in changes:
        from_where = ", ".join(change.reading.sources)
        if change.taken_away > WITHDRAWN_AT_MOST * change.stood:
            lines.append(
                f"  {change.reading.table}: {change.taken_away:,} of {change.stood:,} rows that count "
                f"({change.taken_away / change.stood:.0%}) are no longer in {from_where}"
            )
        elif change.earlier:
            lines.append(
                f"  {change.reading.table}: {change.earlier:,} rows of an earlier period are no longer in "
                f"{from_where}"
            )
    if lines:
        raise InputError(
            "\n".join(
                [
                    f"{place}: the sources no longer hold rows that count. Mend the sources, or say why with "
                    '--withdraw "REASON" (the reason is printed in the reports: name nobody).',
                    *lines,
                ]
            )
        )


def _none() -> pd.DataFrame:
    return pd.DataFrame({"row_seq": pd.Series(dtype="int64"), "reason": pd.Series(dtype=object)})


def _keys(rows: pd.DataFrame, key: list[str]) -> pd.Series:
    """One value for each row's key."""
    text = rows[key].astype("string").fillna("")
    joined: pd.Series = text[key[0]].str.cat([text[name] for name in key[1:]], sep="\x1f")
    return joined


def _days(table: str, rows: pd.DataFrame, audited_on: pd.Series) -> pd.Series:
    """The day by which each row belongs to a period; missing for tables that are read whole."""
    if table in OF_AUDITS:
        return pd.to_datetime(rows["audit_id"].map(audited_on))
    if table == "duty_event":
        return rows["held_on"].fillna(rows["due_on"])
    if table in DAY_OF:
        return rows[DAY_OF[table]]
    if table == "indicator":
        return pd.to_datetime(rows["period"].map(_last_day))
    return pd.Series(pd.NaT, index=rows.index, dtype="datetime64[ns]")


def _last_day(label: str) -> pd.Timestamp:
    try:
        return pd.Timestamp(parse_period(label).end)
    except ValueError:
        return pd.NaT


def _inside(reading: Reading, rows: pd.DataFrame, audited_on: pd.Series) -> pd.Series:
    if reading.table in WHOLE:
        return pd.Series(True, index=rows.index)
    days = _days(reading.table, rows, audited_on)
    inside = pd.Series(False, index=rows.index)
    for start, end in reading.days:
        inside |= days.between(start, end).fillna(False).astype(bool)
    return inside


def _corrected(reading: Reading, gone: pd.DataFrame, fresh: pd.DataFrame) -> pd.Series:
    """Which of the rows gone came again with another id, because the kit makes it from what was corrected."""
    kept = _RESEMBLE.get(reading.table, ([], ""))[0]
    if not kept or fresh.empty or gone.empty:
        return pd.Series(False, index=gone.index)
    left, came = _keys(gone, kept), _keys(fresh, kept)
    return left.groupby(left).cumcount() < left.map(came.value_counts()).fillna(0)


def _refuse_resembling(
    reading: Reading, fresh: pd.DataFrame, others: pd.DataFrame, audited_on: pd.Series
) -> None:
    """Refuse a new row without an id that may be a correction of one which stands outside the days.

    It may be where it lies outside the days itself, or where the reading reaches over the day of the other
    and does not hold it.
    """
    if reading.table not in _RESEMBLE:
        return
    kept, whom = _RESEMBLE[reading.table]
    unsure = fresh[fresh["made_id"] & fresh[whom].notna()]
    if unsure.empty or others.empty:
        return
    unsure = unsure.assign(
        day=_days(reading.table, unsure, audited_on),
        like=_keys(unsure, kept),
        outside=~_inside(reading, unsure, audited_on),
    )
    stands = others.assign(day=_days(reading.table, others, audited_on), like=_keys(others, kept))
    pairs = unsure.merge(stands[["like", "day"]], on="like", suffixes=("", "_stands"))
    reached = pairs["day_stands"] >= _days(reading.table, reading.rows, audited_on).min()
    near = (pairs["day"] - pairs["day_stands"]).abs() <= _NEAR
    found = sorted(pairs.loc[near & (pairs["outside"] | reached), "source_row"].dropna().unique())
    if found:
        raise InputError(
            f"{', '.join(reading.sources)}: {len(found):,} rows of table {reading.table} (row "
            f"{', '.join(map(str, found[:10]))}) resemble rows of an earlier reading, outside the days that "
            "this one covers. They may be corrections or new: without an id nobody can tell. Give the rows "
            "ids, run the earlier period again, or name the days under covers."
        )


AS_AT_A_DAY = ("case", "plan", "staff", "team")
"""Tables of which a source is a snapshot; of all others it is a reading."""

_FIGURE, _COUNTED = ["indicator_id", "period", "team_id"], ["numerator", "denominator"]


@dataclass(frozen=True)
class SourceRows:
    """What the sources bring: rows of snapshots by table, and one reading of each other table."""

    snapshots: dict[str, pd.DataFrame]
    readings: list[Reading]


def rows_of_sources(parameters: Parameters, intake: Intake, pseudonyms: Pseudonyms) -> SourceRows:
    """The register's rows of all sources."""
    extracts = list(zip((intake.opening, intake.closing), parameters.extracts, strict=False))
    parts = [*extracts, (intake.records, parameters.extracts[-1])]
    found = [(checked, extract) for tables, extract in parts for checked in tables]
    frames: dict[str, list[pd.DataFrame]] = {"snapshot": []}
    for checked, extract in found:
        frames["snapshot"].append(_snapshot(parameters, checked, extract.as_at))
        frames.setdefault(checked.table, []).append(_kept(parameters, checked, extract, pseudonyms))
    rows = {
        name: pd.concat(parts, ignore_index=True).drop_duplicates(list(TABLES[name].key), keep="first")
        for name, parts in frames.items()
    }
    readings = [
        _reading(parameters, name, frame, [checked for checked, _ in found if checked.table == name])
        for name, frame in rows.items()
        if name not in (*AS_AT_A_DAY, "snapshot")
    ]
    snapshots = {name: rows[name] for name in (*AS_AT_A_DAY, "snapshot") if name in rows}
    return SourceRows({**snapshots, "identity": pseudonyms.identities}, readings)


def _reading(parameters: Parameters, name: str, rows: pd.DataFrame, of: Sequence[Checked]) -> Reading:
    """All sources of a table as one reading; it speaks of the period's days, or of those its sources name."""
    named = [checked.covers or parameters.span for checked in of]
    days = {(pd.Timestamp(one.start), pd.Timestamp(one.end)) for one in named}
    sums = sorted({sha256_of_source(parameters, checked) for checked in of})
    columns = dict.fromkeys([*TABLES[name].names(), "source_row", "made_id"])
    return Reading(
        table=name,
        period=parameters.span,
        days=tuple(sorted(days)),
        sources=tuple(dict.fromkeys(checked.source for checked in of)),
        sha256s=" ".join(sums),
        rows=rows.reindex(columns=list(columns)),
    )


def _kept(parameters: Parameters, checked: Checked, extract: Extract, pseudonyms: Pseudonyms) -> pd.DataFrame:
    frame = pseudonyms.replace(table=checked.table, frame=checked.frame, public=checked.public)
    pseudonyms.remember_staff(checked.unlisted)
    return frame.assign(
        snapshot_id=_snapshot_id(parameters, checked, extract.as_at),
        source_sha256=sha256_of_source(parameters, checked),
        origin="import",
        made_id=checked.made_ids,
    )


def _snapshot(parameters: Parameters, checked: Checked, as_at: date) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "snapshot_id": [_snapshot_id(parameters, checked, as_at)],
            "source": checked.source,
            "as_at": pd.Timestamp(as_at),
            "sha256": sha256_of_source(parameters, checked),
            "rows": checked.rows,
            "set_aside": checked.set_aside,
        }
    )


def _snapshot_id(parameters: Parameters, checked: Checked, as_at: date) -> str:
    return f"{as_at.isoformat()} {checked.table} {sha256_of_source(parameters, checked)[:12]}"


def sha256_of_source(parameters: Parameters, checked: Checked) -> str:
    """The checksum of a source's file, or of what a query answered."""
    path = parameters.source_path(checked.source)
    if path.is_file():
        return sha256_of(path)
    text = checked.frame.to_csv(index=False, date_format="%Y-%m-%d")
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def snapshots_of(parameters: Parameters, tables: Sequence[Checked], extract: Extract) -> list[str]:
    """The names of the snapshots that checked tables of an extract make."""
    return sorted({_snapshot_id(parameters, checked, extract.as_at) for checked in tables})


def computed_rows(*, counted: pd.DataFrame, standing: pd.DataFrame, period: str) -> pd.DataFrame:
    """Rows of `computed_indicator` for a period: the whole council's and every team's.

    A figure of this period that the extract no longer tells becomes 0 of 0.

    Examples
    --------
    >>> counted = pd.DataFrame({"indicator_id": "seen", "team_id": ["T1", None], "numerator": [1, 1]})
    >>> counted = counted.assign(worker_id=None, denominator=[2, 3], without_day=0)
    >>> standing = pd.DataFrame([["gone", "2026", "T1"]], columns=["indicator_id", "period", "team_id"])
    >>> rows = computed_rows(counted=counted, standing=standing, period="2026")
    >>> rows.assign(team_id=rows["team_id"].fillna("")).to_numpy().tolist()
    [['seen', '2026', 'T1', 1, 2], ['seen', '2026', '', 2, 5], ['gone', '2026', 'T1', 0, 0]]
    """
    teams = counted.groupby(["indicator_id", "team_id"], as_index=False, sort=True)[_COUNTED].sum()
    whole = counted.groupby("indicator_id", as_index=False, sort=True)[_COUNTED].sum().assign(team_id=None)
    now = pd.concat([part.astype("object") for part in (teams, whole)], ignore_index=True)
    now = now.assign(period=period)
    held = standing.loc[standing["period"] == period, _FIGURE].astype("object")
    gone = held[~_figures(held).isin(_figures(now))].assign(numerator=0, denominator=0)
    return pd.concat([now, gone], ignore_index=True)[[*_FIGURE, *_COUNTED]]


def by_pseudonym(*, counted: pd.DataFrame, identity: pd.DataFrame) -> pd.DataFrame:
    """The counts by indicator, team and worker, workers by the pseudonyms of the register's identities."""
    staff = identity[identity["kind"] == "staff"].drop_duplicates("reference").set_index("reference")["id"]
    return counted.assign(worker_id=counted["worker_id"].map(staff).astype("string"))


def _figures(rows: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(rows[_FIGURE].fillna(""))
