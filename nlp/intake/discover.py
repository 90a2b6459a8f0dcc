"""Find the input files: single files, folders with everything below them, and patterns such as ``报告/**/*.docx``."""

from __future__ import annotations

import errno
import glob
import os
import stat
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path, PurePosixPath

from nlp.base.errors import UnreadableFile
from nlp.base.redaction import redacted
from nlp.readers.limits import os_reason

MANIFEST = "documents.csv"  # of an input folder; it describes the reports and is read elsewhere
CIRCLE_ON_WINDOWS = 1921  # ERROR_CANT_RESOLVE_FILENAME
LITTER = frozenset(("thumbs.db", "desktop.ini", "__macosx"))


@dataclass(frozen=True, slots=True)
class Found:
    """An input: where it is, what it is called in every table, and why it cannot be read, if so."""

    path: Path
    source: str
    folder: str = ""  # the name of the folder it was looked for in; set before the source where names clash
    fault: UnreadableFile | None = None


def discover(inputs: Sequence[str | Path], redact: bool = False, outside: Path | None = None) -> list[Found]:
    """List the files of all inputs, each once, sorted by unique source names that say nothing about the machine.

    With ``redact`` the names are shown without the personal numbers and addresses that they hold. Files in the folder
    ``outside``, which holds our results, are no inputs.
    """
    found: dict[str, Found] = {}
    ways = RealPaths()
    ours = os.path.realpath(outside) + os.sep if outside else None
    manifests = {os.path.realpath(Path(given) / MANIFEST) for given in inputs if is_folder(given)}
    for given in inputs:
        for each in look_up(given):
            real = (os.path.abspath if each.fault else ways.of)(each.path)
            if real not in manifests and (ours is None or not real.startswith(ours)):
                found[real] = min(found.get(real, each), each, key=precedence)
    shown = [masked(found[real]) if redact else found[real] for real in sorted(found)]
    return sorted(with_unique_sources(shown), key=lambda each: each.source)


def is_folder(given: str | Path) -> bool:
    """Whether an input is a folder."""
    return given != "" and os.path.isdir(given)  # noqa: PTH112 - no fault for a name that no file can have


def precedence(found: Found) -> tuple[int, str, str]:
    """Of the names of one file that was found in several ways, the one from the outermost folder counts, in whatever
    order the inputs were given."""
    return -len(found.source), found.source, found.folder


class RealPaths(dict[str, str]):
    """Real paths of folders, each looked up once; a file that is no link lies in its folder under its name."""

    def __missing__(self, folder: str) -> str:
        self[folder] = real = os.path.realpath(folder)
        return real

    def of(self, path: Path) -> str:
        """The real path of a file."""
        folder, name = os.path.split(path)
        return os.path.realpath(path) if path.is_symlink() else f"{self[folder]}{os.sep}{name}"


def masked(found: Found) -> Found:
    """Mask the names that are shown of an input."""
    return replace(found, source=redacted(found.source), folder=redacted(found.folder))


def look_up(given: str | Path) -> Iterator[Found]:
    """Yield the files of one input."""
    path = Path(given)
    try:
        if given == "":  # Path makes the current folder of it, which nobody asked for
            yield Found(path, "（空路径）", fault=UnreadableFile("没有给出路径", "给出文件或文件夹"))
        elif path.is_dir():
            yield from in_folder(path)
        elif os.path.lexists(path):
            yield named(path)
        elif glob.has_magic(str(given)):
            yield from matching(str(given))
        else:
            yield missing(path, "文件不存在", "检查路径有没有写错")
    except (OSError, ValueError) as fault:  # a name that is too long, or holds a zero byte
        yield missing(path, os_reason(fault) if isinstance(fault, OSError) else "文件名不合法", "检查路径有没有写错")


def missing(path: Path, reason: str, fix: str) -> Found:
    """Note an input that cannot be read."""
    return Found(path, readable(path.name) or readable(str(path)), fault=UnreadableFile(reason, fix))


def named(path: Path) -> Found:
    """Note a file the user named; it may be a link to anywhere."""
    return Found(path, readable(path.name), folder_name(path.parent), fault_of(path))


def in_folder(folder: Path, manifest: bool = True) -> Iterator[Found]:
    """Yield all files below a folder, except hidden ones, lock files of Office, litter and the manifest."""
    root = folder.resolve()
    faults: list[OSError] = []
    for place, folders, files in os.walk(folder, onerror=faults.append):
        folders[:] = [name for name in sorted(folders) if is_wanted(name)]
        here = Path(place)
        inner, outer = here.relative_to(folder).as_posix(), folder_name(folder)
        for name in sorted(filter(is_wanted, files)):
            if not (manifest and here == folder and name == MANIFEST):
                path = here / name
                yield Found(path, readable(name if inner == "." else f"{inner}/{name}"), outer, fault_of(path, root))
        # os.walk does not enter linked folders; one that stays inside is read where it really is
        for link in [here / name for name in folders if (here / name).is_symlink()]:
            if fault := fault_of_link(link, root):
                yield relative(link, folder, fault)
    for error in faults:
        yield relative(Path(error.filename), folder, UnreadableFile(os_reason(error), "检查文件夹的读取权限"))


