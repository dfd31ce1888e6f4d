"""Attribute plans and the upper limit after k of n."""

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, hypergeom

from qaf_lib.sampling import attribute_plan, discovery_size, highest_share

TOLERABLE = [0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.09, 0.10, 0.15, 0.20]


@pytest.mark.parametrize(
    ("confidence", "allowed", "sizes"),
    [
        # AICPA Audit Sampling, table A-1 (5% risk), rows of 0 and of 1 expected deviation
        (0.95, 0, [149, 99, 74, 59, 49, 42, 36, 32, 29, 19, 14]),
        (0.95, 1, [236, 157, 117, 93, 78, 66, 58, 51, 46, 30, 22]),
        # and table A-2 (10% risk)
        (0.90, 0, [114, 76, 57, 45, 38, 32, 28, 25, 22, 15, 11]),
        (0.90, 1, [194, 129, 96, 77, 64, 55, 48, 42, 38, 25, 18]),
    ],
)
def test_sizes_are_those_of_the_aicpa_tables(confidence, allowed, sizes):
    plans = [
        attribute_plan(population=None, tolerable_share=share, allowed=allowed, confidence=confidence)
        for share in TOLERABLE
    ]
    assert [plan.sample for plan in plans] == sizes


def test_none_allowed_of_a_known_population_is_the_discovery_size():
    # 95 C 45 / 100 C 45 = 0.0496, 95 C 44 / 100 C 44 = 0.0543
    assert attribute_plan(population=100, tolerable_share=0.05).sample == 45
    assert comb(95, 45) / comb(100, 45) < 0.05 < comb(95, 44) / comb(100, 44)


def test_as_many_allowed_as_tolerable_means_audit_all():
    # 5% of 40 is 2: to find 2 and still say that fewer than 2 are faulty is impossible
    plan = attribute_plan(population=40, tolerable_share=0.05, allowed=2)
    assert plan.sample == 40
    assert plan.sentence == (
        "Audit all 40 cases: 2 allowed faults are not fewer than the 2 that must not go unseen."
    )


def test_one_allowed_fault_fewer_than_tolerable_leaves_a_sample():
    plan = attribute_plan(population=40, tolerable_share=0.05, allowed=1)
    # both of 2 faulty cases are in 39 of 40 with probability 1 - 1/20 = 0.95
    assert (plan.sample, plan.audits_all) == (39, False)


def test_a_tiny_population_is_audited_whole():
    plan = attribute_plan(population=5, tolerable_share=0.05)
    assert plan.audits_all
    assert plan.sentence == "Audit all 5 cases: no smaller sample is enough."


def test_the_sentence_says_how_many_faults_are_allowed():
    assert attribute_plan(population=None, tolerable_share=0.05, allowed=1, confidence=0.9).sentence == (
        "Draw 77 cases: if no more than 1 show the fault, fewer than 5% of cases have it, 9 times in 10."
    )


@given(st.integers(1, 400), st.floats(0.01, 0.6), st.integers(0, 4), st.floats(0.5, 0.99))
def test_the_plan_is_the_smallest_that_holds(population, share, allowed, confidence):
    plan = attribute_plan(
        population=population, tolerable_share=share, allowed=allowed, confidence=confidence
    )
    if plan.audits_all:
        return
    faulty = -int(-round(share * population, 9) // 1)
    risk = (1 - confidence) * (1 + 1e-9)  # a chance that is exactly the one allowed is enough
    assert plan.chance_to_accept <= risk
    assert hypergeom.cdf(allowed, population, faulty, plan.sample - 1) > risk


@given(st.integers(2, 2000), st.floats(0.01, 0.6), st.integers(0, 4))
def test_a_known_population_never_asks_for_more_than_an_unknown_one(population, share, allowed):
    # the tolerable number is rounded up, so that the finite plan faces at least the tolerable share
    unknown = attribute_plan(population=None, tolerable_share=share, allowed=allowed).sample
    plan = attribute_plan(population=population, tolerable_share=share, allowed=allowed)
    assert plan.audits_all or plan.sample <= unknown


@given(st.integers(1, 500), st.floats(0.01, 0.6))
def test_with_none_allowed_it_is_the_discovery_size(population, share):
    plan = attribute_plan(population=population, tolerable_share=share)
    assert plan.sample == discovery_size(population=population, tolerable_share=share)


@pytest.mark.parametrize(("found", "sample", "limit"), [(0, 59, 0.0495), (1, 93, 0.0500), (0, 1, 0.95)])
def test_the_upper_limit_is_clopper_and_pearsons(found, sample, limit):
    # none of n: 1 - 0.05**(1/59) = 0.0495
    assert highest_share(found=found, sample=sample) == pytest.approx(limit, abs=5e-5)


@given(st.integers(1, 200), st.data())
def test_the_upper_limit_leaves_five_per_cent_below(sample, data):
    found = data.draw(st.integers(0, sample - 1))
    limit = highest_share(found=found, sample=sample)
    assert binom.cdf(found, sample, limit) == pytest.approx(0.05, abs=1e-6)


def test_all_faulty_leaves_no_upper_limit_below_one():
    assert highest_share(found=4, sample=4) == 1.0


def test_a_census_is_its_own_limit():
    assert highest_share(found=3, sample=40, population=40) == 3 / 40


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"population": 0}, "population must be a count of at least 1; got 0"),
        ({"allowed": -1}, "allowed must be a count of at least 0; got -1"),
        ({"tolerable_share": 5}, "tolerable_share must be a fraction between 0 and 1; got 5"),
        ({"confidence": 95}, "confidence must be a fraction between 0 and 1; got 95"),
    ],
)
def test_what_cannot_be_planned_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        attribute_plan(**{"population": 100, "tolerable_share": 0.05, **change})


def test_more_found_than_audited_is_refused():
    with pytest.raises(
        ValueError, match="found must be a count from 0 to a sample of at least 1; got 3 of 2"
    ):
        highest_share(found=3, sample=2)


def test_a_limit_at_a_percentage_is_refused():
    with pytest.raises(ValueError, match="confidence must be a fraction between 0 and 1; got 95"):
        highest_share(found=0, sample=2, confidence=95)
