"""A panel to follow actions: by state, by the post that owns them, and by how long they are overdue."""

from __future__ import annotations

import ipywidgets
import pandas as pd

from qaf_lib.counting import LIVE, STATUSES, actions_by_owner
from qaf_lib.display import Table, count_table, plain_table
from qaf_lib.display.words import count_of, count_words, long_date
from qaf_lib.explorers.controls import choice, page, panel, said, shown
from qaf_lib.pages import OpenPeriod

_NONE = "No actions came with the records of this council."
_LONGEST = 50
"""Actions listed at once; the table says when there are more."""

_OVERDUE = {"any, or not overdue": -1, "overdue": 0, "over 30 days": 30, "over 91 days": 91}
_LISTED = {
    "title": "Action",
    "owner_post": "Owner's post",
    "due_on": "Due",
    "days_overdue": "Days overdue",
    "status": "State",
    "status_on": "Since",
}


def chosen_actions(
    *, states: pd.DataFrame, status: str = "", post: str = "", overdue_by: int = -1
) -> pd.DataFrame:
    """The actions of a state and of a post that have been overdue for more than some days.

    Rows of `states`, which `action_states` gives, the longest overdue first, then by due day and title; "" is
    any status or post. `overdue_by` 0 gives all overdue ones, and -1 those too that are not.

    Examples
    --------
    >>> states = pd.DataFrame({"title": ["a", "b"], "owner_post": "Team Manager", "status": "open",
    ...     "due_on": pd.to_datetime(["2026-09-29", "2026-08-01"]),
    ...     "days_overdue": pd.array([1, 60], dtype="Int64")})
    >>> chosen_actions(states=states, overdue_by=30)["title"].tolist()
    ['b']
    """
    wanted = pd.Series(True, index=states.index)
    if status:
        wanted &= states["status"] == status
    if post:
        wanted &= (states["owner_post"] == post).fillna(False).astype(bool)
    if overdue_by >= 0:
        wanted &= (states["days_overdue"] > overdue_by).fillna(False).astype(bool)
    order = ["days_overdue", "due_on", "title"]
    return states[wanted].sort_values(order, ascending=[False, True, True], ignore_index=True)


def follow_actions_panel(*, period: OpenPeriod) -> ipywidgets.VBox:
    """Lists to choose a state, a post and an age from; how many actions they leave, by post, and which.

    Actions are named by their titles and owners by their posts; no case and no person is shown.
    """
    states = period.actions.states
    answer, below = said(), shown()
    if states.empty:
        answer.value = page([_NONE])
        return panel(controls=[], answer=answer, below=below)
    posts = sorted(states["owner_post"].dropna().unique())
    state = choice("State", [("any state", ""), *((_words(status), status) for status in STATUSES)])
    post = choice("Owner's post", [("any post", ""), *((str(name), str(name)) for name in posts)])
    age = choice("Overdue by", [(label, label) for label in _OVERDUE])

    def show(_: object = None) -> None:
        found = chosen_actions(
            states=states, status=state.value, post=post.value, overdue_by=_OVERDUE[age.value]
        )
        answer.value = page([_sentence(found, len(states), long_date(period.span.end))])
        below.value = page(_tables(found))

    for control in (state, post, age):
        control.observe(show, names="value")
    show()
    return panel(controls=[state, post, age], answer=answer, below=below)


def _sentence(found: pd.DataFrame, every: int, day: str) -> str:
    late = count_of(int(found["overdue"].sum()), int(found["status"].isin(LIVE).sum()))
    return f"{count_of(len(found), every)} actions at {day}; {late} still to be done are overdue."


def _tables(found: pd.DataFrame) -> list[str | Table]:
    if found.empty:
        return ["No action fits these choices."]
    listed = found.head(_LONGEST)
    note = f"The first {_LONGEST} of {count_words(len(found))}." if len(found) > _LONGEST else ""
    return [
        count_table(
            actions_by_owner(states=found, table_id="explore_actions_by_owner"),
            caption="Chosen actions by owner's post",
            row_heading="Owner's post",
        ),
        plain_table(
            listed[list(_LISTED)].assign(status=listed["status"].map(_words)),
            table_id="explore_actions",
            caption="Chosen actions, the longest overdue first",
            headings=_LISTED,
            missing="–",
            note=note,
        ),
    ]


def _words(status: str) -> str:
    return status.replace("_", " ")
