"""What leaves a council for a region: nothing but its report for partners, and no count of 1 to 4."""

from itertools import product

import pandas as pd
import pytest

from qaf_lib.disclosure import Part, publishable, rounded
from qaf_lib.disclosure.rounding import SMALL, could_be
from qaf_lib.draw_plans import DrawPlan
from qaf_lib.pages import sections
from qaf_lib.pages.period import OpenPeriod
from qaf_lib.pages.shared.answers import planned_effect
from qaf_lib.pages.shared.exchanged import figures_of
from qaf_lib.pages.store import PeriodStore
from tests.pages.conftest import rows

PAGE = ("answer", "second_looks", "coverage", "method")
SCALE = ["inadequate", "requires improvement", "good", "outstanding"]
TOLD = ("answer", "feedback", "action", "action_event")


def opened(council, *, care, support, kept=0, changed=0, cases=(70, 50)):
    """A period of two services: grades of each (worst first) and second looks, the first cases of each drawn."""
    by_service = dict(zip(("Care", "Support"), cases, strict=True))
    every = [(f"{name}-{at:03}", name) for name, count in by_service.items() for at in range(count)]
    given = {
        f"{name}-{at:03}": grade
        for name, counts in (("Care", care), ("Support", support))
        for at, grade in enumerate(
            grade for grade, count in zip(SCALE, counts, strict=True) for _ in range(count)
        )
    }
    common = {"draw_id": "D", "audit_type": "case_file", "selection": "random", "audited_on": "2025-08-01"}
    audits = [
        {**common, "audit_id": f"of {case}", "case_id": case, "overall_grade": grade}
        for case, grade in given.items()
    ]
    other = dict(zip(SCALE, [*SCALE[1:], SCALE[0]], strict=True))
    looks = [
        {
            "audit_id": audit["audit_id"],
            "moderation_id": f"M{at}",
            "moderated_on": "2025-08-10",
            "audit_grade": audit["overall_grade"],
            "moderated_grade": audit["overall_grade"] if at < kept else other[audit["overall_grade"]],
            "why": "random",
        }
        for at, audit in enumerate(audits[::-1][: kept + changed])
    ]
    draw = {
        "draw_id": "D",
        "period": "2025-26 Q2",
        "audit_type": "case_file",
        "purpose": "estimate",
        "covers_from": "2025-07-01",
        "covers_to": "2025-09-30",
        "frame_sha256": "f",
    }
    tables = {
        "audit": audits,
        "moderation": looks,
        "case": [{"snapshot_id": "s", "case_id": case, "status": "looked_after"} for case, _ in every],
        "draw": [draw],
        "draw_case": [
            {
                "draw_id": "D",
                "case_id": case,
                "stratum": name,
                "state": "selected" if case in given else "not_selected",
            }
            for case, name in every
        ],
        "draw_stratum": [{"draw_id": "D", "stratum": name} for name in by_service],
        **dict.fromkeys(TOLD, ()),
    }
    store = PeriodStore.in_memory(
        parameters=council.parameters(),
        tables={name: rows(name, found) for name, found in tables.items()},
        facts={"opening": ["s"], "closing": ["s"], "kit_version": "0.2.0"},
    )
    return OpenPeriod(store)


def leaves(told):
    """Every text and number of the figures."""
    if isinstance(told, dict):
        return [leaf for name, inner in told.items() for leaf in [name, *leaves(inner)]]
    return [leaf for inner in told for leaf in leaves(inner)] if isinstance(told, list) else [told]


def test_nothing_is_in_the_file_that_is_not_on_the_page(council):
    period = opened(council, care=(3, 12, 20, 5), support=(1, 4, 8, 2), kept=12, changed=4)
    figures = figures_of(period, 1)
    assert (figures.looked_at_again, figures.kept_their_grade) == (15, 10)
    words = [repr(getattr(sections.shared, name)(period)) for name in PAGE]
    page = "\n".join([*words, period.framework.title, period.parameters.council]).lower()
    told = figures.model_dump(exclude={"edition", "synthetic"})  # those stand on the front page
    names = set(told) | set(told["audits"][0])
    counts = {str(leaf) for leaf in leaves(told) if isinstance(leaf, int)}
    assert {"5", "15", "30"} <= counts
    for leaf in leaves(told):
        if leaf is not None and leaf not in names:
            assert str(leaf).lower().replace(",", "") in page.replace(",", ""), leaf


def test_a_council_without_a_share_sends_none(council):
    figures = figures_of(opened(council, care=(2, 3, 5, 2), support=(0, 0, 3, 0)), 1)
    assert figures.audits == []


