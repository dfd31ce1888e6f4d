"""The period store as tables, its draws and their audits, and what stands for a title."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from copy import copy, deepcopy
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, wraps
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from qaf_lib.dates import add_months
from qaf_lib.draw_plans import DrawPlan
from qaf_lib.frameworks import Framework
from qaf_lib.intake.labels import OTHER
from qaf_lib.pages.selections import at_random, judged
from qaf_lib.parameters import Parameters
from qaf_lib.prepare import draw_days, draws_of
from qaf_lib.sampling.frame import STRATUM_JOINED_BY

ALL_CASES = "all cases"
"""What pages call the one stratum of a draw from one list."""


@dataclass(frozen=True)
class DrawView:
    """One draw of the period with its plan, strata, frame and what came back.

    Draws by month from one list are one: their cases are the next in its order, so that together they are
    a draw of as many. `key` tells the draw from all others of the period, and begins the names of its tables.
    `frame` has every case of the frame; `responses` one row per selected case with the
    frame's columns and the `grade` of its audit (missing where none came back).
    """

    draw_ids: tuple[str, ...]
    key: str
    audit_type: str
    plan: DrawPlan
    strata: pd.DataFrame
    frame: pd.DataFrame
    responses: pd.DataFrame

    @property
    def draw_id(self) -> str:
        """The recorded draw, or those of the months."""
        return ", ".join(self.draw_ids)

    @property
    def eligible(self) -> pd.DataFrame:
        """The cases that could be drawn."""
        return self.frame[self.frame["state"] != "excluded"]

    @property
    def shown_strata(self) -> dict[str, str]:
        """What pages call each stratum: workers are not told apart, and one list is all cases."""
        return {stratum: self._shown(stratum) for stratum in self.strata["stratum"].astype(str)}

    def _shown(self, stratum: str) -> str:
        columns, parts = self.plan.spread, stratum.split(STRATUM_JOINED_BY)
        if "worker_id" not in columns:
            return stratum or ALL_CASES
        if len(parts) != len(columns):
            return ALL_CASES
        kept = [part for column, part in zip(columns, parts, strict=True) if column != "worker_id"]
        return STRATUM_JOINED_BY.join(kept) or ALL_CASES


Answer = TypeVar("Answer")


def once(question: Callable[[PeriodStore], Answer]) -> Callable[[PeriodStore], Answer]:
    """A question about a period: worked out once, and kept with its store; a lent store takes a copy."""

    @wraps(question)
    def asked(store: PeriodStore) -> Answer:
        if question not in store.answers:
            lender = store.lender
            store.answers[question] = deepcopy(asked(lender)) if lender else question(store)
        answer: Answer = store.answers[question]
        return answer

    return asked


class PeriodStore:
    """Reads the Parquet tables of one period, where they are prepared unless told; holds no identifiers."""

    def __init__(self, *, parameters: Parameters, folder: Path | None = None) -> None:
        self.parameters = parameters
        self.framework: Framework = parameters.rules
        self.span = parameters.span
        self._folder = folder or parameters.period_vault / "store"
        self._tables: dict[str, pd.DataFrame] = {}
        self.answers: dict[Callable[[PeriodStore], Any], Any] = {}
        self.lender: PeriodStore | None = None

    def lent(self) -> PeriodStore:
        """A copy for one notebook, which takes its answers from here and changes nothing here."""
        store = copy(self)
        kept = {name: value for name, value in vars(self).items() if name != "answers"}
        vars(store).update(deepcopy(kept), answers={}, lender=self)
        return store

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
        store = cls(parameters=parameters)
        store.facts = dict(facts)
        store._tables = dict(tables)
        return store

    @cached_property
    def audits(self) -> pd.DataFrame:
        """Every audit up to the end of the period, its selection held against the recorded draws."""
        audits = self.table("audit")
        return audits.assign(selection=judged(audits=audits, draws=self.table("draw")))

    @cached_property
    def audits_of_period(self) -> pd.DataFrame:
        """Audits made in the period."""
        return self.in_period(self.audits, "audited_on")

    @property
    def twelve_from(self) -> date:
        """First day of the twelve months up to the period's end, or of the period where that is longer."""
        return min(self.span.start, add_months(self.span.end + timedelta(days=1), -12))

    def in_period(self, table: pd.DataFrame, day: str) -> pd.DataFrame:
        """The rows of a table whose day lies in the period."""
        start, end = pd.Timestamp(self.span.start), pd.Timestamp(self.span.end)
        return table[table[day].between(start, end).fillna(False).astype(bool)].reset_index(drop=True)

    @cached_property
    def role_of(self) -> pd.Series:
        """The role of each member of staff by pseudonym; of one listed twice the first."""
        return self.staff.drop_duplicates("staff_id").set_index("staff_id")["role"]

    @cached_property
    def status_of(self) -> pd.Series:
        """The status of each case by pseudonym, as the period's first list has it."""
        cases = pd.concat([self.opening, self.closing]).drop_duplicates("case_id")
        return cases.set_index("case_id")["status"].astype("string")

    def place_of(self, column: str) -> dict[str, str]:
        """The `service` or `locality` of each team that names one."""
        named = self.teams[self.teams[column].str.strip().fillna("") != ""]
        return {str(team): str(place) for team, place in zip(named["team_id"], named[column], strict=True)}

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
        return [
            self._view(plan, alike)
            for plan in self.parameters.draws
            for alike in self._by_list(plan, current)
        ]

    @cached_property
    def estimating(self) -> list[DrawView]:
        """The draws that estimates are made from: of a type that counts towards them, from no audited set."""
        kinds = self.framework.estimate_types
        return [view for view in self.draws if view.audit_type in kinds and view.plan.estimates]

    def label(self, view: DrawView) -> str:
        """What pages call a draw: its type of audit, and what tells it from others of that type."""
        kind = self.framework.audit_type(view.audit_type)
        words = kind.label if kind else view.audit_type
        added = view.key.removeprefix(view.audit_type).strip("_").replace("_", " ")
        return f"{words} ({added})" if added else words

    def _by_list(self, plan: DrawPlan, current: pd.DataFrame) -> list[pd.DataFrame]:
        """The recorded draws of a plan: those by month together where they are of one list, else apart."""
        same = (current["audit_type"] == plan.audit_type) & (current["purpose"] == plan.purpose)
        days = {(pd.Timestamp(days.start), pd.Timestamp(days.end)) for days in draw_days(plan, self.span)}
        covered = pd.Series(
            zip(current["covers_from"], current["covers_to"], strict=True), index=current.index
        )
        found = current[same & covered.isin(days)].sort_values("covers_from")
        return [alike for _, alike in found.groupby("frame_sha256", sort=False)]

    def _view(self, plan: DrawPlan, draws: pd.DataFrame) -> DrawView:
        draw_ids = tuple(draws["draw_id"].astype(str))
        strata = self.table("draw_stratum")
        strata = strata[strata["draw_id"].isin(draw_ids)]
        cases = self.table("draw_case")
        cases = _together(cases[cases["draw_id"].isin(draw_ids)])
        people = self.opening.drop(columns=["seq", "snapshot_id"]).drop_duplicates("case_id")
        frame = cases.drop(columns="seq").merge(people, on="case_id", how="left")
        audits = self.audits[self.audits["draw_id"].isin(draw_ids)].drop_duplicates("case_id")
        selected = frame[frame["state"] == "selected"]
        responses = selected.merge(
            audits[["case_id", "audit_id", "overall_grade", "audited_on"]], on="case_id", how="left"
        ).rename(columns={"overall_grade": "grade"})
        return DrawView(
            draw_ids, _key(plan, draws), plan.audit_type, plan, _drawn(strata, selected), frame, responses
        )


