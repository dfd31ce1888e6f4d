"""Reports for partners of demonstration councils and two quarters, searched for small true counts.

The reader here knows the kit, both reports whole, and the sums that their groups make. It uses nothing of the
kit's own search: whole numbers between two ends make every sum between the sums of the ends, so what a cell
may be follows from adding and subtracting.
"""

import re
import shutil
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, chain

import pytest

from qaf_lib.analysis import share_interval
from qaf_lib.display.charts import Chart
from qaf_lib.display.tables import Table
from qaf_lib.display.words import percent
from qaf_lib.pages import sections
from qaf_lib.pages.period import OpenPeriod, open_period
from qaf_lib.pages.shared.answers import grade_labels
from qaf_lib.pages.shared.sections import FEEDBACK_LABELS
from qaf_lib.pages.store import PeriodStore
from qaf_lib.parameters import load_parameters

COUNCILS = ["durham", "lincolnshire", "leeds", "portsmouth"]
PARTS = ("answer", "change", "questions", "second_looks", "coverage", "feedback", "decided", "method")
GRADES, QUESTIONS = "shared_case_file_grades", "shared_case_file_questions"
EARLIER = [
    ("2026-27 Q2", "2026-27 Q1"),
    ("audience: internal", "audience: shared"),
    ("_2026-06-30.", "_2026-03-31."),
    ('as_at: "2026-06-30"', 'as_at: "2026-03-31"'),
    ("_2026-09-30.", "_2026-06-30."),
    ('as_at: "2026-09-30"', 'as_at: "2026-06-30"'),
]


@dataclass(frozen=True)
class Page:
    """What one report shows: its words, and the counts of its tables."""

    text: str
    counts: dict[str, dict[str, int]]
    shares: set[str]


@pytest.fixture(scope="session")
def kit(request):
    return request.config.rootpath


def project_of(folder, kit, demo_data, council, changes):
    (folder / "parameters").mkdir(parents=True)
    shutil.copytree(demo_data, folder / "data" / "demo")
    shutil.copytree(kit / "parameters" / "frameworks", folder / "parameters" / "frameworks")
    text = (kit / "parameters" / f"demo-{council}.yml").read_text(encoding="utf-8")
    for old, new in changes:
        text = text.replace(old, new)
    path = folder / "parameters" / f"demo-{council}.yml"
    path.write_text(text, encoding="utf-8")
    return path


def on_its_own_draw(period):
    """The quarter before, its random audits put on the cases of its own draw, as the year's records tell."""
    store, draw = period.store, period.draw_views[0]
    cases = draw.responses["case_id"].tolist()
    audits = store.table("audit")
    mine = store.in_period(audits, "audited_on")
    mine = mine[(mine["selection"] == "random") & mine["overall_grade"].notna()].drop_duplicates("case_id")
    put = dict(zip(mine["audit_id"], cases, strict=False))
    moved = audits["audit_id"].map(put).astype("string")
    changed = audits.assign(
        case_id=moved.fillna(audits["case_id"]),
        draw_id=audits["draw_id"].mask(moved.notna(), draw.draw_id),
    )
    names = ("answer", "moderation", "feedback", "action", "action_event", "case", "draw", "draw_case")
    tables = {name: store.table(name) for name in (*names, "draw_stratum")} | {"audit": changed}
    return OpenPeriod(PeriodStore.in_memory(parameters=period.parameters, tables=tables, facts=period.facts))


def page_of(period):
    """The report as a reader has it, with the CSV files beside it."""
    parts = list(chain.from_iterable(getattr(sections.shared, part)(period).parts for part in PARTS))
    tables = [part for part in parts if isinstance(part, Table)]
    rows = {table.table_id: table.records for table in tables}
    labels = grade_labels(period.framework.scale) | period.framework.questions() | FEEDBACK_LABELS
    keys = {label: key for key, label in labels.items()}
    counts = {
        name: {keys.get(row[heading], row[heading]): row["Count"] for row in found}
        for name, found in rows.items()
        for heading in list(found[0])[:1]
    }
    counts |= {
        f"rest of {keys[row['Question']]}": {"in": row["Count"], "out": row["Out of"] - row["Count"]}
        for row in rows.get(QUESTIONS, ())
    }
    text = "\n".join(repr(part) for part in parts)
    assert all(part.alt in text for part in parts if isinstance(part, Chart))
    grades = counts[GRADES].values()
    pairs = [(row["Count"], row["Out of"]) for row in chain.from_iterable(rows.values())]
    pairs += [(best, sum(grades)) for best in accumulate(grades)]
    shares = {percent(share) for x, n in pairs for share in (x / n, *ends(x, n))}
    counts.pop(QUESTIONS, None)
    counts["surveys"] = {"survey": counts["shared_feedback"].pop("survey")}
    return Page(text, counts | told(text), shares | more_shares(text))


