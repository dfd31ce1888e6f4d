"""Councils on the workers of a real cluster: the same bytes, and what dies, hangs or does not fit is survived and said."""

import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import time
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from qaf_lib.register import VaultKey

pytest.importorskip("distributed")
pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and limits of POSIX systems")

SCRIPTS = Path(sysconfig.get_path("scripts"))
GRADES = ["good", "requires improvement", "outstanding", "inadequate"]
MOST_SECONDS = 240


def environment(**more):
    quiet = {
        name: value for name, value in os.environ.items() if name not in ("QAF_VAULT", "QAF_REGISTER_URL")
    }
    return {**quiet, "JUPYTER_PLATFORM_DIRS": "1", **{name: str(value) for name, value in more.items()}}


def wait_for(what, seconds=60):
    until = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < until, "waited too long"
        time.sleep(0.05)
    return found


class Cluster:
    """A scheduler and workers in processes of their own, whatever becomes of them."""

    def __init__(self, folder, *, security=None, **settings):
        self.folder, self.settings, self.running = folder, {**(security or {}), **settings}, []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        protocol = "tls" if security else "tcp"
        self.address = f"{protocol}://127.0.0.1:{port}"
        self.scheduler = self._start("scheduler", "scheduler", "--port", port, "--protocol", protocol)
        wait_for(lambda: "Scheduler at" in self.log("scheduler"))

    def _start(self, name, *words, before=(), python=sys.executable, **more):
        command = [*before, python, "-m", "distributed.cli.dask_" + words[0], *map(str, words[1:])]
        command += ["--host", "127.0.0.1", "--no-dashboard"]
        with (self.folder / f"{name}.log").open("w") as log:
            process = subprocess.Popen(
                command,
                cwd=self.folder,
                env=environment(**self.settings, **more),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.running.append(process)
        return process

    def worker(self, name, *, nanny="--no-nanny", ready=True, **more):
        own = ("--nthreads", 1, "--name", name, "--local-directory", self.folder / "local", nanny)
        process = self._start(name, "worker", self.address, *own, **more)
        if ready:
            wait_for(lambda: "Registered to" in self.log(name))
        return process

    def log(self, name):
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def stop(self, *processes):
        for process in processes or self.running:
            for sent in (signal.SIGCONT, signal.SIGKILL):
                try:
                    os.killpg(process.pid, sent)
                except ProcessLookupError:
                    break
            process.wait()


@contextmanager
def cluster_in(folder, **settings):
    folder.mkdir(parents=True)
    made = Cluster(folder, **settings)
    try:
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """What dask reads of certificates, and of others that another authority signed."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl on this machine: certificates cannot be made")
    return [_certificates(tmp_path_factory.mktemp(name)) for name in ("ours", "others")]


def _certificates(folder):
    def openssl(*words):
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    new = ("req", "-newkey", "rsa:2048", "-nodes", "-subj")
    openssl(*new, "/CN=authority", "-x509", "-days", "2", "-keyout", "ca.key", "-out", "ca.crt")
    openssl(*new, "/CN=cluster", "-keyout", "own.key", "-out", "own.csr")
    openssl(
        "x509", "-req", "-in", "own.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-days", "2", "-out", "own.crt"
    )
    told = {"DASK_DISTRIBUTED__COMM__TLS__CA_FILE": folder / "ca.crt"}
    for who in ("CLIENT", "WORKER", "SCHEDULER"):
        told[f"DASK_DISTRIBUTED__COMM__TLS__{who}__CERT"] = folder / "own.crt"
        told[f"DASK_DISTRIBUTED__COMM__TLS__{who}__KEY"] = folder / "own.key"
    return told


@pytest.fixture(scope="module")
def secure(tmp_path_factory, certificates):
    """A scheduler with certificates, a worker of its own and one under a nanny."""
    with cluster_in(tmp_path_factory.mktemp("secure") / "cluster", security=certificates[0]) as cluster:
        cluster.worker("first", ready=False)
        cluster.worker("second", nanny="--nanny", ready=False)
        for name in ("first", "second"):
            wait_for(lambda name=name: "Registered to" in cluster.log(name))
        yield cluster


@pytest.fixture
def cluster(tmp_path_factory):
    """A scheduler on this machine alone, without workers yet."""
    with cluster_in(tmp_path_factory.mktemp("plain") / "cluster") as made:
        yield made


class Councils:
    """Small councils whose shared report is one notebook, in one project folder; commands are real processes."""

    def __init__(self, project, *names):
        self.root, self.names = project.root, names
        project.change("parameters/tiny.yml", "audience: internal", "audience: shared")
        cases = [f"00{70000 + 1000 * part + case}" for part in (1, 2) for case in range(6)]
        project.add_audits({case: GRADES[at % 4] for at, case in enumerate(cases)})
        text = project.file.read_text(encoding="utf-8")
        project.file.unlink()
        for name in names:
            project.write(f"parameters/{name}.yml", text.replace("Tinyshire", name.title()))
        project.write("vault/key", VaultKey(secret=bytes(32), made_on=date(2025, 1, 1)).to_text())

    def start(self, *words, files=None, **more):
        named = [f"parameters/{name}.yml" for name in files or self.names]
        return subprocess.Popen(
            [SCRIPTS / "qaf", "run", *named, *map(str, words)],
            cwd=self.root,
            env=environment(**more),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *words, code=0, **more):
        running = self.start(*words, **more)
        told, _ = running.communicate(timeout=MOST_SECONDS)
        assert running.returncode == code, told
        assert "Traceback" not in told
        return told

    def outputs(self, name):
        return self.root / "outputs" / name / "2025-26-q2-shared"

    def editions(self, name):
        return sorted(path.name for path in self.outputs(name).glob("*") if path.is_dir())

    def files(self, name):
        """Every file of a council's editions and its front page; a manifest tells seconds and the like."""
        return {
            path.relative_to(self.root).as_posix(): path.read_bytes()
            for path in sorted(self.outputs(name).rglob("*"))
            if path.is_file() and path.name != "manifest.json" and ".edition-" not in str(path)
        }

    def ledger(self, name):
        import sqlite3
        from contextlib import closing

        with closing(sqlite3.connect(self.root / f"vault/{name}/register.sqlite")) as register:
            rows = register.execute("SELECT edition_id, status FROM edition ORDER BY seq").fetchall()
        return dict(rows)

    def published_once(self, name):
        assert self.editions(name) == ["edition-1"]
        assert list(self.ledger(name).values()) == ["published"]
        assert 'content="1"' in (self.outputs(name) / "index.html").read_text(encoding="utf-8")


@pytest.fixture
def councils(project):
    return Councils(project, "oneshire")


def until(running, word):
    """Read what a command says until a word comes."""
    for line in running.stdout:
        if word in line:
            return
    raise AssertionError(f"{word} was never said")


def ended(running, code=0):
    told, _ = running.communicate(timeout=MOST_SECONDS)
    assert running.returncode == code, told
    assert "Traceback" not in told
    return told


@pytest.fixture
def whole(trials):
    """Named before what takes long to set up: the test is one of those that `make proofs` alone runs."""
    if not trials(0, 1):
        pytest.skip("`make proofs` runs it")


def test_councils_on_two_workers_are_the_same_bytes_as_one_after_another(
    project, secure, certificates, tmp_path
):
    here = Councils(project, "oneshire", "twoshire")
    there = tmp_path / "there"
    shutil.copytree(here.root, there, ignore=shutil.ignore_patterns("there"))
    away = at(here, there)
    here.run()
    log = away.run("--scheduler", secure.address, "--log", "json", **certificates[0])
    told = [json.loads(line) for line in log.splitlines()]
    for name in here.names:
        assert here.files(name) == away.files(name)
        away.published_once(name)
    said = {line["of"]: line["text"] for line in told if line["event"] == "line"}
    assert "Published edition 1" in said["parameters/oneshire.yml"]
    assert {line["of"] for line in told if line["event"] == "progress"} == {
        "parameters/oneshire.yml",
        "parameters/twoshire.yml",
    }
    page = (there / "outputs/index.html").read_text(encoding="utf-8")
    assert page.count("<td>Published</td>") == 2
    assert "<td>first</td>" in page
    assert "<td>second</td>" in page
    assert "127.0.0.1" not in page


def at(councils, root):
    moved = object.__new__(Councils)
    moved.root, moved.names = root, councils.names
    return moved


@pytest.mark.parametrize("whose", ["nobody's", "another authority's"])
def test_without_a_certificate_that_the_scheduler_takes_nothing_is_run(councils, secure, certificates, whose):
    told = councils.run(
        "--scheduler",
        secure.address,
        code=2 if whose == "nobody's" else 1,
        **({} if whose == "nobody's" else certificates[1]),
    )
    assert "certificate" in told
    assert len(told.splitlines()) == 1
    assert not (councils.root / "outputs").exists()


def test_a_council_whose_worker_is_killed_twice_is_published_once_by_a_third(councils, cluster, trials):
    running = councils.start("--scheduler", cluster.address)
    for number in range(trials(1, 2)):
        worker = cluster.worker(f"w{number}")
        until(running, "Executing")
        cluster.stop(worker)
    cluster.worker("last")
    assert "Its worker was lost; it is run again on another" in ended(running)  # of the last one killed
    councils.published_once("oneshire")


def test_a_council_that_loses_worker_after_worker_is_given_up(whole, councils, cluster):
    running = councils.start("--scheduler", cluster.address)
    for number in range(3):
        worker = cluster.worker(f"w{number}")
        until(running, "Executing")
        cluster.stop(worker)
    assert "It lost 3 workers, one after another." in ended(running, code=1)
    councils.run()
    councils.published_once("oneshire")


def test_workers_killed_at_any_moment_publish_each_wish_once(whole, councils, cluster, trials):
    councils.run()
    import random

    rng = random.Random(14)
    for number in range(2, 2 + trials(1, 12)):
        before = councils.files("oneshire")
        worker = cluster.worker(f"w{number}")
        running = councils.start("--again", "--scheduler", cluster.address)
        until(running, "Preparing")
        time.sleep(rng.uniform(0, 4))
        cluster.stop(worker)
        again = cluster.worker(f"again{number}")
        ended(running)
        cluster.stop(again)
        assert councils.editions("oneshire") == sorted(f"edition-{at}" for at in range(1, number + 1))
        after = councils.files("oneshire")
        assert {path: after[path] for path in before if "index" not in path} == {
            path: text for path, text in before.items() if "index" not in path
        }


def test_a_scheduler_without_workers_is_said(councils, cluster):
    told = councils.run("--scheduler", cluster.address, code=1)
    assert told == f"No worker is at the scheduler {cluster.address}; nothing was run. Start workers first.\n"
    assert not (councils.root / "outputs/oneshire").exists()


def test_a_scheduler_that_is_not_there_is_said(whole, councils, cluster):
    cluster.stop()
    told = councils.run("--scheduler", cluster.address, code=1)
    assert told.startswith(f"No scheduler answers at {cluster.address}")
    assert len(told.splitlines()) == 1
    assert not (councils.root / "outputs/oneshire").exists()


def test_a_scheduler_killed_mid_run_is_said_and_the_next_run_completes(whole, councils, cluster):
    councils.run()
    before = councils.files("oneshire")
    worker = cluster.worker("only")
    running = councils.start("--again", "--scheduler", cluster.address)
    until(running, "Executing")
    cluster.stop(cluster.scheduler)
    assert f"The scheduler {cluster.address} is gone" in ended(running, code=1)
    cluster.stop(worker)
    after = councils.files("oneshire")
    assert {path: after[path] for path in before if "index" not in path} == {
        path: text for path, text in before.items() if "index" not in path
    }
    councils.run("--again")
    assert set(councils.ledger("oneshire").values()) == {"published"}


def _another_version(folder):
    info = folder / "qaf_kit-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: qaf-kit\nVersion: 0.1.0\n", encoding="utf-8")
    return {"PYTHONPATH": f"{folder}{os.pathsep}{Path(__file__).parents[2]}"}


