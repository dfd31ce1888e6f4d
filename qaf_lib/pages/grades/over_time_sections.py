"""The trend, teams beside one another, and groups of people: only as far as chance allows."""

from __future__ import annotations

import pandas as pd

from qaf_lib.analysis import FEWEST_COMPARED, small_sample_warning
from qaf_lib.analysis.trends import special_cause
from qaf_lib.dates import parse_period
from qaf_lib.display.charts import funnel_chart, trend_chart
from qaf_lib.display.passages import Note, Passage
from qaf_lib.display.tables import Column, Table, wide_table
from qaf_lib.display.words import MONTHS, are, count_words, long_date, percent, probability
from qaf_lib.pages import OpenPeriod
from qaf_lib.pages.cover import Section, nothing
from qaf_lib.pages.grades.answers import Equality, Grouped
from qaf_lib.pages.grades.over_time import Comparison, Trend

_RULES = {
    "outside the limits": "a point outside the dashed lines",
    "7 or more in a row on one side of the mean": "7 or more points in a row on one side of the mean",
    "7 or more in a row rising or falling": "7 or more points in a row rising or falling",
    "2 of 3 close to a limit": "2 of 3 points close to a dashed line",
}


def trend(period: OpenPeriod) -> Section:
    """The share over the months with a verdict: a run chart under 12 points, a control chart from 12."""
    parts = [part for found in period.trends for part in _trend(period, found)]
    return Section(parts) if parts else nothing("No audit of this period counts towards estimates.")


def _trend(period: OpenPeriod, found: Trend) -> list[object]:
    if not found.kind:
        return [Note(f"{found.label}: {_too_few(period, found)}")]
    band, words = period.framework.scale.headline.label, period.framework.words
    caption = f"{found.label}: {band}, random {words.audits} by {found.unit}"
    labels = month_names(found.chart) if found.unit == "month" else None
    events = _events(period, found)
    said = _run_words(found) if found.kind == "run" else control_words(found.chart)
    return [
        Passage([f"{found.label}: {said}"], "lead"),
        *([Note(_marked(events, labels))] if events else []),
        trend_chart(found.chart, caption=caption, labels=labels, events=events),
        _run_table(found, caption, labels)
        if found.kind == "run"
        else control_table(
            found.chart,
            caption=caption,
            row_heading=found.unit.capitalize(),
            columns=[Column("Graded", "value", "cases"), Column("Count", "value", "count")],
            labels=labels,
            note="Audits count alike here, without weights.",
        ),
    ]


def _events(period: OpenPeriod, found: Trend) -> dict[str, str]:
    """What the parameters say happened at each point of a chart, in time order."""
    keys = set(found.chart.loc[found.chart["measure"] == "value", "row_key"])
    told: dict[str, str] = {}
    for event in sorted(period.parameters.events, key=lambda one: one.day):
        at = f"{event.day:%Y-%m}"
        key = (
            at if found.unit == "month" else next((one for one in keys if event.day in parse_period(one)), "")
        )
        if key in keys:
            told[key] = f"{told[key]}, {event.what}" if key in told else event.what
    return told


def _marked(events: dict[str, str], labels: dict[str, str] | None) -> str:
    """The key of the numbers on a chart."""
    names = labels or {}
    return (
        "Marked on the chart: "
        + "; ".join(
            f"{number}, {names.get(key, key)}: {what}"
            for number, (key, what) in enumerate(events.items(), start=1)
        )
        + "."
    )


def _too_few(period: OpenPeriod, found: Trend) -> str:
    words = period.framework.words
    held = "none" if not found.points else f"those of one {found.unit} only"
    return (
        f"a trend needs random {words.audits} of earlier times, and the records hold {held}; "
        "with fewer than six points no rule can tell a trend from chance."
    )


def month_names(chart: pd.DataFrame) -> dict[str, str]:
    """The months of a chart in words."""
    return {str(key): _named(str(key)) for key in chart["row_key"]}


