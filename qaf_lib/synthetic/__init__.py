"""A synthetic council with a known truth, deterministic from a seed."""

from qaf_lib.synthetic.cases import SNAPSHOTS
from qaf_lib.synthetic.council import Council, Part, case_table, make_council
from qaf_lib.synthetic.sources import write_caseload, write_records
from qaf_lib.synthetic.voices import INVENTED_NAMES

__all__ = [
    "INVENTED_NAMES",
    "SNAPSHOTS",
    "Council",
    "Part",
    "case_table",
    "make_council",
    "write_caseload",
    "write_records",
]
