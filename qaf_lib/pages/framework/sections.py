"""The framework as it was read: its document, readings, standards, lists, reports and what is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from qaf_lib.display.passages import Note
from qaf_lib.display.tables import Table, plain_table
from qaf_lib.display.words import MONTHS, are, count_of, count_words, long_date, often_words
from qaf_lib.frameworks import AuditType, Duty, Framework, Question, Tool, rules_of
from qaf_lib.frameworks.requirement_ids import COUNCILS, requirements
from qaf_lib.frameworks.tools import TagGroup
from qaf_lib.pages import OpenPeriod, cover
from qaf_lib.pages.cover import Section
from qaf_lib.pages.framework.asked import Asked, how_often
from qaf_lib.pages.framework.every import NOT_HELD, NOTHING, answered

_FROM = {
    "case_file": "the file audited",
    "return": "a return",
    "survey": "a survey",
    "register": "a register",
    "self_assessment": "a yearly self-assessment",
}
_NONE = "none named"


def _table(
    name: str, caption: str, headings: Sequence[str], rows: Sequence[Sequence[str]], note: str = ""
) -> Table:
    """A table of the page: closed, since it is looked up; the sentence above it says what it shows."""
    frame = pd.DataFrame([tuple(row) for row in rows], columns=list(headings), dtype="string")
    table = plain_table(frame, table_id=f"framework_{name}", caption=caption, missing="–", note=note)
    return replace(table, folded=True)


def document(period: OpenPeriod) -> Section:
    """The document the rules were read from, and names that have changed since it was written."""
    rules = period.framework
    rows = [("Title", rules.title), ("Source", rules.source)]
    if rules.about:
        rows.append(("Date", rules.about.dated))
        rows += [("Covers", rules.about.covers)] if rules.about.covers else []
        rows += [("Owner's post", rules.about.owner_post)] if rules.about.owner_post else []
    named = [(alias.written, alias.today) for alias in rules.aliases]
    parts: list[object] = [
        Note(f"{rules.source}.{_owner(rules)}{_renamed(len(named))}"),
        _table("document", "The document that the rules were read from", ("What", "Which"), rows),
    ]
    if named:
        caption = "Names in the document that are another today, or stand for the same"
        parts.append(_table("names", caption, ("In the document", "Today"), named))
    return Section(parts)


def _owner(rules: Framework) -> str:
    return f" Kept by the {rules.about.owner_post}." if rules.about and rules.about.owner_post else ""


def _renamed(count: int) -> str:
    return f" {are(count, 'name in it is', 'names in it are')} another today." if count else ""


def readings(period: OpenPeriod) -> Section:
    """Every reading assumed, and the numbers that ambiguous words were given."""
    rules = period.framework
    read = [word for word in rules.assumptions if word.times is not None and word.every is not None]
    parts = [*_assumed(rules), *cover.assumptions(period).folded().parts]
    if not read:
        return Section(parts)
    rows = [
        (
            word.name.replace("_", " "),
            often_words(word.times or 0, word.every or ""),
            _users(rules, word.name),
        )
        for word in read
    ]
    words = _table(
        "words",
        "Words for how often that can be read in two ways, and the number used",
        ("Word", "Read as", "Duties that use it"),
        rows,
    )
    return Section([*parts, words])


def _assumed(rules: Framework) -> list[Note]:
    """How many readings are assumed, and who settles them."""
    count = len(rules.assumptions)
    if not count:
        return []
    who = rules.about.owner_post if rules.about else None
    return [
        Note(
            f"{are(count, 'reading', 'readings')} had to be assumed where the framework is silent or can be "
            f"read in two ways. {f'The {who}' if who else 'Whoever keeps the framework'} should confirm or "
            f"change {'it' if count == 1 else 'each'}."
        )
    ]


def _users(rules: Framework, name: str) -> str:
    return "; ".join(duty.label for duty in rules.duties if duty.assumed == name) or "none"


def standards(period: OpenPeriod) -> Section:
    """Which standards each audit tool covers, by number of checks."""
    rules = period.framework
    if not rules.standards:
        return Section([])
    names = [tool.label or tool.tool_id for tool in rules.tools]
    rows = [
        (standard.label, standard.source, *(_covered(tool, standard.standard_id) for tool in rules.tools))
        for standard in rules.standards
    ]
    rows.append(("No standard of its own", "–", *(_covered(tool, None) for tool in rules.tools)))
    blank = [name for name, tool in zip(names, rules.tools, strict=True) if tool.blank_refused]
    note = "Checks of each tool under each standard; a dash means that the tool does not look at it."
    if any(len(tool.asked) < len(tool.questions) for tool in rules.tools):
        note += " Elsewhere: checks that no audit asks, answered from a survey, a return or a register."
    if blank:
        note += f' Where a check does not apply, {", ".join(blank)} asks for "not applicable", never a blank.'
    caption = "Standards, and how many checks of each audit tool look at them"
    table = _table("standards", caption, ("Standard", "Where it comes from", *names), rows, note)
    return Section([_looked_at(rules), *_kept(period), table])


def _looked_at(rules: Framework) -> Note:
    """How many standards a check of an audit looks at, and those that none does."""
    asked = {question.standard_id for tool in rules.tools for question in tool.asked}
    missed = [standard.label for standard in rules.standards if standard.standard_id not in asked]
    told = f"Audits look at {count_of(len(rules.standards) - len(missed), len(rules.standards))} standards."
    return Note(f"{told} No audit asks about: {'; '.join(missed)}." if missed else told)


def _kept(period: OpenPeriod) -> list[object]:
    """Who keeps the standards that the parameters name, and when each is looked at next."""
    kept, end = period.parameters.standards, period.span.end
    rows = [
        (
            standard.label,
            kept[standard.standard_id].owner_post,
            long_date(kept[standard.standard_id].review_on),
            "overdue" if kept[standard.standard_id].review_on < end else "not overdue",
        )
        for standard in period.framework.standards
        if standard.standard_id in kept
    ]
    if not rows:
        return []
    late = sum(row[-1] == "overdue" for row in rows)
    named = count_of(len(rows), len(period.framework.standards))
    headings = ("Standard", "Kept by", "Next review", f"At {long_date(end)}")
    return [
        Note(
            f"{named} standards have an owner and a date of review in the council's parameter file; the "
            f"review of {count_words(late) if late else 'none'} is overdue."
        ),
        _table("standards_kept", "Who keeps each standard, and when it is reviewed", headings, rows),
    ]


def _covered(tool: Tool, standard_id: str | None) -> str:
    """Checks that audits answer under a standard, and how many more a survey, return or register does."""
    asked, whole = (
        sum(question.standard_id == standard_id for question in some) for some in (tool.asked, tool.questions)
    )
    elsewhere = f"{count_words(whole - asked)} elsewhere" if whole > asked else ""
    return ", ".join([*([count_words(asked)] if asked else []), *([elsewhere] if elsewhere else [])]) or "–"


def checks(period: OpenPeriod) -> Section:
    """Every check of each audit tool: its standard, what it looks at and where the answer comes from."""
    labels = {standard.standard_id: standard.label for standard in period.framework.standards}
    tools = period.framework.tools
    asked = count_words(sum(len(tool.asked) for tool in tools))
    told = Note(f"{are(len(tools), 'audit tool', 'audit tools')} with {asked} checks that audits answer.")
    return Section([told, *(_checks(tool, labels) for tool in tools)])


def _checks(tool: Tool, labels: dict[str, str]) -> Table:
    rows = [
        (
            question.label,
            labels.get(question.standard_id or "", _NONE),
            question.dimension or "not said",
            _FROM[question.evidence],
            _answered(question),
            _asked_of(question, must=question in tool.required),
        )
        for question in tool.questions
    ]
    return _table(
        f"checks_{tool.tool_id.replace('-', '_')}",
        f"{tool.label or tool.tool_id}, version {tool.version}",
        ("Check", "Standard", "Process or outcome", "Answered from", "Answers", "Asked of"),
        rows,
    )


def _answered(question: Question) -> str:
    return ", ".join(question.answers) if question.answers else "a grade of the scale"


def _asked_of(question: Question, *, must: bool) -> str:
    """For which cases a check is, how far back it looks, and whether it may be left blank."""
    if question.evidence != "case_file":
        return "no audit"
    only = question.only_for
    named = [*only.statuses, *only.services] if only else []
    said = [f"{' or '.join(name.replace('_', ' ') for name in named)} alone" if named else "all"]
    said += [f"looks back {question.look_back_months} months"] if question.look_back_months else []
    return "; ".join([*said, *(["must be answered"] if must else [])])


def kinds(period: OpenPeriod) -> Section:
    """The kinds of audit, and what the results of each may be used for."""
    tools = {tool.tool_id: tool.label or tool.tool_id for tool in period.framework.tools}
    kinds = period.framework.audit_types
    rows = [_kind(kind, tools) for kind in kinds]
    covering = "; ".join(kind.label for kind in kinds if kind.counts_towards_coverage)
    estimating = "; ".join(kind.label for kind in kinds if kind.counts_towards_estimates)
    told = (
        f"Count towards coverage: {covering or _NONE}. Estimates of practice rest on: {estimating or _NONE}."
    )
    headings = (
        "Kind of audit",
        "Tool",
        "To be picked",
        "Looks back",
        "Coverage",
        "Estimates",
        "Kept on the record",
    )
    caption = "Kinds of audit: how each is to come up, and whether it counts towards coverage and estimates"
    return Section([Note(told), _table("kinds", caption, headings, rows)])


def _kind(kind: AuditType, tools: dict[str, str]) -> tuple[str, ...]:
    back = f"{kind.look_back_months} months" if kind.look_back_months else "not said"
    used = ("yes" if one else "no" for one in (kind.counts_towards_coverage, kind.counts_towards_estimates))
    kept = "yes" if kind.saved_to_record else "not asked"
    return (kind.label, tools[kind.tool_id], kind.selection.replace("_", " "), back, *used, kept)


def lists(period: OpenPeriod) -> Section:
    """The framework's own lists, such as goals and outcomes, and what the records say of each line."""
    if not period.framework.tags:
        return Section([])
    lists = [_list(period, group) for group in period.framework.tags]
    cells = [row[1] for table in lists for row in table.rows if len(row) > 1]
    silent = sum(cell.startswith((NOTHING, NOT_HELD)) for cell in cells)
    told = f"{count_of(len(cells) - silent, len(cells))} lines are answered from this period's records."
    if silent:
        told += f" Of {are(silent, 'line', 'lines')} nothing is on record."
    return Section([*([Note(told)] if cells else []), *lists])


