"""Answers from the duty log, about staff, and about whom coverage reached."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from qaf_lib.counting import Span, spans_of, year_of
from qaf_lib.dates import Period, add_months
from qaf_lib.display.words import are, count_of, count_words, long_date
from qaf_lib.frameworks import Coverage, Duty
from qaf_lib.pages.evidence.people import people_lists
from qaf_lib.pages.framework.asked import Asked, named, silent_words
from qaf_lib.pages.practice.answers import followed_up
from qaf_lib.pages.practice.coverage import events_of, people_trained, reached_of
from qaf_lib.pages.programme.calendar import asked_several_times, standing_of

_DAYS = 6
"""Entries up to which their days are listed one by one."""


def log(asked: Asked) -> str | None:
    """What the duty log holds of the duties that a heading names."""
    events = asked.table("duty_event", "held_on")
    mine = events[events["duty_id"].isin(list(asked.names))].sort_values("held_on", kind="stable")
    if mine.empty:
        return None
    days = [long_date(day) for day in mine["held_on"]]
    entries = f"{are(len(days), 'entry', 'entries')} in the duty log{asked.since}"
    rules = asked.period.framework
    named_so = {rule.name: rule.label for rule in rules.coverage}
    labels = mine["duty_id"].map(named_so | {duty.duty_id: duty.label for duty in rules.duties})
    if len(days) <= _DAYS and len(asked.names) == 1:
        return f"{entries}, on {', '.join(days)}."
    if len(days) <= _DAYS:
        told = [
            f"{label}, on {', '.join(map(long_date, held))}"
            for label, held in mine.groupby(labels, sort=False)["held_on"]
        ]
        return f"{entries}: {'; '.join(told)}."
    of = f": {named(labels, most=None)}" if len(labels.unique()) > 1 else ""
    return f"{entries}, the last on {days[-1]}{of}."


def last_logged(asked: Asked) -> str | None:
    """The newest entry of the duty log, of any time up to the period's end, of each duty that is named.

    Of a duty asked several times it says too how many of those asked are on record, once the period is over.
    """
    events = asked.period.store.table("duty_event").dropna(subset="held_on")
    events = events[events["held_on"] <= pd.Timestamp(asked.end)]
    due = asked.period.duties.duties.set_index("duty_id")["due_on"]
    several = asked_several_times(asked.period.store) if asked.end == asked.period.span.end else {}
    told = []
    for duty in asked.duties:
        held = events.loc[events["duty_id"] == duty.duty_id, "held_on"]
        last = f"last on {long_date(held.max())}" if len(held) else silent_words(duty)
        last = f"{several[duty.duty_id]} asked, {last}" if duty.duty_id in several else last
        later = due[duty.duty_id]
        told.append(f"{duty.label}: {last}" + ("" if pd.isna(later) else f", due by {long_date(later)}"))
    return f"{'; '.join(told)}." if told else None


def logged_on(asked: Asked) -> str | None:
    """Entries of twelve months of the duties that a line names, with the line's own words as theme."""
    events = asked.period.store.table("duty_event")
    since = pd.Timestamp(add_months(asked.period.span.end, -12))
    inside = (events["held_on"] > since) & (events["held_on"] <= pd.Timestamp(asked.period.span.end))
    mine = events[events["duty_id"].isin(list(asked.names)) & inside.fillna(False).astype(bool)]
    about = mine[mine["theme"].eq(asked.label).fillna(False).astype(bool)]
    if mine.empty:
        return None
    if about.empty:
        return "On none of the entries of twelve months."
    told = f"{count_of(len(about), len(mine))} entries of twelve months, the last on"
    return f"{told} {long_date(about['held_on'].max())}."


def topics_logged(asked: Asked) -> str | None:
    """Of entries of twelve months under each named duty how many name what they were about, and what."""
    events = asked.period.store.table("duty_event")
    since = pd.Timestamp(add_months(asked.end, -12))
    inside = (events["held_on"] > since) & (events["held_on"] <= pd.Timestamp(asked.end))
    known = events[inside.fillna(False).astype(bool)]
    told = []
    for duty in asked.duties:
        own = known.loc[known["duty_id"] == duty.duty_id, "theme"]
        if len(own):
            about = named(own, most=None)
            count = count_of(int(own.notna().sum()), len(own))
            whose = f"{duty.holder}: " if len(asked.names) > 1 else ""
            told.append(f"{whose}{duty.label}, {count} entries" + (f", {about}" if about else ""))
    return f"What entries of twelve months name as their theme: {'; '.join(told)}." if told else None


