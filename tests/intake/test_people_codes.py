"""Gender, ethnicity, disability and age as councils' systems write them."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.intake.annex_a_lists import annex_a_standard
from qaf_lib.intake.people_codes import (
    AGE_BANDS,
    NOT_UNDERSTOOD,
    age_band,
    disability,
    ethnicity_group,
    gender,
)

READERS = (gender, ethnicity_group, disability, age_band)


def one(reader, word):
    """What a reader makes of one cell; None for a blank."""
    found = reader(pd.Series([word], dtype="string"))
    return None if found.isna().iloc[0] else found.iloc[0]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("Male", ["a) Male", "Male", "M", "m", "1", "1.0", "1 - Male", "M: Male", "Male\u00a0", "Boy"]),
        ("Female", ["b) Female", "B) FEMALE", "(b) Female", "Female", "F", "2", "2 - Female", "girl"]),
        (
            "Neither",
            ["d) Neither", "Indeterminate", "9", "9 - Not specified", "I", "X", "Non-binary", "Other"],
        ),
        (
            "Not stated",
            ["c) Not stated/recorded", "0", "0 - Not known", "U", "Unknown", "Not stated", "Refused"],
        ),
        (NOT_UNDERSTOOD, ["see notes", "3", "12", "M: Female", "Male or female", "a)", "mal"]),
        (None, ["", " ", "-", "N/A", "NULL", "#N/A"]),
    ],
)
def test_gender_is_read_from_codes_letters_and_words(kind, words):
    assert {word: one(gender, word) for word in words} == dict.fromkeys(words, kind)


@pytest.mark.parametrize(
    ("group", "words"),
    [
        (
            "White",
            [
                *(
                    "a) WBRI",
                    "WBRI",
                    "wbri",
                    "A1",
                    "White",
                    "White British",
                    "White - British",
                    "British",
                    "Irish",
                ),
                *(
                    "English/Welsh/Scottish/Northern Irish/British",
                    "White: Gypsy or Irish Traveller",
                    "Gypsy/Roma",
                ),
                *(
                    "Traveller of Irish heritage",
                    "Any other White background",
                    "WBRI - White British",
                    "WEEU",
                ),
            ],
        ),
        (
            "Mixed",
            [
                *("f) MWBC", "B4", "Mixed", "White and Black Caribbean", "White & Asian", "Dual heritage"),
                *("Mixed or Multiple ethnic groups", "Mixed - White and Asian", "Any other mixed background"),
            ],
        ),
        (
            "Asian",
            [
                *(
                    "AIND",
                    "Asian",
                    "Indian",
                    "Asian, Asian British or Asian Welsh",
                    "Any other Asian background",
                ),
                *("Asian or Asian British - Pakistani", "British Bangladeshi", "ASLT"),
            ],
        ),
        (
            "Black",
            [
                *(
                    "n) BCRB",
                    "BOTH",
                    "Black Caribbean",
                    "African",
                    "Any other Black background",
                    "Black British",
                ),
                "Black, Black British, Black Welsh, Caribbean or African",
            ],
        ),
        ("Chinese", ["q) CHNE", "Chinese", "Asian - Chinese", "Chinese or other ethnic group - Chinese"]),
        ("Other", ["r) OOTH", "Other", "Arab", "Any other ethnic group", "Other ethnic group: Arab"]),
        ("Other", ["Chinese or other ethnic group", "OARA"]),
        ("Refused", ["s) REFU", "Refused", "Prefer not to say", "E3"]),
        (
            "Unknown",
            ["s) NOBT", "t) NOBT", "u) UNKNOWN", "Not stated", "NOBT - Information not yet obtained"],
        ),
        (
            NOT_UNDERSTOOD,
            ["mother is white", "Both parents Indian", "WXYZ", "WBRIX", "ask again", "F1", "a)"],
        ),
        (None, ["", "-", "n/a", "#N/A"]),
    ],
)
def test_ethnicity_is_read_from_codes_and_words(group, words):
    assert {word: one(ethnicity_group, word) for word in words} == dict.fromkeys(words, group)


def test_every_code_of_annex_a_leads_to_its_group():
    codes = pd.DataFrame(annex_a_standard()["code_sets"]["ethnicity"])
    for written in (codes["value"], codes["code"]):
        assert ethnicity_group(written).tolist() == codes["group"].tolist()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            "true",
            [
                "a) Yes",
                "Yes",
                "Y",
                "true",
                "TRUE",
                "1",
                "1.0",
                "MOB",
                "HAND",
                "MOB, LD",
                "AUT;BEH",
                "LD - Learning",
            ],
        ),
        ("true", ["Autism/Asperger", "Learning disability", "Yes - learning disability", "Disabled"]),
        ("false", ["b) No", "No", "N", "false", "0", "NONE", "None", "No disability"]),
        (None, ["c) Unknown", "Unknown", "Not stated", "", "-", "NULL"]),
        (NOT_UNDERSTOOD, ["maybe", "2", "NONE, MOB", "see file", "Yes, but see file"]),
    ],
)
def test_disability_is_read_from_answers_and_impairments(answer, words):
    assert {word: one(disability, word) for word in words} == dict.fromkeys(words, answer)


@pytest.mark.parametrize(
    ("band", "words"),
    [
        ("0-4", ["0-4", "0 to 4", "Under 5", "0", "4", "4.99", "4 years", "4 yrs 11 months", "unborn", "-1"]),
        ("0-4", ["5m", "8 months", "18 months", "59 months", "3 weeks", "10 days", "0-4 years"]),
        ("5-9", ["5", "5.0", "9", "9 years", "5 \u2013 9", "5 to 9", "60 months", "Aged 9", "9y 11m"]),
        ("10-15", ["10", "10 years", "10 yrs 3 months", "15", "15 years old", "10/15"]),
        ("16-17", ["16", "17.9", "16-17", "16 - 17"]),
        ("18+", ["18", "25", "120", "18+", "18 plus", "18 and over", "18 years and over"]),
        (NOT_UNDERSTOOD, ["121", "old", "9-5", "ten", "2015-07-01", "10 years ago", "5-Sep"]),
        (None, ["", "-", "Unknown", "Not known", "N/A"]),
    ],
)
def test_ages_and_bands_lead_to_the_kit_s_bands(band, words):
    assert {word: one(age_band, word) for word in words} == dict.fromkeys(words, band)


@pytest.mark.parametrize("word", ["18-64", "65+", "65 and over", "Under 1", "11-15", "85+", "over 65"])
def test_bands_of_another_scheme_stay_as_they_are(word):
    assert one(age_band, word) == word


@given(
    age=st.integers(0, 120), written=st.sampled_from(["{}", "{}.0", "{} years", "{} yrs", "aged {}", "{}y"])
)
def test_an_age_is_in_one_band_however_it_is_written(age, written):
    wanted = next((band for oldest, band in AGE_BANDS.items() if age <= oldest), "18+")
    assert one(age_band, written.format(age)) == wanted


@pytest.mark.parametrize("reader", READERS)
@given(words=st.lists(st.one_of(st.none(), st.text(max_size=12)), max_size=6))
def test_no_text_breaks_a_reader_and_none_vanishes(reader, words):
    given_words = pd.Series(words, dtype="string", index=range(3, 3 + len(words)))
    found = reader(given_words)
    assert found.index.equals(given_words.index)
    assert found.dtype == "string"
    again = reader(found)
    pd.testing.assert_series_equal(again, found)


@pytest.mark.parametrize("reader", READERS)
def test_rows_that_share_a_number_are_read_each(reader):
    found = reader(pd.Series(["?!", None, "?!"], index=[2, 2, 3], dtype="string"))
    assert found.fillna("").tolist() == [NOT_UNDERSTOOD, "", NOT_UNDERSTOOD]


@pytest.mark.parametrize(
    ("reader", "kinds"),
    [
        (gender, ["Male", "Female", "Neither", "Not stated"]),
        (ethnicity_group, ["White", "Mixed", "Asian", "Black", "Chinese", "Other", "Refused", "Unknown"]),
        (disability, ["true", "false"]),
        (age_band, [*AGE_BANDS.values(), "18+"]),
    ],
)
def test_the_kit_s_own_words_stay(reader, kinds):
    assert reader(pd.Series(kinds)).tolist() == kinds
