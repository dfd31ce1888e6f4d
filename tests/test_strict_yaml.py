"""YAML's traps, each refused with its line."""

import pytest
from pydantic import ValidationError

from qaf_lib.errors import InputError
from qaf_lib.strict_yaml import StrictModel, load_model


class Small(StrictModel):
    name: str
    size: int | float | bool | str = 0
    names: list[str] | None = None


def read(tmp_path, text):
    path = tmp_path / "small.yml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_model(path=path, model=Small)


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("name: b", "the key name is repeated; keep one"),
        ("size: 0123456", '0123456 would lose its leading zero; write "0123456"'),
        ("size: -012", "would lose its leading zero"),
        ("size: yes", "yes can be read as text or as true; write true, false or quotes"),
        ("size: Off", "Off can be read as text or as true"),
        ("on: 1", "the key on can be read as true or false; quote it"),
        ("size: 2026-06-30", 'the date 2026-06-30 has no quotes; write "2026-06-30"'),
        ("size: 2026-06-30 10:00", "has no quotes"),
        ("size: &here 1", "anchors and aliases are refused; write the value out"),
        ("size: *here", "anchors and aliases are refused"),
        ("size: !!str 1", "the tag tag:yaml.org,2002:str is refused; leave it out"),
        ("size: !!python/name:os.system x", "the tag tag:yaml.org,2002:python/name:os.system is refused"),
        ("size: !mine 1", "the tag !mine is refused"),
        ("names: !!set {a}", "the tag tag:yaml.org,2002:set is refused"),
        ("size:", "the value is empty; give a value or leave the key out"),
        ("size: ~", "the value is empty"),
        ("size: null", "the value is empty"),
        ("? [a]\n: 1", "a key must be text; name it"),
        ("names: [a", "is not valid YAML"),
        ("--- {}", "is not valid YAML"),
    ],
)
def test_a_trap_is_refused_with_its_line(tmp_path, line, rule):
    with pytest.raises(InputError) as refused:
        read(tmp_path, f"name: a\n{line}\n")
    assert rule in str(refused.value)
    assert "small.yml: line " in str(refused.value)
    assert any(f"line {number}" in str(refused.value) for number in (2, 3))


def test_quotes_keep_what_would_be_a_trap(tmp_path):
    assert read(tmp_path, 'name: "0123456"\nsize: "yes"').size == "yes"
    assert read(tmp_path, "name: '2026-06-30'").name == "2026-06-30"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("-3", -3),
        ("0.25", 0.25),
        ("true", True),
        ("False", False),
        ("1e3", "1e3"),
        ("a b", "a b"),
    ],
)
def test_plain_values_that_can_be_read_one_way_are_read(tmp_path, text, value):
    size = read(tmp_path, f"name: a\nsize: {text}").size
    assert size == value
    assert type(size) is type(value)


def test_a_file_saved_by_windows_notepad_is_read(tmp_path):
    assert read(tmp_path, b"\xef\xbb\xbfname: a\r\nsize: 2\r\n").size == 2


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("name: a\nsiez: 1", "small.yml: siez is an unknown key. Correct the spelling or remove it."),
        ("size: 1", "small.yml: name is missing. Add it."),
        ("name: 1", "small.yml: name should be a valid string; got 1."),
        ("name: a\nnames: [b, 1]", r"small.yml: names\[1\] should be a valid string; got 1."),
        ("", "small.yml: name is missing"),
        ("- a", "small.yml: the file must hold keys and values; got list."),
        (b"name: caf\xe9", r"small.yml: the file cannot be read as UTF-8 text"),
        (b"name: a\x00", "small.yml: the file is not valid YAML text"),
    ],
)
def test_what_breaks_the_model_is_named_with_its_place(tmp_path, text, rule):
    with pytest.raises(InputError, match=rule):
        read(tmp_path, text)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"none\.yml: no such file"):
        load_model(path=tmp_path / "none.yml", model=Small)


def test_every_fault_of_a_file_is_told_at_once(tmp_path):
    with pytest.raises(InputError) as refused:
        read(tmp_path, "siez: 1\nnames: 2")
    assert len(str(refused.value).splitlines()) == 3


def test_a_read_file_cannot_be_changed(tmp_path):
    with pytest.raises(ValidationError, match="frozen"):
        read(tmp_path, "name: a").name = "b"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("name: " + "[" * 100_000, "line 1: lists stand in lists too deep; take levels out"),
        ("name: a\n" + "".join(f"{' ' * n}a:\n" for n in range(400)), "lists stand in lists too deep"),
        ("name: a\n# " + "x" * 250_000, "it has more than 250,000 bytes"),
        (f"name: a\nsize: {'9' * 5_000}\nnames: {'9' * 5_000}", "names rule"),
        ("name: &a [x]\nnames: [*a, *a, *a]", "anchors and aliases are refused"),
    ],
)
def test_a_file_made_to_stop_the_reader_is_a_short_sentence(tmp_path, text, rule):
    with pytest.raises(InputError) as refused:
        read(tmp_path, text)
    assert rule.replace("names rule", "names should be a valid list") in str(refused.value)
    assert len(str(refused.value)) < 300 + 2 * len(str(tmp_path))


def test_a_folder_is_no_parameter_file(tmp_path):
    with pytest.raises(InputError, match=r"it is not a file\. Name a parameter file\."):
        load_model(path=tmp_path, model=Small)
