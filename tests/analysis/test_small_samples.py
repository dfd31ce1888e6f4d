"""The numbers below which pages warn, held against the figures of the validation page."""

from pathlib import Path

import pytest

from qaf_lib.analysis import small_sample_warning
from qaf_lib.analysis.claims import LEAST_TRIED, warn_below

PAGE = Path(__file__).parents[2] / "docs" / "validation.md"


def tables(column: str) -> list[dict[str, str]]:
    """Rows of every table of the page that has a column of this name."""
    rows, heading = [], []
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")] if line.startswith("|") else []
        if not cells:
            heading = []
        elif not heading:
            heading = cells
        elif column in heading and not set(line) <= set("|-"):
            rows.append(dict(zip(heading, cells, strict=True)))
    return rows


def short(row: dict[str, str]) -> bool:
    lowest = row["lowest coverage"]
    return float(row["mean coverage"]) < 0.935 or (lowest != "" and float(lowest) < 0.900)


def test_the_numbers_follow_from_the_page():
    rows = tables("warn below")
    measures = {row["measure"] for row in rows}
    assert set(warn_below) < measures
    for measure in measures:
        least = warn_below.get(measure, LEAST_TRIED)
        own = [(int(row["n"]), short(row)) for row in rows if row["measure"] == measure]
        last_short = max((n for n, falls_short in own if falls_short), default=0)
        enough = [n for n, _ in own if n > last_short]
        assert least == min(enough, default=2 * last_short), measure


def test_the_page_prints_the_same_numbers():
    printed = {row["measure"]: int(row["warn below"]) for row in tables("warn below")}
    assert {name: least for name, least in printed.items() if least > LEAST_TRIED} == dict(warn_below)


def test_no_test_that_the_kit_uses_passes_five_and_a_half_percent():
    rows = [row for row in tables("largest size") if row["use"] != "comparison"]
    assert len(rows) > 20
    above = {(row["test"], row["setting"]) for row in rows if float(row["largest size"]) > 0.055}
    # margins alike without symmetry: more than Stuart-Maxwell's exact test can know; the page says so
    assert above <= {("Stuart-Maxwell", "cases go round")}
    assert len(above) <= PAGE.read_text(encoding="utf-8").count("**Falls short**")


def test_the_simulated_sizes_are_known_to_three_in_a_thousand():
    errors = [float(row["error"]) for row in tables("largest size") if row["error"]]
    assert max(errors) <= 0.003


def test_the_default_interval_keeps_its_promise():
    rows = [row for row in tables("mean width") if row["method"] == "default of the kit"]
    assert min(float(row["mean coverage"]) for row in rows) >= 0.945
    assert min(float(row["lowest coverage"]) for row in rows) >= 0.90


@pytest.mark.parametrize("measure", list(warn_below))
def test_the_warning_ends_at_the_number(measure):
    least = warn_below[measure]
    assert f"fewer than {least} " in small_sample_warning(measure=measure, n=least - 1)
    assert small_sample_warning(measure=measure, n=least) is None


@pytest.mark.parametrize("measure", list(warn_below))
def test_under_ten_every_interval_asks_for_a_warning(measure):
    assert "has not been tried" in small_sample_warning(measure=measure, n=9)


def test_bad_arguments_are_refused():
    with pytest.raises(ValueError, match="measure must be one of"):
        small_sample_warning(measure="mean", n=5)
    with pytest.raises(ValueError, match="n must be a count"):
        small_sample_warning(measure="kappa", n=-1)
