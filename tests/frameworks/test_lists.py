"""A list that pages call the framework's own is whole: as long as the document says."""

from pathlib import Path

import pytest

from qaf_lib.frameworks import load_framework

FOLDER = Path(__file__).resolve().parents[2] / "parameters" / "frameworks"

SIZES = {
    "leeds": {
        "focus_areas": 9,
        "aims": 3,
        "purposes": 5,
        "modes": 3,
        "evaluation_elements": 6,
        "evaluation_questions": 3,
        "evaluation_features": 5,
    },
    "portsmouth": {
        "vision": 2,
        "delivery": 4,
        "member_bodies": 3,
        "panels": 2,
        "goals": 8,
        "components": 6,
        "outcomes": 4,
        "participation_stages": 3,
        "cycle": 4,
        "focus_group_topics": 7,
        "key_work_aspects": 6,
        "gone_through": 3,
    },
    "lincolnshire": {
        "improvement_stages": 4,
        "principles": 10,
        "outcomes": 4,
        "vision": 4,
        "quality_principles": 9,
        "qualities": 7,
        "activity_areas": 4,
        "learning_routes": 5,
        "feedback_places": 6,
        "readiness": 5,
        "participation_areas": 6,
        "purposes": 5,
        "underpinnings": 7,
        "report_uses": 4,
        "answering": 3,
        "seven_standards": 8,
        "complaint_stages": 4,
    },
    "durham": {
        "strands": 6,
        "reflection": 3,
        "methods": 5,
        "champion_topics": 6,
        "champion_guidance": 5,
        "champion_network": 7,
        "plan_priorities": 3,
        "evidence_asks": 8,
        "practice_framework": 1,
    },
}
"""Lists of each framework and how many each has in the document."""


@pytest.mark.parametrize("council", SIZES)
def test_every_list_of_a_framework_is_whole(council):
    groups = load_framework(folder=FOLDER, name=council).tags
    assert {group.name: len(group.tags) for group in groups} == SIZES[council]


@pytest.mark.parametrize("council", ["portsmouth", "durham"])
def test_a_list_whose_names_are_lost_from_the_document_says_so(council):
    labels = [group.label for group in load_framework(folder=FOLDER, name=council).tags]
    assert any("are lost" in label for label in labels)


def test_durham_s_sources_are_those_of_numbers_with_money_apart_of_words_and_of_impact():
    sources = load_framework(folder=FOLDER, name="durham").sources
    named = {
        id_: sum(id_ in source.requirements for source in sources) for id_ in ("DUR-5", "DUR-6", "DUR-7")
    }
    # one row for each kind of record: the four of numbers are six such kinds, the seven of words twenty;
    # what inspectors, peers and practitioners say stands under words and under impact
    assert named == {"DUR-5": 6, "DUR-6": 20, "DUR-7": 8}
