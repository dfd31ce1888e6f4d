"""Documents of a period: in the vault alone, with what people typed, for their owner to open."""

import openpyxl

from qaf_lib.batch.documents import form_sheets, write_documents
from qaf_lib.pages.store import PeriodStore

ACTION = "action_id,source,source_id,team_id,theme,title,action,owner_post,due_on,board_agreed_on,reviewed\n"
RULES = """\
programme:
  blocks: [{block: audit, label: Audits, columns: [title, date, notes]}]
  outline: [{label: Service}, {label: Why}]
reports:
  - {name: ending, label: When work ends, headings: [{label: What came of it}, {label: Cost, optional: true}]}
  - {name: made, label: Made of figures, headings: [{label: Audits, answered_by: [audits_made]}]}
action_plan:
  columns:
    - {label: Title}
    - {label: Action to be taken}
    - {label: Action taken to date}
    - {label: Responsible officer}
    - {label: Date completed}
    - {label: Action approved by}
worthwhile_change"""


def prepared(project):
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", RULES)
    project.add_records(
        "action",
        f"{ACTION}LC-1,board,,T1,,Typed title,=Do this,Board,2025-08-01,2025-07-01,no\n"
        "LC-2,audit,,T1,,Second,Do that,Board,2025-12-01,2025-08-01,yes\n",
    )
    project.add_records(
        "action_event",
        "action_id,event_no,on,status,taken_to_date,approved_by_post\nLC-1,1,2025-07-02,open,Begun,\n"
        "LC-1,2,2025-07-30,completed,All done,\nLC-1,3,2025-08-02,approved,,Board\n"
        "LC-2,1,2025-10-01,open,After the quarter,\n",
    )
    project.add_records(
        "project",
        "project_id,block,title,on,officer_post,notes\nP1,audit,Typed work,2025-11-03,Board,Typed notes\n",
    )
    project.prepare()
    return {path.stem: path for path in write_documents(PeriodStore(parameters=project.parameters()))}


def rows(path, sheet=0):
    page = openpyxl.load_workbook(path).worksheets[sheet]
    lines = [list(line) for line in page.iter_rows(values_only=True)]
    top = next(at for at, line in enumerate(lines) if all(line))
    return [dict(zip(lines[top], line, strict=True)) for line in lines[top + 1 :]]


def test_the_action_plan_has_its_six_columns_filled_for_finished_actions_too(project):
    first, second = rows(prepared(project)["action_plan"])
    assert first["Title"] == "Typed title"
    assert first["Action to be taken"] == "=Do this"
    assert first["Action taken to date"] == "2 July 2025: Begun\n30 July 2025: All done"
    assert [str(first[name])[:10] for name in ("Date completed", "Due")] == ["2025-07-30", "2025-08-01"]
    assert second["Action's reference"] == "LC-2"
    assert (first["Came from"], first["State"], second["Action taken to date"]) == (
        "Board or leaders",
        "approved",
        None,
    )


def test_the_action_plan_says_of_how_many_actions_nothing_is_written(project):
    page = openpyxl.load_workbook(prepared(project)["action_plan"]).worksheets[0]
    told = "Nothing is written of what is to be done for 0 of 2 actions, of what was done so far for 1 of 2."
    assert told in [line[0] for line in page.iter_rows(max_row=6, values_only=True)]


def test_the_next_programme_has_titles_and_notes_as_they_were_typed(project):
    found = rows(prepared(project)["programme_next"])
    assert {"title": "Typed work", "notes": "Typed notes"}.items() <= found[-1].items()


def test_forms_have_the_framework_s_headings_and_say_what_may_be_left_out(project):
    written = prepared(project)
    assert [row["Heading"] for row in rows(written["outline_paper"])] == ["Service", "Why"]
    assert [row["Needed"] for row in rows(written["ending"])] == ["always", "where it applies"]
    assert "made" not in written


def test_documents_lie_in_the_vault_alone(project):
    folders = {path.parent for path in prepared(project).values()}
    assert folders == {project.parameters().period_vault / "documents"}
    assert not (project.root / "outputs").exists()


def test_a_framework_without_paper_of_its_own_has_no_forms(project):
    assert form_sheets(project.parameters().rules) == {}


def test_a_framework_without_columns_has_the_usual_six(project):
    project.prepare()
    path = next(
        path
        for path in write_documents(PeriodStore(parameters=project.parameters()))
        if path.stem == "action_plan"
    )
    assert [cell.value for cell in openpyxl.load_workbook(path).worksheets[0][6]][:6] == [
        *("Title", "Action to be taken", "Action taken to date", "Owner", "Completed", "Approved by"),
    ]
