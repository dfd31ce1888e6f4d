"""What a period store was made with, and whether that is still what it would be made with."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from pathlib import Path

from qaf_lib.files import LARGEST_FILE, sha256_of, write_text
from qaf_lib.frameworks import Framework
from qaf_lib.parameters import Parameters


def fingerprint_of(parameters: Parameters) -> str:
    """One checksum over the kit's version and every file that the period is made from."""
    facts = {str(path): _sum_of(path) for path in parameters.files}
    return hashlib.sha256(json.dumps([version("qaf-kit"), facts], sort_keys=True).encode()).hexdigest()


def _sum_of(path: Path) -> str:
    """A file's checksum; "" for one that reading refuses: not there, not to be opened, or too large."""
    try:
        return sha256_of(path) if path.is_file() and path.stat().st_size <= LARGEST_FILE else ""
    except OSError:
        return ""


def is_current(parameters: Parameters) -> bool:
    """Whether the period store was made from the files as they are now.

    A period with a database query among its sources is never current: what the query would
    answer now is not known without asking.
    """
    facts = parameters.period_vault / "store" / "store.json"
    if parameters.has_queries or not facts.is_file() or any(not path.is_file() for path in parameters.files):
        return False
    return bool(json.loads(facts.read_text(encoding="utf-8"))["fingerprint"] == fingerprint_of(parameters))


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
