"""What became of what had to happen."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from qaf_lib.counting import AGE_BANDS, NOT_SAID
from qaf_lib.display.passages import Note
from qaf_lib.display.tables import count_table, plain_table, share_table
from qaf_lib.display.words import count_of, count_words, long_date
from qaf_lib.pages import OpenPeriod
from qaf_lib.pages.actions.answers import (
    KIND_WORDS,
    ROUTE_WORDS,
    SOURCE_WORDS,
    WHOM_WORDS,
    done_on,
    in_columns,
)
from qaf_lib.pages.cover import Section, nothing, only
from qaf_lib.pages.practice.restricted import NEXT_STEPS, late_actions

_NONE = "No actions came with the records of this council."
_LONGEST = 15
_POSTS = 3
_WHY = "No page says what blocks an action, because it is typed text; the action plan in the vault does."
_YES = {"yes": "Yes", "no": "No"}
_OWNERS = {
    "one owner": "One post",
    "two owners": "Two posts",
    "champion": "A champion, alone or with another",
}
_CARRIED = {
    "open_at_start": "Open at start",
    "new": "New",
    "reopened": "Reopened",
    "closed": "Closed",
    "open_at_end": "Open at end",
}


def summary(period: OpenPeriod) -> Section:
    """How many actions are overdue, and what became of those that were due; then all by status."""
    if period.actions.states.empty:
        return nothing(_NONE)
    at = long_date(period.span.end)
    due = count_table(
        period.actions.ends,
        caption=f"Actions that were due by {at}, and what became of them",
        row_heading="What became of them",
        note="Done in time: the first entry that says done is not after the day it was due.",
    )
    by_status = count_table(
        period.actions.summary,
        caption=f"Actions at {at}",
        row_heading="Status",
        note="Overdue ones are counted of those still to be done: open, in progress or blocked.",
    )
    acts = " Owners finish what is late, or agree another day." if len(period.actions.overdue) else ""
    return Section([Note(f"{_stand(period)}{acts}", "lead"), by_status, due]).folded()


def in_short(period: OpenPeriod) -> Section:
    """How many actions are overdue, and what became of those that were due."""
    return nothing(_NONE) if period.actions.states.empty else Section([Note(_stand(period))])


def _stand(period: OpenPeriod) -> str:
    found = period.actions
    late, ends = found.summary.set_index("row_key").loc["overdue"], found.ends.set_index("row_key")["x"]
    line = f"{count_of(int(late['x']), int(late['n']))} actions still to be done are overdue."
    if ends.sum():
        told = ", ".join(f"{count_words(int(count))} {name!s}" for name, count in ends.items())
        line += f" Of {count_words(int(ends.sum()))} that were due by {long_date(period.span.end)}: {told}."
    return line


def by_owner(period: OpenPeriod) -> Section:
    """Whose the overdue actions are, how old those still to be done are, and both by post."""
    if period.actions.states.empty:
        return Section([])
    return Section(
        [
            Note(_whose(period)),
            count_table(
                period.actions.by_owner,
                caption="Actions by owner's post",
                row_heading="Post",
                measure_labels={"live": "Still to be done", "overdue": "Of these overdue"},
            ),
            count_table(
                period.actions.by_age,
                caption="Actions still to be done, by days since they were raised, at "
                f"{long_date(period.span.end)}",
                row_heading="Post",
                measure_labels={band: band.capitalize() for band in AGE_BANDS},
                note="An action is raised with its first entry.",
            ),
        ]
    ).folded()


def _whose(period: OpenPeriod) -> str:
    owners, ages = period.actions.by_owner, period.actions.by_age
    late = owners[(owners["measure"] == "overdue") & (owners["x"] > 0)]
    most = late.sort_values("x", ascending=False, kind="stable").head(_POSTS)
    named = ", ".join(f"{row.row_key} {count_of(int(row.x), int(row.n))}" for row in most.itertuples())
    others = " and others" if len(late) > len(most) else ""
    told = [f"Overdue, by the post that owns them: {named}{others}."] if named else []
    old = ages[(ages["row_key"] == "all posts") & (ages["measure"] == AGE_BANDS[3])].iloc[0]
    if old["n"]:
        told.append(
            f"{count_of(int(old['x']), int(old['n']))} still to be done were raised more than 90 days ago."
        )
    return " ".join(told)


def overdue(period: OpenPeriod) -> Section:
    """The actions longest overdue, and the next steps."""
    late = period.actions.overdue
    if late.empty:
        return Section([])
    shown = late.head(_LONGEST)
    days = count_words(int(late["days_overdue"].max()))
    return Section(
        [
            Note(
                f"The longest has been overdue for {days} days. This page alerts nobody; speak to the owner."
            ),
            plain_table(
                shown.assign(status=shown["status"].str.replace("_", " ")),
                table_id="actions_overdue",
                caption=f"Actions longest overdue, {len(shown)} of {count_words(len(late))}",
                headings={
                    "title": "Action",
                    "owner_post": "Owner's post",
                    "due_on": "Due",
                    "days_overdue": "Days overdue",
                    "status": "Status",
                },
            ),
            *_by_service(period),
        ]
    ).folded()


def _by_service(period: OpenPeriod) -> list[object]:
    """Late and standing actions by service, where holders of a duty go through them; the list is theirs."""
    late = late_actions(period.store, period.actions)
    if late.empty:
        return []
    once, holders = late.drop_duplicates("action_id"), late["manager"].nunique()
    words = period.framework.words
    counts = pd.crosstab(once["service"].fillna(f"no {words.team}"), once["next_step"])
    alone = int(once["manager"].isna().sum())
    rest = (
        f"; {count_words(alone)} of these stand under no manager: no {words.team} is named, or nobody above "
        "it is on record"
        if alone
        else ""
    )
    steps = [step for step in NEXT_STEPS.values() if step in counts]
    table = counts[steps].rename_axis(columns=None).reset_index()
    told = ", ".join(f"{step} ({count_words(int(counts[step].sum()))})" for step in steps)
    return [
        Note(
            f"Next steps for the {count_words(len(once))} actions that are late or stand still: {told}. The "
            f"restricted list late_actions has them one by one for each of the {count_words(holders)} who "
            "must go through them."
        ),
        plain_table(
            table,
            table_id="actions_next_steps",
            caption=f"Actions late or standing still, by {words.service} and next step",
            headings={"service": words.service.capitalize()}
            | {step: step[:1].upper() + step[1:] for step in steps},
            note=f"Each under the first step that fits{rest}.",
        ),
    ]


def standing_still(period: OpenPeriod) -> Section:
    """Blocked actions with how long, and live ones of which nobody wrote for too long."""
    if period.actions.states.empty:
        return Section([])
    days, whole = count_words(period.actions.ask_after), period.actions.silent.iloc[0]
    table = share_table(
        period.actions.silent,
        caption=f"Actions still to be done without an entry for more than {days} days",
        row_heading="Owner's post",
    )
    silent = f"{count_of(int(whole['x']), int(whole['n']))} still to be done have had no entry for more than "
    asked = [Note(f"{silent}{days} days: ask their owners how they stand.")] if whole["n"] else []
    return Section([*_blocked(period), *asked, table]).folded()


def _blocked(period: OpenPeriod) -> list[object]:
    median = only(period.actions.blocked, "median")
    if median["mark"]:
        return [Note(f"No action is blocked. {_cleared(period)}")]
    longest = only(period.actions.blocked, "longest")["estimate"]
    middle = count_words(round(median["estimate"]))
    told = (
        f"{count_words(median['n'])} actions are blocked, half of them for {middle} days or more and the "
        f"longest for {count_words(round(longest))}."
        if median["n"] > 1
        else f"1 action is blocked, for {middle} days."
    )
    table = plain_table(
        period.actions.longest_blocked.head(_LONGEST),
        table_id="actions_blocked",
        caption="Actions longest blocked",
        headings={
            "title": "Action",
            "owner_post": "Owner's post",
            "due_on": "Due",
            "blocked_days": "Days blocked",
        },
    )
    return [Note(f"{told} {_cleared(period)} {_WHY}"), table]


def _cleared(period: OpenPeriod) -> str:
    """Obstacles cleared: of all that were ever blocked, and in the period, and how soon."""
    cleared, now = only(period.actions.cleared, "cleared"), only(period.actions.cleared, "in_period")
    if not cleared["n"]:
        return "None ever was."
    told = f"Of {count_words(cleared['n'])} that were ever blocked {count_words(cleared['x'])} are cleared, "
    told += f"{count_words(now['x'])} of them in the period"
    soon = "" if pd.isna(cleared["estimate"]) else f"; half were within {cleared['estimate']:g} days"
    return f"{told}{soon}."


def carried(period: OpenPeriod) -> Section:
    """The improvement plan from period to period, and this period's by where actions came from."""
    if period.actions.states.empty:
        return Section([])
    now = period.actions.carried.tail(len(_CARRIED)).set_index("measure")["x"].map(count_words)
    adds_up = "Open at start, new and reopened less closed is open at end."
    return Section(
        [
            Note(
                f"{now['open_at_start']} actions were open when the period began and {now['open_at_end']} "
                f"when it ended ({now['new']} new, {now['reopened']} reopened, {now['closed']} closed)."
            ),
            count_table(
                period.actions.carried,
                caption="The improvement plan from period to period",
                row_heading="Period",
                measure_labels=_CARRIED,
                note=f"{adds_up} Closed is completed, approved or cancelled.",
            ),
            count_table(
                period.actions.by_source,
                caption="The improvement plan of this period by where actions came from",
                row_heading="Came from",
                labels=SOURCE_WORDS,
                measure_labels=_CARRIED,
                note=adds_up,
            ),
        ]
    )


