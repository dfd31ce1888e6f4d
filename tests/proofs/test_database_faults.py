"""Whatever happens to the database or to who uses it: earlier rows whole, nothing doubled, the next run completes."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress

import pytest

from qaf_lib.register import TABLES, Register, new_key, open_key
from qaf_lib.register.postgresql import VARIABLE
from qaf_lib.vault import move_register
from tests.postgresql import Server

psycopg = pytest.importorskip("psycopg", reason="needs psycopg")
pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="signals of POSIX systems"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

MOST_SECONDS = 240
SECRET = "Tr0ub4dor"
COMMAND = """
import sys
import pandas, alembic.command, psycopg, qaf_lib.batch.standing, qaf_lib.prepare, qaf_lib.vault
from qaf_lib.cli import main
print("up", flush=True)
sys.stdin.readline()
print("begun", flush=True)
main()
"""


@pytest.fixture(scope="module")
def server():
    """A server of this file's own, since it is stopped and killed."""
    started = Server()
    yield started
    started.end()


class Council:
    """A small council whose register is in PostgreSQL; its commands run in processes of their own."""

    def __init__(self, project, server, url):
        self.project, self.server, self.url = project, server, url
        self.vault = project.root / "vault"

    def start(self, *words, vault=None, url=None):
        """A command that has loaded all it needs and waits for a word."""
        running = subprocess.Popen(
            [sys.executable, "-c", COMMAND, *words],
            cwd=self.project.root,
            env={**os.environ, "QAF_VAULT": str(vault or self.vault), VARIABLE: url or self.url},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert running.stdout.readline() == "up\n"
        return running

    def begin(self, running):
        running.stdin.write("go\n")
        running.stdin.flush()
        assert running.stdout.readline() == "begun\n"

    def ended(self, running):
        """What a command said, which is a sentence and no traceback, reference or password."""
        told, _ = running.communicate(timeout=MOST_SECONDS)
        assert running.returncode in (0, 1, 2) or running.returncode < 0, told
        assert "Traceback" not in told, told
        for secret in ("0071000", "Worker-", SECRET):
            assert secret not in told
        return told

    def execute(self, act):
        return self.server.execute(act, database="kept")

    def afresh(self):
        """Neither a register nor anything in the vault but its key."""
        self.execute("DROP SCHEMA IF EXISTS qaf_tinyshire CASCADE")
        shutil.rmtree(self.vault, ignore_errors=True)
        open_key(self.vault, otherwise=new_key())

    def rows(self):
        """Every row of each table at one moment, by its number; none where the schema is not there."""
        found = {}
        with psycopg.connect(self.url) as reading:
            reading.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            if not reading.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'qaf_tinyshire'").fetchall():
                return {}
            for name in TABLES:
                for row in reading.execute(f'SELECT * FROM qaf_tinyshire."{name}"'):
                    assert row[0] not in found, "two rows have one number"
                    found[row[0]] = (name, row)
            entries = reading.execute("SELECT * FROM qaf_tinyshire.entry ORDER BY first_seq").fetchall()
        numbers = [number for first, last, _ in entries for number in range(first, last + 1)]
        assert numbers == list(range(1, len(found) + 1)) == sorted(found), "numbers have holes"
        return found

    def whole(self):
        """The period prepared once more, and how many rows each table then has."""
        self.project.prepare()
        held = [name for name, _ in self.rows().values()]
        return {name: held.count(name) for name in TABLES}

    def nobody_left(self):
        """Wait until the server has noticed that those who were killed are gone."""
        until = time.monotonic() + 30
        query = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'qaf'"
        while self.execute(query):
            assert time.monotonic() < until, "the server still holds sessions of who was killed"
            time.sleep(0.05)


@pytest.fixture
def council(project, server, monkeypatch):
    with server.database() as url:
        monkeypatch.setenv(VARIABLE, url)
        monkeypatch.setenv("QAF_VAULT", str(project.root / "vault"))
        project.add_audits({f"00{71000 + case}": "good" for case in range(6)})
        yield Council(project, server, url)


SESSIONS = "FROM pg_stat_activity WHERE application_name = 'qaf'"


def cut(council, running, rng):
    council.execute(f"SELECT pg_terminate_backend(pid) {SESSIONS}")


def cut_again_and_again(council, running, rng):
    for _ in range(20):
        council.execute(f"SELECT pg_terminate_backend(pid) {SESSIONS}")
        time.sleep(0.05)


def cut_who_adds(council, running, rng):
    """The connection is cut while rows are on their way, where that moment is met."""
    until = time.monotonic() + 5
    query = f"SELECT pg_terminate_backend(pid) {SESSIONS} AND query ILIKE 'INSERT%' AND state <> 'idle'"
    while not council.execute(query) and time.monotonic() < until and running.poll() is None:
        pass


def cancel(council, running, rng):
    council.execute(f"SELECT pg_cancel_backend(pid) {SESSIONS}")


def kill(council, running, rng):
    running.kill()


def terminate(council, running, rng):
    running.terminate()


def interrupt(council, running, rng):
    running.send_signal(signal.SIGINT)


def stop_for_a_moment(council, running, rng):
    running.send_signal(signal.SIGSTOP)
    time.sleep(1)
    running.send_signal(signal.SIGCONT)


def restart(council, running, rng):
    council.server.stop()
    council.server.start()


def crash(council, running, rng):
    council.server.stop(signal.SIGQUIT)
    council.server.start()


def crash_and_stay_down(council, running, rng):
    council.server.stop(signal.SIGQUIT)
    running.wait(MOST_SECONDS)
    council.server.start()


def let_nobody_in(council, running, rng):
    council.server.execute("ALTER DATABASE kept ALLOW_CONNECTIONS false")
    council.server.execute(f"SELECT pg_terminate_backend(pid) {SESSIONS}")
    running.wait(MOST_SECONDS)
    council.server.execute("ALTER DATABASE kept ALLOW_CONNECTIONS true")


def take_no_writing(council, running, rng):
    council.server.execute("ALTER DATABASE kept SET default_transaction_read_only = on")
    council.server.execute(f"SELECT pg_terminate_backend(pid) {SESSIONS}")
    running.wait(MOST_SECONDS)
    council.server.execute("ALTER DATABASE kept RESET default_transaction_read_only")


def allow_no_long_step(council, running, rng):
    council.server.execute("ALTER DATABASE kept SET statement_timeout = '1ms'")
    council.server.execute(f"SELECT pg_terminate_backend(pid) {SESSIONS}")
    running.wait(MOST_SECONDS)
    council.server.execute("ALTER DATABASE kept RESET statement_timeout")


def hold_the_tables(council, running, rng):
    with suppress(psycopg.Error), psycopg.connect(council.url) as other:
        other.execute("LOCK TABLE qaf_tinyshire.entry, qaf_tinyshire.draw IN ACCESS EXCLUSIVE MODE")
        time.sleep(1.5)


def two_clients(council, running, rng):
    """Another analyst on another machine, with the same key, prepares the same period."""
    elsewhere = council.project.root / "elsewhere"
    shutil.rmtree(elsewhere, ignore_errors=True)
    elsewhere.mkdir()
    shutil.copy(council.vault / "key", elsewhere / "key")
    other = council.start("draw", "parameters/tiny.yml", vault=elsewhere)
    council.begin(other)
    told = council.ended(other)
    assert other.returncode == 0, told


def a_later_version(council, running, rng):
    """The schema is taken over by a later kit; this one records nothing more until it is put back."""
    with suppress(psycopg.Error):
        council.execute("UPDATE qaf_tinyshire.alembic_version SET version_num = '0099'")
        running.wait(MOST_SECONDS)
        council.execute("UPDATE qaf_tinyshire.alembic_version SET version_num = '0005'")


FAULTS = [
    *(cut_who_adds, crash, two_clients, kill, restart, cut, cut_again_and_again, cancel, terminate),
    *(interrupt, stop_for_a_moment, crash_and_stay_down, let_nobody_in, take_no_writing),
    *(allow_no_long_step, hold_the_tables, a_later_version),
]
"""What is done to a server, or to a command that uses it, at a moment by chance."""


def test_a_fault_leaves_earlier_rows_whole_nothing_doubled_and_the_next_command_completes(council, trials):
    rng = random.Random(14)
    council.afresh()
    settled = council.whole()
    council.afresh()
    started = time.monotonic()
    council.whole()
    seconds = time.monotonic() - started
    for number in range(trials(2, 2 * len(FAULTS))):
        fault = FAULTS[number % len(FAULTS)]
        council.afresh()
        running = council.start("draw", "parameters/tiny.yml")
        council.begin(running)
        time.sleep(rng.uniform(0, seconds))
        before = council.rows()
        fault(council, running, rng)
        told = council.ended(running)
        council.nobody_left()
        after = council.rows()
        assert {at: after.get(at) for at in before} == before, (fault.__name__, told)
        assert council.whole() == settled, (fault.__name__, told)
        assert {at: row for at, row in council.rows().items() if at in after} == after, fault.__name__


def test_rights_taken_away_on_the_way_are_told_and_given_back_the_next_command_completes(council, trials):
    rng = random.Random(15)
    server = council.server
    council.afresh()
    settled = council.whole()
    server.execute(f"CREATE ROLE adds LOGIN PASSWORD '{SECRET}'")
    url = council.url.replace("qaf@", f"adds:{SECRET}@")
    every = "ON ALL TABLES IN SCHEMA qaf_tinyshire"
    for _ in range(trials(1, 4)):
        council.afresh()
        move_register(council.vault / "tinyshire")
        council.execute(f"GRANT USAGE ON SCHEMA qaf_tinyshire TO adds; GRANT SELECT, INSERT {every} TO adds")
        running = council.start("draw", "parameters/tiny.yml", url=url)
        council.begin(running)
        time.sleep(rng.uniform(0, 0.3))
        council.execute(f"REVOKE INSERT {every} FROM adds")
        told = council.ended(running)
        if running.returncode:
            assert "this user may not do that" in told
        council.execute(f"GRANT INSERT {every} TO adds")
        assert council.whole() == settled
    council.execute("DROP OWNED BY adds")
    server.execute("DROP ROLE adds")


def test_a_disk_of_the_server_that_is_full_is_told_and_with_room_again_the_next_command_completes(
    council, trials, tmp_path
):
    disk = council.server.folder / "small"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", disk], capture_output=True)
    if mounted.returncode:
        pytest.skip("needs the right to mount a small disk")
    try:
        shutil.chown(disk, "nobody")
        council.server.execute(f"CREATE TABLESPACE small LOCATION '{disk}'")
        council.server.execute("ALTER DATABASE kept SET default_tablespace = small")
        council.afresh()
        settled = council.whole()
        for left in [8, 100, 200, 300, 400][: trials(1, 5)]:
            council.afresh()
            council.execute("CHECKPOINT")
            filler = disk / "filler"
            room = shutil.disk_usage(disk).free
            filler.write_bytes(b"\0" * max(0, room - left * 1024))
            running = council.start("draw", "parameters/tiny.yml")
            council.begin(running)
            told = council.ended(running)
            assert running.returncode == 1, told
            assert "the server's disk or memory is full" in told
            filler.unlink()
            assert council.whole() == settled
    finally:
        council.server.execute("ALTER DATABASE kept RESET default_tablespace")
        council.server.execute("DROP DATABASE kept WITH (FORCE)")
        council.server.execute("DROP TABLESPACE IF EXISTS small")
        subprocess.run(["umount", disk], check=True)


def test_a_run_whose_lock_the_server_ended_records_nothing_over_what_another_added(council):
    council.afresh()
    with Register(council.vault / "tinyshire" / "register.sqlite"):
        pass
    running = council.start("draw", "parameters/tiny.yml")
    council.begin(running)
    while not council.execute("SELECT 1 FROM pg_locks WHERE locktype = 'advisory'"):
        time.sleep(0.005)
    running.send_signal(signal.SIGSTOP)  # as a machine that loses its network
    council.execute(f"SELECT pg_terminate_backend(pid) {SESSIONS}")
    two_clients(council, running, None)
    before = council.rows()
    running.send_signal(signal.SIGCONT)
    council.ended(running)
    assert {at: row for at, row in council.rows().items() if at in before} == before
    settled = {name: [n for n, _ in before.values()].count(name) for name in ("draw", "draw_case", "audit")}
    assert {name: council.whole()[name] for name in settled} == settled


def test_a_move_killed_at_any_moment_is_whole_or_not_there_and_the_next_one_completes(
    council, trials, monkeypatch
):
    rng = random.Random(16)
    monkeypatch.delenv(VARIABLE)
    council.project.prepare()
    path = council.vault / "tinyshire" / "register.sqlite"
    content, moved = path.read_bytes(), path.with_name("register-moved-to-postgresql.sqlite")
    monkeypatch.setenv(VARIABLE, council.url)
    with Register.from_file(path) as register:
        last = register.last_seq()
    for number in range(trials(1, 20)):
        running = council.start("move-register", "parameters/tiny.yml")
        council.begin(running)
        time.sleep(rng.uniform(0, 1.5))
        if number % 2:
            running.kill()
        else:
            council.execute(f"SELECT pg_terminate_backend(pid) {SESSIONS}")
        told = council.ended(running)
        council.nobody_left()
        held = council.rows()
        if path.exists():
            assert path.read_bytes() == content
            assert len(held) in (0, last), told
            assert f"Moved {last:,} rows" in move_register(path.parent)[0]
        assert len(council.rows()) == last
        assert moved.read_bytes() == content
        moved.rename(path)
        council.execute("DROP SCHEMA qaf_tinyshire CASCADE")


def test_a_run_during_which_the_server_is_restarted_ends_in_an_edition_or_a_sentence(council, trials):
    """The heavy one: notebooks, an edition, and the ledger of editions."""
    rng = random.Random(17)
    if trials(0, 1) == 0:
        pytest.skip("whole runs: `make proofs`")
    council.project.change("parameters/tiny.yml", "audience: internal", "audience: shared")
    outputs = council.project.root / "outputs/tinyshire/2025-26-q2-shared"
    council.afresh()
    council.whole()
    for fault in (restart, crash, cut_again_and_again, two_clients):
        kept = [path for path in outputs.glob("edition-*/**/*") if path.is_file()]
        before = {path: path.read_bytes() for path in kept}
        running = council.start("run", "parameters/tiny.yml", "--again")
        council.begin(running)
        time.sleep(rng.uniform(2, 25))
        fault(council, running, rng)
        council.ended(running)
        council.nobody_left()
        assert {path: path.read_bytes() for path in before} == before
        running = council.start("run", "parameters/tiny.yml", "--again")
        council.begin(running)
        told = council.ended(running)
        assert running.returncode == 0, told
        states = council.execute(
            "SELECT DISTINCT ON (edition_id) status FROM qaf_tinyshire.edition ORDER BY edition_id, seq DESC"
        )
        assert not any(state.startswith("intended") for (state,) in states)
        assert sum(state == "published" for (state,) in states) == len(list(outputs.glob("edition-*")))
