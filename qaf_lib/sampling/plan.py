"""The plan of a sample, in numbers and in one plain sentence."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor

from qaf_lib.sampling.checks import check_counts
from qaf_lib.sampling.discovery import discovery_size
from qaf_lib.sampling.power import improvement_size
from qaf_lib.sampling.size import confirmed_sample_size, detectable_improvement, expected_margin, sample_size

_TIMES = {0.9: "9 times in 10", 0.95: "19 times in 20", 0.99: "99 times in 100"}


@dataclass(frozen=True)
class SamplePlan:
    """A planned sample: how many cases to draw and what they will be able to say.

    Of the `population`, `sample` graded case files are wanted, and `to_send` are allocated so that as many
    come back (never more than the population). `cochran` is what the usual formula asks for and `confirmed`
    what the interval that will be reported needs; the larger of the two is the sample. Where no margin was
    asked for, both are the sample and `margin_of_error` is the margin to expect. `detectable_improvement` is
    the smallest rise that a second sample of the same size is likely to show; None where none is. `asked_for`
    is the argument of `plan_sample` that the size follows from, and `asked` its value.
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
    asked_for: str
    asked: float

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
        return f"{draw} {self.why} {self._second_sample()}"

    def _draw(self, cases: str, share: str) -> str:
        known = f"known to within about {_points(self.expected_margin)}, {how_often(self.confidence)}"
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

    @property
    def why(self) -> str:
        """Why it has its size, in plain words."""
        if self.asked_for != "margin_of_error":
            return self._size_words()
        formula, interval = "The usual formula (Cochran)", "the interval that will be reported"
        if self.cochran == self.confirmed:
            return f"{formula} and {interval} both ask for {self.sample:,}."
        stands = "drawn" if self.to_send == self.sample else "planned for"
        return (
            f"{formula} asks for {self.cochran:,}, {interval} for {self.confirmed:,}; the larger is {stands}."
        )

    def _size_words(self) -> str:
        asked = f"{self.asked * 100:g}%"
        match self.asked_for:
            case "share_of_cases":
                return f"The size is {asked} of the cases; the precision is what that gives."
            case "cases":
                return "The number is fixed."
            case "discover":
                return (
                    f"The size is that of a search: if {asked} of them had a problem, at least one of those "
                    f"drawn would have it, {how_often(self.confidence)}."
                )
        points, share = _points(self.asked), f"{self.proportion * 100:g}%"
        if self.sample == self.population:
            return f"All of them are too few to be sure of an improvement of {points} from {share}."
        return f"The size is that at which a re-audit of as many would show {points} more than {share}."

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
    cases: int | None = None,
    discover: float | None = None,
    improvement: float | None = None,
    proportion: float = 0.5,
    confidence: float = 0.95,
    return_rate: float = 1.0,
) -> SamplePlan:
    """Plan a sample for its purpose, with room for audits that do not come back.

    Exactly one size is given. For a `margin_of_error` it is Cochran's, or more where the interval that will
    be reported needs more to be as narrow as was asked for (`sample_size`, `confirmed_sample_size`). Other
    purposes have their own size, with the precision that it gives: a `share_of_cases`, rounded up; so many
    `cases`, or all of a smaller population; to `discover` a problem that so large a share has
    (`discovery_size`); an `improvement` from `proportion` that a re-audit of as many must show
    (`improvement_size`). `return_rate` is the share of allocated audits that come back graded, above 0.

    Examples
    --------
    >>> plan = plan_sample(population=240, margin_of_error=0.10, return_rate=0.8)
    >>> plan.sample, plan.to_send
    (69, 87)
    >>> plan_sample(population=240, share_of_cases=0.05).sample
    12
    >>> plan_sample(population=100, discover=0.05).sample
    45
    """
    given = {
        "margin_of_error": margin_of_error,
        "share_of_cases": share_of_cases,
        "cases": cases,
        "discover": discover,
        "improvement": improvement,
    }
    wanted = [(name, value) for name, value in given.items() if value is not None]
    if len(wanted) != 1:
        raise ValueError(f"give exactly one of {', '.join(given)}")
    asked_for, asked = wanted[0]
    cochran, confirmed = _sizes(population, asked_for, asked, proportion, confidence)
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
        asked_for=asked_for,
        asked=asked,
    )


def _sizes(
    population: int, asked_for: str, asked: float, proportion: float, confidence: float
) -> tuple[int, int]:
    """Case files that the usual formula and the reported interval ask for; the same for other purposes."""
    check_counts(population=population)
    if asked_for == "margin_of_error":
        cochran = sample_size(
            population=population, margin_of_error=asked, proportion=proportion, confidence=confidence
        )
        return cochran, confirmed_sample_size(
            population=population, margin_of_error=asked, proportion=proportion, confidence=confidence
        )
    drawn = min(population, _purposeful(population, asked_for, asked, proportion, confidence))
    return drawn, drawn


def _purposeful(population: int, asked_for: str, asked: float, proportion: float, confidence: float) -> int:
    """Case files for a purpose other than a margin."""
    match asked_for:
        case "cases":
            check_counts(cases=asked)
            return int(asked)
        case "discover":
            return discovery_size(population=population, tolerable_share=asked, confidence=confidence)
        case "improvement":
            return improvement_size(improvement=asked, before=proportion, confidence=confidence)
    if not 0 < asked <= 1:
        raise ValueError(f"share_of_cases must be a fraction above 0 and at most 1; got {asked}")
    return ceil(round(asked * population, 9))


def _expected_returns(sample: int, to_send: int, return_rate: float) -> int:
    return min(sample, max(1, floor(round(to_send * return_rate, 9))))


def _points(fraction: float) -> str:
    points = round(fraction * 100)
    return f"{points} percentage point" + ("" if points == 1 else "s")


def how_often(confidence: float) -> str:
    """A confidence in words."""
    return _TIMES.get(round(confidence, 6), f"with {confidence * 100:g}% confidence")
