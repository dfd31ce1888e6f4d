"""References that an edition is not searched for, and why."""

from __future__ import annotations

import pandas as pd

from qaf_lib.check.table import CheckTable
from qaf_lib.disclosure import split_references
from qaf_lib.period.own_words import own_words
from qaf_lib.period.store import PeriodStore

__all__ = ["names_not_searched"]


def names_not_searched(store: PeriodStore, identity: pd.DataFrame) -> list[CheckTable]:
    """Names that are words of the kit, and how many references are too short to be told from a count."""
    found = split_references(references=identity["reference"], own_words=own_words(store))
    lines = []
    if found.kits_own_words:
        lines.append(
            "These equal a role, a team, a label or another word of the kit's own and stop no edition: "
            + ", ".join(found.kits_own_words)
        )
    if found.too_short:
        lines.append(
            f"{len(found.too_short):,} references have fewer than five characters and are no full name; a "
            "count looks the same"
        )
    return [CheckTable("References that no edition is searched for", lines=tuple(lines))] if lines else []
