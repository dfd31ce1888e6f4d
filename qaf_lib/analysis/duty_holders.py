"""Who holds a duty, and whose each record is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from qaf_lib.analysis.in_post import posts
from qaf_lib.analysis.spans import Every, Year

__all__ = ["Asked", "exempt_from", "not_left_out", "owner_of", "owners_of"]

_ALL = "the council"


@dataclass(frozen=True)
class Asked:
    """What a duty asks, in numbers.

    Attributes
    ----------
    roles : tuple of str
        Posts that hold it; none for a body outside the staff table, which counts as one post.
    each : "post", "subject", "team" or "council"
        What one is expected of.
    subject_roles : tuple of str
        Roles of the people it is done for or about, where `each` is subject.
    times, every : int, str
        How often; missing where the framework gives no number.
    year, due_month : str, int
        The year that half years and years are parts of; the month by whose end a yearly duty is due.
    pro_rata : bool
        Fewer times of those in post for part of the span; else all times of whoever is there at its end.
    by_holders : bool
        Whether only records made by holders count (audits and moderations).
    excused_months : tuple of int
        Months (1 to 12) in which nothing is asked.
    """

    roles: tuple[str, ...] = ()
    each: Literal["post", "subject", "team", "council"] = "post"
    subject_roles: tuple[str, ...] = ()
    times: int | None = None
    every: Every | None = None
    year: Year = "financial"
    due_month: int | None = None
    pro_rata: bool = True
    by_holders: bool = False
    excused_months: tuple[int, ...] = ()


def not_left_out(*, people: pd.DataFrame, services: list[str], teams: list[str]) -> pd.DataFrame:
    """The people of a staff table, but for those of services and teams that a duty leaves out.

    Parameters
    ----------
    people : DataFrame
        `service` and `team_id`.
    services, teams : list of str
        What is left out, as the staff table names it.

    Examples
    --------
    >>> people = pd.DataFrame({"service": ["Care", "Need"], "team_id": ["T1", "T2"]})
    >>> not_left_out(people=people, services=["Need"], teams=[])["team_id"].tolist()
    ['T1']
    """
    out = people["service"].isin(services) | people["team_id"].isin(teams)
    return people[~out.fillna(False).astype(bool)]


def exempt_from(*, exemptions: pd.DataFrame, duty_id: str) -> pd.DataFrame:
    """Exemptions from one duty: those that name it, and those that name none and are from all.

    Parameters
    ----------
    exemptions : DataFrame
        `duty_id` and, of use to `share_in_post`, `staff_id`, `starts_on` and `ends_on`.
    duty_id : str
        The duty.

    Examples
    --------
    >>> exemptions = pd.DataFrame({"staff_id": ["a", "b", "c"], "duty_id": ["D1", None, "D2"]})
    >>> exempt_from(exemptions=exemptions, duty_id="D1")["staff_id"].tolist()
    ['a', 'b']
    """
    named = exemptions["duty_id"].eq(duty_id).fillna(False).astype(bool)
    return exemptions[named | exemptions["duty_id"].isna()]


def owners_of(*, asked: Asked, people: pd.DataFrame, teams: list[str]) -> pd.DataFrame:
    """Of whom or what a duty is expected: one row per person of a post, person, team, or one for all.

    Parameters
    ----------
    asked : Asked
        What the duty asks.
    people : DataFrame
        `staff_id`, `role`, `team_id`, `started_on`, `left_on` of everybody in the staff table.
    teams : list of str
        Teams that one is expected of where `each` is team.

    Returns
    -------
    DataFrame
        `owner`, `staff_id`, `team_id`, `started_on`, `left_on`; teams and the council are always in post.
        A role that the staff table does not know is one post, always held.

    References
    ----------
    The kit's own reading of who holds a post: `qaf_lib.analysis.in_post.posts`.

    Examples
    --------
    >>> nobody = pd.DataFrame({"staff_id": [], "role": [], "team_id": [], "started_on": [], "left_on": []})
    >>> owners_of(asked=Asked(each="team"), people=nobody, teams=["T1", "T2"])["owner"].tolist()
    ['T1', 'T2']
    """
    holders = people[people["role"].isin(asked.roles)]
    if asked.each == "subject":
        subjects = people[people["role"].isin(asked.subject_roles)]
        return subjects.assign(owner=subjects["staff_id"])
    if asked.each == "post" and len(holders):
        return holders.assign(owner=posts(people=holders))
    names = teams if asked.each == "team" else [_ALL]
    always = {"started_on": pd.Timestamp("1900-01-01"), "left_on": pd.NaT}
    return pd.DataFrame({"owner": names, "staff_id": names, "team_id": names}).assign(**always)


def owner_of(*, records: pd.DataFrame, asked: Asked, owners: pd.DataFrame) -> pd.Series:
    """Whose record each is; missing where it cannot be told or is somebody else's.

    A record without the person who made it counts for the only post of its team, or the only post there is.

    Parameters
    ----------
    records : DataFrame
        `by_id`, `by_post`, `subject_id` and `team_id`.
    asked : Asked
        What the duty asks.
    owners : DataFrame
        What `owners_of` gave.

    References
    ----------
    The kit's own reading of the duty log (docs/methods.md, duties and coverage).

    Examples
    --------
    >>> record = pd.DataFrame({"by_id": [None], "by_post": None, "subject_id": None, "team_id": ["T2"]})
    >>> owner_of(records=record, asked=Asked(each="team"), owners=pd.DataFrame({"owner": ["T2"]})).tolist()
    ['T2']
    """
    if asked.each in ("subject", "team"):
        own = records["subject_id" if asked.each == "subject" else "team_id"]
        return own.where(own.isin(owners["owner"])).astype("string")
    if owners["owner"].tolist() == [_ALL]:
        return pd.Series(_ALL, index=records.index, dtype="string")
    by_person = dict(zip(owners["staff_id"], owners["owner"], strict=True))
    in_team = owners.drop_duplicates("owner").drop_duplicates("team_id", keep=False)
    by_team = dict(zip(in_team["team_id"], in_team["owner"], strict=True))
    names = owners["owner"].unique()
    only = names[0] if len(names) == 1 else pd.NA
    of_team = records["team_id"].map(by_team).astype("string").fillna(only)
    anonymous = records["by_id"].isna() & (records["by_post"].isna() | records["by_post"].isin(asked.roles))
    return records["by_id"].map(by_person).astype("string").where(~anonymous, of_team)
