"""Records that show duties, counted: of the log and the audits, of actions, and of part taken in work."""

from __future__ import annotations

import pandas as pd

from qaf_lib.counting import DONE, LIVE, blocks_cleared
from qaf_lib.display.words import count_words
from qaf_lib.frameworks.duties import ACTION_SOURCES
from qaf_lib.pages.actions.answers import SOURCE_WORDS, Actions, actions_of, with_news
from qaf_lib.pages.actions.learning import looked_of
from qaf_lib.pages.grades.how_audited import answers_that_count
from qaf_lib.pages.store import PeriodStore

Record = tuple[str, int, int, str]
"""What was counted, how many there are, how many of these are as they should be, and what that is."""

_SHARED = ("children_took_part", "families_took_part", "partners_took_part")
_TAUGHT = ("training", "coaching", "e_learning", "briefing")
"""Routes of actions by which people are taught."""


_SHOW_NEEDS = ("audit", "observation", "indicator", "complaint", "survey")
"""Sources of actions that show what staff need to learn."""


def records_of(store: PeriodStore) -> dict[str, Record]:
    """Records of other kinds, by the names of `OTHER_RECORDS` that are not of actions."""
    found = store.in_period(store.table("good_practice"), "on")
    events = store.in_period(store.table("duty_event"), "held_on")
    checked = events.dropna(subset="signed_off")
    signed = int(checked["signed_off"].astype(bool).sum())
    watched = events[events["kind"] == "observation"]
    needed = watched[watched["learning_need"].fillna(False).astype(bool)]
    work = store.in_period(store.table("project"), "on")
    wanted = work[(work["block"] == "audit") & work["requested_by_post"].notna()]
    return {
        "good_practice": ("good practice found", len(found), int(found["shared_on"].notna().sum()), "shared"),
        "signed_off": (f"{checked_words(checked)} checked", len(checked), signed, "signed off"),
        "learning_needs": ("observations", len(watched), len(needed), "with a learning need"),
        "needs_discussed": (
            "learning needs seen",
            len(needed),
            int(needed["discussed_on"].notna().sum()),
            "talked over since",
        ),
        "worker_changes": _moved(store, "worker_id", f"changed {store.framework.words.worker}"),
        "team_changes": _moved(store, "team_id", f"changed {store.framework.words.team}"),
        "closures": _closures(store),
        "feedback_days": _feedback_days(store),
        "reports_considered": _considered(store, events),
        "audits_asked_for": (
            "audits asked for",
            len(wanted),
            int(wanted["reported_on"].notna().sum()),
            "reported",
        ),
        "court_papers": _court_papers(checked),
        "evaluations_weighed": _weighed(store),
        **records_of_taking_part(store),
    }


def checked_words(checked: pd.DataFrame) -> str:
    """What entries of the duty log with a sign-off are: visits, reports and assessments, or both."""
    visits = checked["kind"].eq("visit").fillna(False).astype(bool)
    if len(checked) and visits.all():
        return "visits"
    return "reports, assessments and visits" if visits.any() else "reports and assessments"


def _court_papers(checked: pd.DataFrame) -> Record:
    """Reports and statements for court that somebody checked, and those signed off."""
    own = checked[checked["report_type"].isin(["court report", "court statement"])]
    signed = int(own["signed_off"].astype(bool).sum())
    return ("court papers checked by any post", len(own), signed, "signed off")


def _weighed(store: PeriodStore) -> Record:
    """Evaluations on record that say what was spent or saved, and those of them that were decided on."""
    work = store.table("project")
    own = work[(work["block"] == "evaluation") & work[["cost", "saving"]].notna().any(axis=1)]
    label = "evaluations with what was spent or saved"
    return (label, len(own), int(own["decision"].notna().sum()), "decided on")


def _moved(store: PeriodStore, column: str, what: str) -> Record:
    """Cases in both caseloads that moved between the two, and those of them that an audit looked at."""
    both = store.opening.drop_duplicates("case_id").merge(
        store.closing.drop_duplicates("case_id"), on="case_id", suffixes=("", "_now")
    )
    both = both.dropna(subset=[column, f"{column}_now"])
    moved = both.loc[both[column] != both[f"{column}_now"], "case_id"]
    seen = int(moved.isin(store.audits_of_period["case_id"]).sum())
    return (f"{store.framework.words.cases} that {what} in the period", len(moved), seen, "audited")


