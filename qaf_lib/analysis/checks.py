"""What the analyses ask of their input, each rule once; what breaks one is an `InputError`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from qaf_lib.errors import InputError
from qaf_lib.sampling.checks import check_columns


def check_part(x: int, n: int) -> None:
    """A count and the count that it is a part of."""
    if not 0 <= x <= n or x % 1 or n % 1:
        raise InputError(f"x must be a count from 0 to n; got {x} of {n}")


def check_parts(table: pd.DataFrame, columns: Sequence[str], name: str) -> None:
    """Whole counts in every row, none missing, each a part of the next column's."""
    check_columns(columns, **{name: table})
    counts = table[list(columns)].astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    whole = (counts >= 0).all() and (counts % 1 == 0).all()
    if not whole or (counts[:, :-1] > counts[:, 1:]).any():
        rule = ", ".join(f"{part} at most {of}" for part, of in pairwise(columns))
        raise InputError(f"{name} must hold whole counts{f', {rule}' if rule else ''} in every row")


def check_on_scale(values: pd.Series | pd.DataFrame, grades: Sequence[str], least: int = 1) -> None:
    """A scale of so many grades, each once, and no grade that is not on it."""
    if len(grades) < least or len(set(grades)) < len(grades):
        raise InputError(f"the scale must have at least {least} grades, each once; got {list(grades)}")
    strangers = int((values.notna() & ~values.isin(list(grades))).to_numpy().sum())
    if strangers:
        raise InputError(f"{strangers} grades are not on the scale {list(grades)}")


def check_band(band: Collection[str], grades: Collection[str] | None = None) -> None:
    """At least one grade, and none that is off the scale."""
    if grades is None and not band:
        raise InputError("band must name at least one grade")
    if grades is not None and (not band or not set(band) <= set(grades)):
        raise InputError(f"band must name grades of the scale {list(grades)}")


def check_strata(strata: pd.DataFrame, responses: pd.DataFrame | None = None) -> None:
    """One row per stratum with its population, and a stratum for every response."""
    check_parts(strata, ["population"], "strata")
    check_columns(["stratum"], strata=strata)
    if strata["stratum"].isna().any() or strata["stratum"].duplicated().any():
        raise InputError("strata must have one row per stratum")
    if responses is None:
        return
    check_columns(["stratum"], responses=responses)
    if not responses["stratum"].isin(strata["stratum"]).all():
        raise InputError("every response must have a stratum that strata names")


def check_room(responses: pd.DataFrame, strata: pd.DataFrame) -> None:
    """No stratum with more responses than its population."""
    drawn = responses.groupby("stratum", observed=True).size()
    if (drawn > strata.set_index("stratum")["population"].reindex(drawn.index)).any():
        raise InputError("a stratum has more responses than its population")


def ranks_of(pairs: pd.DataFrame, columns: Sequence[str], grades: Sequence[str]) -> npt.NDArray[np.int64]:
    """Places on the scale, 0 the worst, of the rows that have every grade: one row per column."""
    check_columns(columns, pairs=pairs)
    graded = pairs[list(columns)].dropna()
    check_on_scale(graded, grades)
    rank = {grade: place for place, grade in enumerate(grades)}
    return np.array([graded[name].map(rank).to_numpy(dtype=np.int64) for name in columns])
