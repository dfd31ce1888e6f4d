"""What a draw was for, which cases it was made from and how, in plain words."""

from __future__ import annotations

from qaf_lib.dates import add_months
from qaf_lib.display.words import count_words, long_date, percent
from qaf_lib.frameworks.scale import Words
from qaf_lib.period import OpenPeriod
from qaf_lib.period.sample import Sample

__all__ = ["cases_of", "how_drawn", "left_out", "what_for"]

_PLANS = {
    "cin": "a child in need plan",
    "cp": "a child protection plan",
    "cla": "a time in care",
    "early_help": "an early help plan",
}


def cases_of(period: OpenPeriod, sample: Sample) -> str:
    """The cases that a draw was made from, as a noun in the plural."""
    words, asked = period.framework.words, sample.asked
    if asked.from_plans is not None:
        return f"{words.cases} with {_PLANS[asked.from_plans.kind]}"
    if asked.from_audited is None:
        return words.cases
    graded = f" {' or '.join(asked.from_audited.grades)}" if asked.from_audited.grades else ""
    return f"{words.cases} audited before{' and graded' if graded else ''}{graded}"


def what_for(period: OpenPeriod, sample: Sample) -> str:
    """What the draw was for, and of which cases it speaks."""
    words, asked = period.framework.words, sample.asked
    if asked.from_audited is not None:
        kind = period.framework.audit_type(asked.from_audited.audit_type)
        months = _months(asked.from_audited.within_months)
        return (
            f"A second look at {words.cases} of {kind.label.lower() if kind else 'an audit'} in the {months} "
            f"before its days: it speaks of those {count_words(sample.eligible)} {words.cases} alone."
        )
    if asked.from_plans is not None:
        until = period.parameters.caseload.opening.as_at
        since = add_months(until, -asked.from_plans.within_months)
        return (
            f"It speaks of the {words.cases} that had {_PLANS[asked.from_plans.kind]} on any day from "
            f"{long_date(since)} to {long_date(until)}, open or closed since, and of no others."
        )
    if asked.every_case:
        return f"Every {words.case} that could be drawn was: a full count, with nothing left to chance."
    if asked.discover is not None:
        return (
            f"A search for a problem that {percent(asked.discover)} of the {words.cases} or more would have."
        )
    if asked.improvement is not None:
        return "The first of two samples: the second is to show whether practice has improved."
    return f"Picked by chance, so that a part of the {words.cases} speaks of all that could be drawn."


def how_drawn(period: OpenPeriod, sample: Sample) -> list[str]:
    """How many of each stratum or month, and in which order the list stood, where the plan says so."""
    words, asked, lines = period.framework.words, sample.asked, []
    each = " and ".join(_column(words, column) for column in asked.spread)
    if asked.cases_per_stratum is not None:
        named = {**period.team_names}
        others = "".join(
            f", {count_words(count)} of {named.get(name, name)}"
            for name, count in sorted(asked.cases_in.items())
        )
        lines.append(
            f"{count_words(asked.cases_per_stratum)} of each {each}{others}, or all where there are fewer; "
            "each counts for as many as it was drawn from."
        )
    if asked.share_per_stratum is not None:
        lines.append(
            f"{percent(asked.share_per_stratum, 1)} of the {words.cases} of each {each}, rounded up."
        )
    if asked.spread_over is not None:
        whose = words.teams if asked.spread_over == "team_id" else words.workers
        lines.append(
            f"The list was in the order of {whose}, and {words.cases} were taken at equal steps: nobody's "
            f"{words.cases} were drawn more often than their share, rounded up."
        )
    if asked.every == "month":
        months = ", ".join(
            f"{draw.covers_from:%B} {count_words(int(draw.drawn))}" for draw in sample.by_draw.itertuples()
        )
        lines.append(f"Drawn month by month from one list: {months}.")
    return lines


def left_out(period: OpenPeriod, sample: Sample) -> list[str]:
    """Services and teams that the parameters leave out of the draw."""
    words, asked, names = period.framework.words, sample.asked, period.team_names
    teams = [names.get(team, team) for team in asked.leave_out_teams]
    lines = []
    for one, many, named in (
        (words.service, words.services, asked.leave_out_services),
        (words.team, words.teams, teams),
    ):
        if named:
            what, were = (one, "was") if len(named) == 1 else (many, "were")
            lines.append(f"The {what} {', '.join(named)} {were} left out, as the parameters ask.")
    return lines


def _column(words: Words, column: str) -> str:
    named = {"service": words.service, "team_id": words.team, "worker_id": words.worker}
    return named.get(column, column)


def _months(count: int) -> str:
    return "month" if count == 1 else f"{count} months"