def _key(plan: DrawPlan, draws: pd.DataFrame) -> str:
    """The audit type, with the draw's name, and its month where the months are of several lists."""
    month = f"{draws['covers_from'].iloc[0]:%Y_%m}" if _is_apart(plan, draws) else None
    return "_".join(part for part in (plan.audit_type, plan.name, month) if part)


def _is_apart(plan: DrawPlan, draws: pd.DataFrame) -> bool:
    return plan.every == "month" and len(draws) == 1


def _together(cases: pd.DataFrame) -> pd.DataFrame:
    """The cases of draws from one list, each once, with the chance that the draws together gave it."""
    if len(cases["draw_id"].unique()) <= 1:
        return cases
    order = cases["state"].map({"selected": 0, "reserve": 1, "not_selected": 2, "excluded": 3})
    once = cases.assign(order=order).sort_values(["order", "seq"], kind="stable").drop_duplicates("case_id")
    eligible = once[once["state"] != "excluded"]
    taken = eligible["state"].eq("selected").groupby(eligible["stratum"]).mean()
    chance = once["stratum"].map(taken).where(once["state"] != "excluded")
    return once.drop(columns="order").assign(
        inclusion_probability=chance, weight=(1 / chance).where(once["state"] == "selected")
    )


def _drawn(strata: pd.DataFrame, selected: pd.DataFrame) -> pd.DataFrame:
    """The strata with the cases drawn of each, in all of its draws."""
    last = strata.sort_values("seq").drop_duplicates("stratum", keep="last").sort_values("stratum")
    counted = selected["stratum"].value_counts()
    sample = last["stratum"].map(counted).fillna(0).astype("int64")
    return last.assign(sample=sample).reset_index(drop=True)


