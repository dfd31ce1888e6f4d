"""What partners may read of a period: every figure from rounded counts, and from nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

import pandas as pd

from qaf_lib.analysis import miettinen_nurminen, results_table, seen_by_interval, share_interval
from qaf_lib.analysis.pooling import weighting_effect
from qaf_lib.counting import DONE, LIVE, action_states, raised_on, read_scores
from qaf_lib.dates import Period, parse_period, previous_period
from qaf_lib.disclosure import Part, publishable, rounded
from qaf_lib.disclosure.rounding import BASE
from qaf_lib.draw_plans import DrawPlan
from qaf_lib.errors import InputError
from qaf_lib.files import editions_in
from qaf_lib.frameworks import Scale
from qaf_lib.pages.moderation.answers import standing_moderations
from qaf_lib.pages.store import DrawView, PeriodStore, once
from qaf_lib.parameters import Parameters
from qaf_lib.sampling import allocate_sample

ENOUGH = 25
"""Cases, by rounded counts, from which a share is published."""

FEEDBACK = ("survey", "complaint", "compliment", "comment")
SCORES = {"9 or 10": (9, 10), "7 or 8": (7, 8), "5 or 6": (5, 6), "0 to 4": (0, 4)}
STATES = {
    "still to be done": LIVE,
    "done": DONE,
    "cancelled": ("cancelled",),
}
OTHER = "Other"
AUDITED, NOT_AUDITED = "open cases audited", "open cases not audited"


@dataclass(frozen=True)
class SharedCounts:
    """Rounded counts by group and cell; no case, person or action is counted twice within a group.

    A group that is missing has too little in it, or would let a small true count be worked out: nothing
    tells which.
    """

    groups: dict[str, dict[str, int]]

    def of(self, group: str) -> dict[str, int]:
        """The cells of a group; none where it is not published."""
        return self.groups.get(group, {})


def shared_counts(store: PeriodStore) -> SharedCounts:
    """The counts of a period that may leave the council.

    Each is rounded where it is made. Two periods count different audits, feedback and actions, so that what
    the period before published stands in no sum with these counts.
    """
    every = {view.audit_type: _enough(_grades(store, view)) for view in _views(store)}
    views = [view for view in _views(store) if every[view.audit_type]]
    counted = {grades_group(view.audit_type): every[view.audit_type] for view in views}
    counted |= {name: {name: count} for name, count in _enough(_coverage(store)).items()}
    counted |= {feedback_group(kind): count for kind, count in _feedback(store).items()}
    counted["actions"] = _actions(store)
    for view in views:
        counted |= _questions(store, view)
    counted["moderation"] = _moderation(store, views)
    counted["scores"] = _enough(_scores(store))
    counted["themes"] = _themes(store)
    some = {group: cells for group, cells in counted.items() if sum(cells.values())}
    shown = publishable(some, *_sums(store, views))
    return SharedCounts({group: some[group] for group in shown})


def grades_group(audit_type: str) -> str:
    """The group that counts the grades of a kind of audit."""
    return f"grades of {audit_type}"


def question_group(audit_type: str, question_id: str) -> str:
    """The group that counts the answers to a question."""
    return f"{question_id} of {audit_type}"


def feedback_group(kind: str) -> str:
    """The group that counts one kind of feedback."""
    return f"feedback: {kind}"


def _views(store: PeriodStore) -> list[DrawView]:
    """Draws that estimates are made from."""
    return list({view.audit_type: view for view in reversed(store.estimating)}.values())[::-1]


def _sums(store: PeriodStore, views: list[DrawView]) -> tuple[list[Part], list[Part]]:
    """What a reader knows of the sums of groups, and what one may guess."""
    grades = {view.audit_type: (grades_group(view.audit_type),) for view in views}
    answered = [
        ((question_group(kind, question),), whole)
        for kind, whole in grades.items()
        for question in store.framework.questions()
    ]
    answered += [
        (("scores",), (feedback_group("survey"),)),
        (("themes",), ("actions",)),
    ]
    known = [Part(part, whole) for part, whole in answered]
    looked_at = Part(("moderation",), tuple(group for whole in grades.values() for group in whole))
    none_closed = [Part(whole, (AUDITED,)) for whole in grades.values()]
    return [*known, looked_at], none_closed + [Part(part, whole, exactly=True) for part, whole in answered]


def _enough(cells: dict[str, int]) -> dict[str, int]:
    return cells if sum(cells.values()) >= ENOUGH else {}


def _counts(column: pd.Series, names: list[str]) -> dict[str, int]:
    """How often each name stands in a column, rounded."""
    return {name: rounded(int((column == name).sum())) for name in names}


def _grades(store: PeriodStore, view: DrawView) -> dict[str, int]:
    return _counts(view.responses["grade"], store.framework.scale.grades[::-1])


def _graded(store: PeriodStore, view: DrawView) -> pd.Series:
    """Audits of the draw that have a grade: what answers and second looks are a part of."""
    return view.responses[view.responses["grade"].isin(store.framework.scale.grades)]["audit_id"]


def _questions(store: PeriodStore, view: DrawView) -> dict[str, dict[str, int]]:
    """Answers in the headline band and below it, of each question with enough of them."""
    scale, answers = store.framework.scale, store.table("answer")
    mine = answers[answers["audit_id"].isin(_graded(store, view)) & answers["answer"].isin(scale.grades)]
    found = {}
    for question in store.framework.questions():
        inside = mine[mine["question_id"] == question]["answer"].isin(scale.headline.grades)
        cells = {"in": rounded(int(inside.sum())), "out": rounded(int((~inside).sum()))}
        found[question_group(view.audit_type, question)] = _enough(cells)
    return found


def _moderation(store: PeriodStore, views: list[DrawView]) -> dict[str, int]:
    """The drawn audits that were looked at again: grades held and not, by the look that stands."""
    graded = [audit for view in views for audit in _graded(store, view)]
    looks = standing_moderations(store)
    latest = looks[looks["audit_id"].isin(graded)]
    kept = (latest["audit_grade"] == latest["moderated_grade"]).fillna(False).astype(bool)
    return {"kept": rounded(int(kept.sum())), "changed": rounded(int((~kept).sum()))}


def _coverage(store: PeriodStore) -> dict[str, int]:
    """Open cases at the period's end that were audited in it, and those that were not."""
    kinds = store.framework.coverage_types
    audits = store.audits_of_period[store.audits_of_period["audit_type"].isin(kinds)]
    cases = store.closing[store.closing["status"].isin(store.framework.eligibility.statuses)]
    seen = cases["case_id"].drop_duplicates().isin(audits["case_id"])
    return {AUDITED: rounded(int(seen.sum())), NOT_AUDITED: rounded(int((~seen).sum()))}


