"""Pages speak in the framework's words: no default word is left where it has another."""

import inspect
import re
import shutil
from pathlib import Path

import nbformat
import pytest

from qaf_lib.batch.contents import REPORTS
from qaf_lib.frameworks import load_framework
from qaf_lib.frameworks.scale import Words
from qaf_lib.pages import open_period, sections

KIT = Path(__file__).resolve().parents[2]
OWN = {
    "case": "zorb",
    "cases": "zorbs",
    "team": "quill",
    "teams": "quills",
    "service": "plome",
    "services": "plomes",
    "audit": "vetch",
    "audits": "vetches",
    "child": "nurg",
    "children": "nurgs",
    "family": "drant",
    "families": "drants",
    "worker": "slont",
    "workers": "slonts",
    "division": "crem",
    "divisions": "crems",
    "leaders": "Order of Wumps",
}
SOUGHT = re.compile(
    r"\b(cases?|child(ren)?|famil(y|ies)|teams?|services?|workers?|divisions?|SLT|Senior Leadership Team)\b",
    re.IGNORECASE,
)
"""`audit` stays: it is in the names of things (auditor, audit tool) that no framework renames."""

KITS_NAMES = (["cover", "data_quality"], ["indicators_sections", "counted"])
"""Tables, columns and files by the kit's names for them; counts of Annex A by its own headings."""

ELSEWHERE = (
    "child in need plan",  # a status by its name in law
    "on a protection plan",
    "social worker",
    "open case",  # the name of an assumption
    "Survey: families",  # the name of an instrument in lower case
)


@pytest.fixture(scope="module")
def period(tmp_path_factory, demo_data):
    """The demonstration council under Lincolnshire's rules, with every word another."""
    root = tmp_path_factory.mktemp("words")
    shutil.copytree(demo_data, root / "data" / "demo")
    shutil.copytree(KIT / "parameters", root / "parameters")
    file = root / "parameters" / "frameworks" / "lincolnshire.yml"
    words = "".join(f"  {name}: {word}\n" for name, word in OWN.items())
    text = re.sub(r"^words: .*\n", "", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    file.write_text(text.replace("unit: child\n", f"unit: child\nwords:\n{words}"), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patched:
        patched.delenv("QAF_VAULT", raising=False)
        yield open_period(root / "parameters" / "demo-lincolnshire.yml")


def shown(period):
    """Every part of every page as a reader sees it, by section."""
    for module in (getattr(sections, name) for name in sections.__all__):
        for name, call in inspect.getmembers(module, inspect.isfunction):
            if call.__module__ != module.__name__ or name.startswith("_"):
                continue
            asked = list(inspect.signature(call).parameters)
            if asked in (["period"], ["period", "team_id"]):
                yield f"{module.__name__}.{name}", repr(call(*[period, period.team_ids[0]][: len(asked)]))


def typed(period):
    """What councils typed, as titles show it."""
    columns = {"action": "title", "project": "title", "good_practice": "title"}
    for table, column in columns.items():
        yield from map(str, period.store.table(table)[column].dropna().unique())
    yield from period.actions.states["title"].dropna().unique()


def without_own(text, own):
    for phrase in own:
        text = phrase.sub(" ", text)
    return text


def test_every_word_of_a_framework_has_another_here():
    assert set(OWN) == set(Words.model_fields)


def test_no_section_says_a_word_that_the_framework_has_another_for(period):
    phrases = {*period.own_words, *typed(period), *ELSEWHERE} - {*Words().model_dump().values()}
    own = [
        re.compile(rf"(?<!\w){re.escape(phrase)}(?!\w)", re.IGNORECASE)
        for phrase in sorted(phrases, key=len, reverse=True)
        if SOUGHT.search(phrase)
    ]
    said = {
        (place, line.strip())
        for place, text in shown(period)
        for line in without_own(text, own).splitlines()
        if SOUGHT.search(line) and place.rsplit(".", 2)[-2:] not in KITS_NAMES
    }
    assert said == set()


@pytest.mark.parametrize(("own", "word"), [("", "adult"), ("words: {child: person}\n", "person")])
def test_where_the_unit_is_an_adult_a_child_is_an_adult_or_the_framework_s_own_word(project, own, word):
    project.change("parameters/frameworks/tiny.yml", "unit: child\n", f"unit: adult\n{own}")
    words = load_framework(folder=project.root / "parameters/frameworks", name="tiny").words
    assert (words.child, words.children, words.case) == (word, "adults", "case")


def test_descriptions_of_reports_are_in_the_framework_s_words():
    for title, description, _ in REPORTS.values():
        assert not SOUGHT.search(f"{title} {description.format(**OWN)}")


@pytest.mark.parametrize(
    "path", sorted((KIT / "notebooks" / "quarter").glob("*.ipynb")), ids=lambda path: path.stem
)
def test_what_a_notebook_says_is_true_under_any_framework_s_words(path):
    cells = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4).cells
    said = [cell.source for cell in cells if cell.cell_type == "markdown"]
    assert [text for text in said if SOUGHT.search(text)] == []
