"""The published key serves for data that the kit made, as it made them, and for no others."""

import json
import shutil

import pytest

from qaf_lib.errors import InputError
from qaf_lib.files import sha256_of
from qaf_lib.pages import open_period
from qaf_lib.parameters import load_parameters
from qaf_lib.register.pairing import LIST, listed_files, refuse_other_data
from qaf_lib.synthetic.demonstration import PARTS

SEED = 20260630
REFUSED = r"is not as the kit wrote it\. .* take the line synthetic out"


@pytest.fixture
def shipped(project, demo_data):
    """A project with the shipped parameters and the data that the kit made for them."""
    for file in PARTS.values():
        shutil.copy(file, project.root / file)
    shutil.copytree(demo_data, project.root / "data/demo")
    return project


def parameters(shipped, part="children"):
    return load_parameters(shipped.root / PARTS[part])


def change_list(shipped, change):
    path = shipped.root / "data/demo" / LIST
    path.write_text(json.dumps(change(json.loads(path.read_text(encoding="utf-8")))), encoding="utf-8")


def test_the_list_names_every_file_that_was_written_with_its_checksum(demo_data):
    written = {path.resolve() for path in demo_data.rglob("*") if path.is_file() and path.name != LIST}
    listed = listed_files(demo_data)
    assert set(listed) == written
    assert all(sha256_of(path) == digest for path, digest in listed.items())
    assert listed == listed_files(demo_data, seed=SEED)


def test_a_period_opened_before_its_made_up_data_are_there_makes_them_with_the_same_bytes(
    project, monkeypatch, demo_data
):
    shutil.copy(PARTS["families"], project.root / PARTS["families"])
    monkeypatch.setenv("QAF_VAULT", str(project.root / "vault"))
    assert len(open_period(project.root / PARTS["families"]).samples) == 1
    made = project.root / "data/demo"
    assert listed_files(made, seed=SEED)
    names = sorted(path.relative_to(demo_data) for path in demo_data.rglob("*.*"))
    assert names == sorted(path.relative_to(made) for path in made.rglob("*.*"))
    assert [name for name in names if (demo_data / name).read_bytes() != (made / name).read_bytes()] == []


@pytest.mark.parametrize("part", PARTS)
def test_the_shipped_parameters_may_have_the_published_key(shipped, part):
    refuse_other_data(parameters(shipped, part))


def test_a_source_changed_by_a_byte_is_refused(shipped):
    path = shipped.root / "data/demo/children/audit.csv"
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(InputError, match=rf"audit\.csv {REFUSED}"):
        refuse_other_data(parameters(shipped))
    refuse_other_data(parameters(shipped, "families"))


def test_a_council_s_own_file_beside_or_inside_the_folder_is_refused(shipped):
    shipped.change(PARTS["children"], "data/demo/children/team.csv", "data/team.csv")
    with pytest.raises(InputError, match=rf"team\.csv {REFUSED}"):
        refuse_other_data(parameters(shipped))
    shutil.copy(shipped.root / "data/team.csv", shipped.root / "data/demo/children/team.csv")
    shipped.change(PARTS["children"], "data/team.csv", "data/demo/children/team.csv")
    with pytest.raises(InputError, match=rf"team\.csv {REFUSED}"):
        refuse_other_data(parameters(shipped))


def test_a_query_is_refused(shipped):
    query = "team: {query: SELECT * FROM team, address_in: QAF_TINY}"
    shipped.change(PARTS["children"], "team: data/demo/children/team.csv", query)
    with pytest.raises(InputError, match="a query is no file that the kit wrote"):
        refuse_other_data(parameters(shipped))


def test_a_list_changed_by_hand_is_no_list(shipped):
    (shipped.root / "data/demo/children/team.csv").write_text("team_id,name,service\n", encoding="utf-8")
    digest = sha256_of(shipped.root / "data/demo/children/team.csv")
    change_list(shipped, lambda told: told | {"files": told["files"] | {"children/team.csv": digest}})
    assert listed_files(shipped.root / "data/demo") == {}
    with pytest.raises(InputError, match=REFUSED):
        refuse_other_data(parameters(shipped))


def test_data_of_another_seed_or_without_a_list_are_refused(shipped):
    shipped.change(PARTS["children"], "seed: 20260630", "seed: 7")
    with pytest.raises(InputError, match=REFUSED):
        refuse_other_data(parameters(shipped))
    (shipped.root / "data/demo" / LIST).unlink()
    with pytest.raises(InputError, match=REFUSED):
        refuse_other_data(parameters(shipped, "families"))


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"seed": "x"}', '{"seed": 1, "files": 2}'])
def test_what_is_no_list_lists_nothing(tmp_path, text):
    (tmp_path / LIST).write_text(text, encoding="utf-8")
    assert listed_files(tmp_path) == {}
