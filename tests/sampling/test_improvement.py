"""How many cases a stated improvement asks for."""

import pytest

from qaf_lib.sampling import improvement_size, independent_power, plan_sample


def test_the_size_is_the_published_one_for_a_rise_from_half_to_seven_in_ten():
    # Fleiss (1981), equation 3.14, alpha 0.05 and power 0.8: (1.96 sqrt(0.48) + 0.8416 sqrt(0.46))^2 / 0.04 = 93
    assert improvement_size(improvement=0.2) == 93


def test_up_to_sixty_cases_the_exact_test_has_the_power_and_with_one_fewer_some_test_has_not():
    size = improvement_size(improvement=0.4)
    asked = {"before": 0.5, "after": 0.9}
    assert size == 20
    assert independent_power(first=size, second=size, **asked) >= 0.8
    assert independent_power(first=size - 1, second=size - 1, **asked) < 0.8


@pytest.mark.parametrize(("before", "improvement"), [(0.7, 0.31), (0.5, 0), (1, 0.1), (-0.1, 0.2)])
def test_a_rise_above_all_cases_or_of_nothing_is_refused(before, improvement):
    with pytest.raises(ValueError, match=r"improvement must be above 0|before must be a fraction"):
        improvement_size(before=before, improvement=improvement)


def test_a_rise_to_all_cases_can_be_planned():
    assert improvement_size(before=0.7, improvement=0.3) > 1


def test_a_plan_says_in_words_why_it_has_its_size():
    assert (
        "as many would show 20 percentage points more than 50%"
        in plan_sample(population=300, improvement=0.2).sentence
    )
    assert (
        "All of them are too few to be sure of an improvement of 20 percentage points"
        in plan_sample(population=90, improvement=0.2).sentence
    )
    assert (
        "if 5% of them had a problem, at least one of those drawn would have it, 19 times in 20"
        in plan_sample(population=100, discover=0.05).sentence
    )


@pytest.mark.parametrize(("cases", "sample"), [(1, 1), (12, 12), (13, 12)])
def test_a_number_of_cases_is_drawn_as_far_as_there_are_so_many(cases, sample):
    assert plan_sample(population=12, cases=cases).sample == sample


def test_a_number_below_one_is_refused():
    with pytest.raises(ValueError, match="cases must be a count of at least 1; got 0"):
        plan_sample(population=12, cases=0)
