"""Sources brought into the register and the period store."""

import json
from contextlib import closing
from sqlite3 import connect

import pandas as pd
import pytest
from filelock import FileLock

from qaf_lib.errors import InputError
from qaf_lib.fingerprint import PREPARED, is_current
from qaf_lib.intake import read_intake
from qaf_lib.pages import open_period
from qaf_lib.pages.store import PeriodStore
from qaf_lib.prepare import Orders, Replacement, preparation, prepare
from qaf_lib.register import Register, vault_location

GRADES = {f"00{number}": "good" for number in [*range(71000, 71006), *range(72000, 72006)]}
CENSUS = (
    "margin_of_error: 0.25",
    "margin_of_error: 0.01",
)  # of twelve cases a margin of one point asks for all


def references(project):
    """What the drawn cases are called in the sources, from the list for auditors."""
    files = sorted((project.root / "vault" / "tinyshire").glob("*/restricted/draw_*.csv"))
    return {file.stem.removeprefix("draw_"): pd.read_csv(file, dtype=str) for file in files}


def drawn(project, name="2025-26_Q2_case_file_1"):
    listed = references(project)[name]
    return listed.loc[listed["state"] == "selected", "reference"].tolist()


def test_a_first_run_records_sources_cases_and_the_due_draw(project):
    prepared = project.prepare()
    assert prepared.new_draws == ["2025-26 Q2 case_file 1"]
    # the key, 2 snapshots, 12 cases, 2 teams, 12 cases' and 12 workers' identities, 1 draw, 2 strata, 12 drawn
    assert project.last_seq == 1 + 2 + 12 + 2 + 12 + 12 + 1 + 2 + 12
    assert project.register("snapshot")["rows"].tolist() == [12, 2]


def test_the_same_sources_add_nothing_the_second_time(project):
    project.add_audits(GRADES)
    project.prepare()
    before = project.last_seq
    assert project.prepare().new_draws == []
    assert project.last_seq == before


def test_the_same_sources_give_the_same_store_to_the_byte(project):
    project.add_audits(GRADES)
    folder = project.prepare().store
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    project.prepare()
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_no_identifier_stands_in_the_store(project):
    project.add_audits(GRADES)
    heading = "kind,case_id,team_id,received_on,respondent,text"
    project.add_records("feedback", f"{heading}\nsurvey,0071000,T1,2025-08-01,child,Xyzzy felt heard\n")
    store = project.prepare().store
    known = [*project.register("identity")["reference"], "Xyzzy"]
    assert "0071000" in known
    assert "Auditor-1" in known
    for path in store.iterdir():
        text = path.read_bytes()
        if path.suffix == ".parquet":
            text += pd.read_parquet(path).to_csv().encode()
        assert not [reference for reference in known if reference.encode() in text], path.name


def test_names_and_free_text_stay_in_the_register(project):
    heading = "staff_id,name,role,team_id,service,fte,started_on,can_audit,can_moderate"
    project.add_records("staff", f"{heading}\nS-12345,Ada Invented,Worker,T1,Care,1,2020-01-01,true,false\n")
    store = project.prepare().store
    assert project.register("staff")["name"].tolist() == ["Ada Invented"]
    assert "name" not in pd.read_parquet(store / "staff.parquet")
    assert not (store / "identity.parquet").exists()


def test_the_auditors_list_has_the_drawn_cases_by_their_own_references(project):
    project.prepare()
    assert len(drawn(project)) == 7
    assert set(drawn(project)) <= set(GRADES)


def test_a_recorded_draw_stands_when_the_caseload_changes(project):
    project.prepare()
    first, rows = drawn(project), project.register("draw_case")
    project.change("data/cases.csv", "0071000,child,Care,T1", "0079999,child,Care,T1")
    assert project.prepare().new_draws == []
    assert drawn(project) == first
    pd.testing.assert_frame_equal(project.register("draw_case"), rows)


def replace(project, draw="2025-26 Q2 case_file 1", because="A team was left out."):
    return prepare(project.parameters(), orders=Orders(replacement=Replacement(draw, because)))


