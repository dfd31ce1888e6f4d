"""Gender, ethnicity, disability and age as sources write them, in the kit's words.

Sources write Ofsted's Annex A codes, those of the children in need census and of SSDA903, the Office for
National Statistics' groups, or plain words. What stands in a cell and is none of these is `NOT_UNDERSTOOD`;
a blank cell stays missing. No function guesses from part of a sentence: every word must be known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import pandas as pd

from qaf_lib.intake.cells import WORDS_FOR_NOTHING, folded, tidy

_GROUPS = {"W": "White", "M": "Mixed", "A": "Asian", "B": "Black", "C": "Chinese", "O": "Other"}
_CENSUS_CODES = (  # Annex A's, then those of the school census, which systems hold too
    "WBRI WIRI WIRT WROM WOTH MWBC MWBA MWAS MOTH AIND APKN ABAN AOTH BCRB BAFR BOTH CHNE OOTH "
    "WCOR WENG WSCO WWEL WOWB WALB WBOS WCRO WGRE WGRK WGRC WITA WKOS WPOR WSER WTUR WTUK WTUC WEUR WEEU "
    "WWEU WOTW WROG WROR WROO MWAP MWAI MWAO MAOE MABL MACH MBOE MBCH MCOE MWOE MWCH MOTM AMPK AKPA AOPK "
    "AAFR AKAO ANEP ASNL ASLT ASRO ASNO AOTA BANN BCON BGHA BNGN BSLN BSOM BSUD BAOF BEUR BNAM BOTB CHKC "
    "CMAL CSNG CTWN COCH OAFG OARA OEGY OFIL OIRN OIRQ OJPN OKOR OKRD OLAM OLEB OLIB OMAL OMRC OPOL OTHA "
    "OVIE OYEM OOEG"
)
_OLDER_CODES = {
    "White": "a1 a2 a3 a4 a5",
    "Mixed": "b1 b2 b3 b4",
    "Asian": "c1 c2 c3 c4",
    "Black": "d1 d2 d3",
    "Chinese": "e1",
    "Other": "e2",
    "Refused": "e3 refu",
    "Unknown": "e4 e5 nobt",
}
_CODES = {code.lower(): _GROUPS[code[0]] for code in _CENSUS_CODES.split()} | {
    code: group for group, codes in _OLDER_CODES.items() for code in codes.split()
}


def _by_word(kinds: Mapping[str, str]) -> dict[str, str]:
    """The kind of each of its words."""
    return {word: kind for kind, words in kinds.items() for word in words.split(", ")}


_PHRASES = _by_word(
    {
        "Unknown": "unknown, not known, not stated, not recorded, not obtained, not yet obtained, not given, "
        "not specified, information not yet obtained, information not obtained, not yet known, not provided, "
        "to be confirmed, unborn, ethnicity not known, ethnicity unknown",
        "Refused": "refused, declined, information refused, prefer not to say, refused to say, "
        "not disclosed, declined to say, declined to state, does not wish to say",
    }
)
_GROUP_WORDS = _by_word(
    {
        "White": "white, gypsy, gypsies, roma, romany, traveller, travellers",
        "Mixed": "mixed, multiple, dual",
        "Asian": "asian, indian, pakistani, bangladeshi, kashmiri, nepali",
        "Black": "black, caribbean, african, somali",
        "Chinese": "chinese",
        "Other": "arab",
    }
)
_NATIONS = frozenset(("british", "english", "welsh", "scottish", "irish", "northern", "cornish", "european"))
_FILLING = frozenset(
    (
        *("any", "background", "backgrounds", "ethnic", "ethnicity", "group", "groups", "origin", "heritage"),
        *("descent", "minority", "and", "or", "of", "the", "including", "eastern", "western"),
    )
)
_BOTH_HEADED = re.compile(r"^chinese (or|and) (any )?other( ethnic)? group\s*")


NOT_UNDERSTOOD = "not understood"
"""Stands where a cell holds something that is no known code or word."""

AGE_BANDS = {4: "0-4", 9: "5-9", 15: "10-15", 17: "16-17"}
"""The oldest age of each band; older is `18+`."""

_OLDEST = 120
_NOT_KNOWN = (
    "unknown, not known, not yet known, not stated, not recorded, not stated recorded, not given, "
    "not specified, not disclosed, not obtained, prefer not to say, refused, declined"
)
_GENDER = _by_word(
    {
        "Male": "male, m, boy, man, 1",
        "Female": "female, f, girl, woman, 2",
        "Neither": "neither, indeterminate, i, x, 9, 9 not specified, non binary, nonbinary, intersex, other",
        "Not stated": f"u, 0, unborn, {_NOT_KNOWN}",
    }
)
_DISABILITY = _by_word(
    {
        "": _NOT_KNOWN,
        "false": "no, n, false, f, 0, none, no disability, no disabilities, not disabled, "
        "no known disability",
        "true": "yes, y, true, t, 1, disabled, has a disability",
    }
)
_IMPAIRMENTS = _by_word(  # the census's codes, and the words that stand for them
    {
        "true": "mob, hand, pc, inc, comm, ld, hear, vis, beh, con, aut, dda, mobility, hand function, "
        "personal care, incontinence, communication, learning, hearing, vision, behaviour, consciousness, "
        "autism, autism asperger, autism or asperger syndrome, learning disability, physical disability, "
        "other disability, other disabilities, diagnosed with autism or asperger syndrome, "
        "disabled under dda but not in other categories",
    }
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
    """`Male`, `Female`, `Neither` or `Not stated`."""
    return _each(values, _gender_of)


def ethnicity_group(values: pd.Series) -> pd.Series:
    """`White`, `Mixed`, `Asian`, `Black`, `Chinese`, `Other`, `Refused` or `Unknown`."""
    return _each(values, lambda word: _group_of(_words(word)))


def disability(values: pd.Series) -> pd.Series:
    """`true` or `false`; missing also where the source says that it is not known.

    Any impairment of the children in need census (`MOB`, `LD`) is `true`, its `NONE` is `false`.
    """
    return _each(values, _disability_of)


def age_band(values: pd.Series) -> pd.Series:
    """The kit's age bands, from bands in any spelling and ages; bands of another scheme (`18-64`) stay."""
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


