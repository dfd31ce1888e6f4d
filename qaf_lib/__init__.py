"""The QAF kit: credible audit samples, graded findings and quarterly reports for children's services."""

from qaf_lib.errors import InputError
from qaf_lib.period import OpenPeriod, open_period

__all__ = ["InputError", "OpenPeriod", "open_period"]
