"""Small numbers suppressed, and the scan for identifiers."""

from base64 import b64encode
from unicodedata import normalize

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.analysis.results import results_table
from qaf_lib.disclosure import Needles, scan_folder, suppress


def table(counts, *, n=100, measure="share", population=None):
    rows = counts.items() if isinstance(counts, dict) else enumerate(counts)
    return results_table(
        {
            "table_id": "t",
            "row_key": str(key),
            "measure": measure,
            "x": x,
            "n": n,
            "population": population,
            "estimate": x / n,
        }
        for key, x in rows
    )


def marks(frame):
    return suppress({"t": frame})["t"]["mark"].tolist()


@pytest.mark.parametrize(
    ("x", "mark"), [(0, ""), (1, "c"), (5, "c"), (6, ""), (94, ""), (95, "c"), (99, "c"), (100, "")]
)
def test_counts_of_one_to_five_and_their_complements_are_hidden(x, mark):
    # n = 100: 95 of 100 leaves 5 others, 94 leaves 6, 100 leaves none
    assert marks(table([x])) == [mark]


def test_a_hidden_cell_loses_its_count_its_share_and_its_interval():
    frame = table([3, 40, 57]).assign(low=0.1, high=0.2)
    shown = suppress({"t": frame})["t"]
    assert shown.loc[0, ["x", "estimate", "low", "high"]].isna().all()
    assert shown.loc[0, "n"] == 100


def test_a_small_whole_is_hidden_too():
    shown = suppress({"t": table([0], n=4)})["t"]
    assert shown.loc[0, ["x", "n"]].isna().all()


def test_the_smallest_other_cell_is_hidden_so_that_the_total_gives_nothing_away():
    assert marks(table({"a": 3, "b": 0, "c": 40, "d": 57})) == ["c", "", "c", ""]


def test_two_hidden_cells_need_no_third():
    assert marks(table({"a": 3, "b": 4, "c": 40, "d": 53})) == ["c", "c", "", ""]


def test_a_cross_table_hides_a_rectangle_by_rows_and_by_columns():
    counts = {("a", "x"): 3, ("a", "y"): 40, ("b", "x"): 20, ("b", "y"): 30, ("c", "x"): 50, ("c", "y"): 60}
    frame = results_table(
        {"table_id": "t", "row_key": row, "measure": column, "x": x, "n": 203}
        for (row, column), x in counts.items()
    )
    hidden = frame[[mark == "c" for mark in marks(frame)]]
    assert set(zip(hidden["row_key"], hidden["measure"], strict=True)) == {
        ("a", "x"),
        ("a", "y"),
        ("b", "x"),
        ("b", "y"),
    }


def test_a_table_without_small_numbers_is_as_it_was_and_the_given_one_never_changes():
    sound, small = table([40, 60]), table([3, 97])
    pd.testing.assert_frame_equal(suppress({"t": sound})["t"], sound)
    suppress({"t": small})
    assert small["x"].tolist() == [3, 97]


@given(st.lists(st.integers(0, 60), min_size=2, max_size=8).filter(lambda xs: sum(xs) > 10))
def test_no_small_count_is_shown_and_no_single_cell_is_hidden_alone(xs):
    shown = suppress({"t": table(xs, n=sum(xs))})["t"]
    counts = shown["x"].dropna()
    assert not counts.between(1, 5).any()
    assert (shown["mark"] == "c").sum() != 1 or (counts > 0).sum() == 0


def write(tmp_path, name, text):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def places(tmp_path, *references):
    return [(leak.file, leak.line, leak.kind) for leak in scan_folder(folder=tmp_path, references=references)]


