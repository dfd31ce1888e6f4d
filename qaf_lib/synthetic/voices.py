"""What its families and staff said: feedback, complaints, surveys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import numpy as np

from qaf_lib.frameworks import Framework
from qaf_lib.synthetic.audits import QUARTERS, day_of, known
from qaf_lib.synthetic.cases import SNAPSHOTS
from qaf_lib.synthetic.council import Part
from qaf_lib.synthetic.people import YEAR_START

INVENTED_NAMES = (
    "Brindola",
    "Corvanto",
    "Dellimor",
    "Estrinda",
    "Fenwillow",
    "Gorrimund",
    "Hallisby",
    "Ivernella",
    "Jorvanna",
    "Kestovar",
    "Lumindra",
    "Mirrowen",
    "Nollister",
    "Orsimond",
    "Pellatine",
    "Quenderly",
    "Rossavine",
    "Silvabeth",
    "Torrigan",
    "Ulmarine",
    "Vantessor",
    "Wrenolda",
    "Yarrovic",
    "Zephirose",
)
_GOOD = (
    "{name} chose the picture cards and the worker wrote down every word about the blue caravan.",
    "The plan names what {name}'s gran will do on the two evenings that worry everybody most.",
    "Visits to {name} were steady through the move to the lighthouse cottage.",
    "The chronology was brought up to date before the meeting that {name} asked for.",
    "{name}'s mother says she was heard the first time, about the stairs and the dog.",
)
_POOR = (
    "{name} was seen in the kitchen only, with the washing machine running, and not alone.",
    "The plan for {name} has nine tasks and no dates beside any of them.",
    "It is hard to find why {name} went back to the flat above the bakery.",
    "Supervision of {name}'s case repeats the same paragraph four months running.",
    "{name}'s father was not asked, although he collects the twins each Friday.",
)
_NOTES_SAME = (
    "Moderator agreed after reading {name}'s last three visits.",
    "Grade stands; the voice of {name} is well evidenced on the green form.",
)
_NOTES_CHANGED = (
    "Grade changed: the safety plan for {name} was not on the file in June.",
    "Grade changed after the moderator spoke with {name}'s worker about the missing review.",
)
_ACTIONS = (
    "Visit {name} alone before the end of term and record it on the purple sheet.",
    "Rewrite {name}'s plan with the aunt from the market stall and put a date on every task.",
    "Bring {name}'s chronology up to date and talk it through in supervision.",
    "Ask {name} how the move to the new school felt, with the weather cards.",
    "Hold a family network meeting about who sleeps where when {name}'s mum works nights.",
)
_PROGRESS = (
    "Spoke with {name} on the allotment; the second visit is booked.",
    "Plan shared with {name}'s carers, who asked for two changes.",
    "Waiting for the school to answer about {name}'s breakfast club.",
)
_SURVEY = (
    "She always rang when she said she would, and {name} liked the drawing game.",
    "We had three workers in a year and {name} had to start again each time.",
    "They helped us with the landlord and now {name} sleeps through.",
    "Nobody told {name} what happened after the big meeting.",
    "The sessions at the old library made mornings calmer for {name}.",
)
_COMPLAINT = (
    "I was told about the meeting for {name} the night before, by a text message.",
    "My letter about {name}'s bus pass was not answered for seven weeks.",
    "The report says things about {name} that we never said.",
)
_COMPLIMENT = (
    "Thank you for the way you sat with {name} on the wall outside court.",
    "The worker made {name} laugh on the worst day of the summer.",
)


def _say(sentences: Sequence[str], rng: np.random.Generator) -> str:
    name = INVENTED_NAMES[int(rng.integers(0, len(INVENTED_NAMES)))]
    return sentences[int(rng.integers(0, len(sentences)))].format(name=name)


def evidence(*, good: bool, rng: np.random.Generator) -> str:
    """What an auditor wrote under a question."""
    return _say(_GOOD if good else _POOR, rng)


def moderator_note(*, changed: bool, rng: np.random.Generator) -> str:
    """What a moderator wrote."""
    return _say(_NOTES_CHANGED if changed else _NOTES_SAME, rng)


def action_text(*, rng: np.random.Generator) -> str:
    """What is to be done about a case."""
    return _say(_ACTIONS, rng)


def progress_text(*, rng: np.random.Generator) -> str:
    """How far an action has come."""
    return _say(_PROGRESS, rng)


def survey_comment(*, rng: np.random.Generator) -> str:
    """What a child or parent wrote in a survey."""
    return _say(_SURVEY, rng)


def complaint(*, rng: np.random.Generator) -> str:
    """What a complaint says."""
    return _say(_COMPLAINT, rng)


def compliment(*, rng: np.random.Generator) -> str:
    """What a compliment says."""
    return _say(_COMPLIMENT, rng)


Row = dict[str, object]
_LAST_DAY = SNAPSHOTS[-1]


def make_closures(*, part: Part) -> list[Row]:
    """Cases closed in the year, by reference; a looked-after child of 18 steps down to leaving care."""
    phases = part.phases[part.phases["status"] != "care_leaver"]
    last = phases.sort_values(["case", "end"]).groupby("case").tail(1)
    since = YEAR_START.toordinal()
    last = last[(last["end"] >= since) & (last["end"] <= _LAST_DAY.toordinal())].join(part.cases, on="case")
    leaving = set(part.phases.loc[part.phases["status"] == "care_leaver", "case"])
    rows: list[Row] = []
    for row in last.sort_values("case_id").itertuples(index=False):
        kind = "closed"
        if row.case in leaving or row.u < 0.10:
            kind = "step_down"
        elif row.u < (0.22 if part.unit == "family" else 0.13):
            kind = "step_up" if part.unit == "family" else "transferred"
        closed = date.fromordinal(int(row.end))
        rows.append(
            {
                "case_id": row.case_id,
                "closed_on": closed,
                "unit": part.unit,
                "team_id": row.team_id,
                "kind": kind,
            }
        )
    return rows


def make_feedback(
    *, part: Part, framework: Framework, closures: Sequence[Row], rng: np.random.Generator
) -> list[Row]:
    """Surveys at closure (one family in ten answers), complaints, compliments and comments."""
    rows: list[Row] = []
    themes = [question.theme for question in part.tool.questions]
    forms = ("parent_or_carer", "secondary_age", "primary_age")
    for closure in closures:
        if rng.random() < 0.105:
            received = day_of(closure["closed_on"]) + timedelta(days=int(rng.integers(0, 25)))
            form = forms[int(rng.integers(0, 3))]
            row: Row = {"kind": "survey", "instrument": _form_for(form, framework), "respondent": form}
            row |= {"case_id": closure["case_id"], "team_id": closure["team_id"], "received_on": received}
            row["score"] = str(int(np.clip(round(7.4 + 1.8 * rng.standard_normal()), 1, 10)))
            row["text"] = survey_comment(rng=rng) if rng.random() < 0.7 else None
            rows.append(row)
    teams = [str(team) for team in part.team_effects["team_id"]]
    for kind, count in {"complaint": 34, "compliment": 58, "comment": 21}.items():
        for _ in range(count if part.unit == "child" else count // 2):
            text = {"complaint": complaint, "compliment": compliment, "comment": survey_comment}[kind](
                rng=rng
            )
            row = {
                "kind": kind,
                "respondent": "parent_or_carer" if rng.random() < 0.7 else "child",
                "text": text,
            }
            row |= {"team_id": teams[int(rng.integers(0, len(teams)))]}
            row["received_on"] = YEAR_START + timedelta(days=int(rng.integers(0, 364)))
            rows.append(row)
    rows = [row for row in rows if day_of(row["received_on"]) <= _LAST_DAY]
    rows.sort(key=lambda row: (day_of(row["received_on"]), str(row["kind"])))
    for number, row in enumerate(rows, start=2001):
        row["feedback_id"] = f"{part.posts.letters}B-{number:05d}"
        row["theme"] = themes[int(rng.integers(0, len(themes)))]
        on = day_of(row["received_on"])
        for step, days, share in (("analysed_on", 4, 0.9), ("acted_on", 11, 0.7), ("reported_on", 18, 0.6)):
            sure = step == "reported_on" and row["kind"] == "complaint"
            later = known(on + timedelta(days=days + int(rng.integers(0, 7))))
            row[step] = later if rng.random() < share or sure else None
        row["closed_on"] = (
            known(on + timedelta(days=int(rng.integers(8, 40)))) if row["kind"] == "complaint" else None
        )
    return rows


def _form_for(respondent: str, framework: Framework) -> str | None:
    """The framework's survey form for those who answer; none where it has none for them."""
    said = respondent.replace("_", " ")
    return next(
        (
            form.name
            for form in framework.instruments
            if said == form.respondent or respondent.startswith(form.name)
        ),
        None,
    )


