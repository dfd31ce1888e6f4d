"""Naive figures beside right ones, on populations whose truth is known."""

from __future__ import annotations

import numpy as np
import pandas as pd

from qaf_lib.analysis import moderated_grades
from qaf_lib.analysis.stratified import stratified_share
from qaf_lib.sampling import allocate_sample, draw_sample
from validation.coverage import coverage_line, default, wald
from validation.moderation import BAND, GRADES, TRUE, lenient_audits
from validation.reaudit import lowest_three_again

TITLE = "Naive beside right"
WORDS = (
    "The four ways to go wrong that audits most often take, each beside what the kit does, with the truth. "
    "Figures are means over simulated draws, with the simulation's own error (one standard error); the "
    "interval is enumerated."
)
SEED = 20261122


def rows() -> list[dict[str, object]]:
    """What the naive figure says, what the right one says, and the truth."""
    rng = np.random.default_rng(SEED)
    return [*_wald(), *_minimum_per_stratum(rng), _lenient(rng), *_lowest_three(rng)]


def _row(
    what: str, naive: tuple[str, list[float]], right: tuple[str, list[float]], truth: float
) -> dict[str, object]:
    return {
        "what is asked": what,
        "naive way": naive[0],
        "naive figure": float(np.mean(naive[1])),
        "naive error": _error(naive[1]),
        "right way": right[0],
        "right figure": float(np.mean(right[1])),
        "right error": _error(right[1]),
        "truth": truth,
    }


def _error(figures: list[float]) -> float | None:
    return float(np.std(figures, ddof=1) / np.sqrt(len(figures))) if len(figures) > 1 else None


def _wald() -> list[dict[str, object]]:
    """Coverage of two intervals where 20 of 60 cases were audited."""
    naive, right = (coverage_line("", limits, 60, 20) for limits in (wald, default))
    ways = ("Wald with finite correction", "Wilson, finite population")
    return [
        _row(
            f"how often a 95% interval holds the share, 20 of 60 audited: {figure.split()[0]}",
            (ways[0], [float(str(naive[figure]))]),
            (ways[1], [float(str(right[figure]))]),
            0.95,
        )
        for figure in ("mean coverage", "lowest coverage")
    ]


def _minimum_per_stratum(rng: np.random.Generator, draws: int = 2_000) -> list[dict[str, object]]:
    """A large service and two small ones with a minimum of 15 cases each."""
    sizes = {"large": (2_000, 0.70), "small": (100, 0.40), "smaller": (60, 0.30)}
    frame = pd.DataFrame(
        {
            "case_id": [f"{name}{case}" for name, (size, _) in sizes.items() for case in range(size)],
            "stratum": [name for name, (size, _) in sizes.items() for _ in range(size)],
            "good": [case < round(size * share) for size, share in sizes.values() for case in range(size)],
        }
    )
    truth = float(frame["good"].mean())
    populations = frame["stratum"].value_counts()
    drawn = allocate_sample(populations=populations, total=90, minimum=15)
    starts = pd.Series(0.0, index=drawn.index)
    unweighted, weighted, held, narrow = [], [], [], []
    for _ in range(draws):
        cases = draw_sample(frame=frame.assign(prn=rng.random(len(frame))), sizes=drawn, starts=starts).cases
        sample = cases[cases["state"] == "selected"].merge(frame[["case_id", "good"]], on="case_id")
        counted = sample.groupby("stratum")["good"].agg(["sum", "size"])
        table = pd.DataFrame({"population": populations, "n": counted["size"], "x": counted["sum"]})
        interval = stratified_share(table=table.rename_axis("stratum").reset_index())
        unweighted.append(float(sample["good"].mean()))
        weighted.append(float(interval.estimate or 0))
        held.append(float(float(interval.low or 0) <= truth <= float(interval.high or 1)))
        low, high = default(int(counted["sum"].sum()), int(counted["size"].sum()), len(frame))
        narrow.append(float(low <= truth <= high))
    asked = "minimum of 15 cases in each service"
    return [
        _row(
            f"share good or better, {asked}",
            ("unweighted share", unweighted),
            ("weighted by stratum", weighted),
            truth,
        ),
        _row(
            f"how often its 95% interval holds the share, {asked}",
            ("interval of the unweighted share", narrow),
            ("stratified interval", held),
            0.95,
        ),
    ]


def _lenient(rng: np.random.Generator, draws: int = 400) -> dict[str, object]:
    """Eighty audits by lenient auditors, of which a fifth of each grade was moderated at random."""
    naive, right = [], []
    for _ in range(draws):
        audits = lenient_audits(rng, 80, (0.2,) * 4)
        result = moderated_grades(audits=audits, grades=GRADES, band=BAND, table_id="t")
        line = result[result["row_key"] == "band"].set_index("measure").loc["moderated"]
        naive.append(float(audits["audit_grade"].isin(BAND).mean()))
        right.append(float(line["estimate"]))
    asked = "share good or better, lenient auditors, 80 audits"
    ways = ("auditors' grades", "double sampling, a fifth moderated")
    return _row(asked, (ways[0], naive), (ways[1], right), float(TRUE[2:].sum()))


def _lowest_three(rng: np.random.Generator, draws: int = 400) -> list[dict[str, object]]:
    """The three teams of twenty with the lowest first audit, eight cases each time; nothing changed."""
    found = []
    for setting, spread in (("equal teams", 0.0), ("teams from 40% to 80%", 0.2)):
        naive, right = [], []
        for _ in range(draws):
            result = lowest_three_again(rng, spread)
            naive.append(float(result.loc["after", "estimate"] - result.loc["before", "estimate"]))
            right.append(float(result.loc["change_beyond", "estimate"]))
        asked = f"improvement of the lowest three of 20 {setting}, nothing changed"
        ways = ("second audit less first", "change beyond chance")
        found.append(_row(asked, (ways[0], naive), (ways[1], right), 0.0))
    return found


if __name__ == "__main__":
    print(pd.DataFrame(rows()).to_string(max_colwidth=60))
