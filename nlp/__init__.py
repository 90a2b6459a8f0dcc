"""“两张皮”语料分析器：在笔记本里用的公开名字，都列在 ``nlp.run.notebook.__all__``，``help(nlp)`` 逐个说明。

>>> import nlp
>>> corpus = nlp.open_corpus()
>>> corpus.codebook.name("formalism")
'制度空转走形式'
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nlp.run.notebook import *  # noqa: F403


def __getattr__(name: str) -> Any:
    """Import the public names when the first is asked for: `import nlp` and the command line's help stay fast."""
    special = name.startswith("__") and name != "__all__"
    if special or find_spec(f"nlp.{name}"):  # a room that is not imported yet is no public name
        raise AttributeError(f"module 'nlp' has no attribute {name!r}")
    public = import_module("nlp.run.notebook")
    if name == "__all__":
        return list(public.__all__)
    if name in public.__all__:
        return getattr(public, name)
    raise AttributeError(f"nlp 里没有这个名字：{name}；公开的名字有 {'、'.join(public.__all__)}")


def __dir__() -> list[str]:
    return sorted(import_module("nlp.run.notebook").__all__)
