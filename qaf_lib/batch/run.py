"""The main job: prepare, execute, export, publish."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import nbformat

from qaf_lib.batch.commentary import read_commentary, sections_of
from qaf_lib.batch.documents import write_documents
from qaf_lib.batch.edition import (
    INTENDED,
    PUBLISHED,
    Staged,
    changes_between,
    check_staged,
    kit_sum,
    manifest_of,
    named_edition,
    next_number,
    publish,
    record,
    settle,
    stage,
    standing_edition,
)
from qaf_lib.batch.execute import Job, Outcome, execute_all
from qaf_lib.batch.export import Page, export_notebook
from qaf_lib.batch.page import Group, Link, front_page
from qaf_lib.batch.paper import check_template
from qaf_lib.batch.takeaway import TABLES, takeaway_files
from qaf_lib.errors import EditionError
from qaf_lib.pages import OpenPeriod, open_period
from qaf_lib.pages.cover import SYNTHETIC
from qaf_lib.pages.leaders import sections as leaders
from qaf_lib.pages.leaders.decisions import decisions_of, on_one_line
from qaf_lib.pages.practice.restricted import write_restricted
from qaf_lib.parameters import Parameters, load_parameters
from qaf_lib.prepare import PREPARED, Orders, Prepared, preparing
from qaf_lib.register import Register
from qaf_lib.text import address_of

__all__ = ["RunResult", "run"]

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks" / "quarter"
TEAM = "team_report"
_LEADERS, _MANAGERS, _AUDITORS, _METHOD = (
    "For leaders",
    "For managers",
    "For auditors and the quality team",
    "How it is done",
)
"""Readers of reports, in the front page's order."""

REPORTS = {
    "09_slt_report": (
        "Report to the {leaders}",
        "What leaders need to know and decide; it stands alone, on paper too.",
        _LEADERS,
    ),
    "13_self_evaluation": (
        "What we know of our practice",
        "Quality and impact, how we know, and what we do about it: for the yearly self-evaluation.",
        _LEADERS,
    ),
    "12_framework_reports": (
        "Reports in the framework's order",
        "Each report that the framework asks for, heading by heading, answered from the records.",
        _LEADERS,
    ),
    "03_grades": (
        "Grades",
        "How good practice is: overall, by question, {service}, {team} and group.",
        _MANAGERS,
    ),
    "05_reaudit": ("Re-audit", "Whether practice has changed.", _MANAGERS),
    "06_practice": (
        "Practice",
        "Duties by role and how they stand, coverage, lists and deadlines.",
        _MANAGERS,
    ),
    "07_voice": ("Voice", "What {families} said: surveys, complaints, compliments.", _MANAGERS),
    "08_actions": ("Actions", "What became of what had to happen.", _MANAGERS),
    "10_evidence": (
        "Evidence",
        "What all sources say together, indicators, and groups side by side.",
        _MANAGERS,
    ),
    "01_programme": ("Programme", "What was planned and done, and how far coverage has come.", _AUDITORS),
    "02_sample": (
        "Sample",
        "Which {cases} were drawn, from which list, and how sure that makes us.",
        _AUDITORS,
    ),
    "04_moderation": ("Moderation", "Whether audit grades hold when they are looked at again.", _AUDITORS),
    "11_framework": ("The framework", "The rules these reports follow, and how they were read.", _METHOD),
}
"""Title, description and reader of each internal report, in the front page's order; the first leads.

They name things in the framework's words.
"""

_PAPER = "The first report as a document, to put before a committee. Read it through before it goes out."
_TABLES = (
    "The numbers behind every table of the reports. The folder charts beside it has the charts for slides."
)

SHARED = {
    "shared_report": (
        "Report for partners",
        "How good practice is, what was found and what was decided.",
        "",
    ),
}
"""The same of a shared edition: one report, made for sharing."""


@dataclass(frozen=True)
class RunResult:
    """A finished run: the front page, the edition's number, and the notebooks that failed.

    `stood` tells that the edition is an earlier run's, which this one would only have made again; `protected`
    is None then.
    """

    index: Path
    number: int
    failed: list[Outcome]
    protected: bool | None
    stood: bool = False

    @property
    def edition(self) -> Path:
        """The edition's folder."""
        return self.index.parent / f"edition-{self.number}"


