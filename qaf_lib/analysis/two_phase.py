"""Two phases of sampling: audits drawn within strata, and some of them moderated within audit grades."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import t as student

from qaf_lib.analysis.intervals import Interval, share_interval, wilson_limits

__all__ = ["FirstPhase", "ModeratedCell", "moderated_cells"]

_Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ModeratedCell:
    """Audits of one grade that were moderated at random or not at all, or those chosen for moderation.

    Attributes
    ----------
    grade : str
        Their audit grade.
    audits, moderated : int
        How many there are, and how many of them were moderated (counts).
    share : float
        Share of all cases that they stand for (fraction).
    by_stratum : array
        Their share of each stratum's audits (fractions).
    effective : float
        Size of the plain sample that would tell as much as the moderated ones do.
    rates : array
        Weighted share at each moderated grade, worst first (fractions).
    """

    grade: str
    audits: int
    moderated: int
    share: float
    by_stratum: _Numbers
    effective: float
    rates: _Numbers

    def rate(self, target: npt.NDArray[np.bool_]) -> float:
        """Share of the moderated audits at the wanted grades."""
        return min(1.0, float(self.rates[target].sum()))

    def smooth(self, target: npt.NDArray[np.bool_]) -> float:
        """The rate drawn a little from 0 and 1, so that a few alike do not look like certainty."""
        if self.moderated == self.audits:
            return self.rate(target)
        return (self.rate(target) * self.effective + 0.5) / (self.effective + 1)

    def variance(self, target: npt.NDArray[np.bool_]) -> float:
        """What the second phase adds to the variance of the share of all cases.

        Over the moderated audits, not one fewer, for the smoothed rate makes up for it: in simulation the
        interval then holds the truth in 95% and a little more; over one more it held it in 90% to 95%.
        """
        rate = self.smooth(target)
        left = 1 - self.moderated / self.audits
        return self.share**2 * rate * (1 - rate) / self.effective * left


@dataclass(frozen=True)
class FirstPhase:
    """Strata with graded audits: share of the cases, audits, and share of the cases not audited."""

    names: tuple[Hashable, ...]
    shares: _Numbers
    audits: _Numbers
    left: _Numbers
    population: int | None
    confidence: float

    @classmethod
    def of(
        cls, graded: pd.DataFrame, strata: pd.DataFrame | None, population: int | None, confidence: float
    ) -> FirstPhase:
        """The strata of the graded audits; one stratum where none are given."""
        if strata is None:
            n = len(graded)
            left = 1.0 if population is None or n == 0 else 1 - n / population
            return cls(("",), np.ones(1), np.array([float(n)]), np.array([left]), population, confidence)
        n_of = graded.groupby("stratum", observed=True).size()
        kept = strata[strata["stratum"].isin(n_of.index)].sort_values("stratum", kind="stable")
        size = kept["population"].to_numpy(np.float64)
        audits = n_of.reindex(kept["stratum"]).to_numpy(np.float64)
        names = tuple(kept["stratum"])
        return cls(names, size / size.sum(), audits, 1 - audits / size, int(size.sum()), confidence)

    @property
    def n(self) -> int:
        """Graded audits."""
        return int(self.audits.sum())

    @property
    def quantile(self) -> float:
        """Normal for a plain sample, Student's t on audits less strata otherwise."""
        if len(self.names) == 1:
            return NormalDist().inv_cdf((1 + self.confidence) / 2)
        return float(student.ppf((1 + self.confidence) / 2, max(1.0, (self.audits - 1).sum())))

    @property
    def spread(self) -> float:
        """Variance of a share, per p (1 - p), where strata do not differ."""
        return float((self.shares**2 * self.left / self.audits).sum())

    def variance(self, share: float, by_stratum: _Numbers) -> float:
        """Variance of a share, were every audit moderated; never below that of strata which do not differ."""
        even = share * (1 - share) * self.spread
        if len(self.names) == 1:
            return even
        one = np.where(self.audits > 1, by_stratum * (1 - by_stratum), share * (1 - share))
        within = one / np.maximum(self.audits - 1, 1)
        return max(even, float((self.shares**2 * self.left * within).sum()))

    def interval(
        self, cells: Sequence[ModeratedCell], target: npt.NDArray[np.bool_], unseen_rate: float, method: str
    ) -> Interval:
        """Share of all cases at the wanted grades; cells that nothing speaks for count at a rate given."""
        rates = [cell.rate(target) if cell.moderated else unseen_rate for cell in cells]
        smooth = [cell.smooth(target) if cell.moderated else unseen_rate for cell in cells]
        estimate, middle = (
            min(1.0, sum(cell.share * rate for cell, rate in zip(cells, each, strict=True)))
            for each in (rates, smooth)
        )
        by_stratum = sum(
            (cell.by_stratum * rate for cell, rate in zip(cells, smooth, strict=True)),
            np.zeros(len(self.names)),
        )
        second = sum(cell.variance(target) for cell in cells if cell.moderated)
        variance = self.variance(middle, np.clip(by_stratum, 0, 1)) + second
        plain = variance <= 0 or all(cell.moderated == cell.audits for cell in cells)
        if plain and len(self.names) == 1:
            found = share_interval(
                x=round(estimate * self.n), n=self.n, population=self.population, confidence=self.confidence
            )
            return Interval(estimate, found.low, found.high, method)
        if variance <= 0 and self.spread == 0:
            return Interval(estimate, estimate, estimate, method)
        effective = middle * (1 - middle) / variance if variance > 0 else 1 / self.spread
        low, high = wilson_limits(share=estimate, effective_n=effective, quantile=self.quantile)
        return Interval(estimate, low, high, method)


