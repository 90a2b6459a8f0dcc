"""What pyproject.toml cannot say: the corpus travels inside the package, and pytest does not travel."""

import sys
from pathlib import Path
from runpy import run_path

from setuptools import setup

HERE = Path(__file__).parent


def packages() -> dict[str, str]:
    """Every folder of nlp/ and corpus/ as a package; those without code hold data, templates among them."""
    tops = {"nlp": HERE / "nlp", "nlp._corpus": HERE / "corpus"}
    folders = [(name, top, path) for name, top in tops.items() for path in (top, *top.rglob("*")) if path.is_dir()]
    return {
        ".".join((name, *path.relative_to(top).parts)): path.relative_to(HERE).as_posix()
        for name, top, path in sorted(folders)
        if path.name != "__pycache__"
    }


def needed() -> list[str]:
    """requirements.txt without the tests' own."""
    lines = (HERE / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith(("#", "pytest"))]


if reason := run_path(str(HERE / "nlp" / "base" / "supported.py"))["unsupported"]():
    sys.exit(reason)
setup(
    packages=list(packages()),
    package_dir=packages(),
    package_data={"": ["*"]},
    install_requires=needed(),
)
