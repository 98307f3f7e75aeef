"""`wishmi verify`: the three checks of a published ranking, with neither database nor settings.

Exit codes: 0 nothing wrong was found (also when nothing anchors it); 1 something is wrong; 2 the call of the
command or its input cannot be used.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape

from wishmi.calls.document import DocumentRefused, parse_call
from wishmi.cli.verify_sentences import place_of, sentence_of
from wishmi.core import attestation
from wishmi.core.calls import CallRules
from wishmi.core.canonical import MalformedError, digest, load
from wishmi.core.findings import Check, Finding
from wishmi.core.folder import KNOWN
from wishmi.core.manifest import NAME as MANIFEST
from wishmi.core.manifest import read_manifest
from wishmi.core.publication import CALL
from wishmi.core.replay import verify_facts
from wishmi.core.verification import Report, verify_public
from wishmi.core.verification_receipt import verify_receipt
from wishmi.infra.beacon import SigningKey, read_signing_key, signature_is_valid

LARGEST_FILE = 512 * 1024 * 1024
"""Bytes; a ranking of two million rows stays well below."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything the checks need, read from disk. `folder` is None when only a receipt is checked."""

    folder: Mapping[str, bytes] | None
    rules: CallRules | None
    root: bytes | None
    intake: bytes | None
    receipt: bytes | None
    facts: bytes | None


