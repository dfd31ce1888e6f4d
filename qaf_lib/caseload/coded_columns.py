"""All columns of a table read, each with the words that it may hold under the framework."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import pandas as pd

from qaf_lib.caseload import people_codes
from qaf_lib.caseload.columns import ReadColumn, read_column
from qaf_lib.caseload.labels import label_words
from qaf_lib.caseload.rules import Rules
from qaf_lib.caseload.vocabulary import (
    Words,
    answers_of,
    fold,
    period_label,
    questions_of,
    words_of,
)
from qaf_lib.register import Column

__all__ = ["read_columns"]

_PEOPLE: Mapping[str, Callable[[pd.Series], pd.Series]] = MappingProxyType(
    {
        "gender": people_codes.gender,
        "ethnicity_group": people_codes.ethnicity_group,
        "disability": people_codes.disability,
        "age_band": people_codes.age_band,
    }
)


def read_columns(
    *, table: str, given: pd.DataFrame, columns: Sequence[Column], rules: Rules, names: Collection[str]
) -> dict[str, ReadColumn]:
    """Every column of a table of text; questions by their audit's tool, answers by their question.

    `names` are keys of names and references, which no fault may name.
    """
    read: dict[str, ReadColumn] = {}
    words = _words(table, given, rules)
    for column in columns:
        within: pd.Series | None = None
        if table == "answer" and column.name == "question_id":
            within = given["audit_id"].map(dict(rules.tools or {})).astype("string")
        elif table == "answer" and column.name == "answer":
            within = read["question_id"].cells
        read[column.name] = read_column(
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
