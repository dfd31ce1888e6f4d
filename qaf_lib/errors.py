"""What ends a run, and what is told of an error that no rule foresees."""

from __future__ import annotations

import errno
import traceback
from pathlib import Path


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


class VaultHeldError(InputError):
    """Another run works on the council: this one may wait for it to end."""


class EditionError(RuntimeError):
    """Nothing was published (exit code 1): no sound leading report, a page that breaks a rule, an identifier.

    The message names files and places, never an identifier.
    """


_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NOT_ALLOWED = {errno.EACCES, errno.EPERM, errno.EROFS}
_PACKAGE = Path(__file__).parent
_IN_DOUBT = "Run `qaf check`; if it is content, tell the kit's maintainers this line."


def told(error: BaseException) -> tuple[str, int]:
    """The sentence and the exit code for an error.

    Exit code 1 is for the machine (disk, memory) and the kit, 2 for what the caller can mend.

    Examples
    --------
    >>> told(MemoryError())
    ('The memory is full. Close other programs and run again.', 1)
    >>> told(PermissionError(13, "Permission denied", "data/cases.csv"))[1]
    2
    """
    if isinstance(error, InputError):
        return str(error), 2
    if isinstance(error, EditionError):
        return str(error), 1
    if isinstance(error, MemoryError):
        return "The memory is full. Close other programs and run again.", 1
    if isinstance(error, OSError) and error.errno is not None:
        return _of_a_file(error)
    return f"unexpected {_name(error)}{_place(error)}. {_IN_DOUBT}", 1


def _of_a_file(error: OSError) -> tuple[str, int]:
    where = f"{error.filename}: " if isinstance(error.filename, str | Path) else ""
    if error.errno in _FULL:
        return f"{where}the disk is full or over its quota. Make room and run again.", 1
    if error.errno in _NOT_ALLOWED:
        return (
            f"{where}may not be read or written. Close it in other programs, and see that it is yours "
            "and that the disk can be written to.",
            2,
        )
    if isinstance(error, FileNotFoundError | FileExistsError | IsADirectoryError | NotADirectoryError):
        return f"{where}{_name(error)}. Look what is in that place and run again.", 2
    return f"{where}the system says: {error.strerror}. Run again when it is mended.", 1


def _name(error: BaseException) -> str:
    words: dict[type[BaseException], str] = {
        FileNotFoundError: "no such file or folder",
        FileExistsError: "is there already",
        IsADirectoryError: "is a folder, not a file",
        NotADirectoryError: "is a file, not a folder",
    }
    return words.get(type(error), type(error).__name__)


def _place(error: BaseException) -> str:
    """The kit's own line nearest to the error."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(_PACKAGE)]
    if not own:
        return ""
    module = ".".join(["qaf_lib", *Path(own[-1].filename).relative_to(_PACKAGE).with_suffix("").parts])
    return f" in {module}, line {own[-1].lineno}"
