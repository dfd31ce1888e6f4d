"""What an edition was made from, for its manifest."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Sequence
from pathlib import Path

from qaf_lib.batch.execute import Outcome
from qaf_lib.period import OpenPeriod
from qaf_lib.period.trace import trace_for_manifest

__all__ = ["kit_sum", "manifest_of"]

_KIT = Path(__file__).resolve().parents[1]
_SOURCE = {".py", ".j2", ".css", ".json", ".yml", ".csv"}


def kit_sum(notebooks: Path) -> str:
    """One checksum over the kit's own files and its notebooks: what makes pages from a period store."""
    found = [path for path in _KIT.rglob("*") if path.suffix in _SOURCE]
    found += notebooks.glob("*.ipynb")
    total = hashlib.sha256()
    for path in sorted(found):
        total.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def manifest_of(
    period: OpenPeriod, number: int, outcomes: Sequence[Outcome], notebooks: Path
) -> dict[str, object]:
    """The manifest of an edition; a shared one tells nothing that could be counted back to."""
    parameters = period.parameters
    told: dict[str, object] = {
        "council": parameters.council,
        "period": parameters.period,
        "framework": parameters.framework,
        "audience": parameters.audience,
        "edition": number,
        "synthetic": parameters.synthetic is not None,
        "kit_version": period.facts["kit_version"],
        "kit_sha256": kit_sum(notebooks),
        "python": platform.python_version(),
    }
    return told if parameters.audience == "shared" else told | _inside(period, outcomes)


def _inside(period: OpenPeriod, outcomes: Sequence[Outcome]) -> dict[str, object]:
    return {
        "register_seq": period.facts["register_seq"],
        "sources": period.facts["sources"],
        "parameters": period.parameters.path.name,
        **trace_for_manifest(period.facts, period.samples),
        "notebooks": {
            outcome.job.name: {"status": outcome.status, "seconds": outcome.seconds} for outcome in outcomes
        },
    }
