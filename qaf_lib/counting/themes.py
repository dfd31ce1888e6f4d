"""Answers to checks, themes from finding to action to a second look, and whether several sources agree."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis import Interval, results_table
from qaf_lib.counting.actions import DONE, LIVE
from qaf_lib.counting.tables import NEARLY, check_words, count_row, holds
from qaf_lib.errors import InputError
from qaf_lib.sampling.checks import check_columns, check_counts

PLACES = ("met", "partly met", "not met", "not applicable")
"""Where an answer may stand, best first."""

GOOD = 2 / 3
"""From this share on a source says good."""

POOR = 1 / 2
"""Below this share a source says poor; between the two it says mixed."""

FEWEST = 10
"""Answers below which a source says too little."""

WIDEST = 0.30
"""An interval wider than this that reaches over a threshold says too little."""

NEAR = 0.05
"""An indicator that misses its target by less than this says mixed, not poor."""

TOO_LITTLE = "too little to say"


def place_of(answer: str, scale: Sequence[str]) -> str:
    """Where an answer stands on the scale of its check, worst first: the last of it is "met".

    Examples
    --------
    >>> [place_of(answer, ["no", "partly", "yes"]) for answer in ("yes", "partly", "no")]
    ['met', 'partly met', 'not met']
    >>> place_of("n/a", ["no", "yes"])
    'not applicable'
    """
    if answer not in scale:
        return "not applicable"
    if answer == scale[-1]:
        return "met"
    return "not met" if answer == scale[0] else "partly met"


def answer_counts(
    *, placed: pd.DataFrame, by: str, table_id: str, of: pd.Series | None = None
) -> pd.DataFrame:
    """Answers at each `place`, by some column, in the order in which its values come.

    A full count of these answers, and no estimate of others. With `of`, how many answers of each value there
    should be, its values make the rows, and the measure "not answered" is added.

    Examples
    --------
    >>> placed = pd.DataFrame({"check": ["plan", "plan", "voice"], "place": ["met", "not met", "met"]})
    >>> counts = answer_counts(placed=placed, by="check", table_id="checks")
    >>> counts.loc[counts["measure"] == "met", ["row_key", "x", "n"]].to_dict("list")
    {'row_key': ['plan', 'voice'], 'x': [1, 1], 'n': [2, 1]}
    """
    check_columns([by, "place"], placed=placed)
    counted = placed.groupby([by, "place"], sort=False).size()
    rows: list[dict[str, object]] = []
    for key in placed[by].drop_duplicates() if of is None else of.index:
        at = {place: int(counted.get((key, place), 0)) for place in PLACES}
        n = sum(at.values())
        if of is not None:
            at["not answered"] = max(int(of[key]) - n, 0)
        of_these = {"population": n, "method": "full count of these answers", "speaks_of": "these_cases"}
        rows += [count_row(table_id, str(key), measure, x, n, **of_these) for measure, x in at.items()]
    return results_table(rows)


def theme_chain(
    *,
    themes: Sequence[str],
    answers: pd.DataFrame,
    band: Collection[str],
    observations: pd.DataFrame,
    complaints: pd.DataFrame,
    indicators: pd.DataFrame,
    actions: pd.DataFrame,
    looked: pd.DataFrame,
    table_id: str,
) -> pd.DataFrame:
    """What was found on each theme, what was done, and what a second look showed.

    Every table has `theme`. Measures: `low` graded `answer`s below the headline `band`; `needs`
    observations with a `learning_need`; `complaints`; `missed` indicators not `met`, of those that have a
    target and a figure; `live` and `done` actions; `again` done actions looked at again; `better` and `worse`
    of these by their `change`, as `looked_again` gives it.

    References
    ----------
    Requirements LEE-24, LEE-135 and POR-21.

    Examples
    --------
    >>> none = pd.DataFrame({"theme": [], "learning_need": [], "met": [], "change": []})
    >>> answers = pd.DataFrame({"theme": ["Plan", "Plan"], "answer": ["poor", "good"]})
    >>> actions = pd.DataFrame({"theme": ["Plan"], "status": ["open"]})
    >>> found = theme_chain(themes=["Plan"], answers=answers, band=["good"], observations=none,
    ...     complaints=none, indicators=none, actions=actions, looked=none, table_id="t")
    >>> found.loc[found["measure"].isin(["low", "live"]), ["measure", "x"]].to_numpy().tolist()
    [['low', 1], ['live', 1]]
    """
    tables = {
        "answers": (answers, "answer"),
        "observations": (observations, "learning_need"),
        "complaints": (complaints, "theme"),
        "indicators": (indicators, "met"),
        "actions": (actions, "status"),
        "looked": (looked, "change"),
    }
    for name, (table, column) in tables.items():
        check_columns(["theme", column], **{name: table})
    rows: list[dict[str, object]] = []
    for theme in themes:
        own = {
            name: table.loc[holds(table["theme"] == theme), column]
            for name, (table, column) in tables.items()
        }
        rows += [count_row(table_id, theme, name, x, n) for name, (x, n) in _counts(own, band).items()]
    return results_table(rows)


def _counts(own: Mapping[str, pd.Series], band: Collection[str]) -> dict[str, tuple[int, int | None]]:
    """The measures of a theme: so many, and of how many where they have a whole."""
    answers, needs, met = own["answers"], holds(own["observations"]), own["indicators"].astype(bool)
    done, change = own["actions"].isin(DONE), own["looked"]
    return {
        "low": (int((~answers.isin(list(band))).sum()), len(answers)),
        "needs": (int(needs.sum()), len(needs)),
        "complaints": (len(own["complaints"]), None),
        "missed": (int((~met).sum()), len(met)),
        "live": (int(own["actions"].isin(LIVE).sum()), None),
        "done": (int(done.sum()), None),
        "again": (len(change), None),
        "better": (int((change == "better").sum()), len(change)),
        "worse": (int((change == "worse").sum()), len(change)),
    }


def looked_again(
    *, actions: pd.DataFrame, links: pd.DataFrame, answers: pd.DataFrame, grades: Sequence[str]
) -> pd.DataFrame:
    """Whether practice on the theme of a done action was better when an audit looked again.

    `links` names by `action_id` the audits `before` the action and `after` it. `change` is "better", "same"
    or "worse" by the mean place on the scale (`grades`, worst first) of the theme's answers. Actions whose
    theme was not answered both times are left out; one that several audits looked at counts by the last of
    them. Cases audited again because they were low do better on average anyhow.

    References
    ----------
    Requirement LEE-21.

    Examples
    --------
    >>> actions = pd.DataFrame({"action_id": ["x"], "theme": ["Plan"]})
    >>> links = pd.DataFrame({"action_id": ["x"], "before": ["a"], "after": ["b"]})
    >>> answers = pd.DataFrame({"audit_id": ["a", "b"], "theme": "Plan", "answer": ["poor", "good"]})
    >>> found = looked_again(actions=actions, links=links, answers=answers, grades=["poor", "good"])
    >>> found["change"].tolist()
    ['better']
    """
    check_columns(["action_id", "theme"], actions=actions)
    check_columns(["action_id", "before", "after"], links=links)
    check_columns(["audit_id", "theme", "answer"], answers=answers)
    place = {grade: at for at, grade in enumerate(grades)}
    ranked = answers.assign(place=answers["answer"].map(place).astype("float64"))
    ranked = ranked.dropna(subset=["place"])
    means = ranked.groupby(["audit_id", "theme"])["place"].mean()
    pairs = actions[["action_id", "theme"]].merge(links, on="action_id")
    for side in ("before", "after"):
        key = pd.MultiIndex.from_frame(pairs[[side, "theme"]].astype(object))
        pairs[f"{side}_place"] = means.reindex(key).to_numpy(dtype="float64")
    pairs = pairs.dropna(subset=["before_place", "after_place"])
    gain = pairs["after_place"] - pairs["before_place"]
    change = pd.Series("same", index=pairs.index).mask(gain > 0, "better").mask(gain < 0, "worse")
    found = pairs.assign(change=change.astype("string")).drop_duplicates("action_id", keep="last")
    return found[["action_id", "theme", "change"]].reset_index(drop=True)


def verdict_of_share(
    *, estimate: float | None, n: int, low: float | None = None, high: float | None = None
) -> str:
    """What a share of `n` good answers says: "good", "mixed", "poor" or "too little to say".

    Good is a share of two thirds or more whose interval lies wholly above one half; poor one under a half
    whose interval lies wholly below two thirds. Between them it is mixed, unless the interval is wider than
    30 percentage points. Without an interval (those who answered chose to) the share alone is read.

    References
    ----------
    The thresholds are the kit's own and no framework's; see docs/methods.md, Triangulation.

    Examples
    --------
    >>> verdict_of_share(estimate=0.7, low=0.61, high=0.78, n=96)
    'good'
    >>> verdict_of_share(estimate=0.7, low=0.4, high=0.9, n=12)
    'too little to say'
    """
    check_counts(least=0, n=n)
    if estimate is None or n < FEWEST:
        return TOO_LITTLE
    lowest = estimate if low is None else low
    highest = estimate if high is None else high
    if estimate >= GOOD and lowest > POOR:
        return "good"
    if estimate < POOR and highest < GOOD:
        return "poor"
    return TOO_LITTLE if highest - lowest > WIDEST else "mixed"


def verdict_of_targets(*, gaps: Sequence[float]) -> str:
    """What indicators say by how far they stand from their targets.

    A gap is figure less target, turned so that above 0 is better (fractions), of indicators with both. One
    that meets its target says good, one that misses it by less than five points (the kit's own line, see
    docs/methods.md) mixed, any other poor; several say what all of them say, else mixed.

    Examples
    --------
    >>> verdict_of_targets(gaps=[0.0, -0.01]), verdict_of_targets(gaps=[-0.2]), verdict_of_targets(gaps=[])
    ('mixed', 'poor', 'too little to say')
    """
    if any(not -1 <= gap <= 1 for gap in gaps):
        raise InputError("every gap must be between -1 and 1")
    said = {"good" if gap >= -NEARLY else "mixed" if gap > -NEAR + NEARLY else "poor" for gap in gaps}
    if not said:
        return TOO_LITTLE
    return said.pop() if len(said) == 1 else "mixed"


def agreement(*, verdicts: Sequence[str]) -> str:
    """Whether sources agree: "agree", "mixed", "conflict", "one source only" or "nothing to say".

    A source that says too little is no source: it neither agrees nor disagrees. Conflict is good beside
    poor; mixed is anything short of that where they are not all the same.

    References
    ----------
    Requirement DUR-71 (agree, mixed, conflict by theme, with the number of sources).

    Examples
    --------
    >>> agreement(verdicts=["good", "too little to say", "good"])
    'agree'
    """
    check_words("verdicts", verdicts, ["good", "mixed", "poor", TOO_LITTLE])
    said = [verdict for verdict in verdicts if verdict != TOO_LITTLE]
    if len(said) < 2:
        return "one source only" if said else "nothing to say"
    if len(set(said)) == 1:
        return "agree"
    return "conflict" if {"good", "poor"} <= set(said) else "mixed"


@dataclass(frozen=True)
class ThemeShare:
    """A theme's share with its interval, and the fewest cases of any of its questions."""

    share: Interval
    n: int


