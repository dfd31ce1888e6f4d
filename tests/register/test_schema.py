"""The tables as they are written once."""

from qaf_lib.register import TABLES


def test_every_key_stands_first_and_is_never_missing_but_an_indicator_s_team():
    for table in TABLES.values():
        optional = [column.name for column in table.columns[: len(table.key)] if column.optional]
        assert optional == (["team_id"] if "indicator" in table.name else [])


def test_marks_leave_out_identifiers_and_free_text():
    names = TABLES["action"].names(without_marks="!#")
    assert "owner_post" in names
    assert not {"title", "action"} & set(names)
    assert "name" not in TABLES["staff"].names(without_marks="!#")


def test_choices_are_read_from_the_brackets():
    kind = next(column for column in TABLES["feedback"].columns if column.name == "kind")
    assert kind.choices == ("survey", "complaint", "compliment", "comment")
