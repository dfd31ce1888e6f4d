"""Regions of England: published judgements, and what rounded figures alone would have told of them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from qaf_lib.analysis.pooling import pooled_councils
from qaf_lib.disclosure import rounded
from qaf_lib.disclosure.rounding import BASE

TITLE = "Regions of England, pooled from judgements and from rounded counts"
WORDS = """\
A worked example on published data, whose truth is known: the share of each region's authorities whose last
judgement of overall effectiveness was good or better on 3 March 2025 (data/ilacs; one authority has no
readable judgement). All authorities are in it, so `share` is exact of these authorities. What it cannot say:
judgements were published from 2020 to 2025 after two forms of inspection, an authority's judgement is no
sample of its case files, and no interval is about the authorities as they stand: each is about what
authorities of such a region are usually judged. Beside it stands what counts rounded to the nearest 5 would
have told."""

ILACS = Path(__file__).resolve().parents[2] / "data" / "ilacs"
GOOD = ("outstanding", "good")
SCALE = ("outstanding", "good", "requires improvement", "inadequate")


def judgements() -> pd.DataFrame:
    """Authorities of each region by overall judgement; one without a readable one counts nowhere."""
    regions = pd.read_csv(ILACS / "regions.csv").set_index("team_id")["name"]
    authorities = pd.read_csv(ILACS / "inspections_2025-03.csv")
    known = authorities[authorities["overall_effectiveness"].isin(SCALE)]
    known = known.assign(council=known["region"].map(regions)).dropna(subset="council")
    cells = pd.MultiIndex.from_product([sorted(known["council"].unique()), SCALE], names=["council", "grade"])
    counted = known.groupby(["council", "overall_effectiveness"]).size().reindex(cells, fill_value=0)
    return (
        counted.rename("count")
        .reset_index()
        .assign(inside=lambda table: table["grade"].isin(GOOD), design_effect=1.0)
    )


def rows() -> list[dict[str, object]]:
    """Regions of England: the judgements, and partly pooled shares from them as they are and from rounded."""
    true = judgements()
    told = true.assign(count=true["count"].map(rounded))
    exact, coarse = (
        pooled_councils(counts=counts, step=step, table_id="t").set_index(["row_key", "measure"])
        for counts, step in ((true, 1), (told, BASE))
    )
    return [
        {
            "region of England": name,
            "good or better": f"{int(rows.loc[rows['inside'], 'count'].sum())} of {int(rows['count'].sum())}",
            "share": float(rows.loc[rows["inside"], "count"].sum() / rows["count"].sum()),
            "partly pooled, as judged": _interval(exact.loc[(name, "partly_pooled")]),
            "partly pooled, from rounded counts": _interval(coarse.loc[(name, "partly_pooled")]),
        }
        for name, rows in true.groupby("council")
    ]


def _interval(found: pd.Series) -> str:
    return f"{found['estimate']:.2f} ({found['low']:.2f} to {found['high']:.2f})"
