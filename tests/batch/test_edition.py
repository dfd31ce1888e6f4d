"""An edition: whole, clean and named, or not there."""

import json
import shutil
from hashlib import sha256

import pandas as pd
import pytest

from qaf_lib.batch.changes import changes_between
from qaf_lib.batch.edition import check_staged, publish, stage
from qaf_lib.batch.export import Figures, Page
from qaf_lib.batch.page import front_page, render_page
from qaf_lib.batch.standing import INTENDED, named_edition, next_number, record, settle
from qaf_lib.errors import EditionError


def page(body="<p>Six of ten.</p>", **tables):
    html = render_page(
        title="Grades",
        mark="OFFICIAL-SENSITIVE",
        subtitle="Tinyshire, 2025-26 Q2",
        body=body,
        contents=[],
    )
    figures = {name: Figures(pd.DataFrame(table), f"All {name}") for name, table in tables.items()}
    return Page(html=html, tables=figures)


def front(number=1, **words):
    return front_page(
        title="Quality assurance report",
        council="Tinyshire",
        period="2025-26 Q2",
        mark="OFFICIAL-SENSITIVE",
        edition=number,
        **words,
    )


@pytest.fixture
def outputs(tmp_path):
    folder = tmp_path / "outputs" / "tinyshire" / "2025-26-q2"
    folder.mkdir(parents=True)
    return folder


def checked(outputs, pages=None, *, number=1, manifest=None, references=("0123456",), own_words=(), **words):
    staged = stage(
        folder=outputs,
        number=number,
        pages=pages or {"reports/grades.html": page(grades={"x": [6]})},
        manifest=manifest or {"edition": number},
    )
    check_staged(staged, front=front(number, **words), references=references, own_words=own_words)
    return staged


def published(outputs, pages=None, **given):
    staged = checked(outputs, pages, **given)
    publish(staged)
    return outputs / staged.name


