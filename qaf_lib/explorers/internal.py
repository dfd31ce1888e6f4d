"""Explorers are for internal work: what a shared edition hides must not be found out by choosing."""

from __future__ import annotations

from qaf_lib.errors import InputError
from qaf_lib.period import OpenPeriod
from qaf_lib.period.store import PeriodStore

__all__ = ["internal_store"]


def internal_store(*, period: OpenPeriod) -> PeriodStore:
    """The tables behind a period, for a panel that looks at parts of them.

    Raises
    ------
    InputError
        If the period's audience is shared and its sources are not published: small numbers that the
        edition hides could be worked out from several choices.
    """
    if period.parameters.audience == "shared" and not period.facts["public"]:
        raise InputError(
            "audience is shared: what an edition hides could be worked out from several choices in an "
            "explorer. Explore with a parameter file of audience internal, and keep the panel inside."
        )
    return PeriodStore(parameters=period.parameters, folder=period.parameters.period_vault / "store")
