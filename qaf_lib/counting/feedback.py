"""What families and others said: surveys and their scores, complaints through their stages, compliments."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

import pandas as pd

from qaf_lib.analysis import counted_share, results_table
from qaf_lib.counting.tables import count_row, count_rows, holds
from qaf_lib.sampling.checks import check_columns, check_counts, check_series

WAIT_BANDS = ("up to 14 days", "15 to 28 days", "29 to 91 days", "over 91 days")
"""Days since a complaint came in: 10, 20 and 65 working days are 14, 28 and 91 days."""

_STAGES = {
    "captured": "received_on",
    "analysed": "analysed_on",
    "acted on": "acted_on",
    "reported": "reported_on",
    "closed": "closed_on",
}
_DAYS = (*_STAGES.values(), "told_on")
_STEPS = {
    "received to analysed": ("received_on", "analysed_on"),
    "analysed to acted on": ("analysed_on", "acted_on"),
    "acted on to reported": ("acted_on", "reported_on"),
    "received to reported": ("received_on", "reported_on"),
    "received to closed": ("received_on", "closed_on"),
    "received to told the outcome": ("received_on", "told_on"),
}
_WAITS = {"analysis": "received_on", "action": "analysed_on", "report": "acted_on"}
_LOW = 6
"""Scores below it are low: the kit's own line, see docs/methods.md."""


def feedback_counts(*, feedback: pd.DataFrame, table_id: str) -> pd.DataFrame:
    """Number of surveys, complaints, compliments and comments, by kind and, for surveys, by instrument.

    Examples
    --------
    >>> feedback = pd.DataFrame({"kind": ["complaint", "survey"], "instrument": [None, "parent or carer"]})
    >>> feedback_counts(feedback=feedback, table_id="voice").set_index("row_key")["x"].to_dict()
    {'complaint': 1, 'survey: parent or carer': 1}
    """
    check_columns(["kind", "instrument"], feedback=feedback)
    instrument = feedback["instrument"].astype("string").fillna("instrument not recorded")
    is_survey = (feedback["kind"] == "survey").fillna(False)
    label = feedback["kind"].astype("string").mask(is_survey, "survey: " + instrument)
    counts = {str(name): int(x) for name, x in label.value_counts().sort_index().items()}
    return results_table(count_rows(table_id=table_id, counts=counts))


def complaint_stages(*, feedback: pd.DataFrame, table_id: str) -> pd.DataFrame:
    """How many complaints reached each stage: captured, analysed, acted on, reported, closed.

    References
    ----------
    The stages of a complaint follow requirement LIN-60 (capture, analyse, action, report).

    Examples
    --------
    >>> day = pd.to_datetime(["2026-07-01"])
    >>> feedback = pd.DataFrame({"kind": ["complaint"], "received_on": day, "analysed_on": day,
    ...     "acted_on": pd.NaT, "reported_on": pd.NaT, "closed_on": pd.NaT})
    >>> complaint_stages(feedback=feedback, table_id="complaints")["x"].tolist()
    [1, 1, 0, 0, 0]
    """
    complaints = _complaints(feedback, _STAGES.values())
    counts = {stage: int(complaints[day].notna().sum()) for stage, day in _STAGES.items()}
    return results_table(count_rows(table_id=table_id, counts=counts, n=len(complaints)))


def told_of_outcome(*, feedback: pd.DataFrame, as_at: date, table_id: str, row_key: str) -> pd.DataFrame:
    """Complaints whose families have been `told` the outcome, of all reported on, closed or told.

    References
    ----------
    Requirement LIN-107: families are told the outcome of every complaint.

    Examples
    --------
    >>> day = pd.to_datetime(["2026-07-01", "2026-07-02"])
    >>> feedback = pd.DataFrame({"kind": "complaint", "reported_on": day, "closed_on": pd.NaT})
    >>> feedback["told_on"] = pd.to_datetime(["2026-07-03", None])
    >>> found = told_of_outcome(feedback=feedback, as_at=date(2026, 9, 30), table_id="t", row_key="period")
    >>> found[["x", "n"]].to_numpy().tolist()
    [[1, 2]]
    """
    days = ("reported_on", "closed_on", "told_on")
    come = _complaints(feedback, days)[[*days]] <= pd.Timestamp(as_at)
    x, n = int(come["told_on"].sum()), int(come.any(axis=1).sum())
    return results_table([counted_share(table_id=table_id, row_key=row_key, measure="told", x=x, n=n)])


