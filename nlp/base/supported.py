"""The versions of Python that the program runs on."""

from __future__ import annotations

import sys

OLDEST, NEWEST = (3, 11), (3, 13)  # gensim, which fits the themes, has no wheel for a newer one (pyproject.toml)


def unsupported(version: tuple[int, int] = sys.version_info[:2]) -> str | None:
    """One line for the user of a Python that the program does not run on; None for the others.

    >>> unsupported((3, 13))
    """
    if OLDEST <= version <= NEWEST:
        return None
    return (
        f"这里的 Python 是 {written(version)}，本项目要 {written(OLDEST)} 至 {written(NEWEST)}"
        "（更新的还装不上主题模型所用的 gensim）："
        f"用其中一个重新安装，如先 python{written(NEWEST)} -m venv --clear .venv"
    )


def written(version: tuple[int, int]) -> str:
    """A version as people write it."""
    return ".".join(map(str, version))
