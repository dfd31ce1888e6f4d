"""Moderation against published figures and simulation.

Run from the repository root: python benchmarks/validation/moderation.py
"""

from __future__ import annotations

from math import sqrt

import numpy as np
import pandas as pd

from qaf_lib.analysis import Interval, krippendorff_alpha, moderated_grades

TITLE = "Moderation: agreement and moderated grades"
WORDS = (
    "Bias is the mean estimate less the truth. Auditors are lenient: see the naive rows. The last column but "
    "one is the simulation's own error (one standard error)."
)
SEED = 20261122
GRADES = ["inadequate", "requires improvement", "good", "outstanding"]
BAND = ["good", "outstanding"]
TRUE = np.array([0.10, 0.30, 0.45, 0.15])
# an audit grade by row of the true grade: auditors who are lenient by a grade now and then
LENIENT = np.array(
    [[0.60, 0.40, 0.00, 0.00], [0.05, 0.60, 0.35, 0.00], [0.00, 0.05, 0.75, 0.20], [0.00, 0.00, 0.20, 0.80]]
)
OBSERVERS = [
    "11-1", "2232", "3333", "3333", "2222", "1234", "4444", "1121", "2222", "-555", "--11", "--3-",
]  # fmt: skip


def row(method: str, setting: str, n: int, figure: float, **more: object) -> dict[str, object]:
    """One line of the validation page; a figure without chance has no Monte Carlo error."""
    empty = {"true_value": None, "monte_carlo_error": None, "expected": ""}
    return {"method": method, "setting": setting, "n": n, "figure": float(figure), **empty, **more}


def mean_row(method: str, setting: str, n: int, values: list[float], **more: object) -> dict[str, object]:
    """A mean over repetitions, with its Monte Carlo error."""
    found = np.asarray(values, dtype=float)
    error = float(found.std(ddof=1) / sqrt(len(found)))
    return row(method, setting, n, found.mean(), monte_carlo_error=error, **more)


def holds(found: Interval, truth: float) -> bool:
    """Whether an interval holds the truth; one without limits rules nothing out."""
    return found.low is None or found.high is None or found.low <= truth <= found.high


def rows() -> list[dict[str, object]]:
    """Published figures, coverage, bias and the naive figures beside the right ones."""
    rng = np.random.default_rng(SEED)
    return [*published(), *double_sampling(rng)]


def published() -> list[dict[str, object]]:
    """Figures that others print."""
    ratings = pd.DataFrame([[None if grade == "-" else grade for grade in line] for line in OBSERVERS])
    five = list("12345")
    alpha = krippendorff_alpha(ratings=ratings, grades=five, rng=np.random.default_rng(SEED))
    return [
        row("ordinal alpha", "Krippendorff 2011, section E", 12, alpha.estimate or 0, expected="0.815"),
    ]


def double_sampling(rng: np.random.Generator, draws: int = 200) -> list[dict[str, object]]:
    """Bias and coverage of the moderated share, and the naive figures, under two ways to moderate."""
    truth = float(TRUE[2:].sum())
    shares = {
        "a fifth of every grade": (0.2,) * 4,
        "all low grades, a fifth of high ones": (1.0, 1.0, 0.2, 0.2),
    }
    found = []
    for setting, share in shares.items():
        for n in (20, 40, 80, 200):
            estimates, audited, plain = [], [], []
            for _ in range(draws):
                audits = lenient_audits(rng, n, share)
                result = moderated_grades(audits=audits, grades=GRADES, band=BAND, table_id="t")
                line = result[result["row_key"] == "band"].set_index("measure").loc["moderated"]
                estimates.append(float(line["estimate"]) - truth)
                audited.append(float(audits["audit_grade"].isin(BAND).mean()) - truth)
                plain.append(float(audits["moderated_grade"].dropna().isin(BAND).mean()) - truth)
            settled = {"true_value": truth, "expected": "0"}
            found += [
                mean_row("moderated share: bias", setting, n, estimates, **settled),
                mean_row("audit grades alone (naive): bias", setting, n, audited, **settled),
                mean_row("mean of moderated grades (naive): bias", setting, n, plain, **settled),
            ]
    return found


def lenient_audits(
    rng: np.random.Generator, n: int, share: tuple[float, ...], mix: np.ndarray = TRUE
) -> pd.DataFrame:
    """Audits of which a share by audit grade, at least two where there are two, was moderated at random."""
    true = rng.choice(4, size=n, p=mix)
    audit = (rng.random(n)[:, None] > LENIENT[true].cumsum(axis=1)).sum(axis=1)
    moderated = np.zeros(n, dtype=bool)
    for grade in range(4):
        cases = np.flatnonzero(audit == grade)
        count = min(len(cases), max(2, int(np.ceil(share[grade] * len(cases)))))
        moderated[rng.permutation(cases)[:count]] = True
    names = np.array(GRADES, dtype=object)
    return pd.DataFrame(
        {
            "audit_grade": names[audit],
            "moderated_grade": np.where(moderated, names[true], None),
            "why": np.where(moderated, "random", None),
        }
    )


if __name__ == "__main__":
    print(pd.DataFrame(rows()).to_string(max_colwidth=60))
