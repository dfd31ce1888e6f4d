"""Its actions and its programme of work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

import numpy as np
import pandas as pd

from qaf_lib.dates import parse_period
from qaf_lib.frameworks import Framework
from qaf_lib.synthetic.audits import QUARTERS, Audit, day_of, known
from qaf_lib.synthetic.cases import SNAPSHOTS
from qaf_lib.synthetic.council import Part
from qaf_lib.synthetic.people import YEAR_START
from qaf_lib.synthetic.voices import action_text, progress_text

Row = dict[str, object]
_LAST_DAY = SNAPSHOTS[-1]
_EVERY, _CLEARED = 12, 35
"""One finished action in so many was blocked; days after which the obstacle was cleared."""

_OBSTACLES = (
    "Waits for a place on the course.",
    "The post that was to do it is vacant.",
    "Another agency has not answered yet.",
    "The system has no field for it; a change is asked for.",
)
_TITLES = {
    "journey": "Bring the chronology up to date",
    "experiences": "Show what daily life is like for the child",
    "voice": "See the child alone and record their words",
    "rationale": "Record why decisions were made",
    "planning": "Put dates and names into the plan",
    "oversight": "Record reflective supervision each month",
    "assessment": "Update the assessment with every family member",
    "whole_family": "Bring fathers and the wider network in",
    "impact": "Say what has changed for the family",
    "recording": "Put the record in order",
    "management_oversight": "Record the manager's analysis and decisions",
}


def make_actions(
    *, part: Part, audits: Sequence[Audit], themed: Sequence[Audit] = (), rng: np.random.Generator
) -> dict[str, list[Row]]:
    """Actions from audits and other sources, their events, and which re-audits looked at them.

    Those of `themed` audits, of a type of their own, come last.

    Returns
    -------
    dict of str to list of rows
        Tables action, action_event and reaudit_link.
    """
    actions: list[Row] = []
    events: list[Row] = []
    managers = _team_managers(part)
    for audit in audits:
        count = int(rng.integers(1, 4)) if audit.grade in part.tool.low else int(rng.random() < 0.3)
        for _ in range(count):
            action = _of_audit(audit, managers, part, rng)
            _add(action, audit.audited_on, actions, events, part, rng)
    for number in range(12):
        start = YEAR_START + timedelta(days=20 + 27 * number)
        last = "board" if part.name in _ELSEWHERE else "moderation"
        board: Row = {"source": ("board", "complaint", "indicator", last)[number % 4]}
        question = part.tool.questions[number % len(part.tool.questions)]
        board |= {
            "theme": question.theme,
            "standard_id": question.standard_id,
            "title": _TITLES[question.question_id],
        }
        board |= {"owner_post": part.posts.head}
        board |= {"due_on": start + timedelta(days=90), "board_agreed_on": start}
        _add(board, start, actions, events, part, rng)
    for audit in themed:
        _add(_of_audit(audit, managers, part, rng), audit.audited_on, actions, events, part, rng)
    return {"action": actions, "action_event": events, "reaudit_link": _links(audits, actions)}


def _of_audit(audit: Audit, managers: Mapping[str, str], part: Part, rng: np.random.Generator) -> Row:
    """What one audit asks of its worker or of the team's manager."""
    question = part.tool.questions[int(rng.integers(0, len(part.tool.questions)))]
    mine = rng.random() < 0.4
    action: Row = {"source": "audit", "source_id": audit.audit_id, "case_id": audit.case_id}
    action |= {
        "team_id": audit.row["team_id"],
        "theme": question.theme,
        "standard_id": question.standard_id,
    }
    action |= {"title": _TITLES[question.question_id], "action": action_text(rng=rng)}
    action["owner_post"] = part.posts.manager if mine else part.posts.worker
    action["owner_id"] = managers[str(audit.row["team_id"])] if mine else audit.row["worker_id"]
    due = audit.audited_on + timedelta(days=int(rng.integers(14, 75)))
    action["due_on"] = due
    agreed = audit.audited_on + timedelta(days=int(rng.integers(10, 40)))
    return action | {"board_agreed_on": known(min(agreed, due))}


