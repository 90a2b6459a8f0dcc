"""The coders by name."""

from __future__ import annotations

from collections.abc import Callable

from nlp.base.errors import DataError
from nlp.coding.coder import Coder
from nlp.coding.rule_coder import RuleCoder
from nlp.corpus.folder import Corpus
from nlp.training.model_store import learned_coder


def rule_coder(corpus: Corpus) -> Coder:
    """The coder that decides by cues and written rules alone."""
    return RuleCoder(corpus.codebook, corpus.lexicon)


CODERS: dict[str, Callable[[Corpus], Coder]] = {"learned": learned_coder, "rules": rule_coder}
DEFAULT_CODER = "learned"


def make_coder(name: str, corpus: Corpus) -> Coder:
    """The coder of that name; the learned one is trained on first use. Raises DataError if there is none."""
    if name not in CODERS:
        raise DataError.at(f"没有这个编码者：{name}", where="--coder", fix=f"用 {'、'.join(CODERS)} 之一")
    return CODERS[name](corpus)
