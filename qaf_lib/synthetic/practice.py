"""The latent quality of practice, the grade a careful reader would give, and how auditors depart from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = [
    "CHILDREN",
    "FAMILIES",
    "LEEDS",
    "PORTSMOUTH",
    "TOOLS",
    "Question",
    "Tool",
    "cut_points",
    "grades_of",
    "make_auditors",
    "make_team_effects",
]


@dataclass(frozen=True)
class Question:
    """A question of an audit tool: one domain grade on the tool's scale."""

    question_id: str
    theme: str
    standard_id: str
    effect: float  # how much better (worse) than the case as a whole the domain usually is


@dataclass(frozen=True)
class Tool:
    """An audit tool with its scale from worst to best, and how practice is graded on it at the start."""

    tool_id: str
    version: str
    grades: tuple[str, ...]
    shares: tuple[float, ...]  # true shares of the grades at the first snapshot
    quarter_effects: tuple[float, ...]  # true change of quality, by snapshot
    good: frozenset[str]
    low: frozenset[str]  # graded so, a case is audited again and needs a plan
    questions: tuple[Question, ...]


_OFSTED = ("inadequate", "requires improvement", "good", "outstanding")
CHILDREN = Tool(
    tool_id="lin-generic",
    version="2025.1",
    grades=_OFSTED,
    shares=(0.08, 0.34, 0.48, 0.10),
    quarter_effects=(0.0, 0.04, 0.09, 0.15),
    good=frozenset(_OFSTED[2:]),
    low=frozenset(_OFSTED[:2]),
    questions=(
        Question("journey", "Journey of the child", "LIN-71", 0.05),
        Question("experiences", "Experiences", "LIN-81", 0.10),
        Question("voice", "Voice of the child", "LIN-76", 0.30),
        Question("rationale", "Rationale for decisions", "LIN-75", -0.05),
        Question("planning", "Plans and networks", "LIN-91", -0.25),
        Question("oversight", "Supervision and oversight", "LIN-84", -0.40),
    ),
)
_TEN = tuple(str(grade) for grade in range(1, 11))
FAMILIES = Tool(
    tool_id="dur-collaborative",
    version="2025.2",
    grades=_TEN,
    shares=(0.01, 0.02, 0.05, 0.11, 0.19, 0.22, 0.20, 0.13, 0.05, 0.02),
    quarter_effects=(0.0, 0.05, 0.08, 0.13),
    good=frozenset(_TEN[5:]),
    low=frozenset(_TEN[:5]),
    questions=(
        Question("assessment", "Assessment", "DUR-3", 0.0),
        Question("voice", "Voice of the family", "DUR-9", 0.25),
        Question("whole_family", "Whole family", "DUR-1", 0.15),
        Question("planning", "Planning", "DUR-19", -0.20),
        Question("oversight", "Supervision and oversight", "DUR-24", -0.35),
        Question("impact", "Impact", "DUR-7", -0.10),
    ),
)

LEEDS = replace(
    CHILDREN,
    tool_id="lee-case-file",
    version="2011.1",
    questions=(
        Question("assessment", "Assessment", "statute", 0.05),
        Question("planning", "Planning", "statute", -0.25),
        Question("voice", "Voice of the child", "practice", 0.30),
        Question("recording", "Recording", "local", -0.10),
        Question("oversight", "Management oversight", "local", -0.40),
        Question("impact", "Impact", "practice", 0.10),
    ),
)
PORTSMOUTH = replace(
    CHILDREN,
    tool_id="por-case-file",
    questions=(
        Question("assessment", "Assessment", "statutory", 0.05),
        Question("planning", "Planning", "statutory", -0.25),
        Question("management_oversight", "Management oversight", "delegation", -0.40),
        Question("voice", "Voice of the child", "participation", 0.30),
        Question("recording", "Recording", "professional_standards", -0.10),
        Question("impact", "Impact", "professional_standards", 0.10),
    ),
)
TOOLS = {"children": CHILDREN, "families": FAMILIES, "leeds": LEEDS, "portsmouth": PORTSMOUTH}
"""The audit tool by the folder of its records."""

_LENIENCY = 0.22  # on average auditors see a case this much better than it is


def make_team_effects(*, team_ids: Sequence[str], rng: np.random.Generator) -> pd.DataFrame:
    """How much better or worse each team's practice is; mean 0, standard deviation 0.35."""
    effect = rng.standard_normal(len(team_ids))
    effect = 0.35 * (effect - effect.mean()) / effect.std()
    return pd.DataFrame({"team_id": list(team_ids), "effect": np.round(effect, 4)})


def make_auditors(*, staff: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """How lenient (above 0) or harsh each auditor is; on average over their hours, somewhat lenient."""
    leniency = 0.35 * rng.standard_normal(len(staff))
    hours = staff["audit_hours_per_month"].to_numpy(dtype=float)
    leniency = leniency + _LENIENCY - np.average(leniency, weights=hours)
    return pd.DataFrame({"staff_id": staff["staff_id"].tolist(), "leniency": np.round(leniency, 4)})


def cut_points(*, quality: NDArray[np.float64], tool: Tool) -> NDArray[np.float64]:
    """Qualities at which one grade ends and the next begins, so that `tool.shares` hold for `quality`."""
    cuts: NDArray[np.float64] = np.quantile(quality, np.cumsum(tool.shares)[:-1])
    return cuts


def grades_of(quality: NDArray[np.float64], *, cuts: NDArray[np.float64], tool: Tool) -> list[str]:
    """Grades for qualities.

    Examples
    --------
    >>> grades_of(np.array([-2.0, 0.0, 3.0]), cuts=np.array([-1.0, -0.5, 1.0]), tool=CHILDREN)
    ['inadequate', 'good', 'outstanding']
    """
    return [tool.grades[at] for at in np.searchsorted(cuts, quality, side="right")]
