"""The one shape in which a test of change gives its answer."""

from __future__ import annotations

from dataclasses import dataclass

from qaf_lib.analysis.intervals import Interval

__all__ = ["ChangeTest"]


@dataclass(frozen=True)
class ChangeTest:
    """How surprising a difference would be if nothing had changed.

    Attributes
    ----------
    statistic : float or None
        The test's own statistic (z or chi-squared); None where it has none.
    freedom : float or None
        Degrees of freedom of a chi-squared or t statistic.
    p : float or None
        Two-sided probability (fraction); None where there is nothing to compare.
    method : str
        Short name of the test, or why there is none.
    """

    statistic: float | None
    freedom: float | None
    p: float | None
    method: str

    @property
    def cells(self) -> dict[str, object]:
        """The test's columns of a result row: the probability as estimate, marked "x" without one."""
        return Interval(self.p, None, None, self.method).cells
