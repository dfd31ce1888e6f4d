"""Input that no function takes: missing columns, lists for Series, odd counts, strata and grades."""

import numpy as np
import pandas as pd
import pytest

from qaf_lib import analysis
from qaf_lib.analysis import comparison, trends
from qaf_lib.errors import InputError

GRADES, BAND = ["poor", "fair", "good"], ["good"]
SCALE = {"grades": GRADES, "table_id": "t"}
STRATA = pd.DataFrame({"stratum": ["a", "b"], "population": [30, 20]})
RESPONSES = pd.DataFrame({"stratum": ["a"] * 4 + ["b"] * 2, "grade": ["good", "poor", "fair"] * 2})
SAMPLE = {"responses": RESPONSES, "strata": STRATA}
PAIRS = pd.DataFrame({"before": ["good", "poor"] * 6, "after": ["good"] * 12})
MODERATED = pd.DataFrame({"auditor": ["p", "q"] * 6, "audit_grade": ["good"] * 12, "moderated_grade": "poor"})
BOTH = MODERATED[["audit_grade", "moderated_grade"]]
DRAWN = pd.DataFrame(
    {"case_id": list("pqrstu"), "stratum": RESPONSES["stratum"], "grade": RESPONSES["grade"]}
)
ANSWERS = pd.DataFrame({"case_id": list("pqr"), "question_id": "plan", "answer": ["y", "n", "y"]})
AUDITS = pd.DataFrame(
    {"case_id": ["p", "p"], "audit_id": ["1", "2"], "audit_type": "file", "reaudit_of": None}
)
AUDITS = AUDITS.assign(practice_to=pd.NaT, audited_on=pd.to_datetime(["2026-01-01", "2026-07-01"]))
AUDITS = AUDITS.assign(overall_grade="good")
TEAMS = pd.DataFrame({"team": list("abcdef"), "x": [5, 6, 7, 5, 4, 6], "n": 9})
AGAIN = pd.DataFrame({"team_id": list("abcdef"), "x": 5, "n": 9, "x_again": 4.0, "n_again": 8.0})
POINTS = pd.DataFrame({"period": [f"m{month}" for month in range(12)], "x": 3, "n": 4})
QUESTIONS = {
    "responses": DRAWN[["case_id", "stratum"]],
    "answers": ANSWERS,
    "strata": STRATA,
    "table_id": "t",
}
QUESTIONS |= {"band": ["y"], "scale": ["n", "y"]}
CALLS = {
    "agreement": {"pairs": BOTH, "blind": True, **SCALE},
    "change_table": {"pairs": BOTH, **SCALE},
    "leniency_spread": {"pairs": MODERATED, "blind": True, **SCALE},
    "grade_distribution": {**SAMPLE, **SCALE},
    "simultaneous_distribution": {**SAMPLE, **SCALE},
    "cumulative_shares": {**SAMPLE, **SCALE},
    "median_grade": {**SAMPLE, **SCALE},
    "band_share": {**SAMPLE, "band": BAND, "measure": "m", "table_id": "t"},
    "question_shares": {**QUESTIONS, "measure": "m"},
    "simultaneous_questions": QUESTIONS,
    "response_rates": {**SAMPLE, "table_id": "t"},
    "extreme_shares": {**SAMPLE, "band": BAND, "measure": "m", "table_id": "t"},
    "weighted_band_share": {
        "responses": RESPONSES.assign(team="x"),
        "strata": STRATA,
        "band": BAND,
        "within": "team",
        "table_id": "t",
    },
    "before_after": {"pairs": PAIRS, **SCALE},
    "joint_counts": {"pairs": PAIRS, "grades": GRADES},
    "ordinal_shift": {"pairs": PAIRS, "grades": GRADES},
    "signed_rank": {"pairs": PAIRS, "grades": GRADES},
    "paired_change": {"pairs": PAIRS, "band": BAND, **SCALE},
    "pairs_of": {"audits": AUDITS},
    "overlapping_change": {"responses": PAIRS, "band": BAND, **SCALE},
    "weighted_change": {
        "before": DRAWN,
        "after": DRAWN,
        "strata_before": STRATA,
        "strata_after": STRATA,
        "band": BAND,
        **SCALE,
    },
    "van_elteren": {
        "before": RESPONSES,
        "after": RESPONSES,
        "stratum": "stratum",
        "grades": GRADES,
    },
    "change_beyond_chance": {"chosen": PAIRS, "reference": PAIRS, "band": BAND, **SCALE},
    "team_change_beyond_chance": {"teams": AGAIN, "table_id": "t"},
    "moderated_grades": {
        "audits": BOTH.assign(why="random", stratum="a"),
        "strata": STRATA,
        "band": BAND,
        **SCALE,
    },
    "group_shares": {
        "audits": RESPONSES.rename(columns={"stratum": "group"}).assign(weight=1.0),
        "band": BAND,
        "measure": "m",
        "table_id": "t",
    },
    "funnel": {"teams": TEAMS, "table_id": "t"},
    "partial_pooling": {"teams": TEAMS, "table_id": "t"},
    "p_chart": {"points": POINTS, "table_id": "t"},
}
COLUMNS = [
    (name, table, column)
    for name, arguments in CALLS.items()
    for table, value in arguments.items()
    if isinstance(value, pd.DataFrame)
    for column in value
]
SERIES = {
    "full_count": {"judgements": pd.Series(["good"]), **SCALE},
    "superiority": {"before": pd.Series(["good"]), "after": pd.Series(["poor"]), "grades": GRADES},
    "superiority_test": {"before": pd.Series(["good"]), "after": pd.Series(["poor"]), "grades": GRADES},
    "adjusted_probabilities": {"p": pd.Series([0.1]), "method": "holm", "table_id": "t"},
    "cohort_shares": {"groups": pd.Series(["a"]), "table_id": "t"},
    "run_chart": {"values": pd.Series([1.0]), "table_id": "t"},
    "xmr_chart": {"values": pd.Series([1.0]), "table_id": "t"},
    "process_limits": {"values": pd.Series([1.0])},
}


