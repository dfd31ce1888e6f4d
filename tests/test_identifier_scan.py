"""Numbers, drawings and checksums are no identifiers; a reference that stands as text always is."""

from base64 import b64encode
from hashlib import sha256
from time import process_time
from urllib.parse import quote

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qaf_lib.disclosure import scan_folder
from qaf_lib.display.charts.chart import Chart
from qaf_lib.display.tables import plain_table

REFERENCE = "140625"


def found(tmp_path, name, text, *references, **given):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    leaks = scan_folder(folder=tmp_path, references=references or (REFERENCE,), **given)
    path.unlink()
    return leaks


def drawing(inner):
    return Chart(
        alt="A chart of the grades of all teams", caption="", svg=f"<svg>{inner}</svg>".encode()
    ).to_html()


def table(cell, heading="Count", given=' class="number"'):
    heads = f'<th scope="col">Team</th><th scope="col"{given}>{heading}</th>'
    row = f'<th scope="row">North</th><td{given}>{cell}</td>'
    return f"<table><caption>c</caption><thead><tr>{heads}</tr></thead><tbody><tr>{row}</tr></tbody></table>"


def test_a_number_written_as_such_is_no_reference(tmp_path):
    numbers = [
        "0.140625",
        "0.140625.",
        "140625.5",
        "140,625",
        "1,140,625.5",
        "1.140625e-10",
        "x=0.140625,0.5",
    ]
    for text in [*numbers, "14.0625%", "(0.140625)", "−0.140625", "0.140625–0.5", "1.5e-10"]:
        assert found(tmp_path, "page.html", f"<p>{text}</p>", REFERENCE, "40625", "14062", "40-625") == [], (
            text
        )


@pytest.mark.parametrize(
    "text",
    [
        *("140625", "140625.", "140625, 0.5", "0.5 140625", "-140625", "140625%", "140625.0", "1.2.140625.3"),
        *("140625,140626", "FV.140625", "(140625)", "#140625", "case_140625", "£140625", "140625.5.2"),
    ],
)
def test_digits_that_stand_for_themselves_are_a_reference(tmp_path, text):
    assert len(found(tmp_path, "page.html", f"<p>{text}</p>")) == 1


@pytest.mark.parametrize("text", ["12.34567", "12/34567", "12 34567"])
def test_a_reference_with_a_point_is_found_as_written_and_in_parts(tmp_path, text):
    assert len(found(tmp_path, "page.html", f"<p>{text}</p>", "12.34567")) == 1
    assert (found(tmp_path, "page.html", f"<p>{text}</p>", "12/34567") == []) is (text == "12.34567")


@pytest.mark.parametrize(
    "cell",
    [
        "140625",
        "140,625",
        "0.140625",
        "140625 of 200000",
        "12% to 140625%",
        "+140625 points",
        "140625–200000",
    ],
)
def test_a_number_cell_is_no_reference(tmp_path, cell):
    assert found(tmp_path, "page.html", table(cell)) == []


@pytest.mark.parametrize(
    "page",
    [
        *(table("140625", heading, "") for heading in ["Case", "Count", "Note"]),
        *(
            table("140625", heading)
            for heading in ["Case", "case_id", "Reference", "Family number", "Case file"]
        ),
        table("case 140625"),
        table("140625", "140625").replace("<td", "<td x"),
        table("1", "140625"),
        table("1").replace("North", "140625"),
        table("1").replace(">c<", ">Case 140625<"),
    ],
)
def test_a_cell_that_is_not_marked_as_a_number_or_names_a_case_is_read(tmp_path, page):
    assert len(found(tmp_path, "page.html", page)) == 1


def test_a_long_cell_of_digits_and_a_word_is_read_at_once(tmp_path):
    assert len(found(tmp_path, "page.html", table("1" * 5000 + " case 140625"))) == 1


def test_a_table_of_the_kit_blocks_by_a_reference_and_not_by_a_count(tmp_path):
    counted = pd.DataFrame({"team": ["North"], "cases": [140625]})
    listed = pd.DataFrame({"team": ["North"], "case": ["140625"]})
    shown = [plain_table(frame, table_id="t", caption="c").to_html() for frame in (counted, listed)]
    assert [len(found(tmp_path, "page.html", html)) for html in shown] == [0, 1]


