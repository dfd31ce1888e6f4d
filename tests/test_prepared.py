"""The parameters that a store was made with read back as what they were."""

from pathlib import Path

import pytest

from qaf_lib.fingerprint import PREPARED, read_prepared, write_prepared
from qaf_lib.parameters import load_parameters

SHIPPED = sorted((Path(__file__).resolve().parents[2] / "parameters").glob("*.yml"))


@pytest.mark.parametrize("file", SHIPPED, ids=[file.stem for file in SHIPPED])
def test_shipped_parameters_and_frameworks_read_back_as_they_were(file, tmp_path):
    parameters = load_parameters(file)
    write_prepared(tmp_path, parameters)
    again = read_prepared(tmp_path / PREPARED)
    assert again.model_dump() == parameters.model_dump()
    assert again.rules == parameters.rules
    assert (again.path, again.vault, again.outputs) == (parameters.path, parameters.vault, parameters.outputs)
