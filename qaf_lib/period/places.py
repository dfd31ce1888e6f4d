"""Where duties took people: team by team over the year, and visits to each team or home by month."""

from __future__ import annotations

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
    return Places(
        teams=_teams(store, known), localities=_localities(store, known), visits=_visits(store, known)
    )


def _teams(store: PeriodStore, events: pd.DataFrame) -> pd.DataFrame:
    duties = _owed_to_each(store, "team")
    names = store.team_names
    teams = sorted(set(store.closing["team_id"].dropna()), key=lambda team: names.get(team, team))
    table = pd.DataFrame({"team": [names.get(team, team) for team in teams]}, dtype="string")
    for duty in duties:
        last = events[events["duty_id"] == duty.duty_id].groupby("team_id")["held_on"].max()
        table[_label(duty, duties)] = pd.to_datetime(last.reindex(teams).to_numpy())
    return table if duties else table.iloc[:0]


def _localities(store: PeriodStore, events: pd.DataFrame) -> pd.DataFrame:
    """Localities of teams with cases, as `tally` counts them."""
    duties, place = _owed_to_each(store, "locality"), store.teams.set_index("team_id")["locality"]
    with_cases = place.reindex(sorted(set(store.closing["team_id"].dropna()))).dropna()
    names = sorted(set(with_cases.astype(str)))
    table = pd.DataFrame({"locality": names}, dtype="string")
    where = events["team_id"].map(place)
    for duty in duties:
        last = events.loc[events["duty_id"] == duty.duty_id, "held_on"].groupby(where).max()
        table[_label(duty, duties)] = pd.to_datetime(last.reindex(names).to_numpy())
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