def ends(x, n):
    found = share_interval(x=x, n=n)
    return found.low, found.high


def told(text):
    """Counts that stand in sentences alone."""
    found = {}
    about = r"(?:about ([\d,]+)|(at most 2))"
    if looked := re.search(rf"looked again at {about} of these audits; {about} kept", text):
        whole, kept = number(looked[1]), number(looked[3])
        found["looked at again"] = {"kept": kept, "changed": whole - kept}
    if opened := re.search(rf"about ([\d,]+) \w+ were open\. Since .*? {about} of them", text):
        audited = number(opened[2])
        found["audited"] = {"audited": audited}
        found["not audited"] = {"not audited": number(opened[1]) - audited}
    if agreed := re.search(rf"{about} were done, {about} were still to be done and {about} had been", text):
        states = dict(zip(("done", "to do", "cancelled"), (agreed[1], agreed[3], agreed[5]), strict=True))
        found["actions"] = {state: number(count) for state, count in states.items()}
    return found


def number(words):
    return int((words or "0").replace(",", ""))


def more_shares(text):
    """The coverage is a share of counts that the page gives too."""
    audited, rest = (told(text)[name][name] for name in ("audited", "not audited"))
    return {percent(audited / (audited + rest))}


def span(cells):
    """The least and the greatest sum of true counts."""
    return sum(max(n - 2, 0) for n in cells), sum(n + 2 for n in cells)


def sums_of(counts):
    """Parts and their whole, by the names of the page."""
    questions = [(group, GRADES) for group in counts if group.startswith("rest of ")]
    others = [("looked at again", GRADES), ("shared_themes", "actions"), ("shared_scores", "surveys")]
    return [(part, whole) for part, whole in questions + others if part in counts and whole in counts]


def values_left(counts, sums, same, group, cell):
    """What the true count of a cell may be; `same` are parts that the reader takes for their whole."""
    rest = [n for name, n in counts[group].items() if name != cell]
    published = counts[group][cell]
    left = []
    for value in range(max(published - 2, 0), published + 3):
        least, most = (value + end for end in span(rest))
        fits = True
        for whole in {whole for _, whole in sums}:
            room = (least, most) if group == whole else span(counts[whole].values())
            for part, of in sums:
                if of == whole:
                    low, high = (least, most) if part == group else span(counts[part].values())
                    room = (max(room[0], low), min(room[1], high) if part in same else room[1])
            fits &= room[0] <= room[1]
        if fits:
            left.append(value)
    return left


def true_counts(period):
    """The counts behind the page, taken from the period's tables in another way than the kit's."""
    store, scale = period.store, period.framework.scale
    drawn = period.draw_views[0].responses.dropna(subset=["grade"])
    found = {GRADES: Counter(drawn["grade"])}
    answers = store.table("answer")
    answers = answers[answers["audit_id"].isin(drawn["audit_id"]) & answers["answer"].isin(scale.grades)]
    for question, given in answers.groupby("question_id")["answer"]:
        inside = given.isin(scale.headline.grades).sum()
        found[f"rest of {question}"] = {"in": int(inside), "out": len(given) - int(inside)}
    feedback = store.in_period(store.table("feedback"), "received_on")
    kinds = Counter(feedback["kind"])
    found |= {"surveys": {"survey": kinds.pop("survey")}, "shared_feedback": kinds}
    looks = store.table("moderation")
    looks = looks[looks["audit_id"].isin(drawn["audit_id"])].groupby("audit_id").last()
    kept = int((looks["audit_grade"] == looks["moderated_grade"]).sum())
    found["looked at again"] = {"kept": kept, "changed": len(looks) - kept}
    return found


