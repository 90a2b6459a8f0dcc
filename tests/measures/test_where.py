"""Which documents are meant: conditions in words."""

from __future__ import annotations

import pandas as pd
import pytest

from nlp.base.errors import DataError
from nlp.measures.where import documents_where
from nlp.tables import DOCUMENTS

ROWS = (
    ("甲", "国企", "云江港务集团", "2021-05", "自查报告"),
    ("乙", "国企", "云江公交公司", "2023", "调研报告"),
    ("丙", "机关", "云江市财政局", "2023-06-01", "自查报告"),
    ("丁", "高校", None, None, None),
)
CASES = [
    pytest.param("", "甲乙丙丁", id="没有条件"),
    pytest.param("kind_of_unit=国企", "甲乙", id="等于"),
    pytest.param("单位类别＝国企", "甲乙", id="中文名和全角等号"),
    pytest.param("kind_of_unit=国企 and year>=2023", "乙", id="并且"),
    pytest.param("kind_of_unit=国企 或 年份=2023", "甲乙丙", id="或者"),
    pytest.param("kind_of_unit=机关 or kind_of_unit=国企 and year=2021", "甲丙", id="并且比或者先算"),
    pytest.param("(kind_of_unit=机关 or kind_of_unit=国企) and year=2023", "乙丙", id="括号"),
    pytest.param("（类别=机关 或 类别=国企）且 年≥2023", "乙丙", id="全角括号"),
    pytest.param("not kind_of_unit=国企", "丙丁", id="非"),
    pytest.param("kind_of_unit!=国企", "丙丁", id="不等于"),
    pytest.param("organ~公交|港务", "甲乙", id="含其中之一"),
    pytest.param("体裁=自查报告|调研报告", "甲乙丙", id="几个值"),
    pytest.param("year<2023", "甲", id="没有日期的不比大小"),
    pytest.param("date>=2023-01", "丙", id="日期照字面比"),
    pytest.param("单位='云江市财政局'", "丙", id="加引号"),
]
WRONG = [
    pytest.param("kind=国企", "没有这一项：kind", id="没有的项"),
    pytest.param("year", "后面要有", id="没有符号"),
    pytest.param("year>=", "后面没有值", id="没有值"),
    pytest.param("(year=2021", "少一个右括号", id="括号不成对"),
    pytest.param("year=2021 organ~局", "前面要有 and 或 or", id="没有连词"),
    pytest.param("year=1999", "没有一篇文档符合", id="一篇也没有"),
    pytest.param("!", "看不懂", id="怪字"),
]


@pytest.fixture(scope="module")
def documents() -> pd.DataFrame:
    names = ("document_id", "kind_of_unit", "organ", "date", "genre")
    return DOCUMENTS.frame({"source": "a.txt", "n_chars": 1} | dict(zip(names, row, strict=True)) for row in ROWS)


@pytest.mark.parametrize(("where", "expected"), CASES)
def test_a_condition_chooses_documents(documents: pd.DataFrame, where: str, expected: str) -> None:
    assert "".join(documents_where(documents, where)["document_id"]) == expected


@pytest.mark.parametrize(("where", "said"), WRONG)
def test_a_condition_that_cannot_be_kept_says_why(documents: pd.DataFrame, where: str, said: str) -> None:
    with pytest.raises(DataError, match=said):
        documents_where(documents, where)
