"""The parameters and the framework that a period store was made with, as they were then."""

from __future__ import annotations

import json
from pathlib import Path

from qaf_lib.files import write_text
from qaf_lib.frameworks import Framework
from qaf_lib.parameters import Parameters

__all__ = ["PREPARED", "read_prepared", "write_prepared"]

PREPARED = "parameters.json"
"""The file of a period store that holds them: a notebook given its path opens that store as it stands."""


def write_prepared(store: Path, parameters: Parameters) -> None:
    """Write the parameters into a period store."""
    kept = {
        "path": str(parameters.path),
        "parameters": parameters.model_dump(mode="json", by_alias=True, exclude_unset=True),
        "framework": parameters.rules.model_dump(mode="json", by_alias=True, exclude_unset=True),
    }
    write_text(store / PREPARED, json.dumps(kept, indent=1) + "\n")


def read_prepared(path: Path) -> Parameters:
    """The parameters that a period store was made with, whatever their file says by now."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    parameters = Parameters.model_validate_json(json.dumps(kept["parameters"]))
    parameters._path = Path(kept["path"])
    parameters._rules = Framework.model_validate_json(json.dumps(kept["framework"]))
    return parameters
