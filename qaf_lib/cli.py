"""`qaf`: the kit's command line, a thin skin over the library.

Exit codes: 0 all well; 1 the run failed; 2 the caller's parameters or data are wrong; 3 published, with
failed notebooks named on the front page.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from qaf_lib.errors import EditionError, InputError, told
from qaf_lib.text import without_unseen

if TYPE_CHECKING:
    from qaf_lib.check import CheckTable
    from qaf_lib.parameters import Parameters
    from qaf_lib.prepare import Replacement

__all__ = ["app", "lab_command", "main"]

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Draws credible audit samples, analyses grades and re-audits, and reports every quarter.",
)

DEFAULT = Path("parameters/demo-lincolnshire.yml")
_KIT = Path(__file__).resolve().parents[1]

File = Annotated[Path, typer.Argument(help="A parameter file, such as parameters/demo-durham.yml.")]

_WORST = [0, 3, 2, 1]
"""Exit codes from all well to the worst."""


class Log(StrEnum):
    """How a run's lines are said."""

    TEXT = "text"
    JSON = "json"


_INTERRUPTED = 130
"""The exit code that typer gives an interrupted command."""

_NO_REASON = "--withdraw needs a reason in words. Say why the rows are gone."

Withdraw = Annotated[
    str | None,
    typer.Option(
        help="Why rows that count may be withdrawn: needed for more than 5% of a table or an earlier period. "
        "Printed in the reports, so name nobody."
    ),
]


@app.command("run")
def run_command(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Parameter files; none runs the demonstration.")
    ] = None,
    withdraw: Withdraw = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Notebooks to execute at a time; one a core unless told.")
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Make another edition though nothing has changed since the last.")
    ] = False,
    log: Annotated[Log, typer.Option(help="How lines are said: text, or json for a log.")] = Log.TEXT,
    scheduler: Annotated[
        str | None,
        typer.Option(
            help="Run each council on a worker of a dask.distributed cluster, such as tls://HOST:8786."
        ),
    ] = None,
) -> None:
    """Prepare, execute, export and publish the reports of one or more periods; one that fails stops none."""
    from qaf_lib.batch.councils import Wishes, run_here, write_summary  # here, so that all else starts fast
    from qaf_lib.batch.telling import Telling

    telling = partial(Telling, run_id=Telling.new_id(), as_json=log is Log.JSON, console=_console())
    wishes = Wishes(withdraw=_reason(withdraw), again=again, workers=workers)
    if scheduler is None:
        every = run_here(
            files or [DEFAULT],
            wishes=wishes,
            ready=_with_demonstration,
            telling=lambda file: telling(str(file)),
        )
    else:
        from qaf_lib.batch.cluster import run_on_cluster

        own = telling(scheduler)
        try:
            every = run_on_cluster(
                files or [DEFAULT],
                scheduler=scheduler,
                wishes=wishes,
                ready=_with_demonstration,
                telling=lambda file: telling(str(file), before=f"{file.stem}: "),
                own=own,
            )
        except (InputError, EditionError) as error:
            message, code = told(error)
            own.fail(message, code)
            raise typer.Exit(code) from None
    if len(every) > 1:
        telling(str(every[-1].file)).say(f"All councils: {write_summary(every, Path.cwd())}")
    raise typer.Exit(max((ended.code for ended in every), key=_WORST.index))


@app.command()
def check(file: File) -> None:
    """Say the whole truth about parameters and sources before anything is recorded."""
    from qaf_lib.check import check_period
    from qaf_lib.region import is_region

    if is_region(file):
        _check_region(file)
        return
    _with_demonstration(file)
    report = check_period(file)
    for table in report.tables:
        _show(table)
    path = report.write_worklist()
    _say(f"Row by row, for you only: {path}")
    report.refuse_unsaid()
    _say("The sources can be drawn from and reported on.")


def _check_region(file: Path) -> None:
    from qaf_lib.pages.region.answers import open_region

    region = open_region(file)
    for council in region.missing:
        _say(f"{council}: no file is there; the page would say so.")
    _say(f"The figures of {len(region.councils)} councils can be set beside one another.")


