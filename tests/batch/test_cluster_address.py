"""Where a scheduler may be, and what a page of all councils says of workers."""

import os
import re
import subprocess
import sysconfig
from pathlib import Path

import pytest

from qaf_lib.batch.councils import Ended, Wishes, write_summary
from qaf_lib.batch.execute import Job, Outcome
from qaf_lib.batch.page import lint_page
from qaf_lib.batch.standing import RunResult
from qaf_lib.errors import EditionError, InputError
from qaf_lib.prepare.preparation import Hold

QAF = Path(sysconfig.get_path("scripts")) / "qaf"


def run_on(scheduler, file="parameters/nowhere.yml", ready=None):
    from qaf_lib.batch.cluster import run_on_cluster

    said = []

    class Said:
        def fail(self, message, code):
            said.append((message, code))

        def say(self, line):
            said.append(line)

    run_on_cluster(
        [Path(file)],
        scheduler=scheduler,
        wishes=Wishes(),
        ready=ready or (lambda file: (_ for _ in ()).throw(InputError(f"{file}: no such file."))),
        telling=lambda file: Said(),
        own=Said(),
    )
    return said


@pytest.mark.parametrize(
    "address", ["", "10.0.0.1:8786", "tls://host", "http://host:1", "tls://a b:1", "tls://:1"]
)
def test_what_is_no_address_of_a_scheduler_is_refused(address):
    with pytest.raises(InputError, match="--scheduler must be an address such as tls://HOST:8786; got"):
        run_on(address)


@pytest.mark.parametrize(
    "host", ["10.0.0.1", "scheduler.example.gov.uk", "0.0.0.0", "[2001:db8::1]", "127.0.0.1.nip.io"]
)
def test_without_certificates_a_scheduler_is_on_this_machine_alone(host):
    with pytest.raises(InputError, match=r"tcp:// is for a scheduler on this machine alone.*Use tls://"):
        run_on(f"tcp://{host}:8786")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "localhost", "[::1]"])
def test_a_council_that_cannot_be_read_is_said_before_any_cluster_is_asked(host):
    assert run_on(f"tcp://{host}:9") == [("parameters/nowhere.yml: no such file.", 2)]


def test_a_cluster_without_its_package_is_refused_with_what_to_type(project, tmp_path):
    folder = tmp_path / "hidden"
    (folder / "distributed").mkdir(parents=True)
    (folder / "distributed/__init__.py").write_text("raise ImportError", encoding="utf-8")
    path = os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [QAF, "run", "parameters/tiny.yml", "--scheduler", "tcp://127.0.0.1:9"],
        cwd=project.root,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert re.fullmatch(
        r'--scheduler needs the package distributed: python -m pip install "\S+"\.\n', done.stderr
    )
    assert project.nothing_written


def ended(root, name, *, worker="", failed=()):
    index = root / "outputs" / name / "2025-26-q2" / "index.html"
    outcomes = [Outcome(Job(one, Path(), Path(), {}), "stopped", 1.0) for one in failed]
    return Ended(Path(f"{name}.yml"), RunResult(index, 3, outcomes, True), seconds=7, worker=worker)


def cells(page):
    return [
        re.sub("<[^>]+>", "", cell)
        for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", page, flags=re.DOTALL)
    ]


def test_the_page_of_all_councils_says_editions_seconds_and_what_failed(tmp_path):
    names = [f"{at:02d}_page" for at in range(7)]
    wrong = Ended(Path("wrong.yml"), message="wrong.yml: no such file.\nMore.", failed_with=2)
    page = write_summary([ended(tmp_path, "good"), ended(tmp_path, "bad", failed=names), wrong], tmp_path)
    text = page.read_text(encoding="utf-8")
    assert lint_page(text) == []
    assert cells(text) == [
        *("Council and period", "State", "Edition", "Seconds", "Parameter file"),
        *("good, 2025-26-q2", "Published", "3", "7", "good.yml"),
        *("bad, 2025-26-q2", f"Published without {', '.join(names[:5])} and 2 more", "3", "7", "bad.yml"),
        *("wrong.yml", "Nothing was published: wrong.yml: no such file.", "", "0", "wrong.yml"),
    ]


def test_the_page_of_all_councils_names_workers_that_have_a_name(tmp_path):
    page = write_summary([ended(tmp_path, "one", worker="north"), ended(tmp_path, "two")], tmp_path)
    assert "<td>north</td>" in page.read_text(encoding="utf-8")
    assert "Worker" in cells(page.read_text(encoding="utf-8"))


def test_a_run_whose_vault_another_took_is_refused(tmp_path):
    (vault := tmp_path / "tinyshire").mkdir()
    first = Hold.take(vault)
    first.refuse_taken()
    second = Hold.take(vault)
    second.refuse_taken()
    with pytest.raises(EditionError, match="tinyshire: another run took this council over"):
        first.refuse_taken()


def test_a_region_is_run_where_its_councils_editions_are(tmp_path):
    file = tmp_path / "north.yml"
    file.write_text("region: North\n", encoding="utf-8")
    assert run_on("tls://127.0.0.1:9", file) == [
        (
            f"{file}: a region is made of what its councils published. Run it without --scheduler, after them.",
            2,
        )
    ]
