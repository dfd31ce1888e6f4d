"""Counts rounded so that none gives a small one away, and the scan for identifiers before publishing."""

from qaf_lib.disclosure.identifiers import Searched, split_references
from qaf_lib.disclosure.rounding import Part, publishable, rounded
from qaf_lib.disclosure.scan import Leak, scan_folder

__all__ = [
    "Leak",
    "Part",
    "Searched",
    "publishable",
    "rounded",
    "scan_folder",
    "split_references",
]