def days_held(asked: Asked) -> str | None:
    """Days on which each named duty with a number was done, in the time it is counted over."""
    told = []
    for duty, days, spans in _named(asked):
        first = min(span.start for span in spans)
        held = sorted(days[days.between(pd.Timestamp(first), pd.Timestamp(asked.end))])
        if held or (len(days) and len(asked.names) > 1):
            on = ", ".join(map(long_date, held)) or "none on record"
            told.append(f"{duty.label}, since {long_date(first)}: {on}.")
    return " ".join(told) or None


def in_own_line(asked: Asked) -> str | None:
    """Of entries of each named duty those about somebody, or a team, that reports to whoever made them.

    Reports: directly or through others, as the staff table names managers; of the time the duty is counted.
    """
    words, staff = asked.period.framework.words, asked.period.store.staff.drop_duplicates("staff_id")
    above = dict(zip(staff["staff_id"], staff["manager_id"], strict=True))
    teams = {str(team): list(part["staff_id"]) for team, part in staff.groupby("team_id")}
    events = asked.period.store.table("duty_event").dropna(subset=["held_on", "by_id"])
    told = []
    for duty, _, spans in _named(asked):
        first, last = pd.Timestamp(min(span.start for span in spans)), pd.Timestamp(asked.end)
        own = events[(events["duty_id"] == duty.duty_id) & events["held_on"].between(first, last)]
        about = [
            (str(row.by_id), teams.get(str(row.team_id), []) if pd.isna(row.subject_id) else [row.subject_id])
            for row in own.itertuples()
        ]
        known = [(by, people) for by, people in about if any(one in above for one in people)]
        if known:
            inside = sum(any(by in _line(one, above) for one in people) for by, people in known)
            of = count_of(inside, len(known))
            told.append(f"{duty.label}: {of} were of people or {words.teams} that report to whoever did it.")
    return " ".join(told) or None


def _line(person: str, above: dict[str, str]) -> set[str]:
    """Everybody whom a person reports to, directly or through others."""
    line: set[str] = set()
    while (person := above.get(person, "")) in above and person not in line:
        line.add(person)
    return line


def gaps_in_log(asked: Asked) -> str | None:
    """Weeks, months or quarters of the report's days in which a duty that the heading names has no entry."""
    told = []
    for duty, days, spans in _named(asked):
        ended = [span for span in spans if span.due <= asked.end]
        empty = [
            f"{long_date(span.start)} to {long_date(span.end)}"
            for span in ended
            if not days.between(pd.Timestamp(span.start), pd.Timestamp(span.end)).any()
        ]
        if ended and len(days):
            told.append(f"{duty.label}, without an entry: {'; '.join(empty) or 'none'}.")
    return " ".join(told) or None


def held_now(asked: Asked) -> str | None:
    """Until when that which a named duty earns is held, by whom; at the end of the period alone."""
    if asked.end != asked.period.span.end:
        return None
    labels = {duty.label for duty in asked.duties}
    known = standing_of(asked.period.store)
    told = []
    for label, rows in known[known["label"].isin(labels)].groupby("label", sort=False):
        parts = [_until(asked, str(row["of"]), row["runs_out"]) for row in rows.to_dict("records")]
        told.append(f"{label}: {'; '.join(parts)}.")
    return " ".join(told) or None


def _until(asked: Asked, of: str, runs_out: pd.Timestamp) -> str:
    if pd.isna(runs_out):
        return f"{of}, nothing on record"
    over = runs_out < pd.Timestamp(asked.end)
    return f"{of}, {'ran out on' if over else 'held until'} {long_date(runs_out)}"


def longest_apart(asked: Asked) -> str | None:
    """The most days that one holder of a named duty had between two entries of twelve months."""
    events, end = asked.period.store.table("duty_event"), pd.Timestamp(asked.period.span.end)
    since, told = pd.Timestamp(add_months(asked.period.span.end, -12)), []
    inside = (events["held_on"] > since) & (events["held_on"] <= end)
    known = events[inside.fillna(False).astype(bool)].sort_values("held_on", kind="stable")
    for duty in asked.duties:
        own = known[known["duty_id"] == duty.duty_id].dropna(subset="by_id")
        days = own.groupby("by_id")["held_on"].diff().dt.days.dropna()
        if len(days):
            told.append(
                f"{duty.label}: at the most {count_words(int(days.max()))} days between one and the next of "
                "the same holder"
            )
    return f"In twelve months, {'; '.join(told)}." if told else None


def _named(asked: Asked) -> Iterator[tuple[Duty, pd.Series, list[Span]]]:
    """Each named duty with a number, the days of its entries of any time, and the spans it is counted in."""
    rules, events = asked.period.framework, asked.period.store.table("duty_event").dropna(subset="held_on")
    for duty in (duty for duty in rules.duties if duty.duty_id in asked.names):
        often = rules.how_often(duty)
        if often is not None:
            days = events.loc[events["duty_id"] == duty.duty_id, "held_on"]
            yield (
                duty,
                days,
                spans_of(every=often[1], period=Period("", asked.start, asked.end), year=duty.year),
            )


