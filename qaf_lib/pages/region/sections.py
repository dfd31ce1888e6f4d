"""A region's page: first what differs between councils, then what may stand side by side, by name."""

from __future__ import annotations

from typing import Any

import pandas as pd

from qaf_lib.dates import parse_period
from qaf_lib.display.charts import interval_dots
from qaf_lib.display.passages import Note, Passage
from qaf_lib.display.tables import Column, Table, plain_table, wide_table
from qaf_lib.display.tables.table import count_cell
from qaf_lib.display.words import are, between_words, count_words, listed, long_date, percent
from qaf_lib.exchange import Figures
from qaf_lib.pages.cover import SYNTHETIC, Section, nothing
from qaf_lib.pages.region.answers import Alike, OpenRegion, leading


def cover(region: OpenRegion) -> Section:
    """The days, whose figures are there and whose are not, and whether they are made up."""
    span = parse_period(region.parameters.period)
    names = listed([council.council for council in region.councils])
    lines = [
        f"{long_date(span.start)} to {long_date(span.end)}. Figures of {len(region.councils)} councils: "
        f"{names}."
    ]
    if region.missing:
        lines.append(f"No file of {listed(region.missing)} is there: nothing on this page is about them.")
    banner = [Note(SYNTHETIC, "banner")] if region.synthetic else []
    return Section([*banner, Passage(lines)])


def differences(region: OpenRegion) -> Section:
    """What differs between the councils' frameworks, before anything is compared."""
    told = Passage([_may_compare(region), " ".join(_what_differs(region))], "lead")
    return Section([told, _frameworks(region)])


def _may_compare(region: OpenRegion) -> str:
    together = [group for group in region.alike if len(group.councils) > 1]
    if not together:
        return "No two of these councils' shares mean the same, so none is compared with another."
    told = [
        f"{listed(group.councils)} count the same: each {group.unit}'s case, the same grades, and of these "
        f"the same as {group.band_label}"
        for group in together
    ]
    return f"{'; '.join(told)}. Shares of others mean something else and stand apart."


_MANY = {
    "child": "children",
    "adult": "adults",
    "family": "families",
    "carer": "carers",
    "authority": "authorities",
}


def _what_differs(region: OpenRegion) -> list[str]:
    """A sentence for each term that is not the same everywhere."""
    councils = region.councils
    scales = {(tuple(one.grades), tuple(one.band)) for one in councils}
    units, populations = {one.unit for one in councils}, {one.population for one in councils}
    looks, drawn = {one.moderation for one in councils}, {_drawn(one) for one in councils}
    told: list[tuple[set[Any], str]] = [
        (scales, f"Grades: {len(scales)} different scales or meanings of good enough."),
        (units, f"Cases: some councils count {', others '.join(_MANY[unit] for unit in sorted(units))}."),
        (populations, f"Populations: which cases can be picked differs ({len(populations)} definitions)."),
        (looks, f"Second looks: {len(looks)} different rules, so grades are checked more or less hard."),
        (drawn, f"Draws: cases are picked in {len(drawn)} different ways."),
    ]
    sentences = [sentence for found, sentence in told if len(found) > 1]
    return sentences or ["Their frameworks' scales, populations, second looks and draws are the same."]


def _drawn(council: Figures) -> str:
    audit = leading(council)
    return audit.drawn if audit else ""


def _frameworks(region: OpenRegion) -> Table:
    rows = [
        {
            "council": one.council,
            "grades": f"{', '.join(one.grades[::-1])}; {one.band_label}: {listed(one.band[::-1], 'or')}",
            "population": one.population,
            "looks": one.moderation,
            "drawn": _drawn(one),
        }
        for one in region.councils
    ]
    return plain_table(
        pd.DataFrame(rows),
        table_id="region_frameworks",
        caption="What each council counts, in alphabetical order",
        headings={
            "council": "Council",
            "grades": "Grades, best first",
            "population": "Cases that could be picked",
            "looks": "Second look",
            "drawn": "How picked",
        },
    )


def side_by_side(region: OpenRegion) -> Section:
    """Shares of councils that count the same: partly pooled, by name, with what chance and rounding hide."""
    parts = [part for group in region.alike if group.pooled for part in _pooled(region, group)]
    if parts:
        return Section(parts)
    return nothing("Fewer than three councils count the same, so no share is pooled with others.")


def _pooled(region: OpenRegion, group: Alike) -> list[object]:
    caption = (
        f"Share {group.band_label}, partly pooled, {region.parameters.period}, in alphabetical order: "
        f"{group.unit}, {len(group.grades)} grades"
    )
    return [
        Passage([_average(group), _apart_from_average(group)], "lead"),
        interval_dots(group.shown, caption=caption, labels=_names(group)),
        wide_table(
            group.results[group.results["row_key"] != "all"].reset_index(drop=True),
            caption=caption,
            row_heading="Council",
            columns=[
                Column("Graded, about", "share", "cases"),
                Column("Partly pooled", "partly_pooled", "share"),
                Column("95% interval, pooled", "partly_pooled", "interval"),
                Column("Alone", "share", "share"),
                Column("95% interval, alone", "share", "interval"),
            ],
            labels=_names(group),
            note="In alphabetical order, not ranked. Counts are rounded to the nearest 5, and intervals hold "
            "what rounding may have hidden. A partly pooled share is drawn towards the average as far as its "
            "few cases demand: the better forecast of a council's next cases, if it is of their kind.",
        ),
    ]


