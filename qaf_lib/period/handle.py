"""The one handle that notebooks use: it opens a period and answers questions about it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from qaf_lib.analysis.results import RESULT_COLUMNS
from qaf_lib.disclosure import suppress
from qaf_lib.fingerprint import is_current
from qaf_lib.frameworks import Framework
from qaf_lib.parameters import load_parameters
from qaf_lib.period.actions import Actions, actions_of
from qaf_lib.period.allocation import Allocated, allocation_of
from qaf_lib.period.breaches import Breaches, breaches_of
from qaf_lib.period.calendar import Calendar, calendar_of
from qaf_lib.period.census import Listed, census_of
from qaf_lib.period.change import Change, change_of
from qaf_lib.period.checks import Checked, checks_of
from qaf_lib.period.comparison import Comparison, comparisons_of
from qaf_lib.period.duties import Duties, duties_of
from qaf_lib.period.equality import Equality, equality_of
from qaf_lib.period.evidence import Evidence, evidence_of
from qaf_lib.period.grades import Grades, grades_of
from qaf_lib.period.indicators import Indicators, indicators_of
from qaf_lib.period.leniency import Leniency, leniency_of
from qaf_lib.period.moderation import Moderated, moderation_of
from qaf_lib.period.own_words import own_words
from qaf_lib.period.practice import Practice, practice_of
from qaf_lib.period.programme import Programme, programme_of
from qaf_lib.period.quality import Quality, quality_of
from qaf_lib.period.reaudit import Reaudit, reaudit_of
from qaf_lib.period.sample import Sample, samples_of
from qaf_lib.period.store import NOT_DRAWN, DrawView, PeriodStore
from qaf_lib.period.summary import Summary, summary_of
from qaf_lib.period.team import Team, team_of
from qaf_lib.period.trends import Trend, trends_of
from qaf_lib.period.triangulation import Triangulation, triangulation_of
from qaf_lib.period.voice import Voice, voice_of

__all__ = ["OpenPeriod", "open_period"]

Answer = TypeVar("Answer")


def open_period(parameters_file: str | Path) -> OpenPeriod:
    """The period that a parameter file describes, prepared when its sources are newer than its store.

    Raises
    ------
    InputError
        If the parameters or the sources are wrong; nothing has been written then.
    """
    parameters = load_parameters(parameters_file)
    if not is_current(parameters):
        from qaf_lib.prepare import prepare  # here, so that a notebook on a prepared period starts fast
        from qaf_lib.recording import Orders

        prepare(parameters, orders=Orders(may_withdraw=False))
    return OpenPeriod(PeriodStore(parameters=parameters, folder=parameters.period_vault / "store"))


class OpenPeriod:
    """Answers about one period, each computed on first asking.

    In a shared edition small numbers are suppressed in every answer, unless all its sources are published.
    """

    def __init__(self, store: PeriodStore) -> None:
        self._store = store
        self.parameters = store.parameters
        self.framework: Framework = store.framework
        self.span = store.span

    @property
    def facts(self) -> dict[str, Any]:
        """What the figures were made from: register sequence, kit version, checksums of sources."""
        return self._store.facts

    @property
    def team_names(self) -> dict[str, str]:
        """Names of teams by id."""
        return self._store.team_names

    @property
    def own_words(self) -> set[str]:
        """What the pages write of themselves: labels, teams, roles, draws; no identifier."""
        return own_words(self._store)

    @property
    def called_random(self) -> int:
        """Audits of the period that are called random and match no case of the draw of their day."""
        return int((self._store.audits_of_period["selection"] == NOT_DRAWN).sum())

    @property
    def draw_views(self) -> list[DrawView]:
        """The period's draws with their frames and what came back, in the order of `samples`."""
        return self._store.draws

    @cached_property
    def samples(self) -> list[Sample]:
        """The period's draws: frame, plan, strata, what came back."""
        return self._answer(samples_of)

    @cached_property
    def grades(self) -> list[Grades]:
        """The estimates of each draw that counts towards estimates."""
        return self._answer(grades_of)

    @cached_property
    def trends(self) -> list[Trend]:
        """How each draw's headline share ran over the months."""
        return self._answer(trends_of)

    @cached_property
    def comparisons(self) -> list[Comparison]:
        """Teams beside one another, for each draw that counts towards estimates."""
        return self._answer(comparisons_of)

    @cached_property
    def moderation(self) -> Moderated:
        """Moderation of the period's audits."""
        return self._answer(moderation_of)

    @cached_property
    def reaudit(self) -> Reaudit:
        """Change since earlier audits."""
        return self._answer(reaudit_of)

    @cached_property
    def leniency(self) -> Leniency:
        """How much a grade depends on who audits."""
        return self._answer(leniency_of)

    @cached_property
    def change(self) -> Change:
        """Change where actions were completed, and of teams on standards."""
        return self._answer(change_of)

    @cached_property
    def practice(self) -> Practice:
        """Coverage, longest gaps and deadlines."""
        return self._answer(practice_of)

    @cached_property
    def duties(self) -> Duties:
        """Duties by role: expected, done and state."""
        return self._answer(duties_of)

    @cached_property
    def census(self) -> list[Listed]:
        """Lists of cases that must all be looked at."""
        return self._answer(census_of)

    @cached_property
    def breaches(self) -> Breaches:
        """How often each rule of the framework was broken in the period."""
        return self._answer(breaches_of)

    @cached_property
    def checks(self) -> list[Checked]:
        """How the checks of the audit tools were answered."""
        return self._answer(checks_of)

    @cached_property
    def voice(self) -> Voice:
        """Surveys, complaints and compliments."""
        return self._answer(voice_of)

    @cached_property
    def actions(self) -> Actions:
        """Actions and what became of them."""
        return self._answer(actions_of)

    @cached_property
    def indicators(self) -> Indicators:
        """Performance indicators against target, over time and by team."""
        return self._answer(indicators_of)

    @cached_property
    def triangulation(self) -> Triangulation:
        """What each source says of each theme, and whether they agree."""
        return self._protected(triangulation_of(self._store, self.grades))

    @cached_property
    def evidence(self) -> Evidence:
        """Which of the framework's sources fed the period."""
        return self._answer(evidence_of)

    @cached_property
    def equality(self) -> list[Equality]:
        """Cohort and grades by gender, ethnicity group and disability."""
        return self._protected(equality_of(self._store, self.grades))

    @cached_property
    def summary(self) -> Summary:
        """What leads the SLT report."""
        return summary_of(self.grades)

    @cached_property
    def quality(self) -> Quality:
        """Rows set aside, and assumptions."""
        return quality_of(self._store)

    @cached_property
    def programme(self) -> Programme:
        """The programme of work."""
        return self._answer(programme_of)

    @cached_property
    def allocation(self) -> list[Allocated]:
        """Who audits the drawn cases, by role."""
        return self._answer(allocation_of)

    @cached_property
    def calendar(self) -> Calendar:
        """What is due in the period and falls due next."""
        return self._answer(calendar_of)

    @cached_property
    def team_ids(self) -> list[str]:
        """Teams with open cases of the framework's population, in order."""
        cases = self._store.closing
        return sorted(cases["team_id"].dropna().unique())

    def team(self, team_id: str) -> Team:
        """One team's page."""
        return self._protected(team_of(self._store, team_id, self.grades, self.practice, self.actions))

    def _answer(self, question: Callable[[PeriodStore], Answer]) -> Answer:
        return self._protected(question(self._store))

    def _protected(self, answer: Answer) -> Answer:
        hide = self.parameters.audience == "shared" and not self.facts["public"]
        return _suppressed(answer) if hide else answer


def _suppressed(answer: Any) -> Any:
    """An answer with every result table in it suppressed."""
    if isinstance(answer, list):
        return [_suppressed(part) for part in answer]
    if isinstance(answer, pd.DataFrame):
        return suppress({"": answer})[""] if list(answer.columns) == list(RESULT_COLUMNS) else answer
    if dataclasses.is_dataclass(answer) and not isinstance(answer, type):
        changed = {
            field.name: _suppressed(getattr(answer, field.name)) for field in dataclasses.fields(answer)
        }
        return dataclasses.replace(answer, **changed)
    return answer
