"""Every requirement of the four frameworks is honoured somewhere, or said not to be, and the page says so."""

from collections import Counter
from pathlib import Path

import pytest
from frameworks_page import not_computed, places_of, traceability
from honouring import KINDS, honouring

from qaf_lib.frameworks import load_framework, rules_of
from qaf_lib.frameworks.report_formats import NotComputed
from qaf_lib.frameworks.requirement_ids import COUNCILS, requirements

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "parameters" / "frameworks"

each_council = pytest.mark.parametrize("letters", COUNCILS)


@pytest.fixture(scope="module")
def files():
    return {letters: load_framework(folder=FOLDER, name=name) for letters, name in COUNCILS.items()}


def ids(letters):
    return {row.id for row in requirements() if row.id.startswith(letters)}


def lead(files, id_):
    return places_of(files[id_[:3]])[id_][0].how


def test_the_four_documents_hold_481_rules():
    # Leeds 149, Portsmouth 113, Lincolnshire 135, Durham 84
    assert len(requirements()) == len({row.id for row in requirements()}) == 481
    assert Counter(row.id[:3] for row in requirements()) == {"LEE": 149, "POR": 113, "LIN": 135, "DUR": 84}


@each_council
def test_every_id_is_honoured_or_not_computed(files, letters):
    stands = set(places_of(files[letters])) | set(not_computed(files[letters]))
    assert ids(letters) - stands == set()
    assert stands - ids(letters) == set()


@each_council
def test_no_id_is_both_honoured_and_not_computed(files, letters):
    assert set(places_of(files[letters])) & set(not_computed(files[letters])) == set()


@each_council
def test_no_id_has_two_reasons(files, letters):
    given = [id_ for part in files[letters].not_computed for id_ in part.requirements]
    assert sorted(given) == sorted(set(given))


def test_no_more_than_seventy_are_not_computed_and_each_reason_is_one_sentence(files):
    reasons = [why for rules in files.values() for why in not_computed(rules).values()]
    assert len(reasons) <= 70
    assert all(why.endswith(".") and why.count(". ") == 0 for why in reasons)


def test_the_page_is_the_one_the_command_makes():
    assert (ROOT / "docs" / "frameworks.md").read_text(encoding="utf-8") == traceability()


def test_the_page_has_one_row_for_each_id():
    rows = [
        line.split(" | ")[0].lstrip("| ") for line in traceability().splitlines() if line.startswith("| ")
    ]
    assert sorted(row for row in rows if row[:3] in COUNCILS) == sorted(row.id for row in requirements())


@each_council
def test_every_page_named_is_a_notebook_of_the_quarter(files, letters):
    named = {place.how.page for places in places_of(files[letters]).values() for place in places}
    there = {path.stem for path in (ROOT / "notebooks" / "quarter").glob("*.ipynb")}
    assert named <= there


@each_council
def test_somebody_has_said_how_every_kind_of_rule_is_honoured(files, letters):
    rules = [
        (place, rule) for place, rule, _ in rules_of(files[letters]) if not isinstance(rule, NotComputed)
    ]
    assert {honouring(place=place, rule=rule).kind for place, rule in rules} <= set(KINDS)


def test_a_rule_of_a_kind_nobody_spoke_for_is_refused():
    unheard = NotComputed(because="A reason long enough to be one.", requirements=["LEE-1"])
    with pytest.raises(TypeError, match=r"say in honouring\.py how the kit honours a NotComputed"):
        honouring(place="somewhere[0]", rule=unheard)


@pytest.mark.parametrize(
    ("id_", "kind", "page"),
    [
        ("LIN-35", "counted", "06_practice"),  # every open case audited once a calendar year
        ("DUR-11", "counted", "06_practice"),  # surveys against a tenth of closed families
        ("POR-7", "counted", "06_practice"),  # newly qualified staff supervised every 14 days
        ("LIN-30", "counted", "03_grades"),  # graded on Ofsted's scale, and the grades are counted
        ("LIN-26", "counted", "12_framework_reports"),  # cases met twice in twelve months
        ("LIN-2", "followed", "09_slt_report"),  # the three cards, in the framework's order
        ("LEE-20", "counted", "02_sample"),  # samples large enough to be credible
        ("LIN-72", "asked", "03_grades"),  # a check answered in the case file
        ("LIN-86", "counted", "07_voice"),  # a check that a return answers, never asked in an audit
        ("LEE-68", "logged", "06_practice"),  # nothing but the duty log can show it
        ("POR-22", "counted", "11_framework"),  # bodies of a list, each beside what the log holds of it
        ("LEE-119", "asked", "01_programme"),
        ("DUR-4", "counted", "10_evidence"),  # a source, with how much of it came
        ("LEE-149", "printed", "11_framework"),
    ],
)
def test_kinds_of_honouring_are_told_apart(files, id_, kind, page):
    found = lead(files, id_)
    assert (found.kind, found.page) == (kind, page)


def test_a_duty_that_repeats_another_says_so(files):
    assert "the same duty as dashboards" in lead(files, "DUR-23").does


def test_a_graded_question_is_counted_and_a_check_is_asked(files):
    questions = {
        place: honouring(place=place, rule=rule).kind
        for place, rule, _ in rules_of(files["LIN"])
        if ".questions[" in place
    }
    assert questions["tools[lin-generic].questions[voice]"] == "counted"
    assert questions["tools[lin-generic].questions[standard_75]"] == "asked"
    assert questions["tools[lin-generic].questions[standard_88]"] == "printed"
