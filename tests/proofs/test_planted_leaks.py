"""Identifiers planted one at a time in an exported edition, each kind in every spelling and place: all stop it.

Editions full of the kit's own numbers, every one of them equal to a reference, are stopped by none.
"""

import json
import random
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from urllib.parse import quote

import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from qaf_lib.batch.export import export_notebook
from qaf_lib.batch.page import Group, Link, front_page
from qaf_lib.disclosure import Leak, scan_folder
from qaf_lib.display import Note, plain_table, precision_chart
from qaf_lib.files import write_csv

IDENTITY = {
    "five digits": "40712",
    "seven digits": "0123456",
    "ten digits": "4071234567",
    "a code": "LAC/2025/0012",
    "many parts": "A-12/345 67",
    "a full name": "Adaeze Chakravarty",
    "two short names": "Jo Li",
    "accents": "Zoë Ñuñez-Óg",
    "a worker of Annex A": "Łukasz O'Made",
    "three names": "Anwen Mary Castellanos",
}
"""References of each kind as a register has them."""

NATIONAL = {
    "postcode": "SW1A 1AA",
    "short postcode": "M1 1AE",
    "NHS number": "943 476 5919",
    "UPN": "B801200005001",
}
"""Identifiers that no register has."""

NAMES = ("a full name", "two short names", "accents", "a worker of Annex A", "three names")

MARKS = ["\u200b", "\u00ad", "\u2060", "\u200e"]
FOLDED = str.maketrans("ëÑñÓŁ", "eNnOL")
WIDE = {ord(" "): " "} | {code: code + 0xFEE0 for code in range(0x30, 0x7B) if chr(code).isalnum()}


def spellings(kind: str, text: str) -> Iterator[tuple[str, str]]:
    """How an identifier of a kind is written, each with a name."""
    yield "as it is", text
    yield "upper case", text.upper()
    yield "lower case", text.lower()
    yield "wide letters", text.translate(WIDE)
    for mark in MARKS if kind not in NATIONAL else MARKS[:1]:
        yield f"{ord(mark):x} within", f"{text[:1]}{mark}{text[1:-1]}{mark}{text[-1:]}"
    for name, blank in {"no-break": "\u00a0", "thin": "\u2009", "two": "  ", "line end": "\n"}.items():
        if " " in text:
            yield f"{name} blanks", text.replace(" ", blank)
    if kind in NAMES:
        first, last = text.rsplit(" ", 1)
        for name, turned in {"comma": f"{last}, {first}", "turned": f"{last} {first}"}.items():
            yield name, turned
            yield f"{name}, upper case", turned.upper()
            yield f"{name}, no-break", turned.replace(" ", "\u00a0")
        yield "without accents", text.translate(FOLDED)
        yield "accents apart", text.replace("ë", "e\u0308").replace("ñ", "n\u0303")
    if kind in ("a code", "many parts"):
        for name, between in {"dashes": "-", "blanks": " ", "points": ".", "nothing": ""}.items():
            yield f"parted by {name}", re.sub(r"[-/ ]", between, text)
    if "postcode" in kind or kind == "NHS number":
        yield "in one", text.replace(" ", "")
    if kind == "NHS number":
        yield "hyphens", text.replace(" ", "-")