@pytest.mark.parametrize(
    "inner",
    [
        '<path d="M 140625 20 L 30 140625\nz"/>',
        '<g id="140625"><use xlink:href="#140625" x="140625" y="140625"/></g>',
        '<g id="line2d_140625" clip-path="url(#140625)"/>',
        '<rect width="140625" height="140625" style="fill: #140625; stroke-width: 140625"/>',
        '<g transform="translate(140625 1) scale(0.140625)" fill="#140625"/>',
        '<polyline points="1,140625 140625,2"/><circle cx="140625" cy="140625" r="140625"/>',
        '<linearGradient gradientTransform="rotate(140625)" x1="140625"/><stop offset="140625"/>',
        '<style type="text/css">*{stroke-width: 140625} .a{fill: #140625}</style>',
        "<text x='140625' font-size='140625'>0.140625 of 140,625</text>",
        "<!-- 0.140625 -->",
    ],
)
def test_the_geometry_of_a_drawing_is_no_reference(tmp_path, inner):
    assert found(tmp_path, "page.html", drawing(inner)) == []
    assert found(tmp_path, "page.html", f"<svg viewBox='0 0 140625 1'>{inner}</svg>") == []
    assert found(tmp_path, "chart.svg", f"<svg>{inner}</svg>") == []
    encoded = quote(f"<svg>{inner}</svg>", safe="()/:,")
    assert found(tmp_path, "page.html", f'<img src="data:image/svg+xml,{encoded}">') == []


@pytest.mark.parametrize(
    "inner",
    [
        *(
            "<text>140625</text>",
            "<title>Case 140625</title>",
            "<desc>140625</desc>",
            "<tspan>140625</tspan>",
        ),
        *(
            "<!-- 140625 -->",
            '<g aria-label="140625"/>',
            '<g data-case="140625"/>',
            '<a href="case/140625"/>',
        ),
        *("<text>x=140625</text>", "<style>/* 140625 */</style>", "<text>&#49;40625</text>"),
        *("<metadata>140625</metadata>", "<style>a:after{content: 'case 140625'}</style>"),
        f'<image href="data:image/svg+xml;base64,{b64encode(b"<svg><text>140625</text></svg>").decode()}"/>',
    ],
)
def test_words_in_a_drawing_are_read(tmp_path, inner):
    assert len(found(tmp_path, "page.html", drawing(inner))) == 1
    assert len(found(tmp_path, "page.html", f"<svg>{inner}</svg>")) == 1
    assert len(found(tmp_path, "chart.svg", f"<svg>{inner}</svg>")) == 1


def png(kind, content):
    chunk = len(content).to_bytes(4, "big") + kind + content + b"\0\0\0\0"
    return b"\x89PNG\r\n\x1a\n" + chunk


@pytest.mark.parametrize(
    ("image", "hits"),
    [
        (png(b"IDAT", b"\xff140625\x00"), 0),
        (png(b"tEXt", b"Title\x00140625"), 1),
        (b"\xff\xd8\x00140625\x00\xff", 0),
        (b"\xff\xd8\x00Case 140625\x00\xff", 1),
        (b"\x89PNG\r\n\x1a\n\xff", 0),
    ],
)
def test_bytes_that_are_no_text_are_read_for_words_only(tmp_path, image, hits):
    page = f'<img alt="A" src="data:image/png;base64,{b64encode(image).decode()}">'
    assert len(found(tmp_path, "page.html", page)) == hits


@pytest.mark.parametrize(
    "address", ["data:image/png;base64,A", "data:;base64,", "data:,", "data:a;b=c;base64,%%%="]
)
def test_a_broken_data_address_is_no_traceback(tmp_path, address):
    assert found(tmp_path, "page.html", f'<img src="{address}">') == []


@pytest.mark.parametrize("break_", ["", "\n", "%0A"])
@pytest.mark.parametrize("before", ["data:image/svg+xml;base64,", "data:image/svg+xml;charset=utf-8;base64,"])
def test_a_drawing_is_read_however_its_address_is_written(tmp_path, before, break_):
    text = b64encode(b"<svg><text>" + b"." * 90 + b" case 140625</text></svg>").decode()
    lines = break_.join(text[at : at + 76] for at in range(0, len(text), 76))
    assert len(found(tmp_path, "page.html", f'<img src="{before}{lines}">')) == 1