def _named(key: str) -> str:
    """A month in words: 2026-07 is July 2026."""
    year, _, month = key.partition("-")
    return f"{MONTHS[int(month) - 1]} {year}" if month.isdigit() else key


def _run_words(found: Trend) -> str:
    """The verdict of the run chart's rules."""
    verdict = found.chart[found.chart["measure"] == "verdict"].iloc[-1]
    told = str(verdict["method"])
    if found.points < 6:
        return f"{found.points} points: with fewer than six no rule can tell a trend from chance."
    if verdict["mark"]:
        return f"nothing can be said of a trend yet ({told})."
    if verdict["estimate"]:
        return f"the points run on one side of their median more than chance explains ({told})."
    return "the points move about their median as chance would have them; no trend is shown."


def control_words(chart: pd.DataFrame) -> str:
    """The icon's meaning, then any other point that stands out."""
    newest = chart[chart["measure"] == "variation"].iloc[0]
    told = str(newest["method"])
    if newest["mark"]:
        return f"nothing can be said of a trend ({told})."
    values = chart[chart["measure"] == "value"]
    apart = values["method"].map(lambda method: special_cause(method) is not None)
    if not apart.any():
        points = values["estimate"].notna().sum()
        return (
            f"ordinary variation only. The {points} points go up and down as chance would have them; "
            "no single one asks for an explanation."
        )
    if cause := special_cause(told):
        direction = {"improvement": "better", "concern": "worse"}.get(cause.kind, "other")
        why = " and ".join(_RULES.get(rule, rule) for rule in cause.rules)
        return f"the newest point is {direction} than chance explains ({why})."
    names = ", ".join(_named(str(key)) for key in values[apart]["row_key"])
    return f"the newest point shows ordinary variation; more than chance stands behind {names}."


def _run_table(found: Trend, caption: str, labels: dict[str, str] | None) -> Table:
    return wide_table(
        _without_phases(found.chart, ["value", "median"]),
        caption=caption,
        row_heading=found.unit.capitalize(),
        columns=[
            Column("Graded", "value", "cases"),
            Column("Count", "value", "count"),
            Column("Share", "value", "share"),
            Column("Median", "median", "share"),
        ],
        labels=labels,
        note="Audits count alike here, without weights. Rules: Anhøj and Olesen 2014.",
    )


def control_table(
    chart: pd.DataFrame,
    *,
    caption: str,
    row_heading: str,
    columns: list[Column],
    labels: dict[str, str] | None,
    note: str,
) -> Table:
    """The points of a control chart, with what the rules say of each; `columns` come before their share."""
    methods = chart[chart["measure"] == "value"]["method"]
    return wide_table(
        _without_phases(chart, ["value", "limits"]),
        caption=caption,
        row_heading=row_heading,
        columns=[
            *columns,
            Column("Share", "value", "share"),
            Column("Chance alone: from, to", "limits", "interval"),
            Column("What the rules say", "value", "words"),
        ],
        labels=labels,
        words={method: _point_words(method) for method in methods},
        note=f"{note} Limits: {_limits_method(chart)}.",
    )


def _point_words(method: str) -> str:
    cause = special_cause(method)
    if cause is None:
        return {"common cause": "ordinary variation"}.get(method, method)
    direction = {"improvement": "better than chance explains", "concern": "worse than chance explains"}
    said = direction.get(cause.kind, cause.kind)
    return f"{said}: {', '.join(_RULES.get(rule, rule) for rule in cause.rules)}"


def _without_phases(chart: pd.DataFrame, measures: list[str]) -> pd.DataFrame:
    """The points' own rows."""
    points = chart[chart["measure"] == "value"]["row_key"]
    return chart[chart["row_key"].isin(points) & chart["measure"].isin(measures)].reset_index(drop=True)


def _limits_method(chart: pd.DataFrame) -> str:
    return str(
        chart[chart["row_key"].str.startswith("phase ") & (chart["measure"] == "limits")]["method"].iloc[0]
    )