def relative(path: Path, folder: Path, fault: UnreadableFile | None) -> Found:
    """Name a file by its way from the input folder."""
    inner = readable(path.relative_to(folder).as_posix())
    return Found(path, folder_name(folder) if inner == "." else inner, folder_name(folder), fault)


def is_wanted(name: str) -> bool:
    """Tell files and folders of the user from hidden ones, lock files and what systems leave behind."""
    return not name.startswith((".", "~$")) and name.lower() not in LITTER


def matching(pattern: str) -> Iterator[Found]:
    """Yield the files that match a pattern, named from the last folder before its first wildcard."""
    fixed = []
    for part in Path(pattern).parts:
        if glob.has_magic(part):
            break
        fixed.append(part)
    base = Path(*fixed)
    matched = [Path(name) for name in sorted(glob.glob(pattern, recursive=True))]  # noqa: PTH207 - absolute ones too
    for path in matched:
        if not path.is_dir() and is_wanted(path.name):
            yield relative(path, base, fault_of(path, base.resolve()))
        elif path.is_dir() and "**" not in pattern:
            yield from (relative(each.path, base, each.fault) for each in in_folder(path, manifest=False))
    if not matched:
        inner = readable(str(Path(pattern).relative_to(base)))
        yield Found(Path(pattern), inner, fault=UnreadableFile("没有文件符合这个通配符", "检查路径和通配符"))


def fault_of(path: Path, root: Path | None = None) -> UnreadableFile | None:
    """Say why a path is no readable file: a link out of the folder or to nowhere, or not a regular file."""
    try:
        if stat.S_ISREG(os.lstat(path).st_mode):  # most files
            return None
    except (OSError, ValueError):
        pass  # told below
    if root is not None and path.is_symlink() and (fault := fault_of_link(path, root)):
        return fault
    try:
        regular = stat.S_ISREG(path.stat().st_mode)
    except OSError as error:
        if is_circle(error):
            return UnreadableFile("链接绕成了圈", "删去这个链接")
        reason = "链接指向的文件不存在" if path.is_symlink() else os_reason(error)
        return UnreadableFile(reason, "检查路径和读取权限")
    return None if regular else UnreadableFile("不是普通文件（管道、设备或套接字）", "从文件夹里移走它")


def fault_of_link(link: Path, root: Path) -> UnreadableFile | None:
    """Refuse a link that leads out of the input folder: what it shows may not be meant for us."""
    if Path(os.path.realpath(link)).is_relative_to(root):  # of a circle it gives the link itself
        return None
    return UnreadableFile("链接指向输入文件夹之外", "把文件本身复制到文件夹里")


def is_circle(fault: OSError) -> bool:
    """Tell a circle of links by what the system says; whether ``Path.resolve`` raises then hangs on the Python."""
    return fault.errno == errno.ELOOP or getattr(fault, "winerror", None) == CIRCLE_ON_WINDOWS


def with_unique_sources(found: list[Found]) -> list[Found]:
    """Set the folder's name before sources that clash, and a number behind that name where it is not enough."""
    times = Counter(each.source for each in found)
    taken = {source for source, n in times.items() if n == 1}
    result = []
    for each in found:
        if times[each.source] > 1:
            source = next(name for name in longer_names(each) if name not in taken)
            taken.add(source)
            each = replace(each, source=source)
        result.append(each)
    return result


def longer_names(found: Found) -> Iterator[str]:
    """Yield ever more names for a source: 报告/甲.txt, 报告(2)/甲.txt and so on."""
    for n in count(1):
        number = "" if n == 1 else f"({n})"
        yield str(PurePosixPath(f"{found.folder or '输入'}{number}", found.source))


def folder_name(folder: Path) -> str:
    """Return the name of a folder, also of ``.``; never the way to it."""
    named = folder if folder.name not in ("", "..") else folder.resolve()
    return readable(named.name) or "输入"


def readable(name: str) -> str:
    """Return a file name, or the way to a file, as text: names in GB18030 from old archives decoded, each part of the
    way by itself, control characters shown as �."""
    return name if name.isprintable() else "/".join(map(readable_part, name.split("/")))


def readable_part(name: str) -> str:
    """Return one part of the way to a file as text."""
    raw = os.fsencode(name) if any("\ud800" <= c <= "\udfff" for c in name) else None
    if raw is not None:
        try:
            name = raw.decode("gb18030")
        except UnicodeDecodeError:
            name = raw.decode("utf-8", errors="replace")
    return "".join("�" if unicodedata.category(char) in ("Cc", "Cs") else char for char in name)
