"""One period of one council: the handle that answers its questions."""

from qaf_lib.period.handle import OpenPeriod, open_period

__all__ = ["OpenPeriod", "open_period"]
