"""The page that says of every requirement of the four frameworks where it is honoured, or why it is not."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from honouring import KINDS, Honoured, honouring

from qaf_lib.frameworks import Framework, load_framework, rules_of
from qaf_lib.frameworks.report_formats import NotComputed
from qaf_lib.frameworks.requirement_ids import COUNCILS, Requirement, requirements

_FILES = Path(__file__).resolve().parents[2] / "parameters" / "frameworks"
_ORDER = list(KINDS)


@dataclass(frozen=True)
class Place:
    """Where in a framework file a requirement stands, and how the rule there is honoured."""

    where: str
    how: Honoured


def places_of(framework: Framework) -> dict[str, list[Place]]:
    """Places of each requirement in a framework file, the most strongly honoured first."""
    found: dict[str, list[Place]] = {}
    for where, rule, ids in rules_of(framework):
        if not isinstance(rule, NotComputed):
            place = Place(where, honouring(place=where, rule=rule))
            for id_ in ids:
                found.setdefault(id_, []).append(place)
    return {id_: sorted(places, key=_strength) for id_, places in found.items()}


def _strength(place: Place) -> tuple[int, bool]:
    return _ORDER.index(place.how.kind), place.where.startswith("audit_types")


def not_computed(framework: Framework) -> dict[str, str]:
    """Why the kit does not compute a requirement, by its id."""
    return {id_: part.because for part in framework.not_computed for id_ in part.requirements}


def traceability() -> str:
    """The page in Markdown.

    Raises
    ------
    KeyError
        If a requirement stands nowhere in its framework file.
    """
    asked = requirements()
    files = {name: load_framework(folder=_FILES, name=name) for name in COUNCILS.values()}
    parts = [_part(files[name], [row for row in asked if COUNCILS[row.id[:3]] == name]) for name in files]
    return "\n".join([*_head(asked, files), *(line for part in parts for line in part)]) + "\n"


def _head(asked: list[Requirement], files: dict[str, Framework]) -> list[str]:
    heading = ["council", *KINDS, "not computed", "in all"]
    rows = [_totals(name, rules, asked) for name, rules in files.items()]
    sums = [str(sum(int(row[at]) for row in rows)) for at in range(1, len(heading))]
    return [
        "# Where each rule of the four frameworks is honoured",
        "",
        "Made from `parameters/frameworks/` by",
        "`python docs/make/frameworks_page.py > docs/frameworks.md`.",
        "",
        f"The documents of Leeds, Portsmouth, Lincolnshire and Durham hold {len(asked)} rules, each with an",
        "id. For each id the tables below say how it is honoured, what the kit does, the page (a notebook of",
        "`notebooks/quarter/`) that shows it, and where it stands in the council's framework file. Where an",
        "id stands in several places, each way is named and the strongest, which the totals count, leads.",
        "What is not computed stands last, with why.",
        "",
        *(f"- **{kind}**: {meaning};" for kind, meaning in KINDS.items()),
        "- **not computed**: no figure, page or list of the kit answers it.",
        "",
        "A figure is only as good as the records that came: a council that sends no staff table or no duty",
        'log gets "nothing on record" on its page, never "met".',
        "",
        *_table(heading, [*rows, ["all four", *sums]]),
    ]  # fmt: skip


def _totals(name: str, rules: Framework, asked: list[Requirement]) -> list[str]:
    found, why = places_of(rules), not_computed(rules)
    own = [row.id for row in asked if COUNCILS[row.id[:3]] == name]
    kinds = [found[id_][0].how.kind for id_ in own if id_ in found]
    counts = [kinds.count(kind) for kind in KINDS]
    return [name.capitalize(), *map(str, counts), str(sum(id_ in why for id_ in own)), str(len(own))]


def _part(rules: Framework, asked: list[Requirement]) -> list[str]:
    found, why = places_of(rules), not_computed(rules)
    rows = [_row(row, found[row.id]) for row in asked if row.id not in why]
    left = [[row.id, row.section, row.type, why[row.id]] for row in asked if row.id in why]
    lines = [
        "",
        f"## {rules.framework.capitalize()}",
        "",
        f"{rules.title}: `parameters/frameworks/{rules.framework}.yml`.",
        "",
        *_table(
            ["id", "section", "type", "honoured", "what the kit does", "page", "place in the file"], rows
        ),
    ]
    if not left:
        return lines
    return [*lines, "", "Not computed:", "", *_table(["id", "section", "type", "why not"], left)]


def _row(row: Requirement, places: list[Place]) -> list[str]:
    lead = places[0].how
    where = list(dict.fromkeys(f"`{place.where}`" for place in places))
    kinds = ", ".join(dict.fromkeys(place.how.kind for place in places))
    return [row.id, row.section, row.type, kinds, lead.does, lead.page, ", ".join(where)]


def _table(heading: list[str], rows: list[list[str]]) -> list[str]:
    lines = [heading, ["---"] * len(heading), *rows]
    return [f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines]


if __name__ == "__main__":
    print(traceability(), end="")
