"""Reading a bank's status file (pain.002): what became of the payments of a batch.

The file comes from outside: it is bounded in size, depth and answers, and a document type, an entity or anything that
is not XML is refused.
"""

from dataclasses import dataclass, field
from typing import Final, NamedTuple

# Document types and entities are refused below.
from xml.parsers import expat  # nosec B407

from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode

MOST_BYTES: Final = 5_000_000
_DEEPEST: Final = 30
_MOST_ANSWERS: Final = 50_000
_LONGEST_TEXT: Final = 140
_EXECUTED: Final = frozenset({"ACSC", "ACCC"})
_REJECTED: Final = frozenset({"RJCT"})
_WHOLE: Final = "OrgnlGrpInfAndSts"
_ONE: Final = "TxInfAndSts"


class BankAnswer(NamedTuple):
    """What the bank says of one payment; `end_to_end` empty means every payment of the batch not named otherwise.

    `message`: of which batch's file an answer for every payment speaks; empty where nobody said.
    """

    end_to_end: str
    executed: bool
    reason: str = ""
    message: str = ""


class _UnusableError(Exception):
    """The file cannot be used."""


@dataclass(slots=True)
class _Reader:
    """Walks the elements and keeps what stands in the two places that carry a status."""

    path: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    answers: list[BankAnswer] = field(default_factory=list)
    has_root: bool = False

    def start(self, name: str, _attributes: object) -> None:
        """An element begins."""
        local = name.rpartition(" ")[2]
        if local == "CstmrPmtStsRpt":
            self.has_root = True
        self.path.append(local)
        if len(self.path) > _DEEPEST:
            raise _UnusableError
        if local in (_WHOLE, _ONE):
            self.texts = {}

    def text(self, data: str) -> None:
        """Text of an element, perhaps in pieces."""
        if _WHOLE in self.path or _ONE in self.path:
            name = self.path[-1] if self.path[-2:-1] != ["Rsn"] else "Rsn"
            self.texts[name] = (self.texts.get(name, "") + data)[:_LONGEST_TEXT]

    def end(self, _name: str) -> None:
        """An element ends; at the end of a status it becomes an answer, unless the bank is still at work."""
        local = self.path.pop()
        if local not in (_WHOLE, _ONE):
            return
        status = self.texts.get("TxSts" if local == _ONE else "GrpSts", "").strip()
        target = self.texts.get("OrgnlEndToEndId", "").strip() if local == _ONE else ""
        if local == _ONE and not target:
            raise _UnusableError
        if status in _EXECUTED | _REJECTED:
            reason = self.texts.get("Rsn", "").strip()
            message = self.texts.get("OrgnlMsgId", "").strip() if local == _WHOLE else ""
            if local == _WHOLE and not message:
                raise _UnusableError
            self.answers.append(BankAnswer(target, status in _EXECUTED, reason, message))
        if len(self.answers) > _MOST_ANSWERS:
            raise _UnusableError


def _refuse(*_arguments: object) -> None:
    raise _UnusableError


def read_status_file(data: bytes) -> tuple[BankAnswer, ...] | Refused:
    """The final answers in a pain.002 file: settled or rejected; payments still under way have none.

    Refused, never failing in another way, for what is too large, not XML, not a status report, or carries a document
    type.
    """
    if len(data) > MOST_BYTES:
        return Refused.because(ReasonCode.INCOMPLETE, field="file", bytes=len(data))
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.ProcessingInstructionHandler = _refuse
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, _UnusableError, ValueError, LookupError):
        return Refused.because(ReasonCode.INCOMPLETE, field="file")
    if not reader.has_root:
        return Refused.because(ReasonCode.INCOMPLETE, field="file")
    return tuple(reader.answers)