def theme_share(*, questions: pd.DataFrame) -> ThemeShare:
    """The share of a theme with one question or several of the same cases, and the cases behind it.

    Several questions (rows of a result) count alike. Their interval is the mean of theirs, as wide as if all
    moved together: the standard error of a mean is never above the mean of the standard errors (Minkowski's
    inequality). Without an estimate where no question has one.

    Examples
    --------
    >>> questions = pd.DataFrame({"n": [20, 18], "estimate": [0.6, 0.8]})
    >>> questions = questions.assign(low=[0.4, 0.6], high=[0.8, 0.9])
    >>> found = theme_share(questions=questions)
    >>> round(found.share.estimate, 2), round(found.share.low, 2), round(found.share.high, 2), found.n
    (0.7, 0.5, 0.85, 18)
    """
    check_columns(["n", "estimate", "low", "high"], questions=questions)
    told = questions[questions[["estimate", "low", "high"]].notna().all(axis=1)]
    if told.empty:
        return ThemeShare(Interval(None, None, None, "none graded"), 0)
    share, low, high = (float(told[name].astype("float64").mean()) for name in ("estimate", "low", "high"))
    words = "one question" if len(told) == 1 else f"mean of {len(told)} questions"
    return ThemeShare(Interval(share, low, high, words), int(told["n"].min()))
