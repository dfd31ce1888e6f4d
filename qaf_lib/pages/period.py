"""The one handle that notebooks use: it opens a period and answers questions about it."""

from __future__ import annotations

from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from qaf_lib.fingerprint import PREPARED, is_current, read_prepared
from qaf_lib.frameworks import Framework
from qaf_lib.pages.actions.answers import Actions, actions_of
from qaf_lib.pages.actions.learning import GoodPractice, Learning, good_practice_of, learning_of
from qaf_lib.pages.evidence.answers import Evidence, Triangulation, evidence_of, triangulation_of
from qaf_lib.pages.evidence.indicators import Indicators, Story, indicators_of, stories_of
from qaf_lib.pages.evidence.localities import Localities, localities_of
from qaf_lib.pages.evidence.people import People, people_of
from qaf_lib.pages.given import refuse_unknown_parameters
from qaf_lib.pages.grades.answers import Equality, Grades, equality_of, grades_of
from qaf_lib.pages.grades.findings import Findings, findings_of
from qaf_lib.pages.grades.how_audited import LookBack, look_back_of, sustained_of, taking_part_of
from qaf_lib.pages.grades.over_time import Comparison, Trend, comparisons_of, trends_of
from qaf_lib.pages.leaders.answers import Summary, summary_of
from qaf_lib.pages.moderation.answers import (
    Compared,
    Moderated,
    Staged,
    moderation_of,
    stages_of,
    tools_compared_of,
)
from qaf_lib.pages.moderation.auditors import Leniency, leniency_of
from qaf_lib.pages.practice.answers import Practice, practice_of
from qaf_lib.pages.practice.census import Breaches, Listed, breaches_of, census_of
from qaf_lib.pages.practice.coverage import trained_of
from qaf_lib.pages.practice.duties import Duties, duties_of
from qaf_lib.pages.programme.allocation import Allocated, allocation_of
from qaf_lib.pages.programme.answers import Programme, programme_of
from qaf_lib.pages.programme.calendar import Calendar, calendar_of
from qaf_lib.pages.quality import Quality, quality_of
from qaf_lib.pages.reaudit.answers import Reaudit, reaudit_of
from qaf_lib.pages.reaudit.change import Change, change_of
from qaf_lib.pages.sample.answers import Difference, Sample, differences_of, other_draws, samples_of
from qaf_lib.pages.selections import NOT_DRAWN
from qaf_lib.pages.shared.answers import Shared, shared_of
from qaf_lib.pages.store import DrawView, PeriodStore, own_words
from qaf_lib.pages.team.answers import Team, team_of
from qaf_lib.pages.voice.answers import Voice, voice_of
from qaf_lib.parameters import load_parameters
from qaf_lib.prepare import Orders, prepare


def open_period(parameters_file: str | Path) -> OpenPeriod:
    """The period that a parameter file describes, prepared when its sources are newer than its store.

    Given the parameters that a period store was made with (its `parameters.json`), as a run's notebooks
    are, it opens that store as it stands and prepares nothing. Notebooks that one process runs one after
    another share what such a period has answered already, each with copies of its own.

    Raises
    ------
    InputError
        If the parameters or the sources are wrong, or papermill was given a parameter that the notebook does
        not have; nothing has been written then.
    """
    refuse_unknown_parameters()
    path = Path(parameters_file)
    if path.name == PREPARED:
        return OpenPeriod(_kept(path.resolve(), path.stat().st_mtime_ns).lent())
    parameters = load_parameters(parameters_file)
    if parameters.lacks_demonstration:
        from qaf_lib.synthetic.demonstration import make_where_missing  # here, since few notebooks need it

        make_where_missing(parameters)
    if not is_current(parameters):
        prepare(parameters, orders=Orders(may_withdraw=False))
    return OpenPeriod(PeriodStore(parameters=parameters))