def _received(store: PeriodStore) -> pd.DataFrame:
    return store.in_period(store.table("feedback"), "received_on")


def _feedback(store: PeriodStore) -> dict[str, dict[str, int]]:
    kinds = _received(store)["kind"]
    return {kind: _counts(kinds, [kind]) for kind in FEEDBACK}


def _scores(store: PeriodStore) -> dict[str, int]:
    """Survey scores from 0 to 10 in bands."""
    received = _received(store)
    scores = read_scores(scores=received[received["kind"] == "survey"]["score"]).dropna()
    return {
        band: rounded(int(scores.round().between(low, high).sum())) for band, (low, high) in SCORES.items()
    }


def _raised(store: PeriodStore) -> pd.DataFrame:
    """Actions raised in the period, with their status at its end."""
    events, known = store.table("action_event"), store.table("action")
    dated = known.assign(raised_on=raised_on(actions=known, events=events))
    return action_states(actions=store.in_period(dated, "raised_on"), events=events, as_at=store.span.end)


def _actions(store: PeriodStore) -> dict[str, int]:
    status = _raised(store)["status"]
    return {state: rounded(int(status.isin(names).sum())) for state, names in STATES.items()}


def _themes(store: PeriodStore) -> dict[str, int]:
    """Actions by a theme of the framework's tools, else by its standard; any other words are `Other`.

    Every theme and standard has its cell: one that stood there only with an action would tell of it.
    """
    raised, framework = _raised(store), store.framework
    themes = set(framework.theme_of.values())
    standards = {standard.standard_id: standard.label for standard in framework.standards}
    by_theme = raised["theme"].where(raised["theme"].isin(themes))
    named = by_theme.fillna(raised["standard_id"].map(standards).astype("string"))
    typed = raised["theme"].notna() | raised["standard_id"].notna()
    return _counts(named.fillna(OTHER)[typed], [*sorted(themes | set(standards.values())), OTHER])


