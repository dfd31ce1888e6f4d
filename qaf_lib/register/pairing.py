"""Which key a register may have: the one it was begun with, and the published one for what the kit made."""

from __future__ import annotations

import hmac
import json
from datetime import date
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from qaf_lib.errors import InputError
from qaf_lib.files import sha256_of, write_text
from qaf_lib.parameters import Parameters
from qaf_lib.register import (
    Register,
    VaultKey,
    demonstration_key,
    held_key,
    is_begun,
    key_fingerprint,
    keyed_digest,
    new_key,
    note_register,
    older_key,
    open_key,
    permanent_random_number,
)
from qaf_lib.register.postgresql import VARIABLE, place_of

_SHIPPED_SEED = 20260630
"""The seed of the demonstration parameters: its key was the first that anybody had."""


def refuse_lost_register(parameters: Parameters) -> None:
    """Refuse a council whose register was begun in this vault and is not there."""
    held, older = held_key(parameters.vault_root), older_key(parameters.vault)
    path = parameters.vault / "register.sqlite"
    if is_begun(path) or parameters.synthetic:
        return
    if older is not None or (held is not None and parameters.slug in held.registers):
        raise InputError(
            f"{place_of(path)}: the register of {parameters.council} was begun in this vault and is gone, "
            "and with it its draws. Restore it from the vault's backup; one that stands in PostgreSQL needs "
            f"{VARIABLE}. Without a backup, move the whole vault away and begin a new one; the reports then "
            "show its new key and birthday."
        )


def paired_key(parameters: Parameters, register: Register, *, keep: bool) -> bytes:
    """The key that an open register was begun with, or begins with now.

    A vault has one key for all its councils, whatever their names. A council that version 0.2 or earlier gave
    a key of its own goes on with it; opened first, it gives its key to the vault. The demonstration's
    key is published, and stands in no vault.

    `keep` says whether a new key is written into the vault, or thrown away after a rehearsal; a register that
    has no key yet is told the fingerprint. One that was begun with a key that is not there is refused.
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


def refuse_other_data(parameters: Parameters) -> None:
    """Refuse the published key for sources that the kit did not make, or that were changed since."""
    synthetic = parameters.synthetic
    if synthetic is None:
        return
    listed = listed_files(parameters.source_path(synthetic.folder), seed=synthetic.seed)
    strange = [path for path in parameters.sources if path.is_file() and not is_as_listed(path, listed)]
    if not strange and not parameters.has_queries:
        return
    what = f"{strange[0]} is not as the kit wrote it" if strange else "a query is no file that the kit wrote"
    raise InputError(
        f"{parameters.path}: synthetic: {what}. The demonstration's key is published, so it serves for "
        "made-up data only. For a council's own data take the line synthetic out; to have the made-up data "
        "afresh, delete their folder and run again."
    )


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
        f"{place_of(parameters.vault / 'register.sqlite')}: this register was begun with a key{named} that "
        f"is not in the vault. Restore {parameters.vault_root / 'key'} from the vault's backup: with another "
        "key, nobody would have the same pseudonym."
    )


LIST = "made_by_the_kit.json"
"""The list's name in the folder."""


def list_files(folder: Path, *, seed: int) -> None:
    """Write the list of the files in a folder, with their SHA-256, the seed and the kit's version.

    Its seal is made with the published key: what is changed by hand is seen. Somebody who runs the kit's own
    code can make a list of any files; that is not prevented.
    """
    files = {
        path.relative_to(folder).as_posix(): sha256_of(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != LIST
    }
    told = {"seed": seed, "kit_version": version("qaf-kit"), "files": files, "seal": _seal(seed, files)}
    write_text(folder / LIST, json.dumps(told, indent=1) + "\n")


def listed_files(folder: Path, *, seed: int | None = None) -> dict[Path, str]:
    """The files that the kit made in a folder, with their SHA-256; none where the list is not the kit's.

    With a `seed`, only what was made from it.
    """
    try:
        told = json.loads((folder / LIST).read_text(encoding="utf-8"))
        made, files = int(told["seed"]), dict(told["files"])
        whole = hmac.compare_digest(str(told["seal"]), _seal(made, files))
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    if not whole or seed not in (None, made):
        return {}
    return {(folder / name).resolve(): str(digest) for name, digest in files.items()}


def refuse_what_others_made(folder: Path) -> None:
    """Refuse to replace a folder that holds anything but what the kit wrote there, as it wrote it."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise InputError(f"{folder}: is a file or a link. Name an empty folder, or a new one.")
    listed = listed_files(folder)
    found = [path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()]
    others = [
        path
        for path in found
        if path != folder / LIST and (path.is_symlink() or not is_as_listed(path, listed))
    ]
    if others:
        raise InputError(
            f"{folder}: holds {len(others):,} files that the kit did not write, or that were changed since. "
            "Nothing of yours is deleted: name an empty folder or a new one."
        )


def is_as_listed(path: Path, listed: dict[Path, str]) -> bool:
    """Whether the kit wrote a file, and it is as it was."""
    return listed.get(path.resolve()) == sha256_of(path)


def _seal(seed: int, files: dict[str, str]) -> str:
    lines = [f"{name} {digest}" for name, digest in sorted(files.items())]
    return keyed_digest(demonstration_key(seed), "made by the kit", *lines).hex()