def _another_pandas(folder):
    info = folder / "pandas-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: pandas\nVersion: 1.0\n", encoding="utf-8")
    return {"PYTHONPATH": f"{folder}{os.pathsep}{Path(__file__).parents[2]}"}


def _other_files(folder):
    kit = Path(__file__).parents[2]
    for name in ("qaf_lib", "notebooks", "parameters"):
        shutil.copytree(kit / name, folder / name)
    with (folder / "qaf_lib/text.py").open("a", encoding="utf-8") as file:
        file.write("# another kit\n")
    return {"PYTHONPATH": folder}


def _no_kit(folder):
    """The same Python and packages, but the kit: a folder of PYTHONPATH leads to no other."""
    return {"python": sys._base_executable, "PYTHONPATH": sysconfig.get_path("purelib")}


FAULTS = {
    "another version of the kit": (_another_version, "Worker odd has qaf-kit 0.1.0, and this machine 0."),
    "another pandas": (_another_pandas, "Worker odd has pandas 1.0, and this machine "),
    "other files of the kit": (_other_files, "Worker odd has other files of the kit or other notebooks"),
    "no kit": (_no_kit, "Worker odd cannot load the kit. Install it there as it is here"),
    "another vault": (lambda folder: {"QAF_VAULT": folder}, "Worker odd has a QAF_VAULT in its environment"),
    "another register": (
        lambda folder: {"QAF_REGISTER_URL": "postgresql://elsewhere/qaf"},
        "Worker odd has a QAF_REGISTER_URL in its environment",
    ),
}
"""What a worker's process is given, and the words in which it is refused."""


