"""The published folder of a stage on disk, and the private facts beside it, which only the office opens."""

import os
import shutil
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from wishmi.applications.snapshots import stored_facts
from wishmi.awards.models import Stage, StageRow
from wishmi.awards.snapshots import Inputs
from wishmi.calls.selectors import rules_of
from wishmi.core import merkle
from wishmi.core.findings import Check, Findings
from wishmi.core.folder import KNOWN, read_folder
from wishmi.core.publication import Published
from wishmi.core.reasons import Reason
from wishmi.core.receipts import Holder, receipt_of
from wishmi.core.replay import FactsHeader, FactsRow, facts_file
from wishmi.core.windows import stage_named
from wishmi.infra.fields import decrypt, encrypt

_PRIVATE = "awards.stage.facts"


def stage_name(stage: Stage) -> str:
    """The name of a stage in its files: number, kind, and the window if it is not the first."""
    return stage_named(stage.number, stage.kind, stage.window)


def folder_of(call_code: str, name: str) -> Path:
    """Where a stage's folder is."""
    return Path(settings.WISHMI_DATA) / "published" / call_code / name


def path_of(stage: Stage) -> Path:
    """Where the folder of a published stage is; the data folder may have moved since it was written."""
    return folder_of(stage.call.code, stage.folder)


def write_folder(published: Published, call_code: str, name: str) -> Path:
    """Write all files beside the place and move them there in one step: never a folder by halves."""
    target = folder_of(call_code, name)
    draft = target.with_name(f".{name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    for file_name, content in published.files.items():
        (draft / file_name).write_bytes(content)
    # An earlier attempt that was rolled back may have left a folder: nothing was published from it.
    shutil.rmtree(target, ignore_errors=True)
    draft.rename(target)
    return target


def _private_path(call_code: str, name: str) -> Path:
    return Path(settings.WISHMI_DATA) / "private" / call_code / f"{name}.facts"


def write_private(stage: Stage, inputs: Inputs) -> None:
    """Keep everything an auditor needs to replay the stage, encrypted."""
    header = FactsHeader(
        call=stage.call.code,
        stage=stage_name(stage),
        available={fund.code: money for fund, money in zip(inputs.funds, inputs.available, strict=True)},
        tells_amounts=stage.kind != Stage.Kind.PROVISIONAL,
        served=inputs.served,
    )
    rows = [
        FactsRow(
            code=entry.code,
            facts=entry.facts,
            salts={group: bytes.fromhex(salt) for group, salt in candidacy.salts.items()},
            exclusion=entry.exclusion,
            standing=inputs.standing.get(entry.code),
        )
        for entry, candidacy in zip(inputs.entries, inputs.candidacies, strict=True)
    ]
    path = _private_path(stage.call.code, stage_name(stage))
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(".part")
    with os.fdopen(
        os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii"
    ) as file:
        file.write(encrypt(facts_file(header, rows).decode(), _PRIVATE))
    draft.replace(path)


def private_facts(stage: Stage) -> bytes | None:
    """The facts file of a published stage, decrypted; None when it was removed at the end of its term."""
    path = _private_path(stage.call.code, stage_name(stage))
    if not path.exists():
        return None
    return decrypt(path.read_text(encoding="ascii"), _PRIVATE).encode()


@lru_cache(maxsize=4)
def _published(folder: str, root: str) -> Published | None:
    """A published folder as it stands on disk; None if it is gone or is not what was published."""
    path = Path(folder)
    files = {name: (path / name).read_bytes() for name in KNOWN if (path / name).exists()}
    read = read_folder(files, Findings(Check.PUBLIC))
    if read.rows is None or read.leaves is None or read.manifest is None or read.manifest.root.hex() != root:
        return None
    leaves = tuple(read.leaves.values())
    return Published(
        files=files,
        root=read.manifest.root,
        manifest=read.manifest,
        rows=tuple(read.rows.values()),
        leaves=leaves,
        tree=merkle.Tree.of([leaf.leaf for leaf in leaves]),
    )


def receipt(row: StageRow) -> bytes | None:
    """A family's receipt of its row in a published stage, every group of facts open.

    None while the stage is not published, and when facts were corrected since: then the next stage has it.
    """
    stage, candidacy = row.stage, row.candidacy
    published = _published(str(path_of(stage)), stage.root) if stage.published_at else None
    if published is None or candidacy.facts is None:
        return None
    place = next((at for at, one in enumerate(published.rows) if one.code == candidacy.code), None)
    if place is None or published.leaves[place].commitment.hex() != candidacy.commitment:
        return None
    rules = rules_of(stage.version)
    shares = tuple(int(row.shares.get(fund.code, 0)) for fund in rules.funds)
    holder = Holder(
        facts=stored_facts(candidacy),
        salts={group: bytes.fromhex(salt) for group, salt in candidacy.salts.items()},
        parts=shares,
        exclusion=tuple(Reason.from_data(item) for item in candidacy.exclusion),
    )
    return receipt_of(published, rules, place, holder)
