"""What every chart is: an SVG image with its numbers in words.

Made for a narrow screen first: labels stand above their bars, so that nothing is
lost at 320 pixels or in print. The same input gives the same bytes.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from html import escape
from io import BytesIO
from typing import Any

from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

__all__ = ["Chart"]

WIDTH = 4.6
"""Inches: 442 pixels, so that 11-point labels stay legible when shrunk to a narrow screen."""

INK, BAR, ACCENT, GRID = "#0b0c0c", "#4a7fbd", "#9c3d00", "#d9dee4"
BETTER, SAME, WORSE = "#cfe0f5", "#eceff1", "#fbdcc4"

RC: dict[Any, Any] = {
    "svg.hashsalt": "qaf",
    "svg.fonttype": "path",
    "font.family": "DejaVu Sans",
    "font.size": 11,
    "text.parse_math": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#5b6670",
    "text.color": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}


@dataclass(frozen=True)
class Chart:
    """An SVG image, its words for those who do not see it, and its caption.

    Attributes
    ----------
    alt : str
        What the chart shows, with its numbers; at least 20 characters.
    caption : str
        Line under the chart.
    svg : bytes
        The image; empty where there is nothing to draw.
    """

    alt: str
    caption: str
    svg: bytes

    def __post_init__(self) -> None:
        """Refuse a chart that says nothing to those who cannot see it."""
        if len(self.alt.strip()) < 20:
            raise ValueError(f"alt must say what the chart shows in 20 characters or more; got {self.alt!r}")

    def to_html(self) -> str:
        """The chart for a page: an image with its data in the address."""
        if not self.svg:
            return f'<p class="empty">{escape(self.alt)}</p>'
        source = "data:image/svg+xml;base64," + b64encode(self.svg).decode("ascii")
        image = f'<img alt="{escape(self.alt)}" src="{source}">'
        return f'<figure class="chart">{image}<figcaption>{escape(self.caption)}</figcaption></figure>'

    def __repr__(self) -> str:
        return f"{self.caption}: {self.alt}"

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        return {"text/html": self.to_html(), "text/plain": repr(self)}


def share_axis(axis: Any) -> None:
    axis.set_ticks([0, 0.25, 0.5, 0.75, 1], labels=["0%", "25%", "50%", "75%", "100%"])


def svg(figure: Figure) -> bytes:
    """The figure as bytes that depend on nothing but its drawing."""
    FigureCanvasSVG(figure)
    out = BytesIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return out.getvalue().replace(b"\r\n", b"\n")