_SHARED = "-shared"


def published_before(
    parameters: Parameters, *, table_id: str, labels: Mapping[str, str]
) -> Mapping[str, int] | None:
    """The counts of a table in the newest shared edition of the period before.

    Parameters
    ----------
    parameters : Parameters
        This period's.
    table_id : str
        Name of the table; its CSV has the rows' labels in the first column, and a column `Count`.
    labels : mapping of str to str
        Its rows, such as the grades of the scale, with what the page calls them.

    Returns
    -------
    mapping of str to int, or None
        Rounded counts by row; None where there is no such edition or table, or where the table is another
        one (other rows, or counts that are not rounded).
    """
    folder = parameters.outputs.with_name(f"{previous_period(parameters.span).slug}{_SHARED}")
    editions = editions_in(folder)
    if not editions:
        return None
    table = editions[max(editions)] / "tables" / f"{table_id}.csv"
    try:
        return _published_counts(pd.read_csv(table, encoding="utf-8", dtype=str), labels)
    except (FileNotFoundError, ValueError):  # what pandas says of a file that is no table is a ValueError
        return None


def _published_counts(table: pd.DataFrame, labels: Mapping[str, str]) -> Mapping[str, int] | None:
    if "Count" not in table or Counter(table.iloc[:, 0]) != Counter(labels.values()):
        return None
    counts = pd.to_numeric(table["Count"])
    if not (counts.ge(0) & counts.mod(BASE).eq(0)).all():
        return None
    by_label = dict(zip(table.iloc[:, 0], counts.astype(int), strict=True))
    return {key: by_label[label] for key, label in labels.items()}


def refuse_overlapping(parameters: Parameters) -> None:
    """Refuse a report for partners where one of another length, such as the year's, holds the same days.

    The counts of a year are the sums of its quarters': together they could give a small number away.

    Raises
    ------
    InputError
        If a shared edition of such a period stands in the council's outputs.
    """
    own = parameters.span
    for folder in sorted(parameters.outputs.parent.glob(f"*{_SHARED}")):
        other = _period_of(folder.name.removesuffix(_SHARED))
        if other and other.label != own.label and other.start <= own.end and own.start <= other.end:
            raise InputError(
                f"{folder}: partners have a report of {other.label}, which shares days with {own.label}. "
                "The two together could give a small number away. Make reports for partners of one length "
                "only, or set audience: internal."
            )


def _period_of(slug: str) -> Period | None:
    """The period that a folder is called after; None for any other folder."""
    try:
        return parse_period(slug.replace("-q", " Q"))
    except ValueError:
        return None


@dataclass(frozen=True)
class SharedChange:
    """The headline share against the one that the period before published.

    `result` is a result table with the rows `before`, `now` and `difference` (fractions, this period less
    the one before).
    """

    period: str
    result: pd.DataFrame

    @property
    def verdict(self) -> str:
        """ "risen" or "fallen" where chance is an unlikely explanation, else ""."""
        row = self.result.iloc[-1]
        return "risen" if row["low"] > 0 else "fallen" if row["high"] < 0 else ""

    @property
    def seen(self) -> float:
        """The smallest change that would probably have shown (fraction)."""
        row = self.result.iloc[-1]
        return seen_by_interval(low=float(row["low"]), high=float(row["high"]))


@dataclass(frozen=True)
class SharedAudits:
    """One kind of audit that counts towards estimates.

    `headline`, `grades` and `questions` are result tables without weights; they are empty where too few
    audits have a grade. `change` is None where nothing earlier was published. `drawn` says how cases were
    picked; by the `design_effect` of the draw's plan so many of them tell what one would, had each had the
    same chance.
    """

    label: str
    drawn: str
    design_effect: float
    headline: pd.DataFrame
    grades: pd.DataFrame
    questions: pd.DataFrame
    change: SharedChange | None

    @property
    def apart(self) -> tuple[list[str], list[str]]:
        """Questions above and below the average of all beyond chance, the farthest first.

        Each interval is widened for the number of questions (Bonferroni), as in the report to leaders.
        """
        asked = self.questions.sort_values("estimate", kind="stable")
        confidence = 1 - 0.05 / max(len(asked), 1)
        found = [
            (str(row.row_key), share_interval(x=int(row.x), n=int(row.n), confidence=confidence))
            for row in asked.itertuples()
        ]
        average = asked["estimate"].mean()
        above = [key for key, span in found if span.low is not None and span.low > average]
        below = [key for key, span in found if span.high is not None and span.high < average]
        return above[::-1], below