def shown(*things: object) -> list[object]:
    return [new_output("display_data", thing._repr_mimebundle_()) for thing in things]


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of an edition as the kit exports it, front page and all."""
    counted = pd.DataFrame({"team": ["North", "South"], "cases": [40712, 140625], "share": [0.40712, 0.5]})
    listed = pd.DataFrame({"case": ["none"], "note": ["none"]})
    tables = [
        plain_table(frame, table_id=name, caption=f"Table of {name}")
        for name, frame in {"teams": counted, "notes": listed}.items()
    ]
    chart = precision_chart(
        pd.DataFrame({"sample": [10, 60], "margin": [0.3, 0.1]}), chosen=60, caption="Precision by cases"
    )
    cells = [
        new_markdown_cell("# Grades\n\nHow good?"),
        new_markdown_cell("## All grades\n\nOf **140,625** cases 0.40712 were good.\n\n* One\n* Two"),
        new_code_cell("show()", outputs=shown(Note("Four cases."), *tables, chart)),
    ]
    words = {"title": "Grades", "mark": "OFFICIAL-SENSITIVE", "subtitle": "Tinyshire, 2025-26 Q2"}
    page = export_notebook(notebook=new_notebook(cells=cells), **words)
    front = front_page(
        title="Report",
        council="Tinyshire",
        period="2025-26 Q2",
        mark="OFFICIAL-SENSITIVE",
        headlines=["Four of five."],
        decisions=["Decide."],
        groups=[
            Group("Managers", [Link("edition-1/reports/grades.html", "Grades", "How good practice is.")])
        ],
        changes=["Nothing."],
    )
    manifest = {
        "council": "Tinyshire",
        "rows": 40712,
        "draws": [{"of": 140625, "sha256": "0123456" * 9 + "a"}],
    }
    files = {
        "index.html": front.encode(),
        "edition-1/reports/grades.html": page.html.encode(),
        "edition-1/manifest.json": json.dumps(manifest, indent=1).encode(),
    }
    for name, figures in page.tables.items():
        written = tmp_path_factory.mktemp("tables") / f"{name}.csv"
        write_csv(written, figures.rows)
        files[f"edition-1/tables/{name}.csv"] = written.read_bytes()
    return files


PAGE, INDEX, CSV, JSON = (
    "edition-1/reports/grades.html",
    "index.html",
    "edition-1/tables/notes.csv",
    "edition-1/manifest.json",
)
Place = Callable[[dict[str, bytes], str], dict[str, bytes]]


def instead(name: str, old: str, new: str) -> Place:
    """A place in a file: `new` in place of `old`, with {} for the words planted as HTML."""

    def plant(files: dict[str, bytes], words: str) -> dict[str, bytes]:
        text = files[name].decode("utf-8")
        assert old in text
        return files | {name: text.replace(old, new.format(words), 1).encode("utf-8")}

    return plant


def escaped(place: Place) -> Place:
    return lambda files, words: place(files, escape(words))


def in_codes(place: Place) -> Place:
    return lambda files, words: place(files, "".join(f"&#{ord(letter)};" for letter in words))


def in_tags(place: Place) -> Place:
    """The words with a tag after their first letter and before their last."""
    return lambda files, words: place(
        files, f"{escape(words[0])}<b>{escape(words[1:-1])}</b><i>{escape(words[-1])}</i>"
    )


def beside_a_tag(place: Place) -> Place:
    return lambda files, words: place(files, f"<b>{escape(words)}</b><span>sees</span>")


def in_the_chart(inner: str) -> Place:
    """Within the SVG that the page holds as base64."""

    def plant(files: dict[str, bytes], words: str) -> dict[str, bytes]:
        text = files[PAGE].decode("utf-8")
        image = re.search(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)", text)
        assert image
        svg = b64decode(image[1]).decode("utf-8").replace("</svg>", f"{inner.format(escape(words))}</svg>")
        return files | {PAGE: text.replace(image[1], b64encode(svg.encode()).decode()).encode("utf-8")}

    return plant


def as_an_image(address: Callable[[str], str]) -> Place:
    """As one more image of the page."""
    return lambda files, words: instead(PAGE, "</main>", '<img alt="A chart" src="{}"></main>')(
        files, address(words)
    )


def png(words: str) -> str:
    content = b"Title\0" + words.encode("utf-8")
    chunk = len(content).to_bytes(4, "big") + b"tEXt" + content + b"\0" * 4
    return f"data:image/png;base64,{b64encode(bytes.fromhex('89504e470d0a1a0a') + chunk).decode()}"


def in_json(change: Callable[[dict[str, object], str], object], *, as_codes: bool) -> Place:
    def plant(files: dict[str, bytes], words: str) -> dict[str, bytes]:
        manifest = json.loads(files[JSON])
        change(manifest, words)
        return files | {JSON: json.dumps(manifest, ensure_ascii=as_codes, indent=1).encode("utf-8")}

    return plant


def in_csv(column: str) -> Place:
    def plant(files: dict[str, bytes], words: str) -> dict[str, bytes]:
        quoted = '"' + words.replace('"', '""') + '"'
        line = f"{quoted},none" if column == "Case" else f"none,{quoted}"
        return files | {CSV: files[CSV] + f"{line}\n".encode()}

    return plant


def in_a_name(path: str) -> Place:
    """In the name of a file or a folder, with what no system allows in one left out."""
    return lambda files, words: files | {path.format(words.replace("\n", " ").replace("/", "-")): b""}


SENTENCE = instead(PAGE, "Four cases.", "Seen by {} on Monday.")
PLACES: dict[str, Place] = {
    "sentence": escaped(SENTENCE),
    "letters as codes": in_codes(SENTENCE),
    "split by tags": in_tags(SENTENCE),
    "beside a tag": beside_a_tag(SENTENCE),
    "heading": escaped(instead(PAGE, "All grades</h2>", "{}</h2>")),
    "list": escaped(instead(PAGE, "<li>One</li>", "<li>{}</li>")),
    "title": escaped(instead(PAGE, "<title>", "<title>{} ")),
    "caption": escaped(instead(PAGE, "Table of notes</caption>", "{}</caption>")),
    "cell": escaped(instead(PAGE, ">none</td>", ">{}</td>")),
    "cell split by tags": in_tags(instead(PAGE, ">none</td>", ">{}</td>")),
    "column heading": escaped(instead(PAGE, ">Note</th>", ">{}</th>")),
    "alt text": escaped(instead(PAGE, 'alt="', 'alt="{}: ')),
    "label": escaped(instead(PAGE, 'aria-label="', 'aria-label="{}: ')),
    "comment": escaped(instead(PAGE, "</main>", "<!-- {} --></main>")),
    "drawing in the page": escaped(instead(PAGE, "</main>", "<svg><text>{}</text></svg></main>")),
    "drawing split by tags": in_tags(instead(PAGE, "</main>", "<svg><text>{}</text></svg></main>")),
    "text of a chart": in_the_chart("<text x='1'>{}</text>"),
    "title of a chart": in_the_chart("<title>{}</title>"),
    "comment of a chart": in_the_chart("<!-- {} -->"),
    "label of a chart": in_the_chart('<g id="g1" aria-label="{}"/>'),
    "words of a PNG": as_an_image(png),
    "base64": as_an_image(lambda words: f"data:text/plain;base64,{b64encode(words.encode()).decode()}"),
    "encoded address": as_an_image(lambda words: f"data:text/plain,{quote(words)}"),
    "front page": escaped(instead(INDEX, "Four of five.", "{}: four of five.")),
    "front page, decision": escaped(instead(INDEX, "Decide.", "{}")),
    "front page, link": escaped(instead(INDEX, ">Grades</a>", ">{}</a>")),
    "front page, address": lambda files, words: instead(INDEX, 'href="edition-1', 'href="{}')(
        files, quote(words)
    ),
    "csv": in_csv("Note"),
    "csv of cases": in_csv("Case"),
    "csv heading": lambda files, words: files | {CSV: f'x,"{words}"\n1,2\n'.encode()},
    "json": in_json(lambda manifest, words: manifest.update(by=[words]), as_codes=False),
    "json codes": in_json(lambda manifest, words: manifest.update(by=words), as_codes=True),
    "json key": in_json(lambda manifest, words: manifest.update({words: 1}), as_codes=True),
    "file name": in_a_name("edition-1/teams/{}.html"),
    "folder name": in_a_name("edition-1/{}/a.html"),
}


def planted() -> list[tuple[str, str, str, str]]:
    """Every place, kind and spelling with the words to plant."""
    kinds = IDENTITY | NATIONAL
    return [
        (place, kind, how, words)
        for place in PLACES
        for kind, text in kinds.items()
        for how, words in spellings(kind, text)
    ]


def leaks(folder: Path, files: dict[str, bytes]) -> list[Leak]:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return scan_folder(
        folder=folder,
        references=list(IDENTITY.values()),
        own_words=["North", "Team manager"],
        number_columns={"edition-1/tables/teams.csv": ["Cases", "Share"]},
    )


def test_every_planted_identifier_is_found_and_never_told(edition, trials, tmp_path):
    every = planted()
    assert len(every) >= 600
    assert leaks(tmp_path / "clean", edition) == []
    chosen = random.Random(2026).sample(every, trials(60, len(every)))
    missed, told = [], []
    for number, (place, kind, how, words) in enumerate(chosen):
        changed = PLACES[place](edition, words)
        only = {name: content for name, content in changed.items() if edition.get(name) != content}
        found = leaks(tmp_path / str(number), only)
        missed += [] if found else [(place, kind, how)]
        told += [(place, kind, how) for leak in found if words in leak.place + leak.words]
    assert (missed, told) == ([], [])


def clean_edition(rng: random.Random) -> tuple[dict[str, bytes], list[str]]:
    """Files full of numbers of the kit's own, and references equal to every one of them."""
    numbers = [rng.randrange(10 ** (digits - 1), 10**digits) for digits in range(5, 11) for _ in range(6)]
    frame = pd.DataFrame({"team": [f"Team {at}" for at in range(len(numbers))], "cases": numbers})
    table = plain_table(frame, table_id="teams", caption="Cases of each team").to_html()
    cells = "".join(f'<tr><td class="number">{number}</td></tr>' for number in numbers)
    drawn = "".join(
        f'<path id="p{n}" d="M {n} {n}.{n} L {n},{n}" style="stroke-width: {n}"/>' for n in numbers
    )
    svg = f'<svg viewBox="0 0 {numbers[0]} 1">{drawn}<text x="{numbers[1]}">0.{numbers[1]}</text></svg>'
    image = b64encode(svg.encode()).decode()
    text = "".join(f"<p>{n:,} cases, 0.{n}, {n}.25, {n % 100}.{n}%</p>" for n in numbers)
    checksum = b64encode(rng.randbytes(32)).decode()
    page = (
        f"<meta content=\"style-src 'sha256-{checksum}'\"><style>p {{ width: {numbers[2]}px }}</style>{text}{table}"
        f'<table><tr><th>Count</th></tr>{cells}</table><img alt="Chart" src="data:image/svg+xml;base64,{image}">'
    )
    manifest = {"rows": numbers, "seconds": numbers[0] / 7, "sha256": rng.randbytes(32).hex()}
    rows = "".join(f"Team {at},{n},0.{n}\n" for at, n in enumerate(numbers))
    files = {
        "index.html": page.encode(),
        "edition-1/reports/grades.html": page.encode(),
        "edition-1/manifest.json": json.dumps(manifest).encode(),
        "edition-1/tables/teams.csv": f"Team,Cases,Share\n{rows}".encode(),
    }
    others = [
        str(rng.randrange(10 ** (digits - 1), 10**digits)) for digits in range(5, 11) for _ in range(300)
    ]
    return files, [*map(str, numbers), *others]


def test_an_edition_of_the_kits_own_numbers_is_never_stopped(trials, tmp_path):
    for seed in range(trials(10, 100)):
        files, references = clean_edition(random.Random(seed))
        folder = tmp_path / str(seed)
        leaks(folder, files)
        numbers = {"edition-1/tables/teams.csv": ["Cases", "Share"]}
        assert scan_folder(folder=folder, references=references, number_columns=numbers) == [], seed
