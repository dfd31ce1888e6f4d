"""The plan in numbers and in one sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.sampling import plan_sample


def test_the_plan_of_the_153_authorities_reads_as_a_head_of_service_would_say_it():
    plan = plan_sample(population=153, margin_of_error=0.10)
    assert plan.sentence == (
        "Draw 60 of the 153 cases: the share that is good or better will then be known to within about "
        "10 percentage points, 19 times in 20. The usual formula (Cochran) asks for 60, the interval that will be "
        "reported for 58; the larger is drawn. A second sample of 60 could show an improvement of 25 "
        "percentage points or more."
    )


def test_the_sentence_takes_the_councils_word_for_its_cases():
    assert "240 families:" in plan_sample(population=240, margin_of_error=0.10).sentence_for("families")


def test_the_larger_of_the_formula_and_the_reported_interval_is_drawn():
    # Cochran: n0 = 1.96**2 * 0.95 * 0.05 / 0.05**2 = 73; 73 / (1 + 72 / 300) = 58.9, and Wilson is wider
    plan = plan_sample(population=300, margin_of_error=0.05, proportion=0.95)
    assert plan.cochran == 59 < plan.confirmed == plan.sample
    assert f"asks for 59, the interval that will be reported for {plan.sample}; the larger" in plan.sentence


def test_where_both_ask_for_the_same_the_plan_says_so():
    plan = plan_sample(population=100, margin_of_error=0.05)
    assert plan.cochran == plan.confirmed == 80
    assert (
        "The usual formula (Cochran) and the interval that will be reported both ask for 80." in plan.sentence
    )


def test_a_small_population_is_audited_whole():
    plan = plan_sample(population=12, margin_of_error=0.05)
    assert plan.sentence.startswith("Audit all 12 cases")
    assert plan.expected_margin == 0


def test_audits_that_do_not_come_back_are_sent_on_top():
    # 69 / 0.8 = 86.25
    plan = plan_sample(population=240, margin_of_error=0.10, return_rate=0.8)
    assert (plan.sample, plan.to_send, plan.expected_returns) == (69, 87, 69)
    assert plan.sentence.startswith("Draw 87 of the 240 cases, of which about 69 will come back")


def test_where_too_few_can_come_back_the_plan_says_what_will_be_known():
    plan = plan_sample(population=153, margin_of_error=0.10, return_rate=0.3)
    assert (plan.sample, plan.to_send, plan.expected_returns) == (60, 153, 45)
    assert plan.expected_margin > plan.margin_of_error
    assert "60 graded ones are wanted, but only about 45 will come back" in plan.sentence


def test_a_sample_that_cannot_show_improvement_says_so():
    plan = plan_sample(population=5, margin_of_error=0.3, proportion=0.9)
    assert plan.sentence.endswith("could not show any improvement.")


@pytest.mark.parametrize(
    ("confidence", "words"),
    [(0.9, "9 times in 10"), (0.99, "99 times in 100"), (0.8, "with 80% confidence")],
)
def test_confidence_is_said_in_plain_words(confidence, words):
    assert words in plan_sample(population=500, margin_of_error=0.10, confidence=confidence).sentence


@given(st.integers(1, 200), st.floats(0.02, 0.4), st.floats(0.05, 1))
def test_a_plan_never_sends_more_than_there_are(population, margin, rate):
    plan = plan_sample(population=population, margin_of_error=margin, return_rate=rate)
    assert 1 <= plan.expected_returns <= plan.sample <= plan.to_send <= population


@pytest.mark.parametrize("rate", [0, 1.01, 80])
def test_a_return_rate_that_is_no_fraction_is_refused(rate):
    with pytest.raises(ValueError, match="return_rate must be a fraction above 0 and at most 1"):
        plan_sample(population=240, margin_of_error=0.10, return_rate=rate)
