"""An edition: whole, clean and named, or not there."""

import json
from hashlib import sha256

import pandas as pd
import pytest

from qaf_lib.batch.edition import EditionError, changes_between, next_number, publish
from qaf_lib.batch.export import Page
from qaf_lib.batch.page import render_page


def page(body="<p>Six of ten.</p>", **tables):
    html = render_page(
        title="Grades",
        mark="OFFICIAL-SENSITIVE",
        subtitle="Tinyshire, 2025-26 Q2",
        body=body,
        contents=[],
        provenance={"Register": "as at row 7"},
    )
    return Page(html=html, tables={name: pd.DataFrame(table) for name, table in tables.items()}, charts=0)


@pytest.fixture
def outputs(tmp_path):
    folder = tmp_path / "outputs" / "tinyshire" / "2025-26-q2"
    folder.mkdir(parents=True)
    return folder


def published(outputs, pages=None, *, number=1, references=("0123456",), manifest=None, own_words=()):
    return publish(
        folder=outputs,
        number=number,
        pages=pages or {"reports/grades.html": page(grades={"x": [6]})},
        manifest=manifest or {"edition": number},
        references=list(references),
        own_words=own_words,
    )


def names(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_an_edition_has_its_pages_tables_and_manifest_and_nothing_else(outputs):
    team = page(team={"x": [2]})
    edition = published(
        outputs, {"reports/grades.html": page(grades={"x": [6]}), "teams/t1/team_report.html": team}
    )
    assert names(edition.folder) == [
        *("manifest.json", "reports/grades.html", "tables/grades.csv"),
        *("teams/t1/tables/team.csv", "teams/t1/team_report.html"),
    ]
    assert [path.name for path in outputs.iterdir()] == ["edition-1"]


def test_the_manifest_is_json_and_its_checksum_the_one_told(outputs):
    edition = published(outputs, manifest={"b": 1, "a": [2]})
    text = (edition.folder / "manifest.json").read_bytes()
    assert json.loads(text) == {"b": 1, "a": [2]}
    assert sha256(text).hexdigest() == edition.manifest_sha256


def test_the_same_pages_give_the_same_bytes(outputs):
    first, second = published(outputs, manifest={"a": 1}), published(outputs, manifest={"a": 1}, number=2)
    for name in names(first.folder):
        assert (first.folder / name).read_bytes() == (second.folder / name).read_bytes()


@pytest.mark.parametrize(
    "pages",
    [
        {"reports/grades.html": page("<p>Case 0123456.</p>")},
        {"reports/grades.html": page(grades={"note": ["0123456"]})},
        {"reports/grades.html": page(case_0123456={"x": [1]})},
        {"teams/0123456/team_report.html": page()},
    ],
)
def test_an_identifier_stops_the_edition_and_leaves_no_folder(outputs, pages):
    with pytest.raises(EditionError, match="An identifier stands in the edition; nothing was published"):
        published(outputs, pages)
    assert list(outputs.iterdir()) == []


def test_an_identifier_is_named_by_its_place_and_not_by_its_value(outputs):
    with pytest.raises(EditionError) as stopped:
        published(outputs, {"reports/grades.html": page("<p>Case 0123456.</p>")})
    assert "reports/grades.html, line " in str(stopped.value)
    assert "0123456" not in str(stopped.value)


def test_an_identifier_in_the_manifest_stops_the_edition(outputs):
    with pytest.raises(EditionError, match=r"manifest\.json, line 2: identifier"):
        published(outputs, manifest={"case": "0123456"})
    assert list(outputs.iterdir()) == []


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("<script>alert(1)</script>", "script element"),
        ("<p style='color:red'>x</p>", "style attribute on p"),
        (
            "<img src='https://example.org/a.png' alt='A chart of the grades of all teams'>",
            "address beyond the page",
        ),
        ("<table><tr><th>a</th></tr></table>", "table without caption"),
    ],
)
def test_a_page_that_breaks_a_rule_stops_the_edition_and_leaves_no_folder(outputs, body, fault):
    with pytest.raises(EditionError, match=rf"(?s)nothing was published.*reports/grades\.html: .*{fault}"):
        published(outputs, {"reports/grades.html": page(body)})
    assert list(outputs.iterdir()) == []


def test_what_a_killed_run_left_is_replaced(outputs):
    left = outputs / ".edition-1.new" / "reports"
    left.mkdir(parents=True)
    (left / "half.html").write_text("half", encoding="utf-8")
    edition = published(outputs)
    assert names(edition.folder) == ["manifest.json", "reports/grades.html", "tables/grades.csv"]
    assert [path.name for path in outputs.iterdir()] == ["edition-1"]


