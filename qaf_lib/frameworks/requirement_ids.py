"""The requirements of the four councils' frameworks, by the ids that framework files name."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

COUNCILS = {"LEE": "leeds", "POR": "portsmouth", "LIN": "lincolnshire", "DUR": "durham"}
"""Framework file by the letters that its requirements begin with."""

_IDS = Path(__file__).with_suffix(".csv")


@dataclass(frozen=True)
class Requirement:
    """One rule of a council's document: its id, the section it stands in and what type of rule it is."""

    id: str
    council: str
    section: str
    type: str


def requirements() -> list[Requirement]:
    """Every requirement of the four frameworks.

    Examples
    --------
    >>> len(requirements()), requirements()[0].id
    (481, 'LEE-1')
    """
    with _IDS.open(encoding="utf-8", newline="") as stream:
        return [Requirement(**row) for row in csv.DictReader(stream)]
