"""A register in a real PostgreSQL: least rights, two at once, errors in a sentence, and the move from a file."""

import math
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from qaf_lib.check import check_period
from qaf_lib.errors import EditionError, InputError
from qaf_lib.register import TABLES, Register, is_begun
from qaf_lib.register.postgresql import VARIABLE, held_alone, schema_of
from qaf_lib.vault import move_register, restore_backup, retire_identities, write_backup

psycopg = pytest.importorskip("psycopg", reason="needs psycopg")
OPERATIONS = Path(__file__).resolve().parents[2] / "docs" / "operations.md"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "vault" / "tinyshire" / "register.sqlite"


def teams(count, snapshot="s1"):
    names = [f"T{number}" for number in range(count)]
    return pd.DataFrame({"snapshot_id": snapshot, "team_id": names, "name": "North", "service": "Care"})


def everything(path):
    """Every row of every table as it stands, with its number, moment and recorder."""
    with Register.in_memory(path) as register:
        return {name: register.read(name) for name in TABLES}


def assert_equal(one, other):
    assert one.keys() == other.keys()
    for name, frame in one.items():
        pd.testing.assert_frame_equal(frame, other[name])


# Values


def test_numbers_times_and_texts_come_back_from_both_as_they_went_in(place):
    rng, count = random.Random(7), 60
    shares = [0.1 + 0.2, 1 / 3, 5e-324, 1.7976931348623157e308, -0.0, math.nan, math.inf]
    shares += [rng.uniform(-1, 1) * 10.0 ** rng.randint(-300, 300) for _ in range(count - len(shares))]
    texts = ["", " ", "é", "\U0001f600", "a\tb\nc\r\n", "'; DROP TABLE x; --", "%s %(x)s $1", "\\x00", "NULL"]
    texts += ["x" * 100_000] + [f"n{number}" for number in range(count - len(texts) - 1)]
    moments = [pd.Timestamp("1900-01-01 00:00:00.000001"), pd.Timestamp("2026-03-29 01:30"), pd.NaT]
    moments += [
        pd.Timestamp("2025-08-01") + pd.Timedelta(microseconds=n) for n in range(count - len(moments))
    ]
    projects = pd.DataFrame(
        {
            "project_id": [f"p{number}" for number in range(count)],
            "block": "audit",
            "title": texts,
            "officer_post": "Head",
            "cost": shares,
            "on": pd.Series(moments).dt.normalize(),
        }
    )
    concerns = pd.DataFrame(
        {
            "escalation_id": [f"e{number}" for number in range(count)],
            "audit_id": "a",
            "tier": [2**40 + number for number in range(count)],
            "found_at": pd.Timestamp("2025-08-01 14:05"),
            "told_at": moments,
            "told_post": "Head",
        }
    )
    with Register(place.path) as register:
        assert register.add({"project": projects, "escalation": concerns}, by="me") == 2 * count
        assert register.add({"project": projects, "escalation": concerns}, by="me") == 0
        held, found = register.read("project"), register.read("escalation")
    held, found = held.sort_values("seq"), found.sort_values("seq")
    back = [float(value) if pd.notna(value) else None for value in held["cost"]]
    assert back == [None if math.isnan(value) else value for value in shares]
    assert held["title"].tolist() == texts
    assert found["told_at"].tolist()[:2] == moments[:2]
    assert found["told_at"].isna().sum() == held["on"].isna().sum() == 1
    assert found["tier"].tolist() == [2**40 + number for number in range(count)]


def test_a_text_that_no_database_keeps_is_refused_by_both_in_the_same_words(place):
    with (
        Register(place.path) as register,
        pytest.raises(InputError, match="table team, column name: a text holds a character") as told,
    ):
        register.add({"team": teams(2).assign(name=["North", "nul\0here"])}, by="me")
    assert "here" not in str(told.value)
    with Register(place.path) as register:
        assert register.last_seq() == 0


# Two at once

