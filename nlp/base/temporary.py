"""Temporary files: in folders of our own that only the user may enter; what a killed run left the next one removes."""

from __future__ import annotations

import os
import re
import shutil
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

PREFIX = "liangzhangpi-"
OURS = re.compile(rf"{PREFIX}(\d+)-\w+")  # named after the process that made it


class PrivateFolder(TemporaryDirectory[str]):
    """A temporary folder (mode 0700) that is gone at the end, however it comes: what a process that was killed left
    behind is removed when the next folder is made."""

    def __init__(self) -> None:
        remove_abandoned(Path(gettempdir()))
        super().__init__(prefix=f"{PREFIX}{os.getpid()}-", ignore_cleanup_errors=True)
        self.lock = locked(self.name)

    def cleanup(self) -> None:
        """Remove the folder and let go of it."""
        super().cleanup()
        if self.lock is not None:
            os.close(self.lock)
            self.lock = None


def remove_abandoned(place: Path) -> None:
    """Remove folders of ours whose process is gone.

    Only the user's own; where the number of the process was given to another one, the folder stays. Processes of a
    container have numbers of their own: they hold a lock, as do the children that outlive them.
    """
    if not hasattr(os, "getuid"):  # Windows: asking for a process there would end it
        return
    with suppress(OSError), os.scandir(place) as entries:
        for entry in entries:
            made = OURS.fullmatch(entry.name)
            if made and is_own(entry) and not is_alive(int(made[1])) and (lock := locked(entry.path)) is not None:
                shutil.rmtree(entry.path, ignore_errors=True)
                os.close(lock)


def is_own(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a folder, no link, of this user."""
    try:
        return entry.is_dir(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_uid == os.getuid()
    except OSError:
        return False


def is_alive(process: int) -> bool:
    """Whether a process of this number runs."""
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:  # another user's
        return True
    return True


def locked(folder: str) -> int | None:
    """A lock on a folder, which the kernel takes back from the dead; None where another holds it or there is none."""
    try:
        import fcntl
    except ImportError:
        return None
    place = -1
    try:
        place = os.open(folder, os.O_RDONLY)
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        if place >= 0:
            os.close(place)
        return None
    return place
