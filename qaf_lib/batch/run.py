"""The main job: prepare, execute, export, publish."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from filelock import FileLock, Timeout

from qaf_lib.batch.edition import Published, changes_between, next_number, publish
from qaf_lib.batch.execute import Job, Outcome, execute_all
from qaf_lib.batch.export import Page, export_notebook
from qaf_lib.batch.front import front_page
from qaf_lib.display.sections import summary
from qaf_lib.display.sections.cover import SYNTHETIC
from qaf_lib.errors import EditionError, InputError
from qaf_lib.files import write_text
from qaf_lib.parameters import Parameters, load_parameters
from qaf_lib.period import OpenPeriod, open_period
from qaf_lib.period.restricted import write_restricted
from qaf_lib.prepare import prepare
from qaf_lib.recording import Orders
from qaf_lib.register import Register

__all__ = ["RunResult", "run"]

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks" / "quarter"
SLT = "09_slt_report"
TEAM = "team_report"
REPORTS = {
    "09_slt_report": (
        "SLT report",
        "What leaders need to know and decide; it stands alone, on paper too.",
    ),
    "01_programme": ("Programme", "What was planned and done, and how far coverage has come."),
    "02_sample": ("Sample", "Which cases were drawn, from which list, and how sure that makes us."),
    "03_grades": ("Grades", "How good practice is: overall, by question, service, team and group."),
    "04_moderation": ("Moderation", "Whether audit grades hold when they are looked at again."),
    "05_reaudit": ("Re-audit", "Whether practice has changed."),
    "06_practice": ("Practice", "Rules broken, duties by role, coverage, lists and deadlines."),
    "07_voice": ("Voice", "What families said: surveys, complaints, compliments."),
    "08_actions": ("Actions", "What became of what had to happen."),
    "10_evidence": ("Evidence", "What all sources say together, indicators, and groups side by side."),
    "11_framework": ("The framework", "The rules these reports follow, and how they were read."),
}
"""Title and description of each report, in the front page's order."""


@dataclass(frozen=True)
class RunResult:
    """A finished run: the front page, the edition, and the notebooks that failed."""

    index: Path
    edition: Published
    failed: list[Outcome]
    protected: bool


def run(parameters_file: str | Path, *, say: Callable[[str], None], withdraw: str | None = None) -> RunResult:
    """Run the main job for one parameter file.

    Parameters
    ----------
    parameters_file : str or Path
        The period to report.
    say : callable
        Told each step in a line.
    withdraw : str, optional
        Why rows that count may be withdrawn.

    Raises
    ------
    InputError
        If parameters or sources are wrong, or another run holds the period.
    EditionError
        If there is no sound SLT report, or an identifier was found; nothing is published then.
    """
    parameters = load_parameters(parameters_file)
    say(f"Preparing {parameters.council}, {parameters.period}")
    prepared = prepare(parameters, orders=Orders(withdraw=withdraw))
    for line in prepared.lines(parameters.rules.words.cases):
        say(line)
    parameters.period_vault.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with FileLock(parameters.period_vault / "run.lock", timeout=0):
            result = _run(parameters, prepared.protected, say)
    except Timeout:
        raise InputError(
            f"{parameters.path}: another run of {parameters.council}, {parameters.period} is under way. "
            "Wait for it to end."
        ) from None
    return result


def _run(parameters: Parameters, protected: bool, say: Callable[[str], None]) -> RunResult:
    period = open_period(parameters.path)
    executed = parameters.period_vault / "executed"
    shutil.rmtree(executed, ignore_errors=True)
    jobs = _jobs(parameters, period, executed)
    say(f"Executing {len(jobs)} notebooks")
    outcomes = execute_all(jobs, tell=lambda outcome: say(_line(outcome)))
    failed = [outcome for outcome in outcomes if not outcome.ok]
    if any(outcome.job.name == SLT for outcome in failed):
        raise EditionError(
            "The SLT report was not completed; nothing was published. The run's lines say why."
        )
    say("Exporting pages and checking them")
    pages = {_place(outcome): _page(outcome, period) for outcome in outcomes if outcome.ok}
    parameters.outputs.mkdir(parents=True, exist_ok=True)
    number = next_number(parameters.outputs)
    edition = publish(
        folder=parameters.outputs,
        number=number,
        pages=pages,
        manifest=_manifest(period, number, outcomes),
        references=_references(parameters),
        own_words=period.own_words,
    )
    write_restricted(parameters)
    index = _front(parameters, period, edition, outcomes)
    _record(parameters, period, edition, failed)
    return RunResult(index, edition, failed, protected)


