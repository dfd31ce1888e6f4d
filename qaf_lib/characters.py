"""Characters that nobody sees and that can turn, hide or break what stands beside them."""

from __future__ import annotations

import re

__all__ = ["without_unseen"]

_BREAKS = re.compile("[\x0b\x0c\x1c-\x1f\x85\u2028\u2029]")
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)


def without_unseen(text: str) -> str:
    """Text without control characters, marks of direction and zero width, and halves of pairs.

    Tabs and new lines stay; what else breaks a line or a page becomes a blank.

    Examples
    --------
    >>> without_unseen("Jo\\u202enes\\u200b, \\x07North\\u2028team")
    'Jones, North team'
    """
    if text.isascii() and text.isprintable():
        return text
    return _UNSEEN.sub("", _BREAKS.sub(" ", text))
