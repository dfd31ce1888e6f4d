"""Statistics of audits: tables and numbers in, result tables out."""

from __future__ import annotations

from qaf_lib.analysis.grades import (
    band_share,
    full_count,
    grade_distribution,
    question_shares,
)
from qaf_lib.analysis.intervals import (
    Interval,
    newcombe_difference,
    paired_difference,
    share_interval,
    wilson_limits,
)
from qaf_lib.analysis.moderation import agreement, change_table, quadratic_kappa
from qaf_lib.analysis.paired import detectable_paired_change, mcnemar_mid_p, paired_power
from qaf_lib.analysis.pairs import cross_counts, pairs_of
from qaf_lib.analysis.reaudit import (
    before_after,
    independent_change,
    paired_change,
    verdict,
)
from qaf_lib.analysis.results import RESULT_COLUMNS, results_table
from qaf_lib.analysis.stratified import domain_share, stratified_share

__all__ = [
    "RESULT_COLUMNS",
    "Interval",
    "agreement",
    "band_share",
    "before_after",
    "change_table",
    "cross_counts",
    "detectable_paired_change",
    "domain_share",
    "full_count",
    "grade_distribution",
    "independent_change",
    "mcnemar_mid_p",
    "newcombe_difference",
    "paired_change",
    "paired_difference",
    "paired_power",
    "pairs_of",
    "quadratic_kappa",
    "question_shares",
    "results_table",
    "share_interval",
    "stratified_share",
    "verdict",
    "wilson_limits",
]