def test_a_replacement_starts_after_the_replaced_draw_and_says_why(project):
    project.prepare()
    assert replace(project).new_draws == ["2025-26 Q2 case_file 2"]
    strata = project.register("draw_stratum").set_index(["draw_id", "stratum"])
    ends, starts = (
        strata.xs(f"2025-26 Q2 case_file {n}")[what] for n, what in ((1, "next_start"), (2, "start"))
    )
    assert ends.tolist() == starts.tolist()
    assert project.adds() == 0
    draws = project.register("draw")
    assert draws["replaces_draw_id"].fillna("").tolist() == ["", "2025-26 Q2 case_file 1"]
    assert draws["reason"].fillna("").tolist() == ["", "A team was left out."]
    assert draws["purpose"].tolist() == ["estimate", "estimate"]


def test_a_draw_with_a_graded_audit_cannot_be_replaced(project):
    project.add_audits({"0071000": "", "0072000": ""} | dict.fromkeys(GRADES, ""))
    project.prepare()
    replace(project)
    project.change("data/audit.csv", ",2025-08-01,\n", ",2025-08-01,good\n")
    with pytest.raises(InputError, match=r"7 audits of the draw 2025-26 Q2 case_file 2 have a grade"):
        replace(project, "2025-26 Q2 case_file 2")
    assert len(project.register("draw")) == 2


@pytest.mark.parametrize("draw", ["2025-26 Q2 case_file 1", "2025-26 Q1 case_file 1", ""])
def test_what_is_no_current_draw_of_the_period_cannot_be_replaced(project, draw):
    project.prepare()
    replace(project)
    with pytest.raises(InputError, match=r"names no draw .* draws are: 2025-26 Q2 case_file 2"):
        replace(project, draw)


def test_days_drawn_under_another_name_are_drawn_already(project):
    project.prepare()
    project.change("parameters/tiny.yml", "2025-26 Q2", "2025 Q3")  # the same three months
    assert project.prepare().new_draws == []


def test_the_next_period_s_draw_starts_after_this_one_s(project):
    project.prepare()
    first = drawn(project)
    project.change("parameters/tiny.yml", "2025-26 Q2", "2025-26 Q3")
    project.change("parameters/tiny.yml", "2025-06-30", "2025-09-30")
    assert project.prepare().new_draws == ["2025-26 Q3 case_file 1"]
    # 7 of 12 in two draws: together they take every case, none left out before another comes twice
    assert set(first) | set(drawn(project, "2025-26_Q3_case_file_1")) == set(GRADES)


def test_the_first_period_s_store_is_not_touched_by_the_second(project):
    store = project.prepare().store
    before = (store / "store.json").read_bytes()
    project.change("parameters/tiny.yml", "2025-26 Q2", "2025-26 Q3")
    project.prepare()
    assert (store / "store.json").read_bytes() == before


@pytest.mark.parametrize(
    ("selection", "linked"),
    [("random", 12), ("census", 12), ("panel", 12), ("themed", 0), ("ad_hoc", 0), ("top_up", 0)],
)
def test_only_audits_made_by_chance_belong_to_the_draw(project, selection, linked):
    project.change("parameters/tiny.yml", *CENSUS)
    project.add_audits(GRADES, selection=selection)
    project.prepare()
    assert project.register("audit")["draw_id"].notna().sum() == linked


def test_audits_of_cases_that_were_not_drawn_and_of_other_periods_do_not_belong_to_the_draw(project):
    project.add_audits(GRADES)
    project.add_audits(GRADES, day="2025-06-30", selection="panel")
    project.prepare()
    audits = project.register("audit").dropna(subset="draw_id")
    assert len(audits) == 7
    assert (audits["audited_on"] == pd.Timestamp("2025-08-01")).all()


def test_of_two_audits_of_a_drawn_case_the_first_belongs_to_the_draw(project):
    project.change("parameters/tiny.yml", *CENSUS)
    project.add_audits(GRADES, day="2025-08-02")
    project.add_audits({"0071000": "inadequate"}, day="2025-08-01", selection="panel")
    project.prepare()
    linked = project.register("audit").dropna(subset="draw_id").groupby("overall_grade").size()
    assert linked.to_dict() == {"good": 11, "inadequate": 1}


def test_audits_after_the_period_wait_for_the_next_one(project):
    project.add_audits(GRADES, day="2025-10-01")
    store = project.prepare().store
    assert pd.read_parquet(store / "audit.parquet").empty
    assert len(project.register("audit")) == 12


