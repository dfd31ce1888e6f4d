"""What came of findings: routes and kinds of actions, learning needs, what was shared, good practice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import numpy as np

from qaf_lib.frameworks import Framework
from qaf_lib.synthetic.audits import QUARTERS, day_of, known
from qaf_lib.synthetic.cases import SNAPSHOTS
from qaf_lib.synthetic.council import Part
from qaf_lib.synthetic.people import YEAR_START, homes_of

__all__ = ["add_learning", "say_what_for"]

Row = dict[str, object]
Tables = dict[str, list[Row]]
_LAST_DAY = SNAPSHOTS[-1]
_ROUTES = ("training", "coaching", "briefing", "e_learning", "commission", "policy")
_WITHOUT_A_PLAN = 3
"""Audits of the last quarter that asked for an action and got none."""

_CHAMPIONS = {"families": "Quality improvement champions"}

_MORE = (
    ("inspection", "Answer the inspectors' recommendation on plans"),
    ("scrutiny_panel", "Take the panel's recommendation to every team"),
    ("multi_agency", "Agree with partners who shares what, and when"),
    ("observation", "Coach managers in giving feedback after an observation"),
    ("survey", "Tell families the worker's name before a first visit"),
    ("incident_review", "Carry out what the review after the incident asked for"),
)
"""Sources of actions beside audits and complaints, with a title for each."""

_GOOD = (
    ("audit", "The child's own words lead the plan"),
    ("audit", "A chronology of one page that everybody uses"),
    ("audit", "Wider family found in the first week"),
    ("observation", "A meeting run in plain words"),
    ("observation", "Feedback given the same day"),
    ("project", "Group supervision that changed plans"),
)
"""Good practice found, with where it was seen; each framework has its own beside them."""

_GOOD_OF_PART = {
    "children": (
        ("young_inspectors", "A waiting room that young people chose"),
        ("survey", "Letters to families in their own language"),
    ),
    "families": (
        ("champion", "Team huddle on one standard a week"),
        ("champion", "Genograms drawn with the whole family"),
        ("survey", "Evening visits that suit working parents"),
    ),
    "leeds": (("inspection", "Care leavers' pathway plans in plain words"),),
    "portsmouth": (("inspection", "Stable workers for children in care"),),
}


def add_learning(*, tables: Tables, part: Part, rng: np.random.Generator) -> None:
    """Fill the columns and tables that say what came of findings, in place.

    Nothing that other records hold is changed: rows are added to `action`, `action_event` and
    `good_practice`, and empty columns of the others are filled.
    """
    tables["good_practice"] = list(_good_practice(tables, part, rng))
    more = [*_more_actions(part), *_of_a_carer_s_file(tables, part)]
    tables["action"] += more
    tables["action_event"] += _story_of(more, part)
    research = [
        row
        for row in tables["project"]
        if row["block"] != "audit" and row["on"] is not None and day_of(row["on"]) <= _LAST_DAY
    ]
    for row in tables["action"]:
        _say_how(row, part, research, rng)
    for row in tables["duty_event"]:
        if row["kind"] == "observation" and row.get("held_on") is not None:
            _say_what_was_seen(row, part, rng)
    tables["feedback"] += list(_letters(part))
    for row in tables["feedback"]:
        _say_who_heard(row, rng)
    _ask_for_actions(tables)


_WHY = ("staffing", "recording", "family", "process", "demand")


def _say_how(action: Row, part: Part, research: Sequence[Row], rng: np.random.Generator) -> None:
    """How an action is carried out: its kind, route, second owner, and what it rests on."""
    of_case = action.get("case_id") is not None
    roll = rng.random(4)
    action["kind"] = "corrective" if of_case and roll[0] < 0.9 else "preventive"
    if not of_case or roll[1] < 0.25:
        action["route"] = _ROUTES[int(rng.integers(0, len(_ROUTES)))]
    if roll[2] < (1.0 if part.unit == "family" else 0.4):
        manager = part.posts.manager
        action["second_owner_post"] = part.posts.worker if action["owner_post"] == manager else manager
    if roll[3] < 0.9:
        action["staff_helped"] = bool(roll[3] < 0.75)
    if not of_case and research and roll[1] < 0.5:
        at, agreed = int(rng.integers(0, len(research))), day_of(action["board_agreed_on"])
        told = [row for row in research if row["reported_on"] and day_of(row["reported_on"]) <= agreed]
        if told:
            action["project_id"] = told[at % len(told)]["project_id"]
    if not of_case and roll[3] < 0.4:
        action["second_owner_post"] = _CHAMPIONS.get(part.name, action.get("second_owner_post"))


def _more_actions(part: Part) -> Iterator[Row]:
    """Two actions for the service from each further source: one of the spring, one of the last quarter."""
    places = [(source, title, at) for at in (0, 1) for source, title in _MORE]
    for number, (source, title, later) in enumerate(places):
        question = part.tool.questions[number % len(part.tool.questions)]
        start = (YEAR_START, QUARTERS[-1].start)[later] + timedelta(days=9 + 7 * (number % 6))
        yield {
            "action_id": f"{part.posts.letters}C-{number + 9001:05d}",
            "source": source,
            "theme": question.theme,
            "standard_id": question.standard_id,
            "title": title,
            "action": f"{title}: in every team, with a word to the board once it is done.",
            "owner_post": part.posts.head if number % 2 else part.posts.officer,
            "due_on": start + timedelta(days=80),
            "board_agreed_on": start,
            "reviewed": True,
        }


def _of_a_carer_s_file(tables: Tables, part: Part) -> Iterator[Row]:
    """An action that the first audit of a carer's file asked for."""
    for audit in [row for row in tables["audit"] if row["audit_type"] == "carer_file"][:1]:
        start = day_of(audit["audited_on"]) + timedelta(days=10)
        yield {
            "action_id": f"{part.posts.letters}C-09101",
            "source": "audit",
            "source_id": audit["audit_id"],
            "team_id": audit["team_id"],
            "theme": "Carers",
            "standard_id": "professional_standards",
            "title": "Bring the carer's review and checks up to date",
            "action": "The carer's review is booked and the checks are renewed.",
            "owner_post": part.posts.manager,
            "due_on": start + timedelta(days=60),
            "board_agreed_on": start,
            "reviewed": True,
        }


