"""Archives and e-mails among the inputs: the files in them become inputs of their own, 包.zip/甲.docx.

They are taken out by a reader process, within its bounds of time and memory, into a folder that is gone when the run
ends. What cannot be taken out is a row of failures under its own name.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from nlp.base.errors import UnreadableFile
from nlp.base.temporary import PrivateFolder
from nlp.intake.discover import Found, discover, is_wanted, masked, readable, with_unique_sources
from nlp.intake.guard import Pool
from nlp.readers.registry import CONTAINERS, is_archive
from nlp.readers.source import ReadOptions

MOST_ARCHIVES, MOST_CONTAINERS = 2, 5  # within each other: an archive may hold archives; mails may be passed on
SPARE_DISK = 200_000_000  # bytes that stay free where members are laid down
TOO_DEEP = UnreadableFile("压缩包里的压缩包里还有压缩包，没有打开", "先解压，再读解压出来的文件夹")


@contextmanager
def opened(inputs: Sequence[str | Path], options: ReadOptions, outside: Path | None = None) -> Iterator[list[Found]]:
    """Find the inputs (see ``discover``); the files in archives and mails are there as long as this lasts."""
    found = discover(inputs, options.redact, outside)
    if not any(map(is_container, found)):
        yield found
        return
    with PrivateFolder() as folder:
        with Pool(options, 1) as pool:
            shown = list(Unpacking(pool, Path(folder), options).all_of(found))
        shown = [masked(each) for each in shown] if options.redact else shown
        yield sorted(with_unique_sources(shown), key=lambda each: each.source)


def is_container(found: Found) -> bool:
    """Whether an input may hold files, by its name."""
    return found.fault is None and found.path.suffix.lower() in CONTAINERS


@dataclass(frozen=True, slots=True)
class Within:
    """Where a member stands: how many archives and mails are around it, and what the outermost has given so far."""

    archives: int = 0
    containers: int = 0


class Unpacking:
    """Takes the files out of the archives and mails among some inputs."""

    def __init__(self, pool: Pool, folder: Path, options: ReadOptions) -> None:
        self.pool, self.folder, self.options = pool, folder, options
        self.n_folders = 0
        self.size = 0  # bytes that the outermost container gave

    def all_of(self, found: Iterable[Found]) -> Iterator[Found]:
        """Yield the inputs with the members of containers in their place."""
        for each in found:
            self.size = 0
            yield from self.of(each, Within())

    def of(self, found: Found, around: Within) -> Iterator[Found]:
        """Yield one input, or what is in it."""
        if not is_container(found):
            yield found
            return
        here = Within(around.archives + is_archive(found.path), around.containers + 1)
        if here.archives > MOST_ARCHIVES or here.containers > MOST_CONTAINERS:
            yield replace(found, fault=TOO_DEEP)
            return
        try:
            self.check_room()
            members, has_text = self.pool.members(found, self.new_folder())
            self.size += sum(path.stat().st_size for _, path, _ in members or () if path is not None)
            self.check_room()
        except UnreadableFile as fault:
            yield replace(found, fault=fault)
            return
        if members is None:  # it only bears the name: its reader says what it is
            yield found
            return
        if has_text:
            yield found
        wanted = [each for each in members if all(map(is_wanted, each[0].split("/")))]
        if not wanted and not has_text:
            yield replace(found, fault=UnreadableFile("里面没有文件", "换成有内容的文件"))
        for name, path, lacking in wanted:
            source = f"{found.source}/{readable(name)}"
            yield from self.of(Found(path or found.path, source, found.folder, lacking), here)

    def check_room(self) -> None:
        """Refuse what would swell too much, or not leave room on the disk."""
        if self.size > self.options.max_unzipped_bytes:
            raise UnreadableFile(
                f"连同里面的压缩包，解压后超过 {self.options.max_unzipped_bytes / 1e6:.0f} MB", "解压后分批读"
            )
        if shutil.disk_usage(self.folder).free < SPARE_DISK:
            raise UnreadableFile("临时文件夹所在的磁盘快满了，没有解压", "腾出空间，或解压后再读")

    def new_folder(self) -> Path:
        """Make a folder for the members of one container."""
        self.n_folders += 1
        folder = self.folder / f"{self.n_folders:05d}"
        folder.mkdir(0o700)
        return folder