@pytest.mark.parametrize("digest", ["AAAA/140625+" + "A" * 31 + "=", "140625/" + "b" * 36 + "="])
def test_a_checksum_is_no_reference(tmp_path, digest):
    policy = f"<meta content=\"style-src 'sha256-{digest}'\">"
    assert found(tmp_path, "page.html", policy) == []
    assert found(tmp_path, "manifest.json", f'{{"sha256": "{"a140625" * 9}b"}}') == []
    assert len(found(tmp_path, "page.html", f"{policy}<p>sha256-140625</p>")) == 1


@pytest.mark.parametrize(
    "text",
    ["p { color: #140625; width: 140625px; z-index: 140625 }", "a > b {margin:0 140625} c{top:140625}"],
)
def test_values_of_a_style_sheet_are_no_references(tmp_path, text):
    assert found(tmp_path, "style.css", text) == []
    assert found(tmp_path, "page.html", f"<style>{text}</style>") == []
    assert len(found(tmp_path, "page.html", f"<p>{text}</p>")) > 0


@pytest.mark.parametrize("text", ["/* a: 140625; */", "p:after { content: '140625'; }", ".c-140625 {}"])
def test_words_of_a_style_sheet_are_read(tmp_path, text):
    assert len(found(tmp_path, "style.css", text)) == 1


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("row_key,x,n\nNorth,140625,140625\n", 0),
        ("row_key,estimate\r\nNorth,0.140625\r\n", 0),
        ("a,b,c\n12,140,625\n", 0),
        ("\ufeffx,note\n140625,a\n", 0),
        ('"x"\n140625\n', 0),
        ("row_key,x\n140625,1\n", 1),
        ("x,note\n1,140625\n", 1),
        ("x\ncase 140625\n", 1),
        ('x,note\n1,"a,\nb 140625"\n', 1),
        ("x\n'140625\n", 1),
        ("x\n140625.0\n", 0),
        ("140625,x\n1,2\n", 1),
        ("x\n1,140625\n", 1),
    ],
)
def test_numbers_in_a_tables_columns_of_results_are_no_references(tmp_path, text, hits):
    given = {"number_columns": {"t.csv": {"x", "n", "estimate"}}}
    assert len(found(tmp_path, "t.csv", text, **given)) == hits


@pytest.mark.parametrize(("heading", "hits"), [("rows", 0), ("case_id", 1), ("Case", 1), ("reference", 1)])
def test_a_column_of_numbers_is_left_out_unless_it_names_a_case(tmp_path, heading, hits):
    given = {"number_columns": {"tables/t.csv": {heading}}}
    assert len(found(tmp_path, "tables/t.csv", f"{heading}\n140625\n", **given)) == hits
    assert len(found(tmp_path, "tables/other.csv", f"{heading}\n140625\n", **given)) == 1


def test_a_reference_with_a_leading_zero_is_found_in_a_column_of_numbers(tmp_path):
    given = {"number_columns": {"t.csv": {"x"}}}
    assert len(found(tmp_path, "t.csv", "x\n012345\n", "012345", **given)) == 1


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ('{"rows": 140625, "seconds": 0.140625, "list": [1, 140625]}', 0),
        ('{"rows": "140625"}', 1),
        ('{"140625": 1}', 1),
        ('{"case_id": 140625}', 1),
        ('{"note": "{\\"rows\\": 140625}"}', 1),
        ('{"list": ["140625", 140625]}', 1),
    ],
)
def test_numbers_of_json_are_no_references_and_its_words_are(tmp_path, text, hits):
    assert len(found(tmp_path, "manifest.json", text)) == hits


def words(tmp_path, text, *references, name="page.html"):
    return [(leak.place, leak.words) for leak in found(tmp_path, name, text, *references)]


def test_a_leak_tells_the_words_around_it_and_no_identifier(tmp_path):
    text = "<p>x</p>\n<p class='a'>The case was seen by Ada <b>and</b> <i>Ada Invented</i> on 3 May 2026 (case 140625)</p>"
    ada, case = words(tmp_path, text, "Ada Invented", REFERENCE)
    assert ada == ("page.html, line 2", "… seen by ▮▮▮ and ▮▮▮ on 3 May ▮▮▮ …")
    assert case == ("page.html, line 2", "… 3 May ▮▮▮ (case ▮▮▮) a")