def stage_days(*, feedback: pd.DataFrame, as_at: date, of: str, table_id: str) -> pd.DataFrame:
    """Days from stage to stage of complaints: the median and the longest.

    A step counts where both its days are known; one whose later day stands before its earlier is left out
    and counted as out of order. `of` tells what the complaints are of and begins the measures
    `{of}_median` and `{of}_longest` (days, of `n` complaints; marked "x" where none has both days) and
    `{of}_out_of_order`.

    References
    ----------
    The stages follow requirement LIN-60.

    Examples
    --------
    >>> day = pd.to_datetime(["2026-07-01", "2026-07-06", None, None, None, None])
    >>> columns = ["received_on", "analysed_on", "acted_on", "reported_on", "closed_on", "told_on"]
    >>> feedback = pd.DataFrame([day], columns=columns).assign(kind="complaint")
    >>> found = stage_days(feedback=feedback, as_at=date(2026, 9, 30), of="period", table_id="t")
    >>> found.head(2).set_index("measure")["estimate"].to_dict()
    {'period_median': 5.0, 'period_longest': 5.0}
    """
    complaints = _until(feedback, as_at)
    rows: list[dict[str, object]] = []
    for step, (begun, ended) in _STEPS.items():
        days = (complaints[ended] - complaints[begun]).dt.days.dropna()
        good = days[days >= 0]
        none = {} if len(good) else {"method": "no complaint has both days", "mark": "x"}
        for name, value in (("median", good.median()), ("longest", good.max())):
            rows.append(count_row(table_id, step, f"{of}_{name}", None, len(good), estimate=value, **none))
        rows.append(count_row(table_id, step, f"{of}_out_of_order", len(days) - len(good), len(days)))
    return results_table(rows)


def complaint_waits(*, feedback: pd.DataFrame, as_at: date, table_id: str) -> pd.DataFrame:
    """Complaints not finished, by the step they wait for and the days since they came in (`WAIT_BANDS`).

    A complaint is finished when it was reported or closed; else it waits for the step after the furthest
    stage that it reached. `n` is all that wait.

    References
    ----------
    The bands are the 10, 20 and 65 working days of the Children Act 1989 Representations Procedure
    (England) Regulations 2006, as calendar days.

    Examples
    --------
    >>> day = pd.to_datetime(["2026-09-01", "2026-09-06", None, None, None, None])
    >>> columns = ["received_on", "analysed_on", "acted_on", "reported_on", "closed_on", "told_on"]
    >>> feedback = pd.DataFrame([day], columns=columns).assign(kind="complaint")
    >>> found = complaint_waits(feedback=feedback, as_at=date(2026, 9, 30), table_id="t")
    >>> found.loc[found["x"] > 0, ["row_key", "measure"]].to_numpy().tolist()
    [['action', '29 to 91 days']]
    """
    complaints = _until(feedback, as_at)
    come = complaints[complaints["received_on"].notna()]
    waiting = come[come["reported_on"].isna() & come["closed_on"].isna()]
    step = pd.Series("analysis", index=waiting.index)
    for name, stage in _WAITS.items():
        step = step.mask(waiting[stage].notna(), name)
    days = (pd.Timestamp(as_at) - waiting["received_on"]).dt.days
    band = pd.cut(days, [-1, 14, 28, 91, float("inf")], labels=list(WAIT_BANDS)).astype("string")
    return results_table(
        count_row(table_id, name, each, int(((step == name) & (band == each)).sum()), len(waiting))
        for name in _WAITS
        for each in WAIT_BANDS
    )


