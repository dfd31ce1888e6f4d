"""The period store: the register's tables without identifiers and free text, and what they were made from.

Of what people typed it holds titles that are marked as reviewed, and of labels the words that are known.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Collection, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from qaf_lib.files import fsync_folder, write_text
from qaf_lib.fingerprint import write_prepared
from qaf_lib.intake import Intake
from qaf_lib.intake.faults import name_keys
from qaf_lib.intake.labels import OTHER, CouncilWords, label_words, words_of_council
from qaf_lib.intake.vocabulary import fold
from qaf_lib.parameters import Parameters
from qaf_lib.prepare.readings import CORRECTED, by_pseudonym, sha256_of_source, snapshots_of
from qaf_lib.prepare.trace import trace_of
from qaf_lib.register import TABLES, Register
from qaf_lib.sampling import NOT_RECORDED
from qaf_lib.sampling.frame import STRATUM_JOINED_BY

OWN_LABELS = {"team": ("name", "service", "locality", "division"), "staff": ("role", "service")}
"""What the council's own tables say of themselves."""


def reviewed_titles(frame: pd.DataFrame) -> pd.Series:
    """Titles of the rows that are marked as reviewed; missing for all others."""
    return frame["title"].where(frame["reviewed"].fillna(False).astype(bool))


def of_known_words(
    tables: Mapping[str, pd.DataFrame], *, parameters: Parameters, references: Collection[str]
) -> dict[str, pd.DataFrame]:
    """The tables with `OTHER` for each word of a label that nobody knows; unknown indicators are left out.

    Known are the words of the framework, of the kit's lists and of the council's tables `team` and `staff`.
    A role, service or team of these that is called like somebody is not.
    """
    names = name_keys(references)
    council = words_of_council(parameters=parameters, tables=tables, names=names)
    shown = {name: _labels(name, frame, parameters, council, names) for name, frame in tables.items()}
    shown["indicator"] = shown["indicator"].query("indicator_id != @OTHER").reset_index(drop=True)
    strata = _strata(tables["draw_stratum"], parameters, council)
    for name in ("draw_stratum", "draw_case"):
        key = pd.MultiIndex.from_frame(tables[name][["draw_id", "stratum"]])
        shown[name] = shown[name].assign(stratum=pd.array(strata.reindex(key).to_numpy(), dtype="string"))
    return shown


def _labels(
    name: str, frame: pd.DataFrame, parameters: Parameters, council: CouncilWords, names: Collection[str]
) -> pd.DataFrame:
    words = label_words(framework=parameters.rules, table=name, council=council, given=frame)
    changed = {column: _each(frame[column], known.of) for column, known in words.items()}
    if name in OWN_LABELS:
        own = council.roles | (council.services or frozenset())
        changed |= {
            column: _each(frame[column], lambda word: _unless_a_name(word, own, names))
            for column in OWN_LABELS[name]
        }
    elif "team_id" in frame:
        changed["team_id"] = _each(frame["team_id"], lambda team: team if team in council.teams else None)
    return frame.assign(**changed)


def _unless_a_name(word: str, known: Collection[str], names: Collection[str]) -> str | None:
    return word if word in known or name_keys([word]).isdisjoint(names) else None


def _each(column: pd.Series, known: Callable[[str], str | None]) -> pd.Series:
    """A column with each of its words as it is known, or `OTHER`; what is missing stays missing."""
    meanings = {word: known(word) or OTHER for word in column.dropna().unique()}
    return column.map(meanings).astype("string")


def _strata(strata: pd.DataFrame, parameters: Parameters, council: CouncilWords) -> pd.Series:
    """Labels of recorded strata by draw and stratum; a part that nobody knows is `OTHER`, numbered."""
    known = {NOT_RECORDED, "", *(council.services or ()), *council.teams}
    known = {fold(word) for word in known | set(parameters.rules.eligibility.statuses)}
    labels: dict[tuple[str, str], str] = {}
    for draw, names in strata.groupby("draw_id")["stratum"]:
        unknown = sorted(name for name in names if not set(map(fold, name.split(STRATUM_JOINED_BY))) <= known)
        numbered = {
            name: STRATUM_JOINED_BY.join(
                part if fold(part) in known else f"{OTHER} {at}" if at > 1 else OTHER
                for part in name.split(STRATUM_JOINED_BY)
            )
            for at, name in enumerate(unknown, start=1)
        }
        labels |= {(str(draw), str(name)): numbered.get(name, name) for name in names}
    index = pd.MultiIndex.from_tuples(list(labels), names=["draw_id", "stratum"]) if labels else None
    return pd.Series(list(labels.values()), index=index, dtype="string")


_UNTIL = {
    "audit": "audited_on",
    "moderation": "moderated_on",
    "action_event": "on",
    "duty_event": "held_on",
    "feedback": "received_on",
    "closure": "closed_on",
    "good_practice": "on",
}
"""The day of these tables' rows; later ones than the period's last are left for later periods."""

_PRIVATE_MARKS = "!#"
_NOT_KEPT = ("tool_version",)
"""What is typed, tells nobody's label and no page shows."""
_CHANGED = {
    "overall_grade": "grade",
    "audited_on": "day",
    "audit_type": "type of audit",
    "selection": "selection",
    "case_id": "case",
}


