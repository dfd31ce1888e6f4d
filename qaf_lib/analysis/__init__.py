"""Statistics of audits: tables and numbers in, result tables out.

Shares, probabilities, limits, margins and confidence are fractions, counts whole numbers of cases, scores and
steps in the unit that a function names. Intervals are two-sided, of 95% unless a `confidence` is given.

A result table has the columns of `RESULT_COLUMNS`: `table_id`, `row_key` and `measure` name a row; `x` of `n`
cases were counted, out of a `population` where one is meant; `estimate`, `low` and `high`; `method` says how,
or why not; `speaks_of` is "these_cases" (with a finite population correction, or a full count) or
"our_practice" (without); `mark` is "x" where there is no estimate and "z" where there is nothing to estimate.
`table_id` and `measure` as arguments give a result its names.

`grades` is the scale, worst grade first, and `band` the grades that count. `responses` has a row per selected
case: `stratum` and `grade` (missing where there is none). `strata` has a row per `stratum` with its
`population`. `pairs` has a row per case with two grades, `before` and `after` or `audit_grade` and
`moderated_grade`; one with either missing is left out. Groups that are missing are "not recorded" and last.

Every function checks its input: a missing column, a list for a Series, a grade off the scale, a stratum that
`strata` does not name, a fraction out of range, a count that is missing, fractional or negative is an
`InputError` (a ValueError). An `Interval` or `ChangeTest` without an estimate or `p` says why in `method`.
"""

from __future__ import annotations

from qaf_lib.analysis.changes import mcnemar_exact_p, miettinen_nurminen
from qaf_lib.analysis.claims import (
    ChangeClaim,
    adjusted_probabilities,
    change_claim,
    seen_by_interval,
    small_sample_warning,
)
from qaf_lib.analysis.double_sampling import moderated_grades
from qaf_lib.analysis.equality import FEWEST_COMPARED, cohort_shares, group_shares, groups_apart
from qaf_lib.analysis.grades import (
    band_share,
    cumulative_shares,
    full_count,
    grade_distribution,
    median_grade,
    question_shares,
    simultaneous_distribution,
    simultaneous_questions,
)
from qaf_lib.analysis.intervals import ChangeTest, Interval, inverted_probability, share_interval
from qaf_lib.analysis.leniency import leniency_spread
from qaf_lib.analysis.nonresponse import extreme_shares, response_rates, weighted_band_share
from qaf_lib.analysis.paired_grades import (
    before_after,
    bowker_symmetry,
    joint_counts,
    ordinal_shift,
    paired_change,
    pairs_of,
    signed_rank,
    stuart_maxwell,
)
from qaf_lib.analysis.rank_sums import superiority, superiority_test, van_elteren
from qaf_lib.analysis.raters import agreement, change_table, gwet_ac2, krippendorff_alpha
from qaf_lib.analysis.regression_to_mean import change_beyond_chance, team_change_beyond_chance
from qaf_lib.analysis.results import RESULT_COLUMNS, counted_share, results_table
from qaf_lib.analysis.two_draws import overlapping_change, weighted_change

__all__ = [
    "FEWEST_COMPARED",
    "RESULT_COLUMNS",
    "ChangeClaim",
    "ChangeTest",
    "Interval",
    "adjusted_probabilities",
    "agreement",
    "band_share",
    "before_after",
    "bowker_symmetry",
    "change_beyond_chance",
    "change_claim",
    "change_table",
    "cohort_shares",
    "counted_share",
    "cumulative_shares",
    "extreme_shares",
    "full_count",
    "grade_distribution",
    "group_shares",
    "groups_apart",
    "gwet_ac2",
    "inverted_probability",
    "joint_counts",
    "krippendorff_alpha",
    "leniency_spread",
    "mcnemar_exact_p",
    "median_grade",
    "miettinen_nurminen",
    "moderated_grades",
    "ordinal_shift",
    "overlapping_change",
    "paired_change",
    "pairs_of",
    "question_shares",
    "response_rates",
    "results_table",
    "seen_by_interval",
    "share_interval",
    "signed_rank",
    "simultaneous_distribution",
    "simultaneous_questions",
    "small_sample_warning",
    "stuart_maxwell",
    "superiority",
    "superiority_test",
    "team_change_beyond_chance",
    "van_elteren",
    "weighted_band_share",
    "weighted_change",
]
