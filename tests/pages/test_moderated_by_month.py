"""The share of last month's audits that is moderated at random, month by month."""

import pytest

from qaf_lib.pages.moderation.answers import moderated_by_month

RULE = "moderation: {random_share: 0.2, every: month, requirements: []}"


def audited(month, count):
    """So many graded audits on the last day of a month, and one without a grade."""
    days = {6: "2025-06-30", 7: "2025-07-31"}
    graded = ["good"] * count + [None]
    return [
        {"audit_id": f"{month}-{at}", "audit_type": "case_file", "selection": "ad_hoc", "audited_on": days[month],
         "overall_grade": grade}
        for at, grade in enumerate(graded)
    ]  # fmt: skip


def looked_at(*rows):
    return [
        {"moderation_id": f"m{at}", "audit_id": audit, "moderated_on": day, "why": why}
        for at, (audit, day, why) in enumerate(rows)
    ]


def rows_of(store):
    table = moderated_by_month(store)
    counts = table[["audits", "wanted", "drawn", "others", "state"]].itertuples(index=False, name=None)
    return dict(zip(table["audited_in"].dt.month, counts, strict=True))


def test_each_month_s_share_is_counted_to_the_end_of_the_next_month(in_memory):
    store = in_memory(
        RULE,
        audit=[*audited(6, 11), *audited(7, 10)],
        moderation=looked_at(
            ("6-0", "2025-06-30", "random"),
            ("6-1", "2025-07-31", "random"),
            ("6-1", "2025-07-31", "random"),
            ("6-2", "2025-08-01", "random"),  # a day late
            ("6-3", "2025-07-01", "trigger"),
            ("7-0", "2025-08-31", "random"),
            ("7-1", "2025-08-01", "random"),
        ),
    )
    # June: a fifth of 11 is 2.2, so 3; two in time. July: a fifth of 10 is 2. August: no audit
    assert rows_of(store) == {
        6: (11, 3, 2, 1, "partly met"),
        7: (10, 2, 2, 0, "met"),
        8: (0, 0, 0, 0, "not due"),
    }


def test_a_month_of_which_only_other_reasons_led_to_moderation_is_not_met(in_memory):
    store = in_memory(RULE, audit=audited(6, 1), moderation=looked_at(("6-0", "2025-07-01", "trigger")))
    assert rows_of(store)[6] == (1, 1, 0, 1, "not met")


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "moderation: {random_share: 0.2, every: quarter, requirements: []}",
        "moderation: {random_share: 0.2, requirements: []}",
        "moderation: {every: month, trigger_grades: [good], requirements: []}",
    ],
)
def test_no_month_is_counted_where_no_month_is_named(in_memory, rule):
    assert moderated_by_month(in_memory(rule, audit=audited(6, 11))).empty
