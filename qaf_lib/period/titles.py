"""What stands for a title on pages: the reviewed one, else a label of the framework."""

from __future__ import annotations

import pandas as pd

from qaf_lib.caseload.labels import OTHER
from qaf_lib.frameworks import Framework

__all__ = ["UNTITLED", "action_titles"]

UNTITLED = "Action without a reviewed title"


def action_titles(actions: pd.DataFrame, framework: Framework) -> pd.Series:
    """Reviewed titles of actions; else the label of the action's standard, else its theme.

    Parameters
    ----------
    actions : DataFrame
        `title` (missing where it is not reviewed), `standard_id` and `theme`.
    framework : Framework
        Whose standards they are.
    """
    labels = {standard.standard_id: standard.label for standard in framework.standards}
    theme = actions["theme"].where(actions["theme"] != OTHER)
    standing = actions["standard_id"].map(labels).astype("string").fillna(theme)
    return actions["title"].astype("string").fillna(standing).fillna(UNTITLED)
