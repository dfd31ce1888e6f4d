"""Coverage of intervals of agreement and of moderated shares in small samples."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import pandas as pd

from qaf_lib.analysis import Interval, gwet_ac2, krippendorff_alpha, moderated_grades
from qaf_lib.analysis.raters import quadratic_kappa
from validation._lines import SEED, SIZES, held, holds, line, with_warnings
from validation.moderation import BAND, GRADES, LENIENT, TRUE, lenient_audits

TITLE = "Small samples: agreement and moderated shares"
WORDS = (
    "As above, over five ways to agree: nearly by chance, half-way, well, lenient auditors, and one grade "
    "very common. The n is of moderated audits, and of all audits for the moderated share."
)
COMMON = np.array([0.05, 0.10, 0.80, 0.05])
LEVELS = (0.2, 0.5, 0.8)


def rows() -> list[dict[str, object]]:
    """Mean and lowest coverage by measure, setting and n."""
    return with_warnings([*coefficients(), *moderated()])


def _joints() -> list[np.ndarray]:
    """Joint tables: true grade by row, audit grade by column."""
    mixed = [level * np.diag(TRUE) + (1 - level) * np.outer(TRUE, TRUE) for level in LEVELS]
    return [*mixed, TRUE[:, None] * LENIENT, 0.6 * np.diag(COMMON) + 0.4 * np.outer(COMMON, COMMON)]


def _pairs(table: np.ndarray) -> pd.DataFrame:
    places = np.repeat(np.arange(table.size), table.ravel())
    names = np.array(GRADES, dtype=object)
    return pd.DataFrame({"audit_grade": names[places % 4], "moderated_grade": names[places // 4]})


def coefficients() -> list[dict[str, object]]:
    """Kappa, AC2 and alpha."""
    rng = np.random.default_rng([SEED, 21])
    methods: dict[str, tuple[Callable[[pd.DataFrame], Interval], int, str]] = {
        "kappa": (lambda pairs: quadratic_kappa(pairs=pairs, grades=GRADES), 1_000, "quadratic weights"),
        "ac2": (lambda pairs: gwet_ac2(ratings=pairs, grades=GRADES), 1_000, "ordinal weights"),
        "alpha": (
            lambda pairs: krippendorff_alpha(ratings=pairs, grades=GRADES, rng=rng),
            250,
            "ordinal, bootstrap",
        ),
    }
    found = []
    for measure, (method, draws, setting) in methods.items():
        crowds = [_pairs(np.rint(joint * 4_000).astype(int)) for joint in _joints()]
        truths_of = [float(method(crowd).estimate or 0) for crowd in crowds]
        for n in (*SIZES, 160) if measure == "alpha" else (*SIZES, 160, 320):
            truths = []
            for joint, truth in zip(_joints(), truths_of, strict=True):
                tables = rng.multinomial(n, joint.ravel(), size=draws).reshape(-1, 4, 4)
                truths.append(held([holds(method(_pairs(table)), truth) for table in tables]))
            found.append(line(measure, setting, n, truths))
    return found


def moderated(draws: int = 300) -> list[dict[str, object]]:
    """Moderated shares by double sampling: a fifth of every grade, or all low grades, moderated at random."""
    rng = np.random.default_rng([SEED, 22])
    designs = ((0.2,) * 4, (1.0, 1.0, 0.2, 0.2))
    mixes = (TRUE, np.array([0.05, 0.1, 0.6, 0.25]), np.array([0.3, 0.4, 0.2, 0.1]))
    found = []
    for n in SIZES:
        truths = []
        for design, mix in product(designs, mixes):
            truth = float(mix[2:].sum())
            hits = []
            for _ in range(draws):
                result = moderated_grades(
                    audits=lenient_audits(rng, n, design, mix), grades=GRADES, band=BAND, table_id="t"
                )
                band = result[result["row_key"] == "band"].set_index("measure").loc["moderated"]
                hits.append(band["mark"] != "" or band["low"] - 1e-9 <= truth <= band["high"] + 1e-9)
            truths.append(held(hits, counts=n * min(truth, 1 - truth) >= 3))
        found.append(line("moderated_share", "two designs, at least two of each grade moderated", n, truths))
    return found


if __name__ == "__main__":
    print(pd.DataFrame(rows()).to_string(max_colwidth=60))
