"""The QAF kit: credible audit samples, graded findings and quarterly reports for children's services."""

from typing import TYPE_CHECKING

from qaf_lib.errors import InputError

if TYPE_CHECKING:
    from qaf_lib.pages import OpenPeriod, open_period

__all__ = ["InputError", "OpenPeriod", "open_period"]


def __getattr__(name: str) -> object:
    """Import the handle when it is asked for: commands that ask no period start without its libraries."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from qaf_lib import pages as period

    return getattr(period, name)
