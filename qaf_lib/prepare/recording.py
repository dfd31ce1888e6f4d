"""What a period adds to the register: readings of its sources, due draws, the audits' draws, and auditors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import pandas as pd

from qaf_lib.dates import Period
from qaf_lib.draw_plans import DrawPlan, is_second_look
from qaf_lib.errors import InputError
from qaf_lib.parameters import Parameters
from qaf_lib.prepare.allocations import DrawAllocation, draw_allocation, due_rows, ended_with_their_draw
from qaf_lib.prepare.draw_frames import FIRST_CHANCE, Known
from qaf_lib.prepare.draws import DrawHistory, DueDraw, Replacement, draw_days, draws_of, due_draw
from qaf_lib.prepare.readings import OF_AUDITS, Change, Reading, change_of, orphans, refuse_unsaid
from qaf_lib.register import TABLES, Register, permanent_random_number, typed

BY_CHANCE = ("random", "panel", "census")
"""Selections by which an audit of a drawn case counts for its draw; all others are chosen cases."""


@dataclass(frozen=True)
class Orders:
    """What the caller says of this run beside its parameter file.

    `withdraw` is why rows that count may be withdrawn, `replacement` a recorded draw to be drawn again,
    `overlapping` why days are drawn for that another draw holds in part. A notebook that opens a period
    `may_withdraw` nothing.
    """

    withdraw: str | None = None
    replacement: Replacement | None = None
    overlapping: str | None = None
    may_withdraw: bool = True


@dataclass(frozen=True)
class RegisterWriter:
    """The period's parameters, the open register, the vault's key, who records and what was said."""

    parameters: Parameters
    register: Register
    key: bytes
    by: str
    orders: Orders

    def add_sources(
        self, *, snapshots: Mapping[str, pd.DataFrame], readings: Sequence[Reading], drawn_from: Sequence[str]
    ) -> tuple[list[Change], list[str]]:
        """Record what was read and the draws that are due, all in one step; the changes and the new draws.

        Draws are made from the cases and plans of the snapshots that `drawn_from` names. Nothing is recorded
        where rows that count would be withdrawn unsaid.
        """
        seen = self.register.last_seq()
        changes = self._changes(readings)
        withdrawn = self._withdrawn(changes)
        audits = self._linked(self._audits_after(changes, withdrawn), [])
        cases, plans = (
            _together(name, [snapshots[name]] if name in snapshots else []) for name in ("case", "plan")
        )
        draws = self._due_draws(
            cases[cases["snapshot_id"].isin(drawn_from)], plans[plans["snapshot_id"].isin(drawn_from)], audits
        )
        rows = {change.reading.table: change.rows for change in changes}
        rows["audit"] = self._linked(audits, draws)
        rows["draw"] = _together("draw", [due.draw for due in draws])
        rows["draw_stratum"] = _together("draw_stratum", [due.strata for due in draws])
        rows["draw_case"] = _together("draw_case", [due.cases for due in draws])
        rows["reading"] = pd.DataFrame([self._reading_row(change.reading) for change in changes])
        rows["withdrawal"] = withdrawn
        self.register.add(
            {**snapshots, **{name: frame for name, frame in rows.items() if len(frame)}},
            by=self.by,
            after=seen,
        )
        return changes, [str(due.draw["draw_id"].iloc[0]) for due in draws]

    def _changes(self, readings: Sequence[Reading]) -> list[Change]:
        """What the readings change that are not the same as the newest of their table and period."""
        held = self.register.read("reading")
        spans = [self.parameters.span.start, *self.register.read("draw")["covers_from"]]
        newest = max(pd.Timestamp(day) for day in spans)
        new = [reading for reading in readings if not self._is_held(held, reading)]
        days = [self.register.read("audit")] + [one.rows for one in new if one.table == "audit"]
        audits = _together("audit", days).drop_duplicates("audit_id", keep="last")
        audited_on = audits.set_index("audit_id")["audited_on"]
        return [
            change_of(
                reading=reading,
                standing=self.register.read(reading.table),
                audited_on=audited_on,
                newest=newest,
            )
            for reading in new
        ]

    def _is_held(self, held: pd.DataFrame, reading: Reading) -> bool:
        same = held[(held["table_name"] == reading.table) & (held["period"] == reading.period.label)]
        if same.empty:
            return False
        newest = same.sort_values("seq").iloc[-1]
        return bool(newest["days"] == reading.span and newest["rows_sha256"] == reading.checksum)

    def _withdrawn(self, changes: Sequence[Change]) -> pd.DataFrame:
        """Rows of the table `withdrawal`: what the readings no longer hold, and what hung on it."""
        parts = [
            change.withdrawn.assign(
                table_name=change.reading.table, reading_id=self._reading_id(change.reading)
            )
            for change in changes
        ]
        parts += self._orphans(changes)
        found = pd.concat([part for part in parts if len(part)] or [pd.DataFrame()], ignore_index=True)
        if found.empty:
            return found
        if not self.orders.may_withdraw:
            raise InputError(
                f"{self.parameters.path}: {len(found):,} rows that count are no longer in the sources. "
                "Opening a period in a notebook withdraws nothing: see them with `qaf check`, then use "
                "`qaf run` or `qaf draw`."
            )
        if self.orders.withdraw is None:
            refuse_unsaid(changes, place=str(self.parameters.path))
        else:
            gone = found["reason"].str.startswith("no longer")
            found["reason"] = found["reason"].mask(gone, found["reason"] + f": {self.orders.withdraw}")
        return found.drop_duplicates("row_seq")

    def _orphans(self, changes: Sequence[Change]) -> list[pd.DataFrame]:
        """What stands in other tables of audits that no longer count."""
        parts = []
        for change in changes:
            if change.reading.table != "audit" or change.withdrawn.empty:
                continue
            standing = self.register.read("audit")
            left = standing.loc[~standing["seq"].isin(change.withdrawn["row_seq"]), "audit_id"]
            audits = set(left) | set(change.rows["audit_id"])
            for name in OF_AUDITS:
                lost = orphans(self.register.read(name), audits)
                parts.append(lost.assign(table_name=name, reading_id=self._reading_id(change.reading)))
        return parts

    def _reading_id(self, reading: Reading) -> str:
        held = self.register.read("reading")
        same = (held["table_name"] == reading.table) & (held["period"] == reading.period.label)
        return f"{reading.period.label} {reading.table} {int(same.sum()) + 1}"

    def _reading_row(self, reading: Reading) -> dict[str, object]:
        return {
            "reading_id": self._reading_id(reading),
            "table_name": reading.table,
            "period": reading.period.label,
            "days": reading.span,
            "sha256s": reading.sha256s,
            "rows": len(reading.rows),
            "rows_sha256": reading.checksum,
        }

    def _audits_after(self, changes: Sequence[Change], withdrawn: pd.DataFrame) -> pd.DataFrame:
        """The audits as they stand once the readings are recorded."""
        standing = self.register.read("audit")
        if len(withdrawn):
            gone = withdrawn.loc[withdrawn["table_name"] == "audit", "row_seq"]
            standing = standing[~standing["seq"].isin(gone)]
        came = [change.rows for change in changes if change.reading.table == "audit"]
        both = _together("audit", [standing, *came])
        return both.drop_duplicates("audit_id", keep="last").reset_index(drop=True)

    def _due_draws(self, cases: pd.DataFrame, plans: pd.DataFrame, audits: pd.DataFrame) -> list[DueDraw]:
        """The draws that are due and not recorded yet, or are to be replaced, each after those before it."""
        history = DrawHistory(draws=self.register.read("draw"), strata=self.register.read("draw_stratum"))
        self._refuse_replacing(history.draws, audits)
        as_at = self.parameters.caseload.opening.as_at
        known = Known(cases=cases, plans=plans, as_at=as_at, audits=self._with_first_chance(audits))
        made: list[DueDraw] = []
        for plan in self.parameters.draws:
            for days in draw_days(plan, self.parameters.span):
                due = self._due_draw(plan, days, known, history) if self._is_ripe(plan, days) else None
                if due:
                    made.append(due)
                    history = history.then(due)
        return made

    def _due_draw(self, plan: DrawPlan, days: Period, known: Known, history: DrawHistory) -> DueDraw | None:
        try:
            return due_draw(
                plan=plan,
                framework=self.parameters.rules,
                known=known,
                span=self.parameters.span,
                days=days,
                key=self.key,
                history=history,
                replacement=self.orders.replacement,
                overlapping=self.orders.overlapping,
            )
        except ValueError as error:
            raise InputError(f"{self.parameters.path}: {error}.") from None

    def _is_ripe(self, plan: DrawPlan, days: Period) -> bool:
        """Whether the records reach a second look's days: until then its cases are not all known."""
        reach = self.parameters.extracts[-1].as_at
        return plan.estimates or reach >= days.start - timedelta(days=1)

    def _with_first_chance(self, audits: pd.DataFrame) -> pd.DataFrame:
        """The audits with the chance by which the draw that they count for picked their case."""
        draws, cases = self.register.read("draw"), self.register.read("draw_case")
        first = draws.loc[~is_second_look(draws["purpose"]), "draw_id"]
        drawn = cases[cases["draw_id"].isin(first) & (cases["state"] == "selected")]
        chances = drawn[["draw_id", "case_id", "inclusion_probability"]]
        chances = chances.rename(columns={"inclusion_probability": FIRST_CHANCE})
        return audits.merge(chances, on=["draw_id", "case_id"], how="left")

    def _refuse_replacing(self, draws: pd.DataFrame, audits: pd.DataFrame) -> None:
        """Refuse to replace what is no current draw of the period, or has come back with a grade."""
        replacement = self.orders.replacement
        if replacement is None:
            return
        named = {plan.audit_type for plan in self.parameters.draws}
        current = draws_of(draws, self.parameters.span)
        known = current.loc[current["audit_type"].isin(named), "draw_id"].tolist()
        if replacement.draw_id not in known:
            raise InputError(
                f"{self.parameters.path}: --replace names no draw that can be replaced; got "
                f"{replacement.draw_id!r}. The period's draws are: {', '.join(known) or 'none'}."
            )
        graded = (
            audits.loc[audits["draw_id"].eq(replacement.draw_id).fillna(False), "overall_grade"].notna().sum()
        )
        if graded:
            raise InputError(
                f"{self.parameters.path}: {graded} audits of the draw {replacement.draw_id} have a grade, so "
                "it stands. A draw can be replaced only before the first grade is in."
            )

    def _linked(self, audits: pd.DataFrame, due: Sequence[DueDraw]) -> pd.DataFrame:
        """The audits, those of drawn cases linked to their draw.

        The first audit of the right type within a draw's days counts for a drawn case, unless it was chosen
        for another reason (themed, ad hoc, spot check or top-up). Where two draws hold its day and case, it
        counts for the earlier one, so that a later draw takes nothing away from it; but an audit of a panel
        counts for a draw of one before any other, and another for that last.
        """
        recorded = self.register.read("draw").sort_values("seq")
        draws = _together("draw", [recorded, *(one.draw for one in due)])
        draws = draws[~draws["draw_id"].isin(draws["replaces_draw_id"].dropna())]
        cases = _together("draw_case", [self.register.read("draw_case"), *(one.cases for one in due)])
        draws = draws[["draw_id", "audit_type", "covers_from", "covers_to", "selection"]]
        draws = draws.assign(order=range(len(draws))).rename(columns={"selection": "drawn_as"})
        drawn = draws.merge(
            cases.loc[cases["state"].isin(["selected", "reserve"]), ["draw_id", "case_id"]], on="draw_id"
        )
        pairs = audits[audits["selection"].isin(BY_CHANCE)].drop(columns="draw_id")
        pairs = pairs.merge(drawn, on=["case_id", "audit_type"])
        pairs = pairs[pairs["audited_on"].between(pairs["covers_from"], pairs["covers_to"])]
        links = _first_of_each(pairs)
        return audits.assign(draw_id=audits["audit_id"].map(links).astype("string"))

    def add_allocations(self, staff: pd.DataFrame) -> None:
        """Give drawn cases that nobody has to auditors, and end what somebody who left still had.

        A council without a staff table gives its audits out itself.
        """
        seen = self.register.last_seq()
        over = ended_with_their_draw(read=self.register.read, as_at=self.parameters.extracts[-1].as_at)
        self.register.add({"allocation": over}, by=self.by, after=seen)
        for draw in self._allocated_draws(staff):
            seen = self.register.last_seq()
            numbers = partial(_number, self.key, f"allocation {draw}")
            try:
                rows = due_rows(self._allocation(draw, staff), numbers=numbers)
            except ValueError as error:
                raise InputError(f"{self.parameters.path}: allocating {draw}: {error}.") from None
            self.register.add({"allocation": rows}, by=self.by, after=seen)

    def allocations(self, staff: pd.DataFrame) -> list[DrawAllocation]:
        """The allocations of the period's draws as they stand; none without a staff table."""
        return [self._allocation(draw, staff) for draw in self._allocated_draws(staff)]

    def _allocated_draws(self, staff: pd.DataFrame) -> list[str]:
        if staff.empty:
            return []
        draws = draws_of(self.register.read("draw"), self.parameters.span)
        return [str(draw) for draw in draws.loc[~is_second_look(draws["purpose"]), "draw_id"]]

    def _allocation(self, draw: str, staff: pd.DataFrame) -> DrawAllocation:
        return draw_allocation(
            read=self.register.read,
            draw_id=draw,
            framework=self.parameters.rules,
            span=self.parameters.span,
            as_at=self.parameters.extracts[-1].as_at,
            staff=staff,
        )


def _together(table: str, frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Rows of one table from several places, in the types of its contract."""
    names = TABLES[table].names()
    parts = [typed(frame.reindex(columns=names), TABLES[table].columns) for frame in frames if len(frame)]
    if not parts:
        return typed(pd.DataFrame([], columns=names), TABLES[table].columns)
    return pd.concat(parts, ignore_index=True)


def _first_of_each(pairs: pd.DataFrame) -> dict[str, str]:
    """The draw that each audit counts for; of a drawn case one audit counts, and each for one draw alone."""
    unlike = (pairs["selection"] == "panel") != (pairs["drawn_as"] == "panel")
    ordered = pairs.assign(unlike=unlike).sort_values(["audited_on", "audit_id", "unlike", "order"])
    links: dict[str, str] = {}
    answered: set[tuple[str, str]] = set()
    for audit, draw, case in ordered[["audit_id", "draw_id", "case_id"]].itertuples(index=False):
        if audit not in links and (draw, case) not in answered:
            links[audit] = draw
            answered.add((draw, case))
    return links


def _number(key: bytes, purpose: str, identity: str) -> float:
    return permanent_random_number(key=key, purpose=purpose, identity=identity)
