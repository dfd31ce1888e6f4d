"""Small numbers suppressed over an edition, and the scan for identifiers before anything is published."""

from qaf_lib.disclosure.needles import Needles
from qaf_lib.disclosure.own_words import Searched, split_references
from qaf_lib.disclosure.scan import Leak, scan_folder
from qaf_lib.disclosure.suppression import suppress

__all__ = ["Leak", "Needles", "Searched", "scan_folder", "split_references", "suppress"]
