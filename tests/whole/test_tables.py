"""The files of an edition's tables say what its pages' tables say, in the same words."""

import csv
import json
import re
from datetime import date

import openpyxl
import pytest
from lxml import html

from qaf_lib.display.words import count_words, long_date, percent, points, points_at_least, probability, score

NUMBER = re.compile(r"−?\d[\d,]*(?:\.\d+)?%?")
FORMS = (percent, points, points_at_least, probability, score, lambda value: f"{value:,.1f}")


@pytest.fixture(scope="module")
def edition(demonshire):
    return demonshire.edition("demonshire", "2026-27-q2")


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        headings, *rows = csv.reader(file)
    return headings, rows


def numbers(text):
    return {found.replace(",", "") for found in NUMBER.findall(text)}


def on_the_page(cell):
    """A file's text as the page has it: days in words, and nothing before what looks like a formula."""
    is_day = re.fullmatch(r"\d{4}-\d\d-\d\d", cell)
    return long_date(date.fromisoformat(cell)) if is_day else cell.removeprefix("'")


def as_pages_say(cell):
    """Every number that a page may make of a file's cell."""
    cell = on_the_page(cell)
    if not re.fullmatch(r"-?\d+(\.\d+)?", cell):
        return numbers(cell)
    value = float(cell)
    whole = numbers(count_words(int(value))) if value.is_integer() else set()
    return whole.union(*(numbers(form(value)) for form in FORMS))


def sums(headings, rows):
    """What the page adds up: counts of a row, and of each measure; how many a share is of all."""
    cells = [dict(zip(headings, row, strict=True)) for row in rows]
    told = {str(round(float(row["Share (0 to 1)"]) * float(row["Of all"]))) for row in cells if shared(row)}
    if not {"Count", "Measure"} <= set(headings):
        return told
    for some in ({row["Measure"]} for row in cells), [{row["Measure"] for row in cells}]:
        told |= {
            str(sum(int(row["Count"] or 0) for row in cells if row["Measure"] in names)) for names in some
        }
    return told


def shared(row):
    return row.get("Share (0 to 1)") and row.get("Of all")


def test_every_number_of_a_pages_table_is_found_in_its_file(edition):
    seen = 0
    for page in sorted((edition / "reports").glob("*.html")):
        for box in html.parse(page).iterfind(".//div[@class='table-box']"):
            link = box.find(".//p[@class='csv']/a")
            headings, rows = read(page.parent / link.get("href"))
            for line in box.iterfind(".//tbody/tr"):
                label, *cells = [cell.text_content() for cell in line]
                own = [row for row in rows if on_the_page(row[0]) == label]
                assert own or label == "Total", (page.name, link.get("href"), label)
                found = set().union(*(as_pages_say(cell) for row in own for cell in row))
                lacking = set().union(*map(numbers, cells)) - found - sums(headings, own or rows)
                assert not lacking, (page.name, link.get("href"), label, lacking)
                seen += 1
    assert seen > 1000


def test_a_file_has_its_sheets_columns_and_rows_and_no_heading_of_a_program(edition):
    captions = json.loads((edition / "manifest.json").read_text(encoding="utf-8"))["tables"]
    sheets = list(openpyxl.load_workbook(edition / "tables.xlsx"))
    for path in sorted((edition / "tables").glob("*.csv")):
        headings, rows = read(path)
        [sheet] = [
            one
            for one in sheets
            if one["A1"].value == captions[path.stem] and path.stem.startswith(one.title.split(" ", 1)[1])
        ]
        cells = [[cell for cell in row if cell is not None] for row in sheet.values]
        assert headings in cells, path.name
        assert len(rows) == len(cells) - 1 - cells.index(headings), path.name
        assert len(set(headings)) == len(headings)
        assert [name for name in headings if "_" in name or name != name[:1].upper() + name[1:]] == []
        assert all(any(row[at] for row in rows) for at in range(len(headings))), path.name
