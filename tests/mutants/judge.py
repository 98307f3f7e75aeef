"""Compares the changes that no test noticed with those that are explained; `script/mutants` calls it after mutmut.

A change is told by the function it is in and by the lines it takes away and puts there, so that an explanation holds
when code moves, and ends when the line itself is written anew.
"""

import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

EXPLAINED = Path(__file__).with_name("explained.toml")
CAUGHT = {"killed", "timeout", "segfault", "caught by type check"}
MISSED = {"survived", "no tests"}


@dataclass(frozen=True, order=True)
class Change:
    """One small change of the code: in which function, the lines as they were, the lines as they are now."""

    place: str
    was: str
    now: str


@dataclass(frozen=True)
class Everywhere:
    """A change that means nothing wherever it is made: only what `differs` matches is not the same afterwards."""

    differs: str

    def explains(self, change: Change) -> bool:
        """Whether nothing is left of a change once the matching text is taken out on both sides."""
        return change.was != change.now and self._rest(change.was) == self._rest(change.now)

    def _rest(self, text: str) -> str:
        return re.sub(self.differs, "", text)


@dataclass(frozen=True)
class Explained:
    """What the list explains: kinds of change, and single changes with how often each is to be found."""

    everywhere: tuple[Everywhere, ...]
    changes: Counter[Change]

    @classmethod
    def read(cls, text: str) -> "Explained":
        """The list; a KeyError or ValueError where an entry lacks a part or a reason."""
        said = tomllib.loads(text)
        entries = [*said.get("everywhere", []), *said.get("change", [])]
        for entry in entries:
            if not entry["why"].strip():
                raise ValueError(f"no reason is given: {entry}")
        changes: Counter[Change] = Counter()
        for entry in said.get("change", []):
            changes[Change(entry["in"], entry["was"], entry["now"])] += entry.get("times", 1)
        return cls(tuple(Everywhere(entry["differs"]) for entry in said.get("everywhere", [])), changes)


def judge(missed: Iterable[Change], explained: Explained, is_whole: bool, places: Iterable[str]) -> list[str]:
    """What is wrong: changes missed that nobody explains, and explanations of what is not missed any more.

    `places` are the modules that were looked at; only of these, an explanation can be out of date.
    """
    left = Counter(change for change in missed if not any(one.explains(change) for one in explained.everywhere))
    used = {one for one in explained.everywhere for change in missed if one.explains(change)}
    modules = tuple(f"{place}." for place in places)
    faults = [
        f"no test notices, and nobody explains{times(count)}: {change.place}\n  - {change.was}\n  + {change.now}"
        for change, count in sorted((left - explained.changes).items())
    ]
    faults += [
        f"is explained, but is noticed or gone{times(count)}: {change.place}\n  - {change.was}\n  + {change.now}"
        for change, count in sorted((explained.changes - left).items())
        if change.place.startswith(modules)
    ]
    if is_whole:
        faults += [
            f"is explained everywhere, but found nowhere: {one.differs}"
            for one in explained.everywhere
            if one not in used
        ]
    return faults


def times(count: int) -> str:
    """How often, if more than once."""
    return "" if count == 1 else f" ({count} times)"


def change_of(name: str, diff: str) -> Change:
    """The change that a mutant of mutmut makes, from its name and its difference to the code."""
    module, _, mangled = name.rpartition(".")
    function = mangled.partition("__mutmut_")[0].removeprefix("x")
    place = function.strip("ǁ").replace("ǁ", ".") if function.startswith("ǁ") else function.removeprefix("_")
    lines = [line for line in diff.splitlines() if not line.startswith(("---", "+++", "#"))]
    was, now = (" ".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+")
    return Change(f"{module}.{place}", was, now)


def found(modules: list[str]) -> tuple[Counter[str], list[Change], list[str]]:
    """How the mutants of the modules ended, the changes that were missed, and what was not decided."""
    # mutmut reads the project's settings where it is imported, so it is imported where there are some.
    from mutmut.mutation.data import SourceFileMutationData  # noqa: PLC0415
    from mutmut.mutation.diff_apply import get_diff_for_mutant  # noqa: PLC0415
    from mutmut.stats import status_by_exit_code  # noqa: PLC0415
    from mutmut.utils.file_utils import walk_mutatable_files  # noqa: PLC0415

    ends: Counter[str] = Counter()
    missed, undecided = [], []
    for path in walk_mutatable_files():
        if module_of(path) not in modules:
            continue
        data = SourceFileMutationData(path=path)
        data.load()
        for name, code in data.exit_code_by_key.items():
            end = status_by_exit_code[code]
            ends[end] += 1
            if end in MISSED:
                missed.append(change_of(name, get_diff_for_mutant(name, path=path)))
            elif end not in CAUGHT:
                undecided.append(f"{end}: {name}")
    return ends, missed, undecided


def module_of(path: Path) -> str:
    """The module of a file."""
    return ".".join(path.with_suffix("").parts)


def main(paths: list[str], is_whole: bool) -> int:
    """Judge the last run over some files; 1 if something is wrong."""
    modules = [module_of(Path(path)) for path in paths]
    ends, missed, undecided = found(modules)
    explained = Explained.read(EXPLAINED.read_text())
    faults = undecided + judge(missed, explained, is_whole, modules)
    for fault in faults:
        print(fault)
    told = ", ".join(f"{count} {end}" for end, count in ends.most_common())
    print(f"mutants: {ends.total()} changes: {told}; {len(faults)} to look at")
    return 1 if faults or not ends else 0


if __name__ == "__main__":
    sys.exit(main([path for path in sys.argv[1:] if path != "--whole"], "--whole" in sys.argv))
