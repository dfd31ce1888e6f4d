"""The vault's key."""

import os

import pytest

from qaf_lib.errors import InputError
from qaf_lib.register import demonstration_key, open_key


def test_a_key_is_made_once_and_kept(tmp_path):
    key = open_key(vault=tmp_path / "vault")
    assert len(key) == 32
    assert open_key(vault=tmp_path / "vault") == key
    assert open_key(vault=tmp_path / "other") != key


def test_a_published_key_never_replaces_a_secret_one(tmp_path):
    key = open_key(vault=tmp_path)
    assert open_key(vault=tmp_path, given=demonstration_key(1)) == key


@pytest.mark.parametrize("text", ["", "00" * 31, "not hexadecimal", "café"])
def test_a_damaged_key_is_refused_and_left_as_it_is(tmp_path, text):
    (tmp_path / "key").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"key is damaged\. Restore the vault from its backup"):
        open_key(vault=tmp_path)
    assert (tmp_path / "key").read_text(encoding="utf-8") == text


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_only_its_owner_can_read_the_key(tmp_path):
    open_key(vault=tmp_path / "vault")
    assert (tmp_path / "vault" / "key").stat().st_mode & 0o077 == 0
