"""Full counts: actions, feedback, duties, coverage, census, deadlines, indicators, moderation, themes.

Conventions that the functions share:

- A full count has no sampling error (Cochran, W. G. (1977). Sampling Techniques, 3rd ed., Wiley, 1.3), so its
  rows carry no interval; those who answered a survey chose to, and stand for nobody else. The shares that do
  have one (`action_comparison`, `theme_share`) come from `qaf_lib.analysis`.
- What takes a `table_id` gives a result (`qaf_lib.analysis.results_table`) of that name: `x` counted of `n`,
  and where it is a share `estimate` as a fraction. The mark "z" says that there was nothing to count, "x"
  that it is not known. Names in backquotes are arguments, columns, or measures of the result.
- Shares and targets are fractions from 0 to 1; times, months and days are whole numbers. Days in tables are
  datetime64, missing where what they tell of has not happened. Periods hold their first and last day;
  `as_at` is the last day looked at, and what comes after it is not known yet.
- `actions` and their `events` (`action_id`, `event_no`, `on`, `status`), `feedback`, `audits`, `moderations`
  and `exemptions` have the columns of the kit's contract (docs/data-dictionary.md). `states` of actions are
  what `action_states` gives. `people` are those of the staff table: `staff_id`, `role`, `team_id`,
  `started_on`, `left_on` (the last day in post, missing where not yet left); `exempt` (`staff_id`,
  `starts_on`, `ends_on`) excuses some of them.
- A Series by row has the index of its table. No input is altered. Tables that name people or cases by
  pseudonym (`short`, `still_to_reach`, `longest_gaps`, `repeated_grades`) are for restricted lists only.
- Refused, with an `InputError`: a table without a column that is needed, a list for a Series, a count that is
  negative, missing or not whole, a part above its whole, a word that is not one of those known, an id that
  stands twice.
"""

from __future__ import annotations

from qaf_lib.counting.actions import (
    AGE_BANDS,
    DONE,
    LIVE,
    NOT_SAID,
    STATUSES,
    action_states,
    action_summary,
    actions_by,
    actions_by_owner,
    blocked_days,
    blocks_cleared,
    due_ends,
    live_by_age,
    plan_carried,
    raised_on,
    silent_actions,
    silent_days,
)
from qaf_lib.counting.census import listed_cases, looked_at, plans_open_at_least, window_start
from qaf_lib.counting.deadlines import (
    IN_TIME,
    deadline_counts,
    deadline_states,
    due_days,
    escalation_counts,
    escalation_states,
    lasting_steps,
)
from qaf_lib.counting.duties import (
    DutyCount,
    DutyRequirement,
    duty_states,
    exempt_from,
    not_left_out,
    owners_of,
    state_of,
    tally,
)
from qaf_lib.counting.feedback import (
    WAIT_BANDS,
    complaint_stages,
    complaint_waits,
    feedback_counts,
    instrument_counts,
    item_scores,
    read_scores,
    stage_days,
    survey_reach,
    told_of_outcome,
)
from qaf_lib.counting.indicators import (
    Better,
    TargetVerdict,
    indicator_figures,
    target_state,
    target_verdict,
    whole_figures,
)
from qaf_lib.counting.moderation import (
    STAGE_STATES,
    moderation_due,
    repeated_grades,
    stage_states,
    standing_grades,
)
from qaf_lib.counting.outcomes import (
    action_comparison,
    earlier_done,
    met_again,
    not_acted_on,
    without_action,
)
from qaf_lib.counting.reach import (
    SoFar,
    coverage,
    gap_counts,
    longest_gaps,
    pace,
    so_far,
    still_to_reach,
)
from qaf_lib.counting.spans import (
    Every,
    Span,
    Year,
    expected_times,
    share_in_post,
    spans_of,
    whole_times,
    year_of,
)
from qaf_lib.counting.tables import count_rows
from qaf_lib.counting.themes import (
    FEWEST,
    PLACES,
    TOO_LITTLE,
    agreement,
    answer_counts,
    looked_again,
    place_of,
    theme_chain,
    theme_share,
    verdict_of_share,
    verdict_of_targets,
)

__all__ = [
    "AGE_BANDS",
    "DONE",
    "FEWEST",
    "IN_TIME",
    "LIVE",
    "NOT_SAID",
    "PLACES",
    "STAGE_STATES",
    "STATUSES",
    "TOO_LITTLE",
    "WAIT_BANDS",
    "Better",
    "DutyCount",
    "DutyRequirement",
    "Every",
    "SoFar",
    "Span",
    "TargetVerdict",
    "Year",
    "action_comparison",
    "action_states",
    "action_summary",
    "actions_by",
    "actions_by_owner",
    "agreement",
    "answer_counts",
    "blocked_days",
    "blocks_cleared",
    "complaint_stages",
    "complaint_waits",
    "count_rows",
    "coverage",
    "deadline_counts",
    "deadline_states",
    "due_days",
    "due_ends",
    "duty_states",
    "earlier_done",
    "escalation_counts",
    "escalation_states",
    "exempt_from",
    "expected_times",
    "feedback_counts",
    "gap_counts",
    "indicator_figures",
    "instrument_counts",
    "item_scores",
    "lasting_steps",
    "listed_cases",
    "live_by_age",
    "longest_gaps",
    "looked_again",
    "looked_at",
    "met_again",
    "moderation_due",
    "not_acted_on",
    "not_left_out",
    "owners_of",
    "pace",
    "place_of",
    "plan_carried",
    "plans_open_at_least",
    "raised_on",
    "read_scores",
    "repeated_grades",
    "share_in_post",
    "silent_actions",
    "silent_days",
    "so_far",
    "spans_of",
    "stage_days",
    "stage_states",
    "standing_grades",
    "state_of",
    "still_to_reach",
    "survey_reach",
    "tally",
    "target_state",
    "target_verdict",
    "theme_chain",
    "theme_share",
    "told_of_outcome",
    "verdict_of_share",
    "verdict_of_targets",
    "whole_figures",
    "whole_times",
    "window_start",
    "without_action",
    "year_of",
]
