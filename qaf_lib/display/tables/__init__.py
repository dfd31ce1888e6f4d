"""Tables as a page shows them: escaped, with a caption and scopes, no style of their own."""

from qaf_lib.display.tables.records import RESULT_COLUMNS
from qaf_lib.display.tables.results import Column, count_table, cross_table, share_table, wide_table
from qaf_lib.display.tables.table import CSV_PLACE, TABLE_TYPE, Table, plain_table

__all__ = [
    "CSV_PLACE",
    "RESULT_COLUMNS",
    "TABLE_TYPE",
    "Column",
    "Table",
    "count_table",
    "cross_table",
    "plain_table",
    "share_table",
    "wide_table",
]
