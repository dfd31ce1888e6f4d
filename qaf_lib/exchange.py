"""The one file that a council gives a region: the figures of its report for partners, signed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, ValidationError, model_validator

from qaf_lib.disclosure.rounding import BASE
from qaf_lib.errors import InputError
from qaf_lib.files import editions_in
from qaf_lib.register.signature import is_signed, public_key, signature_of
from qaf_lib.strict_yaml import StrictModel

__all__ = ["FIGURES", "AuditFigures", "Figures", "read_figures", "signed"]

FIGURES = "figures.json"
"""The file's name in a shared edition's folder."""

_FOR = b"qaf-kit figures of a shared edition\n"
"""What a signature is of, before the figures, so that it can be taken for no other."""
_BYTES_AT_MOST = 100_000

Count = Annotated[int, Field(ge=0, multiple_of=BASE)]
Words = Annotated[str, Field(min_length=1, max_length=1000)]


class AuditFigures(StrictModel):
    """One kind of audit at random: rounded counts by grade, worst first, and how its cases were picked."""

    label: Words
    counts: Annotated[dict[str, Count], Field(min_length=2)]
    drawn: Words
    design_effect: Annotated[float, Field(ge=1, le=100)]


class Figures(StrictModel):
    """What a region may know of a council's period: nothing that is not on its report for partners.

    `band` are the grades that count as `band_label`; counts are None where the report leaves them out.
    """

    kit_version: Annotated[str, Field(pattern=r"^\d+(\.\d+)*$")]
    council: Words
    period: Words
    edition: Annotated[int, Field(ge=1)]
    synthetic: bool
    framework: Words
    unit: Words
    population: Words
    grades: Annotated[list[str], Field(min_length=2)]
    band: Annotated[list[str], Field(min_length=1)]
    band_label: Words
    moderation: Words
    looked_at_again: Count | None
    kept_their_grade: Count | None
    open_cases: Count | None
    audited: Count | None
    audits: list[AuditFigures]

    @model_validator(mode="after")
    def _counts_are_of_the_scale(self) -> Self:
        if any(list(audit.counts) != self.grades for audit in self.audits):
            raise ValueError("audits must count every grade of the scale, in its order")
        if self.grades[-len(self.band) :] != self.band or len(self.band) == len(self.grades):
            raise ValueError("band must be the best grades of the scale")
        return self


def signed(figures: Figures, *, secret: bytes, folder: str) -> bytes:
    """The file of a council's figures, signed with its vault's key; the same figures give the same bytes."""
    told = figures.model_dump()
    mark = signature_of(_signed_bytes(told), secret=secret, council=folder)
    return _text({"figures": told, "public_key": public_key(secret, folder), "signature": mark})


def read_figures(path: Path, *, public: str) -> Figures:
    """The figures in a file that the holder of a public key signed.

    A folder stands for the newest edition in it that has such a file.

    Raises
    ------
    InputError
        If the file is not whole, byte for byte, or another key signed it; if a newer kit wrote it, or it
        breaks a rule of figures.
    """
    found = _newest(path) if path.is_dir() else path
    try:
        content = found.read_bytes()[: _BYTES_AT_MOST + 1]
        told = json.loads(content)
        figures, by, mark = dict(told["figures"]), str(told["public_key"]), str(told["signature"])
        whole = len(content) <= _BYTES_AT_MOST and _text(told) == content and len(told) == 3
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise InputError(
            f"{found}: is no file of figures that this kit writes. Ask the council again."
        ) from None
    if by != public:
        raise InputError(
            f"{found}: is signed with the key {by[:16]}…, and the parameters name {public[:16]}…. "
            "Ask the council by phone which key is theirs."
        )
    if not whole or not is_signed(_signed_bytes(figures), signature=mark, public=public):
        raise InputError(f"{found}: was changed after it was signed. Ask the council for it again.")
    _refuse_newer(found, str(figures.get("kit_version")))
    try:
        return Figures.model_validate(figures)
    except ValidationError as error:
        fault = error.errors()[0]
        place = ".".join(map(str, fault["loc"])) or "figures"
        raise InputError(f"{found}: {place}: {fault['msg']}. Ask the council to run the kit again.") from None


def _newest(folder: Path) -> Path:
    editions = [path / FIGURES for path in editions_in(folder).values() if (path / FIGURES).exists()]
    return editions[-1] if editions else folder / FIGURES


def _refuse_newer(path: Path, written_by: str) -> None:
    own = version("qaf-kit")
    if _numbers(written_by) > _numbers(own):
        raise InputError(f"{path}: was written by qaf-kit {written_by}; this is {own}. Update the kit first.")


def _numbers(told: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", told)]


def _signed_bytes(figures: Mapping[str, Any]) -> bytes:
    return _FOR + _text(figures)


def _text(told: Mapping[str, Any]) -> bytes:
    return (json.dumps(told, indent=1, ensure_ascii=False) + "\n").encode("utf-8")
