"""Teams beside one another: by name, never by rank, and only as far as chance allows."""

from __future__ import annotations

import pandas as pd

from qaf_lib.analysis.small_samples import small_sample_warning
from qaf_lib.display.charts import funnel_chart
from qaf_lib.display.passages import Note, Passage
from qaf_lib.display.sections.section import Section, nothing
from qaf_lib.display.tables import Column, Table, wide_table
from qaf_lib.display.words import long_date, percent
from qaf_lib.period import OpenPeriod
from qaf_lib.period.comparison import Comparison

__all__ = ["teams_compared"]

_POOLED = (
    "A few audits say less than they seem to: the lowest and the highest of many small {teams} are mostly "
    "those with bad or good luck. The partly pooled share draws each {team} towards the average as far as "
    "its number of audits demands. It is the better forecast of the next ones, and the one to set a "
    "re-audit against."
)
_CHART = (
    "In the chart the line is the share of all together; the dashed and the full curves are where 95% and "
    "99.8% of {teams} would lie by chance alone. A number in a point says how many {teams} share it."
)


def teams_compared(period: OpenPeriod) -> Section:
    """A sentence, the funnel with its table, and each team's share partly pooled with the others'."""
    parts = [part for found in period.comparisons for part in _compared(period, found)]
    return Section(parts) if parts else nothing("No audit of this period counts towards estimates.")


def _compared(period: OpenPeriod, found: Comparison) -> list[object]:
    words = period.framework.words
    if found.funnel.empty:
        return [Note(f"{found.label}: no random {words.audit} names a {words.team}, so none is compared.")]
    centre = _overall(found, "centre")
    if centre["mark"]:
        return [Note(f"{found.label}: {words.teams} are not compared: {centre['method']}.")]
    band = period.framework.scale.headline.label
    when = f"random {words.audits}, {long_date(found.start)} to {long_date(found.end)}"
    caption = f"{found.label}: {band} by {words.team}, {when}"
    chart = funnel_chart(
        found.funnel,
        found.limits,
        caption=caption,
        labels=period.team_names,
        cases=f"Graded {words.cases}",
    )
    parts: list[object] = [
        Passage([f"{found.label}: {_verdict(period, found)}"], "lead"),
        chart,
        Note(_CHART.format(teams=words.teams)),
        _funnel_table(period, found, caption),
    ]
    pooled = found.pooled[found.pooled["measure"] == "partly_pooled"]
    if pooled["mark"].eq("").any():
        parts.append(Note(_POOLED.format(team=words.team, teams=words.teams)))
        parts.append(_pooled_table(period, found, f"{caption}, raw and partly pooled"))
    return parts


def _overall(found: Comparison, measure: str) -> pd.Series:
    rows = found.funnel[(found.funnel["row_key"] == "all") & (found.funnel["measure"] == measure)]
    return rows.iloc[0]


def _whole(period: OpenPeriod) -> str:
    return "the council" if period.framework.unit in ("child", "family") else period.parameters.council


def _verdict(period: OpenPeriod, found: Comparison) -> str:
    """One sentence: nobody can be told apart, or who can."""
    words = period.framework.words
    verdicts = found.funnel[found.funnel["measure"] == "verdict"]
    share = percent(float(_overall(found, "centre")["estimate"]))
    sides = {
        side: sorted(
            period.team_names.get(str(key), str(key))
            for key in verdicts[verdicts["method"].str.startswith(side)]["row_key"]
        )
        for side in ("lower", "higher")
    }
    if not any(sides.values()):
        return (
            f"no {words.team} can be told apart from {_whole(period)} ({share}): chance alone could explain "
            f"how far each of the {len(verdicts)} {words.teams} shown lies from it."
        )
    told = [f"{side} than chance explains: {', '.join(names)}" for side, names in sides.items() if names]
    return (
        f"set against {_whole(period)} ({share}), {'; '.join(told)}. The other {words.teams} cannot be told "
        "apart from it. Ask what lies behind a difference before judging it."
    )


def _by_name(results: pd.DataFrame, labels: dict[str, str]) -> pd.DataFrame:
    """The teams' rows in alphabetical order of their names."""
    teams = results[results["row_key"] != "all"]
    names = [labels.get(str(key), str(key)).casefold() for key in teams["row_key"]]
    order = sorted(range(len(names)), key=names.__getitem__)
    return teams.iloc[order].reset_index(drop=True)


def _funnel_table(period: OpenPeriod, found: Comparison, caption: str) -> Table:
    words, spread = period.framework.words, _overall(found, "spread")
    limits = str(spread["method"]) if spread["mark"] else f"limits widened by the spread ({spread['method']})"
    return wide_table(
        _by_name(found.funnel, period.team_names),
        caption=caption,
        row_heading=words.team.capitalize(),
        columns=[
            Column("Graded", "share", "cases"),
            Column("Count", "share", "count"),
            Column("Share", "share", "share"),
            Column("Chance alone (95%)", "limits_95", "interval"),
            Column("Set against all", "verdict", "words"),
        ],
        labels=period.team_names,
        note=f"In alphabetical order, not ranked. Said to differ only where the probability of chance, "
        f"raised for the number of {words.teams} looked at, is at most 5%. Limits: {limits}. Audits "
        "count alike, without weights.",
    )


def _pooled_table(period: OpenPeriod, found: Comparison, caption: str) -> Table:
    return wide_table(
        _by_name(found.pooled, period.team_names),
        caption=caption,
        row_heading=period.framework.words.team.capitalize(),
        columns=[
            Column("Graded", "share", "cases"),
            Column("Raw share", "share", "share"),
            Column("95% interval", "share", "interval"),
            Column("Partly pooled", "partly_pooled", "share"),
            Column("95% interval, pooled", "partly_pooled", "interval"),
        ],
        labels=period.team_names,
        note="In alphabetical order, not ranked. Method: beta-binomial, averaged over its likelihood. "
        + (small_sample_warning(measure="pooled_team", n=int(found.pooled["n"].max())) or ""),
    )
