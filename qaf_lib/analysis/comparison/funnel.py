"""Funnels: which teams differ from the others by more than chance."""

from __future__ import annotations

import pandas as pd
from scipy.stats import false_discovery_control

from qaf_lib.analysis.comparison.spread import Spread, funnel_limits, team_chance, team_spread
from qaf_lib.analysis.comparison.teams import hidden_rows, shown_teams
from qaf_lib.analysis.intervals import share_interval
from qaf_lib.analysis.results import results_table

__all__ = ["funnel"]

_LEVELS = {"limits_95": 0.95, "limits_99.8": 0.998}


def funnel(
    *, teams: pd.DataFrame, table_id: str, target: float | None = None, false_discovery_rate: float = 0.05
) -> pd.DataFrame:
    """Set every team against all of them, by name and without ranks.

    A team is said to differ only when its chance, raised for the number of teams looked at
    (Benjamini and Hochberg), is at most `false_discovery_rate`. Teams with fewer than 5 graded
    cases are named without figures and count nowhere. No finite population correction: a
    comparison speaks of the teams' practice, and where a team's cases were all audited its
    share is said to be a census of them.

    Parameters
    ----------
    teams : DataFrame
        One row per team: `team`, the counts `x` and `n` (graded cases) and, where known,
        `population` (its cases on the frame).
    table_id : str
        Name of the result.
    target : float or None
        Share to set the teams against (fraction); None takes that of the teams together.
    false_discovery_rate : float
        Share of the teams said to differ that may do so by chance (fraction).

    Returns
    -------
    DataFrame
        A result. Per team `share` (with the interval of the team alone), `limits_95` and
        `limits_99.8` (the centre as estimate), `chance` and `chance_adjusted` (probabilities)
        and `verdict` (in `method`); for the row "all" `centre` and `spread` (variance between
        teams on the arcsine scale). What is not shown or not estimable is marked "x".

    Raises
    ------
    ValueError
        If a team is repeated, or a count or fraction is out of range.

    References
    ----------
    Spiegelhalter, D. J. (2005). Funnel plots for comparing institutional performance. Statistics
    in Medicine 24, 1185-1202.
    Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. JRSS B 57, 289-300.
    As `team_spread`, `funnel_limits` and `team_chance`.

    Examples
    --------
    >>> teams = pd.DataFrame({"team": ["a", "b", "c"], "x": [16, 15, 4], "n": [20, 20, 20]})
    >>> found = funnel(teams=teams, table_id="teams")
    >>> found.loc[found["measure"] == "verdict", ["row_key", "method"]].to_numpy().tolist()
    [['a', 'no clear difference'], ['b', 'no clear difference'], ['c', 'lower than chance explains']]
    """
    if not 0 < false_discovery_rate < 1:
        raise ValueError(f"false_discovery_rate must be between 0 and 1; got {false_discovery_rate}")
    if target is not None and not 0 < target < 1:
        raise ValueError(f"target must be a fraction between 0 and 1; got {target}")
    shown = shown_teams(teams)
    counts = [(int(x), int(n)) for x, n in zip(shown["x"], shown["n"], strict=True)]
    rows = [row for record in shown.to_dict("records") for row in _share_rows(record)]
    reason = _not_comparable(counts, target)
    if reason:
        words = {"method": reason, "mark": "x"}
        rows += [{"row_key": str(team), "measure": "verdict", **words} for team in shown["team"]]
        rows += [{"row_key": "all", "measure": measure, **words} for measure in ("centre", "spread")]
    else:
        x, n = sum(x for x, _ in counts), sum(n for _, n in counts)
        centre = x / n if target is None else target
        spread = team_spread(teams=shown, centre=centre)
        rows += _comparison_rows(
            shown["team"].map(str).tolist(), counts, centre, spread, false_discovery_rate
        )
        source = "share of the teams together" if target is None else "target"
        rows.append(
            {"row_key": "all", "measure": "centre", "x": x, "n": n, "estimate": centre, "method": source}
        )
        rows.append(_spread_row(spread))
    shared = {"table_id": table_id, "speaks_of": "our_practice"}
    return results_table({**shared, **row} for row in [*rows, *hidden_rows(teams)])


def _not_comparable(counts: list[tuple[int, int]], target: float | None) -> str:
    """Why the teams cannot be set against anything; empty where they can."""
    if not counts:
        return "none has 5 graded"
    if target is not None:
        return ""
    if len(counts) == 1:
        return "one team only: nothing to set it against"
    x, n = sum(x for x, _ in counts), sum(n for _, n in counts)
    return "" if 0 < x < n else f"every team's share is {x // n}: no difference to judge"


def _share_rows(record: dict[str, object]) -> list[dict[str, object]]:
    x, n, population = int(str(record["x"])), int(str(record["n"])), record.get("population")
    known = population is not None and not pd.isna(population)
    cells = share_interval(x=x, n=n).cells
    if known and int(str(population)) == n:
        cells["method"] = f"{cells['method']}; census: all {n} audited, so of these it is exact"
    size = int(str(population)) if known else None
    return [{"row_key": str(record["team"]), "measure": "share", "x": x, "n": n, "population": size, **cells}]


def _comparison_rows(
    names: list[str], counts: list[tuple[int, int]], centre: float, spread: Spread, rate: float
) -> list[dict[str, object]]:
    variance = spread.variance or 0.0
    how = "exact mid-p" if variance == 0 else "wider of exact mid-p and arcsine with spread between teams"
    chances = [team_chance(x=x, n=n, centre=centre, variance=variance) for x, n in counts]
    adjusted = false_discovery_control(chances).tolist()
    over = f"Benjamini-Hochberg over {len(names)} teams"
    rows: list[dict[str, object]] = []
    for name, (x, n), chance, raised in zip(names, counts, chances, adjusted, strict=True):
        for measure, level in _LEVELS.items():
            low, high = funnel_limits(n=n, centre=centre, variance=variance, confidence=level)
            limits = {"estimate": centre, "low": low, "high": high, "method": how}
            rows.append({"row_key": name, "measure": measure, "n": n, **limits})
        rows.append({"row_key": name, "measure": "chance", "n": n, "estimate": chance, "method": how})
        rows.append(
            {"row_key": name, "measure": "chance_adjusted", "n": n, "estimate": raised, "method": over}
        )
        words = "no clear difference"
        if raised <= rate:
            words = f"{'higher' if x / n > centre else 'lower'} than chance explains"
        rows.append({"row_key": name, "measure": "verdict", "n": n, "method": words})
    return rows


def _spread_row(spread: Spread) -> dict[str, object]:
    mark = "x" if spread.variance is None else ""
    cells = {"n": spread.teams, "estimate": spread.variance, "method": spread.method, "mark": mark}
    return {"row_key": "all", "measure": "spread", **cells}