def plan(period: OpenPeriod) -> Section:
    """The live actions due soonest, in the framework's own columns."""
    table = period.actions.plan
    if period.framework.action_plan is None:
        return Section([])
    if table.empty:
        return Section([])
    shown = table.head(_LONGEST)
    return Section(
        [
            Note(
                f"{count_words(len(table))} actions are still to be done; the {len(shown)} due first are "
                "listed."
            ),
            plain_table(
                shown,
                table_id="actions_plan",
                caption="The action plan, in the framework's columns",
                headings={name: name for name in shown},
                missing="–",
                note="What people typed is on no page; the vault's action plan has it, and finished actions. "
                "It also says for how many actions nobody typed anything.",
            ),
            *_finished(period),
        ]
    ).folded()


def _finished(period: OpenPeriod) -> list[object]:
    """Actions finished in the period, the newest first, where the plan has a column for that day."""
    plan = period.framework.action_plan
    if plan is None or not any("completed" in column.label.lower() for column in plan.columns):
        return []
    states = period.actions.states
    done = period.store.in_period(states.assign(done_on=done_on(period.store, states)), "done_on")
    if done.empty:
        return []
    newest = done.sort_values(["done_on", "title", "action_id"], ascending=[False, True, True])
    shown = in_columns(period.store, newest.head(_LONGEST))
    return [
        Note(f"Of {count_words(len(done))} finished in the period the {len(shown)} newest are listed."),
        plain_table(
            shown,
            table_id="actions_plan_finished",
            caption="Actions finished in the period, in the framework's columns",
            headings={name: name for name in shown},
            missing="–",
        ),
    ]