_POOLED = (
    "The lowest and the highest of many small {teams} are mostly those with bad or good luck. The partly "
    "pooled share draws each {team} towards the average as far as its number of audits demands: the better "
    "forecast of the next ones, and the one to set a re-audit against."
)
_CHART = (
    "The line is the share of all together; by chance alone 95% of {teams} would lie between the dashed "
    "curves and 99.8% between the full ones."
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
        Passage([f"{found.label}: {_verdict(period, found)}", _CHART.format(teams=words.teams)]),
        chart,
        _funnel_table(period, found, caption),
    ]
    pooled = found.pooled[found.pooled["measure"] == "partly_pooled"]
    if pooled["mark"].eq("").any():
        parts.append(_pooled_table(period, found, f"{caption}, raw and partly pooled"))
    return list(Section(parts).folded().parts)


def _overall(found: Comparison, measure: str) -> pd.Series:
    rows = found.funnel[(found.funnel["row_key"] == "all") & (found.funnel["measure"] == measure)]
    return rows.iloc[0]


def _whole(period: OpenPeriod) -> str:
    return "the council" if period.framework.unit in ("child", "family") else period.parameters.council


def standing_apart(period: OpenPeriod, found: Comparison) -> dict[str, list[str]]:
    """The teams that are lower and those that are higher than chance explains, by name."""
    if found.funnel.empty:
        return {"lower": [], "higher": []}
    verdicts = found.funnel[found.funnel["measure"] == "verdict"]
    return {
        side: sorted(
            period.team_names.get(str(key), str(key))
            for key in verdicts[verdicts["estimate"] == side_of]["row_key"]
        )
        for side, side_of in {"lower": -1, "higher": 1}.items()
    }


def _verdict(period: OpenPeriod, found: Comparison) -> str:
    """One sentence: nobody can be told apart, or who can."""
    words, sides = period.framework.words, standing_apart(period, found)
    share = percent(float(_overall(found, "centre")["estimate"]))
    if not any(sides.values()):
        shown = int((found.funnel["measure"] == "verdict").sum())
        return (
            f"no {words.team} can be told apart from {_whole(period)} ({share}): chance alone could explain "
            f"how far each of the {shown} {words.teams} lies from it."
        )
    told = [f"{side} than chance explains: {', '.join(names)}" for side, names in sides.items() if names]
    return (
        f"set against {_whole(period)} ({share}), {'; '.join(told)}. Ask what lies behind a difference "
        f"before judging it. The other {words.teams} cannot be told apart."
    )


def _outside(found: Comparison, teams: str) -> str:
    """Why a share outside its own limits is no difference, where one is and none is said to differ."""
    share, limits = (
        found.funnel[found.funnel["measure"] == name].set_index("row_key") for name in ("share", "limits_95")
    )
    share = share["estimate"].reindex(limits.index)
    out = int(((share < limits["low"]) | (share > limits["high"])).sum())
    if not out:
        return ""
    lies = are(out, "lies", "lie")
    return (
        f" {lies} outside the 95% limits all the same: the probability of chance, raised for the "
        f"number of {teams} looked at, is above 5%."
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
    outside = "" if any(standing_apart(period, found).values()) else _outside(found, words.teams)
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
        f"raised for the number of {words.teams} looked at, is at most 5%.{outside} Limits: {limits}. "
        "Audits count alike, without weights.",
    )


def _pooled_table(period: OpenPeriod, found: Comparison, caption: str) -> Table:
    words = period.framework.words
    return wide_table(
        _by_name(found.pooled, period.team_names),
        caption=caption,
        row_heading=words.team.capitalize(),
        columns=[
            Column("Graded", "share", "cases"),
            Column("Raw share", "share", "share"),
            Column("95% interval", "share", "interval"),
            Column("Partly pooled", "partly_pooled", "share"),
            Column("95% interval, pooled", "partly_pooled", "interval"),
        ],
        labels=period.team_names,
        note=f"{_POOLED.format(team=words.team, teams=words.teams)} In alphabetical order, not ranked. "
        "Method: beta-binomial, averaged over its likelihood. "
        + (small_sample_warning(measure="pooled_team", n=int(found.pooled["n"].max())) or ""),
    )


