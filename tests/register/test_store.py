"""The register: added to, never changed, and readable as it stood at any sequence number."""

import os

import pandas as pd
import pytest

from qaf_lib.errors import InputError
from qaf_lib.register import TABLES, Register, typed


@pytest.fixture
def path(place):
    return place.path


@pytest.fixture
def register(path):
    with Register(path) as opened:
        yield opened


def teams(*names, snapshot="s1"):
    return pd.DataFrame(
        {
            "snapshot_id": snapshot,
            "team_id": [f"T{n}" for n in range(len(names))],
            "name": names,
            "service": "Care",
        }
    )


def test_an_empty_register_has_every_table_and_no_rows(register):
    assert register.last_seq() == 0
    assert all(register.read(name).empty for name in TABLES)


def test_the_same_rows_add_nothing_the_second_time(register):
    assert register.add({"team": teams("North", "South")}, by="me") == 2
    assert register.add({"team": teams("North", "South")}, by="someone else") == 0
    assert register.last_seq() == 2


def test_a_changed_row_supersedes_the_old_one_and_the_old_state_can_be_read(register):
    register.add({"team": teams("North", "South")}, by="me")
    register.add({"team": teams("North", "Southern")}, by="me")
    now, before = register.read("team"), register.read("team", at=2)
    assert now["name"].tolist() == ["North", "Southern"]
    assert before["name"].tolist() == ["North", "South"]
    assert now["supersedes"].tolist()[1] == before["seq"].tolist()[1] == 2


def test_a_row_changed_back_is_a_third_row(register):
    for name in ("North", "Northern", "North"):
        register.add({"team": teams(name)}, by="me")
    assert register.last_seq() == 3
    assert register.read("team", at=2)["name"].tolist() == ["Northern"]


def test_sequence_numbers_increase_through_all_tables(register):
    actions = pd.DataFrame({"action_id": ["a"], "audit_id": ["b"]})
    register.add({"team": teams("North", "South")}, by="me")
    register.add({"reaudit_link": actions, "team": teams("East", snapshot="s2")}, by="me")
    seqs = [*register.read("team")["seq"], *register.read("reaudit_link")["seq"]]
    assert sorted(seqs) == [1, 2, 3, 4]
    assert register.last_seq(without=["team"]) == register.read("reaudit_link")["seq"].max()


@pytest.mark.parametrize("act", ["UPDATE team SET name = 'x'", "DELETE FROM team", "DELETE FROM entry"])
def test_the_database_itself_refuses_to_change_or_delete(register, place, act):
    register.add({"team": teams("North")}, by="me")
    with pytest.raises(place.broken, match="never changed"):
        place.execute(act)
    assert register.read("team")["name"].tolist() == ["North"]


def test_a_row_that_lacks_what_it_must_have_adds_no_row_of_any_table(register):
    broken = {"team": teams("North"), "reaudit_link": pd.DataFrame({"action_id": ["a"], "audit_id": [None]})}
    with pytest.raises(Exception, match=r"(?i)not.null"):
        register.add(broken, by="me")
    assert register.last_seq() == 0
    assert register.read("team").empty


def test_every_type_comes_back_as_it_went_in(register):
    given = pd.DataFrame(
        {
            "escalation_id": ["e1", "e2"],
            "audit_id": ["0123", "0124"],
            "tier": [1, 2],
            "found_at": pd.to_datetime(["2025-08-01 14:05", "2025-08-01 00:00"]),
            "told_at": [pd.NaT, pd.Timestamp("2025-08-02 09:00")],
            "told_post": "Head of Service",
            "resolved_on": [pd.Timestamp("2025-08-09"), pd.NaT],
        }
    )
    register.add({"escalation": given}, by="me")
    held = register.read("escalation")
    pd.testing.assert_frame_equal(held[list(given)], typed(given, TABLES["escalation"].columns))
    assert held["audit_id"].tolist() == ["0123", "0124"]
    assert register.add({"escalation": given}, by="me") == 0


def test_who_and_when_are_recorded(register):
    register.add({"team": teams("North")}, by="me")
    row = register.read("team").iloc[0]
    assert row["recorded_by"] == "me"
    assert abs(pd.Timestamp.now("UTC").tz_localize(None) - row["recorded_at"]) < pd.Timedelta("1min")


def test_a_closed_register_opens_again_with_its_rows(path):
    with Register(path) as register:
        register.add({"team": teams("North")}, by="me")
    with Register(path) as register:
        assert register.read("team")["name"].tolist() == ["North"]


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_only_its_owner_can_read_it(tmp_path):
    path = tmp_path / "vault" / "register.sqlite"
    with Register(path):
        pass
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("folder", ["OneDrive - Tinyshire Council", "Dropbox", "iCloudDrive", "Google Drive"])
def test_a_synced_folder_is_refused_and_nothing_made_there(tmp_path, folder):
    with pytest.raises(InputError, match=r"in the synced folder .* can lose rows .*QAF_VAULT"):
        Register(tmp_path / folder / "vault" / "register.sqlite")
    assert not (tmp_path / folder).exists()


def test_a_folder_that_only_mentions_a_service_is_not_refused(tmp_path):
    with Register(tmp_path / "not dropbox" / "register.sqlite") as register:
        assert register.last_seq() == 0


def test_a_withdrawn_row_is_kept_with_its_reason_and_read_no_more(register):
    register.add({"team": teams("North", "South")}, by="me")
    gone = pd.DataFrame({"row_seq": [1], "table_name": "team", "reading_id": "r", "reason": "left out"})
    register.add({"withdrawal": gone}, by="me")
    assert register.read("team")["name"].tolist() == ["South"]
    assert register.read("team", at=2)["name"].tolist() == ["North", "South"]
    assert register.withdrawn("team")[["name", "reason_withdrawn"]].to_numpy().tolist() == [
        ["North", "left out"]
    ]
    register.add({"team": teams("North", "South")}, by="me")  # it came again
    assert register.read("team")["name"].tolist() == ["North", "South"]
    assert register.withdrawn("team").empty