def _add(
    action: Row, start: date, actions: list[Row], events: list[Row], part: Part, rng: np.random.Generator
) -> None:
    """Number an action and tell its story so far."""
    action |= {"reviewed": True}  # titles are the kit's own sentences
    action["action_id"] = f"{part.posts.letters}C-{len(actions) + 1001:05d}"
    actions.append(action)
    due = action["due_on"]
    assert isinstance(due, date)
    steps = [
        ("open", start + timedelta(days=2)),
        ("in_progress", start + timedelta(days=int(rng.integers(4, 20)))),
    ]
    ends = rng.random()
    done = due + timedelta(days=int(rng.integers(-14, 22)))
    if ends < 0.08:
        steps.append(("blocked", start + timedelta(days=21)))
    elif ends < 0.86:
        if len(actions) % _EVERY == 0 and done > start + timedelta(days=_CLEARED):
            steps += [("blocked", start + timedelta(days=21)), ("open", start + timedelta(days=_CLEARED))]
        steps.append(("completed", done))
        if rng.random() < 0.6:
            steps.append(("approved", done + timedelta(days=int(rng.integers(2, 15)))))
    elif ends < 0.89:
        steps.append(("cancelled", start + timedelta(days=25)))
    for number, (status, on) in enumerate(sorted(steps, key=lambda step: step[1]), start=1):
        if on <= _LAST_DAY or number == 1:
            event: Row = {"action_id": action["action_id"], "event_no": number, "on": min(on, _LAST_DAY)}
            event |= {"status": status}
            event["taken_to_date"] = progress_text(rng=rng) if status == "in_progress" else None
            if status == "blocked":
                event["taken_to_date"] = _OBSTACLES[len(actions) % len(_OBSTACLES)]
            event["approved_by_post"] = part.posts.above if status == "approved" else None
            events.append(event)


def _links(audits: Sequence[Audit], actions: Sequence[Row]) -> list[Row]:
    """Each re-audit looked at the actions of the audit before."""
    again = {audit.row["reaudit_of"]: audit.audit_id for audit in audits if audit.row["reaudit_of"]}
    return [
        {"action_id": action["action_id"], "audit_id": again[action["source_id"]]}
        for action in actions
        if action.get("source_id") in again
    ]


def _team_managers(part: Part) -> dict[str, str]:
    staff = part.staff[part.staff["role"].isin([part.posts.manager, "Family Centre TM"])]
    return dict(zip(staff["team_id"].astype(str), staff["staff_id"].astype(str), strict=True))


_TARGET = 0.85  # where the framework watches a measure and names no target
_DIFFERS = "assessments_in_45_days"
"""The indicator whose figure came and differs from what the caseload tells."""

_OF_CLOSURES = "survey_offered"
"""The indicator that is counted of the families whose case was closed or stepped up or down."""

_BY_MONTH = {
    "children": {"assessments_in_45_days": 0.72, "visits_on_time": 0.88},
    "families": {"plans_within_20_days": 0.74, "team_around_family_held": 0.78},
}
"""Indicators of a part that also come by month, and their share in the year before the quarters."""

_IN_A_MONTH = {"children": (300, 380), "families": (90, 150)}
"""Least and most of what such an indicator counts in a month of that year."""

_SIZES = {
    "plo_in_time": (1, 4),
    "cp_reviews_on_time": (6, 17),
    "reviews_on_time": (30, 66),
    "education_plans_current": (8, 34),
    "private_fostering": (1, 4),
    "carer_agreements": (2, 8),
    "satisfied": (4, 9),
    "supervision_held": (15, 21),
    "outcomes_better": (8, 18),
    "attendance_managed": (2, 7),
    "charter_signed": (6, 16),
}
"""Least and most of what an indicator counts in a team, where it is not some dozens."""

_PLANNED = (
    ("audit", "Themed audit: voice of the child", date(2026, 7, 13), "yearly", "acfr"),
    ("audit", "Supervision audit", date(2026, 9, 7), "quarterly", "as"),
    ("audit", "Moderation group", date(2026, 9, 21), "monthly", "asr"),
    ("research", "What families say about changes of worker", None, "once", "f"),
    ("evaluation", "Evaluation of the group supervision pilot", date(2026, 7, 6), "once", "asr"),
    ("audit", "Audit of plans with partners", date(2026, 11, 9), "yearly", "ap"),
    ("research", "What keeps fathers in the work: a reading group", date(2026, 7, 13), "once", "asr"),
    ("evaluation", "Evaluation of the family meetings service", date(2026, 12, 1), "once", "cfp"),
    ("research", "What helps plans to hold: a review of studies", date(2025, 10, 6), "once", "asr"),
)
"""Block, title, day, how often and what is told of each piece of work, see `_project`."""

_ELSEWHERE = {"leeds": ("Moderation group",), "portsmouth": ("Themed audit: voice of the child",)}
"""Work that a part has none of: nobody moderates audits there, or themed audits are asked for by month."""

