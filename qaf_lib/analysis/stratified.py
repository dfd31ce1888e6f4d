"""Shares and intervals from a stratified sample."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from qaf_lib.analysis.checks import check_parts, check_room, check_strata
from qaf_lib.analysis.intervals import Interval, share_interval, student_quantile, wilson_limits
from qaf_lib.errors import InputError
from qaf_lib.sampling.checks import check_columns, check_fractions

_Numbers = npt.NDArray[np.float64]


def stratified_share(*, table: pd.DataFrame, confidence: float = 0.95) -> Interval:
    """Share of a stratified population, from the counts `x`, `n` and `population` of each `stratum`.

    Wilson's interval with an effective sample size from the design variance (finite population), and
    Student's t on the cases less the strata, without those counted in full. Strata narrow the interval as far
    as they differ by more than chance: of k strata with heterogeneity Q, the variance within strata has the
    weight 1 - 2 k / Q, each stratum smoothed by two cases of the overall share, and the rest is the variance
    as if strata did not differ, or that of the design where it is larger. So strata that happen to agree
    do not look like certainty. The overall share stands in for the variation of a single case, and strata
    then narrow nothing; where one case stands for a large part of the population, the interval can still be
    too narrow. A stratum without graded cases is left out, and named.

    The weight and the two cases were chosen by simulation, beside published intervals (docs/validation.md,
    "Strata that differ"). Cochran, W. G. (1977). Sampling Techniques, 3rd ed., Wiley, section 5.10. Korn,
    E. L. and Graubard, B. I. (1998). Survey Methodology 24, 193-201 (effective size, degrees of freedom).
    Franco, C., Little, R. J. A., Louis, T. A. and Slud, E. V. (2019). Comparative study of confidence
    intervals for proportions in complex sample surveys. Journal of Survey Statistics and Methodology 7,
    334-364 (Wilson's form; an effective size from a model of the strata). Higgins, J. P. T. and Thompson,
    S. G. (2002). Statistics in Medicine 21, 1539-1558 (share of Q beyond chance).
    """
    check_parts(table, ["x", "n", "population"], "table")
    check_strata(table)
    check_fractions(confidence=confidence)
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
    variance = _design_variance(population, n, x, estimate)
    even = _even_effective_size(population, n)
    blended = _blended_variance(population, n, x, variance, even)
    low, high = _limits(estimate, blended, even, _freedom(population, n), confidence)
    low, high = max(low, x.sum() / population.sum()), min(high, 1 - (n - x).sum() / population.sum())
    notes += _notes_on_strata(int(single.sum()), int(whole.sum()), variance)
    low, high = min(float(low), estimate), max(float(high), estimate)
    return _noted(Interval(estimate, low, high, "stratified Wilson, finite population"), notes)


def domain_share(
    *, responses: pd.DataFrame, strata: pd.DataFrame, population: int | None = None, confidence: float = 0.95
) -> Interval:
    """Share within a group that cuts across strata: every graded case, with `member` and `counted`.

    The weighted ratio of counted to graded cases of the group, with the linearised variance of a ratio and
    the degrees of freedom of `stratified_share`. Strata never narrow it: how the group divides over them is
    not known, and varies from draw to draw. `population` is that of the group, None where it is not known.
    Without an estimate when the group has no graded cases.

    Särndal, C.-E., Swensson, B. and Wretman, J. (1992). Model Assisted Survey Sampling, Springer, chapter 10
    (domains) and section 5.5 (linearised variance).
    """
    check_columns(["stratum", "member", "counted"], responses=responses)
    check_strata(strata, responses)
    check_room(responses, strata)
    check_fractions(confidence=confidence)
    member, counted = (responses[name].to_numpy(dtype=bool) for name in ("member", "counted"))
    n, x = int(member.sum()), int((member & counted).sum())
    if population is not None and n > population:
        raise InputError(f"population must be at least the {n} graded cases of the group; got {population}")
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
    within = _ratio_variance(code, size, graded, (counted - member * estimate) / total)
    even = total**2 / (weight[member] ** 2).sum()
    if population is not None:
        even *= (population - 1) / (population - n)
    variance = max(within, estimate * (1 - estimate) / even)
    low, high = _limits(estimate, variance, even, _freedom(size, graded), confidence)
    if population is not None:
        low, high = max(low, x / population), min(high, 1 - (n - x) / population)
    low, high = min(low, estimate), max(high, estimate)
    return _noted(
        Interval(estimate, float(low), float(high), "weighted ratio, Wilson"),
        _notes_on_strata(0, 0, within),
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


def _blended_variance(population: _Numbers, n: _Numbers, x: _Numbers, variance: float, even: float) -> float:
    """Variance as far as strata differ by more than chance, and for the rest as if they did not differ."""
    stratum_weight = population / population.sum()
    overall = float((stratum_weight * x / n).sum())
    single = overall * (1 - overall)
    if single <= 1e-12:
        return 0.0
    alike = max(variance, single / even)
    heterogeneity = float((n * (x / n - overall) ** 2).sum()) / single
    if heterogeneity <= 2 * len(n) or ((n == 1) & (population > 1)).any():
        return alike
    apart = 1 - 2 * len(n) / heterogeneity
    smoothed = (x + 2 * overall) / (n + 2)
    within = stratum_weight**2 * (1 - n / population) * smoothed * (1 - smoothed) / np.maximum(n - 1, 1)
    return apart * float(within.sum()) + (1 - apart) * alike


def _freedom(population: _Numbers, n: _Numbers) -> float:
    """Cases less strata, without strata counted in full; single cases together are a stratum."""
    drawn = n[n < population]
    if len(drawn) == 0:
        return float((n - 1).sum())
    return float((drawn - 1).sum() + max(0, int((drawn == 1).sum()) - 1))


def _ratio_variance(
    code: npt.NDArray[np.intp], size: _Numbers, graded: _Numbers, residual: _Numbers
) -> float:
    """Linearised variance of a ratio; a single case is set against the overall ratio (residual 0)."""
    mean = np.where(graded > 1, np.bincount(code, residual) / graded, 0)
    spread = np.bincount(code, (residual - mean[code]) ** 2) / np.maximum(graded - 1, 1)
    return float((size**2 * (1 - graded / size) * spread / graded).sum())


def _limits(
    estimate: float, variance: float, even: float, freedom: float, confidence: float
) -> tuple[float, float]:
    effective = estimate * (1 - estimate) / variance if variance > 1e-12 else even
    quantile = student_quantile(max(1.0, freedom), confidence)
    return wilson_limits(share=estimate, effective_n=effective, quantile=quantile)


def _notes_on_strata(single: int, whole: int, variance: float) -> list[str]:
    notes = []
    if single:
        notes.append(f"overall share stands in for the variation of single cases in {_strata(single)}")
    if whole:
        notes.append(f"{_strata(whole)} counted in full")
    if variance <= 1e-12:
        notes.append("graded cases agree within strata, so the interval leans on evenly varying strata")
    return notes


def _strata(number: int) -> str:
    return "1 stratum" if number == 1 else f"{number} strata"


def _noted(interval: Interval, notes: list[str]) -> Interval:
    return replace(interval, method="; ".join([interval.method, *notes]))
