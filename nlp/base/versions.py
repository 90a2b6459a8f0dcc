"""What results hang on beside their inputs: our own modules, followed through their imports, and the libraries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT.name
LIBRARIES = {  # import name → name of the distribution; a test finds one that is imported and not listed
    "cv2": "opencv-python",
    "docx": "python-docx",
    "fastapi": "fastapi",
    "filelock": "filelock",
    "fontTools": "fonttools",
    "gensim": "gensim",
    "jieba": "jieba",
    "jinja2": "Jinja2",
    "lxml": "lxml",
    "markupsafe": "MarkupSafe",
    "matplotlib": "matplotlib",
    "networkx": "networkx",
    "numpy": "numpy",
    "olefile": "olefile",
    "opencc": "OpenCC",
    "openpyxl": "openpyxl",
    "pandas": "pandas",
    "PIL": "pillow",
    "platformdirs": "platformdirs",
    "pyarrow": "pyarrow",
    "pylopdf_fonts_zh_cn": "pylopdf-fonts-zh-cn",
    "pypdfium2": "pypdfium2",
    "python_calamine": "python-calamine",
    "rapidocr": "rapidocr",
    "rensa": "rensa",
    "rich": "rich",
    "scipy": "scipy",
    "selectolax": "selectolax",
    "sklearn": "scikit-learn",
    "threadpoolctl": "threadpoolctl",
    "typer": "typer",
    "uvicorn": "uvicorn",
    "wordcloud": "wordcloud",
    "wps2md": "wps2md",
    "xlsxwriter": "XlsxWriter",
}
IMPORT = re.compile(r"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]+(\([^)]*\)|[^\n]*)|import[ \t]+([^\n]*))", re.M)
NAME = re.compile(r"[\w.]+")
NAMED = re.compile(rf'"({PACKAGE}(?:\.\w+)+)"')  # a module that is imported by its name when it is first wanted


def fingerprint(*roots: str) -> str:
    """Hash of the modules ``roots``, of all of ours that they import, directly or not, and of the libraries' versions.

    Without ``roots``: of the whole program. Modules imported inside functions, or by their name, count, too.
    """
    known = sha256()
    for module in sorted(reached(*roots)):
        known.update(module.encode() + b"\0" + source_of(module).read_bytes() + b"\0")
    for name, number in libraries_of(*roots).items():
        known.update(f"{name}={number}\n".encode())
    return known.hexdigest()


def libraries_of(*roots: str) -> dict[str, str]:
    """Versions of the libraries that ``roots`` hang on, by distribution; one that is not installed is left out."""
    used = {name.split(".")[0] for module in reached(*roots) for name in imports_of(source_of(module))}
    names = sorted({LIBRARIES[name] for name in used if name in LIBRARIES}, key=str.lower)
    return {name: number for name in names if (number := installed(name))}


def installed(distribution: str) -> str:
    """Version of a distribution; empty if it is not installed."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return ""


@lru_cache(maxsize=16)
def reached(*roots: str) -> frozenset[str]:
    """Modules of ours that ``roots`` import, directly or not, themselves among them; all of ours without roots."""
    waiting = list(roots) or [module_of(path) for path in sorted(ROOT.rglob("*.py"))]
    found: set[str] = set()
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting += [name for name in imports_of(source_of(module)) if is_ours(name)]
    return frozenset(found)


def is_ours(name: str) -> bool:
    """Whether a dotted name is a module of this package, other than the package's own face, which only forwards."""
    return name.startswith(f"{PACKAGE}.") and source_of(name).is_file()


@lru_cache(maxsize=1024)
def imports_of(path: Path) -> frozenset[str]:
    """Dotted names that may be modules which a source file imports: ``from a.b import c`` gives a, a.b and a.b.c."""
    return frozenset(imported(path.read_text(encoding="utf-8")))


def imported(source: str) -> Iterator[str]:
    """Dotted names of every import statement and of modules named in quotes, and of the packages that hold them.

    >>> sorted(set(imported("from nlp.measures import (\\n    links as l,\\n)\\nimport os.path")))
    ['nlp', 'nlp.measures', 'nlp.measures.links', 'os', 'os.path']
    """
    for module, names, plain in IMPORT.findall(source):
        listed = re.sub(r"#[^\n]*", "", names or plain).strip("()").split(",")
        bare = [hit.group() for each in listed if (hit := NAME.search(each))]
        for name in [module, *(f"{module}.{each}" for each in bare)] if module else bare:
            yield from with_packages(name)
    for name in NAMED.findall(source):
        yield from with_packages(name)


def with_packages(name: str) -> Iterator[str]:
    """A dotted name and those of the packages that hold it."""
    parts = name.split(".")
    yield from (".".join(parts[:n]) for n in range(1, len(parts) + 1))


def source_of(module: str) -> Path:
    """Source file of a module of ours, or of a package's face."""
    path = ROOT.joinpath(*module.split(".")[1:])
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def module_of(path: Path) -> str:
    """Dotted name of the module in a source file."""
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