_THEMES_ASKED = (
    ("Themed audit: planning", date(2026, 7, 6), "Planning", date(2026, 7, 31)),
    ("Themed audit: the child's voice", date(2026, 9, 1), "Voice of the child", date(2026, 9, 24)),
)
"""Themed audits asked for where each month has its theme: title, day, theme, and when they were reported."""

_WEIGHED = {
    "Evaluation of the group supervision pilot": {
        "cost": 18_400,
        "saving": 31_000,
        "decision": "improvement_plan",
    },
}
"""What evaluations found of cost, and what was decided."""


_OF_CONTRACTS = (
    ("Quality of a commissioned advocacy service", date(2026, 7, 8), "improvement_plan"),
    ("Quality of a commissioned short breaks service", date(2026, 8, 19), "look_again"),
    ("Quality of a commissioned family support service", date(2026, 9, 23), None),
)
"""Work on commissioned services: title, day, and what the board decided; of one it has not yet."""


_ASKS = {"portsmouth": "Senior Management Team"}
"""Who asks for audits, where it is not the head of the post that plans them; nobody for what comes round."""

_OWN_THEMES = {
    11: {"Voice of the child", "Voice of the family"},
    12: {"Supervision and oversight"},
    13: {"Supervision and oversight"},
    19: {"Planning", "Plans and networks"},
}
"""Themes of the pieces of work whose titles name one, as the tools call it."""

_BY_YOUNG_INSPECTORS = (
    ("Young inspectors: what young people say on the theme of July", date(2026, 7, 20), 11),
    ("Young inspectors: what young people say on the theme of November", date(2026, 11, 16), 16),
)
"""Young inspectors' work: title, day, and the number of the month's audit whose theme it shares."""


def make_indicators(
    *, part: Part, framework: Framework, closures: Sequence[Row], rng: np.random.Generator
) -> list[Row]:
    """Quarterly figures of the framework's indicators: every team's, and the part's as a whole (no team).

    Where the kit counts an indicator itself, no figure comes for the last quarter, but for one that differs.
    """
    rows: list[Row] = []
    for indicator in framework.indicators:
        if indicator.better == "lower":
            continue
        target = indicator.target or _TARGET
        counts = indicator.computed and indicator.indicator_id != _DIFFERS
        for number, quarter in enumerate(QUARTERS[:-1] if counts else QUARTERS):
            total = [0, 0]
            for team in part.team_effects["team_id"]:
                denominator = int(rng.integers(*_SIZES.get(indicator.indicator_id, (14, 60))))
                if indicator.indicator_id == _OF_CLOSURES:
                    denominator = sum(
                        row["team_id"] == team and quarter.start <= day_of(row["closed_on"]) <= quarter.end
                        for row in closures
                    )
                share = target - 0.05 + 0.015 * number + 0.05 * rng.standard_normal()
                numerator = min(denominator, max(0, round(denominator * share)))
                total = [total[0] + numerator, total[1] + denominator]
                rows.append(_row(indicator.indicator_id, quarter.label, team, numerator, denominator, target))
            rows.append(_row(indicator.indicator_id, quarter.label, None, total[0], total[1], target))
    return [*rows, *_monthly(rows, part, rng)]


def _monthly(rows: Sequence[Row], part: Part, rng: np.random.Generator) -> Iterator[Row]:
    """Two indicators by month: the year before the quarters, and the months that make up each quarter."""
    for indicator, before in _BY_MONTH.get(part.name, {}).items():
        own = [row for row in rows if row["indicator_id"] == indicator and row["team_id"] is None]
        target = float(str(own[0]["target"]))
        for month in pd.period_range(end="2025-09", periods=12, freq="M"):
            n = int(rng.integers(*_IN_A_MONTH[part.name]))
            yield _row(indicator, str(month), None, int(rng.binomial(n, before)), n, target)
        for row in own:
            months = pd.period_range(parse_period(str(row["period"])).start, periods=3, freq="M")
            cases = np.array_split(np.arange(int(str(row["denominator"]))), 3)
            met = rng.permutation(len(np.concatenate(cases))) < int(str(row["numerator"]))
            for month, held in zip(months, cases, strict=True):
                yield _row(indicator, str(month), None, int(met[held].sum()), len(held), target)


def _row(indicator: str, period: str, team: str | None, x: int, n: int, target: float) -> Row:
    row: Row = {"indicator_id": indicator, "period": period, "team_id": team}
    return row | {"numerator": x, "denominator": n, "target": target}


