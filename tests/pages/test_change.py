"""What the moderation and re-audit pages are made from: a small period asked whether practice changed."""

from itertools import product

import pandas as pd
import pytest

from qaf_lib.analysis import change_claim
from qaf_lib.pages import open_period, sections
from qaf_lib.pages.reaudit.sections import claim_words

CARE = [f"007100{n}" for n in range(6)]
NEED = [f"007200{n}" for n in range(6)]
ALL = CARE + NEED
CENSUS = ("margin_of_error: 0.25", "margin_of_error: 0.01")
MODERATION = (
    "moderation_id,audit_id,moderator_id,moderated_on,why,probability,blind,audit_grade,moderated_grade\n"
)
HALF = dict.fromkeys(CARE, "good") | dict.fromkeys(NEED, "inadequate")


@pytest.fixture
def census(project):
    """Every case drawn: what the strata weigh can be worked out by eye."""
    project.change("parameters/tiny.yml", *CENSUS)
    return project


def moderate(project, audits, *, why="random", blind="true", day="2025-08-20"):
    """Moderations of audits, as (audit id, audit grade, moderated grade)."""
    lines = [
        f"M-{number}-{audit},{audit},Moderator-{number},{day},{why},0.5,{blind},{given},{found}"
        for number, (audit, given, found) in enumerate(audits, start=1)
    ]
    project.add_records("moderation", MODERATION + "\n".join(lines) + "\n")


def place(project):
    """Audits of cases in need are the south team's, as the cases are."""
    path = project.root / "data" / "audit.csv"
    lines = path.read_text(encoding="utf-8").split("\n")
    project.write(
        "data/audit.csv",
        "\n".join(line.replace(",T1,", ",T2,") if "-00720" in line else line for line in lines),
    )


def audit_id(case, day="2025-08-01", selection="random"):
    return f"A-{selection}-{day}-{case}"


def of(table, measure):
    return table.set_index("measure").loc[measure]


def test_last_period_is_weighted_to_this_periods_strata_where_no_draw_of_it_is_recorded(census):
    # then: 4 of 4 in care, 0 of 2 in need; each service has 6 of the 12 cases: 0.5, not 4 of 6
    census.add_audits(
        dict.fromkeys(CARE[:4], "good") | dict.fromkeys(NEED[:2], "inadequate"), day="2025-05-01"
    )
    census.add_audits(HALF)
    place(census)
    found = open_period(census.file).reaudit.since_last
    assert of(found.change, "before")["estimate"] == pytest.approx(0.5)
    assert of(found.change, "change")["estimate"] == pytest.approx(0)
    assert "weighted to this period's groups" in found.weights


def test_cases_in_both_samples_are_counted_as_such(census):
    census.add_audits(HALF, day="2025-05-01")
    census.add_audits(dict.fromkeys(ALL, "good"))
    found = open_period(census.file).reaudit.since_last
    assert of(found.change, "in_common")[["x", "n"]].tolist() == [12, 12]
    assert of(found.alike, "change")["estimate"] == pytest.approx(0.5)


def test_the_verdict_the_interval_and_the_adjusted_probability_agree(census):
    census.add_audits(HALF, day="2025-05-01")
    census.add_audits(dict.fromkeys(ALL, "good"))
    found = open_period(census.file).reaudit
    adjusted = found.comparisons.query("measure == 'p_adjusted'").set_index("row_key")["estimate"]
    row = of(found.independent, "change")
    said = repr(sections.reaudit.headline(open_period(census.file)))
    assert said.lower().startswith(
        f"{found.independent_claim.direction} since {found.independent_period}.".lower()
    )
    claimed = found.independent_claim.direction in ("improved", "worsened")
    assert found.lead == "independent"
    assert claimed == (adjusted["independent"] < 0.05 and (row["low"] > 0 or row["high"] < 0))


