"""Time of the scan for identifiers: a whole edition of 40 pages against 20,000 references.

Each page has the charts, tables and words of a report as the kit exports it; the references are case
references, names of staff and references of records. The pages hold none of them.

Run from the repository root: python benchmarks/scan_speed.py [REPEATS]
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from qaf_lib.batch.export import export_notebook
from qaf_lib.disclosure import scan_folder
from qaf_lib.display import Note, plain_table, precision_chart

PAGES, REFERENCES, SECTIONS, ROWS = 40, 20_000, 3, 60


def write_edition(folder: Path, seed: int = 2026) -> int:
    """Write the pages, each with its own numbers; the bytes they have together."""
    rng = np.random.default_rng(seed)
    for number in range(PAGES):
        cells = [new_markdown_cell(f"# Report {number}\n\nHow good is practice, and how sure are we?")]
        for section in range(SECTIONS):
            shown = [note(rng), table(section, rng), chart(rng)]
            outputs = [new_output("display_data", thing._repr_mimebundle_()) for thing in shown]
            cells += [new_markdown_cell(f"## Section {section}"), new_code_cell("show()", outputs=outputs)]
        page = export_notebook(notebook=new_notebook(cells=cells), title=f"Report {number}", mark="")
        (folder / f"{number}.html").write_text(page.html, encoding="utf-8")
    return sum(path.stat().st_size for path in folder.iterdir())


def note(rng: np.random.Generator) -> Note:
    return Note(
        " ".join(f"{count:,} of {2 * count:,} cases met it." for count in rng.integers(100, 9999, 20))
    )


def table(section: int, rng: np.random.Generator) -> object:
    frame = pd.DataFrame({"team": [f"Team {row} – north" for row in range(ROWS)]})
    for name in ("cases", "good", "poor"):
        frame[name] = rng.integers(10_000, 10**7, ROWS)
    return plain_table(frame, table_id=f"teams_{section}", caption=f"Teams of section {section}")


def chart(rng: np.random.Generator) -> object:
    points = pd.DataFrame({"sample": np.arange(10, 210, 10), "margin": np.sort(rng.random(20))[::-1]})
    return precision_chart(points, chosen=60, caption="Precision by number of cases")


def make_references() -> list[str]:
    """Case references, references of records and names, in equal parts but for the names."""
    each = REFERENCES * 9 // 20
    cases = [f"{number:07d}" for number in range(100_000, 100_000 + each)]
    records = [f"AB-{number:05d}" for number in range(each)]
    return [*cases, *records, *(f"Ada{number} Invented" for number in range(REFERENCES - 2 * each))]


def main(repeats: int) -> None:
    references = make_references()
    with TemporaryDirectory() as name:
        size = write_edition(Path(name))
        times = []
        for _ in range(repeats):
            began = time.perf_counter(), time.process_time()
            leaks = scan_folder(folder=Path(name), references=references)
            times.append((time.perf_counter() - began[0], time.process_time() - began[1]))
    elapsed, worked = min(times)
    print(f"{PAGES} pages, {size / 1e6:.1f} MB, {len(references):,} references; {len(leaks)} leaks found")
    print(f"best of {repeats}: {elapsed:.2f} s, of which {worked:.2f} s of one processor")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
