"""A period of tables in memory under the small framework."""

from collections.abc import Callable

import pandas as pd
import pytest

from qaf_lib.pages.store import PeriodStore
from qaf_lib.register import TABLES, typed


@pytest.fixture
def in_memory(project) -> Callable[..., PeriodStore]:
    """A store of 2025-26 Q2 from rows by table; `rules` of the framework are put in first."""

    def made(rules: str = "", **told: list[dict[str, object]]) -> PeriodStore:
        if rules:
            project.change(
                "parameters/frameworks/tiny.yml", "worthwhile_change", f"{rules}\nworthwhile_change"
            )
        tables = {name: rows(name, told.get(name, [])) for name in TABLES}
        answers = {"survey_answer": rows("feedback", told.get("survey_answer", []))}
        facts = {"opening": ["s"], "closing": ["s"], "records": ["s"]}
        return PeriodStore.in_memory(parameters=project.parameters(), tables=tables | answers, facts=facts)

    return made


@pytest.fixture
def council(project):
    """A project whose council makes reports for partners; its period is held in memory."""
    project.change("parameters/tiny.yml", "audience: internal", "audience: shared")
    return project


def rows(name: str, told: list[dict[str, object]]) -> pd.DataFrame:
    """Rows of a table of the store; what is not told is missing."""
    frame = pd.DataFrame(told).reindex(columns=TABLES[name].names())
    return typed(frame, TABLES[name].columns).assign(seq=range(len(frame)))
