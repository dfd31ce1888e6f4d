from pathlib import Path

from data_dictionary import dictionary


def test_the_data_dictionary_page_is_the_one_made_from_the_schema():
    page = Path(__file__).resolve().parents[2] / "docs" / "data-dictionary.md"
    assert page.read_text(encoding="utf-8") == dictionary()
