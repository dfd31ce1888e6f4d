"""The scan for identifiers: every spelling of a name or a reference, wherever it stands."""

import zlib
from base64 import b64encode
from json import dumps
from unicodedata import normalize

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qaf_lib.disclosure import scan_folder
from qaf_lib.disclosure.identifiers import NOBODY


def write(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return path


def places(folder, *references, own_words=()):
    leaks = scan_folder(folder=folder, references=references, own_words=own_words)
    return [(leak.kind, leak.place) for leak in leaks]


def kinds(folder, text, *references, name="page.html", own_words=()):
    path = write(folder, name, text)
    found = [kind for kind, _ in places(folder, *references, own_words=own_words)]
    path.unlink()
    return found


def svg(text):
    return b64encode(f"<svg>\n<text>{text}</text></svg>".encode()).decode()


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("page.html", "<p>\nCase 0123456.</p>", "line 2"),
        ("page.html", "<p title='0123456'>", "line 1"),
        ("page.html", "<p>&#48;123456</p>", "line 1"),
        ("page.html", "<a href='x?case=%30123456'>", "line 1"),
        ("page.html", "<h2>Teams</h2>\n<p>0123456</p>", 'line 2, under "Teams"'),
        ("page.html", "<table>\n<caption>Teams</caption><tr><td>0123456", 'line 2, under "Teams"'),
        ("page.html", f'\n<img src="data:image/svg+xml;base64,{svg("0123456")}">', "line 2, image in it"),
        ("page.html", '<img src="data:image/svg+xml,%3Ctext%3E0123456">', "line 1, image in it"),
        ("page.html", '<img src="DATA:,0123456">', "line 1, image in it"),
        (
            "page.html",
            "<style>p {background: url(data:image/svg+xml,0123456)}</style>",
            "line 1, image in it",
        ),
        ("page.html", r"<style>p:after {content: '\30 123456'}</style>", "line 1"),
        ("page.html", "<!-- 0123456 -->", "line 1"),
        ("page.html", "<?x 0123456?><!DOCTYPE html>", "line 1"),
        ("page.html", "<![CDATA[0123456]]>", "line 1"),
        ("page.html", "<p 0123456>", "line 1"),
        ("tables/t.csv", "a,b\n1,0123456\n", "line 2"),
        ("tables/t.csv", 'a\n"b\n0123456"\n', "line 3"),
        ("tables/t.csv", 'a\n"=0123456"\n', "line 2"),
        ("tables/t.csv", "a,0123456,b\n1,2,3\n", "line 1"),
        ("tables/t.csv", "a\n1,0123456\n", "line 2"),
        ("manifest.json", '{"a":\n"0123456"}', "at /a"),
        ("manifest.json", '{"a": {"b": [1, "\\u0030123456"]}}', "at /a/b"),
        ("manifest.json", '{"a": "0123456", "a": 1}', "at /a"),
        ("manifest.json", '{"a":\n"0123456"', "line 2"),
        (
            "manifest.json",
            '{"a": "data:;base64,' + b64encode(b"0123456").decode() + '"}',
            "at /a, image in it",
        ),
        ("style.css", "\n/* 0123456 */", "line 2"),
        ("notes.txt", "a\n\n0123456", "line 3"),
    ],
)
def test_a_reference_is_found_wherever_it_stands_and_its_place_told(tmp_path, name, text, place):
    write(tmp_path, name, text)
    assert places(tmp_path, "0123456") == [("identifier", f"{name}, {place}")]


@pytest.mark.parametrize("name", ["0123456.html", "0123456/page.html", "case_0123456_a.html", "a/0123456"])
def test_a_reference_in_the_name_of_a_file_or_a_folder_is_found_and_blanked(tmp_path, name):
    write(tmp_path, name, "")
    shown = name.replace("0123456", "▮▮▮")
    assert ("identifier", f"{shown}, its name") in places(tmp_path, "0123456")


def test_a_key_or_a_heading_that_is_an_identifier_is_blanked_in_the_place(tmp_path):
    write(tmp_path, "a.json", '{"0123456": "0123456"}')
    write(tmp_path, "b.html", "<h2>A<b>da</b>&#8203;Invented</h2><p>0123456</p>")
    assert places(tmp_path, "0123456", "Ada Invented") == [
        ("identifier", "a.json, at /▮▮▮"),
        ("identifier", "a.json, at /▮▮▮"),
        ("identifier", 'b.html, line 1, under "▮▮▮"'),
        ("identifier", 'b.html, line 1, under "▮▮▮"'),
    ]


