"""The columns of a source read, each distinct cell decided once, by the words it may hold."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import pandas as pd

from qaf_lib.frameworks import Framework
from qaf_lib.intake import people_codes
from qaf_lib.intake.cells import READERS, is_nothing
from qaf_lib.intake.faults import LEFT_BLANK, faults_at, nameable, no_faults
from qaf_lib.intake.labels import CouncilWords, label_words
from qaf_lib.intake.vocabulary import Words, answers_of, fold, period_label, questions_of, words_of
from qaf_lib.register import Column

_BREAKS_ITS_ROW = frozenset({"closed_on", "ended_on", "left_on", "resolved_on"})
"""Optional columns in which a blank says that a thing has not happened, so nothing there is blanked."""

_PEOPLE: Mapping[str, Callable[[pd.Series], pd.Series]] = {
    "gender": people_codes.gender,
    "ethnicity_group": people_codes.ethnicity_group,
    "disability": people_codes.disability,
    "age_band": people_codes.age_band,
}


@dataclass(frozen=True)
class Rules:
    """The framework, and what other tables and the day allow.

    No event may lie after `latest`. A caseload is that of the day `as_at`. `teams` gives a team's
    reference by its folded names, `tools` the tool of each sound audit; `actions` are those that came.
    """

    framework: Framework
    latest: date
    as_at: date | None = None
    teams: Mapping[str, str] | None = None
    tools: Mapping[str, str] | None = None
    audits_set_aside: Collection[str] = ()
    actions: Collection[str] | None = None
    council: CouncilWords = field(default_factory=CouncilWords)
    names: Collection[str] = ()


@dataclass(frozen=True)
class ReadColumn:
    """A column's cells in the type of its contract, its faults by position, and how many were filled."""

    cells: pd.Series
    faults: pd.DataFrame
    filled: int


@dataclass(frozen=True)
class _Cell:
    """What one distinct cell means, and the rule that it breaks."""

    value: object | None
    rule: str = ""
    effect: str = ""


def read_columns(
    *, table: str, given: pd.DataFrame, columns: Sequence[Column], rules: Rules, names: Collection[str]
) -> dict[str, ReadColumn]:
    """Every column of a table of text; questions by their audit's tool, answers by their question."""
    read: dict[str, ReadColumn] = {}
    words = _words(table, given, rules)
    for column in columns:
        within: pd.Series | None = None
        if table == "answer" and column.name == "question_id":
            within = given["audit_id"].map(dict(rules.tools or {})).astype("string")
        elif table == "answer" and column.name == "answer":
            within = read["question_id"].cells
        read[column.name] = _read_column(
            text=given[column.name],
            column=column,
            words=words.get(column.name),
            within=within,
            names=names,
        )
    return read


def _words(
    table: str, given: pd.DataFrame, rules: Rules
) -> dict[str, Words | Callable[[str | None], Words | None]]:
    """What each coded column of the table may hold."""
    coded = words_of(framework=rules.framework, table=table)
    words: dict[str, Words | Callable[[str | None], Words | None]] = {
        **coded,
        **_labels(table, given, rules, coded),
    }
    if rules.teams is not None and table != "team":
        words["team_id"] = _teams(table, rules.teams)
    if table == "case":
        words |= {name: _people_words(name, given[name]) for name in _PEOPLE}
    if table == "indicator":
        words["period"] = _periods(given["period"])
    if table == "answer":
        answers = answers_of(rules.framework)
        words["question_id"] = _questions(rules)
        words["answer"] = lambda question: answers.get(str(question))
    return words


def _labels(table: str, given: pd.DataFrame, rules: Rules, coded: Mapping[str, Words]) -> dict[str, Words]:
    """Words of columns that become labels; what the framework itself does not name is read as it came."""
    known = label_words(framework=rules.framework, table=table, council=rules.council, given=given)
    found = {}
    for name, words in known.items():
        own = coded[name].known if name in coded else {}
        came = [word for word in given[name].dropna().unique() if fold(word) not in own and words.of(word)]
        found[name] = replace(words, known={**{word: word for word in came}, **own})
    return found


def _teams(table: str, teams: Mapping[str, str]) -> Words:
    """Teams by id or name; whoever works in none of them, as leaders do, stays on the list of staff."""
    rule = "is an unknown team"
    return Words(teams, rule, "warn") if table == "staff" else Words(teams, rule)


def _people_words(column: str, text: pd.Series) -> Words:
    """What a child's column says in the kit's words; nothing in it ever takes the child away."""
    distinct = pd.Series(text.dropna().unique(), dtype="string")
    meanings = _PEOPLE[column](distinct).fillna("")
    known = {
        word: meaning
        for word, meaning in zip(distinct, meanings, strict=True)
        if meaning != people_codes.NOT_UNDERSTOOD
    }
    instead = "" if column == "disability" else people_codes.NOT_UNDERSTOOD
    return Words(known, "is not understood", "warn", kept=False, instead=instead)


def _periods(text: pd.Series) -> Words:
    labels = {word: period_label(word) for word in text.dropna().unique()}
    return Words({word: label for word, label in labels.items() if label}, "is not a period")


