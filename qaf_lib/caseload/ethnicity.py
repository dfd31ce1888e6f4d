"""Ethnicity as sources write it, brought to the groups of Annex A: codes, census groups and plain words."""

from __future__ import annotations

import re

__all__ = ["group_of"]

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
_PHRASES = {
    **dict.fromkeys(
        (
            *(
                "unknown",
                "not known",
                "not stated",
                "not recorded",
                "not obtained",
                "not yet obtained",
                "not given",
            ),
            *("information not yet obtained", "information not obtained", "not specified", "not yet known"),
            *("not provided", "to be confirmed", "unborn", "ethnicity not known", "ethnicity unknown"),
        ),
        "Unknown",
    ),
    **dict.fromkeys(
        (
            *(
                "refused",
                "declined",
                "information refused",
                "prefer not to say",
                "refused to say",
                "not disclosed",
            ),
            *("declined to say", "declined to state", "does not wish to say"),
        ),
        "Refused",
    ),
}
_WORDS = {
    "White": "white gypsy gypsies roma romany traveller travellers",
    "Mixed": "mixed multiple dual",
    "Asian": "asian indian pakistani bangladeshi kashmiri nepali",
    "Black": "black caribbean african somali",
    "Chinese": "chinese",
    "Other": "arab",
}
_GROUP_WORDS = {word: group for group, words in _WORDS.items() for word in words.split()}
_NATIONS = frozenset(("british", "english", "welsh", "scottish", "irish", "northern", "cornish", "european"))
_FILLING = frozenset(
    (
        *("any", "background", "backgrounds", "ethnic", "ethnicity", "group", "groups", "origin", "heritage"),
        *("descent", "minority", "and", "or", "of", "the", "including", "eastern", "western"),
    )
)
_BOTH_HEADED = re.compile(r"^chinese (or|and) (any )?other( ethnic)? group\s*")


def group_of(plain: str) -> str | None:
    """The group of an ethnicity in lower case, words and figures alone; None where a word is not known.

    Examples
    --------
    >>> group_of("wbri"), group_of("mixed white and asian"), group_of("mother is white")
    ('White', 'Mixed', None)
    """
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
