"""“两张皮”语料分析器：在笔记本里用的公开名字，都列在 ``nlp.__all__``，``help(nlp)`` 逐个说明。

>>> import nlp
>>> corpus = nlp.open_corpus()
>>> corpus.codebook.name("formalism")
'制度空转走形式'
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

PUBLIC = {  # module → names that ``nlp`` offers from it
    "nlp.corpus.folder": ("Corpus", "open_corpus"),
    "nlp.measures.collocation": ("collocation",),
    "nlp.measures.keyness": ("keyness",),
    "nlp.measures.kwic": ("kwic",),
    "nlp.measures.links": ("chains", "links"),
    "nlp.measures.prevalence": ("prevalence",),
    "nlp.outputs.showing": ("chinese", "figure", "figures", "use_chinese_font", "word_cloud"),
    "nlp.run.notebook": (
        *("analyze", "bursts", "classify", "code_passages", "fit_themes", "gaps", "keyness_between", "movements"),
        *("read_documents", "segment", "sources", "tokenize", "trends", "turnover"),
        *("write_draft", "write_report", "write_workbook"),
    ),
    "nlp.run.reviewing": ("apply", "review_keep", "review_sample"),
}
OFFERED = {name: module for module, names in PUBLIC.items() for name in names}
__all__ = sorted(OFFERED)


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for: `import nlp` and the command line's help stay fast."""
    if name in OFFERED:
        return getattr(import_module(OFFERED[name]), name)
    if name.startswith("__"):
        raise AttributeError(f"module 'nlp' has no attribute {name!r}")
    raise AttributeError(f"nlp 里没有这个名字：{name}；公开的名字有 {'、'.join(__all__)}")


def __dir__() -> list[str]:
    return list(__all__)
