"""`wishmi rank`: a call and a file of applications become a published folder, without a database or a network."""

import json
import os
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from wishmi.applications.entropy import SYSTEM_ENTROPY, SeededEntropy
from wishmi.applications.files import Problem, ReadFile, read_applications, write_problems
from wishmi.calls.document import CallDocument, DocumentRefused, parse_call
from wishmi.calls.document_checks import euro
from wishmi.cli.call import read_bounded, refuse, why_not_readable
from wishmi.cli.folders import FolderPlan, why_not_apart, why_not_folder, write_folders
from wishmi.cli.offline import (
    Ranked,
    candidates_of,
    demo_draw,
    draw_from,
    outside_window,
    private_files,
    rank_offline,
    why_not_draw,
)
from wishmi.core.draw import Draw
from wishmi.core.manifest import STAGE
from wishmi.core.windows import window_named

SHOWN_PROBLEMS = 20
LONGEST_DRAW = 8_192
LONGEST_ACT = 200


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("rank")(rank)


def rank(  # noqa: PLR0913 (each option is one thing a person may say)
    call: Annotated[Path, typer.Argument(help="The call document.")],
    applications: Annotated[Path, typer.Argument(help="The file of applications, one row per child.")],
    *,
    out: Annotated[Path, typer.Option(help="A new folder for what is published.")],
    private: Annotated[
        Path | None,
        typer.Option(
            help="A new folder for facts, codes and receipts; OUT-private by default.", show_default=False
        ),
    ] = None,
    draw: Annotated[Path | None, typer.Option(help="draw.json: the round the call names.")] = None,
    with_demo_draw: Annotated[
        bool, typer.Option("--demo-draw", help="Make the round of the demonstration beacon here.")
    ] = False,
    seed: Annotated[
        str | None, typer.Option(help="Derive codes and salts from this text: for rehearsals, never secret.")
    ] = None,
    stage: Annotated[str, typer.Option(help="Name of the stage.")] = "final",
    act: Annotated[str, typer.Option(help="The numbered act that approves the list.")] = "none",
    demo: Annotated[bool, typer.Option(help="Take fiscal codes of demonstrations.")] = False,
    report: Annotated[Path | None, typer.Option(help="Write what is wrong in the rows here, as CSV.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Say it for programs.")] = False,
) -> None:
    """Rank a call offline: exit code 0 done, 1 rows refused and nothing written, 2 input that cannot be used."""
    if not STAGE.fullmatch(stage) or len(act) > LONGEST_ACT or not act.isprintable():
        refuse("A stage has small letters, digits and hyphens, an act at most 200 printable characters.")
    if window_named(stage) > 1:
        refuse("A list of a later window rests on the awards of earlier ones: make it in the program.")
    private = private or out.with_name(f"{out.name}-private")
    for wrong in (why_not_folder(out), why_not_folder(private), why_not_apart(out, private)):
        if wrong:
            refuse(wrong)
    document, content = _read_call(call)
    number = _read_draw(document, draw, with_demo_draw=with_demo_draw)
    read = _read_rows(document, applications, demo=demo or _is_demo(document))
    late = outside_window(document, read.rows)
    problems = tuple(sorted((*read.problems, *late), key=lambda problem: problem.row))
    _say_problems(problems, report, as_json=as_json, is_refused=bool(read.errors or late))
    _say_step(f"{len(read.rows)} applications read", as_json=as_json)
    candidates = candidates_of(document, read.rows, SYSTEM_ENTROPY if seed is None else SeededEntropy(seed))
    ranked = rank_offline(document, content, candidates, number, (stage, act))
    _say_step("ranked, now writing the folders and a receipt for each child", as_json=as_json)
    try:
        write_folders(
            FolderPlan(private, private_files(ranked), is_private=True),
            FolderPlan(out, ranked.published.files, is_private=False),
        )
    except OSError as error:
        refuse(
            f"The folders cannot be written: {error.strerror or 'unknown cause'}. Nothing was left behind."
        )
    _say_done(ranked, problems, private, as_json=as_json)


def _is_demo(document: CallDocument) -> bool:
    """Whether fiscal codes that are nobody's are taken: for a demonstration call, or on a demo installation."""
    return document.identity.demonstration or os.environ.get("WISHMI_MODE") == "demo"


