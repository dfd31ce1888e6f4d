"""How the vault and the draws of a period differ from those of the last edition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from qaf_lib.draws import draws_for_days
from qaf_lib.period.sample import Sample
from qaf_lib.period.store import PeriodStore

__all__ = ["Difference", "differences_of", "other_draws", "trace_for_manifest"]

_FROM = "from "
"""How the part of a design begins that says which cases were drawn from; draws of version 0.2 lack it."""


@dataclass(frozen=True)
class Difference:
    """One thing that is not as it was in the last edition.

    `what` is `vault` (another key or birthday), `rows` (a register behind that edition's), `gone` (a draw of
    that edition is not in the register), `frame` (a draw of that edition has another list of cases) or
    `design` (drawn otherwise than then). `last` is what that edition's manifest says, `about` names the draw
    or the type of audit, `now` and `then` are the parts of a design that differ.
    """

    what: Literal["vault", "rows", "gone", "frame", "design"]
    last: Mapping[str, Any]
    about: str = ""
    now: str = ""
    then: str = ""


def trace_for_manifest(facts: Mapping[str, Any], samples: list[Sample]) -> dict[str, Any]:
    """What a manifest says of the vault and of the period's draws, for the next edition to compare."""
    return {
        "vault": facts["trace"]["vault"],
        "other_councils": facts["trace"]["others"],
        "draws": [
            {
                "draw": draw.draw_id,
                "audit_type": sample.audit_type,
                "key": sample.key,
                "drawn": int(draw.drawn),
                "of": sample.eligible,
                "frame_sha256": sample.frame_sha256,
                "design": sample.design,
                "draws_for_these_days": sample.history.astype(object)
                .where(sample.history.notna(), None)
                .to_dict("records"),
            }
            for sample in samples
            for draw in sample.by_draw.itertuples()
        ],
    }


def other_draws(store: PeriodStore, samples: list[Sample]) -> list[str]:
    """Draws recorded for some of the period's days that its parameters do not name now."""
    draws = draws_for_days(store.table("draw"), store.span)
    named = [draw for sample in samples for draw in sample.history["draw_id"]]
    return [str(draw) for draw in draws.loc[~draws["draw_id"].isin(named), "draw_id"]]


def differences_of(store: PeriodStore, samples: list[Sample]) -> list[Difference]:
    """What differs from the period's last edition, and from that of the periods before."""
    return [
        difference
        for last in store.facts["trace"]["last_editions"]
        for difference in (*_of_the_vault(store, last), *_lost(store, last), *_designs(samples, last))
    ]


def _of_the_vault(store: PeriodStore, last: Mapping[str, Any]) -> list[Difference]:
    """Another key or birthday, and a register behind that edition's."""
    other = store.facts["trace"]["vault"] != last["vault"]
    behind = store.facts["register_seq"] < last["register_seq"]
    return [Difference("vault", last)] * other + [Difference("rows", last)] * behind


def _lost(store: PeriodStore, last: Mapping[str, Any]) -> list[Difference]:
    """Draws of the last edition that are not in the register, or not as they were."""
    recorded = store.table("draw")
    frames = dict(zip(recorded["draw_id"], recorded["frame_sha256"], strict=True))
    found: list[Difference] = []
    for draw in last["draws"]:
        now = frames.get(draw["draw"])
        if now != draw["frame_sha256"]:
            found.append(Difference("gone" if now is None else "frame", last, draw["draw"]))
    return found


def _designs(samples: list[Sample], last: Mapping[str, Any]) -> list[Difference]:
    """Types of audit that were drawn otherwise, with the parts of the design that differ."""
    designs = {draw.get("key", draw["audit_type"]): draw["design"] for draw in last["draws"]}
    found = []
    for sample in samples:
        before, now = _parts(designs.get(sample.key, sample.design)), _parts(sample.design)
        if not any(part.startswith(_FROM) for part in before):
            now = [part for part in now if not part.startswith(_FROM)]
        if before != now:
            then = _without(before, now)
            found.append(Difference("design", last, sample.label, _without(now, before), then))
    return found


def _parts(design: str) -> list[str]:
    return design.split("; ")


def _without(parts: list[str], others: list[str]) -> str:
    return "; ".join(part for part in parts if part not in others)