def _list(period: OpenPeriod, group: TagGroup) -> Table:
    name, heading = f"list_{group.name}", "In the framework's list"
    if not any(tag.answered_by or tag.not_held for tag in group.tags):
        return _table(name, group.label, (heading,), [(tag.label,) for tag in group.tags])
    asked = Asked(period, period.span.start, period.span.end)
    rows = [(tag.label, answered(asked, tag) or NOTHING) for tag in group.tags]
    return _table(name, group.label, (heading, "What the records say"), rows)


def purposes(period: OpenPeriod) -> Section:
    """Who must do what, how often and what for, where the framework gives purposes."""
    rules = period.framework
    given = sum(duty.purpose is not None for duty in rules.duties)
    if not given:
        return Section([])
    told = Note(f"The document says of {count_of(given, len(rules.duties))} duties what they are for.")
    headings = ("Number", "Role", "Task", "How often", "Purpose")
    rows = [_duty(rules, duty) for duty in rules.duties]
    return Section([told, _table("purposes", "Duties and what they are for", headings, rows)])


def _duty(rules: Framework, duty: Duty) -> tuple[str, ...]:
    who = ", ".join(duty.roles) or duty.as_post or _NONE
    return (duty.duty_id, who, duty.label, how_often(rules, duty), duty.purpose or "not given")


