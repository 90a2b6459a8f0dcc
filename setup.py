"""What pyproject.toml cannot say: the corpus travels inside the package, and pytest does not travel."""

import sys
from pathlib import Path
from runpy import run_path

from setuptools import find_packages, setup

HERE = Path(__file__).parent
CORPUS = "nlp._corpus"  # where an installed program finds corpus/ (nlp/corpus/folder.py)


def packages() -> dict[str, str]:
    """Every package with the folder that it is made of."""
    folders = [HERE / "corpus", *sorted(path for path in (HERE / "corpus").rglob("*") if path.is_dir())]
    parts = [folder.relative_to(HERE).parts for folder in folders]
    corpus = {".".join((CORPUS, *each[1:])): "/".join(each) for each in parts}
    return {name: name.replace(".", "/") for name in find_packages(str(HERE), include=["nlp", "nlp.*"])} | corpus


def needed() -> list[str]:
    """requirements.txt without the tests' own."""
    lines = (HERE / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith(("#", "pytest"))]


if reason := run_path(str(HERE / "nlp" / "base" / "supported.py"))["unsupported"]():
    sys.exit(reason)
setup(
    packages=list(packages()),
    package_dir=packages(),
    package_data={"*": ["*"]},
    install_requires=needed(),
)
