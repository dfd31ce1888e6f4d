"""An edition is approved as it stands, by a post, once; the committee paper is in the council's own template."""

import json
from datetime import date

import pytest
from docx import Document

from qaf_lib.batch import contents
from qaf_lib.batch.run import run
from qaf_lib.batch.signing import sign
from qaf_lib.errors import InputError
from qaf_lib.register import Register

DAY = date(2026, 11, 27)
LEADERS = "Senior Leadership Team"


@pytest.fixture
def edition(project, monkeypatch):
    reports = {name: contents.REPORTS[name] for name in ("09_slt_report",)}
    monkeypatch.setattr(contents, "REPORTS", reports)
    paper = Document()
    paper.add_paragraph("England's own template")
    paper.save(str(project.root / "data/template.docx"))
    file = project.root / "parameters/ilacs.yml"
    words = "commentary: {reviewed: true, file: data/words.md}\ncommittee_template: data/template.docx\n"
    file.write_text(f"{file.read_text(encoding='utf-8')}\n{words}", encoding="utf-8")
    (project.root / "data/words.md").write_text("# slt_report\n## Findings\nSteady work.\n", encoding="utf-8")
    return run(file, say=lambda line: None).edition


def approvals(edition):
    with Register(edition.parents[3] / "vault/england/register.sqlite") as register:
        return register.read("edition")["signed_by_post"].fillna("").tolist()


def front(edition):
    return (edition.parent / "index.html").read_text(encoding="utf-8")


def test_an_edition_is_approved_once_by_a_post_as_it_stands(edition):
    assert "Nobody has approved this edition yet." in front(edition)
    paper = [line.text for line in Document(str(edition / "slt_report.docx")).paragraphs]
    assert paper[0] == "England's own template"
    assert "Steady work." in paper
    assert "<blockquote>\n<p>Steady work.</p>" in (edition / "reports/slt_report.html").read_text(
        encoding="utf-8"
    )

    with pytest.raises(
        InputError, match=r"--post is a post or body of the framework: Senior Leadership Team\."
    ):
        sign(edition, post="Ada Invented", today=DAY)
    with pytest.raises(InputError, match="edition-7 is no edition that this kit published"):
        sign(edition.with_name("edition-7"), post=LEADERS, today=DAY)
    page = edition / "reports/slt_report.html"
    as_published = page.read_bytes()
    page.write_bytes(as_published + b" ")
    with pytest.raises(InputError, match=r"edition-1/reports/slt_report\.html is not as it was published"):
        sign(edition, post=LEADERS, today=DAY)
    page.write_bytes(as_published)
    manifest = edition / "manifest.json"
    told = manifest.read_text(encoding="utf-8")
    manifest.write_text(json.dumps(json.loads(told) | {"council": "Wales"}), encoding="utf-8")
    with pytest.raises(InputError, match=r"edition-1/manifest\.json is not as the register has it"):
        sign(edition, post=LEADERS, today=DAY)
    manifest.write_text(told, encoding="utf-8")
    assert approvals(edition) == [""]
    assert "Nobody has approved" in front(edition)

    said = "Edition 1 of England, 2024-25 Q4, was approved by Senior Leadership Team on 27 November 2026."
    assert sign(edition, post=LEADERS, today=DAY) == said
    assert sign(edition, post=LEADERS, today=date(2026, 12, 1)) == said  # again: nothing new
    assert approvals(edition) == [LEADERS]
    assert "Approved by Senior Leadership Team on 27 November 2026." in front(edition)
    assert "Nobody has approved" not in front(edition)

    file, said = edition.parents[3] / "parameters/ilacs.yml", []
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("reviewed: true", "reviewed: false"), encoding="utf-8")
    again = run(file, say=said.append).edition
    assert "The commentary is left out: the parameters do not say that it is reviewed." in said
    assert "Steady" not in (again / "reports/slt_report.html").read_text(encoding="utf-8")
    assert "Nobody has approved this edition yet." in front(again)
    with pytest.raises(InputError, match="edition-1: the front page names another edition"):
        sign(edition, post=LEADERS, today=DAY)


def test_a_template_that_is_not_there_ends_a_run_before_anything_is_written(project):
    file = project.root / "parameters/ilacs.yml"
    file.write_text(
        f"{file.read_text(encoding='utf-8')}\ncommittee_template: data/none.docx\n", encoding="utf-8"
    )
    with pytest.raises(
        InputError, match=r"none\.docx, the committee_template of the parameters, is not there"
    ):
        run(file, say=lambda line: None)
    assert not (project.root / "vault").exists()
    assert not (project.root / "outputs").exists()