def _group_of(plain: str) -> str | None:
    """The group of an ethnicity in lower case, words and figures alone; None where a word is not known."""
    if plain in _PHRASES:
        return _PHRASES[plain]
    first, _, rest = plain.partition(" ")
    last = plain.rpartition(" ")[2]
    for code, others in ((first, rest), (last, plain[: -len(last)])):
        if code in _CODES and (others.strip() in _PHRASES or _known(others.split())):
            return _CODES[code]
    if _BOTH_HEADED.match(plain):
        plain = _BOTH_HEADED.sub("", plain) or "other"
    return _by_words(plain.split())


def _known(words: list[str]) -> bool:
    return all(
        word in _GROUP_WORDS or word in _NATIONS or word in _FILLING or word == "other" for word in words
    )


def _by_words(words: list[str]) -> str | None:
    if not words or not _known(words):
        return None
    groups = {_GROUP_WORDS[word] for word in words if word in _GROUP_WORDS}
    if "Chinese" in groups:
        groups -= {"Asian"}
    if "Mixed" in groups or len(groups) > 1:
        return "Mixed"
    if groups:
        return groups.pop()
    if _NATIONS & set(words):
        return "White"
    return "Other" if "other" in words else None


def _disability_of(word: str) -> str | None:
    plain = _words(word)
    if plain in _DISABILITY:
        return _DISABILITY[plain]
    parts = [_words(part) for part in re.split(r"[,;|/+&]", word)]
    return "true" if _impairment(plain) or all(map(_impairment, parts)) else None


def _impairment(words: str) -> bool:
    code, _, rest = words.partition(" ")
    names_one = code in _IMPAIRMENTS or _DISABILITY.get(code) == "true"
    return words in _IMPAIRMENTS or (names_one and rest in _IMPAIRMENTS)


def _band_of(word: str) -> str | None:
    plain = " ".join(tidy(word).casefold().split())
    if _words(plain) in _NOT_KNOWN.split(", "):
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