@pytest.mark.parametrize("care", [(1, 9, 20, 11), (2, 10, 18, 8), (0, 12, 22, 12)])
def test_tables_that_round_alike_give_the_same_file(council, care):
    # every one rounds to 0, 20, 35, 10, whichever service a case is of
    period = opened(council, care=care, support=(0, 20 - care[1], 35 - care[2], 0), cases=(70, 41))
    same = opened(council, care=(0, 10, 20, 10), support=(0, 10, 15, 0), cases=(68, 42))
    assert figures_of(period, 1).audits[0].counts == dict(zip(SCALE, (0, 20, 35, 10), strict=True))
    assert figures_of(period, 1).audits == figures_of(same, 1).audits


GRADES_AND_LOOKS = [Part(("moderation",), ("grades",))]


def true_tables(grades, looks):
    """All true counts by grade and of second looks that a reader of the file has to allow for.

    The reader knows that second looks are of graded audits.
    """
    for cells in product(*map(could_be, grades)):
        for looked in product(*map(could_be, looks)):
            if sum(looked) <= sum(cells):
                yield (*cells, *looked)


def test_no_count_of_1_to_4_follows_from_the_counts_of_a_file():
    # every file that small counts can make, against every table that it may have been made from: two small
    # grades, one of about 20 or 25, and second looks that held and did not
    files = [
        (grades, looks)
        for *grades, held, not_held in product((0, 5), (0, 5), (20, 25), (0, 20, 30), (0, 5))
        for looks in [(held, not_held)]
        if sum(grades) >= 25
    ]
    hidden = 0
    for grades, looks in files:
        counts = {"grades": dict(enumerate(grades)), "moderation": dict(enumerate(looks))}
        if not any(true_tables(grades, looks)):
            continue
        shown = publishable(counts, GRADES_AND_LOOKS)
        hidden += "moderation" not in shown
        seen = looks if "moderation" in shown else ()
        for cell in zip(*true_tables(grades, seen), strict=True):
            values = set(cell)
            assert len(values) > 1 or not values & set(SMALL), (grades, looks)
    assert (
        hidden == 3
    )  # 5, 0, 20 or 0, 5, 20 or 0, 0, 25 are 31 at most; 30 and 5 looked at again 31 at least


def test_a_design_effect_tells_no_small_stratum():
    # three strata, one of them of 0 to 8 cases, 20 of each asked for; the reader guesses that the open cases
    # at the period's end, of which 20 are audited, are those that could be picked, and so their true sum
    plan, effects = DrawPlan(audit_type="case_file", cases_per_stratum=20, strata=["service"]), {}
    found = {}
    for sizes in product(range(15, 56), range(15, 56), range(9)):
        told = tuple(map(rounded, sizes))
        if told not in effects:
            effects[told] = planned_effect(pd.Series(dict(zip("abc", told, strict=True))), plan, graded=40)
        found.setdefault((effects[told], sum(sizes) - 20), []).append(sizes)
    assert {effect for effect, _ in found} == {1.0, 1.05, 1.1, 1.15}
    for every in found.values():
        small = {one[2] for one in every}
        assert len(small) > 1 or not small & set(SMALL)


def test_two_files_of_one_council_count_different_audits(council):
    # what a quarter counts, the next does not: a difference of the two is of rounded counts of other audits,
    # and what a cell may be follows from its own file alone
    first = figures_of(opened(council, care=(1, 9, 20, 11), support=(0, 10, 15, 0)), 1)
    second = figures_of(opened(council, care=(4, 9, 20, 11), support=(0, 10, 15, 0)), 1)
    for file in (first, second):
        worst = file.audits[0].counts[SCALE[0]]
        assert len(could_be(worst)) >= 3
    assert (first.audits[0].counts[SCALE[0]], second.audits[0].counts[SCALE[0]]) == (0, 5)


def test_shares_and_intervals_are_of_rounded_counts_alone(council):
    # the file holds no share, no interval and no total: whoever has it makes them from its counts
    figures = figures_of(opened(council, care=(3, 12, 20, 5), support=(1, 4, 8, 2)), 1)
    numbers = [leaf for leaf in leaves(figures.model_dump()) if isinstance(leaf, int | float)]
    exact = {figures.edition, int(figures.synthetic), figures.audits[0].design_effect}
    assert all(number % 5 == 0 for number in numbers if number not in exact)
    assert figures.audits[0].design_effect * 20 % 1 == pytest.approx(0)
