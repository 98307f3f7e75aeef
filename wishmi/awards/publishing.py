"""The published folder of a stage on disk."""

import shutil
from pathlib import Path

from django.conf import settings

from wishmi.core.publication import Published


def folder_of(call_code: str, name: str) -> Path:
    """Where a stage's folder is."""
    return Path(settings.WISHMI_DATA) / "published" / call_code / name


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
