"""Answers of a database as rows of text; the database's address is never told."""

from __future__ import annotations

import os

import sqlalchemy as sa

from qaf_lib.caseload.cells import cell_text
from qaf_lib.errors import InputError
from qaf_lib.parameters import Source

__all__ = ["read_query"]


def read_query(source: Source) -> list[list[str]]:
    """The headings of a query's answer, then its rows, as text.

    Raises
    ------
    InputError
        If the address is not set, its driver is missing, or the database refuses the query.
    """
    address = os.environ.get(str(source.address_in))
    if not address:
        raise InputError(
            f"{source.address_in}: the environment variable is not set. Set it to the database's address."
        )
    try:
        engine = sa.create_engine(address, poolclass=sa.NullPool, hide_parameters=True)
        with engine.connect() as connection:
            answer = connection.execute(sa.text(str(source.query)))
            return [list(answer.keys()), *([cell_text(value) for value in row] for row in answer)]
    except ImportError as error:
        raise InputError(
            f"{source.address_in}: the database's driver {error.name} is not installed. Install it."
        ) from None
    except sa.exc.SQLAlchemyError as error:
        raise InputError(
            f"query ({source.address_in}): the database refused it ({type(error).__name__}). "
            "Check the query and the address."
        ) from None