def run(
    parameters_file: str | Path,
    *,
    say: Callable[[str], None],
    came: Callable[[int, int], None] = lambda done, total: None,
    withdraw: str | None = None,
    workers: int | None = None,
    again: bool = False,
) -> RunResult:
    """Run the main job for one parameter file; where nothing has changed since its edition, that one stands.

    The sources are read once: every notebook opens the period store that this run prepared, and nobody else
    prepares the council's periods until the run has ended.

    Parameters
    ----------
    parameters_file : str or Path
        The period to report.
    say : callable
        Told each step in a line.
    came : callable, optional
        Told after each notebook how many of how many are done (counts).
    withdraw : str, optional
        Why rows that count may be withdrawn.
    workers : int, optional
        Notebooks to execute at a time; as many as there are cores unless told.
    again : bool
        Make another edition all the same.

    Raises
    ------
    InputError
        If parameters or sources are wrong, or another run holds the council's vault.
    EditionError
        If there is no sound leading report, or an identifier was found; nothing is published then.
    """
    parameters = load_parameters(parameters_file)
    if parameters.template:
        check_template(parameters.template)
    words = _commentary(parameters)
    kit_sha256 = kit_sum(NOTEBOOKS)
    number = None if again else standing_edition(parameters, kit_sha256)
    if number is not None:
        say(f"{parameters.council}, {parameters.period}: nothing has changed since edition {number}.")
        return RunResult(parameters.outputs / "index.html", number, [], protected=None, stood=True)
    say(f"Preparing {parameters.council}, {parameters.period}")
    with preparing(parameters, orders=Orders(withdraw=withdraw), wait=0) as prepared:
        settle(parameters)
        for line in prepared.lines(parameters.rules.words.cases):
            say(line)
        period = open_period(prepared.store / PREPARED)
        if parameters.commentary and not parameters.commentary.reviewed:
            say("The commentary is left out: the parameters do not say that it is reviewed.")
        outcomes, pages = _executed(period, prepared, say, came, workers, words)
        return _run(period, prepared, say, outcomes, pages, kit_sha256)


def _run(
    period: OpenPeriod,
    prepared: Prepared,
    say: Callable[[str], None],
    outcomes: list[Outcome],
    pages: Mapping[str, Page],
    kit_sha256: str,
) -> RunResult:
    parameters = period.parameters
    failed = [outcome for outcome in outcomes if not outcome.ok]
    leading = next(iter(_reports(parameters)))
    if any(outcome.job.name == leading for outcome in failed):
        raise EditionError(
            f"The {_reports(parameters)[leading][0]} was not completed; nothing was published. "
            "The run's lines say why."
        )
    say("Checking pages and what else the edition holds")
    write_restricted(period.store)
    write_documents(period.store)
    parameters.outputs.mkdir(parents=True, exist_ok=True)
    number = next_number(parameters)
    staged = stage(
        folder=parameters.outputs,
        number=number,
        pages=pages,
        manifest=manifest_of(period, number, outcomes, kit_sha256),
        files=takeaway_files(
            pages,
            leading=f"reports/{_stem(leading)}.html",
            mark=_mark(parameters),
            subtitle=_subtitle(parameters),
            template=parameters.template,
        ),
    )
    try:
        check_staged(
            staged,
            front=_front(period, staged, outcomes),
            references=_references(parameters),
            own_words=period.own_words,
        )
        status = "published with failures" if failed else PUBLISHED
        _record(period, staged, f"{INTENDED}{status}")
        index = publish(staged)
        _record(period, staged, status)
    finally:
        shutil.rmtree(staged.beside, ignore_errors=True)
    return RunResult(index, number, failed, prepared.protected)


def _executed(
    period: OpenPeriod,
    prepared: Prepared,
    say: Callable[[str], None],
    came: Callable[[int, int], None],
    workers: int | None,
    words: Mapping[str, Mapping[str, str]],
) -> tuple[list[Outcome], dict[str, Page]]:
    """Every notebook of the edition, run on the store as it was prepared, and the pages of those completed.

    A page is made while other notebooks still run.
    """
    executed = period.parameters.period_vault / "executed"
    shutil.rmtree(executed, ignore_errors=True)
    jobs = _jobs(period, {"parameters_file": str(prepared.store / PREPARED)}, executed)
    say(f"Executing {len(jobs)} notebooks")
    done, made = count(1), {}

    def tell(outcome: Outcome) -> None:
        say(_line(outcome))
        came(next(done), len(jobs))
        if outcome.ok:
            made[_place(outcome)] = _page(outcome, period, words.get(_stem(outcome.job.name), {}))

    outcomes = execute_all(jobs, tell=tell, workers=workers)
    return outcomes, {_place(outcome): made[_place(outcome)] for outcome in outcomes if outcome.ok}


def _reports(parameters: Parameters) -> Mapping[str, tuple[str, str, str]]:
    """Title, description and reader of each report of the edition, in the framework's words."""
    reports = SHARED if parameters.audience == "shared" else REPORTS
    words = parameters.rules.words.model_dump()
    return {
        name: (title.format(**words), told.format(**words), reader)
        for name, (title, told, reader) in reports.items()
    }


def _jobs(period: OpenPeriod, given: Mapping[str, str], executed: Path) -> list[Job]:
    jobs = [
        Job(name, NOTEBOOKS / f"{name}.ipynb", executed / f"{name}.ipynb", given)
        for name in sorted(_reports(period.parameters))
    ]
    if period.parameters.audience == "internal":
        jobs += [
            Job(
                f"{TEAM} {team}",
                NOTEBOOKS / f"{TEAM}.ipynb",
                executed / "teams" / f"{address_of(team)}.ipynb",
                {**given, "team_id": team},
            )
            for team in period.team_ids
        ]
    return jobs


def _line(outcome: Outcome) -> str:
    message = f"\n    {outcome.message}" if outcome.message else ""
    return f"  {outcome.job.name}: {outcome.status} ({outcome.seconds:.1f} s){message}"


