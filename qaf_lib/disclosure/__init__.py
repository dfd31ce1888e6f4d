"""Counts rounded so that none gives a small one away, and the scan for identifiers before publishing."""

from qaf_lib.disclosure.own_words import Searched, split_references
from qaf_lib.disclosure.pinned import Part, pinned, publishable
from qaf_lib.disclosure.rounding import could_be, rounded
from qaf_lib.disclosure.scan import Leak, scan_folder

__all__ = [
    "Leak",
    "Part",
    "Searched",
    "could_be",
    "pinned",
    "publishable",
    "rounded",
    "scan_folder",
    "split_references",
]
