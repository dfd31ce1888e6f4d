"""The register: the kit's tables, added to and never changed, and the key that makes pseudonyms."""

from qaf_lib.register.contracts import TABLES, Column, Table
from qaf_lib.register.identity import (
    demonstration_key,
    key_fingerprint,
    keyed_digest,
    permanent_random_number,
    pseudonym,
)
from qaf_lib.register.store import Register, typed
from qaf_lib.register.vault_key import VaultKey, held_key, new_key, note_register, older_key, open_key

__all__ = [
    "TABLES",
    "Column",
    "Register",
    "Table",
    "VaultKey",
    "demonstration_key",
    "held_key",
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
