"""`qaf`: the kit's command line, a thin skin over the library.

Exit codes: 0 all well; 1 the run failed; 2 the caller's parameters or data are wrong; 3 published, with
failed notebooks named on the front page.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.status import Status

from qaf_lib.errors import EditionError, InputError

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

Files = Annotated[list[Path] | None, typer.Argument(help="Parameter files; none runs the demonstration.")]


@app.command("run")
def run_command(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Parameter files; none runs the demonstration.")
    ] = None,
) -> None:
    """Prepare, execute, export and publish the reports of one or more periods."""
    from qaf_lib.batch.run import run  # here, so that the other commands start fast

    worst = 0
    for file in files or [DEFAULT]:
        with _console().status("Starting") as status:  # a moving line on a terminal, nothing elsewhere

            def say(line: str, status: Status = status) -> None:
                _say(line)
                status.update(line)

            result = run(file, say=say)
        for outcome in result.failed:
            _say(f"Failed: {outcome.job.name}: {outcome.status}")
        _say(_PROTECTED if result.protected else _UNPROTECTED)
        _say(f"Published edition {result.edition.number}. Open {result.index}")
        worst = 3 if result.failed else worst
    raise typer.Exit(worst)


@app.command()
def check(file: File) -> None:
    """Say what is wrong or missing in parameters and sources; change nothing."""
    from qaf_lib.parameters import load_parameters
    from qaf_lib.prepare import check_sources

    intake = check_sources(load_parameters(file))
    for row in intake.counts.itertuples():
        _say(f"{row.source}: {row.table}: {row.rows:,} rows read, {row.set_aside:,} set aside")
    for (source, column, rule), rows in intake.faults.groupby(["source", "column", "rule"])["row"]:
        _say(f"  {source}: {column} {rule}: {len(rows)} rows ({', '.join(map(str, rows))})")
    _say("The sources can be reported on.")


@app.command()
def draw(file: File) -> None:
    """Record the period's due draws and list the drawn cases in the vault."""
    from qaf_lib.parameters import load_parameters
    from qaf_lib.prepare import prepare

    parameters = load_parameters(file)
    prepared = prepare(parameters)
    for name in prepared.new_draws:
        _say(f"Recorded the draw {name}")
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
