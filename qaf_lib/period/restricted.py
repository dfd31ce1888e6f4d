"""Who and what is missing, with references: lists that lie in the vault and on no page."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from qaf_lib.csv_files import write_csv
from qaf_lib.lists import named
from qaf_lib.parameters import Parameters
from qaf_lib.period.breaches import broken_rules
from qaf_lib.period.census import not_looked_at
from qaf_lib.period.coverage import missing_of
from qaf_lib.period.duties import short_of
from qaf_lib.period.gaps import people_over
from qaf_lib.period.store import PeriodStore
from qaf_lib.register import Register

__all__ = ["restricted_lists", "write_restricted"]


def restricted_lists(store: PeriodStore) -> dict[str, pd.DataFrame]:
    """Those not reached, of whom duties are short, left too long, not looked at: by list, with pseudonyms.

    Each list has the pseudonym in `id`. Nothing of this may leave the vault.
    """
    duties = {"duties": short_of(store)} if store.framework.duties else {}
    lists = {**missing_of(store), **people_over(store), **not_looked_at(store), **duties}
    return {**lists, "breaches": broken_rules(store)}


def write_restricted(parameters: Parameters) -> list[Path]:
    """Write the restricted lists of a prepared period to its folder in the vault, with references.

    A list of the same name is replaced; `reference` is the case's or person's own reference.
    """
    store = PeriodStore(parameters=parameters, folder=parameters.period_vault / "store")
    with Register(parameters.vault / "register.sqlite") as register:
        identity = register.read("identity")
    folder = parameters.period_vault / "restricted"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    written = []
    for name, people in restricted_lists(store).items():
        path = folder / f"{name}.csv"
        write_csv(path, people.assign(reference=named(people["id"], identity)))
        written.append(path)
    return written
