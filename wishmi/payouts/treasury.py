"""The account that pays: key `treasury` of the city's `city.yaml`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from wishmi.core.iban import compact, why_not_iban

_LONGEST_NAME = 70


class TreasuryMissingError(Exception):
    """The city's file does not name a usable account: a fault of the installation."""


@dataclass(frozen=True, slots=True)
class Treasury:
    """The debtor of bank files."""

    name: str
    iban: str
    bic: str = ""


def read_treasury(city: Path) -> Treasury:
    """The debtor a city's folder names; raises `TreasuryMissingError` with what is wrong."""
    path = city / "city.yaml"
    try:
        tree: Any = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
        node = tree["treasury"]
        treasury = Treasury(str(node["name"]), compact(str(node["iban"])), str(node.get("bic", "")))
    except (OSError, KeyError, TypeError) as error:
        message = f"{path} does not name a treasury with name and iban"
        raise TreasuryMissingError(message) from error
    flaws = why_not_iban(treasury.iban)
    if flaws or not 0 < len(treasury.name) <= _LONGEST_NAME:
        message = f"the treasury in {path} cannot be used: {', '.join(flaws) or 'name'}"
        raise TreasuryMissingError(message)
    return treasury
