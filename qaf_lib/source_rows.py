"""Checked sources as the register's rows: pseudonyms for references, snapshots named, tables put together."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from qaf_lib.caseload import Checked, Intake
from qaf_lib.fingerprint import sha256_of
from qaf_lib.parameters import Extract, Parameters
from qaf_lib.pseudonyms import Pseudonyms
from qaf_lib.readings import Reading
from qaf_lib.register import TABLES

__all__ = [
    "SourceRows",
    "by_pseudonym",
    "computed_rows",
    "rows_of_sources",
    "sha256_of_source",
    "snapshots_of",
]

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

    Parameters
    ----------
    counted : DataFrame
        By indicator, team and worker, as the extract tells it.
    standing : DataFrame
        What the register holds of all periods: a figure of this one that the extract no longer tells becomes
        0 of 0.
    period : str
        The period's label.

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
