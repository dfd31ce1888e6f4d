"""What a parameter file may ask of a draw."""

import pytest
from pydantic import ValidationError

from qaf_lib.draw_plans import SIZES, DrawPlan
from qaf_lib.errors import InputError

ONE_OF = f"Write one of: {', '.join(SIZES)}"
AGAIN = {"audit_type": "case_file", "within_months": 3}


def plan(**asked):
    return DrawPlan(**{"audit_type": "case_file"} | asked)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({}, f"must give exactly one size; got none. {ONE_OF}"),
        ({"cases": 4, "discover": 0.05}, f"must give exactly one size; got cases and discover. {ONE_OF}"),
        ({"cases": 0}, "must be a whole number of cases, at least 1; got 0"),
        ({"cases": 2.5}, "must be a whole number of cases, at least 1; got 2.5"),
        ({"cases": True}, "must be a whole number of cases, at least 1; got True"),
        ({"discover": 5}, "must be a fraction between 0 and 1; got 5. For 5 points write 0.05"),
        ({"improvement": 20}, "For 20 points write 0.20"),
        ({"every_case": False}, "must be true, or be left out; got False"),
        ({"cases_per_stratum": 2, "strata": []}, "cases_per_stratum needs strata"),
        ({"share_per_stratum": 0.01, "strata": []}, "share_per_stratum needs strata"),
        ({"cases": 4, "cases_in": {"T1": 1}}, "cases_in goes with cases_per_stratum"),
        ({"every_case": True, "every": "month"}, "Leave every: month out"),
        ({"every_case": True, "return_rate": 0.8}, "return_rate does not go with every_case. Leave it out"),
        (
            {"improvement": 0.4, "expected_share": 0.7},
            "are more than 1 together. Write a smaller improvement",
        ),
        (
            {"cases": 4, "spread_over": "worker_id", "reserves_per_stratum": 1},
            "spread_over goes with no reserves",
        ),
        (
            {"cases_per_stratum": 1, "strata": ["worker_id"], "spread_over": "worker_id"},
            "strata of other columns",
        ),
        (
            {"cases": 4, "from_audited": AGAIN, "from_plans": {"kind": "cp", "within_months": 12}},
            "draws from_audited or from_plans, not from both",
        ),
        ({"cases": 4, "every": "week"}, "Input should be 'month'"),
        ({"cases": 4, "name": "Deep dive"}, "String should match pattern"),
    ],
)
def test_what_does_not_fit_together_is_refused_with_what_to_write(asked, words):
    with pytest.raises(ValidationError) as refused:
        plan(**asked)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    "asked", [{"improvement": 0.3, "expected_share": 0.7}, {"cases": 1}, {"every_case": True}]
)
def test_the_other_side_of_each_boundary_is_taken(asked):
    assert plan(**asked).size in asked


def test_a_number_of_cases_a_search_and_a_second_look_are_of_one_list_unless_strata_are_named():
    assert plan(cases=4).spread == plan(discover=0.05).spread == []
    assert plan(share_of_cases=0.1, from_audited=AGAIN).spread == []
    assert plan(share_of_cases=0.1, from_plans={"kind": "cp", "within_months": 12}).spread == []
    assert plan(margin_of_error=0.1).spread == plan(every_case=True).spread == ["service"]
    assert plan(cases=4, strata=["team_id"]).spread == ["team_id"]


def test_a_draw_is_recorded_for_its_purpose_and_name():
    assert plan(cases=4).purpose == "estimate"
    assert plan(cases=4, name="court").purpose == "estimate: court"
    assert plan(cases=4, from_audited=AGAIN, name="inadequate").purpose == "second look: inadequate"
    assert plan(cases=4, from_plans={"kind": "cp", "within_months": 12}).purpose == "estimate of cp plans"


@pytest.mark.parametrize(
    ("new", "message"),
    [
        (
            "cases: 4\n  - {audit_type: case_file, cases: 2}",
            "draws names an audit type twice. Give draws[1] of case_file a name of its own.",
        ),
        (
            "cases: 4\n    name: a\n  - {audit_type: case_file, cases: 2, name: a}",
            "Give draws[1] of case_file a name of its own.",
        ),
        (
            "cases: 4\n    from_audited: {audit_type: peer, within_months: 3}",
            "draws[0].from_audited.audit_type 'peer' is not in framework tiny. Name one of: case_file, dip.",
        ),
        (
            "cases: 4\n    from_audited: {audit_type: dip, grades: [poor], within_months: 3}",
            "draws[0].from_audited.grades 'poor' is not in framework tiny. Name one of: inadequate,",
        ),
        ("cases: many", "draws[0].cases must be a whole number of cases, at least 1; got many."),
        (
            "cases: 4\n    cases_per_stratum: 2",
            "draws[0] must give exactly one size; got cases and cases_per",
        ),
    ],
)
def test_a_parameter_file_is_refused_with_the_place_and_the_rule(project, new, message):
    with pytest.raises(InputError) as refused:
        project.parameters("margin_of_error: 0.25\n    strata: [service]", new)
    assert message in str(refused.value)
    assert project.nothing_written


def test_several_draws_of_a_type_have_names_and_there_may_be_none(project):
    project.change(
        "parameters/tiny.yml", "draws:\n", "draws:\n  - {audit_type: case_file, cases: 2, name: court}\n"
    )
    assert [one.name for one in project.parameters().draws] == ["court", None]
    text = project.file.read_text(encoding="utf-8")
    project.file.write_text(text[: text.index("draws:")] + "draws: []\n", encoding="utf-8")
    assert project.parameters().draws == []
