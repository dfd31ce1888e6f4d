"""Duties beside audits: supervision, observations, appraisals, meetings, returns; indicators and projects."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from qaf_lib.caseload.synthetic.audits import QUARTERS, known
from qaf_lib.caseload.synthetic.cases import SNAPSHOTS
from qaf_lib.caseload.synthetic.council import Part
from qaf_lib.caseload.synthetic.people import CASE_HOLDERS, YEAR_START

__all__ = ["make_duty_events", "make_indicators", "make_projects"]

Row = dict[str, object]
_LAST_DAY = SNAPSHOTS[-1]


def make_duty_events(*, part: Part, rng: np.random.Generator) -> list[Row]:
    """A year of supervision, observations and appraisals of case-holders, and of meetings and returns."""
    duties = {
        "children": {"supervision": "LIN-84", "observation": "LIN-39", "pdr": "LIN-85"},
        "families": {"supervision": "DUR-69", "observation": "DUR-30", "pdr": "DUR-70"},
    }[part.name]
    rows: list[Row] = []
    posts = dict(zip(part.staff["staff_id"], part.staff["role"], strict=True))
    for person in part.staff[part.staff["role"].isin(CASE_HOLDERS)].itertuples(index=False):
        start = max(person.started_on, YEAR_START)
        end = person.left_on if person.left_on is not None else _LAST_DAY
        yearly = {"supervision": 12 if part.name == "children" else 9 if person.fte == 1.0 else 6, "pdr": 1}
        yearly["observation"] = 2 if part.name == "children" else 1
        for kind, times in yearly.items():
            for time in range(times):
                due = YEAR_START + timedelta(days=round((time + 1) * 364 / times))
                kept = rng.random() < {"supervision": 0.88, "observation": 0.74, "pdr": 0.82}[kind]
                held = due - timedelta(days=int(rng.integers(0, 14)))
                if not start <= held <= end or due > _LAST_DAY:
                    continue
                row: Row = {
                    "kind": kind,
                    "duty_id": duties[kind],
                    "due_on": due,
                    "held_on": held if kept else None,
                }
                row |= {"subject_id": person.staff_id, "by_id": person.manager_id, "team_id": person.team_id}
                row["by_post"] = posts[person.manager_id]
                row["discussed_on"] = held if kept and rng.random() < 0.8 else None
                row["recorded"] = bool(rng.random() < 0.93) if kept else None
                rows.append(row)
    rows += _meetings(part, rng)
    for number, row in enumerate(rows, start=10_001):
        row["event_id"] = f"{'DE' if part.name == 'children' else 'DF'}-{number}"
    return rows


def _meetings(part: Part, rng: np.random.Generator) -> list[Row]:
    """Monthly board or clinic, quarterly returns or report."""
    rows: list[Row] = []
    monthly, quarterly = ("LIN-69", "LIN-38") if part.name == "children" else ("DUR-61", "DUR-58")
    post = "Head of Service" if part.name == "children" else "Strategic Manager"
    for month in range(12):
        due = YEAR_START + timedelta(days=20 + round(month * 30.4))
        row: Row = {"kind": "meeting", "duty_id": monthly, "due_on": due, "by_post": post}
        row["held_on"] = known(due + timedelta(days=int(rng.integers(-5, 6)))) if rng.random() < 0.9 else None
        rows.append(row)
    for quarter in QUARTERS:
        due = quarter.end - timedelta(days=9)
        report: Row = {"kind": "report", "duty_id": quarterly, "due_on": due, "by_post": post}
        report["held_on"] = known(due + timedelta(days=int(rng.integers(-6, 9))))
        rows.append(report)
    return rows


def make_indicators(*, part: Part, rng: np.random.Generator) -> list[Row]:
    """Quarterly indicators of every team, and of the part as a whole (no team)."""
    wanted = (
        {"assessments_in_45_days": 0.85, "visits_on_time": 0.90, "cp_reviews_on_time": 0.95}
        if part.name == "children"
        else {"plans_within_20_days": 0.80, "team_around_family_held": 0.85}
    )
    rows: list[Row] = []
    for indicator, target in wanted.items():
        for number, quarter in enumerate(QUARTERS):
            total = [0, 0]
            for team in part.team_effects["team_id"]:
                denominator = int(rng.integers(14, 60))
                share = target - 0.05 + 0.015 * number + 0.05 * rng.standard_normal()
                numerator = min(denominator, max(0, round(denominator * share)))
                total = [total[0] + numerator, total[1] + denominator]
                rows.append(_indicator(indicator, quarter.label, team, numerator, denominator, target))
            rows.append(_indicator(indicator, quarter.label, None, total[0], total[1], target))
    return rows


def _indicator(indicator: str, period: str, team: str | None, x: int, n: int, target: float) -> Row:
    row: Row = {"indicator_id": indicator, "period": period, "team_id": team}
    return row | {"numerator": x, "denominator": n, "target": target}


def make_projects(*, part: Part) -> list[Row]:
    """The quality programme beyond case file audits."""
    officer = "Quality Officer" if part.name == "children" else "Quality Improvement Manager"
    planned = (
        ("audit", "Themed audit: voice of the child", date(2026, 7, 13), "yearly"),
        ("audit", "Supervision audit", date(2026, 9, 7), "quarterly"),
        ("audit", "Moderation group", date(2026, 9, 21), "monthly"),
        ("research", "What families say about changes of worker", None, "once"),
        ("evaluation", "Evaluation of the group supervision pilot", None, "once"),
    )
    letters = "PR" if part.name == "children" else "PE"
    return [
        {
            "project_id": f"{letters}-{at:03d}",
            "block": block,
            "title": title,
            "on": on,
            "frequency": often,
            "officer_post": officer,
        }
        for at, (block, title, on, often) in enumerate(planned, start=11)
    ]