def _jobs(parameters: Parameters, period: OpenPeriod, executed: Path) -> list[Job]:
    given = {"parameters_file": str(parameters.path)}
    jobs = [
        Job(name, NOTEBOOKS / f"{name}.ipynb", executed / f"{name}.ipynb", given) for name in sorted(REPORTS)
    ]
    if parameters.audience == "internal":
        jobs += [
            Job(
                f"{TEAM} {team}",
                NOTEBOOKS / f"{TEAM}.ipynb",
                executed / "teams" / f"{_slug(team)}.ipynb",
                {**given, "team_id": team},
            )
            for team in period.team_ids
        ]
    return jobs


def _line(outcome: Outcome) -> str:
    message = f"\n    {outcome.message}" if outcome.message else ""
    return f"  {outcome.job.name}: {outcome.status} ({outcome.seconds:.1f} s){message}"


def _slug(team: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in team.lower())


def _place(outcome: Outcome) -> str:
    name = outcome.job.name
    if name.startswith(TEAM):
        return f"teams/{_slug(outcome.job.parameters['team_id'])}/{TEAM}.html"
    return f"reports/{name.split('_', 1)[1]}.html"


def _page(outcome: Outcome, period: OpenPeriod) -> Page:
    name, parameters = outcome.job.name, period.parameters
    team = outcome.job.parameters.get("team_id", "")
    title = f"{period.team_names.get(team, team)}: audit findings" if team else REPORTS[name][0]
    return export_notebook(
        notebook=outcome.job.output,
        title=title,
        subtitle=f"{parameters.council}, {parameters.period}",
        mark=_mark(parameters),
        back="" if name == SLT else _back(outcome),
    )


def _back(outcome: Outcome) -> str:
    return "../" * (_place(outcome).count("/") + 1) + "index.html"


def _mark(parameters: Parameters) -> str:
    if parameters.audience == "shared" or parameters.attribution:
        return ""
    return "OFFICIAL-SENSITIVE"


def _provenance(period: OpenPeriod) -> dict[str, str]:
    return {
        "Register": f"as at row {period.facts['register_seq']:,}",
        "Kit": f"qaf-kit {period.facts['kit_version']}",
        "Framework": period.framework.framework,
    }


def _manifest(period: OpenPeriod, number: int, outcomes: list[Outcome]) -> dict[str, object]:
    parameters = period.parameters
    return {
        "council": parameters.council,
        "period": parameters.period,
        "framework": parameters.framework,
        "audience": parameters.audience,
        "edition": number,
        "synthetic": parameters.synthetic is not None,
        "register_seq": period.facts["register_seq"],
        "kit_version": period.facts["kit_version"],
        "python": platform.python_version(),
        "sources": period.facts["sources"],
        "parameters": parameters.path.name,
        "draws": [
            {
                "draw": sample.draw_id,
                "drawn": sample.drawn,
                "of": sample.eligible,
                "frame_sha256": sample.frame_sha256,
            }
            for sample in period.samples
        ],
        "notebooks": {
            outcome.job.name: {"status": outcome.status, "seconds": outcome.seconds} for outcome in outcomes
        },
    }


def _references(parameters: Parameters) -> list[str]:
    with Register(parameters.vault / "register.sqlite") as register:
        return [str(reference) for reference in register.read("identity")["reference"]]


def _front(parameters: Parameters, period: OpenPeriod, edition: Published, outcomes: list[Outcome]) -> Path:
    """The front page of the newest edition: replaced last, in one step."""
    done = {outcome.job.name: _place(outcome) for outcome in outcomes if outcome.ok}
    folder = edition.folder.name
    links = [(f"{folder}/{done[name]}", *words) for name, words in REPORTS.items() if name in done]
    links += [
        (f"{folder}/{place}", period.team_names.get(name.split(" ", 1)[1], name), "This team's own page.")
        for name, place in done.items()
        if name.startswith(TEAM)
    ]
    previous = parameters.outputs / f"edition-{edition.number - 1}"
    html = front_page(
        title="Quality assurance report",
        council=parameters.council,
        period=parameters.period,
        mark=_mark(parameters),
        banner=SYNTHETIC if parameters.synthetic else "",
        headlines=summary.headlines(period),
        decisions=summary.needs(period),
        links=links,
        failed=[f"{outcome.job.name}: {outcome.status}" for outcome in outcomes if not outcome.ok],
        changes=changes_between(previous if previous.is_dir() else None, edition.folder),
        provenance={**_provenance(period), "Edition": str(edition.number)},
    )
    index = parameters.outputs / "index.html"
    write_text(index, html)
    return index


def _record(parameters: Parameters, period: OpenPeriod, edition: Published, failed: list[Outcome]) -> None:
    row = pd.DataFrame(
        {
            "edition_id": [f"{parameters.period} {edition.number}"],
            "period": parameters.period,
            "register_seq": period.facts["register_seq"],
            "audience": parameters.audience,
            "manifest_sha256": edition.manifest_sha256,
            "status": "published with failures" if failed else "published",
        }
    )
    with Register(parameters.vault / "register.sqlite") as register:
        register.add({"edition": row}, by="qaf run")