def _place(outcome: Outcome) -> str:
    team = outcome.job.parameters.get("team_id")
    if team is not None:
        return f"teams/{address_of(team)}/{TEAM}.html"
    return f"reports/{_stem(outcome.job.name)}.html"


def _stem(notebook: str) -> str:
    """What a notebook's page is called: its name without the number that orders it."""
    return re.sub(r"^[0-9]+_", "", notebook)


def _subtitle(parameters: Parameters) -> str:
    return f"{parameters.council}, {parameters.period}"


def _commentary(parameters: Parameters) -> Mapping[str, Mapping[str, str]]:
    """The analyst's words that are reviewed, by page and section; the file is checked either way."""
    if parameters.commentary is None:
        return {}
    reads: Any = nbformat.read
    sections = {
        _stem(name): sections_of(reads(NOTEBOOKS / f"{name}.ipynb", as_version=4))
        for name in _reports(parameters)
    }
    named = parameters.commentary.file
    words = read_commentary(parameters.source_path(named), named=named, pages=sections)
    return words if parameters.commentary.reviewed else {}


def _page(outcome: Outcome, period: OpenPeriod, words: Mapping[str, str]) -> Page:
    parameters, place = period.parameters, _place(outcome)
    team = outcome.job.parameters.get("team_id")
    reports = _reports(parameters)
    return export_notebook(
        notebook=outcome.job.output,
        title=_title(outcome, period) if team is None else f"{_title(outcome, period)}: audit findings",
        subtitle=_subtitle(parameters),
        mark=_mark(parameters),
        back="" if outcome.job.name == next(iter(reports)) else "../" * (place.count("/") + 1) + "index.html",
        tables="tables" if team else "../tables",
        words=words,
    )


def _title(outcome: Outcome, period: OpenPeriod) -> str:
    team = outcome.job.parameters.get("team_id")
    if team is None:
        return _reports(period.parameters)[outcome.job.name][0]
    return period.team_names.get(team, team)


def _mark(parameters: Parameters) -> str:
    if parameters.audience == "shared" or parameters.attribution:
        return ""
    return "OFFICIAL-SENSITIVE"


def _record(period: OpenPeriod, staged: Staged, status: str) -> None:
    record(
        period.parameters,
        number=staged.number,
        manifest_sha256=staged.manifest_sha256,
        register_seq=period.facts["register_seq"],
        status=status,
    )


def _references(parameters: Parameters) -> list[str]:
    with Register(parameters.vault / "register.sqlite") as register:
        return [str(reference) for reference in register.read("identity")["reference"]]


def _front(period: OpenPeriod, staged: Staged, outcomes: Sequence[Outcome]) -> str:
    """The front page that is to name a staged edition; a shared one has links alone."""
    parameters = period.parameters
    groups = _groups(period, staged, outcomes)
    words = {
        "title": "Quality assurance report",
        "council": parameters.council,
        "period": parameters.period,
        "mark": _mark(parameters),
        "banner": SYNTHETIC if parameters.synthetic else "",
    }
    made = {
        "Kit": f"qaf-kit {period.facts['kit_version']}",
        "Framework": period.framework.framework,
        "Edition": str(staged.number),
    }
    if parameters.audience == "shared":
        return front_page(**words, groups=groups, provenance=made, edition=staged.number)
    last = named_edition(parameters.outputs)
    previous = parameters.outputs / f"edition-{last}" if last else None
    return front_page(
        **words,
        headlines=leaders.headlines(period),
        decisions=[on_one_line(asked) for asked in decisions_of(period)],
        groups=groups,
        failed=[f"{outcome.job.name}: {outcome.status}" for outcome in outcomes if not outcome.ok],
        changes=changes_between(previous, staged.edition),
        provenance={"Register": f"as at row {period.facts['register_seq']:,}", **made},
        edition=staged.number,
    )


def _groups(period: OpenPeriod, staged: Staged, outcomes: Sequence[Outcome]) -> list[Group]:
    """Pages for each kind of reader, the teams' own, and the files to take away."""
    reports = _reports(period.parameters)
    done = {outcome.job.name: outcome for outcome in outcomes if outcome.ok}
    by_reader: dict[str, list[Link]] = {}
    for name, (title, told, reader) in reports.items():
        if name in done:
            by_reader.setdefault(reader, []).append(Link(_address(staged, done[name]), title, told))
    teams = [outcome for name, outcome in done.items() if name not in reports]
    words = period.framework.words
    by_reader[f"For each {words.team}"] = [
        Link(_address(staged, outcome), _title(outcome, period))
        for outcome in sorted(teams, key=lambda outcome: _title(outcome, period).casefold())
    ]
    by_reader["To take away"] = [
        Link(f"{staged.name}/{_stem(next(iter(reports)))}.docx", "Committee paper (Word)", _PAPER),
        Link(f"{staged.name}/{TABLES}", "All tables (Excel)", _TABLES),
    ]
    return [Group(title, links) for title, links in by_reader.items() if links]


def _address(staged: Staged, outcome: Outcome) -> str:
    return f"{staged.name}/{_place(outcome)}"