UNTITLED = "Action without a reviewed title"


def action_titles(actions: pd.DataFrame, framework: Framework) -> pd.Series:
    """Reviewed titles of actions; else the label of the action's standard, else its theme.

    Parameters
    ----------
    actions : DataFrame
        `title` (missing where it is not reviewed), `standard_id` and `theme`.
    framework : Framework
        Whose standards they are.
    """
    labels = {standard.standard_id: standard.label for standard in framework.standards}
    theme = actions["theme"].where(actions["theme"] != OTHER)
    standing = actions["standard_id"].map(labels).astype("string").fillna(theme)
    return actions["title"].astype("string").fillna(standing).fillna(UNTITLED)


def own_words(store: PeriodStore) -> set[str]:
    """Every label of the framework, and the names of teams, services, roles, statuses, strata and draws."""
    columns = [
        (store.teams, ["team_id", "name", "service", "locality"]),
        (store.staff, ["role", "service"]),
        (store.table("case"), ["service", "status", "age_band", "gender", "ethnicity_group"]),
        (store.table("draw"), ["draw_id", "design"]),
        (store.table("draw_stratum"), ["stratum"]),
    ]
    named = {
        str(word) for table, names in columns for name in names for word in table[name].dropna().unique()
    }
    told = {store.parameters.council, store.parameters.period}
    return named | told | set(_texts(store.framework.model_dump()))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


def random_audits(store: PeriodStore, view: DrawView) -> pd.DataFrame:
    """Graded audits by chance up to the end of the period, oldest first.

    Of this period they are those of the recorded draw; of earlier ones, those recorded as random or as
    a panel, where they are of no draw or of one for the same purpose.
    """
    audits = store.audits.query("audit_type == @view.audit_type")
    audits = audits[audits["overall_grade"].notna()].sort_values(["audited_on", "audit_id"])
    start = pd.Timestamp(store.span.start)
    drawn = audits["draw_id"].isin(view.draw_ids)
    purposes = audits["draw_id"].map(store.table("draw").set_index("draw_id")["purpose"])
    alike = purposes.fillna("estimate") == view.plan.purpose
    earlier = (audits["audited_on"] < start) & at_random(audits) & alike
    now = audits[drawn].drop_duplicates("case_id")
    return pd.concat([audits[earlier & ~drawn], now], ignore_index=True)
