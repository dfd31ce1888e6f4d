"""Where duties took people: team by team over the year, and visits to each team or home by month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis.spans import year_of
from qaf_lib.frameworks import Duty
from qaf_lib.period.store import PeriodStore

__all__ = ["Places", "places_of"]


@dataclass(frozen=True)
class Places:
    """What the duty log holds by place; a place is a team, and a children's home may be one.

    `teams` has a row for each team with cases, by its name in `team`, and a column for each duty that is
    owed to every team, by its label: the last day held in the financial year so far, missing where none is.
    `localities` has the same for each locality and the duties owed to every locality, by `locality`.
    `visits` has a row for each visiting duty and place of the year so far: `label`, `place`, a column for
    each month of the period (visits), `year` (visits) and, of these, `checked` and `signed_off`.
    """

    teams: pd.DataFrame
    localities: pd.DataFrame
    visits: pd.DataFrame


def places_of(store: PeriodStore) -> Places:
    """The places of the duty log in the financial year so far."""
    events, end = store.table("duty_event"), pd.Timestamp(store.span.end)
    start = pd.Timestamp(year_of(store.span.end, basis="financial").start)
    inside = (events["held_on"] >= start) & (events["held_on"] <= end) & events["team_id"].notna()
    known = events[inside.fillna(False).astype(bool)]
    itself = {str(team): str(team) for team in store.closing["team_id"].dropna()}
    return Places(
        teams=_reached(store, known, "team", itself, store.team_names),
        localities=_reached(store, known, "locality", store.place_of("locality"), {}),
        visits=_visits(store, known),
    )


def _reached(
    store: PeriodStore, events: pd.DataFrame, each: str, place: Mapping[str, str], names: Mapping[str, str]
) -> pd.DataFrame:
    """The last day on which each duty owed to every place was held there; places of teams with cases."""
    duties = _owed_to_each(store, each)
    keys = {place[team] for team in store.closing["team_id"].dropna() if team in place}
    ordered = sorted(keys, key=lambda key: names.get(key, key))
    table = pd.DataFrame({each: [names.get(key, key) for key in ordered]}, dtype="string")
    where = events["team_id"].map(place)
    for duty in duties:
        last = events.loc[events["duty_id"] == duty.duty_id, "held_on"].groupby(where).max()
        table[_label(duty, duties)] = pd.to_datetime(last.reindex(ordered).to_numpy())
    return table if duties else table.iloc[:0]


def _owed_to_each(store: PeriodStore, each: str) -> list[Duty]:
    """Duties of the log that are owed to every team, or to every locality."""
    return [
        duty
        for duty in store.framework.duties
        if duty.each == each and duty.same_as is None and duty.evidence is not None
    ]


def _label(duty: Duty, duties: list[Duty]) -> str:
    """The duty's label, with who holds it where two have the same."""
    alike = sum(other.label == duty.label for other in duties) > 1
    return f"{duty.label} ({duty.as_post or ', '.join(duty.roles)})" if alike else duty.label


def _visits(store: PeriodStore, events: pd.DataFrame) -> pd.DataFrame:
    months = pd.period_range(store.span.start, store.span.end, freq="M")
    rows: list[dict[str, object]] = []
    for duty in store.framework.duties:
        mine = events[(events["duty_id"] == duty.duty_id) & (events["kind"] == "visit")]
        for team, own in mine.groupby("team_id", sort=True):
            made = own["held_on"].dt.to_period("M")
            checked = own["signed_off"].dropna().astype(bool)
            place = store.team_names.get(str(team), str(team))
            row: dict[str, object] = {"label": duty.label, "place": place}
            row |= {month.strftime("%B %Y"): int((made == month).sum()) for month in months}
            rows.append(row | {"year": len(own), "checked": len(checked), "signed_off": int(checked.sum())})
    return pd.DataFrame(rows)