def _feedback_days(store: PeriodStore) -> Record:
    """Audits of the period with feedback, and those that had it within the middle number of days."""
    audits = store.audits_of_period
    days = (audits["feedback_on"] - audits["audited_on"]).dropna().dt.days
    if days.empty:
        return ("audits with feedback", 0, 0, "in time")
    half = int(days.median())
    best = f"within {half} days, all in {int(days.max())}"
    return ("audits with feedback", len(days), int((days <= half).sum()), best)


def _considered(store: PeriodStore, events: pd.DataFrame) -> Record:
    """Reports of the period that the duty log holds, those of them that were talked over, and how soon."""
    written = [duty.duty_id for duty in store.framework.duties if duty.evidence == "report"]
    given = events[events["duty_id"].isin(written)]
    days = (given["discussed_on"] - given["held_on"]).dropna().dt.days
    soon = f", half within {int(days.median())} days, all in {int(days.max())}" if len(days) else ""
    return ("reports given", len(given), len(days), f"considered since{soon}")


def _closures(store: PeriodStore) -> Record:
    """Cases closed in the period, and those of them whose closing an audit asked about."""
    closed = store.in_period(store.table("closure"), "closed_on")["case_id"].drop_duplicates()
    asked = [one.question_id for one in store.framework.every_question if one.at_closing]
    answers = answers_that_count(store)
    answers = answers[answers["question_id"].isin(asked)]
    cases = store.audits.loc[store.audits["audit_id"].isin(answers["audit_id"]), "case_id"]
    return ("cases closed", len(closed), int(closed.isin(cases).sum()), "asked about in an audit")


def action_records(store: PeriodStore) -> dict[str, Record]:
    """Actions due, with news, blocked, drafted with staff, on how things work, and by their source."""
    found = actions_of(store)
    ends, cleared, states = found.ends.set_index("row_key")["x"], found.cleared.iloc[0], found.states
    due = int(ends.sum() - ends["cancelled"])
    helped = states["staff_helped"].fillna(False).astype(bool)
    on_service = states[states["case_id"].isna()]
    agreed, evidence = int(states["board_agreed_on"].notna().sum()), states["source"].isin(_SHOW_NEEDS)
    routed = int((evidence & states["route"].notna()).sum())
    by_source = {name: states.loc[states["source"] == name, "status"] for name in ACTION_SOURCES}
    return {
        "actions_due": ("actions due and not cancelled", due, int(ends["done in time"]), "done in time"),
        "action_news": _news(found, "live actions", states),
        "structural_news": _news(found, "live actions on how things work", on_service),
        "structural_obstacles": obstacles(store, "actions on how things work that were blocked", on_service),
        "agreed_by_board": ("actions on record", len(states), agreed, "agreed by leaders"),
        "learning_routes": (
            "actions from audits, observations, feedback and figures",
            int(evidence.sum()),
            routed,
            "with a route to learning",
        ),
        "obstacles": _cleared("actions that were blocked", cleared, _still_blocked(found)),
        "drafted_with_staff": ("actions on record", len(states), int(helped.sum()), "drafted with staff"),
        "structural_actions": (
            "actions on how things work",
            len(on_service),
            int(on_service["status"].isin(DONE).sum()),
            "done",
        ),
        "guides_changed": _guides(states),
        "learning_held": _learning_held(store, states),
        **{
            name: (
                f"actions on record from {SOURCE_WORDS[name].lower()}",
                len(own),
                int(own.isin(DONE).sum()),
                "done",
            )
            for name, own in by_source.items()
        },
    }


def obstacles(store: PeriodStore, label: str, states: pd.DataFrame) -> Record:
    """Actions that were ever blocked, those that no longer are, and how soon half of these were cleared."""
    events = store.table("action_event")
    row = blocks_cleared(states=states, events=events, period=store.span, table_id="obstacles").iloc[0]
    return _cleared(label, row)


def _cleared(label: str, row: pd.Series, still: str = "") -> Record:
    soon = "" if pd.isna(row["estimate"]) else f", half within {row['estimate']:g} days"
    return (label, int(row["n"]), int(row["x"]), f"cleared{soon}{still}")


