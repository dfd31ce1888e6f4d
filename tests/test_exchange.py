"""The signed file of figures: what is taken, and what is refused in which words."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qaf_lib.errors import InputError
from qaf_lib.exchange import FIGURES, read_figures, signed
from qaf_lib.register.signature import is_signed, public_key, signature_of
from tests.figures import GRADES, figures

SECRET = bytes(range(32))
PUBLIC = public_key(SECRET, "tinyshire")


def tiny(**changed):
    return figures("Tinyshire", [5, 15, 30, 10], **changed)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / FIGURES
    path.write_bytes(signed(tiny(), secret=SECRET, folder="tinyshire"))
    return path


def test_what_was_signed_is_read_again(file):
    assert read_figures(file, public=PUBLIC) == tiny()


def test_the_same_figures_give_the_same_bytes(file):
    assert file.read_bytes() == signed(tiny(), secret=SECRET, folder="tinyshire")


def test_councils_of_one_vault_have_keys_of_their_own():
    assert public_key(SECRET, "tinyshire") != public_key(SECRET, "smallshire")
    other = signature_of(b"x", secret=SECRET, council="smallshire")
    assert not is_signed(b"x", signature=other, public=PUBLIC)


def test_a_signature_agrees_with_the_published_example():
    # RFC 8032, section 7.1, test 2: one byte, 0x72
    public = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    signature = (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert is_signed(b"\x72", signature=signature, public=public)
    assert not is_signed(b"\x73", signature=signature, public=public)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_changed_byte_is_refused(file, data):
    content = file.read_bytes()
    at = data.draw(st.integers(0, len(content) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != content[at]))
    changed = file.with_name("changed.json")
    changed.write_bytes(content[:at] + bytes([byte]) + content[at + 1 :])
    with pytest.raises(InputError, match=r"changed\.json: (was changed|is signed with|is no file)"):
        read_figures(changed, public=PUBLIC)


@pytest.mark.parametrize("more", [b"\n", b" ", b"{}"])
def test_bytes_after_the_end_are_refused(file, more):
    file.write_bytes(file.read_bytes() + more)
    with pytest.raises(InputError, match=r"was changed after it was signed|is no file of figures"):
        read_figures(file, public=PUBLIC)


def test_another_layout_of_the_same_figures_is_refused(file):
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8"))), encoding="utf-8")
    with pytest.raises(InputError, match="was changed after it was signed"):
        read_figures(file, public=PUBLIC)


def test_another_key_is_named(file):
    with pytest.raises(
        InputError, match=f"is signed with the key {PUBLIC[:16]}…, and the parameters name 0000"
    ):
        read_figures(file, public="0" * 64)


def test_a_key_put_into_the_file_does_not_help(file):
    other = json.loads(signed(tiny(audited=65), secret=bytes(32), folder="tinyshire"))
    file.write_text(json.dumps({**other, "public_key": PUBLIC}, indent=1) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="was changed after it was signed"):
        read_figures(file, public=PUBLIC)


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff\xfe", b"{" * 5000, b'{"figures": 1}', b" " * 200_000])
def test_what_is_no_such_file_is_refused(file, content):
    file.write_bytes(content)
    with pytest.raises(InputError, match="is no file of figures that this kit writes"):
        read_figures(file, public=PUBLIC)


def test_a_newer_kit_is_named_before_what_it_wrote_is_read(file):
    newer = tiny().model_copy(update={"kit_version": "9.0", "council": ""})
    file.write_bytes(signed(newer, secret=SECRET, folder="tinyshire"))
    with pytest.raises(InputError, match=r"was written by qaf-kit 9\.0; this is .*Update the kit first"):
        read_figures(file, public=PUBLIC)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"audited": 63}, "audited: Input should be a multiple of 5"),
        ({"open_cases": -5}, "open_cases: Input should be greater than or equal to 0"),
        ({"band": ["inadequate"]}, "band must be the best grades of the scale"),
        ({"band": GRADES}, "band must be the best grades of the scale"),
        ({"grades": GRADES[1:]}, "audits must count every grade of the scale"),
    ],
)
def test_signed_figures_that_break_a_rule_are_refused(file, changed, said):
    file.write_bytes(signed(tiny().model_copy(update=changed), secret=SECRET, folder="tinyshire"))
    with pytest.raises(InputError, match=said):
        read_figures(file, public=PUBLIC)


def test_a_folder_stands_for_its_newest_edition(tmp_path):
    for number in (2, 10, 9):
        path = tmp_path / f"edition-{number}" / FIGURES
        path.parent.mkdir()
        path.write_bytes(signed(tiny(edition=number), secret=SECRET, folder="tinyshire"))
    (tmp_path / "edition-11").mkdir()  # one without a file
    assert read_figures(tmp_path, public=PUBLIC).edition == 10
