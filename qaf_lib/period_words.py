"""The period's tables as pages may show them: titles only where reviewed, labels only of known words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import pandas as pd

from qaf_lib.caseload.faults import name_keys
from qaf_lib.caseload.labels import OTHER, CouncilWords, label_words, words_of_council
from qaf_lib.caseload.vocabulary import fold
from qaf_lib.parameters import Parameters
from qaf_lib.sampling import NOT_RECORDED
from qaf_lib.sampling.frame import STRATUM_JOINED_BY

__all__ = ["OWN_LABELS", "of_known_words", "reviewed_titles"]

OWN_LABELS = {"team": ("name", "service", "locality", "division"), "staff": ("role", "service")}
"""What the council's own tables say of themselves."""


def reviewed_titles(frame: pd.DataFrame) -> pd.Series:
    """Titles of the rows that are marked as reviewed; missing for all others."""
    return frame["title"].where(frame["reviewed"].fillna(False).astype(bool))


def of_known_words(
    tables: Mapping[str, pd.DataFrame], *, parameters: Parameters, references: Collection[str]
) -> dict[str, pd.DataFrame]:
    """The tables with `OTHER` for each word of a label that nobody knows; unknown indicators are left out.

    Known are the words of the framework, of the kit's lists and of the council's tables `team` and `staff`.
    A role, service or team of these that is called like somebody is not.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        The period's tables by name.
    parameters : Parameters
        The period's parameters, with the framework.
    references : collection of str
        Names of people, and references of cases, families and records.
    """
    names = name_keys(references)
    council = words_of_council(parameters=parameters, tables=tables, names=names)
    shown = {name: _labels(name, frame, parameters, council, names) for name, frame in tables.items()}
    shown["indicator"] = shown["indicator"].query("indicator_id != @OTHER").reset_index(drop=True)
    strata = _strata(tables["draw_stratum"], parameters, council)
    for name in ("draw_stratum", "draw_case"):
        key = pd.MultiIndex.from_frame(tables[name][["draw_id", "stratum"]])
        shown[name] = shown[name].assign(stratum=pd.array(strata.reindex(key).to_numpy(), dtype="string"))
    return shown


def _labels(
    name: str, frame: pd.DataFrame, parameters: Parameters, council: CouncilWords, names: Collection[str]
) -> pd.DataFrame:
    words = label_words(framework=parameters.rules, table=name, council=council, given=frame)
    changed = {column: _each(frame[column], known.of) for column, known in words.items()}
    if name in OWN_LABELS:
        own = council.roles | (council.services or frozenset())
        changed |= {
            column: _each(frame[column], lambda word: _unless_a_name(word, own, names))
            for column in OWN_LABELS[name]
        }
    elif "team_id" in frame:
        changed["team_id"] = _each(frame["team_id"], lambda team: team if team in council.teams else None)
    return frame.assign(**changed)


def _unless_a_name(word: str, known: Collection[str], names: Collection[str]) -> str | None:
    return word if word in known or name_keys([word]).isdisjoint(names) else None


def _each(column: pd.Series, known: Callable[[str], str | None]) -> pd.Series:
    """A column with each of its words as it is known, or `OTHER`; what is missing stays missing."""
    meanings = {word: known(word) or OTHER for word in column.dropna().unique()}
    return column.map(meanings).astype("string")


def _strata(strata: pd.DataFrame, parameters: Parameters, council: CouncilWords) -> pd.Series:
    """Labels of recorded strata by draw and stratum; a part that nobody knows is `OTHER`, numbered."""
    known = {NOT_RECORDED, "", *(council.services or ()), *council.teams}
    known = {fold(word) for word in known | set(parameters.rules.eligibility.statuses)}
    labels: dict[tuple[str, str], str] = {}
    for draw, names in strata.groupby("draw_id")["stratum"]:
        unknown = sorted(name for name in names if not set(map(fold, name.split(STRATUM_JOINED_BY))) <= known)
        numbered = {
            name: STRATUM_JOINED_BY.join(
                part if fold(part) in known else f"{OTHER} {at}" if at > 1 else OTHER
                for part in name.split(STRATUM_JOINED_BY)
            )
            for at, name in enumerate(unknown, start=1)
        }
        labels |= {(str(draw), str(name)): numbered.get(name, name) for name in names}
    index = pd.MultiIndex.from_tuples(list(labels), names=["draw_id", "stratum"]) if labels else None
    return pd.Series(list(labels.values()), index=index, dtype="string")