_FEWEST = 5
"""People in a post below which it is told together with others."""
_OTHERS = "other posts"


def reached_by_team(asked: Asked) -> str | None:
    """How many people each named rule of coverage or training has reached in each team, as asked so far."""
    names, team = asked.period.team_names, asked.period.framework.words.team
    if asked.end != asked.period.span.end:
        return None
    told = []
    for one in (one for one in asked.period.practice.coverage if one.name in asked.names):
        table = one.so_far_by_team if len(one.so_far_by_team) else one.by_team
        rows = table.assign(team=table["row_key"].map(names)).dropna(subset="team").sort_values("team")
        parts = [f"{row.team} {count_of(int(row.x), int(row.n))}" for row in rows.itertuples()]
        told += [f"{one.label}, by {team}: {', '.join(parts)}."] if parts else []
    for rule in asked.period.framework.trained:
        if rule.name in asked.names:
            people = people_trained(asked.period.store, rule)
            people = people.assign(team=people["team_id"].map(names)).dropna(subset="team")
            parts = [
                f"{name} {count_of(int(own['trained'].sum()), len(own))}"
                for name, own in people.groupby("team", sort=True)
            ]
            told += [f"By {team}: {', '.join(parts)}."] if parts else []
    return " ".join(told) or None


def took_part_by_post(asked: Asked) -> str | None:
    """Of the people in each post how many took part in quality assurance in twelve months.

    Training and supervision, which everybody has, are none; posts of few people are told together.
    """
    if asked.end != asked.period.span.end:
        return None
    people = people_lists(asked.period.store)["took_part"].set_index("id")
    if people.empty:
        return None
    part = people.drop(columns=["open cases", "supervision", "training"]).sum(axis=1).gt(0)
    posts = part.index.to_series().map(asked.period.store.role_of).astype("string").fillna("no post")
    posts = posts.where(posts.map(posts.value_counts()) >= _FEWEST, _OTHERS)
    found = part.groupby(posts).agg(["sum", "count"])
    last = sorted(found.index, key=lambda post: (post == _OTHERS, post))
    told = [f"{post} {count_of(int(found.loc[post, 'sum']), int(found.loc[post, 'count']))}" for post in last]
    beside = "beside training and their own supervision"
    return f"Took part in quality assurance in twelve months, {beside}, by post: {', '.join(told)}."


def work_led(asked: Asked) -> str | None:
    """Of open cases those whose worker and whose supervisor both are on record under a named rule."""
    store, words = asked.period.store, asked.period.framework.words
    rules = [rule for rule in asked.period.framework.trained if rule.name in asked.names]
    if asked.end != asked.period.span.end or store.closing.empty or store.staff.empty:
        return None
    above = store.staff.drop_duplicates("staff_id").set_index("staff_id")["manager_id"]
    worker = store.closing["worker_id"]
    told = []
    for rule in rules:
        people = people_trained(store, rule)
        good = people.loc[people["trained"], "staff_id"]
        both = worker.isin(good) & worker.map(above).isin(good)
        told.append(f"{rule.label}, {count_of(int(both.sum()), len(worker))}")
    if not told:
        return None
    by = f"whose {words.worker} and whose supervisor both are on record"
    return f"Open {words.cases} {by}: {'; '.join(told)}."


def logged_by_locality(asked: Asked) -> str | None:
    """Of the duties of a post that the log shows, how many each locality's people have an entry of."""
    store = asked.period.store
    people = store.staff.assign(place=store.staff["team_id"].map(store.place_of("locality")))
    owed = [duty for duty in asked.period.framework.duties if duty.evidence == "log" and duty.each == "post"]
    events = asked.table("duty_event", "held_on").dropna(subset=["by_id", "duty_id"])
    given = {duty: set(own) for duty, own in events.groupby("duty_id")["by_id"]}
    told = []
    for place, own in people.groupby("place", sort=True):
        held = [(duty.duty_id, own.loc[own["role"].isin(duty.roles), "staff_id"]) for duty in owed]
        done = sum(int(ids.isin(given.get(duty, set())).sum()) for duty, ids in held)
        whole = sum(len(ids) for _, ids in held)
        told += [f"{place} {count_of(done, whole)}"] if whole else []
    if not told:
        return None
    return (
        "Duties that the log shows, each counted for everybody in post who owes it, with an entry in the "
        f"period (no number is asked): {', '.join(told)}."
    )