def test_a_corrected_audit_supersedes_the_old_one(project):
    project.add_audits({"0071000": "good"})
    project.prepare()
    project.change("data/audit.csv", "2025-08-01,good", "2025-08-01,outstanding")
    assert project.adds() == 3  # the snapshot, the reading and the audit
    audits = project.register("audit")
    assert audits["overall_grade"].tolist() == ["outstanding"]
    assert audits["supersedes"].notna().all()


def test_a_case_without_a_team_stays_in_the_population_as_not_recorded(project):
    project.change("data/cases.csv", "0071000,child,Care,T1", "0071000,child,Care,")
    project.change("parameters/tiny.yml", "strata: [service]", "strata: [team_id]")
    project.prepare()
    strata = project.register("draw_stratum").set_index("stratum")["population"]
    assert strata.to_dict() == {"T1": 5, "T2": 6, "not recorded": 1}


def test_a_public_source_keeps_its_references_and_gives_no_identities(project):
    project.change(
        "parameters/tiny.yml", "cases: data/cases.csv", "cases: {file: data/cases.csv, public: true}"
    )
    project.change("parameters/tiny.yml", "team: data/team.csv", "team: {file: data/team.csv, public: true}")
    store = project.prepare().store
    assert set(pd.read_parquet(store / "case.parquet")["case_id"]) == set(GRADES)
    assert project.register("identity").empty
    assert json.loads((store / "store.json").read_text(encoding="utf-8"))["public"]
    assert set(drawn(project)) <= set(GRADES)


def test_rows_set_aside_are_counted_in_the_store_without_their_values(project):
    project.add_audits(GRADES | {f"{n}": "good" for n in range(20)})
    project.change(
        "data/audit.csv",
        "0071000,child,case_file,random,tiny,1,Auditor-1,T1,2025-08-01,good",
        "0071000,child,case_file,random,tiny,1,Auditor-1,T1,2025-08-01,splendid",
    )
    store = project.prepare().store
    faults = pd.read_parquet(store / "faults.parquet")
    assert faults[["source", "row", "column", "rule", "effect", "table"]].to_numpy().tolist() == [
        ["data/audit.csv", 2, "overall_grade", "is a grade off the scale", "set_aside", "audit"],
    ]
    counts = pd.read_parquet(store / "counts.parquet").set_index("table")
    assert counts.loc["audit", ["rows", "set_aside"]].tolist() == [32, 1]


def test_a_query_is_asked_again_every_time(project, monkeypatch):
    with closing(connect(project.root / "t.sqlite")) as database:
        pd.read_csv(project.root / "data" / "team.csv").to_sql("team", database, index=False)
    monkeypatch.setenv("QAF_TINY", f"sqlite:///{project.root / 't.sqlite'}")
    query = "team: {query: SELECT * FROM team, address_in: QAF_TINY}"
    parameters = project.parameters("team: data/team.csv", query)
    project.prepare()
    assert not is_current(parameters)
    assert project.adds() == 0


def test_wrong_input_leaves_an_earlier_store_and_register_as_they_were(project):
    prepared = project.prepare()
    before, seq = (prepared.store / "store.json").read_bytes(), project.last_seq
    project.change("data/team.csv", "team_id", "team")
    with pytest.raises(InputError, match="the column team_id is missing"):
        project.prepare()
    assert (prepared.store / "store.json").read_bytes() == before
    assert project.last_seq == seq


def test_a_run_that_finds_the_vault_held_says_so(project, monkeypatch):
    vault = project.prepare().store.parents[1]
    monkeypatch.setattr("qaf_lib.prepare.preparation.LOCK_SECONDS", 0.1)
    with (
        FileLock(vault / "prepare.lock"),
        pytest.raises(InputError, match="another run of Tinyshire is under way and holds its vault"),
    ):
        project.prepare()
    assert project.adds() == 0


def test_what_a_killed_run_left_beside_the_store_is_replaced(project):
    store = project.prepare().store
    (store.parent / "store.new").mkdir()
    (store.parent / "store.new" / "half.parquet").write_bytes(b"half")
    project.prepare()
    assert sorted(path.name for path in store.parent.iterdir()) == ["restricted", "store"]
    assert not (store / "half.parquet").exists()


