"""A region, whole: two councils' files as `qaf run` signed them, two more, and the page in a browser."""

import json
import shutil

import pytest

from qaf_lib.batch.region import run_region
from qaf_lib.errors import InputError
from qaf_lib.exchange import FIGURES, AuditFigures, read_figures, signed
from qaf_lib.region import load_region
from qaf_lib.register import demonstration_key
from qaf_lib.register.signature import public_key

from .conftest import Project

SEED, SECRET = 20260630, bytes(range(32))
COUNCILS = {
    "shared-demonshire-city": demonstration_key(SEED),
    "shared-demonshire-harbour": demonstration_key(SEED),
}
COUNCILS |= {"northshire": SECRET, "tenshire": SECRET}


def others(figures):
    """Figures of two more councils: one that counts the same as the first, and one on ten grades."""
    audit = figures.audits[0]
    alike = AuditFigures(
        label=audit.label,
        counts=dict(zip(figures.grades, [5, 20, 40, 10], strict=True)),
        drawn=audit.drawn,
        design_effect=1.05,
    )
    grades = [str(grade) for grade in range(1, 11)]
    ten = AuditFigures(
        label=audit.label,
        counts=dict(zip(grades, [0, 0, 5, 5, 10, 20, 20, 10, 5, 0], strict=True)),
        drawn=audit.drawn,
        design_effect=1.0,
    )
    yield figures.model_copy(update={"council": "Northshire", "audits": [alike]})
    yield figures.model_copy(
        update={"council": "Tenshire", "grades": grades, "band": grades[5:], "audits": [ten]}
    )


@pytest.fixture(scope="module")
def region(harbour, tmp_path_factory):
    """A region's project after its first run, and what that said."""
    project = Project(tmp_path_factory.mktemp("region"))
    (project.root / "parameters").mkdir()
    lines = ["region: Northern region", "period: 2026-27 Q2", "councils:"]
    read = []
    for slug in list(COUNCILS)[:2]:
        sent = harbour.edition(slug, "2026-27-q2-shared") / FIGURES
        shutil.copy(sent, project.root / f"{slug}.json")
        read.append(read_figures(sent, public=public_key(COUNCILS[slug], slug)))
    for figures, slug in zip(others(read[0]), list(COUNCILS)[2:], strict=True):
        (project.root / f"{slug}.json").write_bytes(signed(figures, secret=SECRET, folder=slug))
    names = [*(figures.council for figures in read), "Northshire", "Tenshire"]
    for name, (slug, secret) in zip(names, COUNCILS.items(), strict=True):
        key = public_key(secret, slug)
        lines += [f"  - council: {name}", f"    file: {slug}.json", f'    public_key: "{key}"']
    (project.root / "parameters" / "region.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return project, project.qaf("run", "parameters/region.yml").stdout


@pytest.fixture
def edition(region):
    return region[0].edition("northern-region", "2026-27-q2")


def test_a_region_s_edition_is_published_without_a_vault(region, edition):
    assert "Published edition 1" in region[1]
    assert "vault" not in region[1]
    assert not (region[0].root / "vault").exists()
    manifest = json.loads((edition / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["editions"]["Northshire"] == 1
    assert {"reports/region_report.html", "tables/region_frameworks.csv", "tables.xlsx"} <= set(
        manifest["files"]
    )


def test_the_page_says_what_differs_before_it_compares(edition):
    page = (edition / "reports/region_report.html").read_text(encoding="utf-8")
    places = [
        page.index(f">{title}</h2>")
        for title in ("What differs", "Side by side", "Councils that stand apart")
    ]
    assert places == sorted(places)
    assert "Synthetic data: nobody behind these figures exists." in page
    assert "In alphabetical order, not ranked" in page


def test_its_files_are_checked_without_a_run(region):
    checked = region[0].qaf("check", "parameters/region.yml").stdout
    assert checked == "The figures of 4 councils can be set beside one another.\n"


def test_nothing_has_changed_at_the_second_run(region):
    assert "Nothing has changed since edition 1" in region[0].qaf("run", "parameters/region.yml").stdout


@pytest.mark.parametrize("width", [320, 768, 1280, 1920])
def test_the_page_fits_passes_axe_and_asks_for_nothing(edition, visit, width):
    seen = visit(edition / "reports/region_report.html", width)
    assert (seen.requests, seen.console, seen.violations()) == ([], [], [])
    assert seen.fits()


def test_the_page_passes_axe_in_the_dark_and_prints_on_three_sides(edition, visit):
    seen = visit(edition / "reports/region_report.html")
    seen.page.emulate_media(color_scheme="dark")
    assert seen.violations() == []
    assert seen.printed()[0] <= 3


def test_the_front_page_passes_axe(edition, visit):
    seen = visit(edition.parent / "index.html", 320)
    assert (seen.violations(), seen.fits()) == ([], True)


def test_a_changed_byte_ends_the_run_and_leaves_the_edition(region, edition):
    project, _ = region
    path = project.root / "northshire.json"
    sent = path.read_bytes()
    path.write_bytes(sent.replace(b'"good": 40', b'"good": 45'))
    done = project.qaf("run", "parameters/region.yml", check=2)
    path.write_bytes(sent)
    assert "northshire.json: was changed after it was signed" in done.stderr
    assert sorted(found.name for found in edition.parent.iterdir()) == ["edition-1", "index.html"]


def test_an_older_edition_than_the_last_one_used_is_refused(region):
    project, _ = region
    copy = Project(project.root.with_name("later"))
    shutil.copytree(project.root, copy.root)
    path = copy.root / "northshire.json"
    told = read_figures(path, public=public_key(SECRET, "northshire"))
    manifest = copy.edition("northern-region", "2026-27-q2") / "manifest.json"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace('"Northshire": 1', '"Northshire": 2'))
    path.write_bytes(signed(told.model_copy(update={"audited": 100}), secret=SECRET, folder="northshire"))
    asked = load_region(copy.root / "parameters" / "region.yml")
    with pytest.raises(
        InputError, match=r"file of Northshire is of edition 1, and this region's last .* used 2"
    ):
        run_region(asked, say=print, pool=None, came=print)


def test_the_front_page_of_a_shared_edition_gives_the_key(harbour):
    for slug in list(COUNCILS)[:2]:
        index = harbour.root / "outputs" / slug / "2026-27-q2-shared" / "index.html"
        text = index.read_text(encoding="utf-8")
        assert public_key(COUNCILS[slug], slug) in text
        assert f'href="edition-1/{FIGURES}"' in text
