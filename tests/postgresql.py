"""A real PostgreSQL server for tests, and the places where a test's register can be kept."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

try:
    import psycopg
except ImportError:
    psycopg = None

_FOLDERS = ("/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt", "C:/Program Files/PostgreSQL")
_ACCESS = "host all guarded 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n"
_QUICK = {
    "fsync": "off",  # what a test writes need not survive a power cut
    "full_page_writes": "off",
    "max_connections": "40",
    "unix_socket_directories": "",
    "listen_addresses": "127.0.0.1",
    "shared_buffers": "32MB",
    "autovacuum": "off",
}


def _binary(name):
    found = shutil.which(name)
    places = (path for folder in _FOLDERS for path in sorted(Path(folder).glob(f"*/bin/{name}*")))
    return found or next((str(path) for path in places if path.stem == name), None)


class Server:
    """A cluster of this machine's PostgreSQL in a folder of its own, without a password but for `guarded`."""

    def __init__(self):
        if psycopg is None or _binary("initdb") is None or _binary("postgres") is None:
            pytest.skip("needs PostgreSQL's initdb and postgres, and psycopg")
        self.folder = Path(tempfile.mkdtemp(prefix="qaf-postgresql-"))
        self._as = {}
        if hasattr(os, "geteuid") and os.geteuid() == 0:  # the server refuses to be root's
            shutil.chown(self.folder, "nobody")
            self._as = {"user": "nobody", "group": self.folder.stat().st_gid, "extra_groups": []}
        with closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        words = [_binary("initdb"), "-D", str(self.folder / "data"), "-U", "qaf", "-A", "trust", "-E", "UTF8"]
        self._call([*words, "--locale=C", "--no-sync"])
        access = self.folder / "data" / "pg_hba.conf"
        access.write_text(_ACCESS, encoding="utf-8")
        self.start()

    def _call(self, words):
        done = subprocess.run(
            words, cwd=self.folder, capture_output=True, text=True, env=self._environment(), **self._as
        )
        if done.returncode:
            pytest.skip(f"PostgreSQL does not start here: {done.stderr.strip()[-200:]}")

    def _environment(self):
        return {name: value for name, value in os.environ.items() if not name.startswith(("PG", "QAF"))}

    def start(self):
        words = [_binary("postgres"), "-D", str(self.folder / "data"), "-p", str(self.port)]
        words += [word for name, value in _QUICK.items() for word in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self._running = subprocess.Popen(
                words, cwd=self.folder, stdout=log, stderr=log, env=self._environment(), **self._as
            )
        until = time.monotonic() + 30
        while True:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                if self._running.poll() is not None or time.monotonic() > until:
                    pytest.skip(f"PostgreSQL does not start here: {(self.folder / 'log').read_text()[-200:]}")
                time.sleep(0.05)

    def stop(self, how=signal.SIGINT):
        """End the server: by `SIGINT` it ends its sessions, by `SIGQUIT` it falls as in a crash."""
        self._running.send_signal(how)
        self._running.wait(30)

    def end(self):
        self.stop(signal.SIGQUIT if os.name == "posix" else signal.SIGTERM)
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database, user="qaf"):
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def execute(self, act, database="postgres", user="qaf"):
        """What a statement of one's own answers, its rows in a list."""
        with psycopg.connect(self.url(database, user), autocommit=True) as connection:
            cursor = connection.execute(act)
            return cursor.fetchall() if cursor.description else []

    @contextmanager
    def database(self, name="kept", more="ENCODING 'UTF8'"):
        """A database of that name that nobody has used, gone at the end."""
        self.execute(f"CREATE DATABASE {name} TEMPLATE template0 {more}")
        try:
            yield self.url(name)
        finally:
            with suppress(psycopg.Error):
                self.execute(f"DROP DATABASE {name} WITH (FORCE)")


@dataclass(frozen=True)
class Place:
    """Where a test's register is kept: in the file `path`, or in its council's schema behind `url`."""

    path: Path
    url: str | None = None

    @property
    def broken(self):
        """What the place raises for a row that a rule of the tables forbids."""
        return sqlite3.IntegrityError if self.url is None else psycopg.IntegrityError

    @contextmanager
    def opened(self):
        """The place by another way than the kit's: what is executed is committed at the end."""
        if self.url is None:
            with closing(sqlite3.connect(self.path)) as database, database:
                yield database
            return
        schema = f"qaf_{self.path.parent.name.replace('-', '_')}"
        with psycopg.connect(self.url, options=f"-c search_path={schema}") as database:
            yield database

    def execute(self, act):
        with self.opened() as database:
            cursor = database.execute(act)
            return cursor.fetchall() if cursor.description else []
