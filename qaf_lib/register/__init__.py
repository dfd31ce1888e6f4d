"""The register: the kit's tables, added to and never changed, and the key that makes pseudonyms."""

from qaf_lib.register.contracts import TABLES, Column, Table
from qaf_lib.register.identity import (
    demonstration_key,
    held_key,
    new_key,
    open_key,
    permanent_random_number,
    pseudonym,
)
from qaf_lib.register.store import Register, typed

__all__ = [
    "TABLES",
    "Column",
    "Register",
    "Table",
    "demonstration_key",
    "held_key",
    "new_key",
    "open_key",
    "permanent_random_number",
    "pseudonym",
    "typed",
]
