"""The main job: prepare, execute, export, publish."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from itertools import count
from pathlib import Path
from typing import Any

import nbformat

from qaf_lib.batch import contents
from qaf_lib.batch.commentary import read_commentary, sections_of
from qaf_lib.batch.contents import mark_of, place_of, reports_of, stem_of, subtitle_of, title_of
from qaf_lib.batch.documents import write_documents
from qaf_lib.batch.edition import Staged, check_staged, manifest_of, publish, stage
from qaf_lib.batch.execute import Job, KernelPool, Outcome
from qaf_lib.batch.export import Page, export_notebook, with_page_links
from qaf_lib.batch.front import Answer, answer_of, front_of
from qaf_lib.batch.paper import check_template
from qaf_lib.batch.region import run_region
from qaf_lib.batch.standing import (
    INTENDED,
    NOTEBOOKS,
    PUBLISHED,
    RunResult,
    kit_sum,
    next_number,
    record,
    settle,
)
from qaf_lib.batch.takeaway import takeaway_files
from qaf_lib.errors import EditionError
from qaf_lib.exchange import FIGURES, signed
from qaf_lib.fingerprint import PREPARED
from qaf_lib.pages import OpenPeriod, open_period
from qaf_lib.pages.practice.restricted import write_restricted
from qaf_lib.pages.shared.exchanged import figures_of, signing_secret
from qaf_lib.parameters import Parameters, load_parameters
from qaf_lib.prepare import Orders, Prepared, preparing
from qaf_lib.region import is_region, load_region
from qaf_lib.register import Register
from qaf_lib.text import address_of

__all__ = ["run"]


def run(
    parameters_file: str | Path,
    *,
    say: Callable[[str], None],
    pool: KernelPool | None = None,
    came: Callable[[int, int], None] = lambda done, total: None,
    withdraw: str | None = None,
) -> RunResult:
    """Run the main job for one parameter file, of a council's period or of a region's.

    The sources are read once: every notebook opens the period store that this run prepared, and nobody else
    prepares the council's periods until the run has ended. Notebooks that an interrupted run of the same
    store and kit had run to their end are not run again.

    Parameters
    ----------
    parameters_file : str or Path
        The period to report.
    say : callable
        Told each step in a line.
    pool : KernelPool, optional
        Where the notebooks run, for several councils one after another; one of this run's own unless given.
    came : callable, optional
        Told after each notebook how many of how many are done (counts).
    withdraw : str, optional
        Why rows that count may be withdrawn.

    Raises
    ------
    InputError
        If parameters or sources are wrong, or another run holds the council's vault.
    EditionError
        If there is no sound leading report, or an identifier was found; nothing is published then.
    """
    if is_region(parameters_file):
        return run_region(load_region(parameters_file), say=say, pool=pool, came=came)
    parameters = load_parameters(parameters_file)
    if parameters.template:
        check_template(parameters.template)
    words = _commentary(parameters)
    kit_sha256 = kit_sum()
    say(f"Preparing {parameters.council}, {parameters.period}")
    with (
        nullcontext(pool) if pool else KernelPool() as kernels,
        ThreadPoolExecutor(max_workers=1) as beside,
        preparing(parameters, orders=Orders(withdraw=withdraw), wait=0) as prepared,
    ):
        settle(parameters)
        for line in prepared.lines(parameters.rules.words.cases):
            say(line)
        period = open_period(prepared.store / PREPARED)
        if parameters.commentary and not parameters.commentary.reviewed:
            say("The commentary is left out: the parameters do not say that it is reviewed.")
        executed = _room_for_executed(prepared.store, kit_sha256)
        jobs = _jobs(period, {"parameters_file": str(prepared.store / PREPARED)}, executed)
        besides = beside.submit(_besides, period)
        outcomes, pages = _executed(period, jobs, kernels, say, came, words, prepared)
        return _published(period, prepared, say, besides.result(), outcomes, pages, kit_sha256)


def _besides(period: OpenPeriod) -> Answer:
    """The vault's own lists and the front page's answer, made while notebooks run."""
    write_restricted(period.store)
    write_documents(period.store)
    return answer_of(period)


def _published(
    period: OpenPeriod,
    prepared: Prepared,
    say: Callable[[str], None],
    answer: Answer,
    outcomes: list[Outcome],
    pages: Mapping[str, Page],
    kit_sha256: str,
) -> RunResult:
    parameters = period.parameters
    failed = [outcome for outcome in outcomes if not outcome.ok]
    leading = next(iter(reports_of(parameters)))
    if any(outcome.job.name == leading for outcome in failed):
        raise EditionError(
            f"The {reports_of(parameters)[leading].title} was not completed; nothing was published. "
            "The run's lines say why."
        )
    prepared.hold.refuse_taken()
    say("Checking pages and what else the edition holds")
    parameters.outputs.mkdir(parents=True, exist_ok=True)
    number = next_number(parameters)
    staged = stage(
        folder=parameters.outputs,
        number=number,
        pages=pages,
        manifest=manifest_of(period, number, outcomes, kit_sha256),
        files=takeaway_files(
            pages,
            leading=f"reports/{stem_of(leading)}.html",
            mark=mark_of(parameters),
            subtitle=subtitle_of(parameters),
            template=parameters.template,
        )
        | _figures(period, number),
    )
    try:
        check_staged(
            staged,
            front=front_of(period, answer, staged, outcomes),
            references=_references(parameters),
            own_words=period.own_words,
        )
        prepared.hold.refuse_taken()
        status = "published with failures" if failed else PUBLISHED
        _record(period, staged, f"{INTENDED}{status}")
        index = publish(staged)
        _record(period, staged, status)
    except OSError:
        prepared.hold.refuse_taken()  # whoever took the council over has cleared away what was staged
        raise
    finally:
        shutil.rmtree(staged.beside, ignore_errors=True)
    return RunResult(index, number, failed, prepared.protected)


def _figures(period: OpenPeriod, number: int) -> dict[str, bytes]:
    """The signed file for a region, of a shared edition."""
    parameters = period.parameters
    if parameters.audience != "shared":
        return {}
    secret = signing_secret(parameters)
    return {FIGURES: signed(figures_of(period, number), secret=secret, folder=parameters.slug)}


def _room_for_executed(store: Path, kit_sha256: str) -> Path:
    """The folder for notebooks executed on this store by this kit; what other stores and kits left goes."""
    total = hashlib.sha256(kit_sha256.encode())
    for path in sorted(store.iterdir()):
        total.update(path.name.encode() + path.read_bytes())
    every = store.parent / "executed"
    room = every / total.hexdigest()[:16]
    for left in every.glob("*"):
        if left != room:
            shutil.rmtree(left) if left.is_dir() else left.unlink()
    return room


def _executed(
    period: OpenPeriod,
    jobs: list[Job],
    pool: KernelPool,
    say: Callable[[str], None],
    came: Callable[[int, int], None],
    words: Mapping[str, Mapping[str, str]],
    prepared: Prepared,
) -> tuple[list[Outcome], dict[str, Page]]:
    """Every notebook of the edition, run on the store as it was prepared, and the pages of those completed.

    A page is made while other notebooks still run.
    """
    say(f"Executing {len(jobs)} notebooks")
    done, made = count(1), {}

    def tell(outcome: Outcome) -> None:
        prepared.hold.refuse_taken()
        say(_line(outcome))
        came(next(done), len(jobs))
        if outcome.ok:
            made[place_of(outcome.job)] = _page(outcome, period, words.get(stem_of(outcome.job.name), {}))

    outcomes = pool.execute(jobs, tell=tell)
    completed = [outcome.job for outcome in outcomes if outcome.ok]
    reports = [job for job in completed if job.name in reports_of(period.parameters)]
    addresses = {title_of(job, period): Path(place_of(job)).name for job in reports}
    pages = {place_of(job): made[place_of(job)] for job in completed}
    return outcomes, pages | {
        place_of(job): with_page_links(pages[place_of(job)], addresses) for job in reports
    }


def _jobs(period: OpenPeriod, given: Mapping[str, str], executed: Path) -> list[Job]:
    jobs = [
        Job(name, NOTEBOOKS / f"{name}.ipynb", executed / f"{name}.ipynb", given)
        for name in sorted(reports_of(period.parameters))
    ]
    if period.parameters.audience == "internal":
        jobs += [
            Job(
                f"{contents.TEAM} {team}",
                NOTEBOOKS / f"{contents.TEAM}.ipynb",
                executed / "teams" / f"{address_of(team)}.ipynb",
                {**given, "team_id": team},
            )
            for team in period.team_ids
        ]
    return jobs


def _line(outcome: Outcome) -> str:
    if outcome.stood:
        return f"  {outcome.job.name}: completed in an earlier run"
    message = f"\n    {outcome.message}" if outcome.message else ""
    return f"  {outcome.job.name}: {outcome.status} ({outcome.seconds:.1f} s){message}"


def _commentary(parameters: Parameters) -> Mapping[str, Mapping[str, str]]:
    """The analyst's words that are reviewed, by page and section; the file is checked either way."""
    if parameters.commentary is None:
        return {}
    reads: Any = nbformat.read
    sections = {
        stem_of(name): sections_of(reads(NOTEBOOKS / f"{name}.ipynb", as_version=4))
        for name in reports_of(parameters)
    }
    named = parameters.commentary.file
    words = read_commentary(parameters.source_path(named), named=named, pages=sections)
    return words if parameters.commentary.reviewed else {}


def _page(outcome: Outcome, period: OpenPeriod, words: Mapping[str, str]) -> Page:
    parameters, place = period.parameters, place_of(outcome.job)
    team = outcome.job.parameters.get("team_id")
    reports = reports_of(parameters)
    return export_notebook(
        notebook=outcome.job.output,
        title=title_of(outcome.job, period)
        if team is None
        else f"{title_of(outcome.job, period)}: audit findings",
        subtitle=subtitle_of(parameters),
        mark=mark_of(parameters),
        back="" if outcome.job.name == next(iter(reports)) else "../" * (place.count("/") + 1) + "index.html",
        tables="tables" if team else "../tables",
        words=words,
    )


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
