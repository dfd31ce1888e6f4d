"""What a region may know of a shared edition: figures and terms that stand on its page, and no other."""

from __future__ import annotations

from qaf_lib.display.words import STATUS_WORDS, listed, percent
from qaf_lib.exchange import AuditFigures, Figures
from qaf_lib.frameworks import Framework
from qaf_lib.pages import OpenPeriod
from qaf_lib.pages.shared.answers import SharedAudits
from qaf_lib.parameters import Parameters
from qaf_lib.register import Register
from qaf_lib.register.pairing import paired_key


def figures_of(period: OpenPeriod, edition: int) -> Figures:
    """The figures of a period's report for partners, as it shows them."""
    shared, rules, parameters = period.shared, period.framework, period.parameters
    looked, kept = (
        (int(shared.moderation["n"].iloc[0]), int(shared.moderation["x"].iloc[0]))
        if len(shared.moderation)
        else (None, None)
    )
    cases, audited = (
        (int(shared.coverage["n"].iloc[0]), int(shared.coverage["x"].iloc[0]))
        if len(shared.coverage)
        else (None, None)
    )
    return Figures(
        kit_version=period.facts["kit_version"],
        council=parameters.council,
        period=parameters.period,
        edition=edition,
        synthetic=parameters.synthetic is not None,
        framework=rules.title,
        unit=rules.unit,
        population=population(rules),
        grades=rules.scale.grades,
        band=rules.scale.headline.grades,
        band_label=rules.scale.headline.label,
        moderation=moderation(rules),
        looked_at_again=looked,
        kept_their_grade=kept,
        open_cases=cases,
        audited=audited,
        audits=[_audit(found, rules) for found in shared.audits if len(found.grades)],
    )


def _audit(found: SharedAudits, rules: Framework) -> AuditFigures:
    counts = dict(zip(found.grades["row_key"], found.grades["x"].astype(int), strict=True))
    return AuditFigures(
        label=found.label,
        counts={grade: int(counts[grade]) for grade in rules.scale.grades},
        drawn=found.drawn,
        design_effect=found.design_effect,
    )


def population(rules: Framework) -> str:
    """Which cases could be picked, in the framework's words."""
    asked, words = rules.eligibility, rules.words
    statuses = listed([STATUS_WORDS.get(status, status) for status in asked.statuses], "or")
    who = {"child": words.children, "family": words.families}.get(rules.unit, rules.unit)
    of = "" if who == words.cases else f" of {who}"
    told = f"Open {words.cases}{of}, by status: {statuses}"
    if asked.open_at_least_days:
        told += f", for {asked.open_at_least_days} days or more"
    if asked.not_audited_within_months:
        told += f", not audited in the {asked.not_audited_within_months} months before"
    return f"{told}; restricted records left out." if asked.leave_out_restricted else f"{told}."


def moderation(rules: Framework) -> str:
    """Which grades a second person looks at again, by the framework."""
    rule, audits = rules.moderation, rules.words.audits
    if rule is None:
        return "The framework asks for no second look."
    parts = [f"{percent(rule.random_share)} of {audits}, picked at random"] * bool(rule.random_share)
    parts += [f"{audits} graded {listed(rule.trigger_grades, 'or')}"] * bool(rule.trigger_grades)
    parts += [f"a draw of completed {audits}"] * bool(rule.drawn_as)
    seen = "sees" if rule.moderator_sees_grade else "does not see"
    return f"A second person looks again at {listed(parts) or f'some {audits}'}, and {seen} the grade."


def scale_words(rules: Framework) -> str:
    """The grades, best first, and those that the share counts."""
    band = rules.scale.headline
    return (
        f"The scale, best first: {', '.join(rules.scale.grades[::-1])}. {band.label[:1].upper()}"
        f"{band.label[1:]} is {listed(band.grades[::-1], 'or')}."
    )


def drawn_words(period: OpenPeriod, found: SharedAudits) -> str:
    """How cases were picked, and how much that takes from what they tell."""
    told = f"{found.label}: {found.drawn}"
    if found.design_effect == 1:
        return told
    return (
        f"{told} {period.framework.words.cases.capitalize()} stand for more or fewer others by where they "
        f"were picked: {found.design_effect} of them tell as much as one would if all had had the same "
        "chance (design effect)."
    )


def signing_secret(parameters: Parameters) -> bytes:
    """The key that the council's register was begun with, from which its signatures follow."""
    with Register(parameters.vault / "register.sqlite") as register:
        return paired_key(parameters, register, keep=False)