def ways(period: OpenPeriod) -> Section:
    """How actions are carried out: kind, whom for, route to learning, where from, owners, what behind."""
    if period.actions.states.empty:
        return Section([])
    found, one = period.actions.ways, period.framework.words.case
    whom = {**WHOM_WORDS, "one case": f"One {one}"}
    return Section(
        [
            Note(_in_short(period)),
            _ways(found.for_whom, f"Actions for one {one}, and for how things work", "For", whom),
            _ways(found.kinds, "Actions that correct and actions that prevent", "Kind", KIND_WORDS),
            _ways(found.routes, "Actions by route to learning", "Route", ROUTE_WORDS),
            _ways(found.sources, "Actions by where they came from", "Came from", SOURCE_WORDS),
            _ways(found.owners, "Actions by how many posts own them", "Owned by", _OWNERS),
            _ways(found.helped, "Actions that staff helped to draft", "Staff helped", _YES),
            _ways(found.rests_on, "Actions that rest on research or an evaluation", "Rests on it", _YES),
        ]
    ).folded()


def _in_short(period: OpenPeriod) -> str:
    found = period.actions.ways
    said = count_of(_all(found.helped, ["yes"]), _all(found.helped, ["yes", "no"]))
    champions = _all(found.owners, ["champion"])
    owned = f" Champions own {count_words(champions)}." if champions else ""
    return (
        f"Of {count_words(len(period.actions.states))} actions on record "
        f"{count_words(_all(found.for_whom, ['the service']))} change how things work and the others are for "
        f"one {period.framework.words.case}. {count_words(_all(found.kinds, ['preventive']))} keep a problem "
        f"from happening, {count_words(_all(found.routes, list(ROUTE_WORDS)))} name a route to learning, "
        f"and {count_words(_all(found.rests_on, ['yes']))} rest on research or an evaluation. Staff helped "
        f"to draft {said} of which that is recorded.{owned}"
    )


