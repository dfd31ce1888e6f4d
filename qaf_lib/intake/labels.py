"""Columns whose words become labels on pages: what is known in each, and one word for all others."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from qaf_lib.frameworks import Framework, rules_of
from qaf_lib.intake.faults import name_keys
from qaf_lib.intake.vocabulary import Words, fold, posts_of, words_of
from qaf_lib.parameters import Parameters

OTHER = "other"
"""What pages say in place of a word that nobody knows."""

OTHER_ON_PAGES = f'; "{OTHER}" on the pages'
"""Ends the rule of a word that is recorded as it came and that no page shows."""

_POST = "post of the framework or the staff table"
_INDICATOR = "indicator of the framework"
_THEME = "theme of the framework"
_WHAT: Mapping[str, Mapping[str, str]] = {
    "case": {"service": "service of the staff or team table"},
    "action": {
        "theme": _THEME,
        "standard_id": "standard of the framework",
        "owner_post": _POST,
        "second_owner_post": _POST,
    },
    "audit": {"theme": _THEME},
    "moderation": {"stage": "stage of the framework's moderation"},
    "action_event": {"approved_by_post": _POST},
    "escalation": {"told_post": _POST},
    "duty_event": {
        "duty_id": "duty that the framework names",
        "by_post": _POST,
        "theme": _THEME,
        "report_type": "type of report that the kit knows",
    },
    "exemption": {"duty_id": "duty that the framework names", "approved_by_post": _POST},
    "good_practice": {"theme": _THEME, "by_post": _POST, "shared_with": _POST},
    "feedback": {
        "instrument": "survey form of the framework",
        "respondent": "word for who answers that the kit or the framework knows",
        "theme": _THEME,
        "score": "number from 0 to 10",
        "item": "question of the framework's survey forms",
    },
    "project": {
        "frequency": "word for how often that the kit knows",
        "officer_post": _POST,
        "requested_by_post": _POST,
        "theme": _THEME,
    },
    "indicator": {"indicator_id": _INDICATOR},
    "answer": {"standard_id": "standard of the framework", "theme": ""},
}
"""By table and column what a word must be; of a theme beside its question nothing is said."""

_RESPONDENTS = (
    *("child", "young person", "primary age", "secondary age", "looked-after child", "care leaver"),
    *("parent", "carer", "parent or carer", "family", "foster carer", "kinship carer", "adopter"),
    *("staff", "worker", "practitioner", "manager", "professional", "partner", "partner agency"),
    "member of parliament",
)
_SCORE = re.compile(r"(?:\d|10)(?:\.\d{1,2})?")
_NOT_RECORDED = "not recorded"
NIL_RETURN = "nil return"
"""The type of a return that says that there is nothing to report."""

_REPORT_TYPES = (
    *("assessment", "section 47 enquiry", "child in need plan", "child protection plan", "care plan"),
    *("pathway plan", "conference report", "review report", "court report", "court statement"),
    *("viability assessment", "parenting assessment", "chronology", "supervision file", "chair's report"),
    NIL_RETURN,
)
_UNITS = ("day", "week", "month", "year")
_FREQUENCIES = (
    *("daily", "weekly", "fortnightly", "monthly", "bi-monthly", "termly", "quarterly", "half-yearly"),
    *("six-monthly", "twice a year", "yearly", "annual", "annually", "two-yearly", "biennial"),
    *("once", "one-off", "ongoing", "ad hoc", "as required", "as needed"),
    *(f"{each} {unit}" for each in ("every", "each") for unit in (*_UNITS, "quarter", "term", "half year")),
    *(f"every {number} {unit}s" for number in range(2, 13) for unit in _UNITS),
    *(f"every two {unit}s" for unit in _UNITS),
)


@dataclass(frozen=True)
class CouncilWords:
    """Words of the council's own: of its staff and team tables, its parameter file and its audit tools.

    `services` are None where no table is at hand to hold one against. `themes` gives the framework's theme
    for one that the council's answers bear beside its questions.
    """

    roles: frozenset[str] = frozenset()
    services: frozenset[str] | None = None
    teams: frozenset[str] = frozenset()
    themes: Mapping[str, str] = field(default_factory=dict)


def words_of_council(
    *,
    parameters: Parameters,
    tables: Mapping[str, pd.DataFrame],
    names: Collection[str] = frozenset(),
) -> CouncilWords:
    """What the council's own tables `team`, `staff` and `answer` name.

    What is somebody's name or a reference (a key of `names`) names no role, service or team, unless the
    framework knows it as a post.
    """
    posts = Words(_by_fold((post, post) for post in posts_of(parameters.rules)))
    team, staff = tables.get("team"), tables.get("staff")
    services = {*_words(team, "service"), *_words(staff, "service"), *_services(parameters)}
    return CouncilWords(
        roles=frozenset(
            role for role in _words(staff, "role") if posts.of(role) or not _is_a_name(role, names)
        ),
        services=frozenset(word for word in services if not _is_a_name(word, names)) | {_NOT_RECORDED},
        teams=frozenset({*_words(team, "team_id"), *_words(staff, "team_id")}),
        themes=local_themes(tables.get("answer"), parameters.rules),
    )


def label_words(
    *, framework: Framework, table: str, council: CouncilWords, given: pd.DataFrame
) -> dict[str, Words]:
    """What the columns of a table that become labels may hold, by column; other words are `OTHER`.

    `given` is the table itself, of which the scores are read.
    """
    known = {
        name: _known(name, framework, council, table, given)
        for name in _WHAT.get(table, {})
        if name in given and (name != "service" or council.services is not None)
    }
    return {name: Words(words, _rule(_WHAT[table][name]), "warn") for name, words in known.items()}


def local_themes(answers: pd.DataFrame | None, framework: Framework) -> dict[str, str]:
    """The framework's theme for each one in the answers that stands beside questions of a single theme."""
    if answers is None or not {"question_id", "theme"} <= set(answers):
        return {}
    pairs = answers[["question_id", "theme"]].dropna().drop_duplicates()
    pairs = pairs.assign(framework=pairs["question_id"].map(framework.theme_of)).dropna()
    one = pairs.drop_duplicates(["theme", "framework"]).drop_duplicates("theme", keep=False)
    return dict(zip(one["theme"].astype(str), one["framework"].astype(str), strict=True))


