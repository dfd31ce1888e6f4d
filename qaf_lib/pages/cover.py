"""The first lines of every page and the last, and the words for draws that every page shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
from IPython.display import display

from qaf_lib.dates import add_months
from qaf_lib.display.charts import Chart
from qaf_lib.display.passages import Note, Passage
from qaf_lib.display.tables import Table, plain_table
from qaf_lib.display.words import are, count_of, count_words, long_date, percent
from qaf_lib.frameworks.scale import Words
from qaf_lib.pages import OpenPeriod
from qaf_lib.pages.sample.answers import Sample
from qaf_lib.prepare import others_said


@dataclass(frozen=True)
class Section:
    """Passages, tables and charts in reading order."""

    parts: Sequence[object]

    def _ipython_display_(self) -> None:
        show: Any = display
        for part in self.shown():
            show(part)

    def shown(self) -> list[object]:
        """The parts as a page has them: a table is closed under a chart that shows the same."""
        above = [None, *self.parts]
        return [_closed(part, over) for part, over in zip(self.parts, above, strict=False)]

    def __repr__(self) -> str:
        return "\n\n".join(str(part) for part in self.parts)

    def folded(self) -> Section:
        """The section with its tables closed, where its sentences or another page say enough."""
        return Section(
            [replace(part, folded=True) if isinstance(part, Table) else part for part in self.parts]
        )


def _closed(part: object, above: object) -> object:
    if isinstance(part, Table) and isinstance(above, Chart) and above.svg and part.caption == above.caption:
        return replace(part, folded=True)
    return part


def nothing(reason: str) -> Section:
    """A section that has nothing to show says so in one line."""
    return Section([Note(reason)])


def in_the_vault(what: str) -> str:
    """Where a reader with the right to it finds what no page shows.

    Examples
    --------
    >>> in_the_vault("who they are")
    'A list in the vault (folder "restricted") says who they are; no page names anybody.'
    """
    return f'A list in the vault (folder "restricted") says {what}; no page names anybody.'


def only(table: pd.DataFrame, measure: str) -> pd.Series:
    """The one row of a measure."""
    return table[table["measure"] == measure].iloc[0]


_PLANS = {
    "cin": "a child in need plan",
    "cp": "a child protection plan",
    "cla": "a time in care",
    "early_help": "an early help plan",
}


def cases_of(period: OpenPeriod, sample: Sample) -> str:
    """The cases that a draw was made from, as a noun in the plural."""
    words, asked = period.framework.words, sample.asked
    if asked.from_plans is not None:
        return f"{words.cases} with {_PLANS[asked.from_plans.kind]}"
    if asked.from_audited is None:
        return words.cases
    graded = f" {' or '.join(asked.from_audited.grades)}" if asked.from_audited.grades else ""
    return f"{words.cases} audited before{' and graded' if graded else ''}{graded}"


def what_for(period: OpenPeriod, sample: Sample) -> str:
    """What the draw was for, and of which cases it speaks."""
    words, asked = period.framework.words, sample.asked
    if asked.from_audited is not None:
        kind = period.framework.audit_type(asked.from_audited.audit_type)
        months = _months(asked.from_audited.within_months)
        return (
            f"A second look at {words.cases} of {kind.label.lower() if kind else 'an audit'} in the {months} "
            f"before its days: it is about those {count_words(sample.eligible)} {words.cases} alone."
        )
    if asked.from_plans is not None:
        until = period.parameters.caseload.opening.as_at
        since = add_months(until, -asked.from_plans.within_months)
        return (
            f"It is about the {words.cases} that had {_PLANS[asked.from_plans.kind]} on any day from "
            f"{long_date(since)} to {long_date(until)}, open or closed since, and of no others."
        )
    if asked.every_case:
        return f"Every {words.case} that could be drawn was: a full count, with nothing left to chance."
    if asked.discover is not None:
        return (
            f"A search for a problem that {percent(asked.discover)} of the {words.cases} or more would have."
        )
    if asked.improvement is not None:
        return "The first of two samples: the second is to show whether practice has improved."
    return f"Picked by chance, so that a part of the {words.cases} tells about all that could be drawn."


def how_drawn(period: OpenPeriod, sample: Sample) -> list[str]:
    """How many of each stratum or month, and in which order the list stood, where the plan says so."""
    words, asked, lines = period.framework.words, sample.asked, []
    each = " and ".join(_column(words, column) for column in asked.spread)
    if asked.cases_per_stratum is not None:
        named = {**period.team_names}
        others = "".join(
            f", {count_words(count)} of {named.get(name, name)}"
            for name, count in sorted(asked.cases_in.items())
        )
        lines.append(
            f"{count_words(asked.cases_per_stratum)} of each {each}{others}, or all where there are fewer; "
            "each counts for as many as it was drawn from."
        )
    if asked.share_per_stratum is not None:
        lines.append(
            f"{percent(asked.share_per_stratum, 1)} of the {words.cases} of each {each}, rounded up."
        )
    if asked.spread_over is not None:
        whose = words.teams if asked.spread_over == "team_id" else words.workers
        lines.append(
            f"The list was in the order of {whose}, and {words.cases} were taken at equal steps: nobody's "
            f"{words.cases} were drawn more often than their share, rounded up."
        )
    if asked.every == "month":
        months = ", ".join(
            f"{draw.covers_from:%B} {count_words(int(draw.drawn))}" for draw in sample.by_draw.itertuples()
        )
        lines.append(f"Drawn month by month from one list: {months}.")
    return lines


def left_out(period: OpenPeriod, sample: Sample) -> list[str]:
    """Services and teams that the parameters leave out of the draw."""
    words, asked, names = period.framework.words, sample.asked, period.team_names
    teams = [names.get(team, team) for team in asked.leave_out_teams]
    lines = []
    for one, many, named in (
        (words.service, words.services, asked.leave_out_services),
        (words.team, words.teams, teams),
    ):
        if named:
            what, were = (one, "was") if len(named) == 1 else (many, "were")
            lines.append(f"The {what} {', '.join(named)} {were} left out, as the parameters ask.")
    return lines


def _column(words: Words, column: str) -> str:
    named = {"service": words.service, "team_id": words.team, "worker_id": words.worker}
    return named.get(column, column)


def _months(count: int) -> str:
    return "month" if count == 1 else f"{count} months"


SYNTHETIC = "Synthetic data: nobody behind these figures exists."

_INTERNAL = (
    "For use inside the council: all counts are shown, nobody is named. Nothing on this page raises "
    "an alert; "
    "a serious concern is told to the manager by phone, at once."
)


def cover(period: OpenPeriod) -> Section:
    """Days and framework of the period, and whether the data are synthetic or published."""
    parameters = period.parameters
    parts: list[object] = [Note(SYNTHETIC, "banner")] if parameters.synthetic else []
    span = f"{long_date(period.span.start)} to {long_date(period.span.end)}"
    lines = [f"{span}. {period.framework.title}."]
    if parameters.attribution:
        lines.append(parameters.attribution)
    return Section([*parts, Passage(lines)])


def assumptions(period: OpenPeriod) -> Section:
    """Readings that the framework leaves open, printed as assumed."""
    table = plain_table(
        period.quality.assumptions.assign(name=period.quality.assumptions["name"].str.replace("_", " ")),
        table_id="assumptions",
        caption="Readings assumed where the framework is silent or can be read in two ways",
        headings={"name": "About", "reading": "Reading used", "because": "Why it had to be assumed"},
    )
    return Section([table])


def assumptions_in_short(period: OpenPeriod) -> Section:
    """How many readings are assumed, and where they stand."""
    count = len(period.quality.assumptions)
    if not count:
        return Section([])
    readings = are(count, "reading is", "readings are")
    return Section(
        [
            Note(
                f"{readings} assumed where the framework is silent or can be read in two ways. The page on "
                "the framework lists each, with why."
            )
        ]
    )


def draws_for_these_days(sample: Sample) -> str:
    """How many draws the period's days have had for a type of audit, and why each after the first."""
    others = sample.history.dropna(subset="reason")
    why = [
        f"{draw} {'' if pd.isna(replaced) else f'replaces {replaced} '}({reason.rstrip('.')})"
        for draw, replaced, reason in others.itertuples(index=False)
    ]
    return f"{len(sample.history):,}" + (f": {'; '.join(why)}" if why else "")