def _all(table: pd.DataFrame, keys: list[str]) -> int:
    chosen = table["row_key"].isin(keys) & (table["measure"] == "all")
    return int(table.loc[chosen, "x"].sum())


def _ways(table: pd.DataFrame, caption: str, heading: str, labels: Mapping[str, str]) -> object:
    return count_table(
        table,
        caption=caption,
        row_heading=heading,
        labels={**labels, NOT_SAID: "Not said"},
        measure_labels={"all": "In all", "live": "Still to be done", "done": "Done"},
    )


def held(period: OpenPeriod) -> Section:
    """Problems met again, audits that asked for a plan and have none, and low grades without any action."""
    found = period.actions
    parts: list[object] = [*_again(period), *_how_soon(period)] if len(found.states) else []
    without = "; ".join(
        f"{count_of(int(row.x), int(row.n))} {row.row_key}" for row in found.low_grades.itertuples() if row.x
    )
    told = [Note(f"Audits of the period from which no action came: {without}.")] if without else []
    low = share_table(
        found.low_grades,
        caption="Audits of the period from which no action came, by grade",
        row_heading="Graded",
        note="An action belongs to the audit it names, or to the last audit before it of the same file.",
    )
    return Section([_wanting(period), *told, low, *parts]).folded()


def _how_soon(period: OpenPeriod) -> list[Note]:
    """Days from an audit to the actions that name it, of those raised in the period."""
    new = period.store.in_period(period.actions.states, "raised_on")
    audited = period.store.audits.set_index("audit_id")["audited_on"]
    took = (new["raised_on"] - pd.to_datetime(new["source_id"].map(audited.to_dict()))).dt.days.dropna()
    took = took[took >= 0]
    if took.empty:
        return []
    half, longest = count_words(math.ceil(took.median())), count_words(int(took.max()))
    return [
        Note(
            f"{count_words(len(took))} new actions name the audit that they came from: half were raised "
            f"within {half} days of it, the longest after {longest}."
        )
    ]


def _wanting(period: OpenPeriod) -> Note:
    row = period.actions.wanting.iloc[0]
    if row["mark"]:
        return Note("No audit of the period says whether it asks for an action.")
    asked, left = count_words(int(row["n"])), int(row["x"])
    if not left:
        return Note(f"Every one of the {asked} audits that asked for an action has one.")
    have = "has" if left == 1 else "have"
    return Note(
        f"{count_words(left)} of {asked} audits that asked for an action {have} none. They are in the "
        "restricted list audits_without_plan, with a row ready in the vault's action plan.",
        "warning",
    )


