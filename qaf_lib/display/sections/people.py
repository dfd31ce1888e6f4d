"""How many people took part in quality assurance, and for how many supervision has its evidence."""

from __future__ import annotations

from qaf_lib.display.passages import Note
from qaf_lib.display.sections.section import Section, in_the_vault
from qaf_lib.display.tables import share_table
from qaf_lib.display.words import count_of, count_words, long_date, percent
from qaf_lib.period import OpenPeriod

__all__ = ["supervision", "took_part"]

_KINDS = {
    "audited": "Made an audit",
    "own case audited": "Took part in an audit of their own work",
    "moderated": "Looked at an audit again",
    "observation": "Was observed, or observed somebody",
    "training": "Training",
    "meeting": "Meetings, clinics, panels and visits",
    "supervision": "Supervision or appraisal, as either side",
}


def took_part(period: OpenPeriod) -> Section:
    """Practitioners and managers who took part in at least one kind of activity."""
    found = period.people
    rows = found.people.set_index("row_key")
    everybody = int(rows["n"].iloc[0])
    if not everybody:
        return Section([])
    some = everybody - int(rows.loc["none", "x"])
    several = int(rows.loc["two kinds or more", "x"])
    since = long_date(found.first)
    return Section(
        [
            Note(
                f"Since {since}, {count_of(some, everybody)} practitioners and managers in post "
                f"({percent(some / everybody)}) took part in quality assurance beside their own supervision, "
                f"and {count_words(several)} of them in two kinds or more."
            ),
            *_by_kind(period, since),
            Note(in_the_vault("who they are")),
        ]
    )


def _by_kind(period: OpenPeriod, since: str) -> list[object]:
    kinds = period.people.kinds
    some = kinds[kinds["x"] > 0]
    table = share_table(
        some,
        caption=f"People in post who took part in quality assurance since {since}, by kind",
        row_heading="Kind",
        labels=_KINDS,
        note="Full counts of people, from audits, moderations and the duty log. A person may stand in "
        "several rows.",
    )
    none = [_KINDS[str(name)].lower() for name in kinds.loc[kinds["x"] == 0, "row_key"]]
    nobody = [Note(f"Nobody is on record for: {'; '.join(none)}.")] if none else []
    return [*([table] if len(some) else []), *nobody]


def supervision(period: OpenPeriod) -> Section:
    """For how many people the evidence for supervision lies ready."""
    found = period.people
    if not found.packs:
        return Section([])
    word = "supervisor" if found.managers == 1 else "supervisors"
    return Section(
        [
            Note(
                f"For {count_words(found.packs)} people with {count_words(found.managers)} {word} the "
                "evidence lies ready: what they hold, the indicators counted on it, audits of it, "
                "observations and the learning needs seen, supervisions and feedback. It is the vault's list "
                "supervision, for their supervisors alone. No page shows a figure of one person."
            )
        ]
    )