def make_projects(*, part: Part) -> list[Row]:
    """The quality programme beyond case file audits: who asked for it, who took part, what is agreed."""
    rows = [
        _project(at, *planned, part)
        for at, planned in enumerate(_PLANNED, start=11)
        if planned[1] not in _ELSEWHERE.get(part.name, ())
    ]
    others = (
        *_by_young_inspectors(part),
        *_by_internal_audit(part),
        *_of_the_board(part),
        *_themes_asked(part),
    )
    return [*rows, *_commissioned(part), *others]


def _of_the_board(part: Part) -> Iterator[Row]:
    """Work on a trend that the board named: on the theme of the thematic audits of August."""
    if part.name == "families":
        row = _project(51, "audit", "Thematic audits on a trend", date(2026, 8, 3), "once", "asr", part)
        theme = part.tool.questions[8 % len(part.tool.questions)].theme
        yield row | {"theme": theme, "requested_by_post": "Quality improvement board"}


def _themes_asked(part: Part) -> Iterator[Row]:
    """Themed audits that senior managers asked for, on the themes that audits of the same month have."""
    for at, (title, on, theme, back) in enumerate(
        _THEMES_ASKED if part.name == "portsmouth" else (), start=71
    ):
        row = _project(at, "audit", title, on, "once", "as", part)
        yield row | {"theme": theme, "reported_on": back}


def _by_young_inspectors(part: Part) -> Iterator[Row]:
    """Young inspectors' work on the theme that the audits of the same month have."""
    for at, (title, on, of) in enumerate(_BY_YOUNG_INSPECTORS if part.name == "children" else (), start=41):
        row = _project(at, "audit", title, on, "yearly", "acr", part)
        yield row | {"theme": _theme(of, part), "officer_post": "Young Inspectors"}


def _by_internal_audit(part: Part) -> Iterator[Row]:
    """Work of the internal audit service that councils share."""
    if part.name == "children":
        title = "Internal audit: how decisions in supervision are written down"
        row = _project(61, "audit", title, date(2026, 5, 13), "once", "asr", part)
        row |= {"theme": _theme(12, part), "agreed_on": date(2026, 4, 20)}
        yield row | {"officer_post": "Assurance Lincolnshire"}


_RESTS_ON = {"survey": "Young Inspectors", "board": "Assurance Lincolnshire"}
"""Who led the work that the newest action from a source rests on."""


def rest_on_work(*, actions: Sequence[Row], projects: Sequence[Row]) -> None:
    """Say in place on whose work the newest action of some sources rests, where such work is on record."""
    newest = {row["source"]: row for row in sorted(actions, key=lambda row: str(row["board_agreed_on"]))}
    for source, post in _RESTS_ON.items():
        led = [row["project_id"] for row in projects if row["officer_post"] == post]
        if led:
            newest[source]["project_id"] = led[0]


def _theme(at: int, part: Part) -> str | None:
    """The theme of a piece of work, by its number: its own where the tool has that theme."""
    themes = [question.theme for question in part.tool.questions]
    own = [theme for theme in themes if theme in _OWN_THEMES.get(at, ())]
    return own[0] if own else themes[at % len(themes)]


def _commissioned(part: Part) -> Iterator[Row]:
    """Work on services that the council buys: asked for by whom the contract is with, agreed to, decided."""
    for at, (title, on, decision) in enumerate(_OF_CONTRACTS if part.name == "children" else (), start=31):
        row = _project(at, "audit", title, on, "once", "apr", part)
        yield row | {"requested_by_post": "Contract managers", "decision": decision}


def _project(at: int, block: str, title: str, on: date | None, often: str, told: str, part: Part) -> Row:
    """`told` says in letters: a agreed, s staff, c children, f families, p partners took part, r reported."""
    agreed = date(2026, 6, 16) + timedelta(days=at % 7)
    agreed = min(agreed, on - timedelta(days=14)) if on else agreed
    row: Row = {"project_id": f"{part.posts.letters}R-{at:03d}", "block": block, "title": title, "on": on}
    row |= {"frequency": often, "officer_post": part.posts.officer, "reviewed": True}
    row |= {"theme": _theme(at, part), "requested_by_post": part.posts.head}
    if block == "audit" and part.name in _ASKS:
        row["requested_by_post"] = None if often in ("monthly", "quarterly") else _ASKS[part.name]
    row["agreed_on"] = agreed if "a" in told else None
    row["reported_on"] = known(on + timedelta(days=9)) if on and "r" in told else None
    row["answered_on"] = row["reported_on"] if "f" in told else None
    for letter, who in (("c", "children"), ("f", "families"), ("p", "partners"), ("s", "staff")):
        row[f"{who}_took_part"] = letter in told
    return row | _WEIGHED.get(title, {})
