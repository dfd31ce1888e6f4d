"""What comes in: sources read as text, checked against the contracts, set aside or refused.

Rows are known by their number in the source; text is "string", tidy, and missing only where a cell is empty.
A `name` or `source` is how messages name a file, `as_at` the day of a caseload. What breaks a table raises
`InputError`, which never says what a record holds; nothing has been written by then. What breaks a row sets
it aside as a fault by source, row, column and rule; no fault names a word of `names`, keys of people's names
and of references.
"""

from qaf_lib.intake.faults import Checked
from qaf_lib.intake.reading import Intake, read_intake

__all__ = ["Checked", "Intake", "read_intake"]
