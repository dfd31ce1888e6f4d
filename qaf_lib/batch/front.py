"""The front page of an edition: the quarter's answer, decisions, pages for each reader, what has changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qaf_lib.batch.changes import changes_between
from qaf_lib.batch.contents import mark_of, place_of, reports_of, stem_of, title_of
from qaf_lib.batch.edition import Staged
from qaf_lib.batch.execute import Outcome
from qaf_lib.batch.page import Group, Link, front_page
from qaf_lib.batch.standing import named_edition
from qaf_lib.batch.takeaway import TABLES
from qaf_lib.exchange import FIGURES
from qaf_lib.pages import OpenPeriod
from qaf_lib.pages.cover import SYNTHETIC
from qaf_lib.pages.leaders import sections as leaders
from qaf_lib.pages.leaders.decisions import decisions_of, on_one_line
from qaf_lib.pages.shared.exchanged import signing_secret
from qaf_lib.register.signature import public_key

_PAPER = "The first report as a document, to put before a committee. Read it through before it goes out."
_TABLES = (
    "The numbers behind every table of the reports. The folder charts beside it has the charts for slides."
)
_FIGURES = (
    "The same rounded figures for a region that sets councils beside one another; tell it the key below."
)


@dataclass(frozen=True)
class Answer:
    """The period's answer and the decisions asked, a sentence each."""

    headlines: Sequence[str] = ()
    decisions: Sequence[str] = ()


def answer_of(period: OpenPeriod) -> Answer:
    """What the front page says of a period; nothing on a shared one's."""
    if period.parameters.audience == "shared":
        return Answer()
    return Answer(leaders.headlines(period), [on_one_line(asked) for asked in decisions_of(period)])


def front_of(period: OpenPeriod, answer: Answer, staged: Staged, outcomes: Sequence[Outcome]) -> str:
    """The front page that is to name a staged edition; a shared one has links alone."""
    parameters = period.parameters
    groups = _groups(period, staged, outcomes)
    words = {
        "title": "Quality assurance report",
        "council": parameters.council,
        "period": parameters.period,
        "mark": mark_of(parameters),
        "banner": SYNTHETIC if parameters.synthetic else "",
    }
    made = {
        "Kit": f"qaf-kit {period.facts['kit_version']}",
        "Framework": period.framework.framework,
        "Edition": str(staged.number),
    }
    if parameters.audience == "shared":
        made["Signed with the public key"] = public_key(signing_secret(parameters), parameters.slug)
        return front_page(**words, groups=groups, provenance=made, edition=staged.number)
    last = named_edition(parameters.outputs)
    previous = parameters.outputs / f"edition-{last}" if last else None
    return front_page(
        **words,
        headlines=answer.headlines,
        decisions=answer.decisions,
        groups=groups,
        failed=[f"{outcome.job.name}: {outcome.status}" for outcome in outcomes if not outcome.ok],
        changes=changes_between(previous, staged.edition),
        provenance={"Register": f"as at row {period.facts['register_seq']:,}", **made},
        edition=staged.number,
    )


def _groups(period: OpenPeriod, staged: Staged, outcomes: Sequence[Outcome]) -> list[Group]:
    """Pages for each kind of reader, the teams' own, and the files to take away."""
    reports = reports_of(period.parameters)
    done = {outcome.job.name: outcome for outcome in outcomes if outcome.ok}
    by_reader: dict[str, list[Link]] = {}
    for name, report in reports.items():
        if name in done:
            link = Link(_address(staged, done[name]), report.title, report.description)
            by_reader.setdefault(report.reader, []).append(link)
    teams = [outcome for name, outcome in done.items() if name not in reports]
    words = period.framework.words
    by_reader[f"For each {words.team}"] = [
        Link(_address(staged, outcome), title_of(outcome.job, period))
        for outcome in sorted(teams, key=lambda outcome: title_of(outcome.job, period).casefold())
    ]
    for_region = Link(f"{staged.name}/{FIGURES}", "Figures for a region (signed)", _FIGURES)
    by_reader["To take away"] = [
        Link(f"{staged.name}/{stem_of(next(iter(reports)))}.docx", "Committee paper (Word)", _PAPER),
        Link(f"{staged.name}/{TABLES}", "All tables (Excel)", _TABLES),
        *([for_region] if period.parameters.audience == "shared" else []),
    ]
    return [Group(title, links) for title, links in by_reader.items() if links]


def _address(staged: Staged, outcome: Outcome) -> str:
    return f"{staged.name}/{place_of(outcome.job)}"
