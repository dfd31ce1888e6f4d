"""Size of a stratified sample, confirmed against the interval that its report will print."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import hypergeom

from qaf_lib.analysis.stratified import stratified_share
from qaf_lib.sampling import allocate_sample

__all__ = ["confirmed_stratified_size", "stratified_margin"]

_SAMPLES = 32


def stratified_margin(
    *, populations: pd.Series, sizes: pd.Series, shares: pd.Series | float = 0.5, confidence: float = 0.95
) -> float:
    """Half-width, on average over the samples that may come, of `stratified_share`'s interval.

    The mean is over 32 samples spread evenly over what simple random sampling within the strata may
    give (a lattice over their hypergeometric quantiles), always the same for the same plan.

    Parameters
    ----------
    populations : Series
        Case files on the frame (counts), one per stratum label.
    sizes : Series
        Case files with a grade (counts), for the same labels; at least one stratum has some.
    shares : Series or float
        Expected share meeting the standard (fractions), by stratum or of all.
    confidence : float
        Two-sided confidence level (fraction).

    Returns
    -------
    float
        Half-width as a fraction; 0 for a census.

    Raises
    ------
    ValueError
        If a label is missing, a size is above its population, or a fraction is out of range.

    References
    ----------
    As `stratified_share`. Niederreiter, H. (1992). Random Number Generation and Quasi-Monte Carlo
    Methods, SIAM, chapter 5 (lattices).

    Examples
    --------
    >>> populations = pd.Series({"early help": 100, "in care": 53})
    >>> sizes = pd.Series({"early help": 39, "in care": 21})
    >>> round(stratified_margin(populations=populations, sizes=sizes), 2)
    0.1
    """
    each = _shares(populations, shares)
    n = sizes.reindex(populations.index)
    if n.isna().any() or (n < 0).any() or (n > populations).any() or n.sum() < 1:
        raise ValueError(
            "sizes must give every stratum a count from 0 to its population, and some stratum one"
        )
    counts = _samples(populations.to_numpy(np.int64), n.to_numpy(np.int64), each.to_numpy(np.float64))
    table = pd.DataFrame(
        {"stratum": populations.index, "population": populations.to_numpy(), "n": n.to_numpy()}
    )
    widths = []
    for x in counts:
        found = stratified_share(table=table.assign(x=x), confidence=confidence)
        widths.append(float(found.high or 0) - float(found.low or 0))
    return float(np.mean(widths)) / 2


def confirmed_stratified_size(
    *,
    populations: pd.Series,
    margin_of_error: float,
    shares: pd.Series | float = 0.5,
    minimum: int = 2,
    confidence: float = 0.95,
) -> int:
    """Smallest stratified sample whose reported interval is, on average, no wider than was asked for.

    The sample is shared out by `allocate_sample`. A minimum per stratum, and Student's t for the strata,
    make it larger than the simple random sample of `confirmed_sample_size`.

    Parameters
    ----------
    populations : Series
        Case files on the frame (counts), one per stratum label.
    margin_of_error : float
        Half-width wanted (fraction).
    shares : Series or float
        Expected share meeting the standard (fractions), by stratum or of all.
    minimum : int
        Least number of cases of a non-empty stratum, as in `allocate_sample`.
    confidence : float
        Two-sided confidence level (fraction).

    Returns
    -------
    int
        Files to draw in all, minimums included; all of them where nothing less is enough.

    Raises
    ------
    ValueError
        If there are no case files, or a fraction is out of range.

    References
    ----------
    As `stratified_margin` and `allocate_sample`.

    Examples
    --------
    >>> populations = pd.Series({"early help": 100, "in care": 53})
    >>> confirmed_stratified_size(populations=populations, margin_of_error=0.1)
    60
    """
    if not 0 < margin_of_error < 1:
        raise ValueError(f"margin_of_error must be a fraction between 0 and 1; got {margin_of_error}")
    everyone = int(populations.sum())
    if everyone < 1:
        raise ValueError("populations must hold at least one case file")

    def enough(total: int) -> bool:
        sizes = allocate_sample(populations=populations, total=total, minimum=minimum)
        margin = stratified_margin(populations=populations, sizes=sizes, shares=shares, confidence=confidence)
        return margin <= margin_of_error

    low = int(allocate_sample(populations=populations, total=1, minimum=minimum).sum()) - 1
    high = everyone
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _samples(
    populations: npt.NDArray[np.int64], sizes: npt.NDArray[np.int64], shares: npt.NDArray[np.float64]
) -> npt.NDArray[np.int64]:
    """Counts of evenly spread samples: one row each, one column per stratum."""
    counted = np.rint(shares * populations).astype(np.int64)
    roots = np.sqrt([each for each in range(2, 20 * len(sizes) + 20) if _is_prime(each)])[: len(sizes)]
    points = (np.arange(_SAMPLES)[:, None] * roots + 0.5 / _SAMPLES) % 1
    points[:, 0] = (np.arange(_SAMPLES) + 0.5) / _SAMPLES
    return np.asarray(hypergeom.ppf(points, populations, counted, sizes), dtype=np.int64)


def _is_prime(number: int) -> bool:
    return all(number % divisor for divisor in range(2, int(number**0.5) + 1))


def _shares(populations: pd.Series, shares: pd.Series | float) -> pd.Series:
    each = shares.reindex(populations.index) if isinstance(shares, pd.Series) else shares
    found = pd.Series(each, index=populations.index, dtype="float64")
    if not found.between(0, 1).all():
        raise ValueError("shares must be fractions from 0 to 1, one for every stratum")
    return found
