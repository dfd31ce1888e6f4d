"""Key and register belong together: one without the other is refused, with what to restore."""

from __future__ import annotations

from datetime import date

import pandas as pd

from qaf_lib.errors import InputError
from qaf_lib.parameters import Parameters
from qaf_lib.register import (
    Register,
    VaultKey,
    demonstration_key,
    held_key,
    key_fingerprint,
    new_key,
    note_register,
    older_key,
    open_key,
    permanent_random_number,
)

__all__ = ["paired_key", "refuse_lost_register"]

_SHIPPED_SEED = 20260630
"""The seed of the demonstration parameters: its key was the first that anybody had."""


def refuse_lost_register(parameters: Parameters) -> None:
    """Refuse a council whose register was begun in this vault and is not there.

    Raises
    ------
    InputError
        If the register is gone, or the vault's key is damaged.
    """
    held, older = held_key(parameters.vault_root), older_key(parameters.vault)
    path = parameters.vault / "register.sqlite"
    if path.exists() or parameters.synthetic:
        return
    if older is not None or (held is not None and parameters.slug in held.registers):
        raise InputError(
            f"{path}: the register of {parameters.council} was begun in this vault and is gone, and with it "
            "its draws. Restore it from the vault's backup. Without a backup, move the whole vault away and "
            "begin a new one; the reports then show its new key and birthday."
        )


def paired_key(parameters: Parameters, register: Register, *, keep: bool) -> bytes:
    """The key that an open register was begun with, or begins with now.

    A vault has one key for all its councils, whatever their names. A council that version 0.2 or earlier gave
    a key of its own goes on with it; opened first, it gives its key to the vault. The demonstration's
    key is published, and stands in no vault.

    Parameters
    ----------
    parameters : Parameters
        The council and period.
    register : Register
        The council's register; told the key's fingerprint where it does not have it yet.
    keep : bool
        Whether a new key is written into the vault, or thrown away after a rehearsal.

    Raises
    ------
    InputError
        If the register was begun with a key that is not there.
    """
    told = register.read("vault")
    _refuse_published(parameters, told)
    draws = register.read("draw_case").head(1) if told.empty else pd.DataFrame()
    fits = [key for key in _keys(parameters, register) if _agrees(key, told, draws)]
    begins = told.empty and draws.empty
    if not fits and not begins:
        raise _without_its_key(parameters, told)
    key = fits[0] if fits else new_key()
    if keep and not parameters.synthetic:
        opened = open_key(parameters.vault_root, otherwise=key)
        key = opened if begins else key
    if told.empty:
        row = {"key_fingerprint": [key.fingerprint], "made_on": [pd.Timestamp(key.made_on)]}
        register.add({"vault": pd.DataFrame(row)}, by="qaf")
    if keep and not parameters.synthetic:
        note_register(parameters.vault_root, parameters.slug)
    return key.secret


def _refuse_published(parameters: Parameters, told: pd.DataFrame) -> None:
    """Refuse a council's own data in a register that was begun with the published key."""
    published = demonstration_key(_SHIPPED_SEED)
    named = key_fingerprint(published) in set(told["key_fingerprint"])
    if not parameters.synthetic and (named or older_key(parameters.vault) == published):
        raise InputError(
            f"{parameters.vault}: it was begun with the key published with the kit, which anybody can have. "
            "Move this folder away and begin again; draws and pseudonyms will be new."
        )


def _keys(parameters: Parameters, register: Register) -> list[VaultKey]:
    """The keys that a council may have: the published one for made-up data; else the vault's, or its own."""
    if parameters.synthetic:
        return [VaultKey(secret=demonstration_key(parameters.synthetic.seed), made_on=date.today())]
    held, older = held_key(parameters.vault_root), older_key(parameters.vault)
    own = [] if older is None else [VaultKey(secret=older, made_on=_begun_on(register))]
    return ([] if held is None else [held]) + own


def _begun_on(register: Register) -> date:
    """The day of a register's first row."""
    first = register.read("snapshot")["recorded_at"].min()
    return date.today() if pd.isna(first) else pd.Timestamp(first).date()


def _agrees(key: VaultKey, told: pd.DataFrame, draws: pd.DataFrame) -> bool:
    """Whether a register was begun with a key: by its fingerprint, else by a case's random number."""
    if len(told):
        return bool(told["key_fingerprint"].iloc[-1] == key.fingerprint)
    numbers = [
        permanent_random_number(key=key.secret, purpose="draw", identity=case) for case in draws["case_id"]
    ]
    return numbers == [float(number) for number in draws["prn"]]


def _without_its_key(parameters: Parameters, told: pd.DataFrame) -> InputError:
    if parameters.synthetic:
        return InputError(
            f"{parameters.path}: {parameters.vault} holds a register of a council's own data. Give the "
            "made-up council another name."
        )
    named = f" with the fingerprint {told['key_fingerprint'].iloc[-1]}" if len(told) else ""
    return InputError(
        f"{parameters.vault / 'register.sqlite'}: this register was begun with a key{named} that is not in "
        f"the vault. Restore {parameters.vault_root / 'key'} from the vault's backup: with another key, "
        "nobody would have the same pseudonym."
    )
