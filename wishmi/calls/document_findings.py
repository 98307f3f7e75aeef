"""What is wrong in a call document: a place and a sentence for each fault."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

Place = tuple[str | int, ...]
"""Keys and indexes from the top of the document down to one value."""

MAX_FINDINGS = 50


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: the file, the line (from 1), the place such as `amount.bands[2].from`, what to do."""

    file: str
    line: int
    path: str
    sentence: str

    def as_data(self) -> dict[str, str | int]:
        """Plain data for programs."""
        return asdict(self)

    def __str__(self) -> str:
        """One line for people, with a place editors can jump to."""
        where = f" {self.path}:" if self.path else ""
        return f"{self.file}:{self.line}:{where} {self.sentence}"


class DocumentRefused(Exception):  # noqa: N818 (it is a refusal with reasons, not a failure of the program)
    """The document cannot be a call; `findings` say why, in the order of the lines."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        """Keep the first findings in order: a broken file may hold thousands, and the first help most."""
        self.findings = tuple(
            sorted(findings, key=lambda finding: (finding.line, finding.path))[:MAX_FINDINGS]
        )
        super().__init__("; ".join(str(finding) for finding in self.findings))


def path_of(place: Iterable[str | int]) -> str:
    """The place as people write it: `amount.bands[2].from`."""
    path = ""
    for part in place:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            path += f".{part}" if path else part
    return path


def line_of(lines: Mapping[Place, int], place: Place) -> int:
    """The line of a place, or of the nearest part above it that the document does hold."""
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)