def reports(period: OpenPeriod) -> Section:
    """Reports the framework asks for, its programme, outline paper and action plan."""
    rules = period.framework
    parts: list[object] = []
    if rules.reports:
        headings = ("Report", "How often", "Goes to", "Headings")
        rows = [
            (
                report.label,
                _due(report.every, report.due_month),
                "; ".join(report.to) or "not said",
                "; ".join(heading.label for heading in report.headings) or _NONE,
            )
            for report in rules.reports
        ]
        asked = are(len(rows), "report", "reports")
        parts.append(Note(f"The framework asks for {asked}; the page on reports has what each says."))
        parts.append(_table("reports", "Reports that the framework asks for", headings, rows))
    layouts = _layouts(rules)
    if layouts:
        caption = "Columns and headings of the programme, the outline paper and the action plan"
        parts.append(_table("layouts", caption, ("What", "Columns or headings"), layouts))
    return Section(parts)


def _due(every: str | None, month: int | None) -> str:
    often = often_words(1, every) if every else "not said"
    return f"{often}, in {MONTHS[month - 1]}" if month else often


def _layouts(rules: Framework) -> list[tuple[str, str]]:
    rows = []
    if rules.programme:
        rows += [(f"Programme: {block.label}", "; ".join(block.columns)) for block in rules.programme.blocks]
        outline = "; ".join(heading.label for heading in rules.programme.outline)
        rows += [("Outline paper", outline)] if outline else []
    if rules.action_plan:
        rows.append(("Action plan", "; ".join(column.label for column in rules.action_plan.columns)))
    return rows


def not_computed(period: OpenPeriod) -> Section:
    """Rules of the document that no figure of the kit answers, with the reason."""
    left = period.framework.not_computed
    if not left:
        return Section(_all_placed(period.framework))
    rows = [(", ".join(part.requirements), part.because) for part in left]
    caption = "Rules of the document that the kit does not compute"
    note = "The page frameworks.md in the folder docs says of every other rule where it is honoured."
    told = are(len(rows), "part of the document is", "parts of the document are")
    return Section(
        [
            Note(f"{told} not computed; the table says why."),
            _table("not_computed", caption, ("Rule", "Why not"), rows, note),
        ]
    )


def _all_placed(rules: Framework) -> list[Note]:
    """Says that no rule of the document is missing, where its rules are listed by id and all are found."""
    listed = {row.id for row in requirements() if COUNCILS[row.id[:3]] == rules.framework}
    found = {id_ for _, _, ids in rules_of(rules) for id_ in ids}
    if not listed or listed - found:
        return []
    rules_read = count_words(len(listed))
    return [Note(f"Each of the {rules_read} rules read from the document has a place on these pages.")]