def _names(group: Alike) -> dict[str, str]:
    """Councils as they call themselves."""
    return {name: name for name in group.councils}


def _average(group: Alike) -> str:
    row = group.average
    return (
        f"Of councils like these {len(group.councils)}, about {percent(row['estimate'])} of cases are "
        f"{group.band_label} on average (likely between {between_words(row['low'], row['high'])})."
    )


def _apart_from_average(group: Alike) -> str:
    sides = group.off_average
    if not any(sides.values()):
        return (
            "No council can be told apart from that average: chance and rounding could explain how far each "
            "lies from it."
        )
    told = [f"{listed(names)} {side} it" for side, names in sides.items() if names]
    return (
        f"More than chance and rounding set {'; '.join(told)}. That may be practice, or cases, or how hard "
        "auditors grade: ask before judging. The others cannot be told apart."
    )


def apart(region: OpenRegion) -> Section:
    """Councils that are pooled with no other, each with the reason and its own share."""
    rows = [
        _row(str(row.row_key), group, float(row.estimate), float(row.low), float(row.high), int(row.n))
        for group in region.alike
        if not group.pooled
        for row in group.shown.itertuples()
    ]
    rows += [
        {"council": one.council, "share": "–", "of": "–", "why": why}
        for one in region.councils
        if (why := region.why_apart(one))
    ]
    if not rows:
        return nothing("Every council here counts the same as the others.")
    table = plain_table(
        pd.DataFrame(sorted(rows, key=lambda row: row["council"].casefold())),
        table_id="region_apart",
        caption="Councils that are pooled with no other, in alphabetical order",
        headings={"council": "Council", "share": "Its own share", "of": "Graded, about", "why": "Why apart"},
    )
    told = f"{are(len(rows), 'council stands', 'councils stand')} apart: set no such share beside another's."
    return Section([Passage([told]), table])


def _row(name: str, group: Alike, share: float, low: float, high: float, n: int) -> dict[str, str]:
    others = len(group.councils) - 1
    by = f"it counts each {group.unit} on {len(group.grades)} grades"
    alike = "and no other council here does" if not others else "and only one other council here does"
    return {
        "council": name,
        "share": f"{percent(share)} {group.band_label} (likely between {between_words(low, high)})",
        "of": count_words(n),
        "why": f"{by}, {alike}",
    }


def also(region: OpenRegion) -> Section:
    """Second looks and coverage, as each report gives them."""
    rows = [
        {
            "council": one.council,
            "looked": count_cell(one.looked_at_again),
            "kept": count_cell(one.kept_their_grade),
            "open": count_cell(one.open_cases),
            "audited": count_cell(one.audited),
        }
        for one in region.councils
    ]
    table = plain_table(
        pd.DataFrame(rows),
        table_id="region_checks",
        caption="Second looks and coverage, in alphabetical order",
        headings={
            "council": "Council",
            "looked": "Audits looked at again, about",
            "kept": "Kept their grade, about",
            "open": "Open cases, about",
            "audited": "Of them audited, about",
        },
        note="Rounded to the nearest 5. A dash: the report gives no such figure.",
    )
    looked = sum(one.looked_at_again is not None for one in region.councils)
    told = (
        f"{looked} of {len(region.councils)} reports say how many audits a second person looked at again. "
        "Who looks, at which grades, and whether they see the first one differs, so these counts are not "
        "compared."
    )
    return Section([Passage([told]), table])


def method(region: OpenRegion) -> Section:
    """How the page was made, and what it cannot say."""
    return Section(
        [
            Passage(
                [
                    "What it cannot say: whether one council is better than another. Each council's own "
                    "auditors grade, and no case was graded in two councils; a harder eye gives lower "
                    "shares. There are no ranks: with so few cases most orders would be chance.",
                    "Shares of councils that count the same are taken to come from one distribution, whose "
                    "average and spread are learnt from all of them. True counts are not known: every set "
                    "of them that rounds to the published ones is allowed for. Made this way again and "
                    "again, 19 of 20 intervals hold the true share, on average over councils; of a council "
                    "that is nothing like the others fewer do, and its share alone is the one to read.",
                    "Only figures that each council's report for partners shows were given to the region, "
                    "in a file that the council signed. No count of 1 to 4 can be worked out from them.",
                ]
            ),
            plain_table(
                pd.DataFrame(
                    [
                        {
                            "council": one.council,
                            "framework": one.framework,
                            "file": f"edition {one.edition}, qaf-kit {one.kit_version}",
                        }
                        for one in region.councils
                    ]
                ),
                table_id="region_files",
                caption="Files that this page was made from",
                headings={"council": "Council", "framework": "Framework", "file": "Signed file"},
            ),
        ]
    )
