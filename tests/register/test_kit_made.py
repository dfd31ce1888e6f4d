"""A folder is replaced only where all that it holds is what the kit wrote there."""

import pytest

from qaf_lib.errors import InputError
from qaf_lib.register.pairing import LIST, list_files, refuse_what_others_made


@pytest.fixture
def made(tmp_path):
    folder = tmp_path / "demo"
    (folder / "records").mkdir(parents=True)
    (folder / "cases.csv").write_text("case_id\n1\n", encoding="utf-8")
    (folder / "records" / "audit.csv").write_text("audit_id\n1\n", encoding="utf-8")
    list_files(folder, seed=7)
    return folder


def test_what_the_kit_wrote_may_be_replaced_also_where_a_file_is_gone(made):
    refuse_what_others_made(made)
    (made / "cases.csv").unlink()
    refuse_what_others_made(made)


def test_an_empty_folder_and_none_may_be_written_to(tmp_path):
    refuse_what_others_made(tmp_path)
    refuse_what_others_made(tmp_path / "none" / "there")


def change(made):
    (made / "cases.csv").write_text("case_id\n2\n", encoding="utf-8")


def add(made):
    (made / "records" / "notes.txt").write_text("mine", encoding="utf-8")


def lose_the_list(made):
    (made / LIST).unlink()


def forge_the_list(made):
    text = (made / LIST).read_text(encoding="utf-8")
    (made / LIST).write_text(text.replace('"seed": 7', '"seed": 8'), encoding="utf-8")


@pytest.mark.parametrize(("act", "count"), [(change, 1), (add, 1), (lose_the_list, 2), (forge_the_list, 2)])
def test_what_somebody_added_or_changed_is_not_deleted(made, act, count):
    act(made)
    with pytest.raises(
        InputError, match=rf"holds {count} files that the kit did not write.* Nothing of yours"
    ):
        refuse_what_others_made(made)


def test_a_file_or_a_link_is_no_folder_to_write_to(made, tmp_path):
    (tmp_path / "link").symlink_to(made, target_is_directory=True)
    for path in (made / "cases.csv", tmp_path / "link"):
        with pytest.raises(InputError, match="is a file or a link"):
            refuse_what_others_made(path)


def test_a_link_in_the_folder_is_somebodys_own(made, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (made / "link").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    with pytest.raises(InputError, match="holds 1 file"):
        refuse_what_others_made(made)
