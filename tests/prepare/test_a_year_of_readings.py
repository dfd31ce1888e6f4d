"""Four quarters read from one rolling log, from a file a quarter, and from two files: the right audits count."""

from dataclasses import dataclass, field

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qaf_lib.parameters import load_parameters
from qaf_lib.prepare import Orders
from qaf_lib.prepare.readings import Reading
from qaf_lib.prepare.recording import RegisterWriter
from qaf_lib.register import TABLES, Register, typed

QUARTERS = ["2025-26 Q1", "2025-26 Q2", "2025-26 Q3", "2025-26 Q4"]
STARTS = [pd.Timestamp(day) for day in ("2025-04-01", "2025-07-01", "2025-10-01", "2026-01-01", "2026-04-01")]
GRADES = ["inadequate", "requires improvement", "good", "outstanding"]
KEY = bytes(32)


@dataclass
class Log:
    """A council's log of audits: each id's day and grade as the log has them now."""

    rows: dict[str, tuple[pd.Timestamp, str]] = field(default_factory=dict)
    made: int = 0

    def edit(self, quarter, edit):
        what, which, amount = edit
        ids = sorted(self.rows)
        if what == "add" or not ids:
            self.made += 1
            self.rows[f"A-{self.made:03}"] = (STARTS[quarter] + pd.Timedelta(days=amount), GRADES[which % 4])
            return
        name = ids[which % len(ids)]
        day, grade = self.rows[name]
        if what == "grade":
            self.rows[name] = (day, GRADES[amount % 4])
        elif what == "day":
            first = max(start for start in STARTS if start <= day)
            self.rows[name] = (first + pd.Timedelta(days=amount), grade)
        else:
            del self.rows[name]


def files(log, quarter, way):
    """The rows that the council's files hold at the end of a quarter."""
    start = STARTS[quarter] if way == "a file a quarter" else STARTS[0]
    return {name: row for name, row in log.rows.items() if start <= row[0] < STARTS[quarter + 1]}


def frame(rows):
    made = {
        "audit_id": list(rows),
        "case_id": [f"case-{int(name[2:]) % 12}" for name in rows],
        "audited_on": [day for day, _ in rows.values()],
        "overall_grade": [grade for _, grade in rows.values()],
    }
    full = pd.DataFrame(made).reindex(columns=TABLES["audit"].names())
    same = {
        "unit": "child",
        "audit_type": "case_file",
        "selection": "random",
        "tool_id": "tiny",
        "tool_version": "1",
    }
    full = full.assign(**same, origin="import", source_sha256="x", source_row=range(2, 2 + len(full)))
    return typed(full, TABLES["audit"].columns).assign(made_id=False)


@pytest.fixture
def year(project):
    """The parameters of each quarter, and the cases that its draw is made from."""
    made = []
    for quarter, label in enumerate(QUARTERS):
        opening = (STARTS[quarter] - pd.Timedelta(days=1)).date()
        project.change("parameters/tiny.yml", "2025-26 Q2" if not made else QUARTERS[quarter - 1], label)
        before = "2025-06-30" if not made else str((STARTS[quarter - 1] - pd.Timedelta(days=1)).date())
        project.change("parameters/tiny.yml", before, str(opening))
        made.append(load_parameters(project.file))
    return made


def cases():
    made = pd.DataFrame({"case_id": [f"case-{n}" for n in range(12)]}).reindex(columns=TABLES["case"].names())
    same = {"snapshot_id": "s", "unit": "child", "service": "Care", "team_id": "T1", "status": "looked_after"}
    return typed(
        made.assign(**same, opened_on=pd.Timestamp("2020-01-01"), restricted_record=False),
        TABLES["case"].columns,
    )


def read(register, parameters, rows, *, parts):
    span = parameters.span
    reading = Reading(
        table="audit",
        period=span,
        days=((pd.Timestamp(span.start), pd.Timestamp(span.end)),),
        sources=("audit.csv",),
        sha256s="x",
        rows=pd.concat(parts(frame(rows))),
    )
    orders = Orders(withdraw="as the year goes")
    writer = RegisterWriter(parameters=parameters, register=register, key=KEY, by="me", orders=orders)
    writer.add_sources(snapshots={"case": cases()}, readings=[reading], drawn_from=["s"])


PARTS = {
    "one rolling log": lambda rows: [rows],
    "a file a quarter": lambda rows: [rows],
    "two files": lambda rows: [rows.iloc[::2], rows.iloc[1::2]],
}
EDITS = st.lists(
    st.tuples(
        st.sampled_from(["add", "add", "add", "grade", "day", "remove"]),
        st.integers(0, 30),
        st.integers(0, 89),
    ),
    max_size=6,
)


@pytest.mark.parametrize("way", PARTS)
@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=st.lists(EDITS, min_size=4, max_size=4))
def test_after_each_quarter_the_audits_that_count_are_those_of_the_newest_reading_of_their_days(
    year, tmp_path, way, edits
):
    log, expected = Log(), {}
    with Register.in_memory(tmp_path / "none.sqlite") as register:
        for quarter, parameters in enumerate(year):
            for edit in edits[quarter]:
                log.edit(quarter, edit)
            held = files(log, quarter, way)
            expected = {
                name: row
                for name, row in expected.items()
                if not STARTS[quarter] <= row[0] < STARTS[quarter + 1] or name in held
            } | held
            read(register, parameters, held, parts=PARTS[way])
            standing = register.read("audit").set_index("audit_id")
            counted = dict(
                zip(
                    standing.index,
                    zip(standing["audited_on"], standing["overall_grade"], strict=True),
                    strict=True,
                )
            )
            assert counted == expected
            seq = register.last_seq()
            read(register, parameters, held, parts=PARTS[way])  # the same files again
            assert register.last_seq() == seq