def _say_step(step: str, *, as_json: bool) -> None:
    """Show on standard error how far the work has come."""
    if not as_json:
        typer.echo(f"{step}...", err=True)


def _read_call(path: Path) -> tuple[CallDocument, bytes]:
    try:
        content = read_bounded(path)
        return parse_call(content, str(path)), content
    except OSError as error:
        refuse(why_not_readable(path, error))
    except DocumentRefused as refused:
        for finding in refused.findings:
            typer.echo(str(finding), err=True)
        refuse("The call cannot be used: repair it and check it with wishmi call check.")


def _read_draw(document: CallDocument, path: Path | None, *, with_demo_draw: bool) -> Draw | None:
    rule = document.rules().draw
    found: Draw | str | None = None
    if path is not None:
        try:
            found = draw_from(read_bounded(path, LONGEST_DRAW))
        except OSError as error:
            refuse(why_not_readable(path, error))
    elif with_demo_draw and rule is not None:
        found = demo_draw(rule)
    elif rule is not None:
        # Anyone can make the rounds of the demonstration beacon; those of a real one come from its operator.
        made = demo_draw(rule)
        if isinstance(made, str):
            refuse(f"The call draws: give round {rule.round} of {rule.beacon} with --draw.")
        found = made
    wrong = found if isinstance(found, str) else why_not_draw(rule, found)
    if wrong:
        refuse(wrong)
    assert not isinstance(found, str)
    return found


def _read_rows(document: CallDocument, path: Path, *, demo: bool) -> ReadFile:
    try:
        with path.open("rb") as source:
            return read_applications(
                source, demo=demo, zone=document.window.time_zone, asked=document.rules().facts
            )
    except OSError as error:
        refuse(why_not_readable(path, error))


def _say_problems(
    problems: tuple[Problem, ...], report: Path | None, *, as_json: bool, is_refused: bool
) -> None:
    """Write the report, and leave with exit code 1 if rows were refused."""
    if report is not None:
        try:
            report.write_bytes(write_problems(problems))
        except OSError as error:
            refuse(f"{report} cannot be written: {error.strerror or 'unknown cause'}.")
    if not as_json:
        for one in problems[:SHOWN_PROBLEMS]:
            place = f"row {one.row}" + (f", {one.column}" if one.column else "")
            typer.echo(f"{one.severity}: {place}: {one.sentence}", err=True)
        if len(problems) > SHOWN_PROBLEMS:
            typer.echo(f"and {len(problems) - SHOWN_PROBLEMS} more: --report FILE lists them all.", err=True)
    if is_refused:
        if as_json:
            counts = Counter(one.code for one in problems)
            typer.echo(json.dumps({"done": False, "problems": dict(sorted(counts.items()))}))
        else:
            typer.echo("Nothing was written: repair the rows and rank again.", err=True)
        raise typer.Exit(1)


def _say_done(ranked: Ranked, problems: tuple[Problem, ...], private: Path, *, as_json: bool) -> None:
    outcomes = Counter(str(row.outcome) for row in ranked.published.rows)
    cut_off, root = ranked.allocation.cut_off, ranked.published.root.hex()
    funds = [fund.code for fund in ranked.ranking.rules.funds]
    left = dict(zip(funds, ranked.allocation.remaining, strict=True))
    if as_json:
        said = {
            "done": True,
            "call": ranked.call.identity.code,
            "stage": ranked.published.manifest.stage,
            "root": root,
            "outcomes": dict(sorted(outcomes.items())),
            "cut_off": cut_off,
            "remaining_cents": left,
            "private": str(private),
            "warnings": len(problems),
        }
        typer.echo(json.dumps(said))
        return
    typer.echo(", ".join(f"{count} {name}" for name, count in sorted(outcomes.items())) or "no applications")
    typer.echo("the money covers all" if cut_off is None else f"the money ends before position {cut_off}")
    typer.echo(", ".join(f"{fund} keeps {euro(cents)}" for fund, cents in left.items()))
    typer.echo(f"facts, codes and receipts in {private}, for its owner alone")
    typer.echo(f"root {root}")
