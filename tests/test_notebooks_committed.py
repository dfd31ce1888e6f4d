"""Notebooks are committed thin and clean: no outputs, no run metadata, no code of the library's kind."""

import ast
from pathlib import Path

import nbformat
import pytest

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
NOTEBOOKS = sorted(path for path in FOLDER.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)
QUARTER = [path for path in NOTEBOOKS if path.parent.name == "quarter"]
NOT_IN_A_NOTEBOOK = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef),
    *(ast.For, ast.AsyncFor, ast.While, ast.comprehension, ast.If, ast.IfExp, ast.Try),
)

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])


def _read(path):
    return nbformat.reads(path.read_text(encoding="utf-8"), as_version=nbformat.NO_CONVERT)


def _code(path):
    return [cell for cell in _read(path).cells if cell.cell_type == "code"]


def test_the_quarter_has_its_notebooks():
    assert [path.stem for path in QUARTER] == [
        *("01_programme", "02_sample", "03_grades", "04_moderation", "05_reaudit"),
        *("06_practice", "07_voice", "08_actions", "09_slt_report", "10_evidence"),
        *("11_framework", "12_framework_reports", "13_self_evaluation", "shared_report", "team_report"),
    ]


@every_notebook
def test_a_notebook_is_valid_and_runs_in_any_python_kernel(path):
    notebook = _read(path)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert all(cell.id for cell in notebook.cells)
    assert notebook.metadata.kernelspec.name == "python3"


@every_notebook
def test_a_notebook_is_committed_without_outputs_or_run_metadata(path):
    notebook = _read(path)
    assert all(not cell.outputs and cell.execution_count is None for cell in _code(path))
    assert not {"papermill", "widgets"} & set(notebook.metadata)
    assert not any({"papermill", "execution"} & set(cell.metadata) for cell in notebook.cells)


@every_notebook
def test_a_notebook_opens_with_its_title(path):
    first = _read(path).cells[0]
    assert first.cell_type == "markdown"
    assert first.source.startswith("# ")


@every_notebook
def test_code_cells_only_call_and_display(path):
    for cell in _code(path):
        assert 1 <= len(cell.source.splitlines()) <= 5
        nodes = ast.walk(ast.parse(cell.source))
        assert [type(node).__name__ for node in nodes if isinstance(node, NOT_IN_A_NOTEBOOK)] == []


@pytest.mark.parametrize("path", QUARTER, ids=[path.stem for path in QUARTER])
def test_a_quarter_notebook_has_one_parameters_cell_of_literals(path):
    tagged = [cell for cell in _code(path) if "parameters" in cell.metadata.get("tags", [])]
    assert len(tagged) == 1
    for statement in ast.parse(tagged[0].source).body:
        assert isinstance(statement, ast.AnnAssign)
        ast.literal_eval(statement.value)