@pytest.mark.parametrize(
    ("detectable", "words"),
    [
        (None, "there are too few to see any change."),
        (0.22, "only a change of 22 points or more would have stood out from chance."),
        (0.224, "only a change of 23 points or more would have stood out from chance."),
        (0.07 * 3, "only a change of 21 points or more would have stood out from chance."),
    ],
)
def test_what_could_have_been_seen_is_never_said_to_be_less_than_it_is(census, detectable, words):
    period, table = open_period(census.file), pd.DataFrame({"measure": ["change"]})
    table = table.assign(estimate=0.0, low=-0.1, high=0.1)
    claim = change_claim(low=-0.1, high=0.1, p_adjusted=None, detectable=detectable, worthwhile=0.1)
    said = claim_words(period, "in the same cases", claim, table, "change", leads=True)
    assert said == (
        "No clear change in the same cases. The share that is good or better stayed as it was (likely "
        f"between −10 and +10 points); {words} A rise of 10 points or more, which is taken to be worthwhile, is "
        "neither shown nor ruled out."
    )
    beside = claim_words(period, "in the same cases", claim, table, "change")
    assert beside.startswith("In the same cases: no clear change. The share")
    assert beside.endswith(words)


def test_pairs_by_chance_are_tested_every_way(census):
    census.add_audits(dict.fromkeys(ALL, "inadequate"), day="2025-05-01")
    census.add_audits(dict.fromkeys(ALL, "good"), selection="panel")
    found = open_period(census.file).reaudit
    tests = found.paired_tests.set_index("measure")["estimate"]
    # 12 of 12 gained: 2 * 0.5**12
    assert tests["mcnemar_exact_p"] == pytest.approx(2 * 0.5**12)
    assert tests["ordinal_shift_p"] == pytest.approx(2 * 0.5**12)
    assert (found.paired_claim.direction, found.paired_claim.worthwhile) == ("improved", "rise")


def test_chosen_cases_are_set_against_blind_moderation(census):
    census.add_audits(dict.fromkeys(ALL, "inadequate"), day="2025-05-01")
    census.add_audits(dict.fromkeys(ALL, "good"), selection="themed")
    second = ["good"] * 3 + ["inadequate"] * 9
    moderate(census, [(audit_id(c, "2025-05-01"), "inadequate", g) for c, g in zip(ALL, second, strict=True)])
    found = open_period(census.file).reaudit
    # a blind second look raised 3 of 12: 0.25 by chance, 1 - 0.25 beyond it
    change = found.second_look.change.set_index("measure")["estimate"]
    assert change[["chance_alone", "change_beyond"]].tolist() == pytest.approx([0.25, 0.75])
    assert not found.second_look.at_most
    assert found.chosen_claim.direction == "improved"


def test_a_second_look_by_somebody_who_saw_the_grade_bears_no_verdict(census):
    census.add_audits(dict.fromkeys(ALL, "inadequate"), day="2025-05-01")
    census.add_audits(dict.fromkeys(ALL, "good"), selection="themed")
    looks = [(audit_id(c, "2025-05-01"), "inadequate", "inadequate") for c in ALL]
    moderate(census, looks, blind="false")
    found = open_period(census.file).reaudit
    assert found.second_look.at_most
    assert found.chosen_claim is None
    assert "most it can be" in repr(sections.change.luck(open_period(census.file)))


def test_cases_with_a_completed_action_are_set_beside_the_others(census):
    census.add_audits(dict.fromkeys(ALL, "inadequate"), day="2025-05-01")
    census.add_audits(dict.fromkeys(CARE, "good") | dict.fromkeys(NEED, "inadequate"), selection="panel")
    actions = "action_id,source,case_id,title,action,owner_post\n" + "".join(
        f"ACT-{case},audit,{case},See the child,See the child,Team Manager\n" for case in CARE
    )
    events = "action_id,event_no,on,status\n" + "".join(
        f"ACT-{case},1,2025-06-15,completed\n" for case in CARE
    )
    census.add_records("action", actions)
    census.add_records("action_event", events)
    found = open_period(census.file).change
    better = found.actions_of_cases.query("measure == 'better'").set_index("row_key")
    assert better.loc["with action", ["x", "n"]].tolist() == [6, 6]
    assert better.loc["without action", ["x", "n"]].tolist() == [0, 6]
    assert better.loc["difference", "estimate"] == 1
    assert found.actions_of_teams.empty


