"""Moderated grades for all audits, from the share of them that was moderated."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.analysis import moderated_grades, share_interval
from qaf_lib.analysis.stratified import stratified_share

GRADES = ["inadequate", "requires improvement", "good", "outstanding"]
BAND = ["good", "outstanding"]
TEN = [str(grade) for grade in range(1, 11)]


def audits_of(*parts: tuple[str, str | None, str | None, int]) -> pd.DataFrame:
    """Rows of (audit grade, moderated grade, why), so many of each."""
    rows = [(grade, after, why) for grade, after, why, count in parts for _ in range(count)]
    return pd.DataFrame(rows, columns=["audit_grade", "moderated_grade", "why"], dtype="object")


def found_for(audits: pd.DataFrame, grades=GRADES, band=BAND, **others) -> pd.DataFrame:
    found = moderated_grades(audits=audits, grades=grades, band=band, table_id="moderated", **others)
    return found.set_index(["row_key", "measure"])


LENIENT = [
    ("good", "good", "random", 12),
    ("good", "requires improvement", "random", 8),
    ("good", None, None, 40),
    ("requires improvement", "requires improvement", "random", 9),
    ("requires improvement", "inadequate", "random", 1),
    ("requires improvement", None, None, 10),
    ("inadequate", "inadequate", "trigger", 18),
    ("inadequate", "requires improvement", "trigger", 2),
]


def test_each_audit_grade_counts_with_its_own_moderated_grades():
    # 60 good: 12 of 20 stay; 20 requires improvement: none rises; 20 inadequate, all moderated: 2 rise
    # good 0.6 * 12/20 = 0.36; requires improvement 0.6 * 8/20 + 0.2 * 9/10 + 2/100 = 0.44;
    # inadequate 0.2 * 1/10 + 18/100 = 0.20
    found = found_for(audits_of(*LENIENT))["estimate"]
    assert found["good", "moderated"] == pytest.approx(0.36)
    assert found["requires improvement", "moderated"] == pytest.approx(0.44)
    assert found["inadequate", "moderated"] == pytest.approx(0.20)
    assert found["outstanding", "moderated"] == 0
    assert found["band", "audited"] == 0.6
    assert found["band", "moderated"] == pytest.approx(0.36)


def test_the_interval_is_wider_than_that_of_grades_known_for_all():
    row = found_for(audits_of(*LENIENT)).loc[("band", "moderated")]
    known = share_interval(x=36, n=100)
    assert row["low"] < known.low < known.high < row["high"]


def test_with_every_audit_moderated_it_is_the_plain_share():
    # Cochran (1977) section 12.2: without a second phase the variance is that of a simple sample
    audits = audits_of(("good", "good", "random", 30), ("good", "requires improvement", "random", 30))
    row = found_for(audits).loc[("band", "moderated")]
    known = share_interval(x=30, n=60)
    assert [row["estimate"], row["low"], row["high"]] == pytest.approx([0.5, known.low, known.high])


def test_a_census_that_was_all_moderated_has_no_interval_to_speak_of():
    audits = audits_of(("good", "good", "random", 3), ("good", "requires improvement", "random", 1))
    strata = pd.DataFrame({"stratum": ["all"], "population": [4]})
    row = found_for(audits.assign(stratum="all"), strata=strata).loc[("band", "moderated")]
    assert row["low"] == row["estimate"] == row["high"] == 0.75
    assert row["speaks_of"] == "these_cases"


def test_disputed_audits_stand_for_themselves_only():
    # 2 disputed go down; the other 8 have 4 moderated at random, all stay: 8/10, not 4/6
    audits = audits_of(
        ("good", "inadequate", "dispute", 2), ("good", "good", "random", 4), ("good", None, None, 4)
    )
    assert found_for(audits)["estimate"]["band", "moderated"] == pytest.approx(0.8)


DURHAM = [
    ("5", "5", "trigger", 10),
    ("6", None, None, 30),
    ("8", None, None, 50),
    ("10", "9", "trigger", 10),
]


def test_grades_of_which_no_random_share_is_moderated_make_it_not_estimable():
    # band 7 to 10: 10 of 100 are known to stay in it; 80 are not known
    found = found_for(audits_of(*DURHAM), TEN, ["7", "8", "9", "10"])
    row = found.loc[("band", "moderated")]
    assert row["mark"] == "x"
    assert row["method"] == "not estimable: no random share of the drawn audits graded 6, 8 was moderated"
    assert found.loc[("band", "least"), "estimate"] == pytest.approx(0.1)
    assert found.loc[("band", "most"), "estimate"] == pytest.approx(0.9)
    assert found.loc[("band", "least"), "low"] < 0.1 < 0.9 < found.loc[("band", "most"), "high"]


def test_the_random_share_that_would_make_it_estimable():
    # worst case of the first phase 0.5 * 0.5 / 100 = 0.0025; allowed (0.10 / 1.96)^2 = 0.002603
    # spare 0.000103; a share f of the 80 adds
    # (0.3^2 / 30 + 0.5^2 / 50) * 0.25 * (1/f - 1) = 0.002 * (1/f - 1)
    # f = 0.002 / (0.000103 + 0.002) = 0.951; 0.951 * 30 = 28.5, 0.951 * 50 = 47.6
    found = found_for(audits_of(*DURHAM), TEN, ["7", "8", "9", "10"])
    rows = found.xs("random_needed", level="measure")
    assert rows["x"].to_dict() == {"6": 29, "8": 48}
    assert rows["n"].to_dict() == {"6": 30, "8": 50}
    assert rows["method"].unique().tolist() == ["random share for a margin of 10 points"]


def test_a_wider_margin_needs_fewer_and_a_hopeless_one_all():
    audits = audits_of(*DURHAM)
    wide = found_for(audits, TEN, ["7", "8", "9", "10"], margin=0.15).xs("random_needed", level="measure")
    # allowed (0.15 / 1.96)^2 = 0.005857; f = 0.002 / (0.003357 + 0.002) = 0.373: 11.2 and 18.7
    assert wide["x"].to_dict() == {"6": 12, "8": 19}
    none = found_for(audits, TEN, ["7", "8", "9", "10"], margin=0.05).xs("random_needed", level="measure")
    assert none["x"].to_dict() == {"6": 30, "8": 50}
    assert none["method"].unique().tolist() == ["all: 5 points cannot be reached"]


def test_what_is_estimable_needs_no_more():
    assert "random_needed" not in found_for(audits_of(*LENIENT)).index.get_level_values("measure")


def test_no_graded_audits_are_marked_not_available():
    found = found_for(audits_of((None, None, None, 3)))
    assert found["mark"].unique().tolist() == ["x"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(GRADES), st.sampled_from([*GRADES, None]), st.sampled_from(["random", "trigger"])
        ),
        min_size=1,
        max_size=60,
    )
)
def test_shares_add_up_and_lie_in_their_limits(rows):
    audits = pd.DataFrame(rows, columns=["audit_grade", "moderated_grade", "why"])
    found = found_for(audits)
    moderated = found.xs("moderated", level="measure")
    if moderated["estimate"].notna().all():
        assert moderated["estimate"].drop("band").sum() == pytest.approx(1)
    else:
        least, most = (found.xs(measure, level="measure")["estimate"] for measure in ("least", "most"))
        assert (least <= most + 1e-12).all()
    shown = found[found["low"].notna()]
    assert (shown["low"] <= shown["estimate"] + 1e-9).all()
    assert (shown["estimate"] <= shown["high"] + 1e-9).all()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"band": []}, "band must name grades of the scale"),
        ({"margin": 10}, "margin must be a fraction"),
        ({"grades": ["good", "outstanding"]}, "78 grades are not on the scale"),
    ],
)
def test_bad_arguments_are_refused(change, words):
    with pytest.raises(ValueError, match=words):
        found_for(audits_of(*LENIENT), **change)


STRATA = pd.DataFrame({"stratum": ["care", "need"], "population": [300, 100]})


def stratified(*parts: tuple[str, str, str | None, float | None, int]) -> pd.DataFrame:
    """Rows of (stratum, audit grade, moderated grade, chance of moderation), so many of each."""
    rows = [(*part[:4], "random") for part in parts for _ in range(part[4])]
    columns = ["stratum", "audit_grade", "moderated_grade", "probability", "why"]
    return pd.DataFrame(rows, columns=columns)


UNEVEN = [
    ("care", "good", "good", 0.5, 4),
    ("care", "good", "requires improvement", 0.5, 1),
    ("care", "good", None, None, 5),
    ("need", "good", "requires improvement", 1.0, 8),
    ("need", "good", "good", 1.0, 2),
]


def test_audits_count_with_the_cases_they_stand_for():
    # care: 300 cases, 10 audits, weight 30; need: 100 cases, 10 audits, weight 10
    # moderated at a half and in full: care 30 / 0.5 = 60 each, need 10 / 1 = 10 each
    # good: (4 * 60 + 2 * 10) / (5 * 60 + 10 * 10) = 260 / 400 = 0.65, as 0.75 * 4/5 + 0.25 * 2/10
    found = found_for(stratified(*UNEVEN), strata=STRATA)
    assert found.loc[("band", "moderated"), "estimate"] == pytest.approx(0.65)
    assert found.loc[("band", "moderated"), "population"] == 400
    assert found.loc[("band", "moderated"), "method"] == "double sampling; weighted by stratum"


def test_without_the_chance_of_moderation_audits_of_a_grade_are_taken_to_be_moderated_alike():
    # (4 * 30 + 2 * 10) / (5 * 30 + 10 * 10) = 140 / 250
    found = found_for(stratified(*UNEVEN).drop(columns="probability"), strata=STRATA)
    assert found.loc[("band", "moderated"), "estimate"] == pytest.approx(0.56)


def test_the_audited_share_is_the_stratified_one():
    audits = stratified(("care", "good", None, None, 5), ("care", "inadequate", None, None, 5))
    audits = pd.concat([audits, stratified(("need", "good", None, None, 10))])
    table = STRATA.assign(n=[10, 10], x=[5, 10])
    known = stratified_share(table=table)
    row = found_for(audits, strata=STRATA).loc[("band", "audited")]
    assert [row["estimate"], row["low"], row["high"]] == pytest.approx([0.625, known.low, known.high])


def test_one_stratum_is_a_plain_sample():
    audits = audits_of(*LENIENT)
    one = found_for(
        audits.assign(stratum="all"), strata=pd.DataFrame({"stratum": ["all"], "population": [10**9]})
    )
    plain = found_for(audits)
    ends = ["estimate", "low", "high"]
    pd.testing.assert_frame_equal(one[ends], plain[ends], rtol=1e-6)


def test_a_stratum_without_audits_is_left_out_and_named():
    strata = pd.concat([STRATA, pd.DataFrame({"stratum": ["leaving care"], "population": [50]})])
    row = found_for(stratified(*UNEVEN), strata=strata).loc[("band", "moderated")]
    assert row["method"].endswith("no audit from leaving care, left out")
    assert row["population"] == 400


def test_a_census_of_every_stratum_all_moderated_is_certain():
    audits = stratified(("care", "good", "good", 1.0, 3), ("need", "good", "inadequate", 1.0, 1))
    strata = pd.DataFrame({"stratum": ["care", "need"], "population": [3, 1]})
    row = found_for(audits, strata=strata).loc[("band", "moderated")]
    assert row["low"] == row["estimate"] == row["high"] == 0.75


def test_the_weighted_estimate_is_right_and_its_interval_holds():
    # a population whose truth is known; strata drawn and moderated at very different rates
    rng = np.random.default_rng(20)
    stratum = np.repeat(["care", "need"], [300, 100])
    truth = np.where(rng.random(400) < np.where(stratum == "care", 0.7, 0.2), "good", "requires improvement")
    lenient = rng.random(400) < np.where(stratum == "care", 0.1, 0.6)
    audited = np.where((truth == "good") | lenient, "good", "requires improvement")
    share, found = (truth == "good").mean(), []
    for _ in range(150):
        drawn = np.concatenate(
            [rng.choice(np.flatnonzero(stratum == s), 30, replace=False) for s in STRATA.stratum]
        )
        chance = np.where(stratum[drawn] == "care", 0.3, 0.8)
        moderated = rng.random(60) < chance
        audits = pd.DataFrame(
            {"stratum": stratum[drawn], "audit_grade": audited[drawn], "probability": chance}
        )
        audits = audits.assign(moderated_grade=np.where(moderated, truth[drawn], None), why="random")
        found.append(found_for(audits, strata=STRATA).loc[("band", "moderated")])
    kept = pd.DataFrame(found).query("mark == ''")
    assert len(kept) > 140
    assert kept["estimate"].mean() == pytest.approx(share, abs=0.025)
    assert ((kept["low"] <= share) & (share <= kept["high"])).mean() >= 0.92


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"strata": pd.concat([STRATA, STRATA])}, "one row per stratum"),
        ({"strata": STRATA.assign(stratum=["care", "other"])}, "a stratum that strata names"),
        ({"strata": STRATA.assign(population=[300, 9])}, "more responses than its population"),
    ],
)
def test_strata_that_do_not_fit_are_refused(change, words):
    with pytest.raises(ValueError, match=words):
        found_for(stratified(*UNEVEN), **{"strata": STRATA, **change})


@pytest.mark.parametrize("probability", [0, -0.1, 1.5])
def test_a_chance_of_being_moderated_that_cannot_be_is_refused(probability):
    audits = pd.DataFrame({"audit_grade": ["good"] * 4, "moderated_grade": ["good", "poor", None, None]})
    audits["why"], audits["probability"] = "random", probability
    with pytest.raises(ValueError, match="must be a fraction above 0 and at most 1"):
        moderated_grades(audits=audits, grades=["poor", "good"], band=["good"], table_id="t")


def test_where_every_audit_was_moderated_the_interval_is_that_of_the_moderated_share():
    audits = pd.DataFrame(
        {"audit_grade": ["good"] * 6 + ["poor"] * 4, "moderated_grade": ["good"] * 5 + ["poor"] * 5}
    )
    found = moderated_grades(
        audits=audits.assign(why="random", stratum="all"),
        grades=["poor", "good"],
        band=["good"],
        table_id="t",
        strata=pd.DataFrame({"stratum": ["all"], "population": [40]}),
    )
    band = found[(found["row_key"] == "band") & (found["measure"] == "moderated")].iloc[0]
    plain = share_interval(x=5, n=10, population=40)
    assert (band["low"], band["high"]) == pytest.approx((plain.low, plain.high))


def test_strata_with_numbers_for_names_are_the_same_strata():
    audits = pd.DataFrame({"audit_grade": ["good"] * 6, "moderated_grade": ["good", "poor", None] * 2})
    audits["stratum"], audits["why"] = ["1", "2"] * 3, "random"
    strata = pd.DataFrame({"stratum": ["1", "2", "3"], "population": [30, 20, 10]})
    asked = {"grades": ["poor", "good"], "band": ["good"], "table_id": "t"}
    text = moderated_grades(audits=audits, strata=strata, **asked)
    numbers = moderated_grades(
        audits=audits.astype({"stratum": int}), strata=strata.astype({"stratum": int}), **asked
    )
    pd.testing.assert_frame_equal(text, numbers)
