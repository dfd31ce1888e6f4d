"""Moderation against published figures and simulation.

Run from the repository root: python benchmarks/validation/moderation.py
"""

from __future__ import annotations

from math import sqrt

import numpy as np
import pandas as pd

from qaf_lib.analysis import Interval
from qaf_lib.analysis.coefficients import gwet_ac2, krippendorff_alpha
from qaf_lib.analysis.double_sampling import moderated_grades
from qaf_lib.analysis.leniency import auditor_leniency

TITLE = "Moderation: agreement, leniency and moderated grades"
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
    return [*published(), *double_sampling(rng), *leniency(rng)]


def published() -> list[dict[str, object]]:
    """Figures that others print."""
    ratings = pd.DataFrame([[None if grade == "-" else grade for grade in line] for line in OBSERVERS])
    five = list("12345")
    first = gwet_ac2(ratings=ratings, grades=five, weights="identity")
    alpha = krippendorff_alpha(ratings=ratings, grades=five, rng=np.random.default_rng(SEED))
    return [
        row("Gwet AC1", "irrCAC, cac.raw4raters", 12, first.estimate or 0, expected="0.77544"),
        row("Gwet AC1, low", "irrCAC, cac.raw4raters", 12, first.low or 0, expected="0.461"),
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


def leniency(rng: np.random.Generator, draws: int = 100) -> list[dict[str, object]]:
    """Error and coverage of each auditor's leniency, as found and with luck taken out."""
    found = []
    for between in (0.0, 0.3):
        for audits in (3, 8):
            errors: dict[str, list[float]] = {"leniency": [], "leniency_shrunk": []}
            held: dict[str, list[float]] = {"leniency": [], "leniency_shrunk": []}
            for _ in range(draws):
                pairs, truth = _auditors(rng, 10, audits, between)
                result = auditor_leniency(pairs=pairs, grades=GRADES, blind=True, table_id="t")
                for measure, gathered in errors.items():
                    lines = result[(result["measure"] == measure) & (result["row_key"] != "all")]
                    if lines["low"].isna().any():
                        continue
                    each = truth[[int(key) for key in lines["row_key"]]]
                    gathered += list((lines["estimate"].to_numpy(float) - each) ** 2)
                    low, high = (lines[end].to_numpy(float) for end in ("low", "high"))
                    held[measure] += list((low <= each) & (each <= high))
            setting = f"10 auditors, standard deviation {between:g} between them, {audits} audits each"
            for measure, name in (("leniency", "own mean"), ("leniency_shrunk", "shrunk")):
                squared = mean_row(f"leniency, {name}: squared error", setting, audits, errors[measure])
                found.append(squared)
                found.append(
                    mean_row(f"leniency, {name}: coverage", setting, audits, held[measure], expected="0.95")
                )
    return found


def _auditors(
    rng: np.random.Generator, auditors: int, audits: int, between: float
) -> tuple[pd.DataFrame, np.ndarray]:
    """Moderated audits: each auditor's chance of grading a step up follows his or her leniency."""
    truth = np.clip(rng.normal(0.2, between, auditors), -0.8, 0.8) if between else np.full(auditors, 0.2)
    spare = (1 - abs(truth)) / 4
    steps = [
        rng.choice(
            [-1, 0, 1], size=audits, p=[(s if t > 0 else s - t), 1 - 2 * s - abs(t), (s + t if t > 0 else s)]
        )
        for t, s in zip(truth, spare, strict=True)
    ]
    names = np.array(GRADES, dtype=object)
    return (
        pd.DataFrame(
            {
                "auditor": np.repeat([f"{place:02d}" for place in range(auditors)], audits),
                "audit_grade": names[2 + np.concatenate(steps)],
                "moderated_grade": "good",
            }
        ),
        truth,
    )


if __name__ == "__main__":
    print(pd.DataFrame(rows()).to_string(max_colwidth=60))
