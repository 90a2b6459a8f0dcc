"""What a notebook makes step by step is what the command makes; a report that prescribes is not blamed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import nlp
from nlp.corpus.folder import Corpus
from nlp.engine.choice import Engine
from nlp.measures.links import gaps
from nlp.run.stages.coding import coding_of

PROBLEMS = """关于机关党建与业务融合情况的自查报告
一、存在的主要问题
有的支部把组织生活当任务应付，会议记录靠年底补写，活动签到拍照就算完成，流于形式。
党建计划和业务计划各写各的，部署不在一起，检查也不在一起，两张皮问题明显。
部分干部把业务当硬任务、把党建当软任务，一忙起来就让党建靠边站。
二、原因分析
究其原因，是一些同志思想认识有偏差，觉得党建是虚功，干好干坏看不出来。
考核党建的分值只占百分之五，业务指标一票否决，导向自然偏了。
专职党务干部只有两名，其余都是兼职，精力顾不过来。
"""
REMEDIES = """三、下一步措施
加强理论学习，每月组织一次专题研讨，教育引导党员干部把党建和业务同等看重。
坚持党建工作与业务工作同谋划、同部署、同推进、同考核，把党建任务嵌入业务流程。
健全组织生活制度，建立会议记录当月抽查、问题整改销号的闭环机制。
压实党组书记第一责任人责任，列出责任清单，每季度述职一次。
创新活动载体，把主题党日开到项目一线。
提高党建在年度考核中的权重，考核结果与评优挂钩。
选优配强支部书记，定期开展党务培训。
"""


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    """One report that only complains and one that prescribes too."""
    (tmp_path / "甲局.txt").write_text(PROBLEMS, encoding="utf-8")
    (tmp_path / "乙局.txt").write_text(PROBLEMS + REMEDIES, encoding="utf-8")
    return tmp_path


def test_segment_gives_the_passages_of_the_command(reports: Path, corpus: Corpus, tmp_path: Path) -> None:
    documents = nlp.read_documents(reports, corpus=corpus)
    passages = nlp.segment(documents, corpus.lexicon, corpus)
    nlp.classify(reports, out=tmp_path / "结果", corpus=corpus)
    written = pd.read_csv(tmp_path / "结果" / "passages.csv", encoding="utf-8-sig", keep_default_na=False)
    assert passages["passage_id"].tolist() == written["passage_id"].tolist()
    assert passages["text"].tolist() == written["text"].tolist()


def test_no_report_is_blamed_for_what_it_prescribes(reports: Path, corpus: Corpus) -> None:
    documents = nlp.read_documents(reports, corpus=corpus).assign(organ=None)
    passages = nlp.segment(documents, corpus.lexicon, corpus)
    labels = coding_of(passages, corpus, "learned", Engine()).labels
    table = gaps(labels, documents, corpus.answers())[0]
    blamed = set(table.loc[table["kind"] == "诊断了没开方", "unit"])
    assert blamed == {"甲局.txt"}
