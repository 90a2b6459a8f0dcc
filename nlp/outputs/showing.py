"""What a notebook shows: figures, word clouds, tables with Chinese heads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from nlp.base.errors import DataError
from nlp.corpus.folder import Corpus, open_corpus
from nlp.tables import ROLES
from nlp.tables.heads import heads
from nlp.tables.registry import all_tables


def figures() -> pd.Series:
    """能画哪些图：索引是图名，值是标题。

    Titles of all figures by the name that :func:`figure` takes.
    """
    from nlp.outputs.figures import FIGURE_TITLES

    return pd.Series(FIGURE_TITLES, name="标题").rename_axis("图名")


def figure(name: str, corpus: Corpus | None = None, **tables: pd.DataFrame) -> Any:
    """画一张图；表按名字给出，如 ``nlp.figure("roles", prevalence=表)``，或 ``nlp.figure("roles", **tables)``。

    Draw a figure (:func:`figures` lists them). Returns None where the tables hold too little for it.

    Raises
    ------
    DataError
        For an unknown name, or a table that the figure needs and that was not given.
    """
    from nlp.outputs.figures import FIGURES

    if name not in FIGURES:
        raise DataError.at(f"没有这张图：{name}", where="nlp.figure", fix=f"用 {'、'.join(FIGURES)} 之一")
    try:
        return FIGURES[name](tables, (corpus or open_corpus()).codebook)
    except KeyError as fault:
        if fault.args[0] not in all_tables():
            raise
        raise DataError.at(
            f"这张图还要一张表：{fault.args[0]}", where=f"nlp.figure({name!r})", fix=f"加上 {fault.args[0]}=…"
        ) from fault


def word_cloud(
    weights: Mapping[str, float] | pd.Series, title: str = "", note: str = "字的面积与给出的数成正比"
) -> Any:
    """词云：词 → 权重。

    A word cloud of ``weights`` (term → weight above 0); the same picture for the same weights. None without words.
    """
    from nlp.outputs.figures.clouds import one_cloud

    given = {str(term): float(weight) for term, weight in weights.items() if weight > 0}
    return one_cloud(given, title, note, fewest=1)  # whoever asks for it by name knows how few they are


def use_chinese_font() -> str:
    """让 matplotlib 自己的图也能写汉字；交回字体名。

    Make the packaged font the default of matplotlib in this session. The figures of :func:`figure` do not need it.
    """
    from nlp.outputs.fonts import make_default

    return make_default()


GIVEN = ("primary", "codes", "role")  # columns of a batch that hold codes


def chinese(table: pd.DataFrame, names: Mapping[str, str] | None = None, corpus: Corpus | None = None) -> pd.DataFrame:
    """同一张表，换上中文列名，便于阅读；代码和角色的编号换成名称。

    Parameters
    ----------
    table : any table of this package, or some of its columns; column names come from the schema that it fits best
    names : column → Chinese name, where another is wanted
    corpus : whose codebook names the codes; None takes the one that ships with the project
    """
    codebook = (corpus or open_corpus()).codebook
    schemas = list(all_tables().values())
    fits = max(schemas, key=lambda schema: len(set(schema.names) & set(table.columns)) / len(schema.names))
    above = {name: head for schema in (*schemas, fits) for name, head in heads(schema).items()} | dict(names or {})
    named = {code.id: code.name for code in codebook.codes} | {role: codebook.role_name(role) for role in ROLES}
    shown = table.copy()
    coded = [c.name for schema in schemas for c in schema.columns if c.codes] + list(GIVEN)
    for column in shown.columns.intersection(coded):
        shown[column] = shown[column].map(lambda value: in_words(value, named))
    return shown.rename(columns={name: above[name] for name in table.columns if name in above})


def in_words(value: object, named: Mapping[str, str]) -> object:
    """A code, or several joined by ``;`` or ``、``, by name; anything else as it is."""
    if not isinstance(value, str):
        return value
    for mark in (";", "、"):
        if mark in value and all(part in named for part in value.split(mark)):
            return "、".join(named[part] for part in value.split(mark))
    return named.get(value, value)