def test_the_store_reads_as_tables_of_the_period(project):
    project.add_audits(GRADES)
    prepared = project.prepare()
    store = PeriodStore(parameters=project.parameters(), folder=prepared.store)
    assert len(store.opening) == len(store.closing) == 12
    assert store.team_names == {"T1": "North team", "T2": "South team"}
    assert store.draws[0].responses["grade"].notna().sum() == 7


def test_no_notebook_changes_what_the_next_one_reads_of_a_period(project):
    project.add_audits(GRADES)
    path = project.prepare().store / PREPARED
    first, before = open_period(path), open_period(path)
    shares, teams = before.grades[0].headline.copy(), before.store.closing["team_id"].tolist()
    first.grades[0].headline["estimate"] = 0.0
    first.store.closing["team_id"] = "T9"
    first.team_names["T1"] = "Nobody's"
    again = open_period(path)
    pd.testing.assert_frame_equal(again.grades[0].headline, shares)
    assert again.store.closing["team_id"].tolist() == teams
    assert again.team_names["T1"] == "North team"


def test_what_a_run_prepared_is_opened_as_it_stands_whatever_changes_meanwhile(project):
    store = project.prepare().store
    before = {path.name: path.read_bytes() for path in store.iterdir()}
    opened = open_period(store / PREPARED)
    project.change("data/team.csv", "North team", "East team")
    project.change("parameters/tiny.yml", "margin_of_error: 0.25", "margin_of_error: 0.30")
    project.change("parameters/frameworks/tiny.yml", "label: Case file audit", "label: Another audit")
    again = open_period(store / PREPARED)
    for period in (opened, again):
        assert period.team_names["T1"] == "North team"
        assert period.parameters.draws[0].margin_of_error == 0.25
        assert period.framework.audit_type("case_file").label == "Case file audit"
        assert period.parameters.path == project.file
    assert {path.name: path.read_bytes() for path in store.iterdir()} == before
    assert open_period(project.file).team_names["T1"] == "East team"


@pytest.mark.parametrize("name", ["data/cases.csv", "parameters/tiny.yml", "parameters/frameworks/tiny.yml"])
def test_a_file_that_changes_while_it_is_read_is_refused_and_nothing_recorded(project, monkeypatch, name):
    def read_and_changed(**given):
        intake = read_intake(**given)
        with (project.root / name).open("a", encoding="utf-8") as file:
            file.write("\n")
        return intake

    monkeypatch.setattr("qaf_lib.prepare.preparation.read_intake", read_and_changed)
    with pytest.raises(InputError, match="changed while it was read"):
        project.prepare()
    with Register(project.root / "vault" / "tinyshire" / "register.sqlite") as register:
        assert register.last_seq(without=["vault"]) == 0


def rename_teams(project, first, second):
    for name in ("data/team.csv", "data/cases.csv"):
        text = (project.root / name).read_text(encoding="utf-8")
        project.write(name, text.replace("T1", first).replace("T2", second))


@pytest.mark.parametrize(("first", "second"), [("T/1", "T-1"), ("Équipe", "equipe"), ("T 1", "t_1")])
def test_teams_that_would_share_the_address_of_a_page_are_refused(project, first, second):
    rename_teams(project, first, second)
    with pytest.raises(InputError, match="would share the address of a page") as refused:
        project.prepare()
    assert first in str(refused.value)
    assert project.nothing_written


def test_teams_whose_ids_differ_in_the_last_of_many_letters_are_prepared(project):
    rename_teams(project, "T" * 300, f"{'T' * 300}x")
    assert project.prepare().new_draws


def test_a_vault_on_a_share_needs_its_registers_elsewhere(project, monkeypatch):
    mounts = project.write("mounts", f"disk / ext4 rw 0 0\nhost:/x {project.root} nfs4 rw 0 0\n")
    monkeypatch.setattr(vault_location, "_MOUNTS", mounts)
    with pytest.raises(InputError, match="stands on a network share"):
        preparation._read(project.parameters())
    monkeypatch.setenv("QAF_REGISTER_URL", "postgresql://nowhere.invalid/qaf")
    preparation._refuse_place(project.parameters())
    monkeypatch.setenv("QAF_VAULT", str(project.root / "Dropbox" / "vault"))
    with pytest.raises(InputError, match="synced folder Dropbox"):
        preparation._refuse_place(project.parameters())
