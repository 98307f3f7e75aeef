"""Folders of files that appear whole or not at all, the private ones readable by their owner alone."""

import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700
PUBLIC_FILE, PUBLIC_FOLDER = 0o644, 0o755


@dataclass(frozen=True, slots=True)
class FolderPlan:
    """What a folder will hold: file names (with at most one folder in them) and bytes."""

    path: Path
    files: Mapping[str, bytes]
    is_private: bool


def why_not_folder(path: Path) -> str | None:
    """Why nothing can be written there; None if it can."""
    if path.is_symlink() or (path.exists() and not path.is_dir()):
        return f"{path} is not a folder: name another place."
    if path.is_dir() and any(path.iterdir()):
        return f"{path} is not empty: name a new folder, what is published is never written over."
    if not path.resolve().parent.is_dir():
        return f"{path.resolve().parent} does not exist: make it first."
    return None


def why_not_apart(public: Path, private: Path) -> str | None:
    """Why two folders cannot be the public and the private one: neither may hold the other."""
    one, other = public.resolve(), private.resolve()
    if one == other or one in other.parents or other in one.parents:
        return f"{private} and {public} must stand apart: what is private would be published."
    return None


def write_folders(*plans: FolderPlan) -> None:
    """Write all folders beside their places, then put each in its place; after a failure none is there.

    Raises OSError; what was written so far is removed.
    """
    ready: list[tuple[Path, Path]] = []
    placed: list[Path] = []
    try:
        for plan in plans:
            target = plan.path.resolve()
            temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
            ready.append((temporary, target))
            _fill(temporary, plan)
        for temporary, target in ready:
            # Renaming onto an empty folder replaces it, and fails if something came into it meanwhile.
            temporary.rename(target)
            placed.append(target)
    except BaseException:
        for folder in (*placed, *(temporary for temporary, _ in ready)):
            shutil.rmtree(folder, ignore_errors=True)
        raise


def _fill(folder: Path, plan: FolderPlan) -> None:
    file_mode = PRIVATE_FILE if plan.is_private else PUBLIC_FILE
    folder_mode = PRIVATE_FOLDER if plan.is_private else PUBLIC_FOLDER
    folder.chmod(folder_mode)
    for name, content in plan.files.items():
        path = folder / name
        if path.parent != folder and not path.parent.exists():
            path.parent.mkdir(mode=folder_mode)
        # The mode is there from the first byte on, so that nobody can open a private file while it is written.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, file_mode)
        with os.fdopen(descriptor, "wb") as out:
            os.fchmod(descriptor, file_mode)
            out.write(content)
