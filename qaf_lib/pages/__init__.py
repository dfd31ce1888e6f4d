"""The pages of a period: a folder for each, with the answers it gives and the sections that show them."""

from qaf_lib.pages.period import OpenPeriod, open_period

__all__ = ["OpenPeriod", "open_period"]
