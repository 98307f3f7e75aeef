"""The sentences of the pages for commands that need no database: Django is set up for its languages alone."""

import importlib
import os
from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from wishmi.core.languages import LANGUAGES

T = TypeVar("T")


class Language(StrEnum):
    """The languages a command can answer the office in."""

    EN = "en"
    IT = "it"


FamilyLanguage = StrEnum("FamilyLanguage", {code.upper().replace("-", "_"): code for code in LANGUAGES})
"""The languages a command can say in what families read."""


def set_up() -> None:
    """Make Django know its settings; no database is opened by it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wishmi.config.settings")
    importlib.import_module("django").setup()


def page_module(name: str) -> Any:
    """A module of the pages, imported when a sentence is wanted: other commands start without it."""
    set_up()
    return importlib.import_module(f"wishmi.web.{name}")


def spoken(language: StrEnum, make: Callable[[], T]) -> T:
    """What a function of the pages says, in a language."""
    set_up()
    with importlib.import_module("django.utils.translation").override(str(language)):
        return make()
