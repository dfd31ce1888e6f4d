"""Sentences that answer the headings of a framework's own reports, by the name that a heading gives."""

from qaf_lib.display.answers.asked import Asked
from qaf_lib.display.answers.every import ANSWERS, AT_THE_END, answered

__all__ = ["ANSWERS", "AT_THE_END", "Asked", "answered"]
