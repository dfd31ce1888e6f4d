"""The first lines of every page, and the last: what it is about, and what it was made from."""

from __future__ import annotations

import pandas as pd

from qaf_lib.display.passages import Note, Passage
from qaf_lib.display.sections.section import Section
from qaf_lib.display.tables import plain_table
from qaf_lib.display.words import long_date, percent
from qaf_lib.period import OpenPeriod
from qaf_lib.period.sample import Sample
from qaf_lib.trace import others_said

__all__ = ["SYNTHETIC", "assumptions", "cover", "data_quality", "data_quality_in_short", "provenance"]

SYNTHETIC = "Synthetic data: nobody behind these figures exists."

_INTERNAL = (
    "For the council's own leaders: all counts are shown, nobody is named. Nothing on this page raises "
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
    words = [f"{count:,} {'is' if count == 1 else 'are'} gone ({why})" for why, count in gone.items()]
    words += [
        f"{count:,} {'has' if count == 1 else 'have'} another {what}" for what, count in changed.items()
    ]
    words += [f"{corrected:,} {'was' if corrected == 1 else 'were'} corrected"] * bool(corrected)
    return [
        Note(
            f"Of the {since['audits']:,} {period.framework.words.audits} that counted in edition "
            f"{since['edition']}, {', '.join(words)}. Figures that rest on them differ from that edition's."
        )
    ]


def data_quality_in_short(period: OpenPeriod) -> Section:
    """How many rows were set aside, and where more than usual was allowed and why."""
    quality = period.quality
    aside, rows = int(quality.counts["set_aside"].sum()), int(quality.counts["rows"].sum())
    line = Note(
        f"{aside:,} of {rows:,} rows read were set aside because a cell breaks a rule; they were counted and "
        "not guessed at. The report on the sample lists them by source and rule."
    )
    allowed = [
        Note(f"{row.table}: up to {percent(row.at_most)} set aside is allowed. {row.because}", "assumption")
        for row in quality.allowances.itertuples()
    ]
    about = [*since_edition(period), *_not_drawn(period), *_only_in_plans(period), *_retired(period)]
    return Section([line, *about, *allowed])


def _not_drawn(period: OpenPeriod) -> list[Note]:
    """How many of the period's audits are called random and match no drawn case."""
    count = period.called_random
    if not count:
        return []
    words = period.framework.words
    audits = f"{words.audit} is" if count == 1 else f"{words.audits} are"
    return [
        Note(
            f"{count:,} {audits} called random and of no drawn {words.case}. They count as chosen: no "
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
