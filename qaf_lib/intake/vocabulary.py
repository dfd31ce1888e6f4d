"""The words that coded columns may hold, and how what comes in is matched to them.

Letter case, blanks, hyphens and underscores do not matter, and a label is as good as the name it belongs to:
"Peer audit" is `peer_audit`. A name goes before another thing's label; a label of two things names neither.
A grade may come as points: a score out of the scale's total, or a percentage with its sign. A row speaks of a
team by its reference or by any name that it has had.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import pandas as pd

from qaf_lib.dates import parse_period
from qaf_lib.frameworks import Framework, Scale
from qaf_lib.frameworks.rules import Item, Stage
from qaf_lib.frameworks.tools import NOT_APPLICABLE
from qaf_lib.intake.cells import folded
from qaf_lib.register import TABLES, Column

_SCORE = re.compile(
    r"(?P<score>\d{1,9}(?:\.\d{1,9})?)\s*(?:(?P<percent>%)|/\s*(?P<total>\d{1,9}(?:\.\d{1,9})?))?"
)


_ANNEX_A_STATUSES = (
    "looked_after",
    "child_protection",
    "child_in_need",
    "open_assessment",
    "care_leaver",
)
"""Statuses that Annex A's lists 6 and 9 give, known whether or not the framework audits such cases."""

EARLIER_NAME = "an earlier name of the team"

_QUOTES = str.maketrans("‘’ʼ`´", "'''''")
_POSTS = frozenset(
    {
        *("by_post", "told_post", "owner_post", "second_owner_post", "officer_post", "approved_by_post"),
        *("requested_by_post", "shared_with"),
    }
)


@dataclass(frozen=True)
class Words:
    """What one column may hold.

    `known` gives the kit's word by the folded one, or by one told apart by its letter case alone; a known
    word that means "" is a blank. An unknown word breaks `rule`: its row is set aside or, where the effect is
    `warn`, the cell is kept, blanked or holds `instead`. Without a rule any word will do. With a `scale` the
    points of a grade are known too.
    """

    known: Mapping[str, str]
    rule: str = ""
    effect: Literal["set_aside", "warn"] = "set_aside"
    kept: bool = True
    instead: str = ""
    scale: Scale | None = None

    def of(self, word: str) -> str | None:
        """The kit's word for what stands in a cell; None where nothing is known by it."""
        known = self.known[word] if word in self.known else self.known.get(fold(word))
        return grade_of_points(word, self.scale) if known is None and self.scale else known

    def unknown(self, word: str) -> str | None:
        """What stands in place of an unknown word whose row is kept."""
        return self.instead or (word if self.kept else None)

    @property
    def names(self) -> list[str]:
        """The kit's words, each once."""
        return list(dict.fromkeys(self.known.values()))


def fold(word: str) -> str:
    """A word as it is matched; a whole number written with a point is that number."""
    plain = folded(word.translate(_QUOTES))
    return plain[:-2] if plain.endswith(".0") and plain[:-2].isdigit() else plain


def grade_of_points(text: str, scale: Scale) -> str | None:
    """The grade that a cell of points earns; None where it holds no points of the scale.

    One with a total ("29/32") is so only where that total is the scale's. A number between 0 and 1 is none
    where the total is larger: it may be a fraction of it, as sheets hold percentages.
    """
    found = _SCORE.fullmatch(text.strip())
    if scale.points is None or found is None:
        return None
    score, total = Fraction(found["score"]), Fraction(str(scale.points.out_of))
    if found["percent"]:
        score = score * total / 100
    elif (found["total"] and Fraction(found["total"]) != total) or (total > 1 and 0 < score < 1):
        return None
    return (scale.points.grade_of(score) or scale.grades[0]) if score <= total else None


def _points_rule(scale: Scale) -> str:
    """The rule that a cell breaks which holds neither a grade nor points of the scale."""
    if scale.points is None:
        return "is a grade off the scale"
    return f"is a score off the scale (0 to {scale.points.out_of:g})"


