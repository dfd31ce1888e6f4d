"""Size of the test of stratified samples of grades."""

from __future__ import annotations

import numpy as np
import pandas as pd

from qaf_lib.analysis import van_elteren
from validation.sizes import DRAWS, MIX, SEED, simulated

TITLE = "Sizes of the tests: stratified samples"
WORDS = "As above, over three strata of different level."
GRADES = list("1234")


def rows() -> list[dict[str, object]]:
    """Van Elteren's test, by n in each sample."""
    return van_elteren_sizes(np.random.default_rng([SEED, 31]))


def van_elteren_sizes(rng: np.random.Generator) -> list[dict[str, object]]:
    """Van Elteren over three strata of different level."""
    names = np.array(GRADES, dtype=object)
    levels = {"a": MIX, "b": MIX[::-1], "c": np.array([0.25, 0.25, 0.25, 0.25])}
    found = []
    for n in (30,):
        claims = []
        for _ in range(DRAWS):
            samples = [
                pd.DataFrame(
                    {
                        "team": np.repeat(list(levels), n // 3),
                        "grade": np.concatenate(
                            [rng.choice(names, n // 3, p=mix) for mix in levels.values()]
                        ),
                    }
                )
                for _ in range(2)
            ]
            test = van_elteren(before=samples[0], after=samples[1], stratum="team", grades=GRADES)
            claims.append(float(test.p or 0) <= 0.05)
        found.append(
            simulated("van Elteren", "offered", "three strata alike in size", f"{n} in each", claims)
        )
    return found


if __name__ == "__main__":
    print(pd.DataFrame(rows()).to_string(max_colwidth=60))
