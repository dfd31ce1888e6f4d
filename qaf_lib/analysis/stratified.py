"""Shares and intervals from a stratified sample."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import t as student

from qaf_lib.analysis.intervals import Interval, share_interval, wilson_limits

__all__ = ["domain_share", "stratified_share"]

_Numbers = npt.NDArray[np.float64]


def stratified_share(*, table: pd.DataFrame, confidence: float = 0.95) -> Interval:
    """Share of a stratified population, with its interval.

    Each stratum counts with its population. Wilson's interval is used with an effective sample
    size from the design variance (finite population), and Student's t on the number of cases
    less the number of strata. The effective size is never put above what the same allocation
    would give if the strata did not differ, so that a handful of strata that happen to agree do
    not look like certainty. A single case in a stratum cannot show how the stratum varies: the
    overall share stands in for it. A stratum without graded cases is left out, and named.

    Parameters
    ----------
    table : DataFrame
        `stratum`, and the counts `population`, `n` (graded cases) and `x` (those counted).
    confidence : float
        Two-sided confidence level (fraction).

    Returns
    -------
    Interval
        Fractions of the strata that have graded cases; `method` says what was done.

    Raises
    ------
    ValueError
        If a stratum is repeated, or a count or `confidence` is out of range.

    References
    ----------
    Cochran, W. G. (1977). Sampling Techniques, 3rd ed., Wiley, section 5.10 (stratified shares).
    Korn, E. L. and Graubard, B. I. (1998). Confidence intervals for proportions with small
    expected number of positive counts estimated from survey data. Survey Methodology 24,
    193-201 (effective size, its limit, and degrees of freedom).
    Franco, C., Little, R. J. A., Louis, T. A. and Slud, E. V. (2019). Comparative study of
    confidence intervals for proportions in complex sample surveys. Journal of Survey Statistics
    and Methodology 7, 334-364 (Wilson's interval with them).

    Examples
    --------
    >>> table = pd.DataFrame({"stratum": ["a", "b"], "population": [100, 50], "n": [20, 10], "x": [15, 4]})
    >>> found = stratified_share(table=table)
    >>> round(found.estimate, 3), round(found.low, 3), round(found.high, 3), found.method
    (0.633, 0.465, 0.774, 'stratified Wilson, finite population')
    """
    _check_table(table)
    _check_confidence(confidence)
    graded = table[table["n"] > 0]
    left_out = table.loc[(table["n"] == 0) & (table["population"] > 0), "stratum"]
    notes = [f"no return from {', '.join(sorted(map(str, left_out)))}, left out"] if len(left_out) else []
    if len(graded) <= 1:
        counts = {column: int(graded[column].sum()) for column in ("x", "n", "population")}
        return _noted(share_interval(**counts, confidence=confidence), notes)
    population, n, x = (graded[column].to_numpy(np.float64) for column in ("population", "n", "x"))
    estimate = min(1.0, float((population * x / n).sum() / population.sum()))
    if (population == n).all():
        return _noted(Interval(estimate, estimate, estimate, "full count"), notes)
    single, whole = (n == 1) & (population > 1), population == n
    freedom = (n - 1)[~whole].sum() + max(0, int(single.sum()) - 1)
    variance = _design_variance(population, n, x, estimate)
    low, high = _limits(estimate, variance, _even_effective_size(population, n), freedom, confidence)
    low, high = max(low, x.sum() / population.sum()), min(high, 1 - (n - x).sum() / population.sum())
    notes += _notes_on_strata(int(single.sum()), int(whole.sum()), variance)
    low, high = min(float(low), estimate), max(float(high), estimate)
    return _noted(Interval(estimate, low, high, "stratified Wilson, finite population"), notes)


def domain_share(
    *, responses: pd.DataFrame, strata: pd.DataFrame, population: int | None = None, confidence: float = 0.95
) -> Interval:
    """Share within a group that cuts across strata, with its interval.

    The weighted ratio of counted to graded cases of the group, with the linearised variance of
    a ratio, Wilson's interval and an effective size kept at or below that of evenly varying
    strata. A group whose strata were sampled at one rate is not weighted differently at all.

    Parameters
    ----------
    responses : DataFrame
        Every graded case of the sample, in the group or not: `stratum`, `member` (of the group)
        and `counted` (both true or false).
    strata : DataFrame
        `stratum` and `population` (count), one row per stratum.
    population : int or None
        Cases of the group on the frame (count); None where that is not known.
    confidence : float
        Two-sided confidence level (fraction).

    Returns
    -------
    Interval
        Fractions; without an estimate when the group has no graded cases.

    Raises
    ------
    ValueError
        If a stratum of a response is not in `strata`, or `population` is below the graded cases.

    References
    ----------
    Särndal, C.-E., Swensson, B. and Wretman, J. (1992). Model Assisted Survey Sampling,
    Springer, chapter 10 (domains) and section 5.5 (linearised variance).
    Otherwise as `stratified_share`.

    Examples
    --------
    >>> strata = pd.DataFrame({"stratum": ["a", "b"], "population": [100, 50]})
    >>> responses = pd.DataFrame({"stratum": ["a"] * 20 + ["b"] * 10, "member": [True, False] * 15})
    >>> responses["counted"] = [True, True, False] * 10
    >>> found = domain_share(responses=responses, strata=strata, population=70)
    >>> round(found.estimate, 3), round(found.low, 3), round(found.high, 3)
    (0.667, 0.425, 0.844)
    """
    _check_responses(responses, strata)
    _check_confidence(confidence)
    member, counted = (responses[name].to_numpy(dtype=bool) for name in ("member", "counted"))
    n, x = int(member.sum()), int((member & counted).sum())
    if population is not None and n > population:
        raise ValueError(f"population must be at least the {n} graded cases of the group; got {population}")
    if population is None and len(responses) == strata["population"].sum():
        population = n  # every case was graded, those of the group too
    homes = responses["stratum"][member].unique()
    if n == 0 or n == population or len(homes) == 1:
        return share_interval(x=x, n=n, population=population, confidence=confidence)
    inside = responses["stratum"].isin(homes).to_numpy()
    code, labels = pd.factorize(responses["stratum"][inside], sort=True)
    member, counted = member[inside], (member & counted)[inside]
    size = strata.set_index("stratum")["population"].loc[labels].to_numpy(np.float64)
    graded = np.bincount(code).astype(np.float64)
    weight = (size / graded)[code]
    total = weight[member].sum()
    estimate = min(1.0, float(weight[counted].sum() / total))
    variance = _ratio_variance(code, size, graded, (counted - member * estimate) / total)
    even = total**2 / (weight[member] ** 2).sum()
    if population is not None:
        even *= (population - 1) / (population - n)
    low, high = _limits(estimate, variance, even, (graded - 1).sum(), confidence)
    if population is not None:
        low, high = max(low, x / population), min(high, 1 - (n - x) / population)
    low, high = min(low, estimate), max(high, estimate)
    return _noted(
        Interval(estimate, float(low), float(high), "weighted ratio, Wilson"),
        _notes_on_strata(0, 0, variance),
    )


def _design_variance(population: _Numbers, n: _Numbers, x: _Numbers, overall: float) -> float:
    """Variance of the stratified share; the overall share stands in where one case stands alone."""
    share, stratum_weight = x / n, population / population.sum()
    spread = np.where(n > 1, share * (1 - share) * n / np.maximum(n - 1, 1), overall * (1 - overall))
    return float((stratum_weight**2 * (1 - n / population) * spread / n).sum())


def _even_effective_size(population: _Numbers, n: _Numbers) -> float:
    """Effective size of this allocation where strata do not differ: n (N - 1) / (N - n) for one stratum."""
    stratum_weight = population / population.sum()
    return float(1 / (stratum_weight**2 * (population - n) / np.maximum(population - 1, 1) / n).sum())


def _ratio_variance(
    code: npt.NDArray[np.intp], size: _Numbers, graded: _Numbers, residual: _Numbers
) -> float:
    """Linearised variance of a ratio; a single case is set against the overall ratio (residual 0)."""
    mean = np.where(graded > 1, np.bincount(code, residual) / graded, 0)
    spread = np.bincount(code, (residual - mean[code]) ** 2) / np.maximum(graded - 1, 1)
    return float((size**2 * (1 - graded / size) * spread / graded).sum())


def _limits(
    estimate: float, variance: float, most: float, freedom: float, confidence: float
) -> tuple[float, float]:
    effective = min(estimate * (1 - estimate) / variance, most) if variance > 1e-12 else most
    quantile = float(student.ppf((1 + confidence) / 2, max(1.0, freedom)))
    return wilson_limits(share=estimate, effective_n=effective, quantile=quantile)


def _notes_on_strata(single: int, whole: int, variance: float) -> list[str]:
    notes = []
    if single:
        notes.append(f"overall share stands in for the variation of single cases in {_strata(single)}")
    if whole:
        notes.append(f"{_strata(whole)} counted in full")
    if variance <= 1e-12:
        notes.append("graded cases agree within strata, so the interval is that of evenly varying strata")
    return notes


def _strata(number: int) -> str:
    return "1 stratum" if number == 1 else f"{number} strata"


def _noted(interval: Interval, notes: list[str]) -> Interval:
    return replace(interval, method="; ".join([interval.method, *notes]))


def _check_confidence(confidence: float) -> None:
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be a fraction between 0 and 1; got {confidence}")


def _check_table(table: pd.DataFrame) -> None:
    if table["stratum"].isna().any() or table["stratum"].duplicated().any():
        raise ValueError("table must have one row per stratum")
    counts = table[["population", "n", "x"]]
    broken = counts.isna().to_numpy().any() or (counts < 0).to_numpy().any()
    if broken or (counts.astype("float64") % 1 != 0).to_numpy().any():
        raise ValueError("population, n and x must be whole counts of at least 0")
    if (table["x"] > table["n"]).any() or (table["n"] > table["population"]).any():
        raise ValueError("in every stratum x must be at most n, and n at most the population")


def _check_responses(responses: pd.DataFrame, strata: pd.DataFrame) -> None:
    if strata["stratum"].isna().any() or strata["stratum"].duplicated().any():
        raise ValueError("strata must have one row per stratum")
    if not responses["stratum"].isin(strata["stratum"]).all():
        raise ValueError("every response must have a stratum that strata names")
    graded = responses.groupby("stratum", observed=True).size()
    if (graded > strata.set_index("stratum")["population"].reindex(graded.index)).any():
        raise ValueError("a stratum has more responses than its population")
