"""What a sample of this size can and cannot show: over a year, at re-audit, of rare problems."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis.results import results_table
from qaf_lib.dates import Period
from qaf_lib.draw_plans import DrawPlan
from qaf_lib.sampling import (
    ReauditPlan,
    independent_reaudit,
    most_that_could_exist,
    paired_reaudit,
    programme_plan,
)
from qaf_lib.sampling.chance import chance_to_meet

__all__ = ["Reach", "reach_of"]

_LOOKS = {"month": (1, 3, 6, 12), "quarter": (1, 2, 4), "year": (1, 2, 3)}
_RARE = (0.02, 0.05)
_CHANGED = (0.2, 0.4)
_CONFIDENCE = 0.95


@dataclass(frozen=True)
class Reach:
    """What the size of a sample allows to be said, whatever its grades are.

    Attributes
    ----------
    cases, population : int
        Graded cases (drawn ones while none is graded), and the cases that could be drawn.
    unit : str
        Length of the period: "month", "quarter" or "year".
    programme : DataFrame
        What so many periods add up to, as `programme_plan` gives it; `months` counts periods.
    reaudit : DataFrame
        A result: the smallest improvement a re-audit would show four times in five, for new cases and
        for the same cases again if a fifth or two fifths of them change either way.
    discovery : DataFrame
        A result: the chance to have met at least one case of a problem that 2% or 5% have (measure
        "chance_to_meet", the share in row_key), and the share that could still have one of which none
        was found (row "none found", measure "upper_limit").
    """

    cases: int
    population: int
    unit: str
    programme: pd.DataFrame
    reaudit: pd.DataFrame
    discovery: pd.DataFrame


def reach_of(*, key: str, plan: DrawPlan, span: Period, population: int, cases: int) -> Reach:
    """What so many graded cases of a population can show; `key` names the draw's tables."""
    unit = _unit(span)
    programme = programme_plan(
        population=population,
        a_month=cases,
        months=_LOOKS[unit],
        proportion=plan.expected_share,
        confidence=_CONFIDENCE,
    )
    return Reach(
        cases=cases,
        population=population,
        unit=unit,
        programme=programme.table,
        reaudit=_reaudit(key, plan, cases),
        discovery=_discovery(key, population, cases),
    )


def _unit(span: Period) -> str:
    months = (span.end.year - span.start.year) * 12 + span.end.month - span.start.month + 1
    return {1: "month", 3: "quarter"}.get(months, "year")


def _reaudit(key: str, plan: DrawPlan, cases: int) -> pd.DataFrame:
    plans: dict[str, ReauditPlan] = {
        "new cases": independent_reaudit(sample=cases, before=plan.expected_share)
    }
    for changed in _CHANGED:
        plans[f"same cases, {changed * 100:g} in 100 change"] = paired_reaudit(pairs=cases, changed=changed)
    return results_table(
        {
            "table_id": f"{key}_reaudit_would_show",
            "row_key": name,
            "measure": "smallest_improvement",
            "n": found.sample,
            "estimate": found.smallest_improvement,
            "method": found.method
            if found.smallest_improvement is not None
            else f"no improvement is likely to be seen ({found.method})",
            "speaks_of": "our_practice",
            "mark": "" if found.smallest_improvement is not None else "x",
        }
        for name, found in plans.items()
    )


def _discovery(key: str, population: int, cases: int) -> pd.DataFrame:
    shared = {
        "table_id": f"{key}_rare_problems",
        "n": cases,
        "population": population,
        "method": "exact hypergeometric",
        "speaks_of": "these_cases",
    }
    rows = [
        {
            **shared,
            "row_key": f"{share * 100:g}%",
            "measure": "chance_to_meet",
            "estimate": chance_to_meet(population=population, sample=cases, affected_share=share),
        }
        for share in _RARE
    ]
    most = most_that_could_exist(population=population, sample=cases, found=0, confidence=_CONFIDENCE)
    rows.append({**shared, "row_key": "none found", "measure": "upper_limit", "estimate": most / population})
    return results_table(rows)