@pytest.mark.parametrize(
    "text",
    [
        *("Ada Invented", "ada INVENTED", "Ada\n   Invented", "Ada&nbsp;Invented", "Invented: Ada Invented,"),
        *("Ada\u2009Invented", "Ada\u3000Invented", "Ada_Invented", "ada.invented@example.org"),
        *("Invented, Ada", "Invented Ada", "INVENTED,\u00a0ADA", "Ada\u200b Invented", "Ada\u200bInvented"),
        *("Ada Inven\u00adted", "A\u2060da\ufeff Inv\u200dented", "Ada\u200eInvented", "\uff21da Invented"),
        *("Ad\u00e1 \u00cfnvented", "Ada Invented\u00b9", "Ada Invented\u2070"),
        *(
            "<b>Ada</b> Invented",
            "<b>Ad</b>a <i>Inv</i>ented",
            "Ada <b><i>Invented</i></b>",
            "Ada<br>Invented",
        ),
        *(
            "<span>Ada</span><span>Invented</span>",
            "<b>Ada Invented</b><span>sees</span>",
            "Ada<wbr> Invented",
        ),
        *(
            "Ada <!-- x -->Invented",
            "A<!-- -->da Invented",
            "Ada Invented<sup>1</sup>",
            "<s>Invented</s>, Ada",
        ),
    ],
)
def test_a_full_name_is_found_however_it_is_written(tmp_path, text):
    assert set(kinds(tmp_path, f"<p>{text}</p>", "Ada Invented")) == {"identifier"}


@pytest.mark.parametrize("address", ["0123456?share=5%25", "a%2F%30123456", "5%250123456", "5%0123456"])
def test_an_address_is_read_as_it_stands_and_decoded(tmp_path, address):
    assert "identifier" in kinds(tmp_path, f"<a href='{address}'>", "0123456")


@pytest.mark.parametrize("name", ["Jo Li", "Li, Jo", "Łi Jø", "JO  LI", "Jo\u00a0Li"])
@pytest.mark.parametrize("text", ["Jo Li", "jo li", "Li, Jo", "LI JO", "J<b>o</b> Li", "jo-li", "by Jo Li."])
def test_two_short_names_are_a_full_name(tmp_path, name, text):
    assert kinds(tmp_path, f"<p>{text}</p>", name) == ["identifier"]


@pytest.mark.parametrize("name", ["Ada Mary van der Made", "van der Made, Ada Mary"])
@pytest.mark.parametrize(
    "text",
    ["Ada Mary van der Made", "van der Made, Ada Mary", "Made, Ada Mary van der", "ada mary VAN DER MADE"],
)
def test_a_name_of_many_parts_is_found_wherever_it_is_turned_round(tmp_path, name, text):
    assert kinds(tmp_path, f"<p>{text}</p>", name) == ["identifier"]


@pytest.mark.parametrize(
    ("name", "text"),
    [("Li", "Li"), ("J L", "J L"), ("Jo Li", "Jo"), ("Jo Li", "Jo-Lin Li"), ("Jo Li", "Joli")],
)
def test_one_short_name_initials_or_a_part_of_a_name_is_no_full_name(tmp_path, name, text):
    assert kinds(tmp_path, f"<p>{text}</p>", name) == []


@pytest.mark.parametrize("own", ["East Ham", "East Ham team", "Ham East", "The East Ham hub"])
def test_a_pair_of_short_words_that_is_a_teams_name_stops_nothing(tmp_path, own):
    assert kinds(tmp_path, f"<p>{own}: 4 of 5</p>", "East Ham", "Ham, East", own_words=[own]) == []


@pytest.mark.parametrize("text", ["Ada</td><td>Invented", "Ada</p><p>Invented", "<i title='Ada'>Invented"])
def test_words_that_nobody_reads_as_one_are_no_name(tmp_path, text):
    assert kinds(tmp_path, f"<table><tr><td>{text}", "Ada Invented") == []