def words_of(*, framework: Framework, table: str) -> dict[str, Words]:
    """What the coded columns of a table may hold under a framework, by column (see also `questions_of`)."""
    words = {column.name: _choices(column) for column in TABLES[table].columns if column.choices}
    for column in TABLES[table].columns:
        if column.name in _POSTS:
            words[column.name] = Words(_folded((post, post) for post in posts_of(framework)))
        if column.name in ("standard_id", "theme"):
            words[column.name] = Words(_folded(_themes(framework, column.name)))
    words |= _own_words(framework).get(table, {})
    return words


def _choices(column: Column) -> Words:
    rule = f"is not one of {', '.join(column.choices)}"
    if not column.optional:
        return Words(_folded((choice, choice) for choice in column.choices), rule)
    return Words(_folded((choice, choice) for choice in column.choices), f"{rule}; left blank", "warn", False)


def _own_words(framework: Framework) -> dict[str, dict[str, Words]]:
    grades = _grades(framework.scale)
    types = [(kind.name, kind.label) for kind in framework.audit_types]
    tools = [(tool.tool_id, tool.label or tool.tool_id) for tool in framework.tools]
    statuses = dict.fromkeys([*framework.eligibility.statuses, *_ANNEX_A_STATUSES])
    return {
        "audit": {
            "audit_type": Words(_folded(types), "is not an audit type of the framework"),
            "tool_id": Words(_folded(tools), "is not a tool of the framework"),
            "overall_grade": grades,
        },
        "moderation": {
            "audit_grade": grades,
            "moderated_grade": grades,
            "stage": Words(_folded((stage.name, stage.label) for stage in _stages(framework))),
        },
        "case": {
            "status": Words(
                _folded((name, name) for name in statuses), "is not a status that the framework names"
            )
        },
        "staff": {"role": _named(framework, "role", ((role, role) for role in _roles(framework)))},
        "duty_event": {"duty_id": _named(framework, "duty", _duties(framework))},
        "exemption": {"duty_id": _named(framework, "duty", _duties(framework))},
        "feedback": {
            "instrument": Words(_folded((rule.name, rule.label) for rule in framework.instruments)),
            "item": Words(_folded((item.name, item.label) for item in _items(framework))),
        },
        "indicator": {
            "indicator_id": Words(_folded((rule.indicator_id, rule.label) for rule in framework.indicators))
        },
    }


def _grades(scale: Scale) -> Words:
    """The grades of the scale, by name or by points."""
    return Words(_folded((grade, grade) for grade in scale.grades), _points_rule(scale), scale=scale)


def _named(framework: Framework, what: str, pairs: Iterable[tuple[str, str]]) -> Words:
    """Words that are kept and told of where the framework names others; any will do where it names none."""
    known = _folded(pairs)
    article = "an" if what[0] in "aeiou" else "a"
    return Words(known, f"is not {article} {what} that the framework names" if known else "", "warn")