def _story_of(actions: Sequence[Row], part: Part) -> list[Row]:
    """Open when agreed, and completed and approved by its due day where that is past, but for every fifth."""
    events: list[Row] = []
    for number, action in enumerate(actions):
        due = day_of(action["due_on"])
        steps = [("open", day_of(action["board_agreed_on"])), ("completed", due - timedelta(days=6))]
        steps.append(("approved", due))
        if number % 5 == 4:
            steps = steps[:1]
        for at, (status, on) in enumerate(steps, start=1):
            if on <= _LAST_DAY:
                event: Row = {"action_id": action["action_id"], "event_no": at, "on": on, "status": status}
                event["approved_by_post"] = part.posts.above if status == "approved" else None
                event["taken_to_date"] = "Done in every team." if status == "completed" else None
                events.append(event)
    return events


def _letters(part: Part) -> Iterator[Row]:
    """A letter of a member of parliament in each quarter, and a second in the last."""
    starts = [quarter.start for quarter in QUARTERS]
    for number, start in enumerate([*starts, starts[-1] + timedelta(days=30)]):
        on = start + timedelta(days=12)
        row: Row = {"feedback_id": f"{part.posts.letters}M-{number + 101}", "kind": "comment"}
        row |= {"respondent": "member of parliament", "received_on": on}
        yield row | {"theme": part.tool.questions[0].theme, "closed_on": known(on + timedelta(days=18))}


