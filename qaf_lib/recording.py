"""What a period adds to the register besides its sources: due draws, the audits' draws, and auditors."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import pandas as pd

from qaf_lib.allocations import Round, current_draws, due_rows, ended_with_their_draw, round_of
from qaf_lib.draws import Past, due_draw
from qaf_lib.errors import InputError
from qaf_lib.parameters import Parameters
from qaf_lib.register import Register, permanent_random_number

__all__ = ["Recording"]


@dataclass(frozen=True)
class Recording:
    """The period's parameters, the open register, the vault's key and who records."""

    parameters: Parameters
    register: Register
    key: bytes
    by: str

    def add_draws(self, *, cases: pd.DataFrame, audits: pd.DataFrame | None) -> list[str]:
        """Record the due draws from the opening cases; the ids of those made now."""
        made = []
        for plan in self.parameters.draws:
            past = Past(
                draws=self.register.read("draw"),
                strata=self.register.read("draw_stratum"),
                last_audited=self._last_audited(audits),
            )
            try:
                due = due_draw(
                    plan=plan,
                    framework=self.parameters.rules,
                    cases=cases,
                    as_at=self.parameters.caseload.opening.as_at,
                    period=self.parameters.period,
                    key=self.key,
                    past=past,
                )
            except ValueError as error:
                raise InputError(f"{self.parameters.path}: {error}.") from None
            if due:
                tables = {"draw": due.draw, "draw_stratum": due.strata, "draw_case": due.cases}
                self.register.add(tables, by=self.by)
                made.append(str(due.draw["draw_id"].iloc[0]))
        return made

    def _last_audited(self, audits: pd.DataFrame | None) -> pd.Series:
        """Day of the last audit of each case before the period."""
        known = [self.register.read("audit")[["case_id", "audited_on"]]]
        if audits is not None:
            known.append(audits[["case_id", "audited_on"]])
        every = pd.concat(known)
        before = every[every["audited_on"] < pd.Timestamp(self.parameters.span.start)]
        last: pd.Series = before.groupby("case_id")["audited_on"].max()
        return last

    def add_audits(self, audits: pd.DataFrame) -> None:
        """Record the audits, those of the period's drawn cases linked to their draw.

        The first audit of the right type in the period counts for a drawn case, unless it was chosen
        for another reason (themed, ad hoc, spot check or top-up).
        """
        draws = self.register.read("draw")
        current = current_draws(read=self.register.read, period=self.parameters.period)
        cases = self.register.read("draw_case")
        drawn = cases[cases["draw_id"].isin(current) & cases["state"].isin(["selected", "reserve"])]
        drawn = drawn.merge(draws[["draw_id", "audit_type"]], on="draw_id")[
            ["draw_id", "case_id", "audit_type"]
        ]
        span = self.parameters.span
        in_period = audits["audited_on"].between(pd.Timestamp(span.start), pd.Timestamp(span.end))
        by_chance = audits["selection"].isin(["random", "panel", "census"])
        candidates = audits[in_period & by_chance].sort_values(["audited_on", "audit_id"])
        first = candidates.drop_duplicates(["case_id", "audit_type"]).merge(
            drawn, on=["case_id", "audit_type"]
        )
        links = first.set_index("audit_id")["draw_id"]
        linked = audits.assign(draw_id=audits["audit_id"].map(links).astype("string"))
        self.register.add({"audit": linked}, by=self.by)

    def add_allocations(self, staff: pd.DataFrame) -> None:
        """Give drawn cases that nobody has to auditors, and end what somebody who left still had.

        A council without a staff table gives its audits out itself.
        """
        over = ended_with_their_draw(
            read=self.register.read,
            period=self.parameters.period,
            as_at=self.parameters.extracts[-1].as_at,
        )
        self.register.add({"allocation": over}, by=self.by)
        for draw in self._allocated_draws(staff):
            numbers = partial(_number, self.key, f"allocation {draw}")
            try:
                rows = due_rows(self._round(draw, staff), numbers=numbers)
            except ValueError as error:
                raise InputError(f"{self.parameters.path}: allocating {draw}: {error}.") from None
            self.register.add({"allocation": rows}, by=self.by)

    def rounds(self, staff: pd.DataFrame) -> list[Round]:
        """The allocations of the period's draws as they stand; none without a staff table."""
        return [self._round(draw, staff) for draw in self._allocated_draws(staff)]

    def _allocated_draws(self, staff: pd.DataFrame) -> list[str]:
        if staff.empty:
            return []
        return current_draws(read=self.register.read, period=self.parameters.period)

    def _round(self, draw: str, staff: pd.DataFrame) -> Round:
        return round_of(
            read=self.register.read,
            draw_id=draw,
            framework=self.parameters.rules,
            span=self.parameters.span,
            as_at=self.parameters.extracts[-1].as_at,
            staff=staff,
        )


def _number(key: bytes, purpose: str, identity: str) -> float:
    return permanent_random_number(key=key, purpose=purpose, identity=identity)
