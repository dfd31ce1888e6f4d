"""Who and what is missing, with references: lists that lie in the vault and on no page."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from qaf_lib.csv_files import write_csv
from qaf_lib.lists import named
from qaf_lib.parameters import Parameters
from qaf_lib.period.answered import left_blank
from qaf_lib.period.breaches import broken_rules
from qaf_lib.period.census import not_looked_at, only_listed
from qaf_lib.period.coverage import missing_of
from qaf_lib.period.drift import drift_of
from qaf_lib.period.duties import duties_of
from qaf_lib.period.gaps import people_over
from qaf_lib.period.local_lists import local_lists
from qaf_lib.period.people import people_lists
from qaf_lib.period.plans_wanting import audits_without_plan
from qaf_lib.period.store import PeriodStore
from qaf_lib.period.trained import untrained_of
from qaf_lib.period.unregistered import unregistered_of
from qaf_lib.register import Register

__all__ = ["restricted_lists", "write_restricted"]


def restricted_lists(store: PeriodStore) -> dict[str, pd.DataFrame]:
    """Those not reached, of whom duties are short, left too long, not looked at: by list, with pseudonyms.

    Each list has the pseudonym in `id`. Nothing of this may leave the vault.
    """
    short = duties_of(store).short
    lists = {
        **missing_of(store),
        **people_over(store),
        **not_looked_at(store),
        **only_listed(store),
        **({"duties": short} if store.framework.duties else {}),
        **local_lists(store),
        **people_lists(store),
        **untrained_of(store),
    }
    if any(tool.required for tool in store.framework.tools):
        lists["left_blank"] = left_blank(store)
    lists |= _asked_for(store)
    return {**lists, "audits_without_plan": _without_plan(store), "breaches": broken_rules(store, short)}


def _asked_for(store: PeriodStore) -> dict[str, pd.DataFrame]:
    """Lists behind what the framework's reports say, where they say it."""
    headings = [heading for report in store.framework.reports for heading in report.headings]
    named = {answer for heading in headings for answer in heading.answered_by}
    lists = {}
    if "how_long" in named:
        lists["drift"] = drift_of(store)
    if "not_registered" in named:
        lists["good_practice_to_read"] = unregistered_of(store)
    return lists


def _without_plan(store: PeriodStore) -> pd.DataFrame:
    """Audits that asked for an action and have none; `id` is the audit's."""
    left = audits_without_plan(store).rename(columns={"audit_id": "id"})
    return left[["id", "audited_on", "overall_grade", "team_id"]]


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
        shown = people.assign(reference=named(people["id"], identity))
        if "manager" in shown:
            shown["manager"] = named(shown["manager"], identity)
        write_csv(path, shown)
        written.append(path)
    return written