def test_neighbours_that_were_not_searched_are_blanked_too(tmp_path):
    text = "<p>Cases 1234, AB 12, 0.140625 and 140625 near DL1 5TT</p>"
    told = words(tmp_path, text, "1234", "AB12", "AB-12", REFERENCE)
    assert told[0][1] == "… ▮▮▮ and ▮▮▮ near ▮▮▮"
    kinds = [leak.kind for leak in found(tmp_path, "page.html", text)]
    assert kinds == ["identifier", "postcode"]


def test_a_drawing_and_a_file_name_are_named_as_places_without_the_identifier(tmp_path):
    page = "<h2>Grades of\nall 140625</h2>" + drawing("<desc>\nSeen: case 140625</desc>")
    assert [place for place, _ in words(tmp_path, page)] == [
        'page.html, line 2, under "Grades of all ▮▮▮"',
        'page.html, line 3, under "Grades of all ▮▮▮", image in it',
    ]
    in_name = words(tmp_path, "140625", name="case_140625_a.html")
    assert in_name == [("case_▮▮▮_a.html, its name", "case_▮▮▮_a.html"), ("case_▮▮▮_a.html, line 1", "▮▮▮")]


def test_an_attribute_that_holds_an_identifier_is_named_by_its_own_words(tmp_path):
    page = '<p>Text</p><img class="wide" alt="Chart of case 140625, of 12" src="x.svg"><p>More</p>'
    assert words(tmp_path, page) == [("page.html, line 1", "… wide Chart of case ▮▮▮, of 12 x.svg")]


NUMBERS = st.integers(10_000, 9_999_999_999).map(str)


def clean_files(digits):
    whole = int(digits)
    svg = drawing(
        f'<g id="{digits}" clip-path="url(#{digits})"><path d="M{digits} {digits}"/>'
        f'<text x="{digits}" y="0.{digits}">0.{digits}</text><!-- 0.{digits} --></g>'
    )
    digest = b64encode(sha256(digits.encode()).digest()).decode()
    page = f"<meta content=\"'sha256-{digest}'\"><p>0.{digits}, {whole:,}, {digits}.5, 1.{digits}e-10</p>{table(digits)}{svg}"
    return {
        "page.html": page,
        "t.csv": f"row_key,x,estimate\nNorth,{digits},0.{digits}\n",
        "manifest.json": f'{{"rows": {digits}, "sha256": "{sha256(digits.encode()).hexdigest()}", "of": [{digits}]}}',
    }


def planted_files(digits):
    return {
        "sentence.html": f"<p>The case {digits} was seen.</p>",
        "caption.html": table("1").replace(">c<", f">Case {digits}<"),
        "alt.html": f'<img alt="Case {digits}" src="x">',
        "title.html": f'<p title="{digits}">x</p>',
        "label.html": f'<div aria-label="{digits}"></div>',
        "cell.html": table(digits, given=""),
        "comment.html": f"<!-- {digits} -->",
        "text.html": drawing(f"<text>{digits}</text>"),
        "png.html": f'<img src="data:image/png;base64,{b64encode(png(b"tEXt", digits.encode())).decode()}">',
        "t.csv": f"row_key,note\nNorth,{digits}\n",
        "manifest.json": f'{{"note": "{digits}"}}',
        f"case {digits}.html": "",
    }


def files_found(folder, files, reference):
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    numbers = {"t.csv": {"x", "estimate"}}
    leaks = scan_folder(folder=folder, references=[reference], number_columns=numbers)
    for name in files:
        (folder / name).unlink()
    assert all(reference not in leak.place + leak.words for leak in leaks)
    return {leak.file for leak in leaks}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(NUMBERS)
def test_numbers_never_stop_an_edition_and_the_same_digits_as_text_always_do(tmp_path, digits):
    assert files_found(tmp_path, clean_files(digits), digits) == set()
    assert files_found(tmp_path, planted_files(digits), digits) == set(planted_files(digits))


def test_forty_pages_are_searched_for_twenty_thousand_references_in_good_time(tmp_path):
    body = "".join(
        f"<p>Seen in 0.{number} of {number:,} cases by the <b>north</b> team</p>" for number in range(1000)
    )
    for number in range(40):
        (tmp_path / f"{number}.html").write_text(
            body + drawing('<path d="M 1 2 L 3 4"/>' * 100), encoding="utf-8"
        )
    references = [*map(str, range(100_000, 119_000)), *(f"Ada Invented{number}" for number in range(1000))]
    started = process_time()
    assert scan_folder(folder=tmp_path, references=references) == []
    assert process_time() - started < 8  # two seconds on a quiet machine; a shared one may be slow