def _say_what_was_seen(event: Row, part: Part, rng: np.random.Generator) -> None:
    """What an observation was about, and whether it asks for learning."""
    event["theme"] = part.tool.questions[int(rng.integers(0, len(part.tool.questions)))].theme
    need, consent, reflection = rng.random(3)
    event |= {"learning_need": bool(need < 0.3), "consent": bool(consent < 0.96)}
    event["reflection"] = bool(reflection < 0.85)


def _say_who_heard(row: Row, rng: np.random.Generator) -> None:
    """A compliment and an answered complaint are shared with the team, an outcome is told to the family."""
    days = int(rng.integers(2, 20))
    shared = rng.random() < 0.7
    if row["kind"] == "compliment" and shared:
        row["shared_on"] = known(day_of(row["received_on"]) + timedelta(days=days))
    if row["kind"] == "complaint" and row.get("reported_on") is not None:
        row.setdefault("told_on", row["reported_on"])
        if shared:
            row["shared_on"] = known(day_of(row["reported_on"]) + timedelta(days=days))


def _ask_for_actions(tables: Tables) -> None:
    """Audits with an action asked for one; so did a few of the last quarter's that have none."""
    acted = {row.get("source_id") for row in tables["action"]}
    left = 0
    for row in tables["audit"]:
        has = row["audit_id"] in acted
        late = row["audited_on"] is not None and day_of(row["audited_on"]) >= QUARTERS[-1].start
        wanted = not has and late and left < _WITHOUT_A_PLAN and row.get("selection") == "random"
        left += wanted
        row["action_needed"] = has or wanted


def _good_practice(tables: Tables, part: Part, rng: np.random.Generator) -> Iterator[Row]:
    """A register of the year, some of it shared; one title waits to be reviewed."""
    teams = [str(team) for team in part.team_effects["team_id"]]
    best = [row for row in tables["audit"] if row.get("overall_grade") in ("outstanding", "10")]
    found = (*_GOOD, *_GOOD_OF_PART[part.name])
    for number, (source, title) in enumerate([*found, *found[:3]]):
        on = YEAR_START + timedelta(days=200 + 17 * number)
        question = part.tool.questions[int(rng.integers(0, len(part.tool.questions)))]
        row: Row = {"practice_id": f"{part.posts.letters}G-{number + 101}", "source": source, "on": on}
        row |= {"title": title, "theme": question.theme, "reviewed": number != 2}
        row["team_id"] = teams[int(rng.integers(0, len(teams)))]
        row["by_post"] = part.posts.worker if source == "champion" else part.posts.officer
        if source == "audit" and best:
            row["source_id"] = best[number % len(best)]["audit_id"]
        shared: date | None = known(on + timedelta(days=20))
        if number % 4 != 3 and shared:
            row |= {"shared_on": shared, "shared_with": part.posts.manager}
        if on <= _LAST_DAY:
            yield row


def say_what_for(*, tables: Tables, part: Part, framework: Framework) -> None:
    """Topics of entries, where visits went, reports that were considered, and why targets were missed.

    Only what the framework asks for is filled in; in place, and nothing by chance.
    """
    for group in framework.tags:
        lines = [(duty, tag.label) for tag in group.tags if "logged_on" in tag.answered_by for duty in tag.of]
        used = 0
        for duty_id in dict.fromkeys(duty for duty, _ in lines):
            topics = [label for duty, label in lines if duty == duty_id]
            own = [row for row in tables["duty_event"] if row["duty_id"] == duty_id]
            for at, row in enumerate(own, start=used):
                row["theme"] = topics[at % len(topics)]
            used += len(own)
    teams, homes = part.team_effects["team_id"].tolist(), set(homes_of(part.name)["team_id"])
    visits = [row for row in tables["duty_event"] if row["kind"] == "visit"]
    monthly = {one.duty_id for one in framework.duties if one.evidence == "visit" and one.every == "month"}
    for at, row in enumerate(visits):
        if row.get("team_id") in homes and row["duty_id"] in monthly:
            row["signed_off"] = at % 20 != 19
        elif row.get("team_id") in homes:
            continue
        else:
            row["team_id"] = teams[(7 * at) % len(teams)]
    led = {duty.duty_id for duty in framework.duties if "trainings_led" in duty.shown_by}
    _say_who_led([row for row in tables["duty_event"] if row["kind"] == "training" and row["duty_id"] in led])
    if any("reports_considered" in duty.shown_by for duty in framework.duties):
        _consider(tables["duty_event"], framework)
    headings = [
        *(heading for report in framework.reports for heading in report.headings),
        *(tag for group in framework.tags for tag in group.tags),
    ]
    named = {name for one in headings if "topics_logged" in one.answered_by for name in one.of}
    _say_about_what(tables["duty_event"], named, [question.theme for question in part.tool.questions])
    if any("audits_by_theme" in one.answered_by and "case_file" in one.of for one in headings):
        _say_the_round(tables["audit"], part)
    if any("missed_reasons" in heading.answered_by for heading in headings):
        _say_why_missed(tables["indicator"], framework, [str(team) for team in teams])


