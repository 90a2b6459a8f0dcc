"""Faults of the whole documents that are coded by sentence, with file and line."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pandas as pd

from nlp.corpus.codebook import CODED_FACETS, Codebook
from nlp.corpus.faults import attempt, found
from nlp.corpus.folder import GOLD, SENTENCE_FILES
from nlp.store.files import read_table
from nlp.tables import ROLES, UNIT_KINDS

KINDS = ("heading", "sentence")
CODERS = ("writer", "second", GOLD)
KEY = ["document_id", "position"]


def sentence_faults(folder: Path, codebook: Codebook | None) -> list[str]:
    """Faults of the files of whole documents below ``folder``/gold; none where it has no such file."""
    gold = folder / "gold"
    if not any((gold / name).exists() for name in SENTENCE_FILES):
        return []
    faults: list[str] = []
    tables = [
        attempt(partial(read_table, gold / name, required=columns), faults) for name, columns in SENTENCE_FILES.items()
    ]
    documents, sentences, labels = tables
    if documents is None or sentences is None or labels is None:
        return faults
    faults += document_faults(documents, gold / "documents.csv")
    faults += text_faults(sentences, documents, gold / "sentences.csv")
    if codebook is not None:
        faults += coding_faults(labels, sentences, codebook, gold)
    return faults


def document_faults(documents: pd.DataFrame, path: Path) -> Iterator[str]:
    """Faults of the list of documents."""
    repeated = documents.duplicated("document_id", keep=False)
    yield from found(repeated, documents, "文档编号重复", path, "改用不同的编号")
    unknown = ~documents["kind_of_unit"].isin(UNIT_KINDS)
    yield from found(unknown, documents, "不认识的单位类别", path, f"只能用：{'、'.join(UNIT_KINDS)}")


def text_faults(sentences: pd.DataFrame, documents: pd.DataFrame, path: Path) -> Iterator[str]:
    """Faults of the sentences: no text, unknown documents and kinds, an order that has gaps."""
    yield from found(sentences["text"] == "", sentences, "句子没有文字", path, "填写 text，或删去这一行")
    yield from found(~sentences["kind"].isin(KINDS), sentences, "不认识的种类", path, f"只能用：{'、'.join(KINDS)}")
    unlisted = ~sentences["document_id"].isin(documents["document_id"])
    yield from found(unlisted, sentences, "句子的文档不在清单里", path, "在 documents.csv 补一行，或改正 document_id")
    expected = sentences.groupby("document_id").cumcount().add(1).astype("str")
    yield from found(sentences["position"] != expected, sentences, "句子的次序不连续", path, "每篇从 1 起，逐句加一")
    paragraph = pd.to_numeric(sentences["paragraph"], errors="coerce").fillna(-1)
    step = paragraph.groupby(sentences["document_id"]).diff().fillna(0)
    yield from found(~step.isin((0, 1)), sentences, "段的次序不连续", path, "同一段同号，下一段加一")


def coding_faults(labels: pd.DataFrame, sentences: pd.DataFrame, codebook: Codebook, gold: Path) -> Iterator[str]:
    """Faults of the labels: unknown coders, sentences and codes, spans that do not quote, roles that do not allow."""
    path = gold / "sentence_labels.csv"
    said = sentences[sentences["kind"] == "sentence"].set_index(KEY)["text"]
    text = pd.Series(said.reindex(pd.MultiIndex.from_frame(labels[KEY])).array, labels.index)
    known = {("role", role) for role in ROLES} | {
        (facet, code) for facet in CODED_FACETS for code in codebook.of(facet)
    }
    pairs = pd.Series(list(zip(labels["facet"], labels["code"], strict=True)), labels.index)
    roles = labels[labels["facet"] == "role"]
    by_coder = [*KEY, "coder"]
    role_of = roles.drop_duplicates(by_coder).set_index(by_coder)["code"]
    own = pd.Series(role_of.reindex(pd.MultiIndex.from_frame(labels[by_coder])).array, labels.index)
    coded = labels["facet"] != "role"
    columns = zip(text.fillna(""), labels["start"], labels["end"], labels["facet"], labels["evidence"], strict=True)
    quoted = pd.Series([quotes(*cells) for cells in columns], labels.index)
    yield from found(~labels["coder"].isin(CODERS), labels, "不认识的编码者", path, f"只能用：{'、'.join(CODERS)}")
    yield from found(text.isna(), labels, "没有这个句子（标题不编码）", path, "改正 document_id 和 position")
    yield from found(~pairs.isin(known), labels, "编码表里没有这个代码", path, "改正拼写，或先在 codes.csv 增加")
    yield from found(text.notna() & ~quoted, labels, "证据与原文不符", path, "使 evidence 等于句子的 [start:end]")
    twice = roles.duplicated(by_coder, keep=False)
    yield from found(twice, roles, "一个编码者给了一句两个角色", path, "只留一个角色")
    wrong = coded & (own != labels["facet"])
    yield from found(wrong, labels, "代码不属于该句角色的维度", path, "改正角色，或删去代码")
    done = roles[roles["coder"] == GOLD].set_index(KEY).index
    lacking = ~pd.MultiIndex.from_frame(sentences[KEY]).isin(done) & (sentences["kind"] == "sentence")
    fix = "在 sentence_labels.csv 补上 gold 的角色行"
    yield from found(lacking, sentences, "句子没有标准角色", gold / "sentences.csv", fix)


def quotes(text: str, start: str, end: str, facet: str, evidence: str) -> bool:
    """Whether a span lies in the sentence and, for a code, quotes it; a role's evidence may be left empty."""
    try:
        first, last = int(start), int(end)
    except ValueError:
        return False
    if not 0 <= first < last <= len(text):
        return False
    return text[first:last] == evidence or (facet == "role" and not evidence)
