"""What a sample is for, other than precision: the answer of each purpose, in a sentence and in a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

import pandas as pd

from qaf_lib.display import Chart, Table, percent, plain_table
from qaf_lib.display.words import count_words
from qaf_lib.sampling import (
    chance_to_meet,
    clustered_sample_size,
    design_effect,
    discovery_size,
    expected_margin,
    improvement_size,
    most_that_could_exist,
    paired_improvement_size,
)
from qaf_lib.sampling.plan import how_often

CORRELATION = 0.10
"""How much the files of one worker are taken to resemble each other."""

_SURE = 0.95
_SHARES = (0.01, 0.02, 0.05, 0.10, 0.20, 0.30)


@dataclass(frozen=True)
class Answer:
    """An answer in sentences, the lines of a parameter file that ask for it, and what is shown below."""

    sentences: list[str]
    lines: list[str]
    below: Sequence[str | Chart | Table] = ()


@dataclass(frozen=True)
class Wanted:
    """Cases to draw for a size, with room for several files of one worker and for audits that do not come.

    `sample` graded ones are wanted, `to_send` are drawn, `back` of them come back graded, and these say as
    much as `worth` files of different workers.
    """

    population: int
    sample: int
    to_send: int
    back: int
    worth: int

    @property
    def words(self) -> str:
        """What to draw, to begin a sentence with."""
        every = f"{count_words(self.population)} cases"
        if self.back < self.sample:
            back, sample = count_words(self.back), count_words(self.sample)
            return f"Audit all {every}, of which about {back} will come back where {sample} are wanted"
        if self.to_send == self.population:
            return f"Audit all {every}"
        returns = "" if self.to_send == self.sample else f", of which about {self.sample:,} will come back"
        return f"Draw {count_words(self.to_send)} of the {every}{returns}"


def wanted(*, population: int, alone: int, each: int, return_rate: float) -> Wanted:
    """The cases to draw where `alone` would do of different workers, with `each` files of one worker.

    Examples
    --------
    >>> wanted(population=3000, alone=59, each=3, return_rate=1.0).sample
    71
    """
    sample = clustered_sample_size(
        sample=alone, population=population, cases_each=each, correlation=CORRELATION
    )
    to_send = min(population, ceil(round(sample / return_rate, 9)))
    back = min(sample, max(1, floor(round(to_send * return_rate, 9))))
    return Wanted(population, sample, to_send, back, _worth(population, back, each))


def _worth(population: int, cases: int, each: int) -> int:
    """Files of different workers that say as much as so many cases; all of them say all."""
    if cases == population:
        return cases
    return max(1, floor(round(cases / design_effect(cases_each=each, correlation=CORRELATION), 9)))


def of_one_worker(each: int) -> list[str]:
    """Why more are drawn where a worker has several files among them; nothing where none has."""
    if each == 1:
        return []
    effect = design_effect(cases_each=each, correlation=CORRELATION)
    return [
        f"Files of one worker resemble each other, so with {each} of each a sample must be {effect:.1f} "
        f"times as large: 1 + ({each} - 1) x {CORRELATION:.2f} (Kish 1965). The {CORRELATION:.2f} says how "
        "much they do, from 0, not at all, to 1, all alike. It is the kit's assumption, since it knows of no "
        "figure for case files; in 21 studies of professional practice such figures lay between 0 and 0.42, "
        "higher for what professionals do than for what comes of it (Campbell and others 2005)."
    ]


def discovery(
    *, population: int, problem: float, allowed: int, confidence: float, returns: float, each: int
) -> Answer:
    """Is a problem rarer than a share of the cases, although so many with it are allowed among those drawn?

    Examples
    --------
    >>> asked = {"population": 3000, "problem": 0.05, "confidence": 0.95, "returns": 1.0, "each": 1}
    >>> discovery(allowed=0, **asked).lines
    ['discover: 0.05']
    >>> discovery(allowed=1, **asked).lines
    ['cases: 92']
    """
    alone = discovery_size(
        population=population, tolerable_share=problem, confidence=confidence, allowed=allowed
    )
    size = wanted(population=population, alone=alone, each=each, return_rate=returns)
    most = min(size.worth, max(5, allowed + 2))
    rows = [_compatible(size, found, confidence) for found in range(most + 1)]
    can_tell = size.back == size.sample and allowed < ceil(round(problem * population, 9))
    met = "at least one" if allowed == 0 else f"more than {allowed}"
    sure = (
        f"if {_share(problem)} of all had the problem, {met} of them would have it, {how_often(confidence)}"
    )
    shown = "none has it" if allowed == 0 else f"no more than {allowed} of them have it"
    row = rows[min(allowed, most)]
    told = sure if can_tell else f"even so it is not sure to be seen if {_share(problem)} have the problem"
    by_itself = allowed == 0 and each == 1
    keys: dict[str, float] = {"discover": problem} if by_itself else {"cases": size.sample}
    return Answer(
        [f"{size.words}: {told}; if {shown}, at most {row['cases']} of all ({row['share']}) could."],
        lines_of(keys, confidence=confidence, return_rate=returns),
        [_compatible_table(rows)],
    )


def _compatible_table(rows: list[dict[str, str]]) -> Table:
    return plain_table(
        pd.DataFrame(rows),
        table_id="discovery",
        caption="What could still be, by the cases with the problem among those drawn",
        headings={
            "found": "With the problem, of those drawn",
            "cases": "Could have it, of all: at most",
            "share": "As a share: at most",
        },
    )


def _compatible(size: Wanted, found: int, confidence: float) -> dict[str, str]:
    """What so many found leave possible, taken to be found among as many files as the sample is worth."""
    most = most_that_could_exist(
        population=size.population, sample=size.worth, found=found, confidence=confidence
    )
    return {
        "found": "none" if found == 0 else count_words(found),
        "cases": count_words(most),
        "share": percent(most / size.population, 1),
    }


def improvement(
    *, population: int, before: float, after: float, changed: float, returns: float, each: int
) -> Answer:
    """Has practice improved from one share to another at a second audit, of fresh cases or of the same?

    `changed` is the share of the same cases that change either way; it is taken as near as the two shares
    let it be.

    Examples
    --------
    >>> asked = {"population": 3000, "before": 0.6, "after": 0.8, "changed": 0.3, "returns": 1.0}
    >>> print(improvement(each=1, **asked).sentences[0])
    To show a rise from 60% to 80% four times in five (95% confidence), with fresh cases each time draw 82 of
    the 3,000 cases; with the same cases twice, of which 30% change either way, draw 53 of the 3,000 cases.
    """
    rise = round(after - before, 9)
    if rise <= 0:
        return Answer(["The share at the second audit must be above the share at the first."], [])
    changed = round(min(max(changed, rise), 2 * before + rise, 2 * (1 - before) - rise), 9)
    fresh, same = (
        _enough(size, population, each, returns)
        for size in (
            improvement_size(improvement=rise, before=before),
            paired_improvement_size(improvement=rise, changed=changed),
        )
    )
    by_itself: dict[str, float] = (
        {"improvement": rise} if each == 1 else {"cases": fresh.sample if fresh else 0}
    )
    lines = lines_of(by_itself, share=before if each == 1 else 0.5, return_rate=returns)
    again = lines_of({"cases": same.sample if same else 0}, return_rate=returns)
    few = f"{count_words(population)} cases are too few"
    return Answer(
        [
            f"To show a rise from {_share(before)} to {_share(after)} four times in five (95% confidence), "
            f"with fresh cases each time {_lower(fresh.words) if fresh else few}; with the same cases twice, "
            f"of which {_share(changed)} change either way, {_lower(same.words) if same else few}."
        ],
        [
            *(["# fresh cases each time", *lines] if fresh else []),
            *(["# the same cases twice", *again] if same else []),
        ],
    )


def _enough(size: int, population: int, each: int, return_rate: float) -> Wanted | None:
    """The cases to draw for a size; None where the population cannot bring as many back."""
    found = wanted(population=population, alone=min(size, population), each=each, return_rate=return_rate)
    effect = design_effect(cases_each=each, correlation=CORRELATION)
    return None if size * effect > population + 1e-9 or found.back < found.sample else found


def dip(*, population: int, cases: int, problem: float, each: int) -> Answer:
    """What a dip sample of so many cases can say of a problem that a share of all has, and what it cannot.

    Examples
    --------
    >>> print(dip(population=3000, cases=10, problem=0.10, each=1).sentences[0])
    A dip sample of 10 of the 3,000 cases meets a problem that 10% of all have with a probability of 65%; if
    none has it, at most 775 of all (25.8%) could, 19 times in 20; it does not say how good practice is, as a
    share would be known to within 27 points only.
    """
    cases = min(cases, population)
    worth = _worth(population, cases, each)
    size = Wanted(population, cases, cases, cases, worth)
    most = _compatible(size, 0, _SURE)
    rows = [{"share": _share(at), "met": _met(size, at)} for at in sorted({*_SHARES, problem})]
    return Answer(
        [
            f"A dip sample of {count_words(cases)} of the {count_words(population)} cases meets a problem "
            f"that {_share(problem)} of all have with a probability of {_met(size, problem)}; if none has "
            f"it, at most {most['cases']} of all ({most['share']}) could, {how_often(_SURE)}; "
            f"{_cannot(population, worth)}."
        ],
        lines_of({"cases": cases}),
        [
            plain_table(
                pd.DataFrame(rows),
                table_id="dip_sample",
                caption="How likely the dip sample is to meet a problem",
                headings={"share": "Cases that have the problem", "met": "Probability of at least one"},
            )
        ],
    )


def _met(size: Wanted, share: float) -> str:
    chance = chance_to_meet(population=size.population, sample=size.worth, affected_share=share)
    return percent(chance)


def _cannot(population: int, worth: int) -> str:
    """What so few files cannot say: how good practice is."""
    margin = expected_margin(population=population, sample=worth)
    if not margin:
        return "it is all of them, so it also says how good practice in them is"
    points = ceil(round(margin * 100, 9))
    return f"it does not say how good practice is, as a share would be known to within {points} points only"


def lines_of(
    size: dict[str, float], *, share: float = 0.5, confidence: float = _SURE, return_rate: float = 1.0
) -> list[str]:
    """Lines of a draw in the parameter file: its size, and what differs from what holds without a line.

    Examples
    --------
    >>> lines_of({"margin_of_error": 0.1}, share=0.6)
    ['margin_of_error: 0.10', 'expected_share: 0.60']
    """
    others = {
        "expected_share": (share, 0.5),
        "confidence": (confidence, _SURE),
        "return_rate": (return_rate, 1),
    }
    told = size | {key: value for key, (value, usual) in others.items() if value != usual}
    return [
        f"{key}: {value if isinstance(value, int) else format(value, '.2f')}" for key, value in told.items()
    ]


def _share(fraction: float) -> str:
    """A share in words, with one decimal where it is below 10% and not whole."""
    tenths = round(fraction * 1000)
    return percent(fraction, 1) if tenths % 10 and tenths < 100 else percent(fraction)


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
