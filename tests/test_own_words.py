"""References that are words of the kit, and those too short to be told from a count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.disclosure import scan_folder, split_references

DRAW = "2026-27 Q2 peer_audit 1"
OWN = ["Team manager", "Peer audit", "North team", "Head of Quality", "Help", "will read the page", DRAW]


def split(*references, own=OWN):
    return split_references(references=references, own_words=own)


@pytest.mark.parametrize(
    "reference",
    [
        "Team Manager",
        "team_manager",
        "HEAD OF QUALITY",
        "North  Team",
        "Help",
        "Manager",
        "Quality",
        "Unknown",
    ],
)
def test_a_role_a_team_a_label_or_a_word_of_one_is_the_kits_own(reference):
    assert split(reference).kits_own_words == (reference,)


@pytest.mark.parametrize(
    "reference", ["Audit 1", "audit_30", "AUDIT-9999", "Peer audit 12", "Team 7", "Page/2"]
)
def test_words_that_end_a_phrase_and_a_count_are_the_kits_own(reference):
    assert split(reference).kits_own_words == (reference,)


@pytest.mark.parametrize(
    "reference",
    [
        *("Audit 10000", "Audit 01", "Audit A1", "Peer 12", "FV-12345", "12345", "LAC/2025/0012"),
        *("Ada Invented", "Ada Manager", "Manager Team", "Will Read", "Head of", "Northteam"),
    ],
)
def test_what_equals_no_word_of_the_kit_is_searched(reference):
    found = split(reference)
    assert (found.searched, found.kits_own_words) == ((reference,), ())


@pytest.mark.parametrize(
    ("reference", "short"), [("1234", True), ("AB-12", True), ("---", True), ("12345", False)]
)
def test_fewer_than_five_letters_and_digits_are_named_as_not_searched(reference, short):
    assert split(reference).too_short == ((reference,) if short else ())


def test_a_reference_given_twice_is_told_once():
    found = split("12345", "12345", "Audit 1", "Audit 1", "A1", "A1")
    assert (found.searched, found.kits_own_words, found.too_short) == (("12345",), ("Audit 1",), ("A1",))


@pytest.mark.parametrize("reference", ["Jo Li", "Li, Jo", "Zoë Li", "A Li", "Cy Ng Wu"])
def test_a_short_full_name_is_searched(reference):
    assert split(reference).searched == (reference,)


@pytest.mark.parametrize("reference", ["Li", "J L", "J. L.", "Jo 1", "A-1"])
def test_one_short_name_initials_and_short_codes_are_not_searched(reference):
    assert split(reference).too_short == (reference,)


@pytest.mark.parametrize("reference", ["Duty", "Social Worker", "AWAITING ALLOCATION", "Team manager"])
def test_what_systems_write_for_nobody_is_no_name(reference):
    assert split(reference, own=[]).kits_own_words == (reference,)


def test_without_words_of_the_kit_only_words_for_nobody_are_left_out():
    found = split("Practice Lead", "Not recorded", own=[])
    assert (found.searched, found.kits_own_words) == (("Practice Lead",), ("Not recorded",))


def leaks(tmp_path, text, reference, own=OWN):
    (tmp_path / "page.html").write_text(text, encoding="utf-8")
    return [leak.place for leak in scan_folder(folder=tmp_path, references=[reference], own_words=own)]


@pytest.mark.parametrize(
    "text", [DRAW, f"The draw {DRAW}; 30 of 120 drawn", "Peer audit 1 of 12", "2026-27 q2 peer-audit 1"]
)
def test_an_audit_number_does_not_block_whatever_words_stand_before_it(tmp_path, text):
    assert leaks(tmp_path, f"<p>{text}</p>", "Audit 1") == []


def test_a_name_within_a_phrase_of_the_kit_is_no_leak_there_and_one_elsewhere(tmp_path):
    text = "<p>Leaders will read the page.</p>\n<p>Seen by Will Read.</p>"
    assert leaks(tmp_path, text, "Will Read") == ["page.html, line 2"]


def test_a_person_stays_searched_beside_a_team_of_the_same_first_words(tmp_path):
    own = ["Ada Invented team"]
    assert leaks(tmp_path, "<p>Ada Invented team</p>", "Ada Invented", own) == []
    assert leaks(tmp_path, "<p>Ada Invented</p>", "Ada Invented", own) == ["page.html, line 1"]


@given(st.lists(st.text("ab1 -_", max_size=9)), st.lists(st.text("ab1 -_", max_size=9)))
def test_every_reference_is_searched_or_named_once(references, own):
    found = split(*references, own=own)
    told = [*found.searched, *found.kits_own_words, *found.too_short]
    assert sorted(told) == sorted(set(references))


@given(st.lists(st.text("ab1 ", min_size=1, max_size=9)))
def test_words_for_nobody_and_own_words_whatever_they_are_never_block(own):
    assert split(*own, "Unknown", own=own).searched == ()
