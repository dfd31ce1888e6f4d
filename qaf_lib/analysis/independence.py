"""Independence: which audits were made by someone whom the rules keep away from the case."""

from __future__ import annotations

import pandas as pd

__all__ = ["broken_independence", "division_not_known"]

MODES = ("any", "peer", "tiered", "self")


def broken_independence(
    *,
    audits: pd.DataFrame,
    staff: pd.DataFrame,
    mode: str = "any",
    not_own_case: bool = True,
    not_own_team: bool = False,
    not_own_service: bool = False,
    divisions: pd.Series | None = None,
) -> pd.DataFrame:
    """Audits whose auditor the rules of independence exclude, with the first rule broken.

    An audit without a recorded auditor cannot be judged and is left out; so is a rule whose side of the
    comparison is not recorded (a case without a worker, a worker who is not in the staff table).

    Parameters
    ----------
    audits : DataFrame
        One row per audit: `audit_id`, `auditor_id`, `worker_id`, `team_id` (of the case, as audited).
    staff : DataFrame
        One row per person: `staff_id`, `role`, `team_id`, `service`.
    mode : str
        "peer": the auditor works in another team; "tiered": the auditor holds another role than the
        worker; "self": the auditor is the worker; "any": none of these.
    not_own_case, not_own_team, not_own_service : bool
        Whether the auditor must not be the case's worker, nor work in its team or its service.
    divisions : Series, optional
        The division of each team by its id (missing where not known), where auditors must stay within theirs.

    Returns
    -------
    DataFrame
        `audit_id`, `auditor_id`, `rule` (own case, own team, own service, same role, not the own case, other
        division).

    Raises
    ------
    ValueError
        If the mode is unknown.

    References
    ----------
    Auditors' independence from the work audited: ISO 19011:2018, 4(e).

    Examples
    --------
    >>> audits = pd.DataFrame({"audit_id": ["a"], "auditor_id": ["p"], "worker_id": ["p"], "team_id": ["t"]})
    >>> staff = pd.DataFrame({"staff_id": ["p"], "role": ["Lead"], "team_id": ["t"], "service": ["s"]})
    >>> broken_independence(audits=audits, staff=staff)["rule"].tolist()
    ['own case']
    """
    if mode not in MODES:
        raise ValueError(f"`mode` must be one of {', '.join(MODES)}; got {mode!r}")
    known = audits[audits["auditor_id"].notna()]
    people = staff.drop_duplicates("staff_id").set_index("staff_id")
    teams = staff.drop_duplicates("team_id").set_index("team_id")["service"]
    own = _equal(known["auditor_id"], known["worker_id"])
    team = _equal(known["auditor_id"].map(people["team_id"]), known["team_id"])
    service = _equal(known["auditor_id"].map(people["service"]), known["team_id"].map(teams))
    role = _equal(known["auditor_id"].map(people["role"]), known["worker_id"].map(people["role"]))
    rules = [
        ("not the own case", ~own & (mode == "self")),
        ("own case", own & (not_own_case and mode != "self")),
        ("own team", team & (not_own_team or mode == "peer")),
        ("own service", service & not_own_service),
        ("same role", role & ~own & (mode == "tiered")),
        ("other division", _other_division(known, people, divisions)),
    ]
    broken = pd.Series(pd.NA, index=known.index, dtype="string")
    for name, found in rules:
        broken = broken.mask(broken.isna() & found, name)
    table = known[["audit_id", "auditor_id"]].assign(rule=broken)
    return table[table["rule"].notna()].reset_index(drop=True)


def division_not_known(*, audits: pd.DataFrame, staff: pd.DataFrame, divisions: pd.Series) -> int:
    """Audits of which it cannot be told whether the auditor stayed within the division (count).

    Those whose auditor is not recorded or not in the staff table, and those where the division of the case's
    team or of the auditor's is missing.

    Parameters
    ----------
    audits, staff, divisions : DataFrame, DataFrame, Series
        As `broken_independence` takes them.

    Examples
    --------
    >>> audits = pd.DataFrame({"auditor_id": ["p", None], "team_id": ["t", "t"]})
    >>> staff = pd.DataFrame({"staff_id": ["p"], "team_id": ["t"]})
    >>> division_not_known(audits=audits, staff=staff, divisions=pd.Series({"t": "North"}))
    1
    """
    people = staff.drop_duplicates("staff_id").set_index("staff_id")
    case, own = _divisions(audits, people, divisions)
    return int((case.isna() | own.isna()).sum())


def _other_division(audits: pd.DataFrame, people: pd.DataFrame, divisions: pd.Series | None) -> pd.Series:
    if divisions is None:
        return pd.Series(False, index=audits.index)
    case, own = _divisions(audits, people, divisions)
    return (case != own).fillna(False).astype(bool)


def _divisions(
    audits: pd.DataFrame, people: pd.DataFrame, divisions: pd.Series
) -> tuple[pd.Series, pd.Series]:
    """The division of each audit's case and of its auditor."""
    teams = audits["team_id"], audits["auditor_id"].map(people["team_id"])
    case, own = (team.map(divisions).astype("string") for team in teams)
    return case, own


def _equal(left: pd.Series, right: pd.Series) -> pd.Series:
    """Where both are known and the same."""
    same = left.astype("string") == right.astype("string")
    return same.fillna(False).astype(bool)