def tables_of_period(
    parameters: Parameters, intake: Intake, register: Register, made_from: str
) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """The period's tables by name, and the facts that go with them; `made_from` is their fingerprint.

    Rows of `feedback` that answer one question of a form are no survey of their own: they are apart, in
    `survey_answer`. What the kit counted in the extract, by worker too, is in `counted`.
    """
    seq = register.last_seq(without=["edition"])
    tables = {}
    for name in TABLES:
        if name in ("identity", "edition", "vault", "retirement"):
            continue
        frame = _until_the_end(register.read(name, at=seq), name, parameters)
        tables[name] = _without_private(name, frame).reset_index(drop=True)
    tables = of_known_words(tables, parameters=parameters, references=_references(intake, register))
    questions = tables["feedback"]["item"].notna()
    tables["survey_answer"] = tables["feedback"][questions].reset_index(drop=True)
    tables["feedback"] = tables["feedback"][~questions].reset_index(drop=True)
    tables["faults"] = intake.faults.drop(columns="value").astype({"row": "int64"})
    tables["counts"] = intake.counts
    tables["counted"] = by_pseudonym(counted=intake.counted, identity=register.read("identity", at=seq))
    facts = {
        "fingerprint": made_from,
        "register_seq": seq,
        "kit_version": version("qaf-kit"),
        "opening": snapshots_of(parameters, intake.opening, parameters.caseload.opening),
        "closing": snapshots_of(parameters, intake.closing, parameters.extracts[-1]),
        "records": snapshots_of(parameters, intake.records, parameters.extracts[-1]),
        "sources": {
            checked.source: sha256_of_source(parameters, checked)
            for checked in sorted(intake.checked, key=lambda checked: checked.source)
        },
        "public": all(checked.public for checked in intake.checked),
        "since_edition": _since_edition(parameters, register, seq),
        "trace": trace_of(parameters, register),
        "only_in_plans": int(intake.only_in_plans["case_id"].nunique()),
        "retired": [
            {"before": f"{row.before:%Y-%m-%d}", "on": f"{row.retired_at:%Y-%m-%d}"}
            for row in register.read("retirement").itertuples()
        ],
    }
    return tables, facts


def write_store(parameters: Parameters, tables: Mapping[str, pd.DataFrame], facts: Mapping[str, Any]) -> Path:
    """Write the period store with the parameters it was made with beside the old one, then rename it."""
    store = parameters.period_vault / "store"
    fresh = store.with_name("store.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for name, frame in tables.items():
        frame.to_parquet(fresh / f"{name}.parquet", index=False)
    write_prepared(fresh, parameters)
    write_text(fresh / "store.json", json.dumps(facts, indent=1, sort_keys=True) + "\n")
    fsync_folder(fresh)
    old = store.with_name("store.old")
    shutil.rmtree(old, ignore_errors=True)
    if store.exists():
        store.rename(old)
    fresh.rename(store)
    shutil.rmtree(old, ignore_errors=True)
    return store


def _without_private(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """A table without identifiers and free text, but for titles that are marked as reviewed."""
    safe = TABLES[name].names(without_marks=_PRIVATE_MARKS)
    columns = [column for column in safe if column not in _NOT_KEPT]
    kept = frame[["seq", *columns]]
    if name == "audit":
        kept = kept.assign(look_back_explained=frame["look_back_reason"].notna())
    return kept.assign(title=reviewed_titles(frame)) if "title" in frame else kept


def _references(intake: Intake, register: Register) -> set[str]:
    """Names of staff, and references of staff, cases, families and records."""
    identity = register.read("identity")  # workers of cases are left out: some are called like their team
    known = set(identity.loc[identity["kind"] != "staff", "reference"])
    for checked in intake.records:
        if checked.table == "staff":
            known |= {*checked.frame["staff_id"].dropna(), *checked.frame["name"].dropna()}
    return known


def _until_the_end(frame: pd.DataFrame, name: str, parameters: Parameters) -> pd.DataFrame:
    day = _UNTIL.get(name)
    if day is None:
        return frame
    return frame[~(frame[day] > pd.Timestamp(parameters.span.end)).fillna(False)]


def _since_edition(parameters: Parameters, register: Register, seq: int) -> dict[str, Any]:
    """The audits that counted in the period's last edition and are gone or changed, by reason."""
    editions = register.read("edition")
    inside = editions["status"].str.startswith("published") & (editions["audience"] == "internal")
    editions = editions[inside & (editions["period"] == parameters.period)].sort_values("seq")
    if editions.empty:
        return {}
    last = editions.iloc[-1]
    then = _audits_of_period(parameters, register.read("audit", at=int(last["register_seq"])))
    now = _audits_of_period(parameters, register.read("audit", at=seq))
    gone = then[~then["audit_id"].isin(now["audit_id"])]
    reasons = register.withdrawn("audit", at=seq).set_index("audit_id")["reason_withdrawn"]
    both = then.merge(now, on="audit_id", suffixes=("", "_now"))
    changed = {
        word: int(
            (both[name].astype("string").fillna("") != both[f"{name}_now"].astype("string").fillna("")).sum()
        )
        for name, word in _CHANGED.items()
    }
    why = gone["audit_id"].map(reasons).fillna("now of another period").value_counts()
    corrected = int(why.pop(CORRECTED)) if CORRECTED in why else 0
    return {
        "edition": str(last["edition_id"]).rsplit(" ", 1)[-1],
        "audits": len(then),
        "corrected": corrected,
        "gone": {str(reason): int(count) for reason, count in why.sort_index().items()},
        "changed": {word: count for word, count in changed.items() if count},
    }


def _audits_of_period(parameters: Parameters, audits: pd.DataFrame) -> pd.DataFrame:
    start, end = pd.Timestamp(parameters.span.start), pd.Timestamp(parameters.span.end)
    return audits[audits["audited_on"].between(start, end).fillna(False).astype(bool)]