ADDER = """
import sys
from pathlib import Path
import pandas as pd
from qaf_lib.register import Register
who, path = sys.argv[1], Path(sys.argv[2])
print("up", flush=True)
sys.stdin.readline()
with Register(path) as register:
    for batch in range(12):
        ids = [f"both-{batch}-{n}" for n in range(20)] + [f"{who}-{batch}-{n}" for n in range(20)]
        row = {"snapshot_id": "s", "team_id": ids, "name": "North", "service": "Care"}
        register.add({"team": pd.DataFrame(row)}, by=who)
"""


def test_two_processes_that_add_at_once_lose_nothing_double_nothing_and_leave_no_hole(place):
    with Register(place.path):
        pass
    words = [sys.executable, "-c", ADDER]
    both = [
        subprocess.Popen(
            [*words, who, str(place.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for who in ("ann", "ben")
    ]
    for one in both:
        assert one.stdout.readline() == "up\n"
    for one in both:
        one.stdin.write("go\n")
        one.stdin.flush()
    for one in both:
        one.communicate(timeout=120)
        assert one.returncode == 0
    rows = place.execute("SELECT seq, team_id, recorded_by FROM team ORDER BY seq")
    assert [seq for seq, *_ in rows] == list(range(1, 12 * 60 + 1))  # 20 shared and twice 20 own each time
    assert len({team for _, team, _ in rows}) == len(rows)
    assert {by for *_, by in rows} == {"ann", "ben"}
    entries = place.execute("SELECT first_seq, last_seq FROM entry ORDER BY first_seq")
    assert [first for first, _ in entries] == [1, *(last + 1 for _, last in entries[:-1])]


def test_what_was_worked_out_before_another_added_is_refused(place):
    with Register(place.path) as mine, Register(place.path) as theirs:
        seen = mine.last_seq()
        theirs.add({"team": teams(1)}, by="they")
        with pytest.raises(EditionError, match="another run added rows while this one worked"):
            mine.add({"team": teams(2)}, by="me", after=seen)
        assert mine.read("team")["recorded_by"].tolist() == ["they"]
        assert mine.add({"team": teams(2)}, by="me", after=mine.last_seq()) == 1


def test_a_run_on_another_machine_is_kept_out_for_as_long_as_one_holds_the_register(project, database):
    path = project.root / "vault" / "tinyshire" / "register.sqlite"
    with held_alone(path, 0):
        with pytest.raises(TimeoutError), held_alone(path, 0.3):
            pass
        with held_alone(path.parent.with_name("othershire") / path.name, 0):
            pass  # another council's is free
    with held_alone(path, 0):
        pass


# Rights


def sql_of(title):
    """The SQL that docs/operations.md gives below a heading, with its placeholders as the tests name them."""
    part = OPERATIONS.read_text(encoding="utf-8").split(f"\n### {title}\n")[1]
    return part.split("```sql\n")[1].split("```")[0]


@pytest.fixture
def analyst(server, database, monkeypatch):
    """The address of a user that may read and add and nothing else, as docs/operations.md makes it."""
    roles = sql_of("Roles")
    for line in ("CREATE ROLE qaf_owner", "CREATE ROLE qaf_analyst"):
        assert line in roles
    for role in ("qaf_owner", "qaf_analyst"):
        if server.execute(f"SELECT 1 FROM pg_roles WHERE rolname = '{role}'"):
            server.execute(f"DROP OWNED BY {role} CASCADE", database="kept")
            server.execute(f"DROP ROLE {role}")
    server.execute(roles.replace("DATABASE qaf ", "DATABASE kept "), database="kept")
    monkeypatch.setenv(VARIABLE, server.url("kept", "qaf_owner"))
    yield server.url("kept", "qaf_analyst")
    for role in ("qaf_analyst", "qaf_owner"):
        server.execute(f"DROP OWNED BY {role} CASCADE", database="kept")
        server.execute(f"DROP ROLE {role}")


REFUSED = [
    "UPDATE team SET name = 'x'",
    "DELETE FROM team",
    "TRUNCATE team",
    "DROP TRIGGER never_changed ON team",
    "ALTER TABLE team DISABLE TRIGGER never_changed",
    "DROP TABLE team",
    "ALTER TABLE team ADD COLUMN more text",
    "CREATE TABLE more (x int)",
    "CREATE OR REPLACE FUNCTION never_changed() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "UPDATE alembic_version SET version_num = '0001'",
    "INSERT INTO alembic_version VALUES ('0009')",
    "UPDATE entry SET last_seq = 0",
]


def test_who_may_read_and_add_can_prepare_and_the_database_lets_them_change_nothing(
    project, analyst, monkeypatch
):
    move_register(project.parameters().vault)  # the owner begins the schema
    monkeypatch.setenv(VARIABLE, analyst)
    prepared = project.prepare()
    assert prepared.new_draws == ["2025-26 Q2 case_file 1"]
    assert project.adds() == 0
    before = everything(project.parameters().vault / "register.sqlite")
    with psycopg.connect(analyst, autocommit=True, options="-c search_path=qaf_tinyshire") as database:
        for act in REFUSED:
            with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.IntegrityError)) as told:
                database.execute(act)
            assert isinstance(told.value, psycopg.errors.InsufficientPrivilege) == ("INSERT" not in act), act
    assert_equal(everything(project.parameters().vault / "register.sqlite"), before)


def test_who_may_only_add_is_told_who_can_begin_and_retire(project, analyst, monkeypatch):
    monkeypatch.setenv(VARIABLE, analyst)
    with pytest.raises(InputError, match=r"this user may not do that\. .* need its owner") as told:
        project.prepare()
    assert "schema qaf_tinyshire" in str(told.value)


@pytest.mark.parametrize("act", ["UPDATE team SET name = 'x'", "DELETE FROM team", "TRUNCATE team"])
def test_triggers_keep_the_owner_too_from_changing_rows(database, path, act):
    with Register(path) as register:
        register.add({"team": teams(2)}, by="me")
        with (
            psycopg.connect(database, options=f"-c search_path={schema_of(path)}") as own,
            pytest.raises(psycopg.IntegrityError, match="never changed"),
        ):
            own.execute(act)
        assert len(register.read("team")) == 2


def test_triggers_that_somebody_took_away_or_put_to_sleep_come_back_at_the_next_opening(
    server, database, path
):
    with Register(path) as register:
        register.add({"team": teams(2)}, by="me")
    server.execute(f"DROP TRIGGER never_changed ON {schema_of(path)}.team", database="kept")
    server.execute(f"ALTER TABLE {schema_of(path)}.audit DISABLE TRIGGER ALL", database="kept")
    with Register(path):
        for table in ("team", "audit"):
            with pytest.raises(psycopg.IntegrityError, match="never changed"):
                server.execute(f"DELETE FROM {schema_of(path)}.{table}", database="kept")


def test_two_councils_share_a_database_and_see_nothing_of_each_other(database, path):
    other = path.parent.with_name("other-shire") / path.name
    with Register(path) as one, Register(other) as two:
        one.add({"team": teams(3)}, by="me")
        assert two.last_seq() == 0
        two.add({"team": teams(1)}, by="me")
    with Register(path) as one:
        assert one.last_seq() == 3


def test_a_long_name_of_a_council_is_a_schema_of_its_own():
    long = "a" * 70
    names = {schema_of(Path("vault") / name / "register.sqlite") for name in (long, f"{long}b", "a-b", "ab")}
    assert len(names) == 4
    assert all(len(name) <= 63 for name in names)


# Errors in a sentence

SECRET = "Tr0ub4dor%263"


def refused(path, monkeypatch, url):
    monkeypatch.setenv(VARIABLE, url)
    with pytest.raises((InputError, EditionError)) as told:
        Register(path)
    said = str(told.value)
    assert "\n" not in said
    for part in (SECRET, "Tr0ub4dor&3", "Tr0ub4dor"):
        assert part not in said
    assert type(told.value) is InputError
    return said


@pytest.mark.parametrize(
    "url",
    [
        f"mysql://qaf:{SECRET}@localhost/qaf",
        f"postgresql://qaf:{SECRET}%@localhost/qaf",
        f"postgresql://qaf:{SECRET}@localhost/qaf?nosuch={SECRET}",
        f"postgresql://qaf@[{SECRET}/qaf",
        f"host=localhost password={SECRET}",
    ],
)
def test_an_address_that_is_none_is_refused_and_not_repeated(path, monkeypatch, url):
    assert "this is no address of a PostgreSQL database" in refused(path, monkeypatch, url)


def test_a_server_that_is_not_there_is_said_with_what_to_do(path, monkeypatch):
    said = refused(path, monkeypatch, f"postgresql://qaf:{SECRET}@127.0.0.1:9/qaf")
    assert "PostgreSQL gives no connection" in said
    assert "See that the server runs" in said


def test_a_wrong_password_database_and_user_are_said_with_what_to_do(server, path, monkeypatch):
    server.execute("DROP ROLE IF EXISTS guarded")
    server.execute("CREATE ROLE guarded LOGIN PASSWORD 'another one'")
    url = server.url("postgres", f"guarded:{SECRET}")
    assert "See the user, and the password" in refused(path, monkeypatch, url)
    assert "See the user, and the password" in refused(path, monkeypatch, server.url("postgres", "guarded"))
    said = refused(path, monkeypatch, server.url("nosuch", f"qaf:{SECRET}"))
    assert 'database "nosuch" does not exist' in said
    assert "make them (docs/operations.md)" in said


def test_a_password_file_is_libpq_s_matter(server, path, monkeypatch, tmp_path):
    server.execute("DROP ROLE IF EXISTS guarded")
    server.execute(f"CREATE ROLE guarded LOGIN SUPERUSER PASSWORD '{SECRET}'")
    file = tmp_path / "passwords"
    file.write_text(f"127.0.0.1:{server.port}:*:guarded:{SECRET}\n", encoding="utf-8")
    file.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(file))
    with server.database("guarded_one"):
        monkeypatch.setenv(VARIABLE, server.url("guarded_one", "guarded"))
        with Register(path) as register:
            assert register.add({"team": teams(2)}, by="me") == 2
    server.execute("DROP ROLE guarded")


