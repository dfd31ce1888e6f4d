"""The checksum of what a period is made from, where a source is one that no reader takes."""

import os

import pytest

from qaf_lib.errors import InputError
from qaf_lib.files import LARGEST_FILE
from qaf_lib.fingerprint import fingerprint_of
from qaf_lib.prepare import prepare


def test_a_file_too_large_to_be_read_is_not_looked_through(project):
    cases = project.root / "data" / "cases.csv"
    whole = fingerprint_of(project.parameters())
    cases.write_bytes(b"")
    os.truncate(cases, LARGEST_FILE + 1)
    too_large = fingerprint_of(project.parameters())
    cases.unlink()
    assert too_large == fingerprint_of(project.parameters()) != whole


def test_a_file_as_large_as_is_read_counts_byte_by_byte(project):
    cases = project.root / "data" / "cases.csv"
    os.truncate(cases, LARGEST_FILE)
    before = fingerprint_of(project.parameters())
    with cases.open("r+b") as stream:
        stream.seek(LARGEST_FILE - 1)
        stream.write(b"x")
    assert fingerprint_of(project.parameters()) != before


def test_a_source_too_large_is_refused_before_anything_is_written(project):
    os.truncate(project.root / "data" / "cases.csv", LARGEST_FILE + 1)
    with pytest.raises(InputError, match=r"data/cases\.csv: too large to be read"):
        prepare(project.parameters())
    assert project.nothing_written


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="rights that everybody but root obeys")
def test_a_source_that_may_not_be_read_is_a_sentence(project):
    (project.root / "data" / "cases.csv").chmod(0)
    with pytest.raises(InputError, match=r"data/cases\.csv: the file cannot be opened"):
        prepare(project.parameters())
