"""Tables as a page shows them: escaped, with a caption and scopes, no style of their own."""

from qaf_lib.display.tables.counts import count_table, cross_table
from qaf_lib.display.tables.plain import plain_table
from qaf_lib.display.tables.shares import share_table
from qaf_lib.display.tables.table import TABLE_TYPE, Table
from qaf_lib.display.tables.wide import Column, wide_table

__all__ = [
    "TABLE_TYPE",
    "Column",
    "Table",
    "count_table",
    "cross_table",
    "plain_table",
    "share_table",
    "wide_table",
]
