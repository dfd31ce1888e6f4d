"""The plan of a re-audit: the smallest change that the cases there are would show, in one sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

from qaf_lib.sampling.ordinal_power import detectable_odds_ratio, shifted_shares
from qaf_lib.sampling.power import EXACT_POWER_UP_TO, exact_paired_power, independent_power

__all__ = ["ReauditPlan", "graded_reaudit", "independent_reaudit", "paired_reaudit"]


@dataclass(frozen=True)
class ReauditPlan:
    """What a re-audit of a given size would show.

    Attributes
    ----------
    design : str
        "independent" for new cases, "paired" for the same cases again.
    sample : int
        Cases of each sample, or pairs (count).
    before : float or None
        Share meeting the standard the first time (fraction); None for pairs, where it does not matter.
    smallest_improvement : float or None
        Smallest rise of the share that is likely to be seen (fraction); None where none is.
    confidence, power : float
        Two-sided confidence level, and the probability of seeing it (fractions).
    method : str
        The test that the plan rests on.
    """

    design: str
    sample: int
    before: float | None
    smallest_improvement: float | None
    confidence: float
    power: float
    method: str

    @property
    def sentence(self) -> str:
        """The plan in plain words."""
        cases = "case" if self.sample == 1 else "cases"
        again = (
            f"Re-auditing the same {self.sample:,} {cases}"
            if self.design == "paired"
            else f"A re-audit of {self.sample:,} new {cases}"
        )
        if self.smallest_improvement is None:
            return f"{again} is not likely to show any improvement: plan for more."
        points = ceil(round(self.smallest_improvement * 100, 6))
        start = "" if self.before is None else f" from {self.before * 100:.0f}%"
        return (
            f"{again} would show a rise{start} of {points} percentage point{'' if points == 1 else 's'} "
            f"or more {self.power * 100:g} times in 100."
        )


def independent_reaudit(
    *,
    sample: int,
    before: float,
    first_sample: int | None = None,
    confidence: float = 0.95,
    power: float = 0.8,
) -> ReauditPlan:
    """Smallest improvement that a second, independent sample is likely to show.

    Parameters
    ----------
    sample : int
        Graded case files of the second sample (count, at least 1).
    before : float
        Share meeting the standard the first time (fraction, 0 to 1).
    first_sample : int, optional
        Graded case files of the first sample (count); the same number if left out.
    confidence, power : float
        Two-sided confidence level, and the probability of seeing the rise (fractions).

    Returns
    -------
    ReauditPlan
        By Boschloo's exact test up to 60 cases, by the normal approximation beyond.

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    As `independent_power`.

    Examples
    --------
    >>> print(independent_reaudit(sample=20, before=0.5).sentence)
    A re-audit of 20 new cases would show a rise from 50% of 40 percentage points or more 80 times in 100.
    """
    first = sample if first_sample is None else first_sample
    _check_power(power)
    independent_power(first=first, second=sample, before=before, after=before, confidence=confidence)

    def seen(rise: float) -> float:
        after = min(1.0, before + rise)
        return independent_power(
            first=first, second=sample, before=before, after=after, confidence=confidence
        )

    exact = max(first, sample) <= EXACT_POWER_UP_TO
    method = "Boschloo's exact test" if exact else "normal approximation, chi-squared test"
    rise = _smallest(seen, 1 - before, power)
    return ReauditPlan("independent", sample, before, rise, confidence, power, method)


def paired_reaudit(
    *, pairs: int, changed: float, confidence: float = 0.95, power: float = 0.8
) -> ReauditPlan:
    """Smallest improvement that auditing the same cases again is likely to show.

    Parameters
    ----------
    pairs : int
        Cases audited both times (count, at least 1).
    changed : float
        Share of them that change either way (fraction, 0 to 1), for example from moderation.
    confidence, power : float
        Two-sided confidence level, and the probability of seeing the rise (fractions).

    Returns
    -------
    ReauditPlan
        By the exact power of McNemar's mid-p test.

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    As `exact_paired_power`.

    Examples
    --------
    >>> print(paired_reaudit(pairs=40, changed=0.4).sentence)
    Re-auditing the same 40 cases would show a rise of 27 percentage points or more 80 times in 100.
    """
    _check_power(power)
    if not 0 <= changed <= 1:
        raise ValueError(f"changed must be a fraction from 0 to 1; got {changed}")
    exact_paired_power(pairs=pairs, gained=changed, lost=0, confidence=confidence)

    def seen(rise: float) -> float:
        gained, lost = (changed + rise) / 2, max(0.0, (changed - rise) / 2)
        return exact_paired_power(pairs=pairs, gained=gained, lost=lost, confidence=confidence, test="mid_p")

    rise = _smallest(seen, changed, power)
    return ReauditPlan("paired", pairs, None, rise, confidence, power, "McNemar's test, exact mid-p")


def graded_reaudit(
    *, sample: int, shares: Sequence[float], grades_in_band: int, confidence: float = 0.95, power: float = 0.8
) -> ReauditPlan:
    """Smallest improvement of a band that the whole scale of grades is likely to show.

    If the odds of every grade or better rise alike, all grades together show a smaller improvement
    than one share does.

    Parameters
    ----------
    sample : int
        Graded case files in each of two independent samples (count, at least 1).
    shares : sequence of float
        Share of each grade the first time, from worst to best (fractions that sum to 1).
    grades_in_band : int
        How many of the best grades make the band, for example good or better (count, at least 1,
        fewer than the grades).
    confidence, power : float
        Two-sided confidence level, and the probability of seeing it (fractions).

    Returns
    -------
    ReauditPlan
        By Whitehead's proportional odds; the rise is that of the band's share.

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    As `ordinal_power`.

    Examples
    --------
    >>> plan = graded_reaudit(sample=20, shares=[0.1, 0.4, 0.4, 0.1], grades_in_band=2)
    >>> print(plan.sentence)
    A re-audit of 20 new cases would show a rise from 50% of 35 percentage points or more 80 times in 100.
    """
    if not 1 <= grades_in_band < len(shares):
        raise ValueError(
            f"grades_in_band must be a count from 1 to one fewer than the {len(shares)} grades; "
            f"got {grades_in_band}"
        )
    odds = detectable_odds_ratio(sample=sample, shares=shares, confidence=confidence, power=power)
    before = sum(shares[-grades_in_band:])
    rise = None
    if odds is not None:
        rise = sum(shifted_shares(shares=shares, odds_ratio=odds)[-grades_in_band:]) - before
    method = "Whitehead, proportional odds"
    return ReauditPlan("independent", sample, before, rise or None, confidence, power, method)


def _smallest(seen: Callable[[float], float], largest: float, power: float) -> float | None:
    """Smallest rise with the power, or None where the largest has it not."""
    if largest <= 0 or seen(largest) < power:
        return None
    low, high = 0.0, largest
    while high - low > 1e-7:
        middle = (low + high) / 2
        low, high = (low, middle) if seen(middle) >= power else (middle, high)
    return high


def _check_power(power: float) -> None:
    if not 0 < power < 1:
        raise ValueError(f"power must be a fraction between 0 and 1; got {power}")