_YES_NO = {"True": "Yes", "False": "No"}


def groups(period: OpenPeriod) -> Section:
    """Open cases, the quarter's estimate and twelve months of random audits, group by group."""
    if not period.equality:
        return nothing("No draw of this period counts towards estimates, so nothing can be said of groups.")
    found = period.equality[0]
    kinds = [kind for kind in found.kinds if set(kind.cohort["row_key"]) - {"not recorded"}]
    if not kinds:
        return nothing(
            "The caseload holds no gender, ethnicity or disability, so nothing can be said of them."
        )
    tables = [_table(period, found, kind) for kind in kinds]
    return Section([Note(told_apart(found), "lead"), *_reach(kinds), *tables, Note(_basis(period, found))])


def _table(period: OpenPeriod, found: Equality, kind: Grouped) -> Table:
    together = pd.concat(
        [kind.cohort, kind.quarter.assign(measure="quarter"), kind.year.assign(measure="year")],
        ignore_index=True,
    )
    return wide_table(
        together.assign(table_id=f"equality_{kind.name}"),
        caption=f"{found.label}: {found.measure}, by {kind.label}",
        row_heading=f"{kind.label[:1].upper()}{kind.label[1:]}",
        columns=[
            Column(f"Open {period.framework.words.cases}", "cohort", "count"),
            Column("Of all", "cohort", "share"),
            Column("This period: audited", "quarter", "cases"),
            Column("Share", "quarter", "share"),
            Column("95% interval", "quarter", "interval"),
            Column("12 months: audited", "year", "cases"),
            Column("Share", "year", "share"),
            Column("95% interval", "year", "interval"),
        ],
        labels=_YES_NO,
        note=f"Open {period.framework.words.cases} are those at the end of the period. The period's share is "
        "of the list drawn from; that of twelve months is about practice.",
    )


def told_apart(found: Equality) -> str:
    """Whether any group can be told apart; nothing is claimed that was not adjusted."""
    adjusted = found.apart[(found.apart["measure"] == "p_adjusted") & found.apart["estimate"].notna()]
    if adjusted.empty:
        return f"No two groups have {FEWEST_COMPARED} audits or more, so no group can be told apart."
    claimed = adjusted[adjusted["estimate"] < 0.05]
    made = f"of {count_words(len(adjusted))} comparisons, adjusted for their number"
    if claimed.empty:
        return f"No group can be told apart from the others by its grades ({made})."
    told = [f"{row['row_key']} (p {probability(row['estimate'])})" for row in claimed.to_dict("records")]
    return (
        f"More than chance sets apart: {', '.join(told)} ({made}). Why is not shown; ask before concluding."
    )


def _reach(kinds: list[Grouped]) -> list[object]:
    """How little one period can show."""
    rows = pd.concat([kind.quarter for kind in kinds], ignore_index=True)
    wide = ((rows["high"] - rows["low"]) / 2).dropna()
    if wide.empty:
        return []
    return [
        Note(
            f"One period shows little: its intervals reach from {_points(wide.min())} to "
            f"{_points(wide.max())} percentage points either side of a group's share. A smaller "
            "difference is not seen."
        )
    ]


def _points(half: float) -> str:
    return count_words(round(float(half) * 100))


def _basis(period: OpenPeriod, found: Equality) -> str:
    weights = (
        "They count by the weights of their draws."
        if found.weighted
        else "They count alike, because not every draw of that time is in the register with its weights."
    )
    return (
        f"Twelve months: {count_words(found.audits)} graded random audits since "
        f"{long_date(found.first_day)}. {weights} Not recorded are {period.framework.words.cases} that say "
        f"nothing, or are in no caseload held. Groups with fewer than {FEWEST_COMPARED} audits are compared "
        "with nothing."
    )
