"""What several sources say of one theme, and whether they agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis.intervals import Interval

__all__ = [
    "FEWEST",
    "GOOD",
    "NEAR",
    "POOR",
    "TOO_LITTLE",
    "ThemeShare",
    "agreement",
    "theme_share",
    "verdict_of_share",
    "verdict_of_targets",
]

GOOD = 2 / 3
"""From this share on a source says good."""

POOR = 1 / 2
"""Below this share a source says poor; between the two it says mixed."""

FEWEST = 10
"""Answers below which a source says too little."""

WIDEST = 0.30
"""An interval wider than this that reaches over a threshold says too little."""

NEAR = 0.05
"""An indicator that misses its target by less than this says mixed, not poor."""

TOO_LITTLE = "too little to say"


def verdict_of_share(
    *, estimate: float | None, n: int, low: float | None = None, high: float | None = None
) -> str:
    """What a share of good answers says: "good", "mixed", "poor" or "too little to say".

    Good is a share of two thirds or more whose interval lies wholly above one half; poor one under a half
    whose interval lies wholly below two thirds. Between them it is mixed, unless the interval is wider than
    30 percentage points. Without an interval (those who answered chose to) the share alone is read.

    Parameters
    ----------
    estimate, low, high : float or None
        The share and its interval (fractions).
    n : int
        Answers that it rests on (count).

    Raises
    ------
    ValueError
        If `n` is negative.

    References
    ----------
    The thresholds are the kit's own and no framework's; see docs/methods.md, Triangulation.

    Examples
    --------
    >>> verdict_of_share(estimate=0.7, low=0.61, high=0.78, n=96)
    'good'
    >>> verdict_of_share(estimate=0.7, low=0.4, high=0.9, n=12)
    'too little to say'
    """
    if n < 0:
        raise ValueError(f"n must not be negative; got {n}")
    if estimate is None or n < FEWEST:
        return TOO_LITTLE
    lowest = estimate if low is None else low
    highest = estimate if high is None else high
    if estimate >= GOOD and lowest > POOR:
        return "good"
    if estimate < POOR and highest < GOOD:
        return "poor"
    return TOO_LITTLE if highest - lowest > WIDEST else "mixed"


def verdict_of_targets(*, gaps: Sequence[float]) -> str:
    """What indicators say by how far they stand from their targets.

    One that meets its target says good, one that misses it by less than five points says mixed, any other
    poor; several say what all of them say, else mixed.

    Parameters
    ----------
    gaps : sequence of float
        Figure less target, turned so that above 0 is better (fractions); indicators with both only.

    Raises
    ------
    ValueError
        If a gap is not between -1 and 1.

    References
    ----------
    The targets are the framework's or the council's own; the five points are the kit's, see docs/methods.md.

    Examples
    --------
    >>> verdict_of_targets(gaps=[0.0, -0.01]), verdict_of_targets(gaps=[-0.2]), verdict_of_targets(gaps=[])
    ('mixed', 'poor', 'too little to say')
    """
    if any(not -1 <= gap <= 1 for gap in gaps):
        raise ValueError("every gap must be between -1 and 1")
    said = {"good" if gap >= -1e-9 else "mixed" if gap > -NEAR + 1e-9 else "poor" for gap in gaps}
    if not said:
        return TOO_LITTLE
    return said.pop() if len(said) == 1 else "mixed"


def agreement(*, verdicts: Sequence[str]) -> str:
    """Whether sources agree: "agree", "mixed", "conflict", "one source only" or "nothing to say".

    A source that says too little is no source: it neither agrees nor disagrees. Conflict is good beside
    poor; mixed is anything short of that where they are not all the same.

    Parameters
    ----------
    verdicts : sequence of str
        What each source says.

    Raises
    ------
    ValueError
        If a verdict is unknown.

    References
    ----------
    Requirement DUR-71 (agree, mixed, conflict by theme, with the number of sources).

    Examples
    --------
    >>> agreement(verdicts=["good", "too little to say", "good"])
    'agree'
    """
    unknown = set(verdicts) - {"good", "mixed", "poor", TOO_LITTLE}
    if unknown:
        raise ValueError(f"unknown verdicts: {', '.join(sorted(unknown))}")
    said = [verdict for verdict in verdicts if verdict != TOO_LITTLE]
    if len(said) < 2:
        return "one source only" if said else "nothing to say"
    if len(set(said)) == 1:
        return "agree"
    return "conflict" if {"good", "poor"} <= set(said) else "mixed"


@dataclass(frozen=True)
class ThemeShare:
    """A theme's share with its interval, and the fewest cases of any of its questions."""

    share: Interval
    n: int


def theme_share(*, questions: pd.DataFrame) -> ThemeShare:
    """The share of a theme with one question or several of the same cases, and the cases behind it.

    Several questions count alike. Their interval is the mean of theirs, as wide as if all moved together:
    the standard error of a mean is never above the mean of the standard errors.

    Parameters
    ----------
    questions : DataFrame
        Rows of a result, one per question: `n`, `estimate`, `low`, `high`.

    Returns
    -------
    ThemeShare
        Without an estimate where no question has one.

    Raises
    ------
    KeyError
        If a column is missing.

    References
    ----------
    Minkowski's inequality, for the width.

    Examples
    --------
    >>> questions = pd.DataFrame({"n": [20, 18], "estimate": [0.6, 0.8]})
    >>> questions = questions.assign(low=[0.4, 0.6], high=[0.8, 0.9])
    >>> found = theme_share(questions=questions)
    >>> round(found.share.estimate, 2), round(found.share.low, 2), round(found.share.high, 2), found.n
    (0.7, 0.5, 0.85, 18)
    """
    told = questions[questions[["estimate", "low", "high"]].notna().all(axis=1)]
    if told.empty:
        return ThemeShare(Interval(None, None, None, "none graded"), 0)
    share, low, high = (float(told[name].astype("float64").mean()) for name in ("estimate", "low", "high"))
    words = "one question" if len(told) == 1 else f"mean of {len(told)} questions"
    return ThemeShare(Interval(share, low, high, words), int(told["n"].min()))