@app.command("sign")
def sign_command(
    edition: Annotated[
        Path, typer.Argument(help="An edition's folder, such as outputs/demonshire/2026-27-q2/edition-1.")
    ],
    post: Annotated[str, typer.Option(help="The post or body that approved it; never a person's name.")],
) -> None:
    """Record who approved an edition as it stands, and say so on its front page."""
    from qaf_lib.batch.signing import sign

    _say(sign(edition, post=post, today=date.today()))


@app.command()
def pdf(
    edition: Annotated[
        Path, typer.Argument(help="An edition's folder, such as outputs/demonshire/2026-27-q2/edition-1.")
    ],
) -> None:
    """Print an edition's pages as tagged PDFs, with a Chromium, Chrome or Edge that is on this machine."""
    from qaf_lib.batch.pdf import write_pdfs

    folder = write_pdfs(edition, say=_say)
    _say(f"The PDFs: {folder}")


@app.command()
def draw(
    file: File,
    replace: Annotated[
        str | None, typer.Option(help="A recorded draw to be replaced, before any of its audits is graded.")
    ] = None,
    because: Annotated[
        str | None, typer.Option(help="Why it is replaced. Printed in the reports, so name nobody.")
    ] = None,
    overlapping: Annotated[
        str | None,
        typer.Option(help="Why days are drawn for that another draw holds in part. Printed in the reports."),
    ] = None,
    withdraw: Withdraw = None,
) -> None:
    """Record the period's due draws and list the drawn cases in the vault."""
    from qaf_lib.batch.councils import said_of_vault
    from qaf_lib.batch.standing import settle
    from qaf_lib.prepare import Orders, preparing
    from qaf_lib.vault.backup import LOCK_SECONDS

    parameters = _with_demonstration(file)
    orders = Orders(
        withdraw=_reason(withdraw),
        replacement=_replacement(replace, because),
        overlapping=_reason(overlapping, "--overlapping needs a reason in words. Say it."),
    )
    with preparing(parameters, orders=orders, wait=LOCK_SECONDS) as prepared:
        settle(parameters)
    for line in prepared.lines(parameters.rules.words.cases):
        _say(line)
    if not prepared.new_draws:
        _say("Every due draw was recorded before; a recorded draw never changes.")
    _say(f"For the auditors only: {parameters.period_vault / 'restricted'}")
    _say(said_of_vault(prepared.protected))


@app.command()
def demo(
    folder: Annotated[
        Path, typer.Argument(help="Where to write: an empty folder, a new one or an earlier demo.")
    ],
    seed: Annotated[int, typer.Option(help="The same seed writes the same data.")] = 20260630,
) -> None:
    """Write a synthetic council's data."""
    from qaf_lib.synthetic.demonstration import write_demonstration

    write_demonstration(folder=folder, seed=seed)
    _say(f"Wrote a synthetic council's data to {folder}. No child, family or worker in it exists.")


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The file to write, such as E:/vault-2026-11-27.zip.")],
) -> None:
    """Write the vault's key and registers, all that cannot be made again, into one file."""
    from qaf_lib.parameters import vault_root
    from qaf_lib.vault import write_backup

    kept = write_backup(vault=vault_root(Path.cwd()), file=file)
    _say(f"Wrote {file}: {kept.sentence}")
    _say("It is as secret as the vault: keep it where only you can read it, apart from this machine.")


@app.command()
def restore(file: Annotated[Path, typer.Argument(help="A file that `qaf backup` wrote.")]) -> None:
    """Bring a vault back from its backup, checked and whole, where there is none."""
    from qaf_lib.parameters import vault_root
    from qaf_lib.register.postgresql import VARIABLE, register_url
    from qaf_lib.vault import restore_backup

    vault = vault_root(Path.cwd())
    kept = restore_backup(vault=vault, file=file)
    _say(f"Restored {vault} as of {kept.made_at.day} {kept.made_at:%B %Y, %H:%M} UTC: {kept.sentence}")
    _say("`qaf run` makes reports, and `qaf draw` the lists for the auditors, again from it and the sources.")
    if register_url() is not None:
        _say(
            f"Its registers are files: before that, move each with `qaf move-register`, or unset {VARIABLE}."
        )


