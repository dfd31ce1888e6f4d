"""What a figure may claim: verdicts in words, probabilities adjusted for their number, small samples."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
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


def adjusted_verdict(*, low: float, high: float, p_adjusted: float | None, detectable: float | None) -> str:
    """Say in plain words what the interval of a change, after less before, shows beside other claims.

    "improved", "worsened" or "no clear change (could have seen N points or more)", N rounded up from the
    smallest change that would probably have been seen. A change is claimed only where its interval leaves
    out no change and its probability, adjusted for the other claims (None for a claim that stands alone),
    is below 5%.

    References
    ----------
    Holm, S. (1979). Scandinavian Journal of Statistics 6, 65-70.

    Examples
    --------
    >>> adjusted_verdict(low=0.01, high=0.30, p_adjusted=0.04, detectable=0.22)
    'improved'
    >>> adjusted_verdict(low=0.01, high=0.30, p_adjusted=0.08, detectable=0.22)
    'no clear change (could have seen 22 points or more)'
    """
    _check_limits(low, high)
    clear = p_adjusted is None or not p_adjusted >= _LEVEL
    if clear and low > 0:
        return "improved"
    if clear and high < 0:
        return "worsened"
    if detectable is None:
        return "no clear change (too few cases to see any)"
    return f"no clear change (could have seen {ceil(detectable * 100 - 1e-9)} points or more)"


def worthwhile_words(*, low: float, high: float, worthwhile: float) -> str:
    """Say where the interval of a change lies against the smallest change that would matter.

    References
    ----------
    Kirkwood, B. R. and Sterne, J. A. C. (2003). Essential Medical Statistics, 2nd ed., Blackwell, chapter 8.

    Examples
    --------
    >>> worthwhile_words(low=0.12, high=0.30, worthwhile=0.10)
    'a rise of 10 points or more, which was said to be worthwhile, is shown'
    >>> worthwhile_words(low=-0.05, high=0.30, worthwhile=0.10)
    'a rise of 10 points or more, which was said to be worthwhile, is neither shown nor ruled out'
    """
    _check_limits(low, high)
    check_fractions(worthwhile=worthwhile)
    size = f"{worthwhile * 100:g} points or more, which was said to be worthwhile,"
    if low >= worthwhile:
        return f"a rise of {size} is shown"
    if high <= -worthwhile:
        return f"a fall of {worthwhile * 100:g} points or more is shown"
    if high < worthwhile:
        return f"a rise of {size} is ruled out"
    return f"a rise of {size} is neither shown nor ruled out"


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
