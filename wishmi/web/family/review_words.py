"""What a family answered, line by line, before it sends."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from wishmi.applications.declarations import ISEE, declared_names
from wishmi.core.rules.vocabulary import FACTS_OF_ONE
from wishmi.people.models import Person
from wishmi.web.fact_forms import said
from wishmi.web.family.answers_apply import Desk
from wishmi.web.family.forms_apply import CHILDREN, ROLE, parts_of
from wishmi.web.templatetags.web import money
from wishmi.web.words import FACTS, word


@dataclass(frozen=True, slots=True)
class Line:
    """One answer: of which screen (empty where nobody is asked), about what, and what it says."""

    part: str
    about: str | Promise
    says: object
    is_attested: bool = False


def answers_of(desk: Desk) -> list[Line]:
    """Who applies, for whom, and every fact the call asks: also what the registers say."""
    return list(_lines(desk))


def _lines(desk: Desk) -> Iterator[Line]:
    screens = {part.name for part in parts_of(desk)}
    applicant = next(one for one in desk.persons if one.pk == desk.actor.person)
    role = word("role", str(desk.answers[ROLE]))
    yield Line(ROLE if ROLE in screens else "", _("Who applies"), f"{applicant.full_name}, {role}")
    names = ", ".join(one.full_name for one in desk.chosen)
    yield Line(CHILDREN if CHILDREN in screens else "", _("Who it is for"), names)
    declared = declared_names(desk.call.rules.facts)
    for name in desk.call.rules.facts:
        if name == ISEE[0]:
            says = money(desk.isee.cents) if desk.isee else _("none")
            yield Line("", FACTS[name], says, is_attested=desk.isee is not None and desk.isee.attested)
        elif name in declared and name not in FACTS_OF_ONE:
            yield _line(desk, name, None)
    for name in declared:
        if name in FACTS_OF_ONE:
            yield from (_line(desk, name, person) for person in desk.chosen)


def _line(desk: Desk, name: str, person: Person | None) -> Line:
    about = f"{FACTS[name]}: {person.given_name}" if person else FACTS[name]
    pk = person.pk if person else None
    named = desk.call.names_of(name)
    if desk.attested(name, person):
        return Line("", about, said(name, desk.registered[pk][name], named), is_attested=True)
    known = desk.declared.children.get(pk, {}) if pk is not None else desk.declared.household
    return Line(name, about, said(name, known[name], named))
