"""The command line: what is refused ends with exit code 2, a message, and nothing written."""

import json
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest

from qaf_lib import cli
from qaf_lib.batch import contents, standing
from qaf_lib.batch.page import lint_page
from qaf_lib.batch.run import run
from qaf_lib.batch.standing import record, standing_result
from qaf_lib.errors import EditionError, InputError
from qaf_lib.parameters import load_parameters
from qaf_lib.register import Register


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it said."""

    code: object
    stdout: str
    stderr: str


@pytest.fixture
def qaf(project, monkeypatch, capsys):
    """Give a command to the command line within this process; a fresh one would be seconds of imports."""
    monkeypatch.chdir(project.root)

    def go(*words: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["qaf", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return Ended(ended.value.code, said.out, said.err)

    return go


def _rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def _dirty(root: Path, rows: int) -> None:
    """Spoil the overall grade of some authorities."""
    path = root / "data/ilacs/inspections_2025-03.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    for at in range(1, rows + 1):
        cells = lines[at].split(",")
        cells[7] = "splendid"
        lines[at] = ",".join(cells)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture
def refused(project, qaf):
    """Hold that a command is refused with a message, and that it wrote nothing."""

    def hold(message: str, command: str = "run") -> None:
        done = qaf(command, "parameters/ilacs.yml")
        assert done.code == 2, done.stdout + done.stderr
        assert message in done.stderr
        assert "Traceback" not in done.stderr
        assert not (project.root / "vault").exists()
        assert not (project.root / "outputs").exists()

    return hold


def test_a_missing_parameter_file_is_refused(project):
    done = project.qaf("run", "parameters/nowhere.yml", check=2)
    assert "parameters/nowhere.yml: no such file" in done.stderr


def test_a_missing_source_is_refused(project, refused):
    (project.root / "data/ilacs/inspections_2025-03.csv").unlink()
    refused("data/ilacs/inspections_2025-03.csv: no such file")


def test_a_missing_column_is_refused(project, refused):
    _rewrite(project.root / "data/ilacs/inspections_2025-03.csv", "local_authority", "authority_name")
    refused("local_authority")


def test_an_unknown_framework_is_refused(project, refused):
    _rewrite(project.root / "parameters/ilacs.yml", "framework: ilacs", "framework: atlantis")
    refused("framework 'atlantis' is unknown")


def test_an_unknown_key_is_refused(project, refused):
    _rewrite(project.root / "parameters/ilacs.yml", "confidence: 0.95", "confidance: 0.95")
    refused("draws[0].confidance is an unknown key")


def test_a_margin_in_points_is_refused_with_the_fraction_to_write(project, refused):
    _rewrite(project.root / "parameters/ilacs.yml", "margin_of_error: 0.10", "margin_of_error: 10")
    refused(
        "draws[0].margin_of_error must be a fraction between 0 and 1; got 10. For 10 points write 0.10",
    )


def test_an_empty_caseload_is_refused(project, refused):
    path = project.root / "data/ilacs/inspections_2025-03.csv"
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    refused("the opening caseload holds no open")


def test_six_percent_of_rows_set_aside_is_refused(project, refused):
    # 304 audits of two days: 19 are 6.25%
    _dirty(project.root, 19)
    refused("19 of 304 rows (6.2%) of table audit would be set aside, more than 5%")


def test_five_percent_of_rows_set_aside_is_counted(project, qaf):
    _dirty(project.root, 15)  # 15 of 304 are 4.9%
    done = qaf("check", "parameters/ilacs.yml")
    assert done.code == 0, done.stdout + done.stderr
    assert "column overall_grade; rule is a grade off the scale;" in done.stdout
    assert "rows 15; first rows 2, 3, 4, 5, 6" in done.stdout
    assert "value splendid;" in done.stdout  # a word of a code column that fifteen rows carry
    listed = project.root / "vault/england/2024-25-q4/restricted/check.csv"
    assert [path for path in (project.root / "vault").rglob("*") if path.is_file()] == [listed]


def test_check_refuses_what_run_refuses_and_changes_nothing(project, refused):
    _dirty(project.root, 19)
    refused("would be set aside", command="check")


def test_draw_records_once_and_lists_the_cases_in_the_vault_only(project, qaf):
    first = qaf("draw", "parameters/ilacs.yml")
    again = qaf("draw", "parameters/ilacs.yml")
    assert first.code == again.code == 0, first.stderr + again.stderr
    listed = next((project.root / "vault/england/2024-25-q4/restricted").glob("*.csv"))
    assert "Recorded the draw 2024-25 Q4 inspection 1" in first.stdout
    assert "a recorded draw never changes" in again.stdout
    assert len(listed.read_text(encoding="utf-8").splitlines()) == 61
    assert not (project.root / "outputs").exists()


def _with_notebooks(monkeypatch, tmp_path, **sources: str) -> None:
    """A folder of the quarter's notebooks in which some hold other code."""
    import shutil

    import nbformat

    folder = tmp_path / "notebooks"
    shutil.copytree(standing.NOTEBOOKS, folder)
    for name, source in sources.items():
        path = next(folder.glob(f"*{name}.ipynb"))
        node = nbformat.read(path, as_version=4)
        node.cells[-1].source = source
        nbformat.write(node, path)
    monkeypatch.setattr(standing, "NOTEBOOKS", folder)
    monkeypatch.setattr("qaf_lib.batch.run.NOTEBOOKS", folder)
    monkeypatch.setattr(
        contents, "REPORTS", {name: contents.REPORTS[name] for name in ("09_slt_report", "07_voice")}
    )


