"""Audits that say which audit they look at again: that one must be known."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from qaf_lib.caseload.checks import Checked
from qaf_lib.caseload.faults import FAULT_COLUMNS, faults_at

__all__ = ["of_known_audits"]


def of_known_audits(tables: Sequence[Checked], *, on_record: Collection[str]) -> list[Checked]:
    """The tables with audits set aside that look again at an audit which nobody brought, now or before.

    Left blank it would count as a first look.
    """
    audits = [checked for checked in tables if checked.table == "audit"]
    known = set(on_record).union(*(checked.frame["audit_id"].tolist() for checked in audits))
    return [_known_only(checked, known) if checked.table == "audit" else checked for checked in tables]


def _known_only(checked: Checked, known: Collection[str]) -> Checked:
    named = checked.frame["reaudit_of"]
    lost = np.array([name is not pd.NA and name not in known for name in named.tolist()], dtype=bool)
    if not lost.any():
        return checked
    rule = "is an audit that no source brought"
    faults = faults_at(checked.frame.index[lost], "reaudit_of", rule).assign(source=checked.source)
    return replace(
        checked,
        frame=checked.frame[~lost],
        faults=pd.concat([checked.faults, faults[FAULT_COLUMNS]], ignore_index=True),
        set_aside=checked.set_aside + int(lost.sum()),
        ids_set_aside=checked.ids_set_aside | set(checked.frame.loc[lost, "audit_id"]),
    )