@pytest.mark.parametrize(
    "text", ["LAC/2025/0012", "LAC-2025-0012", "lac 2025 0012", "lac20250012", "LAC<b>/2025</b>/0012"]
)
def test_a_reference_is_found_whatever_stands_between_its_parts(tmp_path, text):
    assert kinds(tmp_path, text, "LAC/2025/0012") == ["identifier"]


@pytest.mark.parametrize("reference", ["A-12/345 67", "A/12", "12-34-56-78", "Z.1.2.3.4.5"])
def test_a_reference_of_any_number_of_parts_is_found_or_too_short(tmp_path, reference):
    found = kinds(tmp_path, f"<p>Case {reference} was seen.</p>", reference)
    assert found == ([] if reference == "A/12" else ["identifier"])


@pytest.mark.parametrize(
    "text", ["Zoë Invented", "Zoe\u0308 Invented", "Zo&euml; Invented", "ZOË INVENTED", "Zoe Invented"]
)
@pytest.mark.parametrize("name", ["Zoë Invented", "Zoe Invented", "Zoe\u0308 Invented"])
def test_an_accent_is_found_however_it_is_written_and_left_out(tmp_path, text, name):
    assert kinds(tmp_path, text, name) == ["identifier"]


@pytest.mark.parametrize(
    "text",
    [
        *("01234567", "90123456", "0123456a", "0<b>123456</b>7", "Ada", "Ada, my friend, Invented"),
        '<path d="M 0123456 L"/>',
    ],
)
def test_a_part_of_a_longer_token_or_half_a_name_is_no_leak(tmp_path, text):
    page = f'<img src="data:image/svg+xml;base64,{svg(text)}">'
    assert kinds(tmp_path, page, "0123456", "Ada Invented") == []


def test_references_of_fewer_than_five_characters_are_not_looked_for(tmp_path):
    assert len(kinds(tmp_path, "1234 AB12 12345", "1234", "AB12", "12345")) == 1


@pytest.mark.parametrize(
    "text",
    [
        *("DL1 5TT", "SW1A 1AA", "sw1a1aa", "SW1A  1AA", "sw1a\u00a01aa", "Sw1A\n1Aa", "M1 1AE", "B33 8TH"),
        *("CR2 6XH", "DN55 1PT", "EC1A 1BB", "W1A0AX", "<b>SW1A</b> 1AA", "SW1A 1<i>A</i>A", "SW1A\u200b1AA"),
        *("ct11 1st", "CT11 1ST", "DL1&nbsp;5TT", "<i>DL1</i><b>5TT</b><s>x</s>"),
    ],
)
def test_a_postcode_is_found_in_any_case_and_spacing(tmp_path, text):
    assert kinds(tmp_path, f"<p>{text}</p>") == ["postcode"]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Q1 2025",
            "T12 3",
            "QX1 1AA",
            "SW1A 1AC",
            "SW1A 1AI",
            "SW1A 1KA",
            "SW1A 1MO",
            "AZ1 1AA",
            "ZZ99 9ZZ",
        ),
        *(
            "SW01 1AA",
            "SW1I 1AA",
            "XSW1A 1AA",
            "SW1A 1AAA",
            "SW1A-1AA",
            "CT11 1st",
            "N1 2nd",
            "sha256",
            "E1 2A",
        ),
        *("e15ed5df7355", "a1b2c3d", "SW1A</p><p>1AA"),
    ],
)
def test_what_has_not_the_form_of_a_postcode_is_none(tmp_path, text):
    assert kinds(tmp_path, f"<p>{text}</p>") == []


@pytest.mark.parametrize(
    "text", ["9434765919", "943 476 5919", "943-476-5919", "943\u00a0476\u00a05919", "No_9434765919."]
)
def test_an_nhs_number_is_found_by_its_check_digit(tmp_path, text):
    # 9*10 + 4*9 + 3*8 + 4*7 + 7*6 + 6*5 + 5*4 + 9*3 + 1*2 = 299; 299 mod 11 = 2; 11 - 2 = 9
    assert kinds(tmp_path, f"<p>{text}</p>") == ["NHS number"]
    assert kinds(tmp_path, f"<p>{text.replace('919', '918')}</p>") == []


