"""An edition approved: who did, in the register and on the front page."""

from __future__ import annotations

from datetime import date
from html import escape
from pathlib import Path

from qaf_lib.batch.page import NOT_APPROVED
from qaf_lib.batch.published import Published, read_edition, row_of
from qaf_lib.batch.standing import named_edition
from qaf_lib.display.words import long_date
from qaf_lib.errors import EditionError, InputError
from qaf_lib.files import write_text
from qaf_lib.fingerprint import read_prepared
from qaf_lib.intake.vocabulary import posts_of
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
        If the folder is no edition, a file of it is not as it was published, another one has taken its place,
        or no framework names the post.
    EditionError
        If another post has approved it.
    """
    found = read_edition(edition)
    _refuse_unknown(post, found.parameters)
    with alone(found.vault):
        if named_edition(found.folder.parent) != int(found.manifest["edition"]):
            raise InputError(f"{found.folder.name}: the front page names another edition. Approve that one.")
        by, on = _recorded(found, post, today)
        index = found.folder.parent / "index.html"
        said = f'<p class="approval">Approved by {escape(by)} on {long_date(on)}.</p>'
        write_text(index, index.read_text(encoding="utf-8").replace(NOT_APPROVED, said))
    return f"{found.title}, was approved by {by} on {long_date(on)}."


def _refuse_unknown(post: str, parameters: Path) -> None:
    rules = read_prepared(parameters).rules
    posts = list(dict.fromkeys([rules.words.leaders, *posts_of(rules)]))
    if post not in posts:
        raise InputError(f"--post is a post or body of the framework: {', '.join(posts)}. Name no person.")


def _recorded(edition: Published, post: str, today: date) -> tuple[str, date]:
    """The approval in the register: the one that is there, else this one."""
    with Register(edition.vault / "register.sqlite") as register:
        row = row_of(edition, register)
        if isinstance(row["signed_by_post"], str):
            if row["signed_by_post"] != post:
                raise EditionError(f"{edition.folder.name} was approved by {row['signed_by_post']} already.")
            return post, row["signed_on"].date()
        register.add(
            {"edition": row.to_frame().T.assign(signed_by_post=post, signed_on=today)}, by="qaf sign"
        )
    return post, today
