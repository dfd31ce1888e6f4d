"""Who and what is missing, with references: lists that lie in the vault and on no page."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

import pandas as pd

from qaf_lib.counting import Every, repeated_grades, spans_of
from qaf_lib.files import write_csv
from qaf_lib.frameworks import Question, WorkerFollowUp
from qaf_lib.pages.actions.answers import Actions, actions_of
from qaf_lib.pages.evidence.people import people_lists
from qaf_lib.pages.grades.how_audited import answers_that_count, cases_met_again, judged_all, left_blank
from qaf_lib.pages.practice.answers import audits_without_plan, drift_of, followed_up
from qaf_lib.pages.practice.census import broken_rules, concerns_not_told, not_looked_at, whole_lists
from qaf_lib.pages.practice.coverage import missing_of, people_over, untrained_of
from qaf_lib.pages.practice.duties import duties_of
from qaf_lib.pages.store import PeriodStore
from qaf_lib.prepare import named
from qaf_lib.register import Register


def unregistered_of(store: PeriodStore) -> pd.DataFrame:
    """The period's audits graded at the top, as a whole or on a question, that no good practice names.

    Columns `id` (the audit), `audited_on`, `overall_grade`, `team_id` and `best_answers`, how many graded
    questions were answered with the best grade; those with most first.
    """
    top = store.framework.scale.grades[-1]
    graded = list(store.framework.questions())
    audits = store.audits_of_period
    given = store.table("answer")
    best = given[given["question_id"].isin(graded) & (given["answer"] == top).fillna(False).astype(bool)]
    counts = audits["audit_id"].map(best.groupby("audit_id").size()).fillna(0).astype("int64")
    known = store.table("good_practice")["source_id"].dropna()
    first = (audits["overall_grade"] == top).fillna(False).astype(bool) | (counts > 0)
    left = audits.assign(best_answers=counts)[first & ~audits["audit_id"].isin(known)]
    left = left.sort_values(["best_answers", "audited_on", "audit_id"], ascending=[False, True, True])
    columns = ["id", "audited_on", "overall_grade", "team_id", "best_answers"]
    return left.rename(columns={"audit_id": "id"})[columns].reset_index(drop=True)


NEXT_STEPS = {
    "blocked": "find out what blocks it",
    "silent": "ask for news",
    "overdue": "finish it, or agree another day",
}
"""What is to be done about an action that is late or stands still, the first that fits."""


def local_lists(store: PeriodStore) -> dict[str, pd.DataFrame]:
    """Audits not followed up or without what is wanted of everybody, workers' low grades, faults by auditor.

    Each list is there only where a rule of the framework, or a fault, asks for it.
    """
    rules = store.framework
    lists = {
        f"follow_up_{rule.name}": _not_followed_up(followed_up(store, rule)) for rule in rules.follow_ups
    }
    lists |= {f"worker_{rule.name}": _of_worker(store, rule) for rule in rules.worker_follow_ups}
    wanted = (one for one in rules.every_question if one.of_everybody)
    lists |= {f"wanted_{one.question_id}": _not_as_wanted(store, one) for one in wanted}
    for duty in rules.duties:
        often = rules.how_often(duty)
        if duty.each == "subject" and duty.evidence == "report" and often is not None:
            lists[f"report_{_slug(duty.duty_id)}"] = _audits_by_worker(store, often[1])
    if _scrutineers(store) and len(late := late_actions(store, actions_of(store))):
        lists["late_actions"] = late
    if len(untold := concerns_not_told(store)):
        lists["concerns"] = untold
    behind = _late_by_worker(store)
    if len(behind):
        lists["late_by_worker"] = behind
    errors = _errors_by_auditor(store)
    return lists | ({"data_errors": errors} if len(errors) else {})


def _slug(duty_id: str) -> str:
    """A duty's id as part of a file's name."""
    return re.sub(r"[^A-Za-z0-9]+", "_", duty_id).strip("_")


def _not_followed_up(audits: pd.DataFrame) -> pd.DataFrame:
    left = audits[~audits["recorded"]].rename(columns={"audit_id": "id"})
    return left[["id", "audited_on", "overall_grade", "team_id"]].reset_index(drop=True)


def _not_as_wanted(store: PeriodStore, question: Question) -> pd.DataFrame:
    """Audits of the period without the answer that the framework wants of everybody, where it applies."""
    given = answers_that_count(store)
    given = given[given["question_id"] == question.question_id]
    good = question.scale[-1:] or store.framework.scale.headline.grades
    audits = store.audits_of_period.merge(given[["audit_id", "answer"]], on="audit_id")
    return _not_followed_up(audits.assign(recorded=audits["answer"].isin(good)))


def _with_worker(store: PeriodStore) -> pd.DataFrame:
    """Audits with the worker of then, else the one who holds the case now."""
    holders = store.closing.drop_duplicates("case_id").set_index("case_id")["worker_id"]
    audits = store.audits
    return audits.assign(worker_id=audits["worker_id"].fillna(audits["case_id"].map(holders)))


def _of_worker(store: PeriodStore, rule: WorkerFollowUp) -> pd.DataFrame:
    """What low grades of workers asked for in the period, and whether it was done."""
    audits, events = _with_worker(store), store.table("duty_event")
    if rule.audit_types:
        audits = audits[audits["audit_type"].isin(rule.audit_types)]
    found = repeated_grades(
        audits=audits,
        events=events[events["duty_id"].eq(rule.duty_id).fillna(False).astype(bool)],
        grades=rule.grades,
        nth=rule.nth,
        within_months=rule.within_months,
    )
    return store.in_period(found, "audited_on").rename(columns={"worker_id": "id"})


def _audits_by_worker(store: PeriodStore, every: Every) -> pd.DataFrame:
    """The audits of each worker's cases in the span that the period's last day lies in."""
    start = max(span.start for span in spans_of(every=every, period=store.span))
    audits = _with_worker(store).dropna(subset=["worker_id"])
    inside = audits["audited_on"].between(pd.Timestamp(start), pd.Timestamp(store.span.end))
    columns = ["worker_id", "audited_on", "audit_type", "overall_grade", "feedback_on", "team_id"]
    listed = audits[inside.fillna(False).astype(bool)][columns].sort_values(columns[:2])
    return listed.rename(columns={"worker_id": "id"}).reset_index(drop=True)


def _late_by_worker(store: PeriodStore) -> pd.DataFrame:
    """Of what duties ask and the extract counts, what each worker's cases had late or not at all."""
    shown = {name for duty in store.framework.duties for name in duty.shown_by}
    rules = {
        one.computed: one.label
        for one in store.framework.indicators
        if one.computed and one.indicator_id in shown and one.better == "higher"
    }
    known = store.table("counted")
    known = known[known["indicator_id"].isin(rules)].dropna(subset="worker_id")
    sums = known.groupby(["worker_id", "indicator_id"], as_index=False)[["numerator", "denominator"]].sum()
    sums = sums.assign(what=sums["indicator_id"].map(rules), late=sums["denominator"] - sums["numerator"])
    found = sums[sums["late"] > 0].rename(columns={"worker_id": "id", "denominator": "of"})
    return found.sort_values(["what", "late"], ascending=[True, False])[["id", "what", "late", "of"]]


