"""Statistics of audits: tables and numbers in, result tables out."""

from __future__ import annotations

from qaf_lib.analysis.action_effect import action_comparison
from qaf_lib.analysis.agreement import agreement, change_table, quadratic_kappa
from qaf_lib.analysis.change_test import ChangeTest
from qaf_lib.analysis.change_verdict import adjusted_verdict, seen_by_interval, worthwhile_words
from qaf_lib.analysis.coefficients import gwet_ac2, krippendorff_alpha
from qaf_lib.analysis.double_sampling import moderated_grades
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
from qaf_lib.analysis.leniency import auditor_leniency, leniency_spread
from qaf_lib.analysis.marginals import bowker_symmetry, joint_counts, stuart_maxwell
from qaf_lib.analysis.multiplicity import adjusted_probabilities, benjamini_hochberg, holm
from qaf_lib.analysis.nonresponse import extreme_shares, response_rates, weighted_band_share
from qaf_lib.analysis.ordinal import cumulative_shares, median_grade
from qaf_lib.analysis.overlap import correlation_of_pairs, newcombe_paired, overlapping_change
from qaf_lib.analysis.paired import detectable_paired_change, mcnemar_exact_p, mcnemar_mid_p, paired_power
from qaf_lib.analysis.pairs import cross_counts, pairs_of
from qaf_lib.analysis.rank_sums import exact_rank_sum, van_elteren
from qaf_lib.analysis.reaudit import (
    before_after,
    independent_change,
    paired_change,
    verdict,
)
from qaf_lib.analysis.regression_to_mean import change_beyond_chance, lowest_average
from qaf_lib.analysis.results import RESULT_COLUMNS, results_table
from qaf_lib.analysis.signed import ordinal_shift, signed_rank
from qaf_lib.analysis.simultaneous import simultaneous_distribution
from qaf_lib.analysis.stratified import domain_share, stratified_share
from qaf_lib.analysis.stratified_margin import confirmed_stratified_size, stratified_margin
from qaf_lib.analysis.superiority import superiority, superiority_test
from qaf_lib.analysis.team_regression import team_change_beyond_chance
from qaf_lib.analysis.two_samples import boschloo, miettinen_nurminen
from qaf_lib.analysis.unconditional import (
    independent_change_interval,
    independent_change_test,
    paired_change_interval,
    paired_change_test,
)
from qaf_lib.analysis.weighted_change import weighted_change

__all__ = [
    "RESULT_COLUMNS",
    "ChangeTest",
    "Interval",
    "action_comparison",
    "adjusted_probabilities",
    "adjusted_verdict",
    "agreement",
    "auditor_leniency",
    "band_share",
    "before_after",
    "benjamini_hochberg",
    "boschloo",
    "bowker_symmetry",
    "change_beyond_chance",
    "change_table",
    "confirmed_stratified_size",
    "correlation_of_pairs",
    "cross_counts",
    "cumulative_shares",
    "detectable_paired_change",
    "domain_share",
    "exact_rank_sum",
    "extreme_shares",
    "full_count",
    "grade_distribution",
    "gwet_ac2",
    "holm",
    "independent_change",
    "independent_change_interval",
    "independent_change_test",
    "joint_counts",
    "krippendorff_alpha",
    "leniency_spread",
    "lowest_average",
    "mcnemar_exact_p",
    "mcnemar_mid_p",
    "median_grade",
    "miettinen_nurminen",
    "moderated_grades",
    "newcombe_difference",
    "newcombe_paired",
    "ordinal_shift",
    "overlapping_change",
    "paired_change",
    "paired_change_interval",
    "paired_change_test",
    "paired_difference",
    "paired_power",
    "pairs_of",
    "quadratic_kappa",
    "question_shares",
    "response_rates",
    "results_table",
    "seen_by_interval",
    "share_interval",
    "signed_rank",
    "simultaneous_distribution",
    "stratified_margin",
    "stratified_share",
    "stuart_maxwell",
    "superiority",
    "superiority_test",
    "team_change_beyond_chance",
    "van_elteren",
    "verdict",
    "weighted_band_share",
    "weighted_change",
    "wilson_limits",
    "worthwhile_words",
]