@dataclass(frozen=True)
class Shared:
    """A period as partners may read it; tables are results, empty where a group is not published.

    `moderation` has what became of the grades that were looked at again, `coverage` the open cases that
    were audited, `feedback` counts by kind, `scores` surveys by score, `actions` those raised in the period
    by state and `themes` by theme; `before` names the period before.
    """

    audits: list[SharedAudits]
    moderation: pd.DataFrame
    coverage: pd.DataFrame
    feedback: pd.DataFrame
    scores: pd.DataFrame
    actions: pd.DataFrame
    themes: pd.DataFrame
    before: str


@once
def shared_of(store: PeriodStore) -> Shared:
    """The answers that may leave the council, from counts rounded to the nearest 5.

    Raises
    ------
    InputError
        If partners have a report of a longer or shorter period that shares days with this one.
    """
    refuse_overlapping(store.parameters)
    counts = shared_counts(store)
    feedback = {kind: count for kind in FEEDBACK for count in counts.of(feedback_group(kind)).values()}
    views = {view.audit_type: view for view in _views(store)}
    return Shared(
        audits=[
            _audits(store, counts, views[kind.name], kind.label)
            for kind in store.framework.audit_types
            if kind.name in views
        ],
        moderation=_shares("shared_moderation", counts.of("moderation")),
        coverage=_shares("shared_coverage", _shared_coverage(counts)),
        feedback=_shares("shared_feedback", feedback),
        scores=_shares("shared_scores", counts.of("scores")),
        actions=_shares("shared_actions", counts.of("actions")),
        themes=_shares("shared_themes", counts.of("themes")),
        before=previous_period(store.span).label,
    )


def _audits(store: PeriodStore, counts: SharedCounts, view: DrawView, label: str) -> SharedAudits:
    kind = view.audit_type
    scale, cells = store.framework.scale, counts.of(grades_group(kind))
    return SharedAudits(
        label=label,
        drawn=_drawn(store, view),
        design_effect=planned_effect(
            view.eligible["stratum"].astype(str).value_counts(), view.plan, graded=sum(cells.values())
        ),
        headline=_headline(scale, cells, f"shared_{kind}_headline"),
        grades=results_table(
            _row(_grades_table(kind), grade, "share", count, sum(cells.values()))
            for grade, count in cells.items()
        ),
        questions=_shared_questions(store, counts, kind),
        change=_change(store, kind, cells),
    )


def _drawn(store: PeriodStore, view: DrawView) -> str:
    """How cases were picked, in the kit's own words and the framework's: no name of a service or team."""
    plan, words = view.plan, store.framework.words
    columns = {
        "service": words.service,
        "team_id": words.team,
        "worker_id": words.worker,
        "status": "status",
    }
    if plan.every_case:
        told = f"Every one of the {words.cases} that could be picked was."
    elif len(view.strata) > 1:
        told = f"Picked at random within each {' and '.join(columns[name] for name in plan.spread)}."
    else:
        told = "Picked at random from one list."
    left = plan.leave_out_services or plan.leave_out_teams
    return f"{told} Some {words.services} or {words.teams} were left out." if left else told