@pytest.mark.parametrize(
    "text",
    [
        *(
            "0.9434765919",
            "9,434,765,919",
            "9434765919.5",
            "94347659190",
            "19434765919",
            "943 4765 919",
            "9434 765919",
        ),
        '<svg><path d="M 9434765919"/></svg>',
        "<table><tr><th>Count</th></tr><tr><td class='number'>9434765919</td></tr></table>",
    ],
)
def test_ten_digits_of_a_number_of_the_kits_own_are_no_nhs_number(tmp_path, text):
    assert kinds(tmp_path, f"<p>{text}</p>") == []
    assert kinds(tmp_path, '{"rows": 9434765919}', name="manifest.json") == []
    write(tmp_path, "t.csv", "x\n9434765919\n")
    assert scan_folder(folder=tmp_path, references=(), number_columns={"t.csv": {"x"}}) == []


def test_a_unique_pupil_number_is_found_by_its_check_letter(tmp_path):
    # 2*8 + 3*0 + 4*1 + 5*2 + 6*0 + 7*0 + 8*0 + 9*0 + 10*5 + 11*0 + 12*0 + 13*1 = 93; 93 mod 23 = 1: B
    assert kinds(tmp_path, "<p>B801200005001, b801200005001</p>") == ["UPN", "UPN"]
    # the letter of a temporary number counts by its place: 80 + 13 * 0 = 80; 80 mod 23 = 11: M
    assert kinds(tmp_path, "<p>M80120000500A</p>") == ["UPN"]
    assert (
        kinds(tmp_path, "<p>A801200005001 B80120000500 B8012000050011 I801200005001 M80120000500I</p>") == []
    )


@pytest.mark.parametrize(
    ("heading", "cell", "found"),
    [("Case", "140,625", 1), ("Case", "140625", 1), ("Cases", "140,625", 0), ("Family number", "140,625", 1)],
)
def test_a_number_under_a_heading_that_names_someone_is_found_with_its_thousands_apart(
    tmp_path, heading, cell, found
):
    row = f"<tr><th>{heading}</th></tr><tr><td class='number'>{cell}</td></tr>"
    assert len(kinds(tmp_path, f"<table>{row}</table>", "140625")) == found


@pytest.mark.parametrize(
    ("cell", "found"), [("140625", 0), ("140625<br>", 1), ("140625<p>case</p>", 1), ("<b>140625</b>", 1)]
)
def test_a_number_cell_with_tags_in_it_is_read(tmp_path, cell, found):
    head = "<tr><th>Count</th></tr>"
    page = f"<table>{head}<tr><td class='number'>{cell}</td><td></td></tr></table>"
    assert len(kinds(tmp_path, page, "140625")) == found


def test_a_cell_after_a_table_within_the_table_is_read(tmp_path):
    inner = "<table><tr><td>Count</td></tr></table>"
    page = f"<table><tr><th>Case</th></tr><tr><td>{inner}</td></tr><tr><td class='number'>140625</td></tr></table>"
    assert len(kinds(tmp_path, page, "140625")) == 1


@pytest.mark.parametrize("kind", [b"tEXt", b"zTXt", b"iTXt", b"eXIf"])
def test_the_words_of_a_png_image_are_found_compressed_or_not(tmp_path, kind):
    packed = zlib.compress(b"Jo Li")
    content = {b"zTXt": b"Title\0\0" + packed, b"iTXt": b"Title\0\1\0en\0\0" + packed}.get(
        kind, b"Title\0Jo Li"
    )
    image = b"\x89PNG\r\n\x1a\n" + len(content).to_bytes(4, "big") + kind + content + b"\0" * 4
    assert kinds(tmp_path, image, "Jo Li", name="chart.png") == ["identifier"]
    page = f'<img src="data:image/png;base64,{b64encode(image).decode()}">'
    assert kinds(tmp_path, page, "Jo Li") == ["identifier"]