def _folded(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Names by their own folded form and by their label's, where it leads to one of them alone."""
    listed = list(pairs)
    by_label: dict[str, set[str]] = defaultdict(set)
    for name, label in listed:
        by_label[fold(label)].add(name)
    by_name: dict[str, set[str]] = defaultdict(set)
    for name, _ in listed:
        by_name[fold(name)].add(name)
    by_label.update(by_name)
    return {word: min(names) for word, names in by_label.items() if len(names) == 1}


def _roles(framework: Framework) -> list[str]:
    """Roles of staff that a rule of the framework speaks of."""
    named = [role for rule in framework.independence for role in rule.roles]
    named += [role for rule in framework.coverage for role in rule.roles]
    named += [role for rule in framework.longest_gaps for role in rule.roles]
    named += [role for duty in framework.duties for role in duty.roles]
    named += [role for coverage in framework.coverage for role in coverage.by_roles]
    named += [role for duty in framework.duties for role in duty.subject_roles]
    named += framework.moderation.by_roles if framework.moderation else []
    return list(dict.fromkeys(named))


def posts_of(framework: Framework) -> list[str]:
    """Roles and bodies that a rule, a duty, a report or a step of the framework names."""
    tiers = framework.escalation.tiers if framework.escalation else []
    bodies = [duty.as_post for duty in framework.duties if duty.as_post]
    bodies += [body for each in framework.reports for body in each.to]
    return list(
        dict.fromkeys([*_roles(framework), *bodies, *(post for tier in tiers for post in tier.posts)])
    )


def _themes(framework: Framework, column: str) -> Iterator[tuple[str, str]]:
    if column == "standard_id":
        yield from ((standard.standard_id, standard.label) for standard in framework.standards)
        return
    for tool in framework.tools:
        yield from ((question.theme, question.theme) for question in tool.questions if question.theme)


def _stages(framework: Framework) -> list[Stage]:
    return framework.moderation.stages if framework.moderation else []


def _items(framework: Framework) -> Iterator[Item]:
    for form in framework.instruments:
        yield from form.items


def _duties(framework: Framework) -> Iterator[tuple[str, str]]:
    """What the duty log may name: duties, and the rules and reports that entries of the log can show."""
    yield from ((duty.duty_id, duty.label) for duty in framework.duties)
    for rules in (framework.census_lists, framework.coverage, framework.longest_gaps, framework.follow_ups):
        yield from ((rule.name, rule.label) for rule in rules)
    for report in framework.reports:
        yield from ((report.name, report.label), (f"report_{report.name}", report.label))


def tools_of_types(framework: Framework) -> dict[str, str]:
    """The tool of each audit type."""
    return {kind.name: kind.tool_id for kind in framework.audit_types}


def questions_of(framework: Framework, *, tool_id: str | None) -> Words:
    """Question ids of a tool, or those of all tools that can be told without knowing it."""
    pairs = [
        (question.question_id, question.label)
        for tool in framework.tools
        for question in tool.questions
        if tool_id is None or tool.tool_id == tool_id
    ]
    return Words(_folded(pairs), "is not a question of the framework")


def answers_of(framework: Framework) -> dict[str, Words]:
    """What may be answered to each question: its own answers, or a grade where it has none."""
    graded = _grades(framework.scale)
    return {
        question.question_id: _check(question.answers) if question.answers else graded
        for tool in framework.tools
        for question in tool.questions
    }


def _check(answers: list[str]) -> Words:
    """The answers of a check; what says that it does not apply may be written short or long."""
    known = _folded((answer, answer) for answer in answers)
    own = [word for word in known if word in NOT_APPLICABLE]
    if len(own) == 1:
        known |= dict.fromkeys(NOT_APPLICABLE, known[own[0]])
    return Words(known, "is not an answer of its question")


def period_label(text: str) -> str | None:
    """A period's label as the kit writes it; None where the text names no period."""
    label = " ".join(text.upper().split())
    try:
        return parse_period(label).label
    except ValueError:
        return None


def team_names(teams: pd.DataFrame) -> dict[str, str]:
    """The reference of each team by its folded reference and names; a name of two teams leads to neither."""
    found = {team: team for team in teams["team_id"]}
    for column in ("team_id", "name"):  # a reference goes before another team's name
        by_word: dict[str, set[str]] = defaultdict(set)
        for word, team in zip(teams[column], teams["team_id"], strict=True):
            by_word[fold(word)].add(team)
        found |= {word: min(ids) for word, ids in by_word.items() if len(ids) == 1 and word not in found}
    return found


def earlier_names(teams: pd.DataFrame) -> pd.Series:
    """Whether a row gives a team's name of earlier days: a later row names the same team."""
    return teams["team_id"].duplicated(keep="last")