def called(name: str, arguments: dict[str, object]) -> object:
    home = next(place for place in (analysis, comparison, trends) if hasattr(place, name))
    return getattr(home, name)(**arguments)


@pytest.mark.parametrize("name", [*CALLS, *SERIES])
def test_what_is_whole_is_taken(name):
    called(name, {**CALLS, **SERIES}[name])


@pytest.mark.parametrize(("name", "table", "column"), COLUMNS)
def test_a_missing_column_is_named(name, table, column):
    arguments = dict(CALLS[name])
    arguments[table] = arguments[table].drop(columns=column)
    with pytest.raises(InputError, match=rf"lacks the columns \['{column}'"):
        called(name, arguments)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        (name, key)
        for name, all_ in SERIES.items()
        for key, each in all_.items()
        if isinstance(each, pd.Series)
    ],
)
def test_a_list_for_a_series_is_refused(name, values):
    with pytest.raises(InputError, match=f"{values} must be a Series by label; got a list"):
        called(name, {**SERIES[name], values: SERIES[name][values].tolist()})


COUNTS = ("population", "x", "n", "x_again", "n_again")
ODD = [
    (name, table, column, count)
    for name, table, column in COLUMNS
    for count in (2.5, -1, np.nan)
    # a month without audits is no mistake
    if column in COUNTS and not (name == "p_chart" and np.isnan(count))
]


@pytest.mark.parametrize(("name", "table", "column", "count"), ODD)
def test_a_count_that_is_none_is_refused_alike(name, table, column, count):
    arguments = dict(CALLS[name])
    odd = arguments[table].assign(**{column: arguments[table][column].astype("float64")})
    odd.loc[0, column] = count
    with pytest.raises(InputError, match="must hold whole counts"):
        called(name, {**arguments, table: odd})


@pytest.mark.parametrize("name", [name for name, arguments in CALLS.items() if "strata" in arguments])
def test_a_stratum_named_twice_is_refused_by_all(name):
    twice = pd.concat([STRATA, STRATA], ignore_index=True)
    with pytest.raises(InputError, match="strata must have one row per stratum"):
        called(name, {**CALLS[name], "strata": twice})


@pytest.mark.parametrize("name", [name for name, arguments in CALLS.items() if "grades" in arguments])
def test_a_grade_that_stands_twice_on_the_scale_is_refused_by_all(name):
    with pytest.raises(InputError, match="each once"):
        called(name, {**CALLS[name], "grades": [*GRADES, "good"]})


@pytest.mark.parametrize("x", [1.5, -1, np.nan])
@pytest.mark.parametrize("function", [analysis.share_interval, analysis.miettinen_nurminen])
def test_a_share_of_what_is_no_count_is_refused(function, x):
    arguments = (
        {"x": x, "n": 4} if function is analysis.share_interval else {"x1": x, "n1": 4, "x2": 1, "n2": 4}
    )
    with pytest.raises(InputError, match="x must be a count from 0 to n"):
        function(**arguments)
