"""Records beside the log that put a duty on record, as `OTHER_RECORDS` names them.

Each is its label, how many there are, and of these how many are what the last word says.
"""

from __future__ import annotations

from qaf_lib.analysis.actions import DONE
from qaf_lib.frameworks.duties import ACTION_SOURCES
from qaf_lib.period.action_words import SOURCE_WORDS
from qaf_lib.period.actions import Actions
from qaf_lib.period.answered import answers_that_count
from qaf_lib.period.store import PeriodStore

__all__ = ["action_records", "records_of"]

_Record = tuple[str, int, int, str]


def records_of(store: PeriodStore) -> dict[str, _Record]:
    """Good practice, reports checked, learning needs seen, closures asked about and audits asked for."""
    found = store.in_period(store.table("good_practice"), "on")
    events = store.in_period(store.table("duty_event"), "held_on")
    checked = events.dropna(subset="signed_off")
    signed = int(checked["signed_off"].astype(bool).sum())
    watched = events[events["kind"] == "observation"]
    needs = int(watched["learning_need"].fillna(False).astype(bool).sum())
    work = store.in_period(store.table("project"), "on")
    wanted = work[(work["block"] == "audit") & work["requested_by_post"].notna()]
    return {
        "good_practice": ("good practice found", len(found), int(found["shared_on"].notna().sum()), "shared"),
        "signed_off": ("reports and assessments checked", len(checked), signed, "signed off"),
        "learning_needs": ("observations", len(watched), needs, "with a learning need"),
        "closures": _closures(store),
        "audits_asked_for": (
            "audits asked for",
            len(wanted),
            int(wanted["reported_on"].notna().sum()),
            "reported",
        ),
    }


def _closures(store: PeriodStore) -> _Record:
    """Cases closed in the period, and those of them whose closing an audit asked about."""
    closed = store.in_period(store.table("closure"), "closed_on")["case_id"].drop_duplicates()
    tools = store.framework.tools
    asked = [one.question_id for tool in tools for one in tool.questions if one.at_closing]
    answers = answers_that_count(store)
    answers = answers[answers["question_id"].isin(asked)]
    cases = store.audits.loc[store.audits["audit_id"].isin(answers["audit_id"]), "case_id"]
    return ("cases closed", len(closed), int(closed.isin(cases).sum()), "asked about in an audit")


def action_records(found: Actions) -> dict[str, _Record]:
    """Actions due, live ones with news, those that were blocked, and actions by where they came from."""
    ends, silent = found.ends.set_index("row_key")["x"], found.silent.iloc[0]
    due, told = int(ends.sum() - ends["cancelled"]), int(silent["n"] - silent["x"])
    cleared, states = found.cleared.iloc[0], found.states
    by_source = {name: states.loc[states["source"] == name, "status"] for name in ACTION_SOURCES}
    return {
        "actions_due": ("actions due", due, int(ends["done in time"]), "done in time"),
        "action_news": ("live actions", int(silent["n"]), told, f"with an entry in {found.ask_after} days"),
        "obstacles": ("actions that were blocked", int(cleared["n"]), int(cleared["x"]), "cleared"),
        **{
            name: (f"actions from {SOURCE_WORDS[name].lower()}", len(own), int(own.isin(DONE).sum()), "done")
            for name, own in by_source.items()
        },
    }