@pytest.mark.filterwarnings("default")
def test_a_failed_notebook_is_named_on_the_front_page_and_the_rest_is_published(
    project, monkeypatch, tmp_path
):
    _with_notebooks(monkeypatch, tmp_path, voice="raise ValueError('a secret')")
    result = run(project.root / "parameters/ilacs.yml", say=lambda line: None)
    page = result.index.read_text(encoding="utf-8")
    assert [outcome.job.name for outcome in result.failed] == ["07_voice"]
    assert "07_voice: stopped by ValueError" in page
    assert run(project.root / "parameters/ilacs.yml", say=lambda line: None).number == 2
    assert "a secret" not in page
    assert not (result.edition / "reports/voice.html").exists()


@pytest.mark.filterwarnings("default")
def test_an_edition_that_a_run_would_only_make_again_stands(project, monkeypatch, tmp_path):
    _with_notebooks(monkeypatch, tmp_path)
    file = project.root / "parameters/ilacs.yml"

    def made():
        return run(file, say=lambda line: None).number

    def stands() -> bool:
        return standing_result(file) is not None

    @contextmanager
    def changed(path, change):
        before = path.read_bytes()
        change(path)
        yield
        path.write_bytes(before)

    def longer(path):
        path.write_bytes(path.read_bytes() + b"\n")

    assert not stands()
    assert made() == 1
    result = standing_result(file)
    assert (result.number, result.stood, result.index.is_file()) == (1, True, True)
    assert made() == 2
    assert stands()
    edition = project.root / "outputs/england/2024-25-q4/edition-2"
    for path, change in {
        tmp_path / "notebooks/07_voice.ipynb": longer,
        file: longer,
        edition / "manifest.json": Path.unlink,
        edition / "reports/voice.html": Path.unlink,
        edition / "tables.xlsx": Path.unlink,
    }.items():
        with changed(path, change):
            assert not stands(), path
        assert stands(), path
    told = {
        name: value
        for name, value in json.loads((edition / "manifest.json").read_text()).items()
        if name != "kit_sha256"
    }
    text = json.dumps(told)  # an edition of a kit that recorded no checksum of itself
    (edition / "manifest.json").write_text(text, encoding="utf-8")
    with Register(project.root / "vault/england/register.sqlite") as register:
        seq = register.last_seq(without=["edition"])
    record(
        load_parameters(file),
        number=2,
        manifest_sha256=sha256(text.encode()).hexdigest(),
        register_seq=seq,
        status="published",
    )
    assert not stands()
    (project.root / "vault/england/register.sqlite").rename(tmp_path / "register.sqlite")
    with pytest.raises(InputError, match="register"):
        made()


@pytest.mark.filterwarnings("default")
def test_without_a_sound_slt_report_nothing_is_published(project, monkeypatch, tmp_path):
    _with_notebooks(monkeypatch, tmp_path, slt_report="import sys; sys.exit(0)")
    with pytest.raises(EditionError, match="Report to the Senior Leadership Team was not completed"):
        run(project.root / "parameters/ilacs.yml", say=lambda line: None)
    assert not (project.root / "outputs").exists()


def test_one_run_of_a_period_at_a_time_and_a_killed_one_leaves_no_edition_and_the_next_publishes(england):
    seen = json.loads((england.root / "seen.json").read_text(encoding="utf-8"))
    code, said = seen["second"]
    assert code == 2
    assert "another run of England is under way and holds its vault" in said
    assert seen["published"] == []
    assert seen["temporary"] == []
    assert "Published edition 1" in seen["next"]


def test_the_manifest_names_draws_sources_versions_and_each_notebook(england):
    manifest = json.loads(
        (england.edition("england", "2024-25-q4") / "manifest.json").read_text(encoding="utf-8")
    )
    assert manifest["notebooks"]["09_slt_report"]["status"] == "completed"
    assert set(manifest) >= {"draws", "sources", "kit_version", "register_seq", "parameters", "audience"}


@pytest.mark.filterwarnings("default")
def test_of_several_councils_one_that_fails_stops_no_other_and_a_page_leads_to_all(
    project, qaf, monkeypatch, tmp_path
):
    _with_notebooks(monkeypatch, tmp_path)
    good, bad = project.root / "parameters/ilacs.yml", project.root / "parameters/bad.yml"
    bad.write_text(good.read_text(encoding="utf-8").replace("confidence: 0.95", "confidence: 95"), "utf-8")
    done = qaf("run", "parameters/bad.yml", "parameters/ilacs.yml", "--log", "json")
    assert (done.code, done.stderr) == (2, "")
    *lines, last = [json.loads(line) for line in done.stdout.splitlines()]
    assert len({line["run"] for line in lines}) == 1
    failed = lines[0]
    assert (failed["of"], failed["event"], failed["exit_code"]) == ("parameters/bad.yml", "failed", 2)
    assert "draws[0].confidence must be a fraction between 0 and 1; got 95" in failed["text"]
    came = [(line["done"], line["total"]) for line in lines if line["event"] == "progress"]
    assert came == [(1, 2), (2, 2)]
    assert "Published edition 1." in lines[-1]["text"]
    assert last["text"].startswith("All councils: ")
    page = (project.root / "outputs/index.html").read_text(encoding="utf-8")
    assert lint_page(page) == []
    assert '<a href="england/2024-25-q4/index.html">england, 2024-25-q4</a></th><td>Published</td>' in page
    assert "bad.yml</th><td>Nothing was published: " in page


def test_the_worst_exit_code_of_several_councils_counts(project, qaf):
    done = qaf("run", "parameters/nowhere.yml", "parameters/elsewhere.yml")
    assert done.code == 2
    assert done.stderr.count("no such file") == 2
    assert "All councils: " in done.stdout