class OpenPeriod:
    """Answers about one period, each computed on first asking."""

    def __init__(self, store: PeriodStore) -> None:
        self.store = store
        self.parameters = store.parameters
        self.framework: Framework = store.framework
        self.span = store.span

    @property
    def facts(self) -> dict[str, Any]:
        """What the figures were made from: register sequence, kit version, checksums of sources."""
        return self.store.facts

    @property
    def team_names(self) -> dict[str, str]:
        """Names of teams by id."""
        return self.store.team_names

    @property
    def own_words(self) -> set[str]:
        """What the pages write of themselves: labels, teams, roles, draws; no identifier."""
        return own_words(self.store)

    @property
    def called_random(self) -> int:
        """Audits of the period that are called random and match no case of the draw of their day."""
        return int((self.store.audits_of_period["selection"] == NOT_DRAWN).sum())

    @property
    def draw_views(self) -> list[DrawView]:
        """The period's draws with their frames and what came back, in the order of `samples`."""
        return self.store.draws

    @property
    def samples(self) -> list[Sample]:
        """The period's draws: frame, plan, strata, what came back."""
        return samples_of(self.store)

    @property
    def estimating_samples(self) -> list[Sample]:
        """The draws that estimates of practice are made from."""
        return [sample for sample in self.samples if sample.estimates]

    @property
    def other_draws(self) -> list[str]:
        """Draws for some of the period's days that its parameters do not name now, and no page rests on."""
        return other_draws(self.store)

    @property
    def differences(self) -> list[Difference]:
        """How the vault and the draws differ from those of the last edition."""
        return differences_of(self.store)

    @property
    def grades(self) -> list[Grades]:
        """The estimates of each draw that counts towards estimates."""
        return grades_of(self.store)

    @property
    def trends(self) -> list[Trend]:
        """How each draw's headline share ran over the months."""
        return trends_of(self.store)

    @property
    def comparisons(self) -> list[Comparison]:
        """Teams beside one another, for each draw that counts towards estimates."""
        return comparisons_of(self.store)

    @property
    def moderation(self) -> Moderated:
        """Moderation of the period's audits."""
        return moderation_of(self.store)

    @property
    def moderation_stages(self) -> Staged | None:
        """Moderation stage by stage; None where the framework names no stages."""
        return stages_of(self.store)

    @property
    def reaudit(self) -> Reaudit:
        """Change since earlier audits."""
        return reaudit_of(self.store)

    @property
    def leniency(self) -> Leniency:
        """How much a grade depends on who audits."""
        return leniency_of(self.store)

    @property
    def change(self) -> Change:
        """Change where actions were completed, and of teams on standards."""
        return change_of(self.store)

    @property
    def practice(self) -> Practice:
        """Coverage, longest gaps and deadlines."""
        return practice_of(self.store)

    @property
    def duties(self) -> Duties:
        """Duties by role: expected, done and state."""
        return duties_of(self.store)

    @property
    def census(self) -> list[Listed]:
        """Lists of cases that must all be looked at."""
        return census_of(self.store)

    @cached_property
    def breaches(self) -> Breaches:
        """How often each rule of the framework was not kept in the period."""
        return breaches_of(self.store, self.duties.short)

    @property
    def findings(self) -> Findings:
        """What the audits of every type found."""
        return findings_of(self.store)

    @property
    def look_back(self) -> list[LookBack]:
        """How far back auditors looked, where the framework says how far."""
        return look_back_of(self.store)

    @property
    def sustained(self) -> pd.DataFrame:
        """Whether the headline band was held, gained or lost from one audit of a case to the next."""
        return sustained_of(self.store)

    @property
    def took_part(self) -> pd.DataFrame:
        """In how many audits of each type the worker and the family took part."""
        return taking_part_of(self.store)

    @property
    def voice(self) -> Voice:
        """Surveys, complaints and compliments."""
        return voice_of(self.store)

    @property
    def actions(self) -> Actions:
        """Actions and what became of them."""
        return actions_of(self.store)

    @property
    def learning(self) -> Learning:
        """Findings by theme, what was done about them, and whether it helped."""
        return learning_of(self.store)

    @property
    def good_practice(self) -> GoodPractice:
        """Good practice and compliments, and with whom they were shared."""
        return good_practice_of(self.store)

    @property
    def indicators(self) -> Indicators:
        """Performance indicators against target, over time and by team."""
        return indicators_of(self.store)

    @property
    def stories(self) -> list[Story]:
        """What audits and people say of the theme of each indicator."""
        return stories_of(self.store)

    @property
    def triangulation(self) -> Triangulation:
        """What each source says of each theme, and whether they agree."""
        return triangulation_of(self.store)

    @property
    def localities(self) -> Localities:
        """Grades, coverage, actions and feedback by locality."""
        return localities_of(self.store)

    @property
    def people(self) -> People:
        """How many people took part in quality assurance."""
        return people_of(self.store)

    @property
    def evidence(self) -> Evidence:
        """Which of the framework's sources fed the period."""
        return evidence_of(self.store)

    @property
    def equality(self) -> list[Equality]:
        """Cohort and grades by gender, ethnicity group and disability."""
        return equality_of(self.store)

    @cached_property
    def summary(self) -> Summary:
        """What leads the report to leaders."""
        return summary_of(self.grades)

    @property
    def shared(self) -> Shared:
        """What may leave the council: everything made from rounded counts."""
        return shared_of(self.store)

    @property
    def quality(self) -> Quality:
        """Rows set aside, and assumptions."""
        return quality_of(self.store)

    @property
    def programme(self) -> Programme:
        """The programme of work."""
        return programme_of(self.store)

    @property
    def allocation(self) -> list[Allocated]:
        """Who audits the drawn cases, by role."""
        return allocation_of(self.store)

    @property
    def tools_compared(self) -> list[Compared]:
        """How far two tools agree on the cases audited with both."""
        return tools_compared_of(self.store)

    @property
    def trained(self) -> pd.DataFrame:
        """Auditors, moderators and staff, those trained and those wanted."""
        return trained_of(self.store)

    @property
    def calendar(self) -> Calendar:
        """What is due in the period and falls due next."""
        return calendar_of(self.store)

    @cached_property
    def team_ids(self) -> list[str]:
        """Teams with open cases of the framework's population, in order."""
        cases = self.store.closing
        return sorted(cases["team_id"].dropna().unique())

    def team(self, team_id: str) -> Team:
        """One team's page."""
        return team_of(self.store, team_id, self.grades, self.comparisons, self.practice, self.actions)


@lru_cache(maxsize=1)
def _kept(prepared: Path, written_ns: int) -> PeriodStore:
    """A store as it was written at a time, with the answers that notebooks of this process have asked for."""
    return PeriodStore(parameters=read_prepared(prepared), folder=prepared.parent)