def verify(
    folder: Annotated[Path | None, typer.Argument(help="The published folder.", show_default=False)] = None,
    root: Annotated[str | None, typer.Option(help="The root printed in the act.")] = None,
    intake: Annotated[str | None, typer.Option(help="The intake's root printed at closing.")] = None,
    receipt: Annotated[Path | None, typer.Option(help="A family's receipt.")] = None,
    facts: Annotated[Path | None, typer.Option(help="The auditor's facts file.")] = None,
    sign: Annotated[Path | None, typer.Option(help="Ed25519 key (PEM) to sign the root with.")] = None,
    attestation_file: Annotated[
        Path | None, typer.Option("--attestation", help="Where the signed root goes.")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of sentences.")] = False,
) -> None:
    """Check a published ranking: anyone the folder, a family its receipt, an auditor every fact."""
    console = Console(highlight=False, soft_wrap=True)
    if folder is None and (receipt is None or facts is not None):
        _refuse("give a FOLDER, or a --receipt alone", as_json=as_json)
    if (sign is None) != (attestation_file is None) or (sign is not None and facts is None):
        _refuse("--sign and --attestation go together, with --facts", as_json=as_json)
    try:
        inputs = _read(folder, root, intake, receipt, facts)
        key = None if sign is None else _read_key(sign)
    except (OSError, ValueError) as fault:
        _refuse(str(fault), as_json=as_json)
    reports = _check(inputs)
    is_sound = all(report.is_sound for report in reports.values())
    signed = _sign(inputs, key, attestation_file) if is_sound and key is not None else None
    if as_json:
        print(json.dumps(_as_data(reports, is_sound=is_sound, signed=signed), ensure_ascii=False))
    else:
        _tell(console, reports, is_sound=is_sound, signed=signed)
    raise typer.Exit(0 if is_sound else 1)


def register(app: typer.Typer) -> None:
    """Put `verify` among the commands of `app`."""
    app.command("verify")(verify)


def _refuse(why: str, *, as_json: bool) -> NoReturn:
    """End with exit code 2: nothing was checked."""
    if as_json:
        print(json.dumps({"result": "unusable", "why": why}, ensure_ascii=False))
    else:
        Console(stderr=True, highlight=False, soft_wrap=True).print(f"verify: {escape(why)}")
    raise typer.Exit(2)


def _read(
    folder: Path | None, root: str | None, intake: str | None, receipt: Path | None, facts: Path | None
) -> Inputs:
    """Read the inputs; ValueError or OSError for what cannot be used."""
    files = None if folder is None else _read_folder(folder)
    return Inputs(
        folder=files,
        rules=None if files is None else _read_rules(files.get(CALL, b"")),
        root=None if root is None else _read_root(root),
        intake=None if intake is None else _read_root(intake),
        receipt=None if receipt is None else _read_file(receipt),
        facts=None if facts is None else _read_file(facts),
    )


def _read_root(text: str) -> bytes:
    try:
        return digest(text.strip().lower(), "root")
    except MalformedError as fault:
        message = f"a root is {fault.why.removeprefix('not ')}"
        raise ValueError(message) from None


def _read_file(path: Path) -> bytes:
    if path.stat().st_size > LARGEST_FILE:
        message = f"{path} is larger than {LARGEST_FILE} bytes"
        raise ValueError(message)
    return path.read_bytes()


def _read_folder(folder: Path) -> dict[str, bytes]:
    """The files of a folder, hidden ones left out; an unlisted file is known by its name, not read."""
    found = {path.name: path for path in sorted(folder.iterdir()) if not path.name.startswith(".")}
    if not found.keys() & set(KNOWN):
        message = f"{folder} holds no publication"
        raise ValueError(message)
    return {name: _read_file(path) if name in KNOWN else b"" for name, path in found.items()}


def _read_rules(document: bytes) -> CallRules | None:
    """The rules of the folder's call; None if the document is refused, which the check then tells."""
    try:
        return parse_call(document, CALL).rules()
    except DocumentRefused:
        return None


def _read_key(path: Path) -> SigningKey:
    key = read_signing_key(_read_file(path))
    if key is None:
        message = f"{path} holds no unencrypted Ed25519 private key"
        raise ValueError(message)
    return key


def _check(inputs: Inputs) -> dict[Check, Report]:
    """Run every check there are inputs for."""
    reports = {}
    if inputs.folder is not None:
        reports[Check.PUBLIC] = verify_public(
            inputs.folder, inputs.rules, signature_is_valid, root=inputs.root, intake_root=inputs.intake
        )
    if inputs.receipt is not None:
        reports[Check.FAMILY] = verify_receipt(
            inputs.receipt, root=inputs.root, files=inputs.folder, rules=inputs.rules
        )
    if inputs.facts is not None and inputs.folder is not None:
        reports[Check.AUDITOR] = verify_facts(inputs.folder, inputs.rules, inputs.facts)
    return reports


def _sign(inputs: Inputs, key: SigningKey, out: Path | None) -> str | None:
    """Sign the root and write the attestation; the path written, or None."""
    if inputs.folder is None or out is None:
        return None
    manifest, _ = read_manifest(load(inputs.folder[MANIFEST]))
    message = attestation.message_of(manifest.call, manifest.stage, manifest.act, manifest.root)
    out.write_bytes(attestation.attested(manifest, key.public_key, key.sign(message)).as_bytes())
    return str(out)


def _findings(reports: Mapping[Check, Report]) -> list[Finding]:
    """All findings, those of two checks that say the same thing about no file told once."""
    told: dict[tuple[object, ...], Finding] = {}
    for report in reports.values():
        for finding in report.findings:
            key = (finding.file, finding.row, finding.code, tuple(sorted(finding.params.items())))
            told.setdefault(key, finding)
    return list(told.values())


def _verdict(reports: Mapping[Check, Report], *, is_sound: bool) -> str:
    if not is_sound:
        return "wrong"
    first = next(iter(reports.values()))
    return "anchored" if first.is_anchored else "consistent"


def _as_data(reports: Mapping[Check, Report], *, is_sound: bool, signed: str | None) -> dict[str, object]:
    roots = [report.root.hex() for report in reports.values() if report.root is not None]
    return {
        "result": _verdict(reports, is_sound=is_sound),
        "root": roots[0] if roots else None,
        "checks": {str(check): report.is_sound for check, report in reports.items()},
        "findings": [
            {**finding.as_data(), "sentence": sentence_of(finding)} for finding in _findings(reports)
        ],
        "attestation": signed,
    }


def _tell(console: Console, reports: Mapping[Check, Report], *, is_sound: bool, signed: str | None) -> None:
    """Say it to a person: what is wrong first, then what to know, the verdict last."""
    findings = _findings(reports)
    for finding in sorted(findings, key=lambda finding: not finding.is_wrong):
        mark = "[bold red]wrong[/]" if finding.is_wrong else "[yellow]note[/] "
        place = f"{place_of(finding)}: " if finding.file else ""
        console.print(f"{mark}  {escape(place + sentence_of(finding))}")
    root = next((report.root for report in reports.values() if report.root is not None), None)
    if root is not None:
        console.print(f"root   {root.hex()}")
    if signed is not None:
        console.print(f"signed {escape(signed)}")
    console.print(_SENTENCE_OF_VERDICT[_verdict(reports, is_sound=is_sound)])


_SENTENCE_OF_VERDICT = {
    "wrong": "[bold red]WRONG[/]: this is not what it claims to be",
    "consistent": "[bold yellow]consistent, not anchored[/]",
    "anchored": "[bold green]OK[/]: consistent and anchored",
}
