"""Of which cases a sample speaks: those that could be drawn, out of all that it is about."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

__all__ = ["FrameCoverage", "frame_coverage"]


@dataclass(frozen=True)
class FrameCoverage:
    """The part of the population that could be drawn.

    Attributes
    ----------
    eligible, population : int
        Cases that could be drawn, and all cases in scope (counts).
    left_out : DataFrame
        `reason` and `cases` (count), most first.
    """

    eligible: int
    population: int
    left_out: pd.DataFrame

    @property
    def share(self) -> float | None:
        """Share of the population that the sample speaks of (fraction); None without a population."""
        return self.eligible / self.population if self.population else None

    @property
    def sentence(self) -> str:
        """What the sample speaks of, in plain words."""
        if self.share is None:
            return "No case is in scope: there is nothing to speak of."
        if self.eligible == self.population:
            return f"The sample speaks of all {self.population:,} cases in scope."
        listed = "; ".join(f"{reason}: {count:,}" for reason, count in self.left_out.to_numpy().tolist())
        return (
            f"The sample speaks of {self.eligible:,} of {self.population:,} cases in scope "
            f"({self.share * 100:.0f}%), and says nothing of the others ({listed})."
        )


def frame_coverage(
    *, frame: pd.DataFrame, out_of_scope: Collection[str] = ("status out of scope",)
) -> FrameCoverage:
    """Share of the cases in scope that could be drawn, and why the others could not.

    Parameters
    ----------
    frame : DataFrame
        `sampling_frame`'s answer: `exclusion_reason`, missing for the cases that may be drawn.
    out_of_scope : collection of str
        Reasons of cases that the audit is not about.

    Returns
    -------
    FrameCoverage
        Counts by reason, and a sentence.

    Raises
    ------
    ValueError
        If the frame has no `exclusion_reason`.

    References
    ----------
    Lessler, J. T. and Kalsbeek, W. D. (1992). Nonsampling Error in Surveys, Wiley, chapter 3.

    Examples
    --------
    >>> frame = pd.DataFrame({"exclusion_reason": [None, None, None, "restricted record"]})
    >>> print(frame_coverage(frame=frame).sentence)
    The sample speaks of 3 of 4 cases in scope (75%), and says nothing of the others (restricted record: 1).
    """
    if "exclusion_reason" not in frame:
        raise ValueError("the frame has no column exclusion_reason")
    reasons = frame["exclusion_reason"]
    reasons = reasons[~reasons.isin(list(out_of_scope))]
    counted = reasons.dropna().astype(str).value_counts()
    left_out = pd.DataFrame({"reason": counted.index, "cases": counted.to_numpy()})
    left_out = left_out.sort_values(["cases", "reason"], ascending=[False, True], ignore_index=True)
    return FrameCoverage(int(reasons.isna().sum()), len(reasons), left_out)