@pytest.mark.parametrize(
    "before",
    [
        *(
            "<style>",
            "<script>",
            "<!--",
            "<![",
            "<![foo[",
            "<p title='",
            "<svg>",
            "<table><tr><td class='number'",
        ),
        *("<textarea>", "<title>", "</", "<x ", "\0", "&#0;", "<p>" * 3000),
    ],
)
def test_a_broken_page_hides_nothing_after_it(tmp_path, before):
    assert "identifier" in kinds(tmp_path, f"{before} case 0123456", "0123456")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("t.csv", b"a\n\xff0123456\xe9 \n"),
        ("t.csv", b'a,"b\n0123456\n'),
        ("t.csv", b'a\n"' + b"b" * 200_000 + b' 0123456"\n'),
        ("t.csv", b""),
        ("m.json", b"[" * 20_000 + b'"0123456"' + b"]" * 20_000),
        ("m.json", b'\xef\xbb\xbf{"a": "0123456"}'),
        ("m.json", b"NaN 0123456"),
        ("page.html", b"\xff<p>Case 0123456</p>"),
        ("page", b"\xff\xfeCase 0123456"),
    ],
)
def test_a_broken_file_is_read_and_is_no_traceback(tmp_path, name, text):
    assert kinds(tmp_path, text, "0123456", name=name) == (["identifier"] if text else [])


def test_a_leak_never_holds_the_value(tmp_path):
    page = "<h2>Ada Invented</h2><p>B801200005001 of sw1a1aa, 943 476 5919: Inv<b>ented, Ada</b>, 0123456</p>"
    write(tmp_path, "page.html", page)
    leaks = scan_folder(folder=tmp_path, references=["0123456", "Ada Invented"])
    assert {leak.kind for leak in leaks} == {"identifier", "postcode", "NHS number", "UPN"}
    told = repr(leaks).casefold()
    assert not any(part in told for part in ("0123456", "ada", "ented", "sw1a", "943", "5919", "b801"))


def test_half_a_pair_of_surrogates_parts_no_name_and_can_be_printed(tmp_path):
    write(tmp_path, "m.json", r'{"a": "near A\ud800da Invented\udfff"}')
    write(tmp_path, "s.css", r"p:after {content: 'A\d800 da Invented'}")
    leaks = scan_folder(folder=tmp_path, references=["Ada Invented"])
    assert len(leaks) == 2
    assert repr(leaks).encode("utf-8")


def test_a_page_full_of_identifiers_is_told_in_good_order(tmp_path):
    write(tmp_path, "page.html", "".join(f"<p>{number}</p>\n" for number in range(100_000, 103_000)))
    found = places(tmp_path, *map(str, range(100_000, 103_000)))
    assert [place for _, place in found] == [f"page.html, line {line}" for line in range(1, 3001)]


def test_a_clean_folder_has_no_leak(tmp_path):
    write(tmp_path, "page.html", "<p>95 of 100 cases</p>")
    assert places(tmp_path, "0123456", "Ada Invented") == []


def is_somebody(reference):
    """Whether it is no word that systems write where nobody is named ("Other")."""
    return reference.casefold() not in " ".join(NOBODY).split()


WORDS = st.text(st.characters(categories=["Lu", "Ll", "Lo", "Nd"]), min_size=5, max_size=12).filter(
    is_somebody
)
LATIN = st.text(st.characters(categories=["Lu", "Ll", "Nd"], max_codepoint=0xFF), min_size=5).filter(
    is_somebody
)
AROUND = st.text(st.sampled_from(" \n\t.,;:()'\"_-/"), min_size=1, max_size=4)
QUICK = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)


@QUICK
@given(WORDS, AROUND, AROUND)
def test_a_planted_reference_of_five_characters_is_always_found(tmp_path, reference, before, after):
    text = normalize("NFC", f"some words{before}{reference}{after}more words")
    assert "identifier" in kinds(tmp_path, f"<p>{text}</p>", reference)
    assert "identifier" in kinds(tmp_path, dumps({"note": text}), reference, name="m.json")


@QUICK
@given(LATIN)
def test_a_copy_in_other_letter_case_is_found_too(tmp_path, reference):
    assert kinds(tmp_path, reference.upper(), reference, name="a.txt") != []
    assert kinds(tmp_path, reference.lower(), reference, name="a.txt") != []


NAMES = st.lists(st.text(st.characters(categories=["Lu", "Ll"], max_codepoint=0x17F), min_size=2), min_size=2)


@QUICK
@given(NAMES, st.data())
def test_a_name_split_anywhere_by_a_tag_or_by_what_nobody_sees_is_found(tmp_path, names, data):
    text, unseen = " ".join(names), data.draw(st.sampled_from(["<b>", "\u200b", "\u00ad", "<!-- -->"]))
    at = data.draw(st.integers(0, len(text)))
    assert "identifier" in kinds(tmp_path, f"<p>{text[:at]}{unseen}{text[at:]}</p>", " ".join(names))