def svg(text):
    return b64encode(f"<svg>\n<text>{text}</text></svg>".encode()).decode()


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("page.html", "<p>\nCase 0123456.</p>", 2),
        ("page.html", "<p title='0123456'>", 1),
        ("page.html", "<p>&#48;123456</p>", 1),
        ("page.html", "<a href='x?case=%30123456'>", 1),
        ("page.html", f'<img src="data:image/svg+xml;base64,{svg("0123456")}">', 2),
        ("page.html", '<img src="data:image/svg+xml,%3Ctext%3E0123456">', 1),
        ("tables/t.csv", "a,b\n1,0123456\n", 2),
        ("tables/t.csv", 'a\n"=0123456"\n', 2),
        ("manifest.json", '{"a":\n"0123456"}', 2),
        ("style.css", "/* 0123456 */", 1),
        ("0123456.html", "", 1),
        ("0123456/page.html", "", 1),
        ("case_0123456_a.html", "", 1),
    ],
)
def test_a_reference_is_found_wherever_it_stands_and_its_place_told(tmp_path, name, text, line):
    write(tmp_path, name, text)
    assert (name, line, "identifier") in places(tmp_path, "0123456")


@pytest.mark.parametrize(
    "text",
    ["Ada Invented", "ada INVENTED", "Ada\n   Invented", "Ada&nbsp;Invented", "Invented: Ada Invented,"],
)
def test_a_full_name_is_found_over_line_breaks_and_in_any_case(tmp_path, text):
    write(tmp_path, "page.html", f"<p>{text}</p>")
    assert [kind for _, _, kind in places(tmp_path, "Ada Invented")] == ["identifier"]


@pytest.mark.parametrize("text", ["LAC/2025/0012", "LAC-2025-0012", "lac 2025 0012"])
def test_a_reference_is_found_whatever_stands_between_its_parts(tmp_path, text):
    write(tmp_path, "page.html", text)
    assert len(places(tmp_path, "LAC/2025/0012")) == 1


@pytest.mark.parametrize("text", ["Zoë Invented", "Zoe\u0308 Invented", "Zo&euml; Invented", "ZOË INVENTED"])
def test_an_accent_is_found_however_it_is_written(tmp_path, text):
    write(tmp_path, "page.html", text)
    assert len(places(tmp_path, "Zoë Invented")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "01234567",
        "90123456",
        "0123456a",
        "Ada",
        "Invented Ada",
        "Ada, my friend, Invented",
        '<path d="M 0123456 L"/>',
    ],
)
def test_a_part_of_a_longer_token_or_half_a_name_is_no_leak(tmp_path, text):
    write(tmp_path, "page.html", f'<img src="data:image/svg+xml;base64,{svg(text)}">')
    assert places(tmp_path, "0123456", "Ada Invented") == []


def test_references_of_fewer_than_five_characters_are_not_looked_for(tmp_path):
    write(tmp_path, "page.html", "1234 AB12 12345")
    assert len(places(tmp_path, "1234", "AB12", "12345")) == 1


@pytest.mark.parametrize(
    ("text", "found"), [("DL1 5TT", True), ("SW1A 1AA", True), ("Q1 2025", False), ("T12 3", False)]
)
def test_a_postcode_is_found(tmp_path, text, found):
    write(tmp_path, "page.html", f"<p>{text}</p>")
    assert places(tmp_path) == ([("page.html", 1, "postcode")] if found else [])


def test_a_leak_never_holds_the_value(tmp_path):
    write(tmp_path, "page.html", "0123456")
    assert "0123456" not in repr(scan_folder(folder=tmp_path, references=["0123456"]))


def test_a_clean_folder_has_no_leak(tmp_path):
    write(tmp_path, "page.html", "<p>95 of 100 cases</p>")
    assert places(tmp_path, "0123456", "Ada Invented") == []


WORDS = st.text(st.characters(categories=["Lu", "Ll", "Lo", "Nd"]), min_size=5, max_size=12)
AROUND = st.text(st.sampled_from(" \n\t.,;:<>()'\"_-/&"), min_size=1, max_size=4)


@given(WORDS, AROUND, AROUND)
def test_a_planted_reference_of_five_characters_is_always_found(reference, before, after):
    text = normalize("NFC", f"some words{before}{reference}{after}more words")
    assert Needles([reference]).found_in(text) != []


@given(st.text(st.characters(categories=["Lu", "Ll", "Nd"], max_codepoint=0xFF), min_size=5))
def test_a_copy_in_other_letter_case_is_found_too(reference):
    needles = Needles([reference])
    assert needles.found_in(reference.upper())
    assert needles.found_in(reference.lower())
