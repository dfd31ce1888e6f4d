"""A council without Annex A brings its plans as a table of its own."""

from qaf_lib import open_period

LISTS = """\
census_lists:
  - {name: long, label: Plans of 18 months or more, plan_kind: cp, open_at_least_months: 18, inclusive: true,
     every: quarter, looked_at_by: dip}
deadlines:
"""


def test_plans_from_a_csv_file_are_listed_by_their_own_reference(project):
    # the period ends on 30 September 2025: 18 months after 30 March 2024, 17 after the plan of April
    project.add_records(
        "plan",
        "case_id,kind,started_on,ended_on,previous,out_of_area\n"
        "0071000,cp,2024-03-30,,0,\n0071001,cp,2024-04-15,,0,\n0071002,cla,2020-01-01,,,true\n",
    )
    project.change("parameters/frameworks/tiny.yml", "deadlines:\n", LISTS)
    (listed,) = open_period(project.file).census
    row = listed.counts.query("measure == 'looked_at'").iloc[0]
    assert row["n"] == 1
