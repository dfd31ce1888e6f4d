"""Time of a stratified draw with weights, against pandas' groupby().sample in the same run.

One million cases in 50 strata of uneven size, 1% drawn; then 100,000 to 10,000,000 cases for the
growth of the time. `draw_sample` checks the frame, draws by permanent random numbers and gives the
weight of every drawn case; `groupby().sample` draws at random, checks nothing and gives no weights.
`every_case` adds the cases that were not selected, each with its place in the order of draw.

Run from the repository root: python benchmarks/draw_speed.py [REPEATS]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from itertools import pairwise
from math import log

import numpy as np
import pandas as pd

from qaf_lib.sampling import draw_sample, every_case

STRATA, SHARE = 50, 0.01
GROWTH = (10**5, 10**6, 10**7)
AS_TEXT = "strata as text"


def make_frame(cases: int, seed: int = 2026) -> pd.DataFrame:
    """A frame with case references and strata as text, and a random number for each case."""
    rng = np.random.default_rng(seed)
    names = pd.array([f"team {code:02d}" for code in range(STRATA)], dtype="string")
    codes = rng.choice(STRATA, size=cases, p=rng.dirichlet(np.full(STRATA, 3.0)))
    case_ids = pd.array([f"case {number:08d}" for number in range(cases)], dtype="string")
    return pd.DataFrame({"case_id": case_ids, "stratum": names.take(codes), "prn": rng.random(cases)})


def best_times(calls: dict[str, Callable[[], object]], repeats: int) -> dict[str, float]:
    """Best time of each call in seconds, the calls taking turns so that they share the machine's moods."""
    best = dict.fromkeys(calls, float("inf"))
    for _ in range(repeats):
        for name, call in calls.items():
            began = time.perf_counter()
            call()
            best[name] = min(best[name], time.perf_counter() - began)
    return best


def calls_for(frame: pd.DataFrame) -> dict[str, Callable[[], object]]:
    populations = frame["stratum"].value_counts().sort_index()
    sizes = (populations * SHARE).round().astype("int64").clip(lower=1)
    at = {"frame": frame, "sizes": sizes, "starts": pd.Series(0.3, index=sizes.index)}
    draw = draw_sample(**at)
    return {
        "groupby().sample": lambda: frame.groupby("stratum", observed=True).sample(
            frac=SHARE, random_state=1
        ),
        "draw_sample": lambda: draw_sample(**at),
        "every_case": lambda: every_case(frame=frame, draw=draw),
    }


def kinds_of(frame: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The frame with its text held in other ways; the first two hold it in Arrow, if that is there."""
    names = ["case_id", "stratum"]
    return {
        AS_TEXT: frame,
        "strata as category": frame.astype({"stratum": "category"}),
        "text as pandas makes it": frame.assign(**{name: frame[name].tolist() for name in names}),
        "text as Python objects": frame.astype(dict.fromkeys(names, "object")),
    }


def main(repeats: int) -> None:
    print(
        f"pandas {pd.__version__}, numpy {np.__version__}, text held as {make_frame(50)['stratum'].dtype!r}"
    )
    grown: dict[int, float] = {}
    for cases in GROWTH:
        frame = make_frame(cases)
        for kind, table in (kinds_of(frame) if cases == 10**6 else {AS_TEXT: frame}).items():
            calls = calls_for(table)
            if cases > 10**6:
                del calls["every_case"]
            best = best_times(calls, repeats if cases <= 10**6 else 3)
            for name, seconds in best.items():
                ratio = seconds / best["groupby().sample"]
                print(f"{cases:>10,} cases, {kind}, {name}: {seconds * 1000:,.1f} ms, ratio {ratio:.2f}")
            if kind == AS_TEXT:
                grown[cases] = best["draw_sample"]
    for few, many in pairwise(GROWTH):
        limit = many * log(many) / (few * log(few))
        print(
            f"{few:,} to {many:,}: time grows {grown[many] / grown[few]:.1f} times; n log n {limit:.1f} times"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