def _errors_by_auditor(store: PeriodStore) -> pd.DataFrame:
    """Faults in rows of audits, by who made the audit; missing where the row was set aside."""
    faults = store.table("faults")
    faults = faults[faults["table"].isin(["audit", "answer"])]
    faults = faults.drop_duplicates(["source", "row", "column", "rule"])
    made = store.table("audit").dropna(subset=["source_row"])[["source_sha256", "source_row", "auditor_id"]]
    made = made.drop_duplicates(["source_sha256", "source_row"])
    found = faults.assign(source_sha256=faults["source"].map(store.facts["sources"])).merge(
        made, how="left", left_on=["source_sha256", "row"], right_on=["source_sha256", "source_row"]
    )
    listed = found.rename(columns={"auditor_id": "id"})
    listed = listed.sort_values(["id", "source", "row"], na_position="last")
    return listed[["id", "source", "row", "column", "rule", "effect"]].reset_index(drop=True)


def late_actions(store: PeriodStore, found: Actions) -> pd.DataFrame:
    """Actions late, blocked or without news, for each holder of a duty to scrutinise the action plan.

    Returns
    -------
    DataFrame
        A row per action and holder above its team, by holder and due day: `id` (pseudonym of the case,
        missing for an action of the service), `manager` (pseudonym of the holder), `role`, `service`,
        `team_id`, `action_id`, `title`, `owner_post`, `due_on`, `status` and `next_step` (see `NEXT_STEPS`).
        An action of no team, or with no holder above it, has one row without them. Empty where no such duty
        names posts of the staff table.
    """
    columns = ["id", "manager", "role", "service", "team_id"]
    columns += ["action_id", "title", "owner_post", "due_on", "status"]
    roles = _scrutineers(store)
    if not roles:
        return pd.DataFrame(columns=[*columns, "next_step"])
    stuck = {
        "blocked": found.states["blocked_days"].notna(),
        "silent": (found.states["silent_days"] > found.ask_after).fillna(False).astype(bool),
        "overdue": found.states["overdue"].astype(bool),
    }
    step = pd.Series(pd.NA, index=found.states.index, dtype="string")
    for name, which in stuck.items():
        step = step.mask(step.isna() & which, NEXT_STEPS[name])
    services = store.teams.set_index("team_id")["service"].to_dict()
    rows = found.states.assign(next_step=step).dropna(subset="next_step")
    rows = rows.merge(_holders_above(store, roles), on="team_id", how="left")
    rows = rows.assign(service=rows["team_id"].map(services).astype("string"))
    rows = rows.rename(columns={"case_id": "id"})
    return rows.sort_values(["manager", "due_on", "title"], ignore_index=True)[[*columns, "next_step"]]


