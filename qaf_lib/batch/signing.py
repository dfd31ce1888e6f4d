"""An edition approved: who did, in the register and on the front page."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

from qaf_lib.batch.edition import sums_of
from qaf_lib.batch.page import NOT_APPROVED
from qaf_lib.batch.standing import MANIFEST, UNDONE, editions_of, named_edition, prefix_of
from qaf_lib.display.words import long_date
from qaf_lib.errors import EditionError, InputError
from qaf_lib.files import write_text
from qaf_lib.fingerprint import PREPARED, read_prepared
from qaf_lib.intake.vocabulary import posts_of
from qaf_lib.parameters import vault_root
from qaf_lib.register import Register
from qaf_lib.vault.backup import alone

__all__ = ["sign"]


def sign(edition: str | Path, *, post: str, today: date) -> str:
    """Record which post approved an edition as it stands, and say so on its front page; what was recorded.

    Parameters
    ----------
    edition : str or Path
        The edition's folder, such as `outputs/demonshire/2026-27-q2/edition-1`.
    post : str
        Who approved it: a post or a body that the framework names, never a person.
    today : date
        The day of the approval.

    Raises
    ------
    InputError
        If the folder is no edition, another one has taken its place, or no framework names the post.
    EditionError
        If a file of it is not as it was published, or another post has approved it.
    """
    folder = Path(edition).resolve()
    manifest, vault = _manifest(folder), _vault(folder)
    _refuse_unknown(post, vault / folder.parent.name.removesuffix("-shared"))
    with alone(vault):
        number = int(manifest["edition"])
        if named_edition(folder.parent) != number:
            raise InputError(f"{folder.name}: the front page names another edition. Approve that one.")
        _refuse_changed(folder, manifest)
        by, on = _recorded(vault, folder, manifest, post, today)
        index = folder.parent / "index.html"
        said = f'<p class="approval">Approved by {escape(by)} on {long_date(on)}.</p>'
        write_text(index, index.read_text(encoding="utf-8").replace(NOT_APPROVED, said))
    what = f"Edition {number} of {manifest['council']}, {manifest['period']}"
    return f"{what}, was approved by {by} on {long_date(on)}."


def _manifest(folder: Path) -> Mapping[str, Any]:
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return {name: found[name] for name in ("edition", "council", "period", "audience", "files")}
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(
            f"{folder.name} is no edition that this kit published. Give the folder of one, such as "
            "outputs/demonshire/2026-27-q2/edition-1."
        ) from None


def _vault(folder: Path) -> Path:
    """The council's part of the vault, seen from `outputs/<council>/<period>/edition-<number>`."""
    council = folder.parent.parent
    vault = vault_root(council.parent.parent) / council.name
    if not (vault / "register.sqlite").is_file():
        raise InputError(f"{vault}: no register. Approve an edition where its vault is.")
    return vault


def _refuse_unknown(post: str, period_vault: Path) -> None:
    rules = read_prepared(period_vault / "store" / PREPARED).rules
    posts = list(dict.fromkeys([rules.words.leaders, *posts_of(rules)]))
    if post not in posts:
        raise InputError(f"--post is a post or body of the framework: {', '.join(posts)}. Name no person.")


def _refuse_changed(folder: Path, manifest: Mapping[str, Any]) -> None:
    files, found = manifest["files"], sums_of(folder)
    for place in sorted(found.keys() | set(files)):
        if found.get(place) != files.get(place):
            raise EditionError(
                f"{folder.name}/{place} is not as it was published; nothing was approved. "
                "Run `qaf run --again`."
            )


def _recorded(
    vault: Path, folder: Path, manifest: Mapping[str, Any], post: str, today: date
) -> tuple[str, date]:
    """The approval in the register: the one that is there, else this one."""
    told = hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()
    with Register(vault / "register.sqlite") as register:
        period, audience = str(manifest["period"]), str(manifest["audience"])
        editions = editions_of(register, period=period, audience=audience)
        mine = editions[editions["edition_id"] == f"{prefix_of(period, audience)} {manifest['edition']}"]
        mine = mine[(mine["manifest_sha256"] == told) & (mine["status"] != UNDONE)]
        if mine.empty:
            raise EditionError(
                f"{folder.name}/{MANIFEST} is not as the register has it; nothing was approved. "
                "Run `qaf run --again`."
            )
        row = mine.iloc[-1]
        if isinstance(row["signed_by_post"], str):
            if row["signed_by_post"] != post:
                raise EditionError(f"{folder.name} was approved by {row['signed_by_post']} already.")
            return post, row["signed_on"].date()
        register.add(
            {"edition": row.to_frame().T.assign(signed_by_post=post, signed_on=today)}, by="qaf sign"
        )
    return post, today
