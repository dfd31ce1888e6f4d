"""Whether what was made is still what would be made: one checksum over files, parameters and kit."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from pathlib import Path

from qaf_lib.parameters import Parameters

__all__ = ["LARGEST_FILE", "fingerprint", "is_current", "sha256_of"]

LARGEST_FILE = 100_000_000
"""Bytes of a source; no larger one is read, so none is looked through, which could take hours."""


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fingerprint(parameters: Parameters) -> str:
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
    return bool(json.loads(facts.read_text(encoding="utf-8"))["fingerprint"] == fingerprint(parameters))