def _still_blocked(found: Actions) -> str:
    """How many actions stay blocked, and for how long half of them have been."""
    middle = found.blocked.set_index("measure").loc["median"]
    if middle["mark"]:
        return ""
    return f", and {count_words(middle['n'])} still blocked, half for {middle['estimate']:.0f} days or more"


def _guides(states: pd.DataFrame) -> Record:
    """Actions on a policy or guide, and where they came from."""
    own = states[states["route"] == "policy"]
    came = own["source"].map(SOURCE_WORDS).value_counts().sort_index()
    by = ", ".join(f"{source} {count_words(int(count))}" for source, count in came.items())
    label = "actions on a policy or guide, raised at any time up to the period's end"
    label += f" ({by})" if by else ""
    return (label, len(own), int(own["status"].isin(DONE).sum()), "done")


def _news(found: Actions, label: str, states: pd.DataFrame) -> Record:
    """Live actions, and those with an entry of late beside the one that opened them."""
    live = states[states["status"].isin(LIVE)]
    best = f"with an entry in {found.ask_after} days, beside the one that opened it"
    return (label, len(live), int(with_news(found, live).sum()), best)


def records_of_taking_part(store: PeriodStore) -> dict[str, Record]:
    """Who took part in the period's audits and observations, in work on record, and in trainings."""
    made, words = store.audits_of_period, store.framework.words
    part, views = f"in which the {words.worker} took part", f"in which the {words.family}'s views were sought"
    watched = store.in_period(store.table("duty_event"), "held_on").query("kind == 'observation'")
    return {
        "worker_part": _yes(words.audits, made["worker_took_part"], part),
        "family_views": _yes(words.audits, made["family_feedback"], views),
        "reflections": _yes("observations", watched["reflection"], "with the worker's own reflection"),
        **_of_work(store),
        "trainings_led": _trainings_led(store),
    }


def _yes(label: str, said: pd.Series, best: str) -> Record:
    """Records that say yes or no to something, and those of them that say yes."""
    known = said.dropna().astype(bool)
    return (f"{label} where it is recorded", len(known), int(known.sum()), best)


def _of_work(store: PeriodStore) -> dict[str, Record]:
    """Pieces of work with a day up to the period's end, and those others shared in; of all, those agreed."""
    work, words = store.table("project"), store.framework.words
    begun = work[(work["on"] <= pd.Timestamp(store.span.end)).fillna(False).astype(bool)]
    shared = begun[list(_SHARED)].fillna(False).astype(bool).any(axis=1)
    who = f"in which {words.children}, {words.families} or partners took part"
    agreed = int(work["agreed_on"].notna().sum())
    return {
        "work_shared": ("pieces of work dated up to the period's end", len(begun), int(shared.sum()), who),
        "work_agreed": ("pieces of work on record", len(work), agreed, "agreed"),
    }


def _trainings_led(store: PeriodStore) -> Record:
    """People's trainings of twelve months, those of them that name who led, and how many led, by post."""
    events = store.table("duty_event").query("kind == 'training'").dropna(subset="subject_id")
    days = events["held_on"].between(pd.Timestamp(store.twelve_from), pd.Timestamp(store.span.end))
    held = events[days.fillna(False).astype(bool)]
    leaders = held["by_id"].dropna().drop_duplicates()
    posts = leaders.map(store.role_of.to_dict()).astype("string").fillna("another post")
    posts = posts.value_counts().sort_index()
    who = ", ".join(f"{post} {count_words(int(count))}" for post, count in posts.items())
    best = f"led by a colleague; people who led one: {who}" if who else "led by a colleague"
    return ("trainings of people in twelve months", len(held), int(held["by_id"].notna().sum()), best)


def _learning_held(store: PeriodStore, states: pd.DataFrame) -> Record:
    """Finished actions by which people were taught that an audit looked at again, and how it was then."""
    looked = looked_of(store)
    taught = states.loc[states["route"].isin(_TAUGHT), "action_id"]
    again = looked[looked["action_id"].isin(taught)]
    better = int((again["change"] == "better").sum())
    label = "actions of training, coaching, e-learning or a briefing that an audit looked at again"
    return (label, len(again), better, "with better practice on the theme")
