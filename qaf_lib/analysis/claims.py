"""What a figure may claim: verdicts on a change, probabilities adjusted for their number, small samples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from types import MappingProxyType
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from qaf_lib.analysis.results import results_table
from qaf_lib.errors import InputError
from qaf_lib.sampling.checks import check_counts, check_fractions, check_series
from qaf_lib.sampling.size import normal_quantile

Worthwhile = Literal["rise", "fall", "no rise", "open"]

_Numbers = npt.NDArray[np.float64]
_LEVEL, _POWER = 0.05, 0.8
_NAMES = {"holm": "Holm", "benjamini_hochberg": "Benjamini-Hochberg"}

LEAST_TRIED = 10
"""The smallest n of the simulations: below it nothing is known, so every interval asks for a warning."""

warn_below: Mapping[str, int] = MappingProxyType({"pooled_team": 160, "kappa": 320, "ac2": 160, "alpha": 160})
"""By measure, the n from which on its 95% interval holds 93.5% of true values on average and 90% anywhere.

Every measure is here that docs/validation.md finds wanting at an n that was tried; a test holds the numbers
against that page. The n is of cases of each team, or of moderated audits. Where the largest n tried still
falls short (the cases of partly pooled teams), the number is twice that n.
"""


@dataclass(frozen=True)
class ChangeClaim:
    """What the interval of one change, after less before, may claim.

    `detectable` (fraction) is the smallest change that would probably have been seen; None where the cases
    are too few to see any. `worthwhile` is how the interval stands to the smallest change that would matter:
    a rise (or a fall) of that size shown, such a rise ruled out, or neither ("open").
    """

    direction: Literal["improved", "worsened", "no clear change"]
    detectable: float | None
    worthwhile: Worthwhile


def change_claim(
    *, low: float, high: float, p_adjusted: float | None, detectable: float | None, worthwhile: float
) -> ChangeClaim:
    """What the interval of a change shows beside other claims, and beside a worthwhile change.

    A change is claimed only where its interval leaves out no change and its probability, adjusted for the
    other claims (None for a claim that stands alone), is below 5%.

    References
    ----------
    Holm, S. (1979). Scandinavian Journal of Statistics 6, 65-70. Kirkwood, B. R. and Sterne, J. A. C.
    (2003). Essential Medical Statistics, 2nd ed., Blackwell, chapter 8 (intervals and what matters).

    Examples
    --------
    >>> found = change_claim(low=0.01, high=0.30, p_adjusted=0.04, detectable=0.22, worthwhile=0.10)
    >>> found.direction, found.worthwhile
    ('improved', 'open')
    >>> change_claim(low=0.01, high=0.30, p_adjusted=0.08, detectable=0.22, worthwhile=0.10).direction
    'no clear change'
    """
    _check_limits(low, high)
    check_fractions(worthwhile=worthwhile)
    alone = p_adjusted is None or not p_adjusted >= _LEVEL
    rise, fall = alone and low > 0, alone and high < 0
    return ChangeClaim(
        direction="improved" if rise else "worsened" if fall else "no clear change",
        detectable=detectable,
        worthwhile=_against(worthwhile, low, high),
    )


def _against(worthwhile: float, low: float, high: float) -> Worthwhile:
    if low >= worthwhile:
        return "rise"
    if high <= -worthwhile:
        return "fall"
    return "no rise" if high < worthwhile else "open"


def seen_by_interval(*, low: float, high: float) -> float:
    """Smallest change that a 95% interval of this width would have shown four times in five.

    References
    ----------
    Goodman, S. N. and Berlin, J. A. (1994). The use of predicted confidence intervals when planning
    experiments and the misuse of power when interpreting results. Annals of Internal Medicine 121, 200-206.

    Examples
    --------
    >>> round(seen_by_interval(low=-0.10, high=0.10), 3)
    0.143
    """
    _check_limits(low, high)
    z = normal_quantile()
    return (high - low) / 2 * (z + NormalDist().inv_cdf(_POWER)) / z


def adjusted_probabilities(
    *, p: pd.Series, method: Literal["holm", "benjamini_hochberg"], table_id: str
) -> pd.DataFrame:
    """Raw and adjusted probabilities (`p`, `p_adjusted`) of comparisons, under their names.

    "holm" makes no claim of the family likely to be false, for a few headlines; "benjamini_hochberg" keeps
    down the share of false claims among those made, for many teams or standards. `n` is the number of
    comparisons; a missing probability was none, and is marked "x".

    References
    ----------
    Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of
    Statistics 6, 65-70. Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. JRSS B
    57, 289-300.

    Examples
    --------
    >>> table = adjusted_probabilities(p=pd.Series({"a": 0.01, "b": 0.03}), method="holm", table_id="t")
    >>> table[["row_key", "measure", "estimate"]].to_numpy().tolist()
    [['a', 'p', 0.01], ['a', 'p_adjusted', 0.02], ['b', 'p', 0.03], ['b', 'p_adjusted', 0.03]]
    """
    if method not in _NAMES:
        raise InputError(f"method must be one of {sorted(_NAMES)}; got {method}")
    check_series(p=p)
    if p.index.has_duplicates:
        raise InputError("every comparison needs its own name")
    adjusted = holm(p=p) if method == "holm" else benjamini_hochberg(p=p)
    family = int(p.notna().sum())
    over = "1 comparison" if family == 1 else f"{family} comparisons"
    rows = []
    for name in p.index:
        for measure, value, words in (
            ("p", p[name], "not adjusted"),
            ("p_adjusted", adjusted[name], f"{_NAMES[method]}, {over}"),
        ):
            missing = bool(pd.isna(value))
            rows.append(
                {
                    "table_id": table_id,
                    "row_key": str(name),
                    "measure": measure,
                    "n": family,
                    "estimate": None if missing else float(value),
                    "method": "no comparison" if missing else words,
                    "speaks_of": "our_practice",
                    "mark": "x" if missing else "",
                }
            )
    return results_table(rows)


def holm(*, p: pd.Series) -> pd.Series:
    """Holm's adjusted probabilities under the same labels, missing where they were."""
    kept = _kept(p)
    raw = kept.to_numpy()
    order = np.argsort(raw, kind="stable")
    stepped = np.maximum.accumulate(raw[order] * np.arange(len(raw), 0, -1))
    return _put_back(stepped, order, kept, p)