def test_old_editions_stay_as_they_are(outputs):
    first = published(outputs)
    before = {name: (first.folder / name).read_bytes() for name in names(first.folder)}
    with pytest.raises(EditionError):
        published(outputs, {"reports/grades.html": page("<p>0123456</p>")}, number=2)
    published(outputs, number=2)
    assert {name: (first.folder / name).read_bytes() for name in names(first.folder)} == before
    assert sorted(path.name for path in outputs.iterdir()) == ["edition-1", "edition-2"]


def test_a_published_edition_is_never_overwritten(outputs):
    first = published(outputs)
    with pytest.raises(OSError, match="edition-1"):
        published(outputs, {"reports/other.html": page()})
    assert names(first.folder) == ["manifest.json", "reports/grades.html", "tables/grades.csv"]


@pytest.mark.parametrize(
    ("there", "number"),
    [([], 1), (["edition-1", "edition-2"], 3), (["edition-9", "edition-10"], 11), ([".edition-4.new"], 1)],
)
def test_numbers_go_on_after_the_highest(outputs, there, number):
    for name in there:
        (outputs / name).mkdir()
    assert next_number(outputs) == number


def test_what_changed_between_editions_is_told_by_table(outputs):
    first = published(
        outputs,
        {"reports/a.html": page(same={"x": [1]}, cell={"x": [1, 2]}, rows={"x": [1]}, gone={"x": [1]})},
    )
    second = published(
        outputs,
        {"reports/a.html": page(same={"x": [1]}, cell={"x": [1, 3]}, rows={"x": [1, 2]}, new={"x": [1]})},
        number=2,
    )
    assert changes_between(first.folder, second.folder) == [
        "New table: new.",
        "Table no longer made: gone.",
        "cell: 1 of 2 rows differ.",
        "rows: 1 rows before, 2 now.",
    ]


def test_a_first_edition_has_no_changes_and_an_equal_one_says_so(outputs):
    first, second = published(outputs), published(outputs, number=2)
    assert changes_between(None, first.folder) == []
    assert changes_between(first.folder, second.folder) == ["No figure differs from the last edition."]


def test_counts_and_shares_equal_to_references_do_not_stop_an_edition(outputs):
    pages = {
        "reports/grades.html": page(
            "<p>Of 140,625, 0.140625.</p>", grades={"rows": [140625], "x": [0.140625]}
        )
    }
    manifest = {"rows": 140625, "seconds": 0.140625}
    assert published(outputs, pages, references=["140625", "40625"], manifest=manifest).number == 1


@pytest.mark.parametrize("cells", [{"rows": ["140625"]}, {"case": [140625]}, {"rows": [140625, "x"]}])
def test_a_reference_in_a_table_stops_an_edition_unless_the_kit_filled_a_column_of_numbers(outputs, cells):
    with pytest.raises(EditionError, match=r"tables/grades\.csv, line 2: identifier"):
        published(outputs, {"reports/grades.html": page(grades=cells)}, references=["140625"])


def test_the_kits_own_words_do_not_stop_an_edition_and_a_person_does(outputs):
    pages = {"reports/grades.html": page("<p>Team manager: 2026-27 Q2 peer_audit 1.</p><p>Ada Invented</p>")}
    given = {"own_words": ["Team Manager", "2026-27 Q2 peer_audit 1"]}
    assert published(outputs, pages, references=["Team Manager", "Audit 1"], **given).number == 1
    with pytest.raises(EditionError, match=r"peer_audit 1\. ▮▮▮ How"):
        published(outputs, pages, references=["Team Manager", "Audit 1", "Ada Invented"], number=2, **given)


def test_a_refusal_names_the_words_around_an_identifier_and_no_identifier(outputs):
    body = "<p>The plan was seen by Ada Invented on a home visit to 0123456.</p>"
    with pytest.raises(EditionError) as stopped:
        published(outputs, {"reports/0123456.html": page(body)}, references=["0123456", "Ada Invented"])
    told = str(stopped.value)
    assert '"… plan was seen by ▮▮▮ on a home visit …"' in told
    assert not any(secret in told for secret in ("0123456", "Ada", "Invented"))


def test_of_many_places_the_first_are_told_and_the_rest_counted(outputs):
    body = "\n".join(f"<p>{number} of 0123456</p>" for number in range(45))
    with pytest.raises(EditionError, match="and 5 more places") as stopped:
        published(outputs, {"reports/grades.html": page(body)})
    assert len(str(stopped.value).splitlines()) == 42
