"""`qaf`: the kit's command line, a thin skin over the library.

Exit codes: 0 all well; 1 the run failed; 2 the caller's parameters or data are wrong; 3 published, with
failed notebooks named on the front page.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.console import Console
from rich.status import Status
from rich.table import Table
from rich.text import Text

from qaf_lib.errors import EditionError, InputError

if TYPE_CHECKING:
    from qaf_lib.check import CheckTable
    from qaf_lib.draws import Replacement

__all__ = ["app", "main"]

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Draws credible audit samples, analyses grades and re-audits, and reports every quarter.",
)

DEFAULT = Path("parameters/demo-lincolnshire.yml")
_KIT = Path(__file__).resolve().parents[1]
_PROTECTED = "The vault holds the only link to people and draws: back it up, and hand nothing in it over."
_UNPROTECTED = (
    "Warning: this system does not let the kit verify that only you can read the vault. "
    "Keep it in a folder that only you can open."
)

File = Annotated[Path, typer.Argument(help="A parameter file, such as parameters/demo-durham.yml.")]

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
) -> None:
    """Prepare, execute, export and publish the reports of one or more periods."""
    from qaf_lib.batch.run import run  # here, so that the other commands start fast

    worst = 0
    for file in files or [DEFAULT]:
        with _console().status("Starting") as status:  # a moving line on a terminal, nothing elsewhere

            def say(line: str, status: Status = status) -> None:
                _say(line)
                status.update(line)

            result = run(file, say=say, withdraw=_reason(withdraw))
        for outcome in result.failed:
            _say(f"Failed: {outcome.job.name}: {outcome.status}")
        _say(_PROTECTED if result.protected else _UNPROTECTED)
        _say(f"Published edition {result.edition.number}. Open {result.index}")
        worst = 3 if result.failed else worst
    raise typer.Exit(worst)


@app.command()
def check(file: File) -> None:
    """Say the whole truth about parameters and sources before anything is recorded."""
    from qaf_lib.check import check_period

    report = check_period(file)
    for table in report.tables:
        _show(table)
    path = report.write_worklist()
    _say(f"Row by row, for you only: {path}")
    report.refuse_unsaid()
    _say("The sources can be drawn from and reported on.")


@app.command()
def draw(
    file: File,
    replace: Annotated[
        str | None, typer.Option(help="A recorded draw to be replaced, before any of its audits is graded.")
    ] = None,
    because: Annotated[
        str | None, typer.Option(help="Why it is replaced. Printed in the reports, so name nobody.")
    ] = None,
    withdraw: Withdraw = None,
) -> None:
    """Record the period's due draws and list the drawn cases in the vault."""
    from qaf_lib.parameters import load_parameters
    from qaf_lib.prepare import prepare
    from qaf_lib.recording import Orders

    parameters = load_parameters(file)
    orders = Orders(withdraw=_reason(withdraw), replacement=_replacement(replace, because))
    prepared = prepare(parameters, orders=orders)
    for line in prepared.lines(parameters.rules.words.cases):
        _say(line)
    if not prepared.new_draws:
        _say("Every due draw was recorded before; a recorded draw never changes.")
    _say(f"For the auditors only: {parameters.period_vault / 'restricted'}")
    _say(_PROTECTED if prepared.protected else _UNPROTECTED)


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="Where to write; replaced when it is there.")],
    seed: Annotated[int, typer.Option(help="The same seed writes the same data.")] = 20260630,
) -> None:
    """Write a synthetic council's data."""
    from qaf_lib.demonstration import write_demonstration

    write_demonstration(folder=folder, seed=seed)
    _say(f"Wrote a synthetic council's data to {folder}. No child, family or worker in it exists.")


@app.command()
def lab() -> None:
    """Open JupyterLab at the explorers."""
    raise typer.Exit(
        subprocess.call(
            [
                sys.executable,
                "-m",
                "jupyterlab",
                "--notebook-dir",
                str(_KIT),
                "--LabApp.default_url=/lab/tree/notebooks/explore",
            ]
        )
    )


def _show(table: CheckTable) -> None:
    """A table on a terminal, plain lines elsewhere."""
    console = _console()
    if not console.is_terminal:
        for line in table.plain:
            _say(line)
        return
    if table.rows is not None and len(table.rows):
        drawn = Table(title=table.title, title_justify="left", title_style="bold", box=box.SIMPLE)
        for name, kind in table.rows.dtypes.items():
            drawn.add_column(str(name), justify="right" if kind.kind == "i" else "left", overflow="fold")
        for row in table.cells:
            drawn.add_row(*(Text(cell) for cell in row))
        console.print(drawn)
    else:
        _say(table.title)
    for line in table.lines:
        _say(f"  {line}")


def _replacement(replace: str | None, because: str | None) -> Replacement | None:
    """The draw to be replaced, with its reason; one without the other is refused."""
    from qaf_lib.draws import Replacement

    if (replace is None) != (because is None or not because.strip()):
        raise InputError('--replace DRAW and --because "REASON" go together. Name the draw and say why.')
    return None if replace is None or because is None else Replacement(replace, because.strip())


def _reason(withdraw: str | None) -> str | None:
    """Why rows may be withdrawn; an empty reason is refused."""
    if withdraw is not None and not withdraw.strip():
        raise InputError("--withdraw needs a reason in words. Say why the rows are gone.")
    return None if withdraw is None else withdraw.strip()


def _console() -> Console:
    return Console(highlight=False, soft_wrap=True)


def _say(line: str) -> None:
    """A line for people, the same on a terminal and in a log."""
    _console().print(line, markup=False)


def main() -> None:
    """Run `qaf`; wrong input ends with its message and exit code 2, a failed edition with 1."""
    try:
        app()
    except InputError as error:
        _fail(str(error), 2)
    except EditionError as error:
        _fail(str(error), 1)


def _fail(message: str, code: int) -> None:
    print(message, file=sys.stderr)
    sys.exit(code)
