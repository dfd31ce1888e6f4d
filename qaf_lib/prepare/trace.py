"""What a vault leaves behind that cannot be wiped quietly: its key, its councils' draws, its last edition."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from qaf_lib.dates import Period, parse_period
from qaf_lib.errors import InputError
from qaf_lib.parameters import Parameters
from qaf_lib.register import Register, begun_in, drawn_periods, held_key


def trace_of(parameters: Parameters, register: Register) -> dict[str, Any]:
    """What the pages and the manifest print of a vault and its draws, for the period's facts.

    `others` are the vault's other councils with the number of their draws for the period's days (None where
    their register is gone); `last_editions` what the period's newest internal manifest says, and the newest
    of earlier periods.
    """
    vault = register.read("vault").iloc[-1]
    return {
        "vault": {"key": str(vault["key_fingerprint"]), "made_on": f"{vault['made_on']:%Y-%m-%d}"},
        "others": _others(parameters),
        "last_editions": _last_editions(parameters),
    }


def others_said(facts: Mapping[str, Any]) -> list[str]:
    """In sentences: the vault's other councils with draws for these days, and those without a register."""
    others: dict[str, int | None] = facts["trace"]["others"]
    drew = [f"{name} ({count:,})" for name, count in others.items() if count]
    lost = [name for name, count in others.items() if count is None]
    said = [f"Other councils of this vault have draws for these days: {', '.join(drew)}."] if drew else []
    if lost:
        said.append(f"Registers begun in this vault are gone, and with them their draws: {', '.join(lost)}.")
    return said


def _others(parameters: Parameters) -> dict[str, int | None]:
    held = held_key(parameters.vault_root)
    there = {path.parent.name: path for path in begun_in(parameters.vault_root)}
    names = {*there, *(held.registers if held else ())} - {parameters.slug}
    return {
        name: _draws_for(there[name], parameters.span) if name in there else None for name in sorted(names)
    }


def _draws_for(path: Path, span: Period) -> int:
    """Draws for some of a period's days in another council's register, whatever its version."""
    periods = [parse_period(label) for label in drawn_periods(path)]
    return sum(period.start <= span.end and period.end >= span.start for period in periods)


def _last_editions(parameters: Parameters) -> list[dict[str, Any]]:
    """The newest manifests that say their key and draws: the period's own, and that of the periods before."""
    found = [
        (parse_period(manifest["period"]).start, int(manifest["edition"]), manifest)
        for manifest in _manifests(parameters.outputs.parent)
        if "vault" in manifest and manifest["audience"] == "internal"
    ]
    this = [one for one in found if one[0] == parameters.span.start]
    earlier = [one for one in found if one[0] < parameters.span.start]
    return [_of_interest(max(some, key=lambda one: one[:2])[2]) for some in (this, earlier) if some]


def _of_interest(manifest: Mapping[str, Any]) -> dict[str, Any]:
    return {name: manifest[name] for name in ("period", "edition", "register_seq", "vault", "draws")}


def _manifests(outputs: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(outputs.glob("*/edition-*/manifest.json")):
        try:
            yield json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise InputError(
                f"{path}: this manifest cannot be read, so the vault and its draws cannot be compared with "
                "that edition's. Restore it from a copy of the edition."
            ) from None
