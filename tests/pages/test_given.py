"""A misspelt parameter is refused in words by the notebook itself, whoever executes it."""

from pathlib import Path

import papermill
import pytest
from papermill.exceptions import PapermillExecutionError

QUARTER = Path(__file__).resolve().parents[2] / "notebooks" / "quarter"


@pytest.mark.parametrize("notebook", ["11_framework", "team_report"])
def test_plain_papermill_with_a_misspelt_parameter_is_refused_by_the_notebook(tmp_path, notebook):
    with pytest.raises(PapermillExecutionError) as refused:
        papermill.execute_notebook(
            str(QUARTER / f"{notebook}.ipynb"),
            str(tmp_path / "executed.ipynb"),
            parameters={"parameter_file": "parameters/demo-durham.yml"},
            progress_bar=False,
            cwd=str(tmp_path),
        )
    assert refused.value.ename == "InputError"
    known = "parameters_file, team_id" if notebook == "team_report" else "parameters_file"
    assert refused.value.evalue == (
        f"This notebook has no parameter parameter_file; it has {known}. Spell it as the notebook does."
    )
    assert [path.name for path in tmp_path.iterdir()] == ["executed.ipynb"]
