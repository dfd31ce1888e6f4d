"""Tables and columns that a step of the register adds, in the notation of `schema`."""

from alembic import op

from qaf_lib.register.schema import kept_columns, parsed_columns, sql_columns

__all__ = ["add_columns", "add_table"]


def add_table(name: str, key: str, columns: str = "") -> None:
    """Add a table to the register, with the columns that every one of its tables has."""
    keys = [column.name for column in parsed_columns(key)]
    op.create_table(name, *kept_columns(), *sql_columns(parsed_columns(f"{key} {columns}")))
    if op.get_bind().dialect.name == "sqlite":  # PostgreSQL takes no long text into an index
        op.create_index(f"ix_{name}_key", name, keys)


def add_columns(name: str, columns: str) -> None:
    """Add columns to a table of the register; those of earlier rows hold nothing."""
    for column in sql_columns(parsed_columns(columns)):
        op.add_column(name, column)