def survey_reach(*, surveys: int, closed: int, target: float, table_id: str) -> pd.DataFrame:
    """`surveys` completed, and those `wanted` for a target share (fraction) of the cases that closed.

    Examples
    --------
    >>> survey_reach(surveys=7, closed=61, target=0.10, table_id="reach")["x"].tolist()
    [7, 7]
    """
    check_counts(least=0, surveys=surveys, closed=closed)
    wanted = -(-round(closed * target * 1_000_000) // 1_000_000)
    reached = surveys / closed if closed else None
    name = "surveys of closed cases"
    return results_table(
        [
            count_row(table_id, name, "surveys", surveys, closed, estimate=reached),
            count_row(table_id, name, "wanted", wanted, closed, estimate=target),
        ]
    )


def read_scores(*, scores: pd.Series) -> pd.Series:
    """Survey scores as numbers from 0 to 10, where 10 is the best; missing where there is no such number.

    Nothing is read where no score is above 5: such surveys score on a shorter scale, whose steps the
    records do not tell.

    References
    ----------
    Scaling questions from 0 to 10 are those of Signs of Safety; the assumption is in docs/methods.md.

    Examples
    --------
    >>> read_scores(scores=pd.Series(["8", "good", "11", None], dtype="string")).tolist()
    [8.0, <NA>, <NA>, <NA>]
    """
    check_series(scores=scores)
    read = pd.to_numeric(scores.astype("object"), errors="coerce").astype("Float64")
    read = read.where(holds(read.between(0, 10)))
    return read if (read > 5).any() else read.where(read.isna())


def instrument_counts(
    *, surveys: pd.DataFrame, instruments: Mapping[str, str], table_id: str
) -> pd.DataFrame:
    """Surveys by the framework's instruments, those without an answer too, and by any other instrument.

    `instruments` names who answers each, "" where the framework does not say. A survey belongs to the
    instrument whose name it bears, else to the only one for its respondent (who is the instrument's, or
    begins with its name); the rest stand under their own instrument and respondent. Measures `surveys` (of
    all) and `median_score` (of `n` that scored; marked "z" without one).

    Examples
    --------
    >>> surveys = pd.DataFrame({"instrument": ["closure"], "respondent": ["parent"], "score": ["8"]})
    >>> found = instrument_counts(surveys=surveys, instruments={"primary": "child"}, table_id="t")
    >>> found.loc[found["measure"] == "surveys", ["row_key", "x"]].to_numpy().tolist()
    [['primary', 0], ['closure: parent', 1]]
    """
    check_columns(["instrument", "respondent", "score"], surveys=surveys)
    scores = read_scores(scores=surveys["score"])
    named = _named(surveys, instruments)
    rows: list[dict[str, object]] = []
    for name in [*instruments, *sorted(set(named) - set(instruments))]:
        mine = named == name
        rows.append(count_row(table_id, name, "surveys", int(mine.sum()), len(surveys)))
        rows.append(_median(table_id, name, scores[mine].dropna()))
    return results_table(rows)


def item_scores(*, answers: pd.DataFrame, items: Collection[str], table_id: str) -> pd.DataFrame:
    """How the questions of a survey form (`items`) were answered, also those that nobody answered.

    Measures `answers`, `median_score` (of `n` that scored; marked "z" without one) and `low` (of these those
    below 6 of 10, the kit's own line).

    Examples
    --------
    >>> answers = pd.DataFrame({"item": ["heard", "heard"], "score": ["9", "4"]})
    >>> found = item_scores(answers=answers, items=["heard"], table_id="t")
    >>> found.set_index("measure").loc["median_score", ["n", "estimate"]].astype(float).tolist()
    [2.0, 6.5]
    """
    check_columns(["item", "score"], answers=answers)
    scores = read_scores(scores=answers["score"])
    rows: list[dict[str, object]] = []
    for name in items:
        mine = holds(answers["item"] == name)
        scored = scores[mine].dropna()
        rows.append(count_row(table_id, name, "answers", int(mine.sum())))
        rows.append(_median(table_id, name, scored))
        rows.append(count_row(table_id, name, "low", int((scored < _LOW).sum()), len(scored)))
    return results_table(rows)


def _complaints(feedback: pd.DataFrame, days: Collection[str]) -> pd.DataFrame:
    check_columns(["kind", *days], feedback=feedback)
    return feedback[feedback["kind"] == "complaint"]


def _until(feedback: pd.DataFrame, as_at: date) -> pd.DataFrame:
    """Complaints with the days that have come."""
    complaints, last = _complaints(feedback, _DAYS), pd.Timestamp(as_at)
    return complaints.assign(
        **{name: pd.to_datetime(complaints[name]).where(complaints[name] <= last) for name in _DAYS}
    )


def _median(table_id: str, name: str, scored: pd.Series) -> dict[str, object]:
    median = {"estimate": float(scored.median())} if len(scored) else {"mark": "z"}
    return count_row(table_id, name, "median_score", None, len(scored), **median)


def _named(surveys: pd.DataFrame, instruments: Mapping[str, str]) -> pd.Series:
    """The name under which each survey is counted."""
    instrument, respondent = (_words(surveys[name]) for name in ("instrument", "respondent"))
    by_words = {_plain(name): name for name in instruments}
    for who in set(respondent):
        asked = [
            name
            for name, answers in instruments.items()
            if who and (who == _plain(answers) or who.startswith(_plain(name)))
        ]
        if len(asked) == 1:
            by_words.setdefault(f"respondent {who}", asked[0])
    own = instrument.map(by_words).astype("string")
    by_respondent = ("respondent " + respondent).map(by_words).astype("string")
    other = (
        instrument.replace("", "instrument not recorded")
        + ": "
        + respondent.replace("", "respondent not recorded")
    )
    return own.fillna(by_respondent).fillna(other.astype("string"))


def _words(column: pd.Series) -> pd.Series:
    return column.astype("object").fillna("").map(_plain).astype("object")


def _plain(text: object) -> str:
    return str(text).replace("_", " ").strip().lower()
