"""The one error that a caller can mend."""

from __future__ import annotations

__all__ = ["InputError"]


class InputError(ValueError):
    """Parameters or data are wrong and the caller can mend them (exit code 2).

    The message says where, which rule, what came and what to do. It never holds
    the contents of a case record: columns, counts and row numbers only.

    Examples
    --------
    >>> raise InputError("parameters/x.yml: unknown key 'margin'. Write margin_of_error.")
    Traceback (most recent call last):
    qaf_lib.errors.InputError: parameters/x.yml: unknown key 'margin'. Write margin_of_error.
    """