def test_a_service_file_is_libpq_s_matter(server, path, monkeypatch, tmp_path):
    file = tmp_path / "services"
    file.write_text(f"[qaf]\nhost=127.0.0.1\nport={server.port}\nuser=qaf\ndbname=served\n", encoding="utf-8")
    monkeypatch.setenv("PGSERVICEFILE", str(file))
    monkeypatch.setenv(VARIABLE, "postgresql://?service=qaf")
    with server.database("served"), Register(path) as register:
        assert register.last_seq() == 0


def test_a_server_without_tls_is_refused_where_the_address_asks_for_it(server, path, monkeypatch):
    said = refused(path, monkeypatch, f"{server.url('postgres')}?sslmode=require")
    assert "SSL" in said


def test_a_database_that_is_not_in_utf_8_is_refused(server, path, monkeypatch):
    with server.database("latin", "ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'") as url:
        assert "keeps text as LATIN1" in refused(path, monkeypatch, url)


def test_a_register_of_a_later_version_is_refused_with_its_place(server, database, path, monkeypatch):
    with Register(path):
        pass
    server.execute(f"UPDATE {schema_of(path)}.alembic_version SET version_num = '0099'", database="kept")
    assert "a later version of the kit made this register (0099" in refused(path, monkeypatch, database)


def test_tables_that_are_gone_are_said_with_what_to_do(server, database, path):
    team = {"snapshot_id": "s", "team_id": "T1", "name": "North", "service": "Care"}
    with Register(path) as register:
        register.add({"team": pd.DataFrame([team])}, by="test")
        server.execute(f"DROP TABLE {schema_of(path)}.team", database="kept")
        with pytest.raises(InputError, match=r"not as the kit made them\. Restore the database's backup"):
            register.read("team")


