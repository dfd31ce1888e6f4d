"""The phases of a series: where it was rebased by hand, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

__all__ = ["phase_numbers"]


def phase_numbers(*, labels: Sequence[str], rebases: Mapping[str, str] | None = None) -> list[int]:
    """Phase of each point, counted from 1: a rebase starts the next one.

    A series is rebased by hand only, where the process is known to have changed, and the reason
    is written down. A chart never rebases itself: that would hide the change it is to show.

    Parameters
    ----------
    labels : sequence of str
        Labels of the points in time order, none twice.
    rebases : mapping of str to str or None
        Label of the first point of a new phase, and the reason for it.

    Returns
    -------
    list of int
        One number per point.

    Raises
    ------
    ValueError
        If a label is repeated, or a rebase names no later point or gives no reason.

    References
    ----------
    NHS England (2022). Making Data Count: strengthening your decisions (when to recalculate limits).

    Examples
    --------
    >>> phase_numbers(labels=["Q1", "Q2", "Q3"], rebases={"Q3": "new audit tool"})
    [1, 1, 2]
    """
    if len(set(labels)) < len(labels):
        raise ValueError("every point of a series must have a label of its own")
    given = rebases or {}
    strangers = [label for label in given if label not in labels[1:]]
    if strangers:
        raise ValueError(f"a rebase must name a point after the first; got {strangers}")
    if not all(isinstance(reason, str) and reason.strip() for reason in given.values()):
        raise ValueError("every rebase must give its reason")
    numbers: list[int] = []
    for label in labels:
        numbers.append((numbers[-1] if numbers else 1) + (label in given))
    return numbers