def _say_about_what(events: Sequence[Row], duty_ids: set[str], themes: Sequence[str]) -> None:
    """A theme in turn for four in five entries of some duties, where they have none."""
    own = [row for row in events if row["duty_id"] in duty_ids and not row.get("theme")]
    for at, row in enumerate(row for row in own if row["kind"] != "observation"):
        if at % 5 != 4:
            row["theme"] = themes[at % len(themes)]


def _say_the_round(audits: Sequence[Row], part: Part) -> None:
    """The theme of the month for case file audits: that of the audits chosen for a theme in the month."""
    for row in audits:
        if row["audit_type"] == "case_file" and not row.get("theme"):
            questions = part.tool.questions
            row["theme"] = questions[day_of(row["audited_on"]).month % len(questions)].theme


def _say_who_led(trainings: Sequence[Row]) -> None:
    """A colleague who was trained as well led every third training; the others somebody from outside."""
    for at, row in enumerate(trainings):
        if at % 3 == 0:
            row["by_id"] = trainings[(at + 5) % len(trainings)]["subject_id"]


def _consider(events: Sequence[Row], framework: Framework) -> None:
    """Four in five of the reports in the duty log were talked over eight days after they were given."""
    written = {duty.duty_id for duty in framework.duties if duty.evidence == "report"}
    given = [row for row in events if row["duty_id"] in written and row["held_on"] is not None]
    for at, row in enumerate(given):
        if at % 5 != 4:
            row["discussed_on"] = known(day_of(row["held_on"]) + timedelta(days=8))


_LATE = {
    "reviews_on_time": (5, 17, 18),
    "cp_reviews_on_time": (5, 12, 13, 15),
    "cla_reviews_on_time": (17, 18, 20, 23, 24),
}
"""Places, in the list of teams, of some whose reviews the caseload of the last quarter has late."""


def _say_why_missed(figures: list[Row], framework: Framework, teams: Sequence[str]) -> None:
    """A reason for most teams below target in the last quarter; 0 of 0 with one where the kit counts."""
    period = QUARTERS[-1].label
    for at, row in enumerate(row for row in figures if row["period"] == period and row["team_id"]):
        below = float(str(row["numerator"])) < float(str(row["target"])) * float(str(row["denominator"]))
        if below and at % 4:
            row["missed_reason"] = _WHY[at % len(_WHY)]
    came = {row["indicator_id"] for row in figures if row["period"] == period}
    counted = [rule for rule in framework.indicators if rule.target and rule.indicator_id not in came]
    for number, rule in enumerate(counted):
        late = [teams[place] for place in _LATE.get(rule.indicator_id, ()) if place < len(teams)]
        for at, team in enumerate(late):
            row = {"indicator_id": rule.indicator_id, "period": period, "team_id": team}
            row |= {"numerator": 0, "denominator": 0, "target": rule.target}
            figures.append(row | {"missed_reason": _WHY[(at + number) % 3]})
