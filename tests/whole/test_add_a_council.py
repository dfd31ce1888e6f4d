"""The council of docs/add-a-council.md: its files run as they stand on the page, and do what it says."""

import re
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest

from qaf_lib.pages import open_period, sections
from qaf_lib.parameters import load_parameters
from qaf_lib.prepare import check_sources
from qaf_lib.register import Register

PAGE = Path(__file__).resolve().parents[2] / "docs" / "add-a-council.md"
BLOCK = re.compile(r"^```(?:yaml|csv) (\S+)\n(.*?)^```$", re.M | re.S)

TEAMS = {"T1": "Help", "T2": "Help", "T3": "Care", "T4": "Care"}
MANAGERS = {f"TM-200{number}": team for number, team in enumerate(TEAMS, start=1)}
ELEVEN_MONTHS, TWELVE_MONTHS = "FV-100001", "FV-100002"


def blocks():
    return dict(BLOCK.findall(PAGE.read_text(encoding="utf-8")))


class Fenvale:
    """The project folder of the page: its two YAML files as they stand, and its tables with more rows."""

    def __init__(self, root):
        self.root = root
        self.file = root / "parameters" / "fenvale.yml"
        for name, text in blocks().items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        self.fill("cases_2026-06-30", [_case(number) for number in range(2, 481)])
        self.fill("team", [f"{team},{team} team,{service}" for team, service in list(TEAMS.items())[1:]])
        self.fill("staff", [_manager(person, team) for person, team in list(MANAGERS.items())[1:]])
        self.audits(
            [f"FA-300002,{TWELVE_MONTHS},child,peer_audit,random,fen-peer,2026.1,TM-2001,T2,2025-06-30,weak"]
        )

    def fill(self, table, rows):
        """Add rows under those that the page shows."""
        with (self.root / "data" / "fenvale" / f"{table}.csv").open("a", encoding="utf-8") as stream:
            stream.write("\n".join(rows) + "\n")

    def audits(self, rows):
        self.fill("audit", rows)

    def register(self, table):
        with Register(self.root / "vault" / "fenvale" / "register.sqlite") as register:
            return register.read(table)

    def listed(self, name):
        """A restricted list of the vault, by references."""
        (path,) = (self.root / "vault" / "fenvale").glob(f"*/restricted/{name}_*.csv")
        return pd.read_csv(path, dtype=str)


def _case(number):
    team = list(TEAMS)[(number - 1) % 4]
    return f"FV-{100000 + number},child,{TEAMS[team]},{team},SW-100{number % 4},looked_after,2025-03-04,false"


def _manager(person, team):
    return f"{person},Name {person[-1]},Team Manager,{team},{TEAMS[team]},1.0,2020-01-06,,true,false,10"


@pytest.fixture(scope="module", autouse=True)
def own_vault():
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("QAF_VAULT", raising=False)
        yield


@pytest.fixture(scope="module")
def fenvale(tmp_path_factory):
    """Fenvale as the page leaves it; no test changes it."""
    return Fenvale(tmp_path_factory.mktemp("fenvale"))


@pytest.fixture(scope="module")
def period(fenvale):
    return open_period(fenvale.file)


def test_the_page_names_two_yaml_files_and_five_tables():
    assert list(blocks()) == [
        "parameters/frameworks/fenvale.yml",
        "parameters/fenvale.yml",
        *(
            f"data/fenvale/{name}.csv"
            for name in ("cases_2026-06-30", "team", "staff", "audit", "duty_event")
        ),
    ]
    assert all(
        len(pd.read_csv(StringIO(text))) == 1 for name, text in blocks().items() if name.endswith(".csv")
    )


def test_the_sources_pass_the_check_with_nothing_set_aside(fenvale):
    intake = check_sources(load_parameters(fenvale.file))
    assert intake.faults.empty
    assert intake.counts.set_index("table")["rows"].to_dict() == {
        "case": 480,
        "team": 4,
        "staff": 4,
        "audit": 2,
        "duty_event": 1,
    }


def test_the_scale_has_five_grades_and_reports_lead_with_its_first_band(period):
    rules = period.framework
    assert rules.scale.grades == ["unsafe", "weak", "sound", "strong", "excellent"]
    assert rules.scale.headline.label == "sound or better"


def test_the_draw_is_five_per_cent_and_says_how_precise_that_is(fenvale, period):
    sample = period.samples[0]
    assert (sample.drawn, sample.eligible, sample.open_cases) == (
        24,
        479,
        480,
    )  # 5% of 479 is 23.95, of 480 is 24
    words = repr(sections.sample.plan(period))
    assert "Draw 24 of the 479 cases" in words
    assert "The size is 5% of the cases" in words
    assert f"within about {round(sample.plan.expected_margin * 100)} percentage points" in words
    assert (
        fenvale.register("draw")["design"]
        .iloc[0]
        .startswith("stratified by service; confidence 95%; 5.0% of")
    )


def test_a_case_audited_eleven_months_ago_cannot_be_drawn_and_one_of_twelve_months_ago_can(fenvale, period):
    assert period.samples[0].exclusions["x"].tolist() == [1]
    identity = fenvale.register("identity").set_index("reference")["id"]
    frame = fenvale.register("draw_case").set_index("case_id")
    assert frame.loc[identity[ELEVEN_MONTHS], "state"] == "excluded"
    assert frame.loc[identity[ELEVEN_MONTHS], "exclusion_reason"] == "audited in the last 12 months"
    assert frame.loc[identity[TWELVE_MONTHS], "state"] != "excluded"
    assert 0 < frame.loc[identity[TWELVE_MONTHS], "inclusion_probability"] < 1


def test_the_report_says_of_which_share_of_cases_it_speaks(period):
    words = repr(sections.sample.plan(period))
    assert "The estimates are about 479 of 480 cases in scope" in words


def test_peers_audit_another_teams_cases_six_each(fenvale, period):
    assert period.allocation[0].conflicts == []
    given = fenvale.listed("allocation")
    teams = pd.read_csv(fenvale.root / "data/fenvale/cases_2026-06-30.csv").set_index("case_id")["team_id"]
    assert given["auditor"].value_counts().to_dict() == dict.fromkeys(MANAGERS, 6)
    assert (given["auditor"].map(MANAGERS) != given["reference"].map(teams)).all()


@pytest.mark.parametrize(("missing", "done", "state"), [(0, 24, "met"), (1, 23, "partly met")])
def test_two_audits_a_month_are_counted_as_met_or_partly_met(tmp_path, missing, done, state):
    fenvale = Fenvale(tmp_path)
    open_period(fenvale.file)
    given = fenvale.listed("allocation").sort_values("auditor")
    rows = [
        f"FA-5000{at:02d},{reference},child,peer_audit,random,fen-peer,2026.1,{auditor},T1,2026-0{7 + at % 3}-15,sound"
        for at, (auditor, reference) in enumerate(zip(given["auditor"], given["reference"], strict=True))
    ]
    fenvale.audits(rows[missing:])
    found = open_period(fenvale.file)
    duty = found.duties.duties.set_index("duty_id").loc["F1"]
    count = found.duties.counts.set_index("row_key").loc["F1"]
    assert (count["x"], count["n"], duty["state"]) == (done, 24, state)  # 4 managers, 2 a month, 3 months
    assert found.samples[0].graded == done


def test_the_ambiguous_word_is_printed_with_its_reading(period):
    words = repr(sections.framework.readings(period))
    assert "Every two months, six times a year." in words
    assert "6 times a year" in words
