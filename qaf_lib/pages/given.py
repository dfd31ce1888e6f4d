"""What papermill gave a notebook: a name that the notebook does not know is refused, not passed over."""

from __future__ import annotations

import ast
import sys
from collections.abc import Sequence
from itertools import pairwise

from qaf_lib.errors import InputError

_INJECTED = "# Parameters\n"
"""How the cell begins that papermill writes after a notebook's own parameters."""


def refuse_unknown_parameters() -> None:
    """Hold what papermill gave the notebook that is running against what the notebook asks for.

    Papermill only warns of a parameter that no notebook has, so a misspelt one would leave the default in its
    place, and the page would be another council's. Anywhere but in a notebook there is nothing to hold.

    Raises
    ------
    InputError
        If a name was given that the cell tagged `parameters` does not assign.
    """
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if shell is not None:
        _refuse_unknown(shell.user_ns.get("In", []))


def _refuse_unknown(cells: Sequence[str]) -> None:
    """The same for the code cells that have run, oldest first.

    Examples
    --------
    >>> _refuse_unknown(['', 'team_id: str = "CT01"', '# Parameters\\nteam_id = "CT02"\\n'])
    """
    for asked, given in pairwise(cells):
        if given.startswith(_INJECTED):
            known = _assigned(asked)
            unknown = [name for name in _assigned(given) if name not in known]
            if unknown:
                raise InputError(
                    f"This notebook has no parameter {unknown[0]}; it has {', '.join(known) or 'none'}. "
                    "Spell it as the notebook does."
                )


def _assigned(cell: str) -> list[str]:
    """The names that a cell of parameters assigns, in order."""
    targets: list[ast.expr] = []
    for statement in ast.parse(cell).body:
        if isinstance(statement, ast.AnnAssign):
            targets.append(statement.target)
        elif isinstance(statement, ast.Assign):
            targets += statement.targets
    return [target.id for target in targets if isinstance(target, ast.Name)]