_YEARLY_FROM = date(2026, 5, 11)
_ANSWERED = 48
"""Answers to a yearly survey of families, children or staff; three more to each that follows."""
_OF_NO_TEAM = ("practitioner", "partner")
_ASKED_EACH_QUARTER = ("looked-after child", "foster carer", "staff", *_OF_NO_TEAM)


def yearly_surveys(*, part: Part, framework: Framework, rng: np.random.Generator) -> Iterator[Row]:
    """Completed surveys of each form that is sent out once a year, in May."""
    teams = [str(team) for team in part.team_effects["team_id"]]
    forms = [form for form in framework.instruments if form.every == "year"]
    for at, form in enumerate(forms, start=1):
        posts = int((part.staff["role"] == form.respondent).sum())
        for number in range(1, (posts or _ANSWERED + 3 * at) + 1):
            yield {
                "feedback_id": f"{part.posts.letters}Y-{at}{number:03d}",
                "kind": "survey",
                "instrument": form.name,
                "respondent": form.respondent,
                "team_id": teams[int(rng.integers(0, len(teams)))],
                "received_on": _YEARLY_FROM + timedelta(days=int(rng.integers(0, 20))),
                "score": _score(7.2, rng),
            }


def surveys_of_each_quarter(*, part: Part, framework: Framework, rng: np.random.Generator) -> Iterator[Row]:
    """What was said by each way open to people, more each quarter, and returns of posts.

    A post returns a form for a team of its service, so that each service has one before any has two.
    """
    teams = [str(team) for team in part.team_effects["team_id"]]
    of_services = part.teams[part.teams["team_id"].isin(teams)].drop_duplicates("service")["team_id"].tolist()
    for at, form in enumerate(framework.instruments, start=1):
        posts = int((part.staff["role"] == form.respondent).sum())
        if form.every == "year" or not (posts or form.respondent in _ASKED_EACH_QUARTER):
            continue
        for later, quarter in enumerate(QUARTERS):
            for number in range(1, (posts or 5 * at + 2 * later) + 1):
                team: str | None = teams[int(rng.integers(0, len(teams)))]
                team = None if form.respondent in _OF_NO_TEAM else team
                yield {
                    "feedback_id": f"{part.posts.letters}Q-{at}{later}{number:03d}",
                    "kind": "survey",
                    "instrument": form.name,
                    "respondent": form.respondent,
                    "team_id": str(of_services[(number - 1) % len(of_services)]) if posts else team,
                    "received_on": quarter.start + timedelta(days=int(rng.integers(20, 80))),
                    "score": None if posts else _score(7.0, rng),
                }


