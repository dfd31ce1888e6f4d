"""The main job on published judgements of every authority in England."""

import csv
import json
import re
from html import unescape

import pandas as pd

EDITION = ("england", "2024-25-q4")
GRADES = ["outstanding", "good", "requires improvement", "inadequate"]
# data/ilacs/README.md: grade in 2023 (rows) and in 2025 (columns), 61 of 62 authorities inspected again
MATCHED = [[9, 2, 1, 0], [9, 16, 3, 2], [1, 9, 4, 4], [0, 1, 0, 0]]


def test_the_sample_is_60_of_153_as_planned(england):
    manifest = json.loads((england.edition(*EDITION) / "manifest.json").read_text(encoding="utf-8"))
    assert [(draw["drawn"], draw["of"]) for draw in manifest["draws"]] == [(60, 153)]


def test_the_matched_table_is_the_published_one_in_the_tables(england):
    table = pd.read_csv(england.edition(*EDITION) / "tables" / "reaudit_before_after.csv")
    counts = table.pivot_table(index="Before", columns="Measure", values="Count")
    grades = [grade.capitalize() for grade in GRADES]
    assert counts.loc[grades, grades].to_numpy().tolist() == MATCHED


def test_the_matched_table_is_the_published_one_in_the_report(england):
    page = (england.edition(*EDITION) / "reports" / "reaudit.html").read_text(encoding="utf-8")
    table = next(part for part in page.split("<table>") if part.startswith("<caption>Grade before (rows)"))
    rows = re.findall(r'<tr><th scope="row">([^<]*)</th>(.*?)</tr>', table)
    found = {unescape(name).lower(): re.findall(r">(\d+)</td>", cells) for name, cells in rows}
    assert [[int(count) for count in found[grade][:4]] for grade in GRADES] == MATCHED


def test_the_full_count_stands_beside_the_estimates(england):
    table = pd.read_csv(england.edition(*EDITION) / "tables" / "inspection_sample_and_full_count.csv")
    known = table[table["Measure"] == "full count"].set_index("Grade")
    # 33 outstanding, 67 good, 35 requires improvement and 18 inadequate authorities in March 2025
    rows = [*(grade.capitalize() for grade in GRADES), "good or better"]
    assert known.loc[rows, "Count"].tolist() == [33, 67, 35, 18, 100]
    sample = table[table["Measure"] == "sample"].set_index("Grade")
    assert sample["Interval from"].notna().all()
    assert set(sample["Out of"]) == {60}


def test_dirty_cells_are_counted_and_not_guessed(england):
    table = pd.read_csv(england.edition(*EDITION) / "tables" / "rows_set_aside.csv")
    counted = table.set_index("Source")["Rows"].to_dict()
    # two cells read "to requires improvement"; 60 judgements did not exist yet
    assert counted == {"data/ilacs/inspections_2023-09.csv": 2, "data/ilacs/inspections_2025-03.csv": 60}


def test_a_second_run_gives_the_same_draw_figures_and_bytes(england):
    first = england.edition(*EDITION)
    assert "Nothing has changed since edition 1" in england.qaf("run", "parameters/ilacs.yml").stdout
    england.qaf("run", "parameters/ilacs.yml", "--again")
    second = max(first.parent.glob("edition-*"))
    files = sorted(path.relative_to(first) for path in first.rglob("*") if path.is_file())
    assert second != first
    assert files == sorted(path.relative_to(second) for path in second.rglob("*") if path.is_file())
    different = [str(name) for name in files if (first / name).read_bytes() != (second / name).read_bytes()]
    assert different == ["manifest.json"]
    assert "No figure differs" in (second.parent / "index.html").read_text(encoding="utf-8")


def test_published_data_keep_their_references_and_are_not_marked_sensitive(england):
    page = (england.edition(*EDITION) / "reports" / "slt_report.html").read_text(encoding="utf-8")
    assert "OFFICIAL-SENSITIVE" not in page
    assert "Open Government Licence" in page


def test_tables_open_safely_in_a_spreadsheet(england):
    for path in (england.edition(*EDITION) / "tables").glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        risky = [cell for cell in cells if (cell[:1] in "=@" and cell) or re.match(r"[+-][^\d.]", cell)]
        assert risky == [], path.name
