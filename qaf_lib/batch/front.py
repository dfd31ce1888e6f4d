"""The front page of an edition: headlines first, then what to open, what failed and what changed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from qaf_lib.batch.page import Link, render

__all__ = ["front_page"]

RELATIVE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_./ -]*(#[A-Za-z0-9_-]+)?\Z")


def front_page(
    *,
    title: str,
    council: str,
    period: str,
    mark: str,
    banner: str = "",
    headlines: Sequence[str] = (),
    decisions: Sequence[str] = (),
    links: Sequence[tuple[str, str, str]] = (),
    failed: Sequence[str] = (),
    changes: Sequence[str] = (),
    provenance: Mapping[str, str] | None = None,
    edition: int | None = None,
) -> str:
    """The page a reader opens first.

    Parameters
    ----------
    title, council, period, mark : str
        Words of the header; mark is the protective marking, "" for none.
    banner : str
        A line above everything, such as that the figures are synthetic.
    headlines, decisions : sequence of str
        What the period showed; what leaders are asked to decide.
    links : sequence of (address, label, description)
        Pages of the edition, by relative address.
    failed, changes : sequence of str
        What could not be produced; what differs from the last edition.
    provenance : mapping of str to str, optional
        What the edition was made from.
    edition : int, optional
        The number of the edition that the page names.

    Raises
    ------
    ValueError
        If an address is not relative.
    """
    for address, _, _ in links:
        if not RELATIVE.match(address) or ".." in address.split("/"):
            raise ValueError(f"links of the front page are relative and stay below it; got {address!r}")
    return render(
        "front.html.j2",
        title=title,
        subtitle=f"{council}, {period}",
        mark=mark,
        banner=banner,
        headlines=headlines,
        decisions=decisions,
        links=[Link(*link) for link in links],
        failed=failed,
        changes=changes,
        provenance=provenance or {},
        edition=edition,
    )
