"""A region's councils beside one another, from the signed figures of their reports for partners."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from qaf_lib.analysis.pooling import pooled_councils
from qaf_lib.disclosure.rounding import BASE
from qaf_lib.errors import InputError
from qaf_lib.exchange import AuditFigures, Figures, read_figures
from qaf_lib.pages.given import refuse_unknown_parameters
from qaf_lib.region import Member, Region, load_region

FEWEST_POOLED = 3
MOST_EFFECT = 1.25
"""A design effect above this: cases stand for so different numbers of others that a share which counts each
alike could be off by more than half of the spread between the groups they were picked in."""


def open_region(parameters_file: str | Path) -> OpenRegion:
    """The region that a parameter file describes, with the figures that its councils signed.

    Raises
    ------
    InputError
        If the parameters are wrong; if a file is not whole, not signed with the council's key, of another
        council or period, or of a newer kit; or if fewer than two councils' files are there.
    """
    refuse_unknown_parameters()
    region = load_region(parameters_file)
    found = {member.council: _figures(region, member) for member in region.councils}
    there = [figures for figures in found.values() if figures is not None]
    if len(there) < 2:
        raise InputError(
            f"{region.path}: {len(there)} of {len(region.councils)} councils' files are there, and two are "
            "needed. Put them where `file` says."
        )
    return OpenRegion(
        parameters=region,
        councils=sorted(there, key=lambda figures: figures.council.casefold()),
        missing=sorted((name for name, figures in found.items() if figures is None), key=str.casefold),
    )


def _figures(region: Region, member: Member) -> Figures | None:
    """The figures of a member; None where its file is not there."""
    path = region.root / member.file
    if not path.exists():
        return None
    figures = read_figures(path, public=member.public_key)
    for what, told, wanted in (
        ("council", figures.council, member.council),
        ("period", figures.period, region.period),
    ):
        if told != wanted:
            raise InputError(
                f"{path}: is of the {what} {told}, and the parameters ask for {wanted}. Put the right file "
                "there."
            )
    return figures


@dataclass(frozen=True)
class Alike:
    """Councils whose shares mean the same: one unit, one scale, one band. `results` as `pooled_councils`."""

    unit: str
    grades: list[str]
    band: list[str]
    band_label: str
    councils: list[str]
    results: pd.DataFrame

    @property
    def pooled(self) -> bool:
        """Whether there are enough of them to pool."""
        return len(self.councils) >= FEWEST_POOLED

    @property
    def shown(self) -> pd.DataFrame:
        """Each council's row: partly pooled, or alone where there are too few."""
        measure = "partly_pooled" if self.pooled else "share"
        return self.results[self.results["measure"] == measure].reset_index(drop=True)

    @property
    def average(self) -> pd.Series:
        """The row of the average that councils of this kind come from."""
        return self.results[self.results["measure"] == "average"].iloc[0]

    @property
    def off_average(self) -> dict[str, list[str]]:
        """Councils whose interval lies wholly below and wholly above the average, by name."""
        rows, middle = self.shown, self.average["estimate"]
        low, high = (rows.loc[side, "row_key"] for side in (rows["high"] < middle, rows["low"] > middle))
        return {"below": low.astype(str).tolist(), "above": high.astype(str).tolist()}


@dataclass(frozen=True)
class OpenRegion:
    """Answers about a region; councils always stand in alphabetical order."""

    parameters: Region
    councils: list[Figures]
    missing: list[str]

    @property
    def synthetic(self) -> bool:
        """Whether any of the figures are of made-up data."""
        return any(council.synthetic for council in self.councils)

    @cached_property
    def alike(self) -> list[Alike]:
        """Groups of councils whose shares mean the same, the largest first."""
        groups: dict[tuple[str, tuple[str, ...], tuple[str, ...]], list[Figures]] = {}
        for council in self.councils:
            if not self.why_apart(council):
                key = (council.unit, tuple(council.grades), tuple(council.band))
                groups.setdefault(key, []).append(council)
        ordered = sorted(groups.values(), key=len, reverse=True)
        return [self._alike(number, members) for number, members in enumerate(ordered, start=1)]

    def _alike(self, number: int, members: list[Figures]) -> Alike:
        first = members[0]
        return Alike(
            unit=first.unit,
            grades=first.grades,
            band=first.band,
            band_label=first.band_label,
            councils=[council.council for council in members],
            results=pooled_councils(
                counts=pd.DataFrame([row for council in members for row in _counts(council)]),
                step=BASE,
                table_id=f"region_shares_{number}",
            ),
        )

    def why_apart(self, council: Figures) -> str:
        """Why a council's share stands beside no other; "" where it may."""
        audit = leading(council)
        if audit is None:
            return "its report for partners gives no share"
        if audit.design_effect > MOST_EFFECT:
            return (
                "its cases stand for very different numbers of others (design effect "
                f"{audit.design_effect}), "
                "and its report counts each alike"
            )
        return ""


def leading(council: Figures) -> AuditFigures | None:
    """The first kind of audit that a council's report gives a share for."""
    return next((audit for audit in council.audits if sum(audit.counts.values())), None)


def _counts(council: Figures) -> Iterator[dict[str, object]]:
    audit = leading(council)
    if audit is None:
        return
    for grade, count in audit.counts.items():
        yield {
            "council": council.council,
            "inside": grade in council.band,
            "count": count,
            "design_effect": audit.design_effect,
        }
