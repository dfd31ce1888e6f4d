"""Reading and checking Annex A of 5,000 children and 200,000 answers, against another checkout of the kit.

    python benchmarks/intake_speed.py [FOLDER OF ANOTHER CHECKOUT]

Each run is a process of its own, the checkouts taken in turn; the smallest of five is printed, and the ratio.
Memory is what the process needs at most beyond what it needs with everything imported (POSIX only).
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import xlsxwriter

from qaf_lib.intake.annex_a_lists import annex_a_standard

CHILDREN, AUDITS, RUNS = 5_000, 20_000, 5
STATUSES = [
    "a) Looked after child",
    "b) Child Protection plan",
    "c) Child in need plan",
    "d) Open assessment",
]
GRADES = ["inadequate", "requires improvement", "good", "outstanding"]
CHECKS = ["not met", "partly met", "met", "not applicable"]
QUESTIONS = {
    **dict.fromkeys(["journey", "experiences", "voice", "rationale", "planning", "oversight"], GRADES),
    **dict.fromkeys(["standard_71", "standard_72", "standard_75", "standard_76"], CHECKS),
}
COLUMNS = ["unit", "audit_type", "selection", "tool_id", "tool_version"]
PARAMETERS = """\
council: Bench
framework: lincolnshire
period: 2026-27 Q2
caseload:
  opening: {annex_a: a.xlsx, as_at: "2026-06-30"}
records: {team: team.csv, audit: audit.csv, answer: answer.csv}
draws:
  - {audit_type: case_file, margin_of_error: 0.10}
"""
ONE_RUN = """\
import datetime, json, resource, sys, time
sys.path.insert(0, sys.argv[1])
from qaf_lib.intake.reading import read_intake
from qaf_lib.parameters import load_parameters
parameters = load_parameters(sys.argv[2])
before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
intake = read_intake(parameters=parameters, today=datetime.date(2026, 9, 30))
seconds, most = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([seconds, (most - before) / 1024, int(intake.counts["rows"].sum())]))
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        _write_sources(folder)
        checkouts = [Path(__file__).resolve().parents[1], *map(Path, sys.argv[1:])]
        found = {checkout: [] for checkout in checkouts}
        for _ in range(RUNS):
            for checkout in checkouts:
                found[checkout].append(_one_run(checkout, folder / "parameters" / "bench.yml"))
    least = {
        checkout: [min(run[part] for run in runs) for part in range(2)] for checkout, runs in found.items()
    }
    for checkout, (seconds, memory) in least.items():
        print(f"{checkout}: {seconds:.2f} s, {memory:.0f} MB, {found[checkout][0][2]:,} rows")
    if len(checkouts) > 1:
        (seconds, memory), (then, held) = (least[checkout] for checkout in checkouts[:2])
        print(f"ratio: time {seconds / then:.2f}, memory {memory / held:.2f}")


def _one_run(checkout: Path, parameters: Path) -> list[float]:
    words = [sys.executable, "-c", ONE_RUN, str(checkout), str(parameters)]
    done = subprocess.run(words, capture_output=True, text=True, check=True, cwd=checkout)
    run: list[float] = json.loads(done.stdout)
    return run


def _write_sources(folder: Path) -> None:
    (folder / "parameters").mkdir()
    (folder / "parameters" / "bench.yml").write_text(PARAMETERS, encoding="utf-8")
    _write_annex_a(folder / "a.xlsx")
    teams = [[f"T{at}", f"Team {at}", "Help"] for at in range(20)]
    _write_csv(folder / "team.csv", ["team_id", "name", "service"], teams)
    heading = ["audit_id", "case_id", *COLUMNS, "team_id", "audited_on", "overall_grade"]
    same = ["child", "case_file", "random", "lin-generic", "1"]
    audits = [
        [f"AU{at:06}", 1_000_000 + at % CHILDREN, *same, f"T{at % 20}", "2026-08-01", "good"]
        for at in range(AUDITS)
    ]
    _write_csv(folder / "audit.csv", heading, audits)
    answers = [
        [f"AU{at:06}", question, words[(at + place) % 4]]
        for at in range(AUDITS)
        for place, (question, words) in enumerate(QUESTIONS.items())
    ]
    _write_csv(folder / "answer.csv", ["audit_id", "question_id", "answer"], answers)


def _write_csv(path: Path, heading: list[str], rows: list[list[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([heading, *rows])


def _write_annex_a(path: Path) -> None:
    children = [_child(at) for at in range(CHILDREN)]
    lists = {
        6: children,
        7: [
            {**child, "child_protection_plan_start_date": child["cin_start_date"]} for child in children[1::4]
        ],
        8: [
            {**child, "date_started_to_be_looked_after": child["cin_start_date"]} for child in children[0::4]
        ],
        9: [{**_child(at), "child_id": f"{2_000_000 + at}"} for at in range(500)],
    }
    standard = annex_a_standard()
    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"}) as book:
        for number, rows in lists.items():
            columns = next(entry["columns"] for entry in standard["lists"] if entry["list"] == number)
            sheet = book.add_worksheet(f"List {number}")
            sheet.write_row(0, 0, [standard["columns"][column]["name"] for column in columns])
            for at, row in enumerate(rows, start=1):
                for place, column in enumerate(columns):
                    if column in row:
                        sheet.write(at, place, row[column])


def _child(at: int) -> dict[str, object]:
    return {
        "child_id": f"{1_000_000 + at}",
        "gender": ["a) Male", "b) Female"][at % 2],
        "ethnicity": "a) WBRI",
        "date_of_birth": datetime(2012, 1, 1) + timedelta(days=at % 3_000),
        "age_years": 10,
        "has_disability": "b) No",
        "cin_start_date": datetime(2025, 1, 1) + timedelta(days=at % 300),
        "case_status": STATUSES[at % 4],
        "allocated_team": f"Team {at % 20}",
        "allocated_worker": f"Worker {at % 200}",
    }


if __name__ == "__main__":
    main()
