"""How far each auditor's grades stand above or below the moderators'."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.analysis.leniency import auditor_leniency

GRADES = ["inadequate", "requires improvement", "good", "outstanding"]


def pairs_of(steps: dict[str, list[int]]) -> pd.DataFrame:
    """Moderated to good; the audit grade stands so many steps above."""
    rows = [(auditor, GRADES[2 + step], "good") for auditor, each in steps.items() for step in each]
    return pd.DataFrame(rows, columns=["auditor", "audit_grade", "moderated_grade"])


def found_for(steps: dict[str, list[int]], *, blind: bool = True) -> pd.DataFrame:
    found = auditor_leniency(pairs=pairs_of(steps), grades=GRADES, blind=blind, table_id="leniency")
    return found.set_index(["row_key", "measure"])


def test_leniency_by_hand():
    # means 0, 0, 0, 0.75 of 4 each; within = 0.75 / 12 = 0.0625, of a mean 0.015625
    # between = 4/3 * (3 * 0.1875**2 + 0.5625**2) / 4 - 0.015625 = 0.140625 - 0.015625 = 0.125
    # d is drawn (4-3)/(4-1) * 0.015625 / 0.140625 = 1/27 of the way to 0.1875: 0.75 - 0.5625 / 27 = 0.72917
    found = found_for({"a": [0] * 4, "b": [0] * 4, "c": [0] * 4, "d": [0, 1, 1, 1]})["estimate"]
    assert found["d", "leniency"] == 0.75
    assert found["d", "leniency_shrunk"] == pytest.approx(0.72917, abs=5e-6)
    assert found["all", "between_auditors"] == pytest.approx(0.125**0.5)
    assert found["all", "leniency"] == 0.1875


def test_auditors_who_differ_by_luck_only_are_drawn_together():
    steps = {name: [0, 1, -1, 0] for name in "abcdefgh"} | {"i": [1, 0, 0, 0]}
    found = found_for(steps)
    assert found.loc[("all", "between_auditors"), "estimate"] == 0
    assert found.loc[("i", "leniency_shrunk"), "estimate"] < found.loc[("i", "leniency"), "estimate"]
    assert "no difference seen" in found.loc[("i", "leniency_shrunk"), "method"]


def test_an_auditor_with_fewer_audits_is_drawn_further():
    steps = {name: [0, 1, -1, 0] * 3 for name in "abcd"} | {"e": [1, 0] * 8, "f": [1, 0]}
    found = found_for(steps)["estimate"]
    drawn = {name: found[name, "leniency"] - found[name, "leniency_shrunk"] for name in "ef"}
    assert drawn["f"] > drawn["e"] > 0


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ({}, "no moderated audits"),
        ({name: [0, 1] for name in "abc"}, "fewer than 4 auditors"),
        ({name: [0] for name in "abcd"}, "no auditor was moderated twice"),
        ({name: [0, 0] for name in "abcd"}, "no spread within auditors"),
    ],
)
def test_where_shrinkage_cannot_be_told_it_says_why(steps, why):
    found = found_for(steps)
    assert found.loc[("all", "between_auditors"), "mark"] == "x"
    assert found.loc[("all", "between_auditors"), "method"] == why
    if steps:
        assert found.loc[("a", "leniency_shrunk"), "method"] == why
        assert found.loc[("a", "leniency"), "mark"] == ""


def test_four_auditors_are_enough():
    found = found_for({name: [0, 1] for name in "abcd"})
    assert found.loc[("a", "leniency_shrunk"), "mark"] == ""


def test_a_moderator_who_saw_the_grade_gives_a_change_rate():
    found = found_for({name: [0, 1] for name in "abcd"}, blind=False)
    assert found["method"].str.endswith("change rate: the moderator saw the grade").all()


@given(st.lists(st.lists(st.integers(-2, 1), min_size=1, max_size=8), min_size=4, max_size=8))
def test_shrunk_leniency_lies_between_the_auditors_own_and_the_rest(lists):
    found = found_for({str(place): each for place, each in enumerate(lists)})["estimate"]
    own = found.xs("leniency", level="measure").drop("all").to_numpy(np.float64)
    shrunk = found.xs("leniency_shrunk", level="measure")
    if shrunk.notna().all():
        assert own.min() - 1e-9 <= float(shrunk.min())
        assert float(shrunk.max()) <= own.max() + 1e-9


def test_a_grade_off_the_scale_is_refused():
    pairs = pairs_of({"a": [0]}).assign(audit_grade="fine")
    with pytest.raises(ValueError, match="1 pairs have a grade that is not on the scale"):
        auditor_leniency(pairs=pairs, grades=GRADES, blind=True, table_id="t")


def test_a_confidence_out_of_range_is_refused():
    with pytest.raises(ValueError, match="confidence must be a fraction"):
        auditor_leniency(pairs=pairs_of({"a": [0]}), grades=GRADES, blind=True, table_id="t", confidence=1.0)