def _rule(what: str) -> str:
    ends = "; on no page" if what == _INDICATOR else OTHER_ON_PAGES  # two of them cannot be added up
    return f"is no {what}{ends}" if what else ""


def _known(
    name: str, framework: Framework, council: CouncilWords, table: str, given: pd.DataFrame
) -> dict[str, str]:
    match name:
        case "service":
            return _by_fold((service, service) for service in council.services or ())
        case "respondent":
            return _by_fold((word, word) for word in (*_respondents(framework), *_RESPONDENTS))
        case "frequency":
            return _by_fold((word, word) for word in _FREQUENCIES)
        case "report_type":
            return _by_fold((word, word) for word in _REPORT_TYPES)
        case "score":
            return _scores(given["score"])
        case "theme":
            local = {fold(word): theme for word, theme in council.themes.items()}
            return local | _by_fold((theme, theme) for theme in _themes(framework))
        case "standard_id":
            cited = {name for _, _, names in rules_of(framework) for name in names}
            return _by_fold((name, name) for name in cited) | _of_framework(framework, table, name)
        case name if name.endswith("_post") or name == "shared_with":
            roles = _by_fold((role, role) for role in sorted(council.roles))
            return roles | _of_framework(framework, table, name)
        case _:
            return _of_framework(framework, table, name)


def _of_framework(framework: Framework, table: str, column: str) -> dict[str, str]:
    return dict(words_of(framework=framework, table=table)[column].known)


def _respondents(framework: Framework) -> Iterator[str]:
    for form in framework.instruments:
        yield form.name
        if form.respondent:
            yield form.respondent


def _themes(framework: Framework) -> Iterator[str]:
    for tool in framework.tools:
        yield from (question.theme for question in tool.questions if question.theme)
    yield from (indicator.theme for indicator in framework.indicators if indicator.theme)
    for group in framework.tags:
        yield from (tag.label for tag in group.tags)


def _services(parameters: Parameters) -> Iterator[str]:
    """Services that the parameter file itself names: constants, and what words of a source are mapped to."""
    sources = [source for group in parameters.records.values() for source in group]
    for extract in parameters.extracts:
        sources += [*(extract.early_help or []), *(extract.cases or [])]
    for source in sources:
        if "service" in source.constants:
            yield source.constants["service"]
        yield from source.meanings.get("service", {}).values()


def _words(table: pd.DataFrame | None, column: str) -> list[str]:
    return [] if table is None or column not in table else _words_in(table[column])


def _words_in(column: pd.Series) -> list[str]:
    return [str(word) for word in column.dropna().unique()]


def _scores(column: pd.Series) -> dict[str, str]:
    return {word: word for word in _words_in(column) if _SCORE.fullmatch(word)}


def _is_a_name(word: str, names: Collection[str]) -> bool:
    return not name_keys([word]).isdisjoint(names)


def _by_fold(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Names by their folded form, the first of those alike."""
    found: dict[str, str] = {}
    for name, word in pairs:
        found.setdefault(fold(name), word)
    return found
