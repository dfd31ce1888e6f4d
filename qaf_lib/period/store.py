"""The period store as tables: what notebooks' questions are answered from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from qaf_lib.draws import draws_of
from qaf_lib.frameworks import Framework
from qaf_lib.parameters import DrawPlan, Parameters

__all__ = ["NOT_DRAWN", "DrawView", "PeriodStore"]

NOT_DRAWN = "not_drawn"
"""The selection of audits that are called random and match no drawn case."""


@dataclass(frozen=True)
class DrawView:
    """One draw of the period with its plan, strata, frame and what came back.

    `frame` has every case of the frame; `responses` one row per selected case with the
    frame's columns and the `grade` of its audit (missing where none came back).
    """

    draw_id: str
    audit_type: str
    plan: DrawPlan
    strata: pd.DataFrame
    frame: pd.DataFrame
    responses: pd.DataFrame

    @property
    def eligible(self) -> pd.DataFrame:
        """The cases that could be drawn."""
        return self.frame[self.frame["state"] != "excluded"]


class PeriodStore:
    """Reads the Parquet tables of one period; holds no identifiers."""

    def __init__(self, *, parameters: Parameters, folder: Path) -> None:
        self.parameters = parameters
        self.framework: Framework = parameters.rules
        self.span = parameters.span
        self._folder = folder
        self._tables: dict[str, pd.DataFrame] = {}

    @cached_property
    def facts(self) -> dict[str, Any]:
        """Register sequence, versions and checksums of the sources."""
        facts: dict[str, Any] = json.loads((self._folder / "store.json").read_text(encoding="utf-8"))
        return facts

    def table(self, name: str) -> pd.DataFrame:
        """One table of the store, read once; whoever asks for it must not change it."""
        if name not in self._tables:
            self._tables[name] = pd.read_parquet(self._folder / f"{name}.parquet")
        return self._tables[name]

    @cached_property
    def opening(self) -> pd.DataFrame:
        """Open cases at the start of the period."""
        return self._snapshot("case", "opening")

    @cached_property
    def closing(self) -> pd.DataFrame:
        """Open cases at the end of the period, or at its start where there is no later extract."""
        return self._snapshot("case", "closing" if self.parameters.caseload.closing else "opening")

    @cached_property
    def staff(self) -> pd.DataFrame:
        """People in post, without names."""
        return self._snapshot("staff", "records")

    @cached_property
    def teams(self) -> pd.DataFrame:
        """Teams by id, with name and service."""
        return self._snapshot("team", "records")

    def _snapshot(self, name: str, which: str) -> pd.DataFrame:
        table = self.table(name)
        return table[table["snapshot_id"].isin(self.facts[which])].reset_index(drop=True)

    @classmethod
    def in_memory(
        cls, *, parameters: Parameters, tables: Mapping[str, pd.DataFrame], facts: Mapping[str, Any]
    ) -> PeriodStore:
        """A store of tables that nobody has written down."""
        store = cls(parameters=parameters, folder=parameters.period_vault / "store")
        store.facts = dict(facts)
        store._tables = dict(tables)
        return store

    @cached_property
    def audits(self) -> pd.DataFrame:
        """Every audit up to the end of the period.

        One that is called random and matches no case of the draw recorded for its type and day is a chosen
        case, in this period and in every other: its selection is `NOT_DRAWN` here.
        """
        audits = self.table("audit")
        stray = (audits["selection"] == "random") & audits["draw_id"].isna() & self._has_a_draw(audits)
        return audits.assign(selection=audits["selection"].mask(stray, NOT_DRAWN))

    def _has_a_draw(self, audits: pd.DataFrame) -> pd.Series:
        """Whether a draw of the audit's type is recorded for its day."""
        found = pd.Series(False, index=audits.index)
        for draw in self.table("draw").itertuples():
            days = audits["audited_on"].between(draw.covers_from, draw.covers_to).fillna(False).astype(bool)
            found |= days & (audits["audit_type"] == draw.audit_type)
        return found

    @cached_property
    def audits_of_period(self) -> pd.DataFrame:
        """Audits made in the period."""
        return self.in_period(self.audits, "audited_on")

    def in_period(self, table: pd.DataFrame, day: str) -> pd.DataFrame:
        """The rows of a table whose day lies in the period."""
        start, end = pd.Timestamp(self.span.start), pd.Timestamp(self.span.end)
        return table[table[day].between(start, end).fillna(False).astype(bool)].reset_index(drop=True)

    @cached_property
    def team_names(self) -> dict[str, str]:
        """Names of teams by id."""
        return {
            str(team): str(name) for team, name in zip(self.teams["team_id"], self.teams["name"], strict=True)
        }

    @cached_property
    def draws(self) -> list[DrawView]:
        """The period's draws in the order of the parameter file, replaced ones left out."""
        current = draws_of(self.table("draw"), self.span)
        by_type = {
            str(kind): str(draw) for kind, draw in zip(current["audit_type"], current["draw_id"], strict=True)
        }
        return [
            self._view(by_type[plan.audit_type], plan)
            for plan in self.parameters.draws
            if plan.audit_type in by_type
        ]

    def _view(self, draw_id: str, plan: DrawPlan) -> DrawView:
        strata = self.table("draw_stratum").query("draw_id == @draw_id").reset_index(drop=True)
        cases = self.table("draw_case").query("draw_id == @draw_id")
        people = self.opening.drop(columns=["seq", "snapshot_id"]).drop_duplicates("case_id")
        frame = cases.drop(columns="seq").merge(people, on="case_id", how="left")
        audits = self.audits[self.audits["draw_id"] == draw_id].drop_duplicates("case_id")
        selected = frame[frame["state"] == "selected"]
        responses = selected.merge(
            audits[["case_id", "audit_id", "overall_grade", "audited_on"]], on="case_id", how="left"
        ).rename(columns={"overall_grade": "grade"})
        return DrawView(draw_id, plan.audit_type, plan, strata, frame, responses)
