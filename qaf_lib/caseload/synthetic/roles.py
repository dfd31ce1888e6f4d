"""Names of posts: each framework calls the same people by the names of its own table."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

__all__ = ["OTHER_COUNCILS", "POSTS", "Posts", "staff_as_named"]


@dataclass(frozen=True)
class Posts:
    """Posts that records name, and the letters their references begin with."""

    letters: str
    worker: str
    manager: str
    above: str
    head: str
    officer: str


POSTS = {
    "children": Posts(
        "A", "Social Worker", "Team Manager", "Service Manager", "Head of Service", "Quality Officer"
    ),
    "families": Posts(
        "E",
        "Key Worker",
        "Team Manager",
        "Operations Manager",
        "Operations Manager",
        "Quality Improvement Manager",
    ),
    "leeds": Posts(
        "L",
        "Social Worker",
        "Team Manager",
        "Service Delivery Manager",
        "Head of Service Delivery",
        "Quality Assurance Manager",
    ),
    "portsmouth": Posts(
        "P",
        "Social Worker",
        "Service Leader",
        "Head of Service",
        "Head of Safeguarding Monitoring",
        "Head of Safeguarding Monitoring",
    ),
}
"""Posts by the folder of the records."""

# Where one name stands for several posts, they are given out in turn.
OTHER_COUNCILS = {
    "leeds": {
        "Family Support Worker": ["Social Work Assistant"],
        "Practice Supervisor": ["Advanced Practitioner"],
        "Service Manager": ["Service Delivery Manager"],
        "Head of Service": ["Head of Service Delivery"],
        "Independent Reviewing Officer": [
            "Independent Reviewing Officer (LAC)",
            "Independent Reviewing Officer (Safeguarding)",
        ],
        "Quality and Standards Manager": ["Quality Assurance Manager"],
        "Assistant Director": ["Chief Officer"],
    },
    "portsmouth": {
        "Practice Supervisor": ["Team Leader"],
        "Team Manager": ["Service Leader"],
        "Service Manager": [
            "Service Leader IRO",
            "Service Leader CP / LADO",
            "Service Leader Fostering and Adoption",
        ],
        "Head of Service": [
            "Head of Assessment & Intervention",
            "Head of Looked After Children",
            "Head of Service",
            "Head of Service",
        ],
        "Independent Reviewing Officer": ["Independent Reviewing Officer", "Child Protection Chair"],
        "Quality and Standards Manager": ["Head of Safeguarding Monitoring"],
        "Participation Officer": ["Complaints Manager"],
        "Assistant Director": ["Deputy Director of Children's Services"],
    },
}
"""What the children's staff are called where another framework is used."""

_AUDITORS = {
    "portsmouth": ("Service Leader", "Head of", "Deputy Director"),
}


def staff_as_named(*, staff: pd.DataFrame, council: str) -> pd.DataFrame:
    """The same people in the posts of another council's framework.

    Parameters
    ----------
    staff : pd.DataFrame
        Staff of the children's part.
    council : str
        One of `OTHER_COUNCILS`.

    Examples
    --------
    >>> staff = pd.DataFrame({"role": ["Practice Supervisor", "Social Worker"], "can_audit": [True, False]})
    >>> staff_as_named(staff=staff, council="leeds")["role"].tolist()
    ['Advanced Practitioner', 'Social Worker']
    """
    names, met = OTHER_COUNCILS[council], dict.fromkeys(OTHER_COUNCILS[council], 0)
    roles = []
    for role in staff["role"]:
        if role in names:
            roles.append(names[role][met[role] % len(names[role])])
            met[role] += 1
        else:
            roles.append(role)
    named = staff.assign(role=roles)
    if council in _AUDITORS:
        named["can_audit"] = named["role"].str.startswith(_AUDITORS[council])
        hours = named.get("audit_hours_per_month", pd.Series(0.0, index=named.index))
        named["audit_hours_per_month"] = hours.fillna(4.0).where(named["can_audit"])
    return named
