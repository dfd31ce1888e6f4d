"""Invented free text: what auditors, moderators, families and managers wrote, with invented first names."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

__all__ = [
    "INVENTED_NAMES",
    "action_text",
    "complaint",
    "compliment",
    "evidence",
    "moderator_note",
    "progress_text",
    "survey_comment",
]

INVENTED_NAMES = (
    "Brindola",
    "Corvanto",
    "Dellimor",
    "Estrinda",
    "Fenwillow",
    "Gorrimund",
    "Hallisby",
    "Ivernella",
    "Jorvanna",
    "Kestovar",
    "Lumindra",
    "Mirrowen",
    "Nollister",
    "Orsimond",
    "Pellatine",
    "Quenderly",
    "Rossavine",
    "Silvabeth",
    "Torrigan",
    "Ulmarine",
    "Vantessor",
    "Wrenolda",
    "Yarrovic",
    "Zephirose",
)
_GOOD = (
    "{name} chose the picture cards and the worker wrote down every word about the blue caravan.",
    "The plan names what {name}'s gran will do on the two evenings that worry everybody most.",
    "Visits to {name} were steady through the move to the lighthouse cottage.",
    "The chronology was brought up to date before the meeting that {name} asked for.",
    "{name}'s mother says she was heard the first time, about the stairs and the dog.",
)
_POOR = (
    "{name} was seen in the kitchen only, with the washing machine running, and not alone.",
    "The plan for {name} has nine tasks and no dates beside any of them.",
    "It is hard to find why {name} went back to the flat above the bakery.",
    "Supervision of {name}'s case repeats the same paragraph four months running.",
    "{name}'s father was not asked, although he collects the twins each Friday.",
)
_NOTES_SAME = (
    "Moderator agreed after reading {name}'s last three visits.",
    "Grade stands; the voice of {name} is well evidenced on the green form.",
)
_NOTES_CHANGED = (
    "Grade changed: the safety plan for {name} was not on the file in June.",
    "Grade changed after the moderator spoke with {name}'s worker about the missing review.",
)
_ACTIONS = (
    "Visit {name} alone before the end of term and record it on the purple sheet.",
    "Rewrite {name}'s plan with the aunt from the market stall and put a date on every task.",
    "Bring {name}'s chronology up to date and talk it through in supervision.",
    "Ask {name} how the move to the new school felt, with the weather cards.",
    "Hold a family network meeting about who sleeps where when {name}'s mum works nights.",
)
_PROGRESS = (
    "Spoke with {name} on the allotment; the second visit is booked.",
    "Plan shared with {name}'s carers, who asked for two changes.",
    "Waiting for the school to answer about {name}'s breakfast club.",
)
_SURVEY = (
    "She always rang when she said she would, and {name} liked the drawing game.",
    "We had three workers in a year and {name} had to start again each time.",
    "They helped us with the landlord and now {name} sleeps through.",
    "Nobody told {name} what happened after the big meeting.",
    "The sessions at the old library made mornings calmer for {name}.",
)
_COMPLAINT = (
    "I was told about the meeting for {name} the night before, by a text message.",
    "My letter about {name}'s bus pass was not answered for seven weeks.",
    "The report says things about {name} that we never said.",
)
_COMPLIMENT = (
    "Thank you for the way you sat with {name} on the wall outside court.",
    "The worker made {name} laugh on the worst day of the summer.",
)


def _say(sentences: Sequence[str], rng: np.random.Generator) -> str:
    name = INVENTED_NAMES[int(rng.integers(0, len(INVENTED_NAMES)))]
    return sentences[int(rng.integers(0, len(sentences)))].format(name=name)


def evidence(*, good: bool, rng: np.random.Generator) -> str:
    """What an auditor wrote under a question."""
    return _say(_GOOD if good else _POOR, rng)


def moderator_note(*, changed: bool, rng: np.random.Generator) -> str:
    """What a moderator wrote."""
    return _say(_NOTES_CHANGED if changed else _NOTES_SAME, rng)


def action_text(*, rng: np.random.Generator) -> str:
    """What is to be done about a case."""
    return _say(_ACTIONS, rng)


def progress_text(*, rng: np.random.Generator) -> str:
    """How far an action has come."""
    return _say(_PROGRESS, rng)


def survey_comment(*, rng: np.random.Generator) -> str:
    """What a child or parent wrote in a survey."""
    return _say(_SURVEY, rng)


def complaint(*, rng: np.random.Generator) -> str:
    """What a complaint says."""
    return _say(_COMPLAINT, rng)


def compliment(*, rng: np.random.Generator) -> str:
    """What a compliment says."""
    return _say(_COMPLIMENT, rng)
