"""Below which n an interval's coverage falls short, and the sentence that says so."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["small_sample_warning", "warn_below"]

LEAST_TRIED = 10
"""The smallest n of the simulations: below it nothing is known, so every interval asks for a warning."""

warn_below: Mapping[str, int] = MappingProxyType(
    {
        "per_grade": 10,
        "cumulative_share": 10,
        "all_grades": 10,
        "weighted_share": 10,
        "domain_share": 10,
        "nonresponse_weighted": 10,
        "median": 10,
        "pooled_team": 160,
        "paired_change": 10,
        "better_minus_worse": 10,
        "paired_change_newcombe": 10,
        "independent_change": 10,
        "independent_change_score": 10,
        "superiority": 10,
        "overlapping_change": 10,
        "change_beyond_chance": 10,
        "kappa": 320,
        "ac2": 160,
        "alpha": 160,
        "moderated_share": 10,
    }
)
"""By measure, the n from which on its 95% interval holds 93.5% of true values on average and 90% anywhere.

The n is of graded cases, pairs, each of two samples, cases of each team, or moderated audits, as
docs/validation.md says; the figures stand there, and a test holds these numbers against them. Where the
largest n tried still falls short (the cases of partly pooled teams), the number is twice that n.
"""

_COUNTED = {
    "all_grades": "graded cases",
    "paired_change": "pairs",
    "better_minus_worse": "pairs",
    "paired_change_newcombe": "pairs",
    "independent_change": "cases in each sample",
    "independent_change_score": "cases in each sample",
    "superiority": "cases in each sample",
    "overlapping_change": "cases in each sample",
    "change_beyond_chance": "cases audited again",
    "kappa": "moderated audits",
    "ac2": "moderated audits",
    "alpha": "moderated audits",
    "moderated_share": "audits",
    "pooled_team": "cases in each team",
    "nonresponse_weighted": "drawn cases",
}


def small_sample_warning(*, measure: str, n: int) -> str | None:
    """Say in a plain sentence that an interval may be too narrow for so few cases.

    Parameters
    ----------
    measure : str
        A name of `warn_below`.
    n : int
        Cases, pairs or audits that the interval rests on (count, at least 0).

    Returns
    -------
    str or None
        The sentence; None from the measure's n on.

    Raises
    ------
    ValueError
        If there is no such measure, or `n` is negative.

    References
    ----------
    docs/validation.md, small samples (simulation on known truth).

    Examples
    --------
    >>> small_sample_warning(measure="paired_change", n=10) is None
    True
    >>> small_sample_warning(measure="paired_change", n=9)
    'With fewer than 10 pairs it has not been tried how often the 95% interval holds the true value.'
    """
    if measure not in warn_below:
        raise ValueError(f"measure must be one of {', '.join(sorted(warn_below))}; got {measure}")
    if n < 0:
        raise ValueError(f"n must be a count of at least 0; got {n}")
    counted = _COUNTED.get(measure, "graded cases")
    if n < LEAST_TRIED:
        return (
            f"With fewer than {LEAST_TRIED} {counted} it has not been tried how often the 95% interval holds "
            "the true value."
        )
    if n < warn_below[measure]:
        return (
            f"With fewer than {warn_below[measure]} {counted} the 95% interval is somewhat too narrow: it "
            "holds the true value less often than 95 times in 100."
        )
    return None