@app.command("move-register")
def move_register_command(file: File) -> None:
    """Move a council's register from its file into PostgreSQL, where QAF_REGISTER_URL says."""
    from qaf_lib.parameters import load_parameters
    from qaf_lib.vault import move_register

    for line in move_register(load_parameters(file).vault):
        _say(line)


@app.command()
def retire(
    before: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="Identities last seen before this day go.")
    ],
    files: Annotated[
        list[Path] | None, typer.Argument(help="Parameter files of the councils; none for all of the vault.")
    ] = None,
) -> None:
    """Take identities past their retention out of the vault; statistics stay."""
    from qaf_lib.parameters import load_parameters, vault_root
    from qaf_lib.vault import councils_of, retire_identities

    councils = [load_parameters(file).vault for file in files or []] or councils_of(vault_root(Path.cwd()))
    for line in retire_identities(councils=councils, before=before.date()):
        _say(line)


@app.command()
def lab() -> None:
    """Open JupyterLab at the explorers; it serves the notebooks alone."""
    raise typer.Exit(subprocess.call(lab_command()))


def lab_command() -> list[str]:
    """What starts JupyterLab at the notebooks' folder, so that it serves no vault, data or report."""
    settings = [f"--ServerApp.root_dir={_KIT / 'notebooks'}", "--LabApp.default_url=/lab/tree/explore"]
    return [sys.executable, "-m", "jupyterlab", *settings]


def _with_demonstration(file: Path) -> Parameters:
    """What a parameter file says; where it names the made-up council's data, they are made if missing."""
    from qaf_lib.parameters import load_parameters

    parameters = load_parameters(file)
    if parameters.lacks_demonstration:
        from qaf_lib.synthetic.demonstration import make_where_missing

        make_where_missing(parameters)
    return parameters


def _show(table: CheckTable) -> None:
    """A table on a terminal, plain lines elsewhere."""
    console = _console()
    if not console.is_terminal:
        for line in table.plain:
            _say(line)
        return
    if table.rows is not None and len(table.rows):
        drawn = Table(title=Text(table.title), title_justify="left", title_style="bold", box=box.SIMPLE)
        for name, kind in table.rows.dtypes.items():
            drawn.add_column(
                Text(str(name)), justify="right" if kind.kind == "i" else "left", overflow="fold"
            )
        for row in table.cells:
            drawn.add_row(*(Text(cell) for cell in row))
        console.print(drawn)
    else:
        _say(table.title)
    for line in table.lines:
        _say(f"  {line}")


def _replacement(replace: str | None, because: str | None) -> Replacement | None:
    """The draw to be replaced, with its reason; one without the other is refused."""
    from qaf_lib.prepare import Replacement

    if (replace is None) != (because is None or not because.strip()):
        raise InputError('--replace DRAW and --because "REASON" go together. Name the draw and say why.')
    if replace is None or because is None:
        return None
    return Replacement(replace, without_unseen(because).strip())


def _reason(given: str | None, empty: str = _NO_REASON) -> str | None:
    """A reason that was given; an empty one is refused."""
    if given is not None and not given.strip():
        raise InputError(empty)
    return None if given is None else without_unseen(given).strip()


def _console() -> Console:
    return Console(highlight=False, soft_wrap=True)


def _say(line: str) -> None:
    """A line for people, the same on a terminal and in a log."""
    _console().print(Text(line))


def main() -> None:
    """Run `qaf`; wrong input ends with its message and exit code 2, a failed run with 1."""
    try:
        app()
    except SystemExit as ended:
        if ended.code == _INTERRUPTED:
            _fail("Interrupted. Nothing was left half done: run the command again.", 1)
        raise
    except Exception as error:  # Python's own account of it would print values
        _fail(*told(error))


def _fail(message: str, code: int) -> None:
    print(message, file=sys.stderr)
    sys.exit(code)
