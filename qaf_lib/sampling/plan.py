"""The plan of a sample, in numbers and in one plain sentence."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor

from qaf_lib.sampling.precision import confirmed_sample_size
from qaf_lib.sampling.size import detectable_improvement, expected_margin, sample_size

__all__ = ["SamplePlan", "plan_sample"]

_TIMES = {0.9: "9 times in 10", 0.95: "19 times in 20", 0.99: "99 times in 100"}


@dataclass(frozen=True)
class SamplePlan:
    """A planned sample: how many cases to draw and what they will be able to say.

    Attributes
    ----------
    population, sample, to_send : int
        Case files on the frame, graded case files wanted, and case files to allocate so that
        as many come back (never more than the population).
    cochran, confirmed : int
        What The usual formula (Cochran) asks for, and what the interval that will be reported needs; the
        larger of the two is the sample. Where a share of the cases was asked for, both are the sample.
    margin_of_error, confidence, proportion, return_rate : float
        What was asked for (fractions); where a share of the cases was, the margin to expect of it.
    expected_margin : float
        Half-width to expect of the interval that will be reported (fraction).
    detectable_improvement : float or None
        Smallest rise that a second sample of the same size is likely to show (fraction).
    share_of_cases : float or None
        Share of the population that was asked for instead of a margin (fraction).
    """

    population: int
    sample: int
    to_send: int
    cochran: int
    confirmed: int
    margin_of_error: float
    confidence: float
    proportion: float
    return_rate: float
    expected_margin: float
    detectable_improvement: float | None
    share_of_cases: float | None = None

    @property
    def expected_returns(self) -> int:
        """Graded case files to expect: the sample, or fewer where the population is too small."""
        return _expected_returns(self.sample, self.to_send, self.return_rate)

    @property
    def sentence(self) -> str:
        """The plan in plain words for a head of service."""
        return self.sentence_for()

    def sentence_for(self, cases: str = "cases", band: str = "good or better") -> str:
        """Put the plan in plain words, with the council's own words for its cases and for the share.

        Examples
        --------
        >>> print(plan_sample(population=153, margin_of_error=0.10).sentence_for("open cases"))
        Draw 60 of the 153 open cases: the share that is good or better will then be known to within
        about 10 percentage points, 19 times in 20. The usual formula (Cochran) asks for 60, the interval that
        will be reported for 58; the larger is drawn. A second sample of 60 could show an improvement of
        25 percentage points or more.
        """
        draw = self._draw(cases, f"the share that is {band}")
        return f"{draw} {self._size()} {self._second_sample()}"

    def _draw(self, cases: str, share: str) -> str:
        known = f"known to within about {_points(self.expected_margin)}, {_how_often(self.confidence)}"
        every = f"{self.population:,} {cases}"
        if self.sample == self.population and self.expected_returns == self.population:
            return f"Audit all {every}: {share} will then be known exactly."
        if self.to_send == self.sample:
            return f"Draw {self.sample:,} of the {every}: {share} will then be {known}."
        if self.expected_returns < self.sample:
            return (
                f"Audit all {every}: {self.sample:,} graded ones are wanted, but only about "
                f"{self.expected_returns:,} will come back, and {share} will be {known}."
            )
        return (
            f"Draw {self.to_send:,} of the {every}, of which about {self.sample:,} will come back: "
            f"{share} will then be {known}."
        )

    def _size(self) -> str:
        if self.share_of_cases is not None:
            return (
                f"The size is {self.share_of_cases * 100:g}% of the cases; the precision is what that gives."
            )
        formula, interval = "The usual formula (Cochran)", "the interval that will be reported"
        if self.cochran == self.confirmed:
            return f"{formula} and {interval} both ask for {self.sample:,}."
        stands = "drawn" if self.to_send == self.sample else "planned for"
        return (
            f"{formula} asks for {self.cochran:,}, {interval} for {self.confirmed:,}; the larger is {stands}."
        )

    def _second_sample(self) -> str:
        size = self.expected_returns
        if self.detectable_improvement is None:
            return f"A second sample of {size:,} could not show any improvement."
        rise = ceil(round(self.detectable_improvement * 100, 6))
        return f"A second sample of {size:,} could show an improvement of {rise} percentage points or more."


def plan_sample(
    *,
    population: int,
    margin_of_error: float | None = None,
    share_of_cases: float | None = None,
    proportion: float = 0.5,
    confidence: float = 0.95,
    return_rate: float = 1.0,
) -> SamplePlan:
    """Plan a sample for precision, with room for audits that do not come back.

    The size is Cochran's, or more where the interval that will be reported needs more to be as
    narrow as was asked for; or a share of the cases, with the precision that it gives.

    Parameters
    ----------
    population : int
        Case files on the sampling frame (count, at least 1).
    margin_of_error : float, optional
        Half-width wanted, as a fraction: 0.10 is ten percentage points.
    share_of_cases : float, optional
        Share of the case files to draw instead, rounded up to whole files (fraction).
    proportion : float
        Expected share meeting the standard (fraction); 0.5 asks for the most files.
    confidence : float
        Two-sided confidence level (fraction).
    return_rate : float
        Share of allocated audits that come back graded (fraction, above 0, at most 1).

    Returns
    -------
    SamplePlan
        Sizes, the margin to expect, and the improvement that could be detected.

    Raises
    ------
    ValueError
        If `population` is below 1, a fraction is out of range, or not exactly one of `margin_of_error`
        and `share_of_cases` is given.

    References
    ----------
    As `sample_size`, `confirmed_sample_size`, `expected_margin` and `detectable_improvement`.

    Examples
    --------
    >>> plan = plan_sample(population=240, margin_of_error=0.10, return_rate=0.8)
    >>> plan.sample, plan.to_send
    (69, 87)
    >>> plan_sample(population=240, share_of_cases=0.05).sample
    12
    """
    cochran, confirmed = _sizes(population, margin_of_error, share_of_cases, proportion, confidence)
    sample = max(cochran, confirmed)
    if not 0 < return_rate <= 1:
        raise ValueError(f"return_rate must be a fraction above 0 and at most 1; got {return_rate}")
    to_send = min(population, ceil(round(sample / return_rate, 9)))
    returns = _expected_returns(sample, to_send, return_rate)
    margin = expected_margin(
        population=population, sample=returns, proportion=proportion, confidence=confidence
    )
    return SamplePlan(
        population=population,
        sample=sample,
        to_send=to_send,
        cochran=cochran,
        confirmed=confirmed,
        margin_of_error=margin if margin_of_error is None else margin_of_error,
        confidence=confidence,
        proportion=proportion,
        return_rate=return_rate,
        expected_margin=margin,
        detectable_improvement=detectable_improvement(
            sample=returns, before=proportion, confidence=confidence
        ),
        share_of_cases=share_of_cases,
    )


def _sizes(
    population: int, margin: float | None, share: float | None, proportion: float, confidence: float
) -> tuple[int, int]:
    """Case files that the usual formula and the reported interval ask for; the same where a share is."""
    if margin is not None and share is None:
        asked = {"margin_of_error": margin, "proportion": proportion, "confidence": confidence}
        return sample_size(population=population, **asked), confirmed_sample_size(
            population=population, **asked
        )
    if share is None or margin is not None:
        raise ValueError("give either margin_of_error or share_of_cases")
    if population < 1:
        raise ValueError(f"population must be a count of at least 1; got {population}")
    if not 0 < share <= 1:
        raise ValueError(f"share_of_cases must be a fraction above 0 and at most 1; got {share}")
    drawn = ceil(round(share * population, 9))
    return drawn, drawn


def _expected_returns(sample: int, to_send: int, return_rate: float) -> int:
    return min(sample, max(1, floor(round(to_send * return_rate, 9))))


def _points(fraction: float) -> str:
    points = round(fraction * 100)
    return f"{points} percentage point" + ("" if points == 1 else "s")


def _how_often(confidence: float) -> str:
    return _TIMES.get(round(confidence, 6), f"with {confidence * 100:g}% confidence")
