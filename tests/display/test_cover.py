"""What pages say of their sources: what has changed since the last edition, draws replaced, lists apart."""

import pandas as pd

from qaf_lib.pages import cover, open_period
from qaf_lib.pages.sample import sections as sample
from qaf_lib.prepare import Orders, Replacement, prepare
from qaf_lib.register import Register

CASES = [f"00{number}" for number in [*range(71000, 71006), *range(72000, 72006)]]


def published(project):
    """The register told that an edition of the period was published from what it holds."""
    with Register(project.root / "vault/tinyshire/register.sqlite") as register:
        row = {
            "edition_id": ["2025-26 Q2 3"],
            "period": "2025-26 Q2",
            "register_seq": register.last_seq(),
            "audience": "internal",
            "manifest_sha256": "x",
            "status": "published",
        }
        register.add({"edition": pd.DataFrame(row)}, by="me")


def test_the_slt_page_says_which_audits_are_gone_or_changed_and_why(project):
    project.add_audits(dict.fromkeys(CASES, "good"))
    project.prepare()
    published(project)
    lines = (project.root / "data/audit.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    project.write("data/audit.csv", "".join(lines[:-2]).replace("-01-0071000,0071000", "-01-0071000,0071001"))
    prepare(project.parameters(), orders=Orders(withdraw="entered twice"))
    words = repr(cover.data_quality_in_short(open_period(project.file)))
    assert (
        "Of the 12 audits that counted in edition 3, 2 are gone (no longer in the sources: entered twice), "
        "1 has another case." in words
    )


def test_nothing_is_said_where_nothing_has_changed(project):
    project.add_audits(dict.fromkeys(CASES, "good"))
    project.prepare()
    published(project)
    assert "counted in edition" not in repr(cover.data_quality_in_short(open_period(project.file)))


def test_a_replaced_draw_is_told_with_its_reason_on_the_sample_page_and_in_every_provenance(project):
    project.prepare()
    replacement = Replacement("2025-26 Q2 case_file 1", "The list lacked a team.")
    prepare(project.parameters(), orders=Orders(replacement=replacement))
    period = open_period(project.file)
    told = "2: 2025-26 Q2 case_file 2 replaces 2025-26 Q2 case_file 1 (The list lacked a team)"
    assert told in repr(sample.plan(period))
    assert told in repr(cover.provenance(period))


def test_audits_called_random_that_match_no_drawn_case_are_counted_as_chosen(project):
    project.add_audits(dict.fromkeys(CASES, "good"))
    project.prepare()
    words = repr(cover.data_quality_in_short(open_period(project.file)))
    # 7 of 12 cases are drawn
    assert "5 audits are called random and of no drawn case. They count as chosen" in words


def test_a_log_without_ids_that_was_corrected_is_told_as_corrected(project):
    heading = "case_id,unit,audit_type,selection,tool_id,tool_version,team_id,audited_on,overall_grade\n"
    rows = "".join(f"{case},child,case_file,random,tiny,1,T1,2025-08-01,good\n" for case in CASES)
    project.add_records("audit", heading + rows)
    project.prepare()
    published(project)
    project.change(
        "data/audit.csv",
        "0071000,child,case_file,random,tiny,1,T1,2025-08-01",
        "0071000,child,case_file,random,tiny,1,T1,2025-08-09",
    )
    prepare(project.parameters())
    words = repr(cover.data_quality_in_short(open_period(project.file)))
    assert "Of the 12 audits that counted in edition 3, 1 was corrected." in words
