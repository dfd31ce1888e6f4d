"""Over many keys, the kit's interval holds the planted true share of the synthetic council."""

from datetime import date

import numpy as np
import pandas as pd

from qaf_lib.analysis.stratified import stratified_share
from qaf_lib.sampling import allocate_sample, draw_sample
from qaf_lib.synthetic import case_table, make_council

KEYS = 300


def test_the_interval_holds_the_true_share_of_the_council_in_93_to_98_percent_of_draws():
    council, as_at = make_council(seed=20260630), date(2026, 6, 30)
    truth = council.truth[council.truth["as_at"].astype(str) == str(as_at)]
    cases = case_table(council=council, part="children", as_at=as_at).merge(truth, on="case_id")
    frame = pd.DataFrame({"case_id": cases["case_id"], "stratum": cases["service"]})
    good = cases["true_grade"].isin(["good", "outstanding"]).to_numpy()
    true_share, populations = good.mean(), frame["stratum"].value_counts()
    sizes = allocate_sample(populations=populations, total=94, minimum=5)
    rng, held = np.random.default_rng(1), 0
    for _ in range(KEYS):
        drawn = draw_sample(
            frame=frame.assign(prn=rng.random(len(frame))),
            sizes=sizes,
            starts=pd.Series(0.0, index=sizes.index),
        ).cases
        selected = drawn[drawn["state"] == "selected"].merge(
            pd.DataFrame({"case_id": frame["case_id"], "good": good}), on="case_id"
        )
        counted = selected.groupby("stratum")["good"].agg(["sum", "size"])
        table = pd.DataFrame({"population": populations, "n": counted["size"], "x": counted["sum"]})
        interval = stratified_share(table=table.rename_axis("stratum").reset_index())
        held += interval.low <= true_share <= interval.high
    # 300 draws: two standard errors of a 95% coverage are 2.5 points
    assert 0.925 <= held / KEYS <= 0.985