def moderated_cells(*, graded: pd.DataFrame, grades: Sequence[str], phase: FirstPhase) -> list[ModeratedCell]:
    """Audits by grade, those chosen for moderation apart from the rest.

    Parameters
    ----------
    graded : DataFrame
        `audit_grade`, `moderated_grade`, `why`, and where there are strata `stratum`; a `probability`
        of being moderated at random (fraction) where that differs between audits.
    grades : sequence of str
        The scale, worst grade first.
    phase : FirstPhase
        The strata that the audits were drawn from.

    Returns
    -------
    list of ModeratedCell
        In the order of the scale; cells without audits are left out.

    References
    ----------
    Kott, P. S. and Stukel, D. M. (1997). Can the jackknife be used with a two-phase sample? Survey
    Methodology 23, 81-89 (reweighted expansion estimator).
    Kish, L. (1965). Survey Sampling, Wiley, section 11.7 (effective size under unequal weights).

    Examples
    --------
    >>> audits = pd.DataFrame({"audit_grade": ["good"] * 4, "moderated_grade": ["good", "poor", None, None]})
    >>> phase = FirstPhase.of(audits, None, None, 0.95)
    >>> cell, = moderated_cells(graded=audits.assign(why="random"), grades=["poor", "good"], phase=phase)
    >>> cell.audits, cell.moderated, cell.rates.tolist()
    (4, 2, [0.5, 0.5])
    """
    places = {name: place for place, name in enumerate(phase.names)}
    one = len(phase.names) == 1
    home = np.zeros(len(graded), dtype=np.intp) if one else graded["stratum"].map(places).to_numpy(np.intp)
    weight = (phase.shares / np.maximum(phase.audits, 1))[home]
    moderated = graded["moderated_grade"].notna().to_numpy()
    chosen = moderated & (graded["why"] != "random").fillna(True).to_numpy(dtype=bool)
    cells = []
    for grade in grades:
        of_grade = (graded["audit_grade"] == grade).fillna(False).to_numpy(dtype=bool)
        for part in (of_grade & ~chosen, of_grade & chosen):
            if not part.any():
                continue
            seen = part & moderated
            combined = weight[seen] / _chances(graded, seen)
            after = graded["moderated_grade"].to_numpy(dtype=object)[seen]
            total = combined.sum()
            rates = np.array([combined[after == each].sum() for each in grades], dtype=np.float64)
            counts = np.bincount(home[part], minlength=len(phase.names))
            cells.append(
                ModeratedCell(
                    grade=grade,
                    audits=int(part.sum()),
                    moderated=int(seen.sum()),
                    share=float(weight[part].sum()),
                    by_stratum=counts / np.maximum(phase.audits, 1),
                    effective=float(total**2 / (combined**2).sum()) if seen.any() else 0.0,
                    rates=rates / total if seen.any() else rates,
                )
            )
    return cells


def _chances(graded: pd.DataFrame, seen: npt.NDArray[np.bool_]) -> _Numbers:
    """Chance of being moderated, relative to the others of the cell; alike where it is not known of all."""
    if "probability" not in graded or (graded["why"].to_numpy()[seen] != "random").any():
        return np.ones(int(seen.sum()))
    known = pd.to_numeric(graded["probability"][seen]).astype("Float64")
    return np.ones(int(seen.sum())) if known.isna().any() else known.to_numpy(np.float64)
