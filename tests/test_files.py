"""Files that are whole or not there."""

import pytest

from qaf_lib.files import fsync_folder, write_text


def test_text_is_written_with_unix_line_ends_and_nothing_stays_beside(tmp_path):
    write_text(tmp_path / "page.html", "a\nçé\n")
    assert (tmp_path / "page.html").read_bytes() == "a\nçé\n".encode()
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_a_write_that_fails_leaves_the_old_file_whole(tmp_path):
    path = tmp_path / "page.html"
    write_text(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_text(path, "new \ud800")
    assert path.read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_what_a_killed_run_left_beside_is_overwritten(tmp_path):
    (tmp_path / ".page.html.new").write_text("half", encoding="utf-8")
    write_text(tmp_path / "page.html", "whole")
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_a_folder_of_files_is_flushed_unchanged(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    write_text(tmp_path / "a" / "b" / "c.txt", "c")
    fsync_folder(tmp_path / "a")
    assert (tmp_path / "a" / "b" / "c.txt").read_text(encoding="utf-8") == "c"
