"""Audits beyond the case files drawn: of supervision files and records, of closures, of listed cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

import numpy as np

from qaf_lib.caseload.synthetic.audits import QUARTERS, day_of, known, working_day
from qaf_lib.caseload.synthetic.cases import SNAPSHOTS
from qaf_lib.caseload.synthetic.council import Council, Part, open_cases
from qaf_lib.caseload.synthetic.duties import days_in_post, spans_of_year
from qaf_lib.frameworks import Framework

__all__ = ["make_other_audits"]

Row = dict[str, object]
_QUARTER = QUARTERS[-1]


def make_other_audits(
    *,
    council: Council,
    part: Part,
    framework: Framework,
    listed: Mapping[str, Sequence[str]],
    closures: Sequence[Row],
    drawn: Mapping[tuple[str, int], Sequence[str]],
    rng: np.random.Generator,
) -> list[Row]:
    """Ungraded audits of the last quarter: what posts owe, every closure and every case on a census list.

    Parameters
    ----------
    council, part : Council, Part
        Whose cases and staff.
    framework : Framework
        Whose duties, coverage and census lists ask for them.
    listed : mapping of str to sequence of str
        References of the cases on each census list.
    closures : sequence of rows
        Cases closed in the year.
    drawn : mapping of (audit type, month) to sequence of str
        References of the cases drawn for audits of the type in the month, where it is drawn for.
    rng : numpy.random.Generator
        Source of chance.
    """
    cases = open_cases(part=part, as_at=SNAPSHOTS[-1])
    teams = dict(zip(cases["case_id"].astype(str), cases["team_id"].astype(str), strict=True))
    last = part.phases.sort_values("start").drop_duplicates("case", keep="last").join(part.cases, on="case")
    ended = dict(zip(last["case_id"].astype(str), last["team_id"].astype(str), strict=True))
    rows: list[Row] = []
    waiting = {key: list(cases) for key, cases in drawn.items()}
    for kind, auditor, on in _owed(part, framework, rng):
        case_id, picked = list(teams)[int(rng.integers(0, len(teams)))], waiting.get((kind, on.month))
        row = _row(framework, part, kind, case_id, teams[case_id], auditor, on)
        if picked:
            case_id = picked.pop(0)
            team = teams.get(case_id, ended.get(case_id))
            row |= {"case_id": case_id, "team_id": team, "selection": "random"}
        rows.append(row)
    for kind, case_id, on in _listed(framework, listed, rng):
        team = teams.get(case_id, ended.get(case_id))
        rows.append(_row(framework, part, kind, case_id, team, _anyone(part, rng), on))
    for rule in framework.coverage:
        if rule.of == "closures":
            rows += _of_closures(framework, part, rule.audit_types[0], rule.by_roles, closures, rng)
    for number, row in enumerate(rows, start=101):
        row["audit_id"] = f"{part.posts.letters}G-{_QUARTER.end.year}-{number:05d}"
    return rows


def _owed(part: Part, framework: Framework, rng: np.random.Generator) -> Iterator[tuple[str, str, date]]:
    """Kind, auditor and day of what each post owes beside case files."""
    for duty in framework.duties:
        often = framework.how_often(duty)
        if duty.evidence != "audit" or often is None or "case_file" in duty.audit_types:
            continue
        for person in part.staff[part.staff["role"].isin(duty.roles)].itertuples(index=False):
            begun, left = days_in_post(person)
            for start, end in spans_of_year(often[1]):
                first, last = max(start, begun, _QUARTER.start), min(end, left)
                for _ in range(often[0] if first <= last else 0):
                    day = first + timedelta(days=int(rng.random() * ((last - first).days + 1)))
                    yield duty.audit_types[0], str(person.staff_id), min(working_day(day), last)


def _listed(
    framework: Framework, listed: Mapping[str, Sequence[str]], rng: np.random.Generator
) -> Iterator[tuple[str, str, date]]:
    """Kind, case and day of each case on a list; on two lists of a kind it is looked at once."""
    met: set[tuple[str, str]] = set()
    for rule in framework.census_lists:
        for case_id in listed[rule.name]:
            if rule.looked_at_by and (rule.looked_at_by, case_id) not in met:
                met.add((rule.looked_at_by, case_id))
                day = _QUARTER.start + timedelta(days=45 + int(rng.integers(0, 40)))
                yield rule.looked_at_by, case_id, working_day(day)


def _of_closures(
    framework: Framework,
    part: Part,
    kind: str,
    roles: Sequence[str],
    closures: Sequence[Row],
    rng: np.random.Generator,
) -> list[Row]:
    leaders = part.staff[part.staff["role"].isin(roles)]
    by_team = dict(zip(leaders["team_id"], leaders["staff_id"], strict=True))
    rows = []
    for closure in closures:
        closed = day_of(closure["closed_on"])
        if _QUARTER.start <= closed <= _QUARTER.end:
            team = str(closure["team_id"])
            leader = str(by_team.get(team, leaders["staff_id"].iloc[0]))
            on = min(working_day(closed, int(rng.integers(0, 5))), _QUARTER.end)
            rows.append(_row(framework, part, kind, str(closure["case_id"]), team, leader, on))
    return rows


def _anyone(part: Part, rng: np.random.Generator) -> str:
    """One of those who may audit and hold no case."""
    auditors = part.staff.loc[part.staff["can_audit"], "staff_id"].tolist()
    return str(auditors[int(rng.integers(0, len(auditors)))])


def _row(
    framework: Framework, part: Part, kind: str, case_id: str, team: str | None, auditor: str, on: date
) -> Row:
    """An audit without a grade; its outcome is told and written down within a few days."""
    audit_type = framework.audit_type(kind)
    assert audit_type is not None, kind
    tool = next(tool for tool in framework.tools if tool.tool_id == audit_type.tool_id)
    row: Row = {"case_id": case_id, "unit": part.unit, "audit_type": kind, "selection": "census"}
    row["selection"] = "census" if audit_type.selection == "census" else "ad_hoc"
    row |= {"tool_id": tool.tool_id, "tool_version": tool.version, "auditor_id": auditor, "team_id": team}
    row |= {"audited_on": on, "returned_on": known(working_day(on, 1))}
    row |= {"feedback_on": known(working_day(on, 3)), "supervision_on": known(working_day(on, 10))}
    return row | {"recorded_on_file_on": known(working_day(on, 4)), "submitted_on": known(working_day(on, 5))}
