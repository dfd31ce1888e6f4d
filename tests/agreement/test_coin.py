"""Agreement with R's coin 1.4.2 and exactRankTests 0.8.35 (on R 4.2.2); every figure is printed by coin.R."""

import pandas as pd
import pytest

from qaf_lib.analysis import ordinal_shift, signed_rank, stuart_maxwell, van_elteren
from qaf_lib.analysis.rank_sums import exact_rank_sum

# 44 re-audited cases: grade before by row, after by column
MOVED = [[3, 4, 2, 0], [1, 6, 5, 1], [0, 2, 8, 4], [0, 1, 2, 5]]
GRADES = list("1234")


def moved_pairs() -> pd.DataFrame:
    rows = [
        (GRADES[row], GRADES[column])
        for row, counts in enumerate(MOVED)
        for column, count in enumerate(counts)
        for _ in range(count)
    ]
    return pd.DataFrame(rows, columns=["before", "after"])


def test_stuart_maxwell_is_mh_test():
    # mh_test(table): chi-squared = 5.0215827338; three times as many cases: 15.064748201439, p = 0.001762144843
    found = stuart_maxwell(table=MOVED)
    assert (found.statistic, found.freedom) == (pytest.approx(5.0215827338, abs=5e-11), 3)
    more = stuart_maxwell(table=[[3 * count for count in counts] for counts in MOVED])
    assert more.statistic == pytest.approx(15.064748201439, abs=5e-12)
    assert more.p == pytest.approx(0.001762144843, abs=5e-12)


def test_stuart_maxwells_probability_is_that_of_mh_test_by_a_million_draws():
    # mh_test(table, distribution = approximate(nresample = 1e6)), seed 1: p = 0.168762, error 0.00037
    assert stuart_maxwell(table=MOVED).p == pytest.approx(0.168762, abs=0.0015)


def test_ordinal_shift_is_mh_test_with_scores():
    # mh_test(table, scores = list(response = 1:4)): Z = -2.05798302171 (coin takes before less after);
    # perm.test(after, before, paired = TRUE, exact = TRUE): p = 0.05696868896
    found = ordinal_shift(pairs=moved_pairs(), grades=GRADES)
    assert found.statistic == pytest.approx(2.05798302171, abs=5e-12)
    assert found.p == pytest.approx(0.05696868896, abs=5e-12)


def test_signed_rank_is_wilcoxsign_test_of_pratt():
    # wilcoxsign_test(after ~ before, distribution = "exact", zero.method = "Pratt")
    found = signed_rank(pairs=moved_pairs(), grades=GRADES)
    assert found.statistic == pytest.approx(2.12773981343, abs=5e-12)
    assert found.p == pytest.approx(0.04208612442, abs=5e-12)


@pytest.mark.parametrize(
    ("first", "second", "z", "p"),
    [
        # wilcox_test(grade ~ when, distribution = "exact"); wilcox.exact gives the same p
        ([6, 8, 5, 1], [2, 5, 9, 6], 2.661717651963, 0.007138968232),
        ([2, 1, 1, 0], [0, 1, 2, 2], 1.89316422860, 0.07936507937),
    ],
)
def test_exact_rank_sum_is_wilcox_test(first, second, z, p):
    found = exact_rank_sum(first=first, second=second)
    assert (found.statistic, found.p) == (pytest.approx(z, abs=5e-11), pytest.approx(p, abs=5e-11))


def test_van_elteren_is_the_blocked_independence_test_of_ranks_over_size_plus_one():
    # independence_test(score ~ when | team, teststat = "scalar"): Z = 2.3541399290, p = 0.0185656208
    before = {"x": "11222334", "y": "111222333", "z": "23344"}
    after = {"x": "223344", "y": "12223333444", "z": "33444"}
    tables = [
        pd.DataFrame([(team, grade) for team in given for grade in given[team]], columns=["team", "grade"])
        for given in (before, after)
    ]
    found = van_elteren(before=tables[0], after=tables[1], stratum="team", grades=GRADES)
    assert found.statistic == pytest.approx(2.3541399290, abs=5e-11)
    assert found.p == pytest.approx(0.0185656208, abs=5e-11)
