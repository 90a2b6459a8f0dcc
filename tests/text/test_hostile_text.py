"""The laws of every text stage hold on hostile text: control characters, surrogates, bidi signs, huge repetition."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.corpus.folder import open_corpus
from nlp.readers.source import invisible, tidy
from nlp.search.fold import fold
from nlp.tables import DOCUMENTS, SOURCES, check
from nlp.text.clean import clean_sources, clean_text
from nlp.text.dates import dates_in
from nlp.text.documents import build_documents
from nlp.text.joining import joined
from nlp.text.layout import layout
from nlp.text.numbering import mark_of
from nlp.text.reuse import mark_reuse
from nlp.text.segment import segment_documents
from nlp.words.tokens import tokenize

LEXICON = open_corpus().lexicon
ODD = [
    "\u202e",
    "\u2066",
    "\ufeff",
    "\u200b",
    "\ud800",
    "\x00",
    "\x1b",
    "\x85",
    "\u2028",
    "\U0001f600",
    "\ufdfa",
    "\u0301",
]
MARKS = [
    "一、",
    "（一）",
    "1.",
    "第一篇：",
    "【篇二】",
    "一是",
    "首先，",
    "2023年13月45日",
    "〇〇年",
    "。",
    "\n",
    "\n\n",
    "　　",
    "\t",
]
WORDS = [
    "党建与业务两张皮",
    "流于形式",
    "联系人：",
    "关于",
    "的报告",
    "=1+1",
    "<script>",
    "\\",
    "%s{0}",
    "A" * 70,
    "“",
    "”",
    "……",
]
HOSTILE = st.lists(st.sampled_from([*ODD, *MARKS, *WORDS]) | st.text(max_size=6), max_size=25).map("".join)
READ = HOSTILE.map(tidy)  # what a reader lets through


@given(HOSTILE)
def test_tidy_leaves_nothing_invisible_and_is_done_after_once(text: str) -> None:
    once = tidy(text)
    assert tidy(once) == once
    assert not any(invisible().get(ord(char), char) != char for char in once)


@given(HOSTILE)
def test_fold_keeps_the_length(text: str) -> None:
    assert len(fold(text, LEXICON.fold_table)) == len(text)


@given(READ)
def test_cleaning_keeps_the_lines_and_says_what_went(text: str) -> None:
    cleaned, drops = clean_text(text, LEXICON.noise)
    assert cleaned.count("\n") == text.count("\n")
    assert all(1 <= drop.line <= text.count("\n") + 1 for drop in drops)


@given(READ)
def test_joining_loses_and_adds_no_character(text: str) -> None:
    def bare(words: str) -> str:
        return "".join(words.split())

    assert bare("".join(joined(text.split("\n")))) == bare(text)


@given(READ)
def test_dates_and_numbers_of_headings_raise_nothing(text: str) -> None:
    for found in dates_in(text):
        assert found
    for line in text.split("\n"):
        mark = mark_of(line)
        assert mark is None or mark.depth >= 0


@given(READ)
def test_layout_covers_the_text_in_order(text: str) -> None:
    blocks = layout(text)
    assert all(text[block.start : block.end] for block in blocks)
    assert all(one.end <= other.start for one, other in pairwise(blocks))


def through(texts: list[str]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Documents, passages and tokens of some sources."""
    rows = [{"source": f"{n}.txt", "encoding": "utf-8", "text": text} for n, text in enumerate(texts)]
    cleaned, _ = clean_sources(SOURCES.frame(rows), LEXICON)
    documents, _, _ = build_documents(cleaned, LEXICON)
    passages = mark_reuse(segment_documents(documents, LEXICON), documents, LEXICON)
    return check(DOCUMENTS, documents), passages, tokenize(passages, LEXICON)


@settings(max_examples=25)
@given(st.lists(READ.filter(str.strip), min_size=1, max_size=4))
def test_passages_and_tokens_keep_their_places(texts: list[str]) -> None:
    documents, passages, tokens = through(texts)
    whole = documents.set_index("document_id")["text"]
    for _, mine in passages.groupby("document_id", sort=False):
        assert (mine["start"].to_numpy()[1:] >= mine["end"].to_numpy()[:-1]).all()
    for row in passages.itertuples():
        assert whole[row.document_id][row.start : row.end] == row.text
    said = passages.set_index("passage_id")["text"]
    for row in tokens.itertuples():
        assert 0 <= row.start < row.end <= len(said[row.passage_id])
    copies = passages["reuse_of"].dropna()
    assert set(copies) <= set(passages["passage_id"])


@settings(max_examples=10)
@given(st.lists(READ.filter(str.strip), min_size=2, max_size=4))
def test_parts_give_what_the_whole_gives(texts: list[str]) -> None:
    documents, _, _ = through(texts)
    whole = segment_documents(documents, LEXICON)
    parts = [segment_documents(documents.iloc[[n]], LEXICON) for n in range(len(documents))]
    pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), whole)


REPEATED = [
    "（一）",
    "一、",
    "“",
    "两张皮",
    "2023年",
    "A ",
    "……",
    "=",
    "第一篇：甲\n",
    "一是",
    "　",
    "a.b@",
    "*" * 50 + "\n",
]


@pytest.mark.parametrize("unit", REPEATED, ids=ascii)
def test_long_repetition_ends(unit: str) -> None:
    documents, passages, tokens = through([(unit * 20_000)[:40_000] + "。完"])  # quadratic stages would never end
    assert len(documents) <= 20_001
    assert passages["text"].str.len().sum() <= 40_002
    assert len(tokens) <= 40_002
