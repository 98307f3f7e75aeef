"""A draft as the editor shows it: its newest text, what is wrong with it where, and what it says in plain words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.http import Http404

from wishmi.calls.document import CallDocument, DocumentRefused, Finding, parse_call
from wishmi.calls.document_sections import CallBody
from wishmi.calls.document_yaml import Tree, read_yaml
from wishmi.calls.drafting import parties_waiting
from wishmi.calls.models import Call, CallDraft, CallVersion, DraftParty, DraftRemark, DraftRevision
from wishmi.calls.selectors import windows_as_written
from wishmi.web import formats
from wishmi.web.public.call_words import CallInWords

SECTIONS = tuple(name for name in CallBody.model_fields if name != "format")
"""The sections of a document in their order, which is that of the editor's pages; its format is not for authors."""


@dataclass(frozen=True)
class Text:
    """One text of a draft, read as far as it can be; `number` is that of its revision, 0 for one not kept."""

    text: str
    number: int = 0

    @cached_property
    def _parsed(self) -> CallDocument | list[Finding]:
        try:
            return parse_call(self.text.encode())
        except DocumentRefused as refused:
            return list(refused.findings)

    @property
    def document(self) -> CallDocument | None:
        """The document it is, where nothing is wrong with it."""
        return self._parsed if isinstance(self._parsed, CallDocument) else None

    @property
    def findings(self) -> list[Finding]:
        """What is wrong with it, in the order of the lines."""
        return [] if isinstance(self._parsed, CallDocument) else self._parsed

    @cached_property
    def tree(self) -> Tree:
        """Its tree of text; None where it is no YAML, so that only its letters can be worked on."""
        try:
            return read_yaml(self.text.encode(), "call.yaml").tree
        except DocumentRefused:
            return None

    @property
    def has_form(self) -> bool:
        """Whether its sections can be shown as forms."""
        return isinstance(self.tree, dict)

    def by_place(self) -> dict[str, list[str]]:
        """The sentences of the findings by their place."""
        found: dict[str, list[str]] = {}
        for finding in self.findings:
            found.setdefault(finding.path, []).append(finding.sentence)
        return found

    def reading(self) -> CallInWords | None:
        """The call in plain words, where nothing is wrong with it."""
        document = self.document
        if document is None:
            return None
        rules, language = document.rules(), formats.current_language()
        return CallInWords(
            call=Call(code=rules.code, title=document.texts.title.it),
            version=CallVersion(number=rules.version, document=self.text),
            document=document,
            rules=rules,
            title=document.texts.title.in_language(language),
            text_language=document.texts.title.language_of(language),
            summary=document.texts.summary.in_language(language),
            state="upcoming",
            use_until=rules.life.use_until,
            window=windows_as_written(rules)[0],
            windows=windows_as_written(rules),
        )


@dataclass(frozen=True)
class SectionLine:
    """One section in the list: how many findings and open remarks it has, and whether it is there at all."""

    key: str
    findings: int
    remarks: int
    is_there: bool


@dataclass(frozen=True)
class DraftDesk:
    """A draft with its newest text, its remarks and its parties."""

    draft: CallDraft
    newest: DraftRevision
    remarks: list[DraftRemark] = field(default_factory=list)

    @cached_property
    def said(self) -> Text:
        """The newest text."""
        return Text(self.newest.text, self.newest.number)

    def text_of(self, number: int) -> Text:
        """The text of a revision; the newest where there is none of that number."""
        found = self.draft.revisions.filter(number=number).first() or self.newest
        return Text(found.text, found.number)

    @property
    def is_open(self) -> bool:
        """Whether it is still worked on."""
        return self.draft.state == CallDraft.State.OPEN

    @cached_property
    def waiting(self) -> list[DraftParty]:
        """Who has not agreed to the newest text."""
        return parties_waiting(self.draft)

    def sections(self) -> list[SectionLine]:
        """Every section, in order."""
        tree = self.said.tree if isinstance(self.said.tree, Mapping) else {}
        return [
            SectionLine(
                key,
                sum(section_of(finding.path) == key for finding in self.said.findings),
                sum(one.state == "open" and section_of(one.place) == key for one in self.remarks),
                key in tree,
            )
            for key in SECTIONS
        ]

    def remarks_on(self, section: str) -> list[DraftRemark]:
        """The remarks on one section, open ones first."""
        found = [one for one in self.remarks if section_of(one.place) == section]
        return sorted(found, key=lambda one: (one.state != "open", one.pk))


def section_of(path: str) -> str:
    """The section a place is in, written with dots or with slashes."""
    return re.split(r"[./\[]", path, maxsplit=1)[0]


def draft_or_404(pk: int) -> DraftDesk:
    """A draft as it stands."""
    draft = CallDraft.objects.select_related("base__call", "version__call").filter(pk=pk).first()
    if draft is None:
        raise Http404
    newest = draft.revisions.get(number=draft.revision)
    return DraftDesk(draft, newest, list(draft.remarks.order_by("id")))
