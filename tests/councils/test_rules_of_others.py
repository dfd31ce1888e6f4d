"""The page of other frameworks' rules: every key that it names is read by the kit's own types."""

import re
from pathlib import Path

import pytest

from qaf_lib.parameters import load_parameters

KIT = Path(__file__).resolve().parents[2]
PAGE = KIT / "docs" / "rules-of-other-frameworks.md"

FRAMEWORK = {
    "framework": "framework: others",
    "title": "title: A framework for the page's examples",
    "source": "source: written for the tests",
    "unit": "unit: child",
    "scale": "scale: {grades: [inadequate, requires improvement, good, outstanding], "
    "bands: [{name: good_or_better, label: good or better, grades: [good, outstanding]}], "
    "concern: {name: inadequate, label: inadequate, grades: [inadequate]}}",
    "tools": 'tools: [{tool_id: tool, version: "1", questions: [{question_id: one, label: One}]}]',
    "audit_types": "audit_types:\n"
    + "".join(
        f"  - {{name: {name}, label: An audit, tool_id: tool, counts_towards_coverage: true, "
        "counts_towards_estimates: true}\n"
        for name in ("case_file", "re_audit", "supervision_file")
    ),
    "eligibility": "eligibility: {statuses: [looked_after]}",
    "duties": "duties: [{duty_id: course, label: Course, as_post: Quality team, each: council, evidence: log}]",
    "worthwhile_change": "worthwhile_change: 0.10",
    "assumptions": "assumptions: []",
}
PARAMETERS = {
    "council": "council: Otherham",
    "framework": "framework: others",
    "period": "period: 2026-27 Q2",
    "caseload": 'caseload: {opening: {as_at: "2026-06-30", cases: data/cases.csv}}',
    "draws": "draws: []",
}


def rules():
    """Number, how far held, file and example of each row of the page."""
    rows = [line.split(" | ") for line in PAGE.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if re.fullmatch(r"\| \d+", row[0])]
    return [(int(row[0][2:]), row[3], row[4], re.findall(r"`([^`]+)`", row[5])) for row in rows]


def written(base, example):
    """A file with the example's keys in place of the base's."""
    keys = {line.partition(":")[0] for line in example}
    return "\n".join([*(text for key, text in base.items() if key not in keys), *example]) + "\n"


def loaded(folder, file, example):
    files = {"framework": FRAMEWORK, "parameters": PARAMETERS}
    texts = {name: written(base, example if name == file else []) for name, base in files.items()}
    (folder / "parameters" / "frameworks").mkdir(parents=True)
    path = folder / "parameters" / "frameworks" / "others.yml"
    path.write_text(texts["framework"], encoding="utf-8")
    (folder / "parameters" / "otherham.yml").write_text(texts["parameters"], encoding="utf-8")
    return load_parameters(folder / "parameters" / "otherham.yml")


@pytest.mark.parametrize(("number", "held", "file", "example"), rules(), ids=lambda value: str(value)[:12])
def test_the_key_of_each_rule_is_read_by_the_kit_s_types(tmp_path, number, held, file, example):
    read = loaded(tmp_path, file, example)
    model = read.rules if file == "framework" else read
    for line in example:
        key = line.partition(":")[0]
        assert key in type(model).model_fields
        assert model.model_dump()[key] or line == "draws: []"


def test_the_page_has_the_thirty_eight_rules_and_says_how_many_are_whole():
    rows = rules()
    assert [row[0] for row in rows] == list(range(1, 39))
    whole = sum(row[1] == "whole" for row in rows)
    assert {row[1] for row in rows} <= {"whole", "partly", "no"}
    assert whole >= 34
    assert f"{whole} are held whole" in PAGE.read_text(encoding="utf-8")
