"""Every rule broken on purpose in the four synthetic harbour is found, and nothing else is."""

import pandas as pd
import pytest

from qaf_lib import open_period
from qaf_lib.pages.practice.restricted import restricted_lists
from qaf_lib.pages.store import PeriodStore
from qaf_lib.register import Register
from qaf_lib.synthetic.demonstration import PARTS

# Part of the synthetic council, rule as the framework file names it, how it was broken.
PLANTED = [
    ("children", "independence", "own case"),
    ("children", "escalation", "told late"),
    ("children", "escalation", "not told"),
    ("children", "qa_board", "2 of 3"),
    ("children", "monthly_performance", "2 of 3"),
    ("children", "service_return", "0 of 1"),
    ("children", "observation_themes", "0 of 1"),
    ("children", "complaints_analysis", "0 of 1"),
    ("children", "improvement_plan", "0 of 1"),
    ("families", "independence", "own case"),
    ("families", "support_plan", "late"),
    ("families", "support_plan", "not done"),
    ("families", "moderation", "submitted before moderation"),
    ("families", "moderation", "not moderated"),
    ("families", "moderation", "moderated by another role"),
    ("families", "supervision_audit_om", "2 of 3"),
    ("families", "supervision_audit_sm", "0 of 1"),
    ("families", "dashboards", "12 of 13"),
    ("families", "team_briefing", "12 of 13"),
    ("families", "management_meeting", "2 of 3"),
    ("families", "group_learning", "2 of 3"),
    ("families", "long_open_ifst", "not looked at"),
    ("families", "long_open_fct", "not looked at"),
    ("leeds", "independence", "own case"),
    ("leeds", "independence", "same role"),
    ("leeds", "independence", "not the own case"),
    ("leeds", "escalation", "told late"),
    ("leeds", "escalation", "not told"),
    ("leeds", "A55", "0 of 1"),
    ("leeds", "programme", "0 of 1"),
    ("leeds", "B2", "0 of 1"),
    ("leeds", "B1", "0 of 1"),
    ("leeds", "B3", "0 of 1"),
    ("leeds", "plans_over_two_years", "not looked at"),
    ("leeds", "repeat_plans", "not looked at"),
    ("portsmouth", "independence", "own case"),
    ("portsmouth", "independence", "own service"),
    ("portsmouth", "newly_qualified_supervised", "15 days"),
    ("portsmouth", "closures_audited", "not looked at"),
    ("portsmouth", "short_plans", "not looked at"),
    ("portsmouth", "long_plans", "not looked at"),
    ("portsmouth", "placed_outside", "not looked at"),
    ("portsmouth", "T30", "2 of 3"),
    ("portsmouth", "T55", "2 of 3"),
    ("portsmouth", "T66", "2 of 3"),
    ("portsmouth", "T17", "0 of 1"),
    ("portsmouth", "T41", "12 of 13"),
    ("portsmouth", "T57", "2 of 3"),
    ("portsmouth", "T62", "2 of 3"),
    ("portsmouth", "T67", "2 of 3"),
]


@pytest.fixture(scope="module")
def files(demonshire, harbour):
    """The parameter file of each part, in the project where it may be prepared already."""
    roots = {"children": demonshire.root, "families": demonshire.root}
    return {part: roots.get(part, harbour.root) / file for part, file in PARTS.items()}


@pytest.fixture(scope="module")
def found(files):
    """Rule, reference of whom or what it was about, and how it was broken: by part."""
    return {part: breaches(file) for part, file in files.items()}


@pytest.fixture(scope="module")
def truth(harbour):
    """What was planted, by part."""
    table = pd.read_csv(harbour.root / "data/demo/truth/breaches.csv", dtype=str, keep_default_na=False)
    subjects = table["subject"].replace("", "the council")
    return {
        part: set(zip(table["rule"][rows], subjects[rows], strict=True))
        for part, rows in {part: table["part"] == part for part in PARTS}.items()
    }


def breaches(parameters_file):
    parameters = open_period(parameters_file).parameters
    store = PeriodStore(parameters=parameters)
    with Register(parameters.vault / "register.sqlite") as register:
        references = register.read("identity").drop_duplicates("id").set_index("id")["reference"]
    table = restricted_lists(store)["breaches"]
    return table.assign(reference=table["id"].map(references).fillna(table["id"]))


def test_at_least_forty_breaches_are_planted_over_the_four_harbour(truth):
    assert sum(len(planted) for planted in truth.values()) >= 40


@pytest.mark.parametrize(("part", "rule", "detail"), PLANTED)
def test_a_planted_breach_is_found(found, truth, part, rule, detail):
    rows = found[part].query("rule == @rule and detail == @detail")
    assert set(zip(rows["rule"], rows["reference"], strict=True)) & truth[part]


@pytest.mark.parametrize("part", PARTS)
def test_nothing_but_the_planted_breaches_is_reported(found, truth, part):
    assert set(zip(found[part]["rule"], found[part]["reference"], strict=True)) == truth[part]


@pytest.mark.parametrize("part", PARTS)
def test_the_page_counts_what_the_restricted_list_names(files, found, part):
    counted = open_period(files[part]).breaches.counts
    assert dict(zip(counted["row_key"], counted["x"], strict=True)) == (
        found[part]["rule"].value_counts().to_dict()
    )
