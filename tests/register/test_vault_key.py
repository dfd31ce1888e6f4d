"""The file of the vault's key."""

import json
import os
from datetime import date
from multiprocessing.pool import ThreadPool

import pytest

from qaf_lib.errors import InputError
from qaf_lib.register import VaultKey, held_key, new_key, note_register, older_key, open_key

KEY = VaultKey(secret=bytes(range(32)), made_on=date(2026, 9, 30))


def test_a_key_is_made_once_with_its_birthday_and_kept(tmp_path):
    made = open_key(tmp_path / "vault", otherwise=KEY)
    assert made == KEY
    assert open_key(tmp_path / "vault", otherwise=new_key()) == held_key(tmp_path / "vault") == KEY
    assert open_key(tmp_path / "other", otherwise=new_key()) != KEY


def test_of_many_who_make_it_at_once_all_have_the_same(tmp_path):
    with ThreadPool(8) as pool:
        made = pool.map(lambda _: open_key(tmp_path, otherwise=new_key()), range(8))
    assert len(set(made)) == 1


def test_a_vault_without_a_key_has_none(tmp_path):
    assert held_key(tmp_path) is None
    assert older_key(tmp_path) is None
    note_register(tmp_path, "tinyshire")
    assert held_key(tmp_path) is None


def test_registers_begun_are_noted_once_and_the_secret_stays(tmp_path):
    open_key(tmp_path, otherwise=KEY)
    for council in ("tinyshire", "bigshire", "tinyshire"):
        note_register(tmp_path, council)
    assert held_key(tmp_path).registers == ("bigshire", "tinyshire")
    assert held_key(tmp_path).secret == KEY.secret


def test_a_fingerprint_and_a_shown_key_do_not_hold_the_secret():
    assert KEY.secret.hex() not in KEY.fingerprint + repr(KEY)
    assert repr(KEY.secret) not in repr(KEY)


@pytest.mark.parametrize("change", [{"made_on": "2020-01-01"}, {"registers": []}, {"key": "00" * 32}])
def test_a_key_s_file_changed_by_hand_is_refused(tmp_path, change):
    open_key(tmp_path, otherwise=KEY)
    note_register(tmp_path, "tinyshire")
    path = tmp_path / "key"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="ascii")) | change), encoding="ascii")
    with pytest.raises(InputError, match="damaged or was changed by hand"):
        held_key(tmp_path)


@pytest.mark.parametrize("text", ["", "00" * 32, "{}", "[]", "null", '{"key": 1}', "café", "{"])
def test_a_damaged_key_is_refused_and_left_as_it_is(tmp_path, text):
    (tmp_path / "key").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"key is damaged .* Restore the vault from its backup"):
        open_key(tmp_path, otherwise=KEY)
    assert (tmp_path / "key").read_text(encoding="utf-8") == text


@pytest.mark.parametrize("text", ["", "00" * 31, "not hexadecimal", "café"])
def test_a_damaged_key_of_an_earlier_version_is_refused(tmp_path, text):
    (tmp_path / "key").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="key is damaged"):
        older_key(tmp_path)


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_only_its_owner_can_read_the_key(tmp_path):
    open_key(tmp_path / "vault", otherwise=KEY)
    note_register(tmp_path / "vault", "tinyshire")
    assert (tmp_path / "vault" / "key").stat().st_mode & 0o077 == 0
    assert not (tmp_path / "vault" / "key.new").exists()
