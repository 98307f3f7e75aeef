"""The answers of the pre-check, child by child and call by call: yes, no, or what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass

from wishmi.core.asking import missing_in
from wishmi.core.calls import AwardMode
from wishmi.core.eligibility import assess_known
from wishmi.core.reasons import Reason
from wishmi.core.rules.judging import Answer
from wishmi.web import formats
from wishmi.web.public.call_words import CallInWords
from wishmi.web.public.precheck import Check
from wishmi.web.questions import Text
from wishmi.web.words import FACTS


@dataclass(frozen=True, slots=True)
class CallAnswer:
    """What one call answers for one child."""

    call: CallInWords
    answer: Answer
    amount: str
    reasons: tuple[Reason, ...]
    missing: tuple[Text, ...]

    @property
    def is_yes(self) -> bool:
        """Whether the voucher would be due, as far as the answers go."""
        return self.answer is Answer.MET

    @property
    def is_open(self) -> bool:
        """Whether something has to be known first."""
        return self.answer is Answer.NOT_KNOWN

    @property
    def needs_application(self) -> bool:
        """Whether a family has to do something to get it."""
        return self.call.rules.mode is not AwardMode.AUTOMATIC

    @property
    def papers(self) -> list[Text]:
        """What to bring."""
        return self.call.bring()


@dataclass(frozen=True, slots=True)
class ChildAnswers:
    """What all open calls answer for one child: those that say yes first."""

    number: int
    answers: Sequence[CallAnswer]


def answers_of(check: Check) -> list[ChildAnswers]:
    """The end of the pre-check."""
    order = {Answer.MET: 0, Answer.NOT_KNOWN: 1, Answer.NOT_MET: 2}
    return [
        ChildAnswers(
            child + 1,
            sorted((_answer(check, call, child) for call in check.calls), key=lambda one: order[one.answer]),
        )
        for child in range(check.children)
    ]


def _answer(check: Check, call: CallInWords, child: int) -> CallAnswer:
    verdict = assess_known(call.rules, check.known(child))
    return CallAnswer(
        call=call,
        answer=verdict.answer,
        amount=formats.money(verdict.amount, unit=call.rules.unit),
        reasons=verdict.reasons,
        missing=tuple(FACTS[name] for name in missing_in(verdict)),
    )
