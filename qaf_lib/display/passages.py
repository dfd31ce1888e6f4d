"""Passages and notes, and targets in words."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from qaf_lib.counting import TargetVerdict, target_verdict
from qaf_lib.display.words import leading_to, percent
from qaf_lib.frameworks import Framework
from qaf_lib.frameworks.scale import GradeTarget

KINDS = frozenset({"", "lead", "warning", "assumption", "banner", "quotation"})
"""Ways a passage may look."""


LONGEST_LARGE = 8
"""Characters of a key figure that are set large; longer ones are set smaller."""


class _Words(ABC):
    """What notebooks and pages ask of everything made of words."""

    @abstractmethod
    def to_html(self) -> str:
        """For a page."""

    @abstractmethod
    def to_text(self) -> str:
        """For a terminal."""

    def __repr__(self) -> str:
        return self.to_text()

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        return {"text/html": self.to_html(), "text/plain": self.to_text()}


@dataclass(frozen=True, repr=False)
class Passage(_Words):
    """Paragraphs of plain text.

    Attributes
    ----------
    paragraphs : sequence of str
        The text; empty paragraphs are left out.
    kind : str
        "" for plain text, or "lead", "warning", "assumption", "banner", "quotation".

    Examples
    --------
    >>> Passage(["12 files < 5% of the caseload."]).to_html()
    '<div class="passage"><p>12 files &lt; 5% of the caseload.</p></div>'
    """

    paragraphs: Sequence[str]
    kind: str = ""

    def __post_init__(self) -> None:
        """Refuse a kind no page knows."""
        if self.kind not in KINDS:
            raise ValueError(f"kind must be one of {sorted(KINDS)}; got {self.kind!r}")

    def to_html(self) -> str:
        """The paragraphs for a page."""
        body = "".join(f"<p>{escape(text)}</p>" for text in self.paragraphs if text.strip())
        return f'<div class="passage{" " + self.kind if self.kind else ""}">{body}</div>'

    def to_text(self) -> str:
        """The paragraphs for a terminal."""
        return "\n\n".join(text for text in self.paragraphs if text.strip())


class Note(Passage):
    """One paragraph of plain text.

    Examples
    --------
    >>> Note("This page alerts nobody.", "warning").to_html()
    '<div class="passage warning"><p>This page alerts nobody.</p></div>'
    """

    def __init__(self, text: str, kind: str = "") -> None:
        super().__init__((text,), kind)


@dataclass(frozen=True)
class Card:
    """A heading and its points, such as what is working well."""

    heading: str
    points: Sequence[str]


@dataclass(frozen=True, repr=False)
class Cards(_Words):
    """Cards side by side: what is working well, what we are worried about, what needs to happen.

    Examples
    --------
    >>> print(Cards([Card("What is working well", ["Visits are timely."])]))
    What is working well
    - Visits are timely.
    """

    cards: Sequence[Card]

    def to_html(self) -> str:
        """The cards for a page; their headings are of the third level."""
        return f'<div class="three">{"".join(map(self._card, self.cards))}</div>'

    def _card(self, card: Card) -> str:
        points = "".join(f"<li>{escape(point)}</li>" for point in card.points)
        return f'<section class="card"><h3>{escape(card.heading)}</h3><ul>{points}</ul></section>'

    def to_text(self) -> str:
        """The cards for a terminal."""
        parts = [[card.heading, *(f"- {point}" for point in card.points)] for card in self.cards]
        return "\n\n".join("\n".join(lines) for lines in parts)


@dataclass(frozen=True)
class Figure:
    """A number in words, what it is, and how sure it is.

    `trend` is the image of a small chart, as HTML; `page` the title of the page that has more of it.
    """

    value: str
    label: str
    detail: str = ""
    trend: str = ""
    page: str = ""


@dataclass(frozen=True, repr=False)
class KeyFigures(_Words):
    """The few numbers of a page's first screen.

    Examples
    --------
    >>> print(KeyFigures([Figure("63%", "good or better", "52% to 73%, 60 files")]))
    63% good or better (52% to 73%, 60 files)
    """

    figures: Sequence[Figure]

    def to_html(self) -> str:
        """The figures for a page, as a list of terms."""
        return f'<dl class="figures">{"".join(map(self._figure, self.figures))}</dl>'

    def _figure(self, figure: Figure) -> str:
        detail = f'<dd class="detail">{escape(figure.detail)}</dd>' if figure.detail else ""
        trend = f'<dd class="trend">{figure.trend}</dd>' if figure.trend else ""
        size = "value long" if len(figure.value) > LONGEST_LARGE else "value"
        label = leading_to(figure.page, figure.label) if figure.page else escape(figure.label)
        term = f'<dt>{label}</dt><dd class="{size}">{escape(figure.value)}</dd>'
        return f'<div class="figure">{term}{detail}{trend}</div>'

    def to_text(self) -> str:
        """The figures for a terminal."""
        return "\n".join(
            f"{figure.value} {figure.label}{f' ({figure.detail})' if figure.detail else ''}"
            for figure in self.figures
        )


def target_sentence(framework: Framework, band: str, row: Mapping[str, Any] | pd.Series[Any]) -> str:
    """How the share of a band stands to each of its targets; "" where the framework sets none."""
    return " ".join(
        _sentence(target, verdict_of(target, row), framework.words.audits)
        for target in framework.targets
        if target.band == band
    )


def verdict_of(target: GradeTarget, row: Mapping[str, Any] | pd.Series[Any]) -> TargetVerdict:
    """How a row of a result stands to a target."""
    estimate, low, high = (
        None if row.get("mark") or pd.isna(row[name]) else float(row[name])
        for name in ("estimate", "low", "high")
    )
    return target_verdict(
        estimate=estimate, low=low, high=high, at_most=target.at_most, at_least=target.at_least
    )


def _sentence(target: GradeTarget, verdict: TargetVerdict, audits: str) -> str:
    most = target.at_most is not None
    bound = percent(float(target.at_most if target.at_most is not None else target.at_least or 0))
    wanted, beyond = (f"at most {bound}", "Above") if most else (f"at least {bound}", "Below")
    match verdict:
        case "met":
            return f"Target {wanted}: met, and chance does not explain it."
        case "missed":
            return f"{beyond} the target of {wanted}, and chance does not explain it."
        case "within":
            return f"Within the target of {wanted}, but with so few {audits} that may be chance."
        case "beyond":
            return f"{beyond} the target of {wanted}, but with so few {audits} that may be chance."
        case _:
            return f"Target {wanted}: too few {audits} to say."