def test_a_worker_that_is_not_as_this_machine_is_is_named_and_nothing_is_run(
    councils, cluster, tmp_path_factory, trials
):
    for make, words in list(FAULTS.values())[: trials(1, len(FAULTS))]:
        odd = cluster.worker("odd", **make(tmp_path_factory.mktemp("odd")))
        told = councils.run("--scheduler", cluster.address, code=1)
        assert told.startswith(words)
        assert told.endswith("; nothing was run.\n")
        assert len(told.splitlines()) == 1
        assert "postgresql" not in told
        cluster.stop(odd)
    assert not (councils.root / "outputs/oneshire").exists()


def test_a_worker_that_does_not_see_the_shared_folder_is_named(whole, councils, cluster):
    within = ("unshare", "--user", "--map-root-user", "--mount")
    if shutil.which("unshare") is None or subprocess.run([*within, "true"], check=False).returncode:
        pytest.skip("this system lets nobody hide a folder from a process")
    hide = f'mount -t tmpfs none "{councils.root}" && exec "$@"'
    cluster.worker("odd", before=(*within, "sh", "-c", hide, "sh"))
    told = councils.run("--scheduler", cluster.address, code=1)
    assert told.startswith(f"Worker odd does not see or may not write the folder {councils.root}")
    assert len(told.splitlines()) == 1


