"""Agreement with R's ratesci: its articles basic_contrasts, paired_contrasts and
single_rate (1.1.1), and its tests (tests/testthat/test3.R, 0.5.0, which repeat published examples)."""

import pandas as pd
import pytest

from qaf_lib.analysis import miettinen_nurminen, overlapping_change, share_interval
from qaf_lib.analysis.intervals import newcombe_difference, paired_difference


def test_miettinen_nurminen_is_rdci():
    # rdci(5, 56, 0, 29): Miettinen-Nurminen -0.0326, 0.1933; scoreci(skew = FALSE) in test3.R
    found = miettinen_nurminen(x1=5, n1=56, x2=0, n2=29)
    assert (found.estimate, found.low, found.high) == pytest.approx((0.0893, -0.0326, 0.1933), abs=5e-5)


def test_newcombes_interval_is_moverci_with_wilson():
    # moverci(5, 56, 0, 29, type = "wilson"): -0.03813715, 0.08928571, 0.19256
    found = newcombe_difference(x1=5, n1=56, x2=0, n2=29)
    assert (found.low, found.estimate, found.high) == pytest.approx(
        (-0.03813715, 0.08928571, 0.19256), abs=5e-8
    )


@pytest.mark.parametrize(
    ("table", "confidence", "low", "high", "digits"),
    [
        # rdpairci(c(1, 1, 7, 12)): AS(Tango); the others pairbinci(method_RD = "Score", skew, bcf = FALSE)
        ((1, 1, 7, 12), 0.95, -0.5172, -0.0260, 4),
        ((4, 9, 3, 16), 0.95, -0.027, 0.390, 3),
        ((43, 0, 1, 0), 0.90, -0.096, 0.037, 3),
        ((53, 16, 8, 9), 0.95, -0.020, 0.207, 3),
        ((8, 3, 1, 2), 0.95, -0.1670, 0.4327, 4),
        ((7, 25, 2, 68), 0.95, 0.139, 0.321, 3),
    ],
)
def test_the_paired_difference_is_tangos_by_pairbinci(table, confidence, low, high, digits):
    found = paired_difference(
        first_only=table[1], second_only=table[2], pairs=sum(table), confidence=confidence
    )
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.51 * 10**-digits)


@pytest.mark.parametrize(
    ("table", "low", "high", "digits"),
    [
        # rdpairci(c(1, 1, 7, 12)): MOVER-NW; the others pairbinci(method_RD = "MOVER_newc", "wilson")
        ((1, 1, 7, 12), -0.5069, -0.0256, 4),
        ((20, 12, 2, 16), 0.0562, 0.3292, 4),
        ((8, 3, 1, 2), -0.1574, 0.4136, 4),
        ((7, 25, 2, 68), 0.133, 0.318, 3),
    ],
)
def test_newcombes_paired_interval_is_moverpairci(table, low, high, digits):
    both, first_only, second_only, neither = table
    cases = [("yes", "yes")] * both + [("no", "yes")] * first_only
    cases += [("yes", "no")] * second_only + [("no", "no")] * neither
    found = overlapping_change(
        responses=pd.DataFrame(cases, columns=["before", "after"]),
        grades=["no", "yes"],
        band=["yes"],
        table_id="t",
    )
    change = found.set_index("measure").loc["change", ["low", "high"]]
    assert change.tolist() == pytest.approx([low, high], abs=0.51 * 10**-digits)


@pytest.mark.parametrize(
    ("x", "n", "low", "high"),
    [
        (1, 29, 0.0061, 0.1718),  # wilsonci
        (15, 148, 0.0624, 0.1605),  # wilsonci
        (0, 20, 0.0, 0.1684),  # exactci(midp = FALSE): ours is exact where none is counted
    ],
)
def test_the_interval_of_a_share_is_wilsonci_or_exactci(x, n, low, high):
    found = share_interval(x=x, n=n)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5.1e-5)
