"""The tables of small analyses that a draft is written from."""

from __future__ import annotations

import pandas as pd

from nlp.corpus.folder import Corpus
from nlp.run.how import How
from nlp.run.run import Run
from nlp.run.stages import counting, reading
from nlp.tables import ABSTAINED, DOCUMENTS, DROPPED, FAILURES, LABELS, PASSAGES, THEME_PASSAGES, THEMES, TOKENS

# What a passage says, its role and code. Numbers, quotation marks and the beginnings of formulas are there on purpose.
SAID = (
    ("2023年全局共有党员1256名，设12个支部。“三会一课”记录齐全。", "context", ""),
    ("个别支部“三会一课”流于形式，12次主题党日有9次是补的记录。台账靠年底突击。", "manifestation", "formalism"),
    ("=1+1 是表格里的样子，业务谋划与党建谋划各走各的。", "manifestation", "disconnection"),
    ("党建工作占年度考核的比重只有5%，考核导向偏了。", "cause", "assessment_bias"),
    ("一些同志认为党建是“虚功”，抓不抓一个样。", "cause", "misperception"),
    ("把党建考核权重由5%提高到30%；结果与评优挂钩。", "remedy", "assessment_reform"),
)
REPORTS, SHORT = 9, 14
SIZES = {"mixed": (REPORTS, SHORT), "reports": (REPORTS, 0), "few": (2, 0), "bare": (6, 0), "moving": (40, 5)}
# What reports of a kind “moving” say as well, in which years: a slogan that goes, one that comes, a problem that grows.
IN_YEARS = (
    ("推进“两学一做”学习教育常态化制度化。", "context", "", (2019, 2020)),
    ("落实“第一议题”制度，跟进学习最新精神。", "context", "", (2021, 2022)),
    ("活动年年是参观加观影，青年党员私下叫它老三样。", "manifestation", "stale_methods", (2021, 2022)),
)


def sayings(kind: str, number: int, short: bool) -> list[tuple[str, str, str]]:
    """Passages of one document: text, role, code."""
    if kind == "bare":
        return list(SAID[:1])
    if short:
        return [SAID[number % len(SAID)]]
    moving = [said[:3] for said in IN_YEARS if kind == "moving" and 2019 + number % 4 in said[3]]
    return [*SAID[: len(SAID) - number % 2], *moving]


def made_tables(corpus: Corpus, kind: str) -> dict[str, pd.DataFrame]:
    """The tables of an analysis: reports that say all of SAID, short pieces that say one thing each."""
    n_reports, n_short = SIZES[kind]
    documents, passages, labels = [], [], []
    for number in range(n_reports + n_short):
        short = number >= n_reports
        document = f"报送.csv·甲 = {number}" if short else f"报告{number}"
        said = sayings(kind, number, short)
        documents.append(
            {
                "document_id": document,
                "source": "报送.csv" if short else f"{document}.txt",
                "title": "报送" if short else f"关于2023年第{number}次自查“两张皮”的报告",
                "organ": f"单位{number}",
                "kind_of_unit": ("机关", "国企")[number % 2],
                "date": None if number % 5 == 4 else f"{2019 + number % 4}-0{1 + number % 9}",
                "text": "",
                "n_chars": 60 if short else 3000,
            }
        )
        for position, (text, role, code) in enumerate(said, 1):
            passage = f"{document}#{position:04d}"
            copied = number == 3 and position == 2
            passages.append(
                {
                    "passage_id": passage,
                    "document_id": document,
                    "position": position,
                    "section": f"二、问题＞（{position}）第{position}方面",
                    "start": 0,
                    "end": len(text),
                    "text": text,
                    "reuse_of": "报告0#0002" if copied else None,
                    "reuse_class": "套话" if copied else None,
                }
            )
            for facet, value in (("role", role), (role, code)):
                if value:
                    labels.append((passage, document, "rules", facet, value, 2, 8, 0.9, text[2:8], "测试", True))
    theme = ("m-01", "manifestation", "12次、补记录", 9, 8, 7, 0.41, 0.3, 0.917, True, "formalism 53%", None, None)
    given = {
        "documents": DOCUMENTS.frame(documents),
        "passages": PASSAGES.frame(passages),
        "labels": LABELS.frame(labels),
        "abstained": ABSTAINED.empty(),
        "dropped": DROPPED.frame([("甲.txt", None, 1, 0, "广告", "购买请致电")]),
        "failures": FAILURES.empty(),
        "themes": THEMES.frame([theme]),
        "theme_passages": THEME_PASSAGES.empty(),
    }
    if kind != "moving":
        given["tokens"] = TOKENS.empty()
    run = Run(corpus, How(coder="rules"), tables=given)
    stages = (reading.STAGES[-1], *counting.STAGES)  # who copied whom, and every count
    return given | {table.name: run[table.name] for stage in stages for table in stage.makes}
