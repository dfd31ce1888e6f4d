"""Controls that can be worked with the keyboard alone and are announced by their names.

A number has a box, which takes any value between its bounds, and beside it a slider for the mouse. The
box is a plain input tied to its label, so it is complete without the slider. JupyterLab's widgets neither
name a slider's handle nor let an answer be announced when it changes: a few lines of script in the panel
mend both, and where scripts are refused nothing but these two is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from html import escape

import ipywidgets

from qaf_lib.display import Chart, Table

_MEND = """
const named = () => {
  const panel = element.closest(".qaf-panel");
  if (!panel) return false;
  const answer = panel.querySelector(".qaf-said .widget-html-content");
  if (answer) answer.setAttribute("role", "status");
  const rows = [...panel.querySelectorAll(".qaf-number")];
  const handles = rows.map(row => row.querySelector("[role=slider]"));
  rows.forEach((row, at) => {
    const label = row.querySelector("label");
    const unit = row.classList.contains("qaf-whole") ? ", slider" : ", slider in hundredths";
    const name = label ? label.textContent + unit : "";
    if (name && handles[at]) handles[at].setAttribute("aria-label", name);
  });
  return answer && handles.every(handle => handle && handle.hasAttribute("aria-label"));
};
let tries = 0;
const timer = setInterval(() => { if (named() || ++tries > 300) clearInterval(timer); }, 100);
"""

_STYLE = """<style>
.qaf-panel .widget-html-content { line-height: 1.5; max-width: 60rem; }
.qaf-panel figure { margin: 0.5rem 0; }
.qaf-panel table { border-collapse: collapse; margin-top: 0.5rem; }
.qaf-panel caption { text-align: left; font-weight: bold; padding: 0.25rem 0; }
.qaf-panel th, .qaf-panel td { text-align: left; padding: 0.2rem 1.25rem 0.2rem 0; vertical-align: top; }
.qaf-panel tr { border-bottom: 1px solid #b1b8be; }
.qaf-panel .number { text-align: right; }
.qaf-panel .table-scroll { overflow-x: auto; }
</style>"""


def count_box(description: str, *, value: int, low: int, high: int) -> ipywidgets.BoundedIntText:
    """A box for a count, named by its label."""
    return ipywidgets.BoundedIntText(value=value, min=low, max=high, **_look(description))


def fraction_box(description: str, *, value: float, low: float, high: float) -> ipywidgets.BoundedFloatText:
    """A box for a fraction between whole hundredths, named by its label."""
    return ipywidgets.BoundedFloatText(value=value, min=low, max=high, step=0.01, **_look(description))


def with_slider(box: ipywidgets.BoundedFloatText | ipywidgets.BoundedIntText) -> ipywidgets.HBox:
    """The box and, after it in the tab order, a slider with the same bounds; each follows the other.

    The slider of a fraction counts hundredths: its steps are said as whole numbers, where fractions would
    be said as 0.1 or as 0.15000000000000002.

    Examples
    --------
    >>> row = with_slider(fraction_box("Confidence", value=0.95, low=0.8, high=0.99))
    >>> box, slider = row.children
    >>> slider.value = 90
    >>> box.value
    0.9
    >>> box.value = 0.85
    >>> slider.value
    85
    """
    whole = isinstance(box, ipywidgets.BoundedIntText)
    steps = 1 if whole else 100
    low, value, high = (round(at * steps) for at in (box.min, box.value, box.max))
    layout = ipywidgets.Layout(width="14rem")
    slider = ipywidgets.IntSlider(value=value, min=low, max=high, readout=False, tooltip="", layout=layout)
    to_box, to_slider = (int, int) if whole else (lambda at: at / 100, lambda at: round(at * 100))
    ipywidgets.link((slider, "value"), (box, "value"), transform=(to_box, to_slider))
    row = ipywidgets.HBox([box, slider], layout=ipywidgets.Layout(flex_flow="row wrap"))
    row.add_class("qaf-number")
    if whole:
        row.add_class("qaf-whole")
    return row


def choice(description: str, options: Sequence[tuple[str, str]]) -> ipywidgets.Dropdown:
    """A list to choose one from, named by its label; the first is chosen."""
    return ipywidgets.Dropdown(options=list(options), **_look(description, width="34rem", label="9rem"))


def said() -> ipywidgets.HTML:
    """Where the answer stands in a sentence; screen readers say it when it changes."""
    answer = shown()
    answer.add_class("qaf-said")
    return answer


def shown() -> ipywidgets.HTML:
    """Where charts and tables stand, as wide as the page."""
    return ipywidgets.HTML(tooltip="", layout=ipywidgets.Layout(width="100%"))


def page(parts: Iterable[str | Chart | Table]) -> str:
    """Sentences, charts and tables for an HTML widget, one after the other; tables stand open."""
    return "".join(_shown(part) for part in parts)


def _shown(part: str | Chart | Table) -> str:
    if isinstance(part, str):
        return f"<p>{escape(part)}</p>"
    return (replace(part, folded=False) if isinstance(part, Table) else part).to_html()


def to_copy(lines: Iterable[str]) -> str:
    """Lines for the parameter file, as they are, to be copied."""
    return f"<p>In the parameter file, under <code>draws</code>:</p><pre>{escape(chr(10).join(lines))}</pre>"


def panel(
    *, controls: Sequence[ipywidgets.Widget], answer: ipywidgets.HTML, below: ipywidgets.HTML
) -> ipywidgets.VBox:
    """The controls above, the answer in a sentence, and what is shown of it."""
    unseen = ipywidgets.Layout(display="none")
    mend = ipywidgets.Output(layout=unseen)
    mend.append_display_data(_Script())
    looks = ipywidgets.HTML(_STYLE, layout=unseen)
    made = ipywidgets.VBox([ipywidgets.VBox(list(controls)), answer, below, looks, mend])
    made.add_class("qaf-panel")
    return made


class _Script:
    """What mends the panel in the browser; a terminal sees nothing of it."""

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        return {"application/javascript": _MEND}


def _look(description: str, width: str = "25rem", label: str = "19rem") -> dict[str, object]:
    """The label in full, beside its control; JupyterLab would cut a long one, and show a tooltip "null"."""
    return {
        "description": description,
        "tooltip": "",
        "style": {"description_width": label},
        "layout": ipywidgets.Layout(width=width, max_width="100%"),
    }
