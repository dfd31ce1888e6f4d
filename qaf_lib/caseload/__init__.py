"""What comes in: sources read as text, checked against the contracts, set aside or refused."""

from qaf_lib.caseload.checks import Checked
from qaf_lib.caseload.intake import Intake, read_intake

__all__ = ["Checked", "Intake", "read_intake"]
