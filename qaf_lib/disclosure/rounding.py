"""Counts rounded to the nearest 5 before anybody outside the council sees them."""

from __future__ import annotations

__all__ = ["BASE", "SMALL", "could_be", "rounded"]

BASE = 5
"""Published counts are multiples of this; in linked tables the odd base leaves each the same room."""

SMALL = range(1, 5)
"""True counts that nobody outside may work out."""


def rounded(count: int) -> int:
    """A count to the nearest 5: 0, 1 and 2 become 0.

    Parameters
    ----------
    count : int
        People or things counted; no two published counts may count the same one twice.

    Returns
    -------
    int
        A multiple of 5, at most 2 away. A published count stays as it is when it is rounded again.

    Raises
    ------
    ValueError
        If `count` is below 0.

    References
    ----------
    Higher Education Statistics Agency, Rounding and suppression to anonymise statistics: the standard
    rounding methodology,
    https://www.hesa.ac.uk/about/regulation/data-protection/rounding-and-suppression-anonymise-statistics.

    Examples
    --------
    >>> [rounded(count) for count in (0, 2, 3, 7, 8, 12)]
    [0, 0, 5, 5, 10, 10]
    """
    if count < 0:
        raise ValueError(f"a count is not below 0; got {count}")
    return BASE * ((count + BASE // 2) // BASE)


def could_be(published: int) -> range:
    """True counts that a published count may stand for.

    Raises
    ------
    ValueError
        If `published` is no multiple of 5 from 0 up.

    References
    ----------
    As for `rounded`.

    Examples
    --------
    >>> list(could_be(0)), list(could_be(5))
    ([0, 1, 2], [3, 4, 5, 6, 7])
    """
    if published < 0 or published % BASE:
        raise ValueError(f"a published count is a multiple of {BASE} from 0 up; got {published}")
    return range(max(published - BASE // 2, 0), published + BASE // 2 + 1)
