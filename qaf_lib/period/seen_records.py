"""Records beside the log that put a duty on record: closures asked about, and how actions come on."""

from __future__ import annotations

from qaf_lib.period.actions import actions_of
from qaf_lib.period.answered import for_open_cases, that_apply
from qaf_lib.period.store import PeriodStore

__all__ = ["more_records"]

_Record = tuple[str, int, int, str]


def more_records(store: PeriodStore) -> dict[str, _Record]:
    """By name in `OTHER_RECORDS`: its label, how many, and of these how many are what the last word says."""
    return _of_closures(store) | _of_progress(store)


def _of_closures(store: PeriodStore) -> dict[str, _Record]:
    """Cases closed in the period, and those of them whose closing an audit asked about."""
    closed = store.in_period(store.table("closure"), "closed_on")["case_id"].drop_duplicates()
    tools = store.framework.tools
    asked = [one.question_id for tool in tools for one in tool.questions if one.at_closing]
    answers = that_apply(store.table("answer"))
    answers = answers[answers["question_id"].isin(asked) & ~for_open_cases(store, answers)]
    cases = store.audits.loc[store.audits["audit_id"].isin(answers["audit_id"]), "case_id"]
    return {
        "closures": ("cases closed", len(closed), int(closed.isin(cases).sum()), "asked about in an audit")
    }


def _of_progress(store: PeriodStore) -> dict[str, _Record]:
    """Actions due, live ones with news, and those that were blocked."""
    found = actions_of(store)
    ends, silent = found.ends.set_index("row_key")["x"], found.silent.iloc[0]
    due, told = int(ends.sum() - ends["cancelled"]), int(silent["n"] - silent["x"])
    cleared = found.cleared.iloc[0]
    return {
        "actions_due": ("actions due", due, int(ends["done in time"]), "done in time"),
        "action_news": ("live actions", int(silent["n"]), told, f"with an entry in {found.ask_after} days"),
        "obstacles": ("actions that were blocked", int(cleared["n"]), int(cleared["x"]), "cleared"),
    }