def _vault(period: OpenPeriod) -> str:
    """The day on which the vault was made and the fingerprint of its key."""
    vault = period.facts["trace"]["vault"]
    if period.parameters.synthetic:
        return f"the key published with the kit, fingerprint {vault['key']}; for data that the kit made"
    return f"made on {long_date(vault['made_on'])}; fingerprint of its key {vault['key']}"


def since_edition(period: OpenPeriod) -> list[Note]:
    """How many audits that counted in the last edition are gone or changed, and why."""
    since = period.facts["since_edition"]
    if not since:
        return []
    gone, changed, corrected = since["gone"], since["changed"], since["corrected"]
    if not (gone or changed or corrected):
        return []
    words = [f"{are(count, 'is', 'are')} gone ({why})" for why, count in gone.items()]
    words += [f"{are(count, 'has', 'have')} another {what}" for what, count in changed.items()]
    words += [f"{are(corrected, 'was', 'were')} corrected"] * bool(corrected)
    return [
        Note(
            f"Of the {since['audits']:,} {period.framework.words.audits} that counted in edition "
            f"{since['edition']}, {', '.join(words)}. Figures that rest on them differ from that edition's."
        )
    ]


def data_quality_in_short(period: OpenPeriod) -> Section:
    """How many rows were set aside, and where more than usual was allowed and why."""
    quality = period.quality
    line = Note(f"{_set_aside(period)} The report on the sample lists them by source and rule.")
    allowed = [
        Note(f"{row.table}: up to {percent(row.at_most)} set aside is allowed. {row.because}", "assumption")
        for row in quality.allowances.itertuples()
    ]
    about = [*since_edition(period), *_not_drawn(period), *_only_in_plans(period), *_retired(period)]
    return Section([line, *about, *allowed])


