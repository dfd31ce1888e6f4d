"""Gender, ethnicity, disability and age as sources write them, in the kit's words.

Sources write Ofsted's Annex A codes, those of the children in need census and of SSDA903, the Office for
National Statistics' groups, or plain words. What stands in a cell and is none of these is `NOT_UNDERSTOOD`;
a blank cell stays missing. No function guesses from part of a sentence: every word must be known.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd

from qaf_lib.caseload.cells import WORDS_FOR_NOTHING, folded, tidy
from qaf_lib.caseload.ethnicity import group_of

__all__ = [
    "AGE_BANDS",
    "NOT_UNDERSTOOD",
    "age_band",
    "disability",
    "ethnicity_group",
    "gender",
]

NOT_UNDERSTOOD = "not understood"
"""Stands where a cell holds something that is no known code or word."""

AGE_BANDS = {4: "0-4", 9: "5-9", 15: "10-15", 17: "16-17"}
"""The oldest age of each band; older is `18+`."""

_OLDEST = 120
_NOT_KNOWN = frozenset(
    (
        *(
            "unknown",
            "not known",
            "not yet known",
            "not stated",
            "not recorded",
            "not stated recorded",
            "not given",
        ),
        *("not specified", "not disclosed", "not obtained", "prefer not to say", "refused", "declined"),
    )
)
_GENDERS = {
    "Male": ("male", "m", "boy", "man", "1"),
    "Female": ("female", "f", "girl", "woman", "2"),
    "Neither": (
        *(
            "neither",
            "indeterminate",
            "i",
            "x",
            "9",
            "9 not specified",
            "non binary",
            "nonbinary",
            "intersex",
            "other",
        ),
    ),
    "Not stated": ("u", "0", "unborn", *_NOT_KNOWN),
}
_GENDER = {word: kind for kind, words in _GENDERS.items() for word in words}
_NO = frozenset(
    (
        "no",
        "n",
        "false",
        "f",
        "0",
        "none",
        "no disability",
        "no disabilities",
        "not disabled",
        "no known disability",
    )
)
_YES = frozenset(("yes", "y", "true", "t", "1", "disabled", "has a disability"))
_IMPAIRMENTS = frozenset(  # the census's codes, and the words that stand for them
    (
        *("mob", "hand", "pc", "inc", "comm", "ld", "hear", "vis", "beh", "con", "aut", "dda", "mobility"),
        *("hand function", "personal care", "incontinence", "communication", "learning", "hearing", "vision"),
        *("behaviour", "consciousness", "autism", "autism asperger", "autism or asperger syndrome"),
        *("learning disability", "physical disability", "other disability", "other disabilities"),
        *("diagnosed with autism or asperger syndrome", "disabled under dda but not in other categories"),
    )
)
_UNDER_FIVE = frozenset(("unborn", "newborn", "new born", "under 5", "under five", "<5"))
_BAND = re.compile(
    r"(?:ages?d? ?)?(\d{1,3}) ?(?:[-\u2010-\u2015/]|to) ?(\d{1,3})(?: ?(?:years?|yrs?)(?: old)?)?"
)
_AND_OVER = re.compile(
    r"(?:aged? ?)?(\d{1,3}) ?(?:\+|plus|(?:years? |yrs? )?(?:and|or|&) (?:over|older|above))"
)
_OTHER_BAND = re.compile(r"(?:under|below|less than|over|<|>) ?\d{1,3}(?: ?(?:years?|yrs?))?")
_YEARS = re.compile(
    r"(?:aged? ?)?(-?\d{1,3})(?:\.\d+)?"
    r"(?: ?(?:years?|yrs?|y)(?: old| of age)?(?:,? ?(?:and |& )?\d{1,2} ?(?:months?|mths?|m))?)?"
)
_MONTHS = re.compile(r"(\d{1,4}) ?(days?|d|weeks?|wks?|w|months?|mths?|m)(?: old)?")
_IN_A_YEAR = {"d": 365, "w": 52, "m": 12}


def gender(values: pd.Series) -> pd.Series:
    """`Male`, `Female`, `Neither` or `Not stated`.

    Parameters
    ----------
    values : Series
        Text as it came.

    Returns
    -------
    Series
        Text under the same index: the kit's word, missing where blank, `NOT_UNDERSTOOD` otherwise.

    Examples
    --------
    >>> gender(pd.Series(["b) Female", "M", "9", "see notes", None])).fillna("").tolist()
    ['Female', 'Male', 'Neither', 'not understood', '']
    """
    return _each(values, _gender_of)


def ethnicity_group(values: pd.Series) -> pd.Series:
    """`White`, `Mixed`, `Asian`, `Black`, `Chinese`, `Other`, `Refused` or `Unknown`.

    Examples
    --------
    >>> ethnicity_group(pd.Series(["a) WBRI", "Black Caribbean", "White and Asian"])).tolist()
    ['White', 'Black', 'Mixed']
    """
    return _each(values, lambda word: group_of(_words(word)))


def disability(values: pd.Series) -> pd.Series:
    """`true` or `false`; missing also where the source says that it is not known.

    Any impairment of the children in need census (`MOB`, `LD`) is `true`, its `NONE` is `false`.
    """
    return _each(values, _disability_of)


def age_band(values: pd.Series) -> pd.Series:
    """The kit's age bands, from bands in any spelling and from ages.

    Bands of another scheme (`18-64`) stay as they are.

    Examples
    --------
    >>> age_band(pd.Series(["5 to 9", "10 years", "8 months", "65+"])).tolist()
    ['5-9', '10-15', '0-4', '65+']
    """
    return _each(values, _band_of)


def without_letter(word: str) -> str:
    """A folded code without the letter that Annex A writes before it: `a) Male` becomes `male`."""
    return re.sub(r"^\(?[a-z]{1,2}\d?\)\s*", "", folded(word))


def _each(values: pd.Series, meaning: Callable[[str], str | None]) -> pd.Series:
    """The meaning of every value, found once for each distinct one; an empty meaning is a blank."""
    text = values.astype("string")
    return text.map({word: _understood(word, meaning) for word in text.dropna().unique()}).astype("string")


def _understood(word: str, meaning: Callable[[str], str | None]) -> str | None:
    found = meaning(word)
    if found is None and folded(word) not in WORDS_FOR_NOTHING | {""}:
        return NOT_UNDERSTOOD
    return found or None


def _gender_of(word: str) -> str | None:
    plain = _words(word)
    code, _, rest = plain.partition(" ")
    if _GENDER.get(code) == _GENDER.get(rest):
        return _GENDER.get(plain, _GENDER.get(code))
    return _GENDER.get(plain)


def _disability_of(word: str) -> str | None:
    plain = _words(word)
    if plain in _NOT_KNOWN:
        return ""
    if plain in _NO:
        return "false"
    parts = [_words(part) for part in re.split(r"[,;|/+&]", word)]
    return "true" if plain in _YES or _impairment(plain) or all(map(_impairment, parts)) else None


def _impairment(words: str) -> bool:
    code, _, rest = words.partition(" ")
    return words in _IMPAIRMENTS or (code in _IMPAIRMENTS | _YES and rest in _IMPAIRMENTS)


def _band_of(word: str) -> str | None:
    plain = " ".join(tidy(word).casefold().split())
    if _words(plain) in _NOT_KNOWN:
        return ""
    if plain in _UNDER_FIVE:
        return _band(0)
    if found := _BAND.fullmatch(plain):
        return _named_band(word, youngest=int(found[1]), oldest=int(found[2]))
    if found := _AND_OVER.fullmatch(plain):
        return "18+" if int(found[1]) == max(AGE_BANDS) + 1 else tidy(word)
    if _OTHER_BAND.fullmatch(plain):
        return tidy(word)
    if found := _YEARS.fullmatch(plain):
        return _band(int(found[1]))
    found = _MONTHS.fullmatch(plain)
    return _band(int(found[1]) // _IN_A_YEAR[found[2][0]]) if found else None


def _named_band(word: str, *, youngest: int, oldest: int) -> str | None:
    if youngest > oldest:
        return None
    ours = f"{youngest}-{oldest}"
    return ours if ours in AGE_BANDS.values() else tidy(word)


def _band(age: int) -> str | None:
    if not -1 <= age <= _OLDEST:  # -1 is how systems write the age of a child not yet born
        return None
    return next((band for oldest, band in AGE_BANDS.items() if age <= oldest), "18+")


def _words(word: str) -> str:
    """Folded, without a code's letter, signs and brackets."""
    return " ".join(re.findall(r"[^\W_]+", without_letter(word).removesuffix(".0")))
