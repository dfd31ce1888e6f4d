"""Postcodes, NHS numbers and unique pupil numbers, told by their formats and check digits."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qaf_lib.disclosure.needles import BREAK, MARK, UNSEEN, Span

__all__ = ["national_identifiers"]

_AREAS = (
    "A[BL]|B[ABDHLNRSTX]?|C[ABFHMORTVW]|D[ADEGHLNTY]|E[CHNX]?|F[KY]|G[LUY]?|H[ADGPRSUX]|I[GMPV]|JE"
    "|K[ATWY]|L[ADELNSU]?|M[EKL]?|N[EGNPRW]?|O[LX]|P[AEHLOR]|R[GHM]|S[AEGKLMNOPRSTWY]?|T[ADFNQRSW]|UB"
    "|W[ACDFNRSV]?|YO|ZE"
)
_BLANK = rf"(?:[^\S{BREAK}]|[{MARK}{UNSEEN}])"
_POSTCODE = re.compile(
    rf"(?<![^\W_])(?P<outward>(?:{_AREAS})(?:[1-9][0-9]|[0-9][A-HJKMNPR-Y]?)){_BLANK}*"
    r"(?P<inward>[0-9][ABD-HJLNP-UW-Z]{2})(?![^\W_])",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"1st|2nd|3rd|[04-9]th")
_NHS = re.compile(
    rf"(?<![^\W_])(?<!\d[.,])\d{{3}}(?:(?:{_BLANK}|[\u2010-\u2015-]){{0,3}}\d{{3}}){{2}}\d(?![^\W_]|[.,]\d)"
)
_UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_UPN = re.compile(rf"(?<![^\W_])[{_UPN_LETTERS}]\d{{11}}[\d{_UPN_LETTERS}](?![^\W_])", re.IGNORECASE)


def national_identifiers(text: str) -> Iterator[tuple[Span, str]]:
    """Where postcodes, NHS numbers and unique pupil numbers (UPN) stand in a text, each with its kind.

    Postcodes stand in any case and spacing; an ordinal after a code ("CT11 1st") makes none. Ten digits,
    parted as 3-3-4 or not at all, are an NHS number by their check digit, and thirteen letters and digits a
    UPN by their letter: one in eleven and one in twenty-three of other numbers are so by chance.

    References
    ----------
    Royal Mail, Programmers' guide to the Postcode Address File; NHS Data Dictionary, NHS number (modulus
    11); Department for Education, Unique pupil numbers: a guide for schools and local authorities.

    Examples
    --------
    >>> list(national_identifiers("sw1a1aa, 943 476 5919, B801200005001, not A801200005001 or Q1 2025"))
    [((0, 7), 'postcode'), ((9, 21), 'NHS number'), ((23, 36), 'UPN')]
    """
    for found in _POSTCODE.finditer(text):
        if not (_ORDINAL.fullmatch(found["inward"]) and found["outward"].isupper()):
            yield found.span(), "postcode"
    yield from ((found.span(), "NHS number") for found in _NHS.finditer(text) if _is_nhs_number(found[0]))
    yield from ((found.span(), "UPN") for found in _UPN.finditer(text) if _is_upn(found[0].upper()))


def _is_nhs_number(text: str) -> bool:
    *digits, check = (int(letter) for letter in text if letter.isdecimal())
    total = sum(weight * digit for weight, digit in zip(range(10, 1, -1), digits, strict=True))
    return (total + check) % 11 == 0


def _is_upn(text: str) -> bool:
    values = (int(letter) if letter.isdecimal() else _UPN_LETTERS.index(letter) for letter in text[1:])
    return _UPN_LETTERS[sum(weight * value for weight, value in enumerate(values, start=2)) % 23] == text[0]
