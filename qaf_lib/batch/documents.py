"""Documents for the quality team, in the vault alone: action plan, next programme, forms to fill in."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from qaf_lib.display.words import count_of, long_date
from qaf_lib.files import Sheet, write_workbook
from qaf_lib.frameworks import Framework
from qaf_lib.frameworks.report_formats import Heading
from qaf_lib.pages.actions.answers import KIND_WORDS, ROUTE_WORDS, SOURCE_WORDS, actions_of, in_columns
from qaf_lib.pages.practice.answers import audits_without_plan
from qaf_lib.pages.programme.answers import days_after, next_blocks
from qaf_lib.pages.store import PeriodStore
from qaf_lib.prepare import named
from qaf_lib.register import Register

__all__ = ["action_plan_sheets", "form_sheets", "programme_sheets", "write_documents"]

_AS_TYPED = "For its owner alone: what people typed stands here as they typed it, reviewed or not."
_BEFORE_SHARING = "Read it through and take out every name before it goes to anybody else."
_TO_FILL_IN = "Name nobody."
_ADDED = "Due", "Came from", "Theme", "Corrective or preventive", "Route to learning", "State"
_USUAL = ("Title", "Action to be taken", "Action taken to date", "Owner", "Completed", "Approved by")
"""Columns of an action plan where the framework names none."""


def write_documents(store: PeriodStore) -> list[Path]:
    """Write the documents of a prepared period into the folder `documents` of its vault.

    Those of the same name are replaced.
    """
    parameters = store.parameters
    folder = parameters.period_vault / "documents"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with Register(parameters.vault / "register.sqlite") as register:
        written = {
            "action_plan": action_plan_sheets(store, register),
            "programme_next": programme_sheets(store, register),
            **form_sheets(store.framework),
        }
    for name, sheets in written.items():
        write_workbook(folder / f"{name}.xlsx", sheets)
    return [folder / f"{name}.xlsx" for name in written]


def action_plan_sheets(store: PeriodStore, register: Register) -> list[Sheet]:
    """Every action, finished ones too, in the framework's columns and the kit's; and plans still to draft."""
    identity = register.read("identity")
    states = _with_text(store, register)
    own = _plan(store, states)
    kit = _kit_columns(states)
    added = [name for name in kit if name.lower() not in {str(column).lower() for column in own}]
    table = pd.concat([own, kit[added]], axis=1)
    table["Action's reference"] = named(states["action_id"], identity).to_numpy()
    table["Source's reference"] = named(states["source_id"], identity).to_numpy()
    title = f"Action plan, {store.parameters.council}, at {long_date(store.span.end)}"
    return [
        Sheet("Action plan", title, [_AS_TYPED, _BEFORE_SHARING, _empty(states)], table),
        Sheet(
            "Plans to draft",
            "Audits that asked for an action and have none",
            [],
            _stubs(store, own, identity),
        ),
    ]


def _with_text(store: PeriodStore, register: Register) -> pd.DataFrame:
    """Actions raised up to the period's end, with their text and what was written of them since."""
    states = actions_of(store).states
    typed = register.read("action").set_index("action_id")
    events = register.read("action_event").dropna(subset=["taken_to_date"])
    events = events[(events["on"] <= pd.Timestamp(store.span.end)).fillna(False).astype(bool)]
    lines = events["on"].map(long_date).astype("string") + ": " + events["taken_to_date"]
    told = lines.groupby(events["action_id"]).agg("\n".join) if len(events) else pd.Series(dtype="string")
    ids = states["action_id"]
    titles = ids.map(typed["title"].to_dict()).astype("string").fillna(states["title"])
    texts = {"action": typed["action"].to_dict(), "taken_to_date": told.to_dict()}
    whole = states.assign(
        title=titles, **{name: ids.map(text).astype("string") for name, text in texts.items()}
    )
    return whole.sort_values(["due_on", "title", "action_id"], ignore_index=True)


def _empty(states: pd.DataFrame) -> str:
    """Of how many actions nobody wrote what is to be done, or what was done so far."""
    none, silent = (
        count_of(int(states[name].isna().sum()), len(states)) for name in ("action", "taken_to_date")
    )
    return (
        f"Nothing is written of what is to be done for {none} actions, of what was done so far for {silent}."
    )


def _plan(store: PeriodStore, states: pd.DataFrame) -> pd.DataFrame:
    """The framework's columns; the usual six where it names none."""
    own = in_columns(store, states)
    return own if len(own.columns) else in_columns(store, states, labels=_USUAL)


def _kit_columns(states: pd.DataFrame) -> pd.DataFrame:
    columns = (
        states["due_on"],
        states["source"].map(SOURCE_WORDS),
        states["theme"],
        states["kind"].map(KIND_WORDS),
        states["route"].map(ROUTE_WORDS),
        states["status"].str.replace("_", " "),
    )
    return pd.DataFrame(dict(zip(_ADDED, columns, strict=True)))


def _stubs(store: PeriodStore, plan: pd.DataFrame, identity: pd.DataFrame) -> pd.DataFrame:
    """A row for each plan to draft: its audit filled in, the framework's columns empty."""
    left = audits_without_plan(store)
    known = {
        "Audit's reference": named(left["audit_id"], identity),
        "Audited on": left["audited_on"],
        "Graded": left["overall_grade"],
        "Team": left["team_id"].map(store.team_names),
    }
    blank = pd.Series(pd.NA, index=left.index, dtype="string")
    return pd.DataFrame({**known, **{str(column): blank for column in plan if column not in known}})


def programme_sheets(store: PeriodStore, register: Register) -> list[Sheet]:
    """The programme of the period that follows: a sheet for each of the framework's blocks."""
    first, last = (long_date(day) for day in days_after(store.span))
    return [
        Sheet(block.block.capitalize(), f"{block.label}, {first} to {last}", [_AS_TYPED], block.projects)
        for block in next_blocks(store, register.read("project"))
    ]


def form_sheets(framework: Framework) -> dict[str, list[Sheet]]:
    """Forms with the framework's headings: the outline paper, and reports written when work ends.

    Parameters
    ----------
    framework : Framework
        Whose paper they are. A report is a form where it has headings, comes at no set time, and no figures
        answer its headings.
    """
    forms = {}
    if framework.programme and framework.programme.outline:
        title = "Outline paper for a new piece of work"
        forms["outline_paper"] = [_form(title, framework.programme.outline)]
    for report in framework.reports:
        if report.is_form:
            forms[report.name] = [_form(report.label, report.headings)]
    return forms


def _form(title: str, headings: list[Heading]) -> Sheet:
    table = pd.DataFrame(
        {
            "Heading": [heading.label for heading in headings],
            "To be filled in": pd.Series(pd.NA, index=range(len(headings)), dtype="string"),
        }
    )
    if any(heading.optional for heading in headings):
        table.insert(1, "Needed", ["where it applies" if one.optional else "always" for one in headings])
    return Sheet("Form", title, [_TO_FILL_IN], table, is_form=True)
