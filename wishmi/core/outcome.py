"""What an act answers when it may not or cannot happen: data with reasons, never an exception."""

from dataclasses import dataclass

from wishmi.core.reasons import Reason, ReasonCode


@dataclass(frozen=True, slots=True)
class Refused:
    """The act did not happen and nothing changed; `reasons` say why."""

    reasons: tuple[Reason, ...]

    @classmethod
    def because(cls, code: ReasonCode, **params: str | int) -> "Refused":
        """A refusal for one reason."""
        return cls((Reason(code, params),))

    @property
    def codes(self) -> tuple[ReasonCode, ...]:
        """The reason codes alone."""
        return tuple(reason.code for reason in self.reasons)
