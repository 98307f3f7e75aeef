"""The windows of a call, counted from 1: the rules inside one, and the names of its lists."""

import re
from dataclasses import replace

from wishmi.core.calls import CallRules, WindowRule

_LATER = re.compile(r".*-window-([1-9][0-9]{0,2})")


def windows_of(rules: CallRules) -> tuple[WindowRule, ...]:
    """Every window, in order; `rules` are those of the document, which stand in the first."""
    return (WindowRule(rules.opens_at, rules.closes_at, rules.draw), *rules.more_windows)


def in_window(rules: CallRules, number: int) -> CallRules:
    """The rules inside one window: its own moments and its own round of the draw, all else is the call's."""
    one = windows_of(rules)[number - 1]
    return replace(rules, opens_at=one.opens_at, closes_at=one.closes_at, draw=one.draw)


def stage_named(number: int, kind: str, window: int) -> str:
    """The name of a stage in its files: `3-provisional` in the first window, `3-provisional-window-2` in the second."""
    return f"{number}-{kind}" if window == 1 else f"{number}-{kind}-window-{window}"


def window_named(stage: str) -> int:
    """The window that the name of a stage tells; the first where it tells none."""
    later = _LATER.fullmatch(stage)
    return int(later[1]) if later else 1


def rules_of_stage(rules: CallRules, stage: str) -> CallRules | None:
    """The rules inside the window that the name of a stage tells; None if the call has no such window."""
    number = window_named(stage)
    return in_window(rules, number) if number <= 1 + len(rules.more_windows) else None