def benjamini_hochberg(*, p: pd.Series) -> pd.Series:
    """Benjamini and Hochberg's adjusted probabilities under the same labels, missing where they were."""
    kept = _kept(p)
    raw = kept.to_numpy()
    order = np.argsort(raw, kind="stable")[::-1]
    stepped = np.minimum.accumulate(raw[order] * len(raw) / np.arange(len(raw), 0, -1))
    return _put_back(stepped, order, kept, p)


def small_sample_warning(*, measure: str, n: int) -> str | None:
    """Say that an interval may be too narrow for so few cases; None from the n of `warn_below` on.

    References
    ----------
    docs/validation.md, small samples (simulation on known truth).

    Examples
    --------
    >>> small_sample_warning(measure="alpha", n=160) is None
    True
    >>> small_sample_warning(measure="pooled_team", n=9)
    'With fewer than 10 cases in each team it has not been tried how often the 95% interval holds the true
    value.'
    """
    if measure not in warn_below:
        raise InputError(f"measure must be one of {', '.join(sorted(warn_below))}; got {measure}")
    check_counts(least=0, n=n)
    counted = "cases in each team" if measure == "pooled_team" else "moderated audits"
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


def _check_limits(low: float, high: float) -> None:
    if not low <= high:
        raise InputError(f"low must not be above high; got {low} and {high}")


def _kept(p: pd.Series) -> pd.Series:
    kept = pd.to_numeric(p.dropna()).astype("float64")
    if not kept.between(0, 1).all():
        raise InputError("every probability must be a fraction between 0 and 1")
    return kept


def _put_back(stepped: _Numbers, order: npt.NDArray[np.intp], kept: pd.Series, p: pd.Series) -> pd.Series:
    adjusted = np.empty(len(kept))
    adjusted[order] = np.minimum(stepped, 1)
    return pd.Series(adjusted, index=kept.index, dtype="Float64").reindex(p.index)