def test_a_server_that_takes_no_writing_is_said(server, database, path, monkeypatch):
    with Register(path):
        pass
    monkeypatch.setenv(VARIABLE, f"{database}?options=-c%20default_transaction_read_only%3Don")
    with Register(path) as register:
        assert register.last_seq() == 0
        with pytest.raises(InputError, match="takes no writing"):
            register.add({"team": teams(1)}, by="me")


def test_without_the_driver_the_command_that_installs_it_is_said(path, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    said = refused(path, monkeypatch, "postgresql://qaf@localhost/qaf")
    assert 'python -m pip install "psycopg[binary]"' in said


def test_a_cut_connection_is_one_sentence_and_the_next_step_works(server, database, path):
    with Register(path) as register:
        register.add({"team": teams(2)}, by="me")
        cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'qaf'"
        with register._engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")
            server.execute(cut)
            with pytest.raises(EditionError, match="the connection was cut or the server stopped"):
                connection.exec_driver_sql("SELECT 1")
        server.execute(cut)
        assert register.add({"team": teams(3)}, by="me") == 1


# The move from a file


@pytest.fixture
def filed(project, monkeypatch):
    """A council whose register is a file with readings, a draw, a replaced and a withdrawn row."""
    monkeypatch.delenv(VARIABLE, raising=False)
    project.add_audits({"0071000": "good", "0071001": "inadequate"})
    project.prepare()
    project.change("data/audit.csv", "inadequate", "outstanding")
    project.prepare()
    return project


def test_a_register_is_moved_with_every_number_moment_recorder_and_superseded_row(filed, server, monkeypatch):
    council = filed.parameters().vault
    before, last = everything(council / "register.sqlite"), filed.last_seq
    assert before["audit"]["supersedes"].notna().any()
    content = (council / "register.sqlite").read_bytes()
    with server.database() as url:
        monkeypatch.setenv(VARIABLE, url)
        with pytest.raises(InputError, match=r"this register is a file, .* `qaf move-register`"):
            filed.prepare()
        lines = move_register(council)
        assert lines[0].startswith(f"Moved {last:,} rows, compared one by one, to the register of tinyshire")
        assert_equal(everything(council / "register.sqlite"), before)
        assert (council / "register-moved-to-postgresql.sqlite").read_bytes() == content
        assert not (council / "register.sqlite").exists()
        assert filed.adds() == 0
        assert "is of this kit's version" in move_register(council)[0]
        monkeypatch.delenv(VARIABLE)
        with pytest.raises(InputError, match=r"this register was moved to PostgreSQL\. Set QAF_REGISTER_URL"):
            filed.prepare()


def test_a_register_is_not_moved_over_another_one_s_rows(filed, database, monkeypatch):
    council = filed.parameters().vault
    path, kept = council / "register.sqlite", council / "aside.sqlite"
    path.rename(kept)
    with Register(path) as register:
        register.add({"team": teams(3, "of another")}, by="they")
    kept.rename(path)
    before = path.read_bytes()
    with pytest.raises(InputError, match=r"holds other rows than .* Nothing was moved"):
        move_register(council)
    assert path.read_bytes() == before
    path.rename(kept)
    with Register(path) as register:
        assert register.last_seq() == 3


def test_a_move_that_ended_before_the_file_was_renamed_is_completed(filed, database):
    council = filed.parameters().vault
    path = council / "register.sqlite"
    with Register.from_file(path) as register:
        register.copy_to_postgresql(path)
        rows = register.last_seq()
    assert move_register(council)[0].startswith(f"Moved {rows:,} rows")
    assert is_begun(path)
    assert not path.exists()


def test_a_move_needs_the_address(filed):
    with pytest.raises(InputError, match="QAF_REGISTER_URL is not set, so there is nowhere"):
        move_register(filed.parameters().vault)


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX systems")
def test_a_move_killed_half_way_leaves_the_file_as_it_was_and_the_schema_empty(filed, database, server):
    council = filed.parameters().vault
    path = council / "register.sqlite"
    before = path.read_bytes()
    with Register(path.parent.with_name("x") / path.name):
        pass  # so that the server knows the language of triggers' functions
    code = (
        "import time; from pathlib import Path; import qaf_lib.register.copies as c; from qaf_lib.vault import "
        f"move_register; c.Copy.unlike = lambda *_: print('half', flush=True) or time.sleep(99); "
        f"move_register(Path({str(council)!r}))"
    )
    moving = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert moving.stdout.readline() == "half\n"
    moving.send_signal(signal.SIGKILL)
    moving.communicate()
    assert path.read_bytes() == before
    until = time.monotonic() + 20
    held = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'qaf'"
    while server.execute(held) and time.monotonic() < until:
        time.sleep(0.1)
    assert server.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'qaf_tinyshire'", "kept") == []
    assert "Moved" in move_register(council)[0]


# The vault's other commands


def test_a_backup_of_registers_in_postgresql_comes_back_as_files_with_every_row(
    project, server, monkeypatch, tmp_path_factory
):
    vault, file = project.root / "vault", tmp_path_factory.mktemp("stick") / "vault.zip"
    path = vault / "tinyshire" / "register.sqlite"
    with server.database() as url:
        monkeypatch.setenv(VARIABLE, url)
        project.prepare()
        before = everything(path)
        assert write_backup(vault=vault, file=file).councils == ("tinyshire",)
    monkeypatch.delenv(VARIABLE)
    shutil.rmtree(vault)
    restore_backup(vault=vault, file=file)
    assert path.is_file()
    assert_equal(everything(path), before)
    assert project.adds() == 0


def test_a_backup_of_a_vault_with_no_schema_has_nothing_to_keep(database, tmp_path):
    with pytest.raises(InputError, match="nothing to keep"):
        write_backup(vault=tmp_path / "vault", file=tmp_path / "kept.zip")


def test_other_councils_of_the_vault_are_counted_and_missed_in_postgresql_too(project, database, server):
    project.prepare()
    project.change("parameters/tiny.yml", "council: Tinyshire", "council: Othershire")
    said = "Other councils of this vault have draws for these days: tinyshire (1)."
    assert project.prepare().others == [said]
    server.execute("DROP SCHEMA qaf_tinyshire CASCADE", database="kept")
    assert project.prepare().others == [
        "Registers begun in this vault are gone, and with them their draws: tinyshire."
    ]
    project.change("parameters/tiny.yml", "council: Othershire", "council: Tinyshire")
    with pytest.raises(InputError, match=r"in PostgreSQL .* was begun in this vault and is gone"):
        project.prepare()


def test_a_register_in_postgresql_is_asked_for_where_the_variable_is_forgotten(
    project, database, monkeypatch
):
    project.prepare()
    monkeypatch.delenv(VARIABLE)
    with pytest.raises(InputError, match="one that stands in PostgreSQL needs QAF_REGISTER_URL"):
        project.prepare()
    assert not (project.root / "vault" / "tinyshire" / "register.sqlite").exists()


def test_a_check_in_postgresql_records_nothing(project, database):
    check_period(project.file)
    assert not is_begun(project.root / "vault" / "tinyshire" / "register.sqlite")
    project.prepare()
    before = project.last_seq
    check_period(project.file)
    assert project.last_seq == before


def test_retiring_takes_the_file_from_before_the_move_along(filed, database):
    council = filed.parameters().vault
    move_register(council)
    lines = retire_identities(councils=[council], before=date(2020, 1, 1))
    assert "register-moved-to-postgresql.sqlite" in lines[1]
    assert not (council / "register-moved-to-postgresql.sqlite").exists()
