"""Figures that a council gives a region, for tests."""

from qaf_lib.exchange import AuditFigures, Figures

GRADES = ["inadequate", "requires improvement", "good", "outstanding"]


def figures(council, counts, *, effect=1.0, grades=GRADES, band=2, **changed):
    """Figures of a council with one kind of audit, by grade from the worst; none where nobody was graded."""
    audits = [
        AuditFigures(
            label="Case file audit",
            counts=dict(zip(grades, counts, strict=True)),
            drawn="Picked at random from one list.",
            design_effect=effect,
        )
    ]
    told = {
        "kit_version": "0.2.0",
        "council": council,
        "period": "2025-26 Q2",
        "edition": 1,
        "synthetic": False,
        "framework": f"Framework of {council}",
        "unit": "child",
        "population": "Open cases.",
        "grades": grades,
        "band": grades[-band:],
        "band_label": "good or better",
        "moderation": "Nobody looks again.",
        "looked_at_again": None,
        "kept_their_grade": None,
        "open_cases": 300,
        "audited": 60,
        "audits": audits if sum(counts) else [],
    }
    return Figures(**{**told, **changed})