def answer_questions(*, feedback: Sequence[Row], framework: Framework, rng: np.random.Generator) -> list[Row]:
    """A row for each question of each completed survey; one in twelve is left blank."""
    forms = {form.name: form.items for form in framework.instruments}
    rows: list[Row] = []
    for survey in (row for row in feedback if row["kind"] == "survey"):
        for number, item in enumerate(forms.get(str(survey["instrument"]), []), start=1):
            score = _score(7.6 - 0.4 * min(number, 5), rng)
            if rng.random() > 1 / 12:
                columns = ("kind", "instrument", "respondent", "case_id", "team_id", "received_on")
                row: Row = {name: survey.get(name) for name in columns}
                row |= {"feedback_id": f"{survey['feedback_id']}-{number}", "item": item.name}
                rows.append(row | {"theme": item.theme, "score": score})
    return rows


def tell_outcomes(*, feedback: Sequence[Row], rng: np.random.Generator) -> None:
    """Say when the families who complained were told the outcome: most in the week after it closed."""
    for row in feedback:
        if row["kind"] == "complaint":
            closed, days, told = row["closed_on"], int(rng.integers(0, 7)), rng.random() < 0.88
            row["told_on"] = known(day_of(closed) + timedelta(days=days)) if closed and told else None


def _score(mean: float, rng: np.random.Generator) -> str:
    return str(int(np.clip(round(mean + 1.9 * rng.standard_normal()), 1, 10)))
