"""What each purpose of a sample answers: the size, the sentence, and the lines for the parameter file."""

from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qaf_lib.explorers.purposes import dip, discovery, improvement, wanted
from qaf_lib.sampling import discovery_size, most_that_could_exist, plan_sample


def search(**more):
    return discovery(
        **{"population": 100, "problem": 0.05, "allowed": 0, "confidence": 0.95, "returns": 1.0, "each": 1}
        | more
    )


def rise(**more):
    return improvement(
        **{"population": 3000, "before": 0.6, "after": 0.8, "changed": 0.3, "returns": 1.0, "each": 1} | more
    )


def test_a_search_is_the_smallest_that_meets_one_and_what_its_key_draws():
    # none of 5 among 45 of 100: 95 C 45 / 100 C 45 = 0.0496, and of 44 0.0543
    assert comb(95, 45) / comb(100, 45) < 0.05 < comb(95, 44) / comb(100, 44)
    found = search()
    assert found.sentences == [
        "Draw 45 of the 100 cases: if 5% of all had the problem, at least one of them would have it, "
        "19 times in 20; if none has it, at most 4 of all (4.0%) could."
    ]
    assert found.lines == ["discover: 0.05"]
    assert plan_sample(population=100, discover=0.05).sample == 45


def test_accepted_cases_ask_for_more_and_the_table_says_what_each_number_found_leaves():
    found = search(allowed=1)
    size = discovery_size(population=100, tolerable_share=0.05, allowed=1)
    assert found.lines == [f"cases: {size}"]
    assert "more than 1 of them would have it" in found.sentences[0]
    most = most_that_could_exist(population=100, sample=size, found=1)
    assert found.below[0].rows[1] == ("1", str(most), f"{most}.0%")
    assert most < 5


def test_as_many_accepted_as_must_not_go_unseen_are_never_called_sure():
    # 5% of 40 is 2: to find 2 cannot show that fewer than 2 have it
    said = search(population=40, allowed=2).sentences[0]
    assert said.startswith("Audit all 40 cases: even so it is not sure to be seen")
    assert "19 times in 20" not in said
    assert "19 times in 20" in search(population=40, allowed=1).sentences[0]


def test_too_few_that_come_back_are_never_called_sure():
    said = search(population=50, returns=0.5).sentences[0]
    assert said.startswith("Audit all 50 cases, of which about 25 will come back where")
    assert "even so it is not sure" in said


def test_a_rise_names_fresh_cases_and_the_same_with_a_key_for_each():
    found = rise()
    assert "with fresh cases each time draw 82 of the 3,000 cases" in found.sentences[0]
    assert "30% change either way, draw 53 of the 3,000 cases" in found.sentences[0]
    assert found.lines == [
        *("# fresh cases each time", "improvement: 0.20", "expected_share: 0.60"),
        *("# the same cases twice", "cases: 53"),
    ]
    assert plan_sample(population=3000, improvement=0.2, proportion=0.6).sample == 82


@pytest.mark.parametrize(("population", "told"), [(81, "81 cases are too few"), (82, "Audit all 82")])
def test_a_caseload_too_small_for_the_rise_is_told_and_has_no_key(population, told):
    found = rise(population=population)
    assert told.lower() in found.sentences[0].lower()
    assert ("improvement: 0.20" in found.lines) == (population == 82)


def test_no_more_of_the_same_cases_change_than_the_two_shares_let():
    # from 60% to 80%: 40% at most can get better, and then 20% get worse
    assert "of which 60% change" in rise(changed=0.9).sentences[0]
    assert "of which 20% change" in rise(changed=0.05).sentences[0]


@pytest.mark.parametrize("after", [0.6, 0.4])
def test_what_is_no_rise_has_no_size(after):
    assert rise(after=after).sentences == [
        "The share at the second audit must be above the share at the first."
    ]
    assert rise(after=after).lines == []


def test_a_dip_sample_says_what_it_can_and_what_it_cannot():
    # 2 of 20 have it: none among 10 with 10 * 9 / (20 * 19) = 0.237
    found = dip(population=20, cases=10, problem=0.1, each=1)
    assert "meets a problem that 10% of all have with a probability of 76%" in found.sentences[0]
    most = most_that_could_exist(population=20, sample=10, found=0)
    assert f"if none has it, at most {most} of all" in found.sentences[0]
    assert "it does not say how good practice is" in found.sentences[0]
    assert found.lines == ["cases: 10"]


def test_a_dip_sample_of_all_knows_it():
    found = dip(population=8, cases=10, problem=0.1, each=5)
    assert "at most 0 of all (0.0%) could" in found.sentences[0]
    assert "it is all of them" in found.sentences[0]


def test_files_of_one_worker_say_less():
    alone, together = (dip(population=3000, cases=20, problem=0.1, each=each) for each in (1, 11))
    # 1 + 10 * 0.10 = 2: twenty say as much as ten
    assert together.below[0].rows == dip(population=3000, cases=10, problem=0.1, each=1).below[0].rows
    assert alone.below[0].rows != together.below[0].rows


@settings(deadline=None)
@given(st.integers(1, 5000), st.data(), st.integers(1, 10), st.floats(0.2, 1))
def test_never_more_are_drawn_than_there_are_nor_fewer_wanted_than_alone(population, data, each, returns):
    alone = data.draw(st.integers(1, population))
    found = wanted(population=population, alone=alone, each=each, return_rate=returns)
    assert alone <= found.sample <= found.to_send <= population
    assert 1 <= found.worth <= found.back <= found.sample
    if found.back == found.sample < population:
        assert found.worth >= alone
