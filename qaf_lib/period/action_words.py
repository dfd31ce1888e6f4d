"""What pages and documents say for the words that records of actions hold."""

from __future__ import annotations

from types import MappingProxyType

__all__ = ["KIND_WORDS", "ROUTE_WORDS", "SOURCE_WORDS", "WHOM_WORDS"]

ROUTE_WORDS = MappingProxyType(
    {
        "training": "More training",
        "commission": "New commission",
        "coaching": "Coaching",
        "e_learning": "E-learning",
        "briefing": "One-minute briefing",
        "policy": "Policy or guide",
    }
)
KIND_WORDS = MappingProxyType(
    {"corrective": "Corrective: puts something right", "preventive": "Preventive: keeps it from happening"}
)
WHOM_WORDS = MappingProxyType({"one case": "One file", "the service": "How things work (structural)"})
SOURCE_WORDS = MappingProxyType(
    {
        "audit": "Audit",
        "moderation": "Moderation",
        "complaint": "Complaint",
        "indicator": "Performance figures",
        "board": "Board",
        "inspection": "Inspection",
        "scrutiny_panel": "Scrutiny panel",
        "multi_agency": "Multi-agency audit",
        "observation": "Observation of practice",
        "survey": "Survey",
        "incident_review": "Review after an incident",
    }
)
