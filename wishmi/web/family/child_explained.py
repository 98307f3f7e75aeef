"""The explanation of one child of an application: from its stored facts and its own row of the published list."""

from dataclasses import dataclass

from wishmi.applications.models import Candidacy
from wishmi.applications.snapshots import Origin, stored_facts
from wishmi.awards import selectors as awards
from wishmi.awards.models import StageRow
from wishmi.calls.selectors import document_of, rules_of
from wishmi.core.explanation import Explanation, Place, explain
from wishmi.core.rules.vocabulary import Source
from wishmi.web.explaining import Said, explanation_in_words
from wishmi.web.fact_words import Speech

SAID_BY = {Origin.DECLARED: Source.APPLICANT, Origin.IMPORTED: Source.OFFICE, Origin.CORRECTED: Source.OFFICE}
"""Whom a fact comes from; where it was attested or recorded, the vocabulary names the register."""


@dataclass(frozen=True, slots=True)
class Explained:
    """The explanation as the core gives it, and in the words of the page."""

    told: Explanation
    said: Said


def explained(candidacy: Candidacy, row: StageRow | None) -> Explained | None:
    """Why this child has this outcome; None as long as nothing was sent."""
    if not candidacy.facts:
        return None
    version = row.stage.version if row is not None else candidacy.application.version
    rules = rules_of(version)
    sources = {
        name: SAID_BY[Origin(origin)] for name, origin in candidacy.origins.items() if origin in SAID_BY
    }
    told = explain(rules, stored_facts(candidacy).known(), _place(row), sources)
    speech = Speech(document_of(version).names, rules.unit)
    return Explained(told, explanation_in_words(told, rules, speech))


def _place(row: StageRow | None) -> Place | None:
    if row is None or row.position is None:
        return None
    return Place(
        position=row.position,
        cut_off=row.stage.public_cut_off,
        cut_off_points=awards.last_points_with_money(row.stage),
        awarded=sum(row.shares.values()),
    )
