"""“两张皮”语料分析器：在笔记本里用的公开名字。

>>> import nlp
>>> corpus = nlp.open_corpus()
>>> corpus.codebook.name("formalism")
'制度空转走形式'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nlp.corpus import Corpus, open_corpus
    from nlp.measures.collocation import collocation
    from nlp.measures.keyness import keyness
    from nlp.measures.kwic import kwic
    from nlp.notebook import (
        analyze,
        code_passages,
        fit_themes,
        prevalence,
        read_documents,
        segment,
        show,
        sources,
        tokenize,
        trends,
        write_report,
    )

# Imported when first asked for: `import nlp` and the command line's help stay fast.
PLACES = {
    "Corpus": "nlp.corpus",
    "open_corpus": "nlp.corpus",
    "keyness": "nlp.measures.keyness",
    "kwic": "nlp.measures.kwic",
    "collocation": "nlp.measures.collocation",
    **dict.fromkeys(
        (
            "analyze",
            "code_passages",
            "fit_themes",
            "prevalence",
            "read_documents",
            "segment",
            "show",
            "sources",
            "tokenize",
            "trends",
            "write_report",
        ),
        "nlp.notebook",
    ),
}
__all__ = [
    "Corpus",
    "analyze",
    "code_passages",
    "collocation",
    "fit_themes",
    "keyness",
    "kwic",
    "open_corpus",
    "prevalence",
    "read_documents",
    "segment",
    "show",
    "sources",
    "tokenize",
    "trends",
    "write_report",
]


def __getattr__(name: str) -> Any:
    if name not in PLACES:
        raise AttributeError(f"module 'nlp' has no attribute {name!r}")
    return getattr(import_module(PLACES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
