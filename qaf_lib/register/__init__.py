"""The register: the kit's tables, added to and never changed, and the key that makes pseudonyms.

What is damaged, lost, of a later version or in a place that others reach is refused (`InputError`).
"""

from qaf_lib.register.identity import (
    VaultKey,
    demonstration_key,
    held_key,
    key_fingerprint,
    keyed_digest,
    new_key,
    note_register,
    older_key,
    open_key,
    permanent_random_number,
    pseudonym,
)
from qaf_lib.register.places import begun_in, drawn_periods, is_begun
from qaf_lib.register.schema import TABLES, Column, Table
from qaf_lib.register.store import Register
from qaf_lib.register.values import typed

__all__ = [
    "TABLES",
    "Column",
    "Register",
    "Table",
    "VaultKey",
    "begun_in",
    "demonstration_key",
    "drawn_periods",
    "held_key",
    "is_begun",
    "key_fingerprint",
    "keyed_digest",
    "new_key",
    "note_register",
    "older_key",
    "open_key",
    "permanent_random_number",
    "pseudonym",
    "typed",
]
