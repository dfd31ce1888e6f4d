"""Lists of who and what is missing: in the vault, with references, and on no page."""

import pandas as pd

from qaf_lib.pages.practice.restricted import write_restricted
from qaf_lib.pages.store import PeriodStore

STAFF = (
    "staff_id,name,role,team_id,service,fte,started_on,left_on,can_audit,can_moderate\n"
    "Worker-71000,A Person,Worker,T1,Care,1.0,2020-01-01,,false,false\n"
)
DUTIES = """\
duties:
  - {duty_id: D1, label: Visit every team, roles: [Worker], each: team, evidence: visit, times: 1, every: quarter}
worthwhile_change"""


def written(project):
    project.prepare()
    return {
        path.stem: pd.read_csv(path, dtype=str)
        for path in write_restricted(PeriodStore(parameters=project.parameters()))
    }


def test_cases_not_yet_audited_are_listed_by_their_own_reference(project):
    project.add_audits({"0071000": "good", "0072000": "good"})
    listed = written(project)["coverage_open_cases"]
    assert sorted(listed["reference"]) == sorted(
        [f"007100{n}" for n in range(1, 6)] + [f"007200{n}" for n in range(1, 6)]
    )
    assert not set(listed["id"]) & set(listed["reference"])


def test_teams_short_of_a_duty_are_listed(project):
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", DUTIES)
    project.add_records("staff", STAFF)
    project.add_records(
        "duty_event", "event_id,kind,duty_id,held_on,by_id,team_id\nE1,visit,D1,2025-07-01,Worker-71000,T1\n"
    )
    assert written(project)["duties"][["duty_id", "id"]].to_numpy().tolist() == [["D1", "T2"]]


def test_the_lists_lie_in_the_vault_alone(project):
    project.prepare()
    paths = write_restricted(PeriodStore(parameters=project.parameters()))
    assert paths
    assert {path.parent for path in paths} == {project.parameters().period_vault / "restricted"}
    assert not (project.root / "outputs").exists()
