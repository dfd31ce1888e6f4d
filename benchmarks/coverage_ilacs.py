"""Share of draws whose 95% interval holds the truth, on 153 real authorities.

Run from the repository root: python benchmarks/coverage_ilacs.py [KEYS]
"""

from __future__ import annotations

import hmac
import sys
from hashlib import sha256
from math import sqrt
from pathlib import Path

import pandas as pd

from qaf_lib.analysis.stratified import stratified_share
from qaf_lib.sampling import allocate_sample, draw_sample
from qaf_lib.sampling.size import sample_size

SOURCE = Path(__file__).parents[1] / "data" / "ilacs" / "inspections_2025-03.csv"
GOOD_OR_BETTER = ("good", "outstanding")


def read_frame(source: Path = SOURCE) -> pd.DataFrame:
    """Authorities with their stratum (region) and whether they are good or better."""
    table = pd.read_csv(source, dtype="string")
    graded = table["overall_effectiveness"].isin(["inadequate", "requires improvement", *GOOD_OR_BETTER])
    table = table[graded]
    return pd.DataFrame(
        {
            "case_id": table["local_authority"],
            "stratum": table["region"].fillna("not recorded"),
            "counted": table["overall_effectiveness"].isin(GOOD_OR_BETTER).astype(bool),
        }
    ).reset_index(drop=True)


def random_numbers(case_ids: pd.Series, key: bytes) -> list[float]:
    """Permanent random numbers: 53 bits of a keyed hash of each case."""
    digests = (hmac.digest(key, case_id.encode(), sha256) for case_id in case_ids)
    return [(int.from_bytes(digest[:8], "big") >> 11) / 2**53 for digest in digests]


def simulate(frame: pd.DataFrame, keys: int) -> pd.DataFrame:
    """One row per key: estimate, interval, and whether it holds the truth."""
    populations = frame.groupby("stratum").size()
    sizes = allocate_sample(
        populations=populations, total=sample_size(population=len(frame), margin_of_error=0.10)
    )
    starts = pd.Series(0.0, index=sizes.index)
    truth = frame["counted"].mean()
    rows = []
    for key in range(keys):
        numbered = frame.assign(prn=random_numbers(frame["case_id"], f"key {key}".encode()))
        cases = draw_sample(frame=numbered, sizes=sizes, starts=starts).cases
        drawn = cases[cases["state"] == "selected"].merge(frame[["case_id", "counted"]], on="case_id")
        table = drawn.groupby("stratum")["counted"].agg(n="size", x="sum").reset_index()
        table["population"] = table["stratum"].map(populations)
        found = stratified_share(table=table)
        rows.append((found.estimate, found.low, found.high, found.low <= truth <= found.high))
    return pd.DataFrame(rows, columns=["estimate", "low", "high", "holds"])


def main(keys: int) -> None:
    frame = read_frame()
    draws = simulate(frame, keys)
    held = draws["holds"].mean()
    error = sqrt(held * (1 - held) / keys)
    print(f"authorities {len(frame)}, good or better {frame['counted'].mean():.4f}, draws {keys}")
    print(f"intervals that hold the truth: {held:.1%} (Monte Carlo error {error:.1%})")
    width = (draws["high"] - draws["low"]).mean()
    print(f"mean width {width:.3f}, mean estimate {draws['estimate'].mean():.4f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