def _set_aside(period: OpenPeriod) -> str:
    """How many rows were read, and how many of them set aside."""
    counts = period.quality.counts
    aside, rows = int(counts["set_aside"].sum()), int(counts["rows"].sum())
    return (
        f"{count_of(aside, rows)} rows read were set aside because a cell breaks a rule; they were counted "
        "and not guessed at."
    )


def _not_drawn(period: OpenPeriod) -> list[Note]:
    """How many of the period's audits are called random and match no drawn case."""
    count = period.called_random
    if not count:
        return []
    words = period.framework.words
    audits = are(count, f"{words.audit} is", f"{words.audits} are")
    return [
        Note(
            f"{audits} called random and of no drawn {words.case}. They count as chosen: no "
            "estimate and no trend rests on them."
        )
    ]


def _only_in_plans(period: OpenPeriod) -> list[Note]:
    """How many of them only Annex A's lists of plans hold."""
    count, words = period.facts["only_in_plans"], period.framework.words
    if not count:
        return []
    return [
        Note(
            f"{count:,} {f'{words.child} has' if count == 1 else f'{words.children} have'} an open plan or "
            "placement in list 7 or 8 of Annex A and no open row in list 6. They are in the caseload, and "
            "listed in the vault."
        )
    ]


def _retired(period: OpenPeriod) -> list[Note]:
    """Up to which day identities were taken out of the vault, and when."""
    return [
        Note(
            f"Identities not seen since {long_date(done['before'])} were retired on {long_date(done['on'])}: "
            "the vault no longer says who they are. Figures are not touched by it."
        )
        for done in period.facts["retired"][-1:]
    ]


def data_quality(period: OpenPeriod) -> Section:
    """Rows read and rows set aside, by source, with the rules that they broke."""
    quality, words = period.quality, period.framework.words
    parts: list[object] = [
        Note(_set_aside(period)),
        plain_table(
            quality.counts,
            table_id="rows_read",
            caption="Rows read and rows set aside, by source",
            headings={
                "table": "Table",
                "source": "Source",
                "rows": "Rows read",
                "set_aside": "Set aside",
                "left_out": "Not used, no fault",
            },
            note=f"Not used without a fault: closed {words.cases}, {words.cases} opened later, earlier names "
            f"of {words.teams}.",
        ),
    ]
    if len(quality.faults):
        parts.append(
            plain_table(
                quality.faults,
                table_id="rows_set_aside",
                caption="Rules broken, and what became of the rows",
                headings={
                    "source": "Source",
                    "table": "Table",
                    "column": "Column",
                    "rule": "What is wrong: the cell",
                    "effect": "What became of it",
                    "rows": "Rows",
                },
            )
        )
    return Section(parts)


def provenance(period: OpenPeriod) -> Section:
    """What the page was made from, so that it can be made again."""
    facts = period.facts
    rows = [
        (
            "Period",
            f"{period.parameters.period}, {long_date(period.span.start)} to {long_date(period.span.end)}",
        ),
        ("Framework", period.framework.title),
        ("Vault", _vault(period)),
        *(("Other councils of the vault", said) for said in others_said(facts)),
        ("Register", f"as at row {facts['register_seq']:,}"),
        ("Kit", f"qaf-kit {facts['kit_version']}"),
    ]
    for sample in period.samples:
        rows.append(
            (f"Draw: {sample.label}", f"{sample.draw_id}; {sample.drawn} of {sample.eligible:,} drawn")
        )
        rows.append((f"Draws for these days: {sample.label}", draws_for_these_days(sample)))
        rows.append(
            (f"Frame: {sample.label}", f"{sample.open_cases:,} rows, SHA-256 {sample.frame_sha256[:16]}")
        )
    if period.other_draws:
        rows.append(("Other draws for these days, not used", ", ".join(period.other_draws)))
    frame = pd.DataFrame(rows, columns=["what", "value"])
    table = plain_table(
        frame,
        table_id="provenance",
        caption="Period, framework, register, kit and draws",
        headings={"what": "What", "value": "Value"},
    )
    if period.parameters.attribution:
        return Section([table])
    return Section([table, Note(_INTERNAL)])