def _scrutineers(store: PeriodStore) -> list[str]:
    """Roles that must go through the action plan."""
    asked = [one for one in store.framework.duties if "action_plan" in one.shown_by]
    duties = [one for one in asked if one.evidence or "obstacles" in one.shown_by]
    return list(dict.fromkeys(role for duty in duties for role in duty.roles))


def _holders_above(store: PeriodStore, roles: list[str]) -> pd.DataFrame:
    """The holder of one of the roles above the people of each team: `team_id`, `manager`, `role`."""
    staff = store.staff.drop_duplicates("staff_id").set_index("staff_id")
    above, role = staff["manager_id"].to_dict(), staff["role"].to_dict()
    rows: dict[tuple[str, str], str] = {}
    for person, team in staff["team_id"].items():
        chief, seen = above.get(person), {person}
        while chief in role and chief not in seen and role[chief] not in roles:
            seen.add(chief)
            chief = above.get(chief)
        if chief in role and role[chief] in roles:
            rows.setdefault((str(team), str(chief)), str(role[chief]))
    named = [(team, chief, post) for (team, chief), post in rows.items()]
    return pd.DataFrame(named, columns=["team_id", "manager", "role"], dtype="string")


def restricted_lists(store: PeriodStore) -> dict[str, pd.DataFrame]:
    """Those not reached, of whom duties are short, left too long, not looked at: by list, with pseudonyms.

    Each list has the pseudonym in `id`. Nothing of this may leave the vault.
    """
    short = duties_of(store).short
    lists = {
        **missing_of(store),
        **people_over(store),
        **not_looked_at(store),
        **whole_lists(store),
        **({"duties": short} if store.framework.duties else {}),
        **local_lists(store),
        **people_lists(store),
        **untrained_of(store),
    }
    if any(tool.required for tool in store.framework.tools):
        lists["left_blank"] = left_blank(store)
    lists |= _asked_for(store)
    return {**lists, "audits_without_plan": _without_plan(store), "breaches": broken_rules(store, short)}


def _asked_for(store: PeriodStore) -> dict[str, pd.DataFrame]:
    """Lists behind what the framework's reports say, where they say it."""
    headings = [heading for report in store.framework.reports for heading in report.headings]
    named = {answer for heading in headings for answer in heading.answered_by}
    lists = {}
    if "how_long" in named:
        lists["drift"] = drift_of(store)
    for heading in headings:
        if "both_answered" in heading.answered_by:
            lists["not_judged"] = _not_judged(store, heading.of)
    if "gone_round" in named:
        lists["met_again"] = cases_met_again(store)
    if "not_registered" in named:
        lists["good_practice_to_read"] = unregistered_of(store)
    return lists


def _not_judged(store: PeriodStore, names: Collection[str]) -> pd.DataFrame:
    """The period's audits of the named types that leave one of the named questions without a judgement."""
    asked = {one.question_id for one in store.framework.every_question} & set(names)
    audits = store.audits_of_period
    audits = audits[audits["audit_type"].isin(names)]
    return _not_followed_up(audits.assign(recorded=judged_all(store, audits, asked)))


def _without_plan(store: PeriodStore) -> pd.DataFrame:
    """Audits that asked for an action and have none; `id` is the audit's."""
    left = audits_without_plan(store).rename(columns={"audit_id": "id"})
    return left[["id", "audited_on", "overall_grade", "team_id"]]


def write_restricted(store: PeriodStore) -> list[Path]:
    """Write the restricted lists of a prepared period to its folder in the vault, with references.

    A list of the same name is replaced; `reference` is the case's or person's own reference.
    """
    parameters = store.parameters
    with Register(parameters.vault / "register.sqlite") as register:
        identity = register.read("identity")
    folder = parameters.period_vault / "restricted"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    written = []
    for name, people in restricted_lists(store).items():
        path = folder / f"{name}.csv"
        shown = people.assign(reference=named(people["id"], identity))
        if "manager" in shown:
            shown["manager"] = named(shown["manager"], identity)
        write_csv(path, shown)
        written.append(path)
    return written
