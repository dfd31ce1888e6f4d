"""The main job on the synthetic council: nobody is named anywhere, and figures meet the planted truth."""

import os
import re
import subprocess
import sysconfig
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from qaf_lib.register import TABLES
from qaf_lib.synthetic import INVENTED_NAMES

REFERENCES = re.compile(r"_id$|^reaudit_of$")
PUBLIC = {"team_id", "tool_id", "question_id", "standard_id", "duty_id", "indicator_id"}


def _sources(root: Path) -> dict[str, pd.DataFrame]:
    paths = [path for part in ("children", "families") for path in (root / "data/demo" / part).glob("*.csv")]
    return {str(path): pd.read_csv(path, dtype=str, keep_default_na=False) for path in paths}


def _identifiers(root: Path) -> set[str]:
    found = set()
    for frame in _sources(root).values():
        for name in frame:
            if REFERENCES.search(name) and name not in PUBLIC:
                found |= set(frame[name])
    for path in (root / "data/demo").glob("annex_a_*.xlsx"):
        book = openpyxl.load_workbook(path, read_only=True)
        for sheet in book.worksheets[:10]:
            found |= {
                str(row[0]) for row in sheet.iter_rows(min_row=3, max_col=1, values_only=True) if row[0]
            }
        book.close()
    return {text for text in found if len(text) >= 5}


def _names_and_free_text(root: Path) -> set[str]:
    found = set()
    for path, frame in _sources(root).items():
        table = TABLES.get(Path(path).stem)
        for column in table.columns if table else ():
            if column.mark in ("!", "#") and column.name in frame and column.name != "reference":
                rows = frame[frame["reviewed"] != "true"] if column.name == "title" else frame
                found |= set(rows[column.name]) - {""}
    return found


def _text_of(path: Path) -> str:
    """What a file says; a document's or a workbook's parts without their tags."""
    if path.suffix not in (".docx", ".xlsx"):
        return path.read_text(encoding="utf-8")
    with zipfile.ZipFile(path) as parts:
        names = [name for name in parts.namelist() if name.endswith((".xml", ".rels"))]
        return " ".join(re.sub(r"<[^>]*>", " ", parts.read(name).decode("utf-8")) for name in names)


def _texts(root: Path) -> dict[str, str]:
    """Every file of the outputs and the period stores; pictures are drawn from the drawings beside them."""
    files = [path for path in (root / "outputs").rglob("*") if path.is_file() and path.suffix != ".png"]
    assert {".docx", ".xlsx", ".svg", ".html", ".csv", ".json"} <= {path.suffix for path in files}
    texts = {str(path): _text_of(path) for path in files}
    for path in (root / "vault").glob("*/*/store/*.parquet"):
        frame = pd.read_parquet(path)
        texts[str(path)] = frame.astype("string").fillna("").to_csv(index=False)
    return texts


@pytest.fixture(scope="module")
def texts(demonshire):
    return _texts(demonshire.root)


def test_no_raw_reference_stands_in_an_output_or_a_period_store(demonshire, texts):
    identifiers = _identifiers(demonshire.root)
    assert len(identifiers) > 8_000
    for path, text in texts.items():
        tokens = set(re.findall(r"[A-Za-z0-9-]+", text)) | set(re.findall(r"[A-Za-z0-9]+", text))
        assert len(tokens & identifiers) == 0, path


def test_no_name_and_no_free_text_stands_in_an_output_or_a_period_store(demonshire, texts):
    written = _names_and_free_text(demonshire.root)
    assert len(written) > 500
    joined = "\n".join(texts.values())
    assert [text[:12] for text in written if text in joined] == []


def test_no_first_name_from_the_free_text_stands_in_an_output(texts):
    words = {
        word for path, text in texts.items() if path.endswith(".html") for word in re.findall(r"\w+", text)
    }
    assert words & set(INVENTED_NAMES) == set()


def test_every_page_says_that_the_data_are_synthetic(demonshire):
    pages = list((demonshire.root / "outputs").rglob("*.html"))
    assert len(pages) > 50
    assert [page for page in pages if "Synthetic data" not in page.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize(
    ("council", "band"), [("demonshire", "good or better"), ("demonshire-early-help", "graded 6 or above")]
)
def test_the_slt_report_leads_with_figures_their_intervals_and_decisions(demonshire, council, band):
    page = (demonshire.edition(council, "2026-27-q2") / "reports/slt_report.html").read_text(encoding="utf-8")
    for words in (band, "95% interval", "What is", "What needs", "Conclusions"):
        assert words in page
    for heading in (
        "Introduction",
        "Scope",
        "Methodology",
        "Cohort",
        "Findings",
        "Conclusions and recommendations",
    ):
        assert re.search(rf"<h2[^>]*>{heading}</h2>", page), heading


def test_every_planted_fault_was_set_aside_and_nothing_else(demonshire):
    planted = pd.read_csv(demonshire.root / "data/demo/truth/planted.csv")
    tables = [
        pd.read_csv(demonshire.edition(council, "2026-27-q2") / "tables/rows_set_aside.csv")
        for council in ("demonshire", "demonshire-early-help")
    ]
    found = pd.concat(tables)
    found = found[found["What became of it"] == "row set aside"]
    found["file"] = found["Source"].str.removeprefix("data/demo/")
    used = planted[planted["file"].isin(found["file"])]
    assert set(zip(found["file"], found["Table"], found["What is wrong: the cell"], strict=True)) == set(
        zip(used["file"], used["table"], used["rule"], strict=True)
    )
    assert len(used) == 20


def test_a_notebook_runs_by_plain_papermill_into_the_vault(demonshire):
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [
            Path(sysconfig.get_path("scripts")) / "papermill",
            root / "notebooks/quarter/03_grades.ipynb",
            "vault/demonshire/2026-27-q2/03.ipynb",
            "-p",
            "parameters_file",
            "parameters/demo-durham.yml",
        ],
        cwd=demonshire.root,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    written = demonshire.root / "vault/demonshire/2026-27-q2/03.ipynb"
    assert "graded 6 or above" in written.read_text(encoding="utf-8")


def test_a_notebook_runs_in_its_own_folder_as_by_run_all(tmp_path):
    notebook = Path(__file__).resolve().parents[2] / "notebooks/quarter/08_actions.ipynb"
    jupyter = Path(sysconfig.get_path("scripts")) / "jupyter"
    done = subprocess.run(
        [jupyter, "nbconvert", "--to", "notebook", "--execute", notebook, "--output-dir", tmp_path],
        cwd=tmp_path,
        env={**os.environ, "QAF_VAULT": str(tmp_path / "vault")},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "actions_summary" in (tmp_path / "08_actions.ipynb").read_text(encoding="utf-8")