def _questions(rules: Rules) -> Callable[[str | None], Words]:
    """Questions by id or label; a label that two tools share is the one of the audit's tool."""
    every = questions_of(rules.framework, tool_id=None)
    own = {
        tool.tool_id: Words(
            {**every.known, **questions_of(rules.framework, tool_id=tool.tool_id).known}, every.rule
        )
        for tool in rules.framework.tools
    }
    return lambda tool: own.get(str(tool), every)


def _read_column(
    *,
    text: pd.Series,
    column: Column,
    words: Words | Callable[[str | None], Words | None] | None,
    within: pd.Series | None,
    names: Collection[str],
) -> ReadColumn:
    """A column of text, under an index from 0, read by its contract.

    `words` is what a coded column may hold; a function of the row's group (`within`) where that depends on
    another column, as answers do on their question.
    """
    codes, pairs = _distinct(text, within)
    cells = [_cell(word, column, words(group) if callable(words) else words) for group, word in pairs]
    missing = np.append([cell.value is None and not cell.rule for cell in cells], True)[codes]
    faults = [_broken(codes, pairs, cells, column, names)]
    if not column.optional:
        faults.append(faults_at(np.flatnonzero(missing), column.name, "is missing"))
    found = pd.concat([part for part in faults if len(part)] or [no_faults()], ignore_index=True)
    return ReadColumn(_values(codes, cells, column), found, len(text) - int(missing.sum()))


def _distinct(text: pd.Series, within: pd.Series | None) -> tuple[np.ndarray, list[tuple[str | None, str]]]:
    """A number for the distinct cell of each row (-1 where blank), and the cells, each with its group."""
    codes, words = pd.factorize(text)
    if within is None:
        return codes, [(None, str(word)) for word in words.tolist()]
    group_codes, groups = pd.factorize(within)
    both, pairs = pd.factorize((group_codes + 1) * (len(words) + 1) + codes + 1)
    split = [divmod(int(pair), len(words) + 1) for pair in pairs]
    cells = [
        (str(groups[group - 1]) if group else None, str(words[word - 1]) if word else "")
        for group, word in split
    ]
    return np.where(codes < 0, -1, both), cells


def _cell(word: str, column: Column, words: Words | None) -> _Cell:
    known = words.of(word) if words else None
    if known is None:
        if not word or is_nothing(word):
            return _Cell(None)
        if words and words.rule:
            return _Cell(words.unknown(word), words.rule, words.effect)
    elif not known:
        return _Cell(None)
    if column.type == "s":
        return _Cell(known or word)
    read, rule, _ = READERS[column.type]
    value = read(known or word)
    if value is not None:
        return _Cell(value)
    if column.optional and column.name not in _BREAKS_ITS_ROW:
        return _Cell(None, rule + LEFT_BLANK, "warn")
    return _Cell(None, rule, "set_aside")


def _broken(
    codes: np.ndarray,
    pairs: list[tuple[str | None, str]],
    cells: list[_Cell],
    column: Column,
    names: Collection[str],
) -> pd.DataFrame:
    """A fault for each row whose cell breaks a rule, with its word where it may be named."""
    if not any(cell.rule for cell in cells):
        return no_faults()
    rows = np.flatnonzero(np.append([bool(cell.rule) for cell in cells], False)[codes])
    said = np.array([*_said(codes, pairs, column, names), None], dtype=object)
    rules = np.array([cell.rule for cell in cells], dtype=object)[codes[rows]]
    effects = np.array([cell.effect for cell in cells], dtype=object)[codes[rows]]
    found = faults_at(rows, column.name, "", values=said[codes[rows]])
    return found.assign(rule=rules, effect=effects).astype({"rule": "string", "effect": "string"})


def _said(
    codes: np.ndarray, pairs: list[tuple[str | None, str]], column: Column, names: Collection[str]
) -> list[str | None]:
    """The word of each distinct cell, where a fault may name it."""
    if column.type != "s" or column.mark or column.name == "team_id":  # a team may be called by its manager
        return [None] * len(pairs)
    counts: dict[str, int] = {}
    for (_, word), count in zip(pairs, np.bincount(codes[codes >= 0], minlength=len(pairs)), strict=True):
        if word:
            counts[word] = counts.get(word, 0) + int(count)
    said = dict(
        zip(counts, nameable(words=list(counts), counts=list(counts.values()), names=names), strict=True)
    )
    return [said.get(word) for _, word in pairs]


def _values(codes: np.ndarray, cells: list[_Cell], column: Column) -> pd.Series:
    """The value of each row; the last of the distinct ones, which code -1 picks, is missing."""
    kept = [None if cell.rule and cell.effect != "warn" else cell.value for cell in cells] + [None]
    if column.type == "s":
        return pd.Series(pd.array(kept, dtype="string").take(codes % len(kept)))
    dtype = READERS[column.type][2]
    if column.type in "dt":
        moments = np.array([np.datetime64("NaT") if value is None else value for value in kept], dtype=dtype)
        return pd.Series(moments[codes])
    return pd.Series(
        pd.array([pd.NA if value is None else value for value in kept], dtype=dtype).take(codes % len(kept))
    )