def test_a_worker_that_comes_later_and_does_not_fit_is_given_no_council(
    whole, councils, cluster, tmp_path_factory
):
    worker = cluster.worker("first")
    running = councils.start("--scheduler", cluster.address)
    until(running, "Executing")
    cluster.worker("odd", **_another_version(tmp_path_factory.mktemp("odd")))
    cluster.stop(worker)
    until(running, "it is given no council")
    cluster.worker("third")
    ended(running)
    councils.published_once("oneshire")


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="limits of another process are Linux's")
def test_a_full_shared_folder_is_said_and_the_next_run_completes(whole, councils, cluster, trials):
    councils.run()
    before = councils.files("oneshire")
    for most in (0, 1 << 12, 1 << 15)[: trials(1, 3)]:
        full = cluster.worker("full")
        resource.prlimit(full.pid, resource.RLIMIT_FSIZE, (most, most))  # no file of its may grow longer
        told = councils.run("--again", "--scheduler", cluster.address, code=1)
        assert "may not write the folder" in told or "disk is full or over its quota" in told
        cluster.stop(full)
        assert councils.files("oneshire") == before
    cluster.worker("sound")
    councils.run("--again", "--scheduler", cluster.address)
    assert councils.editions("oneshire")[:1] == ["edition-1"]
    assert councils.ledger("oneshire")["2025-26 Q2 shared 2"] == "published"


