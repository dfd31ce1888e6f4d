"""Dip samples: a random part of the audited cases, drawn again for moderation or a second look."""

from __future__ import annotations

import pandas as pd

from qaf_lib.sampling.draw import draw_sample

__all__ = ["dip_sample"]


def dip_sample(*, audited: pd.DataFrame, sizes: pd.Series, starts: pd.Series) -> pd.DataFrame:
    """Draw some of the audited cases of each group, with weights for both draws.

    The groups may be the audit's grades: a grade may be looked at more closely than the others, and
    the weights keep estimates right, as long as some of every grade are drawn at random.

    Parameters
    ----------
    audited : DataFrame
        `case_id`, `group` (for example the audit's grade), `prn` (uniform random number in [0, 1),
        made for this purpose) and `weight` (cases that the audited case stands for).
    sizes : Series
        Cases to draw (counts), one per group; it names every group of the audited cases.
    starts : Series
        Number after which each group's draw starts, in [0, 1), one per group.

    Returns
    -------
    DataFrame
        The drawn cases: `case_id`, `group`, `dip_probability` (fraction, given that it was audited)
        and `weight` (audit weight over dip probability).

    Raises
    ------
    ValueError
        As `draw_sample`, and if a weight is missing or below 0.

    References
    ----------
    Cochran, W. G. (1977). Sampling Techniques, 3rd ed., Wiley, section 12.2 (double sampling).

    Examples
    --------
    >>> audited = pd.DataFrame({"case_id": list("abcd"), "prn": [0.4, 0.1, 0.3, 0.9], "weight": 5.0}).assign(
    ...     group=["good", "good", "good", "inadequate"]
    ... )
    >>> dipped = dip_sample(
    ...     audited=audited,
    ...     sizes=pd.Series({"good": 1, "inadequate": 1}),
    ...     starts=pd.Series({"good": 0.0, "inadequate": 0.0}),
    ... )
    >>> dipped[["case_id", "weight"]].to_numpy().tolist()
    [['b', 15.0], ['d', 5.0]]
    """
    if not (audited["weight"] >= 0).all():
        raise ValueError("every audited case needs a weight of at least 0")
    frame = audited[["case_id", "prn"]].assign(stratum=audited["group"])
    drawn = draw_sample(frame=frame, sizes=sizes, starts=starts).cases
    first = drawn["case_id"].map(audited.set_index("case_id")["weight"]).astype("float64")
    return pd.DataFrame(
        {
            "case_id": drawn["case_id"],
            "group": drawn["stratum"],
            "dip_probability": drawn["inclusion_probability"],
            "weight": first / drawn["inclusion_probability"],
        }
    )