def _again(period: OpenPeriod) -> list[object]:
    table, names, words = period.actions.again, period.team_names, period.framework.words
    whole = table.iloc[0]
    if not whole["n"]:
        return [
            Note("No action of the period names a theme and a standard, so no problem can be seen to return.")
        ]
    told = Note(
        f"{count_words(int(whole['x']))} of {count_words(int(whole['n']))} new actions that name a theme "
        "and a standard are for a problem met before: the same theme and standard, for the same "
        f"{words.case} or {words.team}, or again for everybody, as one finished earlier."
    )
    listed = period.actions.met_again
    if listed.empty:
        return [told]
    team = listed["team_id"].map(names).fillna("everybody")
    shown = pd.DataFrame(
        {
            "title": listed["title"],
            "theme": listed["theme"],
            "for": listed["case_id"].notna().map({True: f"one {words.case}, ", False: ""}) + team,
            "earlier_done": listed["earlier_done"],
        }
    )
    return [
        told,
        plain_table(
            shown.head(_LONGEST),
            table_id="actions_met_again_listed",
            caption=f"Problems met again, {min(len(listed), _LONGEST)} of {len(listed)}",
            headings={
                "title": "New action",
                "theme": "Theme",
                "for": "For",
                "earlier_done": "The earlier action was finished",
            },
        ),
        share_table(table, caption="New actions for a problem met before, by theme", row_heading="Theme"),
    ]


def escalations(period: OpenPeriod) -> Section:
    """Serious concerns found in the period: told in time or not, and the longest wait."""
    alert = Note("This alerts nobody; tell the manager now.", "warning")
    table, ladder = period.actions.escalations, period.framework.escalation
    rule = f"{ladder.label}. " if ladder else ""
    if table.empty:
        return Section([Note(f"{rule}No serious concern found in the period is on record."), alert])
    posts = (
        {
            f"step {tier.tier}": f"{tier.tier}: {' and '.join(tier.posts)}"
            f"{' (days assumed)' if tier.assumed else ''}"
            for tier in ladder.tiers
        }
        if ladder
        else {}
    )
    waits = table[table["measure"] == "longest wait, hours"]
    late = table.loc[table["measure"].isin(["told late", "not told"]), "x"].sum()
    listed = " The restricted list concerns has each step told late or not at all, with days." if late else ""
    counts = count_table(
        table[table["measure"] != "longest wait, hours"],
        caption="Serious concerns found in the period: the steps of telling",
        row_heading="Step",
        labels=posts,
        note="Full counts. A step allowed no day is in time on the day of the finding. A further step is due "
        "where the concern was still open after the step's days, and is not told where no record has it."
        f"{listed}",
    )
    longest = "; ".join(_longest(row, posts) for row in waits.to_dict("records") if not row["mark"])
    told = f"{rule}{_steps(table, timed=bool(ladder))}" + (
        f" Longest from finding to telling: {longest}." if longest else ""
    )
    return Section([alert, Note(told), counts]).folded()


def _steps(table: pd.DataFrame, *, timed: bool) -> str:
    """What became of the steps of telling, all together."""
    counts = table.groupby("measure", sort=False)["x"].sum()
    if not timed:
        told = (
            f"{count_words(int(counts.sum()))} steps of telling, for none of which the framework sets a time"
        )
    else:
        told = ", ".join(f"{count_words(int(count))} {name!s}" for name, count in counts.items() if count)
    return f"Of the concerns found in the period: {told}."


def _longest(row: dict[str, object], posts: dict[str, str]) -> str:
    step, hours = str(row["row_key"]), float(str(row["estimate"]))
    time = f"{hours:.1f} hours" if hours < 48 else f"{hours / 24:.1f} days"
    return f"{time} ({posts.get(step, step)})"
