"""`qaf check`: the whole truth about parameters and sources, found out without recording anything."""

from qaf_lib.check.period import CheckReport, check_period
from qaf_lib.check.table import CheckTable

__all__ = ["CheckReport", "CheckTable", "check_period"]
