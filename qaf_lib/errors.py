"""What ends a run: input that the caller can mend, or an edition that may not be published."""

from __future__ import annotations

__all__ = ["EditionError", "InputError"]


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


class EditionError(RuntimeError):
    """Nothing was published (exit code 1): no sound leading report, a page that breaks a rule, an identifier.

    The message names files and places, never an identifier.
    """