def test_a_period_without_anything_to_compare_says_so_and_does_not_fail(project):
    period = open_period(project.file)
    assert period.reaudit.lead == ""
    assert period.reaudit.comparisons.empty
    assert period.change.standards.empty
    shown = [
        sections.change.headline(period),
        sections.reaudit.since_last_period(period),
        sections.reaudit.same_cases(period),
        sections.change.luck(period),
        sections.change.standards(period),
        sections.moderation.agreement(period),
        sections.moderation.spread(period),
    ]
    assert all(repr(section).strip() for section in shown)


def test_the_moderated_share_counts_with_the_strata(census):
    # care: 3 of 6 moderated down; need: none moderated up: 0.5 * 3/6
    census.add_audits(HALF)
    looks = [(audit_id(c), "good", "good" if at < 3 else "inadequate") for at, c in enumerate(CARE)]
    moderate(census, looks + [(audit_id(c), "inadequate", "inadequate") for c in NEED])
    estimate = open_period(census.file).moderation.estimate
    band = estimate[estimate["row_key"] == "band"].set_index("measure")
    assert band.loc["moderated", "estimate"] == pytest.approx(0.25)
    assert "weighted by stratum" in band.loc["moderated", "method"]


@pytest.fixture
def many_auditors(census):
    """Five auditors, two of them lenient; each of their audits moderated at random and blind."""
    census.add_audits(dict.fromkeys(ALL, "good"))
    text = (census.root / "data" / "audit.csv").read_text(encoding="utf-8")
    for number, case in enumerate(ALL):
        text = "\n".join(
            line.replace("Auditor-1", f"Auditor-{number % 5}") if f"-{case}," in line else line
            for line in text.split("\n")
        )
    census.write("data/audit.csv", text)
    found = ["good", "requires improvement"]
    looks = [
        (audit_id(case), "good", found[number % 5 < 2 and number % 4 != 0]) for number, case in enumerate(ALL)
    ]
    moderate(census, looks)
    return census


def test_leniency_is_told_of_all_auditors_and_of_none(many_auditors):
    period = open_period(many_auditors.file)
    found = period.leniency
    assert (found.audits, found.auditors, found.blind) == (12, 5, True)
    assert found.spread["row_key"].unique().tolist() == ["all"]
    words = repr(sections.moderation.spread(period))
    assert "Auditor-" not in words
    assert "staff-" not in words
    assert "12 audits by 5 auditors" in words


def test_audits_picked_for_moderation_say_nothing_of_leniency(census):
    census.add_audits(HALF)
    moderate(census, [(audit_id(c), "good", "good") for c in CARE], why="trigger")
    period = open_period(census.file)
    assert period.leniency.audits == 0
    assert "cannot tell" in repr(sections.moderation.spread(period))


def test_two_grades_for_each_audit_need_no_alpha_and_a_third_does(census):
    census.add_audits(HALF)
    looks = [(audit_id(c), HALF[c], HALF[c]) for c in ALL]
    moderate(census, looks)
    assert open_period(census.file).leniency.alpha is None
    extra = f"M-extra,{audit_id(CARE[0])},Moderator-9,2025-09-01,dispute,,true,good,outstanding\n"
    path = census.root / "data" / "moderation.csv"
    census.write("data/moderation.csv", path.read_text(encoding="utf-8") + extra)
    found = open_period(census.file).leniency
    assert found.raters == 3
    assert found.alpha.estimate is not None
    assert "Krippendorff's alpha" in repr(sections.moderation.agreement(open_period(census.file)))


def test_teams_are_compared_by_question_with_allowance_for_how_many(census):
    census.add_audits(dict.fromkeys(ALL, "inadequate"), day="2025-05-01")
    census.add_audits(dict.fromkeys(ALL, "good"))
    place(census)
    lines = [
        f"{audit_id(case, day)},voice,{grade}"
        for case, (day, grade) in product(ALL, [("2025-05-01", "inadequate"), ("2025-08-01", "good")])
    ]
    census.add_records("answer", "audit_id,question_id,answer\n" + "\n".join(lines) + "\n")
    period = open_period(census.file)
    adjusted = period.change.standards.query("measure == 'p_adjusted'").set_index("row_key")["estimate"]
    assert sorted(adjusted.index) == ["T1: voice", "T2: voice"]
    assert (adjusted < 0.05).all()
    assert "2 have clearly changed" in repr(sections.change.standards(period))
