"""Councils beside one another: partial pooling of shares whose counts were rounded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import betainc, gammaln, logsumexp

from qaf_lib.analysis.checks import check_parts
from qaf_lib.analysis.comparison import narrowed_prior
from qaf_lib.analysis.results import results_table
from qaf_lib.errors import InputError
from qaf_lib.sampling.checks import check_columns, check_counts

Numbers = npt.NDArray[np.float64]

_FEWEST_POOLED = 3
_MEANS, _SHRINKAGES = 60, 40
_SHARES = 256
"""Intervals into which the shares from 0 to 1 are divided, even on the arcsine scale, on which the error of
a share depends on the number of cases alone."""

_TAIL = (1 - 0.95) / 2


def pooled_councils(*, counts: pd.DataFrame, step: int, table_id: str) -> pd.DataFrame:
    """Share of every council, alone and partly pooled with the others', from rounded counts, as practice.

    `counts` has a row per `council` and grade: the `count`, rounded to the nearest multiple of `step` (odd; 1
    for counts as they are), whether the grade is `inside` the share's band, and the council's
    `design_effect` (at least 1: so many cases tell what one would if each had had the same chance).

    The councils' shares are taken to come from one beta distribution, as `partial_pooling` takes those of
    teams. Its mean is uniform beforehand, and so is the standard deviation of shares: with few councils that
    says least. Rounded counts are likely as far as true counts are that round to them; how the cases of the
    band divide over its grades is open (any division alike). A council's limits lie half a case farther out
    than the likelihood alone has them, since counts are whole.

    Per council, by name and never by share, `share` (alone, Jeffreys' prior) and `partly_pooled`; for "all"
    `average` (the mean of the distribution that councils come from, not of these councils alone) and `spread`
    (standard deviation of councils' shares). With fewer than 3 councils nothing is pooled, mark "x". `x` of
    `n` are sums of rounded counts.

    References
    ----------
    As `partial_pooling`. Heitjan, D. F. and Rubin, D. B. (1991). Ignorability and coarse data. Annals of
    Statistics 19, 2244-2253 (rounded data: the sum over what may have been rounded). Gelman, A. (2006). Prior
    distributions for variance parameters in hierarchical models. Bayesian Analysis 1, 515-534 (uniform on
    the standard deviation). Kish, L. (1965). Survey Sampling, Wiley, section 11.7 (design effect). Brown,
    L. D., Cai, T. T. and DasGupta, A. (2001). Statistical Science 16, 101-133 (Jeffreys' interval, and its
    ends at 0 and 1).

    Examples
    --------
    >>> counts = pd.DataFrame({"council": ["a", "a", "b", "b", "c", "c"], "inside": [True, False] * 3,
    ...     "count": [20, 20, 25, 15, 40, 20], "design_effect": 1.0})
    >>> found = pooled_councils(counts=counts, step=5, table_id="t")
    >>> found.loc[found["row_key"] == "a", ["measure", "estimate"]].round(2).to_numpy().tolist()
    [['share', 0.5], ['partly_pooled', 0.55]]
    """
    _check(counts, step)
    councils = [_council(str(name), rows, step) for name, rows in counts.groupby("council", sort=True)]
    rows = [one.row("share", "Jeffreys", one.alone) for one in councils]
    if len(councils) < _FEWEST_POOLED:
        words = {"method": f"not pooled: fewer than {_FEWEST_POOLED} councils", "mark": "x"}
        rows += [{"row_key": one.name, "measure": "partly_pooled", **words} for one in councils]
        rows += [{"row_key": "all", "measure": measure, **words} for measure in ("average", "spread")]
    else:
        found = _pool(councils)
        method = "beta-binomial, partly pooled"
        rows += [
            one.row("partly_pooled", method, known) for one, known in zip(councils, found.shares, strict=True)
        ]
        total = {"x": sum(one.x for one in councils), "n": sum(one.n for one in councils)}
        for measure, known in (("average", found.average), ("spread", found.spread)):
            cells = {"estimate": known.mean, "low": known.quantile(_TAIL), "high": known.quantile(1 - _TAIL)}
            rows.append({"row_key": "all", "measure": measure, **total, **cells, "method": "beta-binomial"})
    shared = {"table_id": table_id, "speaks_of": "our_practice"}
    return results_table({**shared, **row} for row in rows)


def weighting_effect(*, strata: pd.DataFrame) -> float:
    """How many cases of this sample tell what one would if every case had had the same chance.

    `strata` has a row per stratum with its `population` and `n` graded cases; those without either count
    nowhere. At least 1, which it is where cases were drawn in proportion.

    References
    ----------
    Kish, L. (1965). Survey Sampling, Wiley, section 11.7: n times the sum of squared weights, by the square
    of their sum.

    Examples
    --------
    >>> strata = pd.DataFrame({"population": [900, 100], "n": [60, 40]})  # weights 15 and 2.5
    >>> round(weighting_effect(strata=strata), 3)  # 100 (60 * 15**2 + 40 * 2.5**2) / 1000**2
    1.375
    """
    check_parts(strata, ["population"], "strata")
    check_parts(strata, ["n"], "strata")
    held = strata[(strata["n"] > 0) & (strata["population"] > 0)]
    if held.empty:
        raise InputError("strata must have one with graded cases")
    population, n = (held[name].to_numpy(dtype=np.float64) for name in ("population", "n"))
    return max(1.0, float(n.sum() * (population**2 / n).sum() / population.sum() ** 2))


def _check(counts: pd.DataFrame, step: int) -> None:
    check_columns(["council", "count", "inside", "design_effect"], counts=counts)
    check_parts(counts, ["count"], "counts")
    check_counts(step=step)
    if step % 2 == 0:
        raise InputError(f"step must be odd, so that a count is rounded one way only; got {step}")
    if (counts["count"] % step != 0).any():
        raise InputError(f"counts must be multiples of {step}")
    if counts["council"].isna().any() or not (counts["design_effect"] >= 1).all():
        raise InputError("every row of counts needs a council, and a design_effect of at least 1")
    named = counts.groupby("council")
    effects, sides = (len(counts.groupby(["council", name])) for name in ("design_effect", "inside"))
    if effects != len(named) or sides != 2 * len(named):
        raise InputError("every council needs one design_effect, and grades inside the band and outside")
    if not (named["count"].sum() > 0).all():
        raise InputError("every council needs graded cases")


@dataclass(frozen=True)
class _Posterior:
    """What is known of a quantity: the ends of intervals, and the probability of each interval."""

    ends: Numbers
    mass: Numbers

    @property
    def mean(self) -> float:
        """Its expected value."""
        return float((self.mass * (self.ends[:-1] + self.ends[1:]) / 2).sum())

    def quantile(self, probability: float) -> float:
        """The value below which it lies with a probability."""
        reached = np.concatenate([[0.0], np.cumsum(self.mass)])
        return float(np.interp(probability, reached / reached[-1], self.ends))

    def times(self, factor: Numbers) -> _Posterior:
        """The same with each interval made so many times as likely."""
        mass = self.mass * factor
        return _Posterior(self.ends, mass / mass.sum())


@dataclass(frozen=True)
class _Pooled:
    """Shares partly pooled, in the order given, and the distribution that they come from."""

    shares: list[_Posterior]
    average: _Posterior
    spread: _Posterior


_ANGLES = np.linspace(0, np.pi / 2, _SHARES + 1)
_ENDS: Numbers = np.sin(_ANGLES) ** 2
_MIDDLES: Numbers = np.sin((_ANGLES[:-1] + _ANGLES[1:]) / 2) ** 2


def _pool(councils: Sequence[_Council]) -> _Pooled:
    """Shares from one beta distribution, by quadrature over its mean, its shrinkage and the shares."""
    likelihood = np.array([one.likelihood for one in councils])
    usual = max(1.0, round(float(np.median([one.size for one in councils])) / 5)) * 5  # a scale alone
    prior = narrowed_prior(lambda low, high: _weighed(likelihood, usual, low, high), means=_MEANS)
    shares = [
        _Posterior(_ENDS, (prior.weight / held) @ prior.masses).times(each)
        for held, each in zip(prior.held, likelihood, strict=True)
    ]
    mean = prior.a / (prior.a + prior.b)
    deviation = np.sqrt(mean * (1 - mean) / (prior.a + prior.b + 1))
    return _Pooled(shares, _posterior(mean, prior.weight), _posterior(deviation, prior.weight))


@dataclass(frozen=True)
class _Prior:
    """Beta distributions with their weights: of each, the probability of every interval of shares, and of
    what every group shows."""

    a: Numbers
    b: Numbers
    weight: Numbers
    masses: Numbers
    held: Numbers


def _weighed(likelihood: Numbers, usual: float, low: float, high: float) -> tuple[_Prior, Numbers]:
    """The beta distributions whose mean lies between two shares, and the means of those that matter.

    They are even in mean and shrinkage, so each weighs the standard deviation that it stands for: with
    size s = a + b, shrinkage u/(u + s) and deviation in proportion to (s + 1)^-1/2, (u + s)^2 (s + 1)^-3/2.
    """
    a, b = _betas(usual, low, high)
    masses = _masses(usual, low, high)
    held = (masses @ likelihood.T).T
    size = a + b
    with np.errstate(divide="ignore"):  # a distribution that cannot give what was found weighs nothing
        told = np.log(held).sum(axis=0)
    told += 2 * np.log(usual + size) - 1.5 * np.log(size + 1)
    weight = np.exp(told - told.max())
    kept = weight > 1e-5
    share = weight[kept] / weight[kept].sum()
    return _Prior(a[kept], b[kept], share, masses[kept], held[:, kept]), (a / (a + b))[kept]


def _betas(usual: float, low: float, high: float) -> tuple[Numbers, Numbers]:
    """Beta distributions whose mean lies between two shares, even in mean and in shrinkage."""
    places = low + (np.arange(_MEANS) + 0.5) / _MEANS * (high - low)
    shrinkages = (np.arange(_SHRINKAGES) + 0.5) / _SHRINKAGES
    mean, shrinkage = (grid.ravel() for grid in np.meshgrid(places, shrinkages))
    size = usual * shrinkage / (1 - shrinkage)
    return mean * size, (1 - mean) * size


@lru_cache(maxsize=4)
def _masses(usual: float, low: float, high: float) -> Numbers:
    """The probability of every interval of shares by each of these beta distributions."""
    a, b = _betas(usual, low, high)
    return np.diff(betainc(a[:, np.newaxis], b[:, np.newaxis], _ENDS), axis=1)


def _posterior(values: Numbers, weight: Numbers) -> _Posterior:
    """A quantity known at points with weights, each spread half way to its neighbours."""
    points, place = np.unique(np.round(values, 9), return_inverse=True)
    mass: Numbers = np.bincount(place.ravel(), weights=weight).astype(np.float64)
    middles = [(one + other) / 2 for one, other in pairwise(points)]
    ends = np.array([points[0] - (middles[0] - points[0]), *middles, points[-1] + (points[-1] - middles[-1])])
    return _Posterior(ends.clip(0, 1), mass)


@dataclass(frozen=True)
class _Council:
    """One council's rounded sums, design effect, and how likely each interval of shares makes them."""

    name: str
    x: int
    n: int
    effect: float
    likelihood: Numbers

    @property
    def size(self) -> float:
        """So many cases would tell as much had each had the same chance."""
        return self.n / self.effect

    @property
    def alone(self) -> _Posterior:
        """Its share by Jeffreys' prior, which is even on the arcsine scale."""
        return _Posterior(_ENDS, self.likelihood / self.likelihood.sum())

    def row(self, measure: str, method: str, known: _Posterior) -> dict[str, object]:
        """Its result: limits half a case out, and at 0 or 1 where none, or all, were counted."""
        half = (_MIDDLES / (1 - _MIDDLES)) ** (1 / (2 * self.effect))
        low, high = known.times(1 / half).quantile(_TAIL), known.times(half).quantile(1 - _TAIL)
        ends = {"low": 0.0 if self.x == 0 else low, "high": 1.0 if self.x == self.n else high}
        told = {"row_key": self.name, "measure": measure, "x": self.x, "n": self.n, "method": method}
        return {**told, "estimate": known.mean, **ends}


def _council(name: str, rows: pd.DataFrame, step: int) -> _Council:
    inside, outside = (rows.loc[rows["inside"] == side, "count"].tolist() for side in (True, False))
    effect = float(rows["design_effect"].iloc[0])
    likelihood = _rounded_likelihood(inside, outside, step=step, effect=effect)
    return _Council(name, sum(inside), sum(inside) + sum(outside), effect, likelihood)


def _rounded_likelihood(inside: list[int], outside: list[int], *, step: int, effect: float) -> Numbers:
    """How likely rounded counts are in each interval of shares; the largest is 1."""
    x, told_in = _sums(inside, step)
    y, told_out = _sums(outside, step)
    told = (x[:, np.newaxis] / effect, y[np.newaxis, :] / effect)
    coefficient = gammaln(told[0] + told[1] + 1) - gammaln(told[0] + 1) - gammaln(told[1] + 1)
    weight = told_in[:, np.newaxis] + told_out[np.newaxis, :] + coefficient
    by_x = x[:, np.newaxis] / effect * np.log(_MIDDLES)
    by_y = y[:, np.newaxis] / effect * np.log1p(-_MIDDLES)
    logs = logsumexp(weight[:, :, np.newaxis] + by_x[:, np.newaxis, :] + by_y[np.newaxis, :, :], axis=(0, 1))
    likelihood: Numbers = np.exp(logs - logs.max())
    return likelihood


def _sums(counts: list[int], step: int) -> tuple[Numbers, Numbers]:
    """The sums of true counts that round to these, and of each the logarithm of its chance.

    Any division of a sum over so many grades is alike: of a sum s over g grades there are (s + g - 1 over s).
    """
    ways, least = np.ones(1), 0
    for count in counts:
        low, high = max(count - step // 2, 0), count + step // 2
        ways, least = np.convolve(ways, np.ones(high - low + 1)), least + low
    sums = least + np.arange(len(ways), dtype=float)
    return sums, np.log(ways) + gammaln(sums + 1) - gammaln(sums + len(counts))