def planned_effect(populations: pd.Series, plan: DrawPlan, *, graded: int) -> float:
    """How much the plan of a draw makes cases stand for different numbers of others, up to the next 0.05.

    For as many cases as the page counts, divided over strata as the plan divides them. Nothing is taken from
    what came back, and only strata of 25 cases or more enter, by rounded counts: no small count can be in it.

    Examples
    --------
    Twenty of each stratum: 40 (900**2 / 20 + 100**2 / 20) / 1000**2 = 1.64.

    >>> plan = DrawPlan(audit_type="case_file", cases_per_stratum=20, strata=["service"])
    >>> planned_effect(pd.Series({"large": 901, "small": 99, "tiny": 3}), plan, graded=40)
    1.65
    """
    known = populations.map(rounded)
    known = known[known >= ENOUGH].sort_index()
    if len(known) < 2 or not graded or plan.every_case or plan.share_per_stratum:
        return 1.0
    if plan.cases_per_stratum:
        asked = [plan.cases_in.get(str(name), plan.cases_per_stratum) for name in known.index]
        sizes = known.clip(upper=pd.Series(asked, index=known.index))
    else:
        total = min(graded, int(known.sum()))
        sizes = allocate_sample(populations=known, total=total, minimum=plan.minimum_per_stratum)
    effect = weighting_effect(strata=pd.DataFrame({"population": known, "n": sizes}))
    return ceil(effect * 20 - 1e-9) / 20


def _grades_table(kind: str) -> str:
    """The table whose counts the next period compares with."""
    return f"shared_{kind}_grades"


def grade_labels(scale: Scale) -> dict[str, str]:
    """What the page calls each grade."""
    return {
        grade: f"Grade {grade}" if grade.isdigit() else grade[:1].upper() + grade[1:]
        for grade in scale.grades
    }


def _headline(scale: Scale, cells: Mapping[str, int], table_id: str) -> pd.DataFrame:
    if not cells:
        return results_table([])
    row = _row(table_id, "all", scale.headline.name, _inside(scale, cells), sum(cells.values()))
    return results_table([row])


def _inside(scale: Scale, cells: Mapping[str, int]) -> int:
    return sum(cells[grade] for grade in scale.headline.grades)


def _shared_questions(store: PeriodStore, counts: SharedCounts, kind: str) -> pd.DataFrame:
    """The headline share of each question that has enough answers, in the framework's order."""
    asked = {question: counts.of(question_group(kind, question)) for question in store.framework.questions()}
    name = store.framework.scale.headline.name
    return results_table(
        _row(f"shared_{kind}_questions", question, name, cells["in"], sum(cells.values()))
        for question, cells in asked.items()
        if cells
    )


def _change(store: PeriodStore, kind: str, cells: Mapping[str, int]) -> SharedChange | None:
    scale, table_id = store.framework.scale, f"shared_{kind}_change"
    before = published_before(store.parameters, table_id=_grades_table(kind), labels=grade_labels(scale))
    if not cells or before is None or sum(before.values()) < ENOUGH:
        return None
    first, now = (
        _row(table_id, key, scale.headline.name, _inside(scale, one), sum(one.values()))
        for key, one in (("before", before), ("now", cells))
    )
    found = miettinen_nurminen(
        x1=_inside(scale, cells), n1=sum(cells.values()), x2=_inside(scale, before), n2=sum(before.values())
    )
    difference = {"table_id": table_id, "row_key": "difference", "measure": "difference", **found.cells}
    return SharedChange(
        period=previous_period(store.span).label,
        result=results_table([first, now, {**difference, "speaks_of": "our_practice"}]),
    )


def _row(table_id: str, row_key: str, measure: str, x: int, n: int) -> dict[str, object]:
    """A share of audits picked at random, with its interval."""
    interval = share_interval(x=x, n=n)
    row = {"table_id": table_id, "row_key": row_key, "measure": measure, "x": x, "n": n}
    return {**row, **interval.cells, "speaks_of": "our_practice"}


def _shared_coverage(counts: SharedCounts) -> dict[str, int]:
    """Open cases audited and not; nothing where the first is not published."""
    return counts.of(AUDITED) | counts.of(NOT_AUDITED) if counts.of(AUDITED) else {}


def _shares(table_id: str, cells: Mapping[str, int]) -> pd.DataFrame:
    """Counts of everything there is; their shares where there is enough of it."""
    whole = sum(cells.values())
    return results_table(
        {
            "table_id": table_id,
            "row_key": name,
            "measure": "count",
            "x": count,
            "n": whole,
            "estimate": count / whole if whole >= ENOUGH else None,
            "method": "rounded counts",
            "speaks_of": "these_cases",
        }
        for name, count in cells.items()
    )