def decisions_recorded(asked: Asked) -> str | None:
    """In how many supervisions of the days what was decided was written down."""
    held = asked.table("duty_event", "held_on")
    written = held.loc[held["kind"] == "supervision", "recorded"].dropna().astype(bool)
    if written.empty:
        return None
    all_of = count_of(int(written.sum()), len(written))
    return f"{all_of} supervisions of the period have their decisions written down."


_HALF_WAY = (pd.DateOffset(months=5), pd.DateOffset(months=7))
"""How long after an appraisal a review counts as held half way through its year."""


def appraisals_reviewed(asked: Asked) -> str | None:
    """How long after an appraisal each review of twelve months under a named rule of training was held."""
    events = asked.period.store.table("duty_event").dropna(subset=["held_on", "subject_id"])
    since, end = pd.Timestamp(add_months(asked.end, -12)), pd.Timestamp(asked.end)
    held = events[events["kind"] == "pdr"][["subject_id", "held_on"]].rename(columns={"held_on": "before"})
    told = []
    for rule in (one for one in asked.period.framework.trained if one.name in asked.names):
        own = events[(events["duty_id"] == rule.duty_id) & (events["held_on"] > since)]
        own = own[own["held_on"] <= end].sort_values("held_on", kind="stable")
        if len(own):
            last = pd.merge_asof(
                own[["subject_id", "held_on"]],
                held.sort_values("before", kind="stable"),
                left_on="held_on",
                right_on="before",
                by="subject_id",
                allow_exact_matches=False,
            )
            told.append(f"{rule.label}: {_half_way(last)}")
    return f"{'; '.join(told)}." if told else None


def _half_way(reviews: pd.DataFrame) -> str:
    """Of reviews those held half way, earlier or later, and without an appraisal before them on record."""
    known = reviews.dropna(subset="before")
    first, last = (known["before"] + offset for offset in _HALF_WAY)
    kept = int(((known["held_on"] >= first) & (known["held_on"] <= last)).sum())
    return (
        f"{count_of(kept, len(reviews))} reviews were five to seven months after the appraisal before, "
        f"{count_words(len(known) - kept)} earlier or later; for {count_words(len(reviews) - len(known))} "
        "no appraisal before is on record"
    )


def reached_by_post(asked: Asked) -> str | None:
    """How many people of each post a named rule of coverage has reached, as asked so far."""
    if asked.end != asked.period.span.end or asked.period.store.staff.empty:
        return None
    rules = [rule for rule in asked.period.framework.coverage if rule.name in asked.names]
    told = [_by_post(asked, rule) for rule in rules if rule.of == "frontline_staff"]
    return " ".join(told) or None


def _by_post(asked: Asked, rule: Coverage) -> str:
    posts, paced = [], False
    for role in rule.roles:
        found = reached_of(asked.period.store, rule, roles=[role])
        so_far = found.so_far_by_service
        row = (so_far if len(so_far) else found.by_service).iloc[0]
        paced |= len(so_far) > 0
        posts.append(f"{role} {count_of(int(row['x']), int(row['n'])) if row['n'] else 'nobody in post'}")
    pace = ", as often as the year so far asks" if paced else ""
    return f"{rule.label}{pace}, by post: {', '.join(posts)}{_by_manager(asked, rule)}."


def _by_manager(asked: Asked, rule: Coverage) -> str:
    """Of the year's observations, supervisions or appraisals, how many are by the person's own manager."""
    since = year_of(asked.end, basis=rule.year).start
    events = replace(asked, start=since).table("duty_event", "held_on")
    known = events_of(asked.period.store, events.dropna(subset=["by_id", "subject_id"]), rule)
    if rule.counts == "audit" or known.empty:
        return ""
    staff = asked.period.store.staff.drop_duplicates("staff_id").set_index("staff_id")
    own = (known["subject_id"].map(staff["manager_id"]) == known["by_id"]).fillna(False)
    return f"; of all held that year {count_of(int(own.sum()), len(known))} by the line manager"


def follow_up_days(asked: Asked) -> str | None:
    """Days from the audit to what the heading names: of half of them, and the longest."""
    if asked.end != asked.period.span.end:
        return None
    told = []
    for rule in asked.period.framework.follow_ups:
        if rule.name not in asked.names or rule.event == "escalation":
            continue
        audits = followed_up(asked.period.store, rule)
        took = (pd.to_datetime(audits[rule.event]) - audits["audited_on"]).dt.days.dropna()
        if len(took):
            half, longest = count_words(int(took.median())), count_words(int(took.max()))
            told.append(f"{rule.label}: half within {half} days of the audit, the longest after {longest}")
    return f"{'; '.join(told)}." if told else None
