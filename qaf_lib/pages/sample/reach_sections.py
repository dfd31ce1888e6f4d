"""What a sample of this size can show: over a year, at re-audit, of rare problems."""

from __future__ import annotations

import pandas as pd

from qaf_lib.display.passages import Passage
from qaf_lib.display.tables import Column, Table, wide_table
from qaf_lib.display.tables.table import records_of
from qaf_lib.display.words import count_words, least_points, percent, points_at_least
from qaf_lib.pages import OpenPeriod
from qaf_lib.pages.cover import Section, nothing
from qaf_lib.pages.sample.answers import Sample

_REAUDIT = {
    "new cases": "New {cases}",
    "same cases, 20 in 100 change": "The same {cases}, if 20 in 100 change either way",
    "same cases, 40 in 100 change": "The same {cases}, if 40 in 100 change either way",
}


def reach(period: OpenPeriod) -> Section:
    """What periods like this one add up to, what a re-audit would show, what could go unseen."""
    parts = [part for sample in period.estimating_samples for part in _reach(period, sample)]
    return Section(parts).folded() if parts else nothing("No case was drawn at random to speak of others.")


def _reach(period: OpenPeriod, sample: Sample) -> list[object]:
    lines = [_programme_words(period, sample), _reaudit_words(period, sample), _rare_words(period, sample)]
    return [
        Passage([f"{sample.label}: {lines[0]}", *lines[1:]]),
        _programme_table(period, sample),
        _reaudit_table(period, sample),
        _rare_table(period, sample),
    ]


def _within(margin: float) -> str:
    """A half-width in points; a census has none."""
    return "known exactly" if margin == 0 else f"{percent(margin).removesuffix('%')} points"


def _programme_words(period: OpenPeriod, sample: Sample) -> str:
    found, words = sample.reach, period.framework.words
    first, last = found.programme.iloc[0], found.programme.iloc[-1]
    known = f"known to within about {_within(float(first['margin']))}"
    later = f"{int(last['months'])} such {found.unit}s make it {_within(float(last['margin']))}"
    cases = f"{count_words(found.cases)} graded {words.cases}"
    start = f"with {cases}" if sample.graded else f"once there are {cases}"
    return (
        f"{start} in a {found.unit}, the share of our practice is {known}; {later} "
        f"({count_words(int(last['cases']))} {words.cases})."
    )


def _reaudit_words(period: OpenPeriod, sample: Sample) -> str:
    rows, cases = sample.reach.reaudit.set_index("row_key"), period.framework.words.cases
    new, same = rows.loc["new cases"], rows.loc["same cases, 20 in 100 change"]
    if new["mark"]:
        return f"A re-audit of so few {cases} is not likely to show any improvement: plan for more."
    told = f"At re-audit, {count_words(int(new['n']))} new {cases} would show a rise of {_rise(new)} or more"
    if same["mark"]:
        return (
            f"{told} four times in five; the same {cases} again would not, if one in five changes either way."
        )
    return (
        f"{told} four times in five; the same {cases} again would show {_rise(same)} "
        "if one in five changes either way."
    )


def _rise(row: pd.Series) -> str:
    return least_points(float(row["estimate"]))


def _rare_words(period: OpenPeriod, sample: Sample) -> str:
    rows, cases = sample.reach.discovery.set_index("row_key"), period.framework.words.cases
    if (rows["mark"] != "").any():
        return f"With so few {cases} a rare problem may well go unseen."
    two, five, none = (float(rows.loc[key, "estimate"]) for key in ("2%", "5%", "none found"))
    return (
        f"A problem that 2% of {cases} have is met at least once with a chance of {percent(two)}; one that "
        f"5% have, with {percent(five)}. Where none of {count_words(sample.reach.cases)} shows a "
        f"problem, up to {percent(none)} of {cases} could still have it (95% upper limit)."
    )


def _programme_table(period: OpenPeriod, sample: Sample) -> Table:
    unit, words = sample.reach.unit, period.framework.words
    rows = [
        (
            f"{int(row['months'])} {unit}{'' if row['months'] == 1 else 's'}",
            count_words(int(row["cases"])),
            _within(float(row["margin"])),
            _within(float(row["margin_these_cases"])),
            percent(float(row["unseen_share"])),
            "none" if pd.isna(smallest := row["smallest_improvement"]) else points_at_least(float(smallest)),
            percent(float(row["false_signal"])),
        )
        for row in sample.reach.programme.to_dict("records")
    ]
    return Table(
        table_id=f"{sample.key}_programme",
        caption=f"{sample.label}: what {unit}s like this one add up to",
        headings=(
            "Together",
            f"Graded {words.cases}",
            "Margin, our practice",
            f"Margin, these {words.cases}",
            "Could go unseen",
            "Improvement shown",
            "False alarm",
        ),
        rows=tuple(rows),
        note=f"Margin: half the 95% interval of a share near {percent(sample.plan.proportion)}. Could go "
        f"unseen: the share of {words.cases}, of ours and of those to come, that could have a problem of "
        "which none was found. Improvement shown: the smallest rise that as many again would show four times "
        f"in five. False alarm: the chance that a comparison each {unit} shows a change that is not there. "
        "The caseload is taken to stay as large.",
        records=tuple(
            {
                "Together": shown[0],
                f"Graded {words.cases}": row["cases"],
                "Margin, our practice (0 to 1)": row["margin"],
                f"Margin, these {words.cases} (0 to 1)": row["margin_these_cases"],
                "Could go unseen (0 to 1)": row["unseen_share"],
                "Improvement shown (0 to 1)": row["smallest_improvement"],
                "False alarm (0 to 1)": row["false_signal"],
            }
            for shown, row in zip(rows, records_of(sample.reach.programme), strict=True)
        ),
        numeric=frozenset(range(1, 7)),
    )


def _reaudit_table(period: OpenPeriod, sample: Sample) -> Table:
    cases = period.framework.words.cases
    return wide_table(
        sample.reach.reaudit,
        caption=f"{sample.label}: the smallest improvement a re-audit of as many would show",
        row_heading="Audited again",
        columns=[
            Column(cases.capitalize(), "smallest_improvement", "cases"),
            Column("Smallest improvement", "smallest_improvement", "points_at_least"),
            Column("Method", "smallest_improvement", "words"),
        ],
        labels={key: text.format(cases=cases) for key, text in _REAUDIT.items()},
        note=f"Seen four times in five at the 5% level; new {cases} from {percent(sample.plan.proportion)}.",
    )


def _rare_table(period: OpenPeriod, sample: Sample) -> Table:
    cases = period.framework.words.cases
    return wide_table(
        sample.reach.discovery,
        caption=f"{sample.label}: problems that few {cases} have",
        row_heading="Problem",
        columns=[
            Column(f"Graded {cases}", "chance_to_meet", "cases"),
            Column("Chance to have met one", "chance_to_meet", "share"),
            Column(f"Share of {cases} that could have it", "upper_limit", "share"),
        ],
        labels={
            "2%": f"2% of {cases} have it",
            "5%": f"5% of {cases} have it",
            "none found": "None was found",
        },
        note="Exact hypergeometric probabilities; the share is a one-sided 95% upper limit.",
    )
