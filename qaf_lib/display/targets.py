"""The framework's targets for grades, beside the share that leads a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from qaf_lib.analysis.targets import TargetVerdict, target_verdict
from qaf_lib.display.words import percent
from qaf_lib.frameworks import Framework
from qaf_lib.frameworks.scale import GradeTarget

__all__ = ["target_sentence", "verdict_of"]


def target_sentence(framework: Framework, band: str, row: Mapping[str, Any] | pd.Series[Any]) -> str:
    """How the share of a band stands to each of its targets; "" where the framework sets none."""
    return " ".join(
        _sentence(target, verdict_of(target, row), framework.words.audits)
        for target in framework.targets
        if target.band == band
    )


def verdict_of(target: GradeTarget, row: Mapping[str, Any] | pd.Series[Any]) -> TargetVerdict:
    """How a row of a result stands to a target."""
    estimate, low, high = (
        None if row.get("mark") or pd.isna(row[name]) else float(row[name])
        for name in ("estimate", "low", "high")
    )
    return target_verdict(
        estimate=estimate, low=low, high=high, at_most=target.at_most, at_least=target.at_least
    )


def _sentence(target: GradeTarget, verdict: TargetVerdict, audits: str) -> str:
    most = target.at_most is not None
    bound = percent(float(target.at_most if target.at_most is not None else target.at_least or 0))
    wanted, beyond = (f"at most {bound}", "Above") if most else (f"at least {bound}", "Below")
    match verdict:
        case "met":
            return f"Target {wanted}: met, and chance does not explain it."
        case "missed":
            return f"{beyond} the target of {wanted}, and chance does not explain it."
        case "within":
            return f"Within the target of {wanted}, but with so few {audits} that may be chance."
        case "beyond":
            return f"{beyond} the target of {wanted}, but with so few {audits} that may be chance."
        case _:
            return f"Target {wanted}: too few {audits} to say."
