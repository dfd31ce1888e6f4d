"""Four successive draws of 60 from a caseload of 3,000 that changes by a fifth every quarter.

Counts the cases that are drawn twice, and how far each case's chance is from n/N. Strata are of
one size here, so that n/N is every case's chance; where a minimum per stratum bites, a case's
chance is its stratum's n_h/N_h, and its weight follows.

Run from the repository root: python benchmarks/successive_draws.py [KEYS]
"""

from __future__ import annotations

import sys
from math import sqrt

import numpy as np
import pandas as pd

from qaf_lib.sampling import allocate_sample, draw_sample

STRATA, CASES_EACH, SAMPLE, QUARTERS, CHURN = 30, 100, 60, 4, 0.2


def changing_caseload(rng: np.random.Generator) -> pd.DataFrame:
    """Every case with its stratum and the first and last quarter in which it is open."""
    spans = []
    for stratum in range(STRATA):
        opened = np.zeros(CASES_EACH, dtype=int)
        for quarter in range(1, QUARTERS):
            leaving = rng.choice(CASES_EACH, size=int(CHURN * CASES_EACH), replace=False)
            spans += [(stratum, first, quarter - 1) for first in opened[leaving]]
            opened[leaving] = quarter
        spans += [(stratum, first, QUARTERS - 1) for first in opened]
    cases = pd.DataFrame(spans, columns=["stratum", "first", "last"])
    cases["stratum"] = cases["stratum"].map("team {:02d}".format)
    return cases.assign(case_id=[f"case {number:05d}" for number in range(len(cases))])


def simulate(cases: pd.DataFrame, keys: int) -> tuple[np.ndarray, int]:
    """Times each case is drawn in each quarter over all keys, and how often one is drawn again."""
    drawn = np.zeros((len(cases), QUARTERS), dtype=int)
    again = 0
    for key in range(keys):
        numbered = cases.assign(prn=np.random.default_rng(key).random(len(cases)))
        starts = pd.Series(0.0, index=sorted(cases["stratum"].unique()))
        seen: set[str] = set()
        for quarter in range(QUARTERS):
            frame = numbered[(numbered["first"] <= quarter) & (quarter <= numbered["last"])]
            sizes = allocate_sample(populations=frame.groupby("stratum").size(), total=SAMPLE)
            draw = draw_sample(frame=frame, sizes=sizes, starts=starts)
            starts = draw.strata.set_index("stratum")["next_start"]
            chosen = draw.cases["case_id"]
            again += len(seen & set(chosen))
            seen |= set(chosen)
            drawn[cases["case_id"].isin(chosen), quarter] += 1
    return drawn, again


def main(keys: int) -> None:
    cases = changing_caseload(np.random.default_rng(2026))
    drawn, again = simulate(cases, keys)
    due = SAMPLE / (STRATA * CASES_EACH)
    print(f"{keys} keys, {QUARTERS} draws of {SAMPLE} from {STRATA * CASES_EACH}: n/N = {due:.4f} a draw")
    print(f"cases drawn again: {again}")
    for quarter in range(QUARTERS):
        for first in range(quarter + 1):
            group = ((cases["first"] == first) & (cases["last"] >= quarter)).to_numpy()
            chance = drawn[group, quarter].mean() / keys
            error = sqrt(due * (1 - due) / keys / group.sum())
            print(
                f"draw {quarter + 1}, cases open since quarter {first + 1}: {chance / due - 1:+.1%} from n/N "
                f"(Monte Carlo error {error / due:.1%})"
            )
    stayed = ((cases["first"] == 0) & (cases["last"] == QUARTERS - 1)).to_numpy()
    times = drawn[stayed].sum(axis=1)
    expected = QUARTERS * due
    error = sqrt(expected * (1 - expected) / keys)
    print(
        f"cases open throughout ({stayed.sum()}): mean chance {times.mean() / keys:.4f}, due {expected:.4f}"
    )
    print(
        f"single cases spread {times.std() / keys / expected:.1%} around it; "
        f"Monte Carlo error alone would spread them {error / expected:.1%}"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
