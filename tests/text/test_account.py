"""The account: every character that was read stands in one place, and only there."""

from __future__ import annotations

from collections import Counter

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from nlp.corpus.folder import Corpus
from nlp.corpus.lexicon import Lexicon
from nlp.intake.inputs import read_inputs, with_hints
from nlp.readers.source import ReadOptions
from nlp.tables import ACCOUNT, FAILURES, check
from nlp.text.account import account_of, entries_of, n_signs, summary
from nlp.text.clean import clean_sources
from nlp.text.documents import described, split_sources
from nlp.text.segment import cuts_of, segment_documents
from tests.made import sources_of

TITLES = ["关于党建与业务融合的调研报告", "某局机关党委自查报告", ""]
HEADS = ["某局文件", "某发〔2024〕3号", "（2024年3月8日）", "来源：某局机关党委", "作者：张某", ""]
PIECES = ["第一篇：甲局的做法", "第二篇：乙局的做法", "【篇三】丙局的做法", "范文4：丁局的做法"]
NOISE = ["首页 > 机关党建 > 正文", "点击下载本文完整版", "— 3 —", "相关推荐：心得体会十篇", "* * * * *", "12", "[图片]"]
HEADINGS = [
    "一、主要问题",
    "（一）思想认识有偏差。",
    "二、原因分析",
    "1.学习不深",
    "存在的问题",
    "目录",
    "〖问题〗念文件。",
]
LISTS = [
    "究其原因，一是认识不深；二是责任不实；三是考核不严。",
    "主要有：（一）学习停留在读文件上（二）考核停留在看台账上（三）责任停留在签字上。",
    "首先学习停留在读文件上",
    "其次考核停留在看台账上",
    "①学习停留在读文件上，没有结合业务；②考核停留在看台账上；",
]
PROSE = [
    "有的支部开会就是念文件，会后补台账。",
    "支部开会念文件。点击下载本文完整版（Word格式）。业务会上没有人提党建。",
    "近年来，我局认真学习，取得了一定成效，但也要看到，党建与业务仍然是",
    "　　“两张皮”的问题还没有解决，",
    "学习时间\t每周五  地点 会议室",
    "",
]
FOOT = ["某局机关党委", "2024年3月8日", "附件：1.问题清单", "抄送：各支部。", "某局办公室 2024年3月8日印发", "（盖章）"]
LINES = st.sampled_from([*HEADS, *PIECES, *NOISE, *HEADINGS, *LISTS, *PROSE])
TEXTS = st.builds(
    lambda *parts: "\n".join(line for part in parts for line in part),
    st.lists(st.sampled_from(HEADS), max_size=3),
    st.lists(st.sampled_from(TITLES), max_size=2),
    st.lists(LINES, max_size=14),
    st.lists(st.sampled_from(FOOT), max_size=5),
)


def signs(texts: pd.Series | list[str]) -> Counter[str]:
    """Characters of texts, blanks left out."""
    return Counter(char for text in texts for char in str(text) if not char.isspace())


def account(sources: pd.DataFrame, faults: pd.DataFrame, lexicon: Lexicon) -> tuple[pd.DataFrame, Counter[str]]:
    """ACCOUNT of what was read, and the characters that stand in passages, headings, titles and drops."""
    cleaned, noise = clean_sources(sources, lexicon)
    splits = split_sources(cleaned)
    documents, _, repeats = described(splits, lexicon)
    passages = segment_documents(documents, lexicon)
    entries = entries_of(sources["text"], noise, splits)
    table, _ = account_of(entries, documents, passages, faults, lexicon)
    placed = signs(passages["text"]) + signs(noise["text"]) + signs(repeats["text"])
    placed += signs([title for split in splits for body in split.bodies for title in body.titles])
    for text, cut in zip(documents["text"].fillna(""), cuts_of(documents["text"].fillna(""), lexicon), strict=True):
        rest, end = [], 0
        for passage in cut.passages:
            rest.append(text[end : passage.start])
            end = passage.end
        rest.append(text[end:])
        assert n_signs("".join(rest)) == cut.n_in_headings
        placed += signs(rest)
    return check(ACCOUNT, table), placed


@given(st.lists(TEXTS, min_size=1, max_size=3))
def test_every_character_that_is_read_is_in_a_passage_a_heading_or_dropped_once(
    lexicon: Lexicon, texts: list[str]
) -> None:
    sources = sources_of({f"{number}.txt": text for number, text in enumerate(texts)})
    table, placed = account(sources, FAILURES.empty(), lexicon)
    assert placed == signs(texts)
    assert table["n_in_none"].tolist() == [0] * len(table)
    assert table["n_read"].sum() == sum(map(n_signs, texts))


def test_the_account_of_the_shipped_texts_has_no_rest(corpus: Corpus) -> None:
    options = with_hints(ReadOptions(), corpus.lexicon)
    sources, faults = read_inputs([corpus.folder / "reports" / "*.txt"], options)
    table, placed = account(sources, faults, corpus.lexicon)
    assert placed == signs(sources["text"].fillna(""))
    assert not table["n_in_none"].any()
    assert set(sources["source"]) == set(table["source"])


def test_a_file_of_noise_alone_is_a_failure_with_its_reason(lexicon: Lexicon) -> None:
    sources = sources_of({"广告.txt": "点击下载本文完整版（Word格式）\n返回首页", "报告.txt": PROSE[0]})
    cleaned, noise = clean_sources(sources, lexicon)
    splits = split_sources(cleaned)
    documents, _, _ = described(splits, lexicon)
    passages = segment_documents(documents, lexicon)
    faults = FAILURES.frame([("扫描.pdf", "第 2、3 页（共 2 页）没有文字层", "先做文字识别")])
    entries = entries_of(sources["text"], noise, splits)
    table, failures = account_of(entries, documents, passages, faults, lexicon)
    assert failures["source"].tolist() == ["广告.txt", "扫描.pdf"]
    assert failures["reason"][0].startswith("读到 21 字，没有一段正文：去掉的有")
    assert summary(table) == "读入 39 字，入段 18，标题 0，清洗 21（明细 dropped.csv），未读 2 页"
    assert table["document_id"].fillna("").tolist() == ["广告.txt", "报告.txt", ""]


def test_what_belongs_to_no_document_has_a_row_of_its_own(lexicon: Lexicon) -> None:
    text = "编者的话，以下两篇供参考。\n第一篇：甲局的做法\n甲局开会念文件。\n第二篇：乙局的做法\n乙局补台账。"
    table, _ = account(sources_of({"合集.txt": text}), FAILURES.empty(), lexicon)
    rows = table[["document_id", "n_read", "n_in_passages", "n_in_headings", "n_removed"]].fillna("")
    assert rows.to_numpy().tolist() == [
        ["合集.txt-1", 17, 8, 9, 0],
        ["合集.txt-2", 15, 6, 9, 0],
        ["", 13, 0, 0, 13],
    ]
