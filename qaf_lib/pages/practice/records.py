"""Records that show duties: part taken in audits and in other work, trainings, and whether learning held."""

from __future__ import annotations

import pandas as pd

from qaf_lib.pages.actions.answers import actions_of
from qaf_lib.pages.actions.learning import looked_of
from qaf_lib.pages.store import PeriodStore

Record = tuple[str, int, int, str]
"""What was counted, how many there are, how many of these are as they should be, and what that is."""

_SHARED = ("children_took_part", "families_took_part", "partners_took_part")
_TAUGHT = ("training", "coaching", "e_learning", "briefing")
"""Routes of actions by which people are taught."""


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
    """Pieces of work that are not still to come, and those that others shared in; of all, those agreed to."""
    work, words = store.table("project"), store.framework.words
    begun = work[~(work["on"] > pd.Timestamp(store.span.end)).fillna(False).astype(bool)]
    shared = begun[list(_SHARED)].fillna(False).astype(bool).any(axis=1)
    who = f"in which {words.children}, {words.families} or partners took part"
    agreed = int(work["agreed_on"].notna().sum())
    return {
        "work_shared": ("pieces of work up to the period's end", len(begun), int(shared.sum()), who),
        "work_agreed": ("pieces of work on record", len(work), agreed, "agreed"),
    }


def _trainings_led(store: PeriodStore) -> Record:
    """People's trainings of twelve months, and those of them that name who led."""
    events = store.table("duty_event").query("kind == 'training'").dropna(subset="subject_id")
    days = events["held_on"].between(pd.Timestamp(store.twelve_from), pd.Timestamp(store.span.end))
    held = events[days.fillna(False).astype(bool)]
    return (
        "trainings of people in twelve months",
        len(held),
        int(held["by_id"].notna().sum()),
        "led by a colleague",
    )


def learning_held(store: PeriodStore) -> Record:
    """Finished actions by which people were taught that an audit looked at again, and how it was then."""
    states, looked = actions_of(store).states, looked_of(store)
    taught = states.loc[states["route"].isin(_TAUGHT), "action_id"]
    again = looked[looked["action_id"].isin(taught)]
    better = int((again["change"] == "better").sum())
    label = "actions of training, coaching, e-learning or a briefing that an audit looked at again"
    return (label, len(again), better, "with better practice on the theme")