def names(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_an_edition_has_its_pages_tables_and_manifest_and_nothing_else(outputs):
    team = page(team={"x": [2]})
    edition = published(
        outputs, {"reports/grades.html": page(grades={"x": [6]}), "teams/t1/team_report.html": team}
    )
    assert names(edition) == [
        *("manifest.json", "reports/grades.html", "tables/grades.csv"),
        *("teams/t1/tables/team.csv", "teams/t1/team_report.html"),
    ]
    assert sorted(path.name for path in outputs.iterdir()) == ["edition-1", "index.html"]


def test_the_front_page_names_the_edition(outputs):
    assert named_edition(outputs) is None
    published(outputs)
    published(outputs, number=2)
    assert named_edition(outputs) == 2


def test_the_manifest_is_json_and_its_checksum_the_one_told(outputs):
    staged = checked(outputs, manifest={"b": 1, "a": [2]})
    text = (staged.edition / "manifest.json").read_bytes()
    assert {name: told for name, told in json.loads(text).items() if name in "ab"} == {"b": 1, "a": [2]}
    assert sha256(text).hexdigest() == staged.manifest_sha256


def test_the_same_pages_give_the_same_bytes(outputs):
    first, second = published(outputs, manifest={"a": 1}), published(outputs, manifest={"a": 1}, number=2)
    for name in names(first):
        assert (first / name).read_bytes() == (second / name).read_bytes()


@pytest.mark.parametrize(
    "pages",
    [
        {"reports/grades.html": page("<p>Case 0123456.</p>")},
        {"reports/grades.html": page(grades={"note": ["0123456"]})},
        {"reports/grades.html": page(case_0123456={"x": [1]})},
        {"teams/0123456/team_report.html": page()},
    ],
)
def test_an_identifier_stops_the_edition(outputs, pages):
    with pytest.raises(EditionError, match="An identifier stands in the edition; nothing was published"):
        checked(outputs, pages)
    assert named_edition(outputs) is None


@pytest.mark.parametrize("words", [{"headlines": ["Case 0123456."]}, {"changes": ["New table: 0123456."]}])
def test_an_identifier_on_the_front_page_stops_the_edition(outputs, words):
    with pytest.raises(EditionError, match=r"(?s)nothing was published.*index\.html") as stopped:
        checked(outputs, **words)
    assert "0123456" not in str(stopped.value)


def test_an_identifier_is_named_by_its_place_and_not_by_its_value(outputs):
    with pytest.raises(EditionError) as stopped:
        checked(outputs, {"reports/grades.html": page("<p>Case 0123456.</p>")})
    assert "reports/grades.html" in str(stopped.value)
    assert "0123456" not in str(stopped.value)


def test_an_identifier_in_the_manifest_stops_the_edition(outputs):
    with pytest.raises(EditionError, match=r"manifest\.json"):
        checked(outputs, manifest={"case": "0123456"})


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
        checked(outputs, {"reports/grades.html": page(body)})
    assert list(outputs.iterdir()) == []


def test_what_a_killed_run_left_is_in_nobodys_way(outputs):
    left = outputs / ".edition-1-0a1b2c3d.new" / "edition-1" / "reports"
    left.mkdir(parents=True)
    (left / "half.html").write_text("half", encoding="utf-8")
    edition = published(outputs)
    assert names(edition) == ["manifest.json", "reports/grades.html", "tables/grades.csv"]
    assert sorted(path.name for path in outputs.iterdir() if path.name[0] != ".") == [
        "edition-1",
        "index.html",
    ]


def test_old_editions_stay_as_they_are(outputs):
    first = published(outputs)
    before = {name: (first / name).read_bytes() for name in names(first)}
    with pytest.raises(EditionError):
        checked(outputs, {"reports/grades.html": page("<p>0123456</p>")}, number=2)
    published(outputs, number=2)
    assert {name: (first / name).read_bytes() for name in names(first)} == before


def test_a_published_edition_is_never_overwritten(outputs):
    first = published(outputs)
    with pytest.raises(OSError, match="edition-1"):
        published(outputs, {"reports/other.html": page()})
    assert names(first) == ["manifest.json", "reports/grades.html", "tables/grades.csv"]


def test_two_reports_may_show_the_same_table_and_not_two_of_one_name(outputs):
    same = {"reports/a.html": page(shared={"x": [1]}), "reports/b.html": page(shared={"x": [1]})}
    assert "tables/shared.csv" in names(published(outputs, same))
    differing = {"reports/a.html": page(shared={"x": [1]}), "reports/b.html": page(shared={"x": [2]})}
    with pytest.raises(EditionError, match="table shared differs from another report's table of that name"):
        checked(outputs, differing, number=2)


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
    assert changes_between(first, second) == [
        "New tables: All new.",
        "Tables no longer made: All gone.",
        "All cell: 1 of 2 lines differ.",
        "All rows: 1 lines before, 2 now.",
    ]


def test_a_column_that_held_nothing_before_is_no_other_table(outputs):
    before, after = (
        {"Team": ["a", "b"], "Count": [1, 2]},
        {"Team": ["a", "b"], "Count": [1, 2], "Mark": ["", "x"]},
    )
    other = {"Service": ["a", "b"], "Count": [1, 2]}
    first = published(outputs, {"reports/a.html": page(t=before, u=before)})
    second = published(outputs, {"reports/a.html": page(t=after, u=other)}, number=2)
    assert changes_between(first, second) == [
        "All t: 1 of 2 lines differ.",
        "All u: the table has other columns.",
    ]


def test_of_many_tables_that_changed_the_first_eight_are_named(outputs):
    of_one, of_two = ({f"t{number}": {"x": [value]} for number in range(10)} for value in (1, 2))
    first = published(outputs, {"reports/a.html": page(**of_one)})
    second = published(outputs, {"reports/a.html": page(**of_two)}, number=2)
    assert changes_between(first, second)[-2:] == [
        "All t7: 1 of 1 lines differ.",
        "Figures of 2 more tables differ.",
    ]


def test_the_manifest_holds_the_checksum_of_every_other_file(outputs):
    made = published(outputs, {"reports/a.html": page(grades={"x": [1]})})
    manifest = json.loads((made / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["files"] == {
        path: sha256((made / path).read_bytes()).hexdigest()
        for path in ("reports/a.html", "tables/grades.csv")
    }


def test_a_first_edition_has_no_changes_and_an_equal_one_says_so(outputs):
    first, second = published(outputs), published(outputs, number=2)
    assert changes_between(None, first) == []
    assert changes_between(first, second) == ["No figure differs from the last edition."]


def test_counts_and_shares_equal_to_references_do_not_stop_an_edition(outputs):
    pages = {
        "reports/grades.html": page(
            "<p>Of 140,625, 0.140625.</p>", grades={"rows": [140625], "x": [0.140625]}
        )
    }
    manifest = {"rows": 140625, "seconds": 0.140625}
    published(outputs, pages, references=["140625", "40625"], manifest=manifest)


@pytest.mark.parametrize("cells", [{"rows": ["140625"]}, {"case": [140625]}, {"rows": [140625, "x"]}])
def test_a_reference_in_a_table_stops_an_edition_unless_the_kit_filled_a_column_of_numbers(outputs, cells):
    with pytest.raises(EditionError, match=r"tables/grades\.csv"):
        checked(outputs, {"reports/grades.html": page(grades=cells)}, references=["140625"])


def test_the_kits_own_words_do_not_stop_an_edition_and_a_person_does(outputs):
    pages = {"reports/grades.html": page("<p>Team manager: 2026-27 Q2 peer_audit 1.</p><p>Ada Invented</p>")}
    given = {"own_words": ["Team Manager", "2026-27 Q2 peer_audit 1"]}
    published(outputs, pages, references=["Team Manager", "Audit 1"], **given)
    with pytest.raises(EditionError, match=r"peer_audit 1\. ▮▮▮ OFFICIAL"):
        checked(outputs, pages, references=["Team Manager", "Audit 1", "Ada Invented"], number=2, **given)


def test_a_refusal_names_the_words_around_an_identifier_and_no_identifier(outputs):
    body = "<p>The plan was seen by Ada Invented on a home visit to 0123456.</p>"
    with pytest.raises(EditionError) as stopped:
        checked(outputs, {"reports/0123456.html": page(body)}, references=["0123456", "Ada Invented"])
    told = str(stopped.value)
    assert '"… plan was seen by ▮▮▮ on a home visit …"' in told
    assert not any(secret in told for secret in ("0123456", "Ada", "Invented"))


def test_of_many_places_the_first_are_told_and_the_rest_counted(outputs):
    body = "\n".join(f"<p>{number} of 0123456</p>" for number in range(45))
    with pytest.raises(EditionError, match="and 5 more places") as stopped:
        checked(outputs, {"reports/grades.html": page(body)})
    assert len(str(stopped.value).splitlines()) == 42


@pytest.fixture
def period(project):
    """The parameters of a prepared period, with the seal of what its register holds."""
    project.prepare()
    parameters = project.parameters()
    parameters.outputs.mkdir(parents=True)
    return parameters


def begun(parameters, *, status="published"):
    """An edition checked and intended, and no more."""
    staged = checked(parameters.outputs, number=next_number(parameters))
    record(
        parameters,
        number=staged.number,
        manifest_sha256=staged.manifest_sha256,
        register_seq=1,
        status=f"{INTENDED}{status}",
    )
    return staged


def states(project):
    return project.register("edition").set_index("edition_id")["status"].to_dict()


def test_numbers_go_on_after_folders_and_the_register(period, project):
    assert next_number(period) == 1
    (period.outputs / "edition-1").mkdir()
    (period.outputs / "edition-7-pdf").mkdir()
    assert next_number(period) == 2
    publish(begun(period))
    shutil.rmtree(period.outputs)
    assert next_number(period) == 3


def test_what_was_interrupted_before_its_name_is_undone(period, project):
    begun(period)
    settle(period)
    assert list(period.outputs.iterdir()) == []
    assert states(project) == {"2025-26 Q2 1": "undone"}
    assert next_number(period) == 1


def test_what_was_interrupted_before_the_front_page_is_undone_and_the_last_edition_stands(period, project):
    publish(begun(period))
    settle(period)
    before = {name: (period.outputs / name).read_bytes() for name in names(period.outputs)}
    staged = begun(period)
    staged.edition.rename(period.outputs / "edition-2")
    (period.outputs / "edition-2-pdf").mkdir()
    (period.outputs / ".edition-1-pdf.new").mkdir()
    settle(period)
    assert {name: (period.outputs / name).read_bytes() for name in names(period.outputs)} == before
    assert sorted(path.name for path in period.outputs.iterdir()) == ["edition-1", "index.html"]
    assert states(project) == {"2025-26 Q2 1": "published", "2025-26 Q2 2": "undone"}


def test_what_was_interrupted_after_the_front_page_is_completed(period, project):
    publish(begun(period, status="published with failures"))
    settle(period)
    assert named_edition(period.outputs) == 1
    assert states(project) == {"2025-26 Q2 1": "published with failures"}


def test_settling_what_is_settled_changes_nothing(period, project):
    publish(begun(period))
    settle(period)
    rows = len(project.register("edition")), project.register("edition")["seq"].max()
    settle(period)
    assert (len(project.register("edition")), project.register("edition")["seq"].max()) == rows


def test_a_shared_edition_is_numbered_and_settled_apart(project):
    project.prepare()
    inside = project.parameters()
    shared = project.parameters("audience: internal", "audience: shared")
    for parameters in (inside, shared):
        parameters.outputs.mkdir(parents=True)
        publish(begun(parameters))
    assert inside.outputs != shared.outputs
    settle(shared)
    assert states(project) == {
        "2025-26 Q2 1": "intended: published",
        "2025-26 Q2 shared 1": "published",
    }