def test_two_clients_at_once_publish_a_council_once(whole, councils, cluster):
    for name in ("first", "second"):
        cluster.worker(name)
    both = [councils.start("--scheduler", cluster.address) for _ in range(2)]
    told = [ended(one) for one in both]
    assert sum("Published edition 1" in each for each in told) == 1
    assert sum("Nothing has changed since edition 1" in each for each in told) == 1
    councils.published_once("oneshire")


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGINT])
def test_a_client_that_is_ended_leaves_nothing_doubled_and_the_next_completes(whole, councils, cluster, sent):
    cluster.worker("only")
    first = councils.start("--scheduler", cluster.address)
    until(first, "Executing")
    os.killpg(first.pid, sent)
    told, _ = first.communicate(timeout=MOST_SECONDS)
    assert sent == signal.SIGKILL or "Interrupted. Nothing was left half done" in told
    councils.run("--scheduler", cluster.address)
    councils.published_once("oneshire")


@pytest.fixture
def impatient(tmp_path_factory):
    """A scheduler that gives a worker up which says nothing for some seconds."""
    folder = tmp_path_factory.mktemp("impatient") / "cluster"
    with cluster_in(folder, DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL="8s") as made:
        yield made


def test_a_stopped_worker_that_goes_on_after_another_published_publishes_nothing(whole, councils, impatient):
    stopped = impatient.worker("stopped")
    running = councils.start("--scheduler", impatient.address)
    until(running, "Executing")
    os.killpg(stopped.pid, signal.SIGSTOP)
    (councils.root / "vault/oneshire/prepare.lock").unlink()  # as a share forgets whom it gave a lock
    impatient.worker("second")
    ended(running)
    councils.published_once("oneshire")
    published = councils.files("oneshire")
    os.killpg(stopped.pid, signal.SIGCONT)
    stopped.wait(timeout=60)
    assert councils.files("oneshire") == published
    councils.published_once("oneshire")
    assert "Nothing has changed" in councils.run()


def test_a_stopped_worker_that_holds_the_vault_is_waited_for_and_publishes_alone(whole, councils, impatient):
    stopped = impatient.worker("stopped")
    running = councils.start("--scheduler", impatient.address)
    until(running, "Executing")
    os.killpg(stopped.pid, signal.SIGSTOP)
    impatient.worker("second")
    until(running, "Waiting for another run of this council to end")
    os.killpg(stopped.pid, signal.SIGCONT)
    told = ended(running)
    assert ("Nothing has changed since edition 1" in told) != ("Published edition 1" in told)
    councils.published_once("oneshire")


def test_a_council_that_is_wrong_or_stands_outside_stops_no_other(whole, councils, cluster):
    text = (councils.root / "parameters/oneshire.yml").read_text(encoding="utf-8")
    (councils.root / "outside.yml").write_text(text.replace("Oneshire", "Outside"), encoding="utf-8")
    (councils.root / "parameters/wrong.yml").write_text(
        text.replace("Oneshire", "Wrong").replace("margin_of_error: 0.25", "margin_of_error: 25"),
        encoding="utf-8",
    )
    (councils.root / "parameters/lacking.yml").write_text(
        text.replace("Oneshire", "Lacking").replace("data/cases.csv", "data/nowhere.csv"), encoding="utf-8"
    )
    cluster.worker("only")
    told = councils.run(
        *("outside.yml", "parameters/wrong.yml", "parameters/lacking.yml", "--scheduler", cluster.address),
        code=2,
    )
    assert "stands in a folder called parameters" in told
    assert "margin_of_error must be a fraction" in told
    assert "data/nowhere.csv" in told
    councils.published_once("oneshire")