def allowed(period):
    """Numbers that may stand on the page beside rounded counts: days, names, the rule itself."""
    words = [
        period.framework.title,
        period.parameters.period,
        period.shared.before,
        "0 to 2 as 0",
        "95 19 20 5",
    ]
    words += [*period.framework.questions().values(), period.facts["kit_version"], "0, 1 and 2", "25", "3"]
    words += [*map(str, period.framework.scale.grades), "9 or 10 7 or 8 5 or 6 0 to 4", str(period.span)]
    return set(re.findall(r"\d+", " ".join(words)))


@pytest.fixture(scope="session")
def quarters(tmp_path_factory, kit, demo_data):
    """Both quarters of a council: the earlier one's report published where the later one looks for it."""

    @cache
    def opened(council):
        folder = tmp_path_factory.mktemp(council)
        first = project_of(folder / "before", kit, demo_data, council, EARLIER)
        now = project_of(folder / "now", kit, demo_data, council, EARLIER[1:2])
        before = on_its_own_draw(open_period(first))
        page = page_of(before)
        tables = load_parameters(now).outputs.with_name("2026-27-q1-shared") / "edition-1" / "tables"
        tables.mkdir(parents=True)
        labels = grade_labels(before.framework.scale)
        grades = {labels[grade]: count for grade, count in page.counts[GRADES].items()}
        lines = ["Grade,Count", *(f"{grade},{count}" for grade, count in grades.items())]
        (tables / f"{GRADES}.csv").write_text("\n".join(lines), encoding="utf-8")
        return (before, page), (after := open_period(now), page_of(after))

    return opened


@pytest.fixture(params=range(4), ids=COUNCILS)
def reports(request, trials, quarters, monkeypatch):
    """Two quarters' periods and pages of a council; one council is the sample, `--proofs` takes all four."""
    if request.param >= trials(1, 4):
        pytest.skip("one council is the sample; --proofs takes all four")
    monkeypatch.delenv("QAF_VAULT", raising=False)
    return quarters(COUNCILS[request.param])


def readers(counts):
    """Sums that a reader may go by, and the parts of them that it takes for their whole."""
    known = sums_of(counts)
    parts = [part for part, _ in known]
    yield known, []
    yield [(GRADES, "audited")], []  # no audited case was closed
    yield from ((known, same) for same in (*([part] for part in parts), parts))


def test_the_reader_finds_a_count_that_is_given_away():
    # 44 actions at most and 44 with a theme at least: 33, 8 and 3
    counts = {"actions": {"done": 20, "to do": 20}, "shared_themes": {"a": 35, "b": 10, "c": 5}}
    assert values_left(counts, sums_of(counts), [], "shared_themes", "c") == [3]
    spare = {**counts, "actions": {"done": 20, "to do": 25}}
    assert values_left(spare, sums_of(spare), [], "shared_themes", "c") == [3, 4, 5, 6, 7]


def test_no_small_count_of_two_quarters_can_be_worked_out(reports):
    hidden = 0
    for period, page in reports:
        true = true_counts(period)
        for group, cell in ((group, cell) for group, cells in page.counts.items() for cell in cells):
            hidden += true.get(group, {}).get(cell) in range(1, 5)
            for sums, same in readers(page.counts):
                left = values_left(page.counts, sums, same, group, cell)
                assert len(left) != 1 or left[0] not in range(1, 5), (group, cell, same)
                assert left or same or sums == [(GRADES, "audited")]
    assert hidden  # else nothing was shown


def test_a_reader_is_never_led_past_the_true_count(reports):
    for period, page in reports:
        for group, cells in true_counts(period).items():
            for cell in cells.keys() & page.counts.get(group, {}).keys():
                assert cells[cell] in values_left(page.counts, sums_of(page.counts), [], group, cell)


def test_the_later_report_has_the_earlier_one_s_counts_and_no_others(reports):
    (_, earlier), (now, later) = reports
    good = [earlier.counts[GRADES][grade] for grade in now.framework.scale.headline.grades]
    assert later.counts["shared_case_file_change"][now.shared.before] == sum(good)


def test_every_number_of_a_page_is_a_rounded_count_or_made_of_them(reports):
    made = r"95% interval|\(by between .*? points\)|\([+−]\d+ points?\)|about \d+ points?"
    for period, page in reports:
        text = re.sub(made, "", page.text)
        assert set(re.findall(r"\d+%", text)) <= page.shares
        counts = {found.replace(",", "") for found in re.findall(r"\d[\d,]*(?![\d%,])", text)}
        assert {one for one in counts - allowed(period) if int(one) % 5} == set()
