"""Title, organ, kind of unit and date of reports that are set in many ways; nothing around a text is a passage."""

from __future__ import annotations

import csv
from itertools import product
from pathlib import Path

import pytest
from made import sources_of

from nlp.corpus.lexicon import Lexicon
from nlp.text.clean import clean_sources
from nlp.text.documents import described, first_hint, split_sources

BODY = ["　　有的支部开会就是念文件，会后补台账。", "　　党建与业务仍然是各干各的，结合点不多。"]


def document_of(lexicon: Lexicon, lines: list[str], source: str = "报告.txt") -> dict[str, object]:
    """What is found out about a report of these lines."""
    sources = sources_of({source: "\n".join(lines)})
    cleaned, _ = clean_sources(sources, lexicon)
    documents, _, _ = described(split_sources(cleaned, None, sources["text"]), lexicon)
    found: dict[str, object] = documents.astype(object).where(documents.notna(), None).iloc[0].to_dict()
    return found


UNITS = [
    ("云江市水利局机关党委", "机关"),
    ("临河城投集团党委", "国企"),
    ("东陵理工大学第三党支部", "高校"),
    ("青石镇党委", "基层"),
]
SUBJECT = "关于破解党建与业务“两张皮”问题的调研报告"
DAYS = ["2024年3月8日", "二〇二四年三月八日", "2024.3.8", "（2024年3月8日）"]


def layouts(organ: str, day: str) -> dict[str, tuple[list[str], str, str, str]]:
    """Ten ways to set a report: its lines, its title, and where organ and date stand."""
    year = "云委〔2024〕7号"
    return {
        "落款": ([SUBJECT, *BODY, organ, day], SUBJECT, "落款", "落款"),
        "落款一行": ([SUBJECT, *BODY, f"{organ}　{day}"], SUBJECT, "落款", "落款"),
        "红头": ([f"{organ}文件", year, SUBJECT, *BODY, day], SUBJECT, "红头", "落款"),
        "红头签发人": (
            [f"{organ}文件", f"{year}　　签发人：李某", SUBJECT, *BODY, organ, day],
            SUBJECT,
            "落款",
            "落款",
        ),
        "密级份号": (["000012", "特急", f"{organ}文件", year, SUBJECT, *BODY, day], SUBJECT, "红头", "落款"),
        "题下": ([SUBJECT, organ, day, *BODY], SUBJECT, "题下", "题下"),
        "题下来源": ([SUBJECT, f"来源：{organ}　发布时间：2024-03-08 09:00", *BODY], SUBJECT, "题下", "题下"),
        "题中单位": ([f"{organ}{SUBJECT}", *BODY, day], f"{organ}{SUBJECT}", "标题", "落款"),
        "两行标题": ([organ, SUBJECT, *BODY, day], f"{organ}{SUBJECT}", "标题", "落款"),
        "后附清单": ([SUBJECT, *BODY, organ, day, "附件：问题清单", "抄送：市委组织部。"], SUBJECT, "落款", "落款"),
    }


@pytest.mark.parametrize(("unit", "day"), list(zip(UNITS, DAYS, strict=True)), ids=[organ for organ, _ in UNITS])
@pytest.mark.parametrize("layout", layouts("", ""))
def test_title_organ_kind_and_date_come_out_of_every_layout(
    lexicon: Lexicon, layout: str, unit: tuple[str, str], day: str
) -> None:
    organ, kind = unit
    lines, title, organ_source, date_source = layouts(organ, day)[layout]
    row = document_of(lexicon, lines)
    assert (row["title"], row["organ"], row["kind_of_unit"], row["date"]) == (title, organ, kind, "2024-03-08")
    assert (row["organ_source"], row["date_source"]) == (organ_source, date_source)
    assert row["genre"] == "调研报告"
    assert row["text"] == "\n".join(line.strip() for line in BODY)


LATER = [
    pytest.param("2024年自查报告.txt", "2024-03-08", "落款", id="文件名只有年"),
    pytest.param("2023-05自查报告.txt", "2023-05", "文件名", id="文件名与落款不合"),
]


@pytest.mark.parametrize(("source", "date", "origin"), LATER)
def test_a_year_in_the_file_name_does_not_coarsen_a_day(lexicon: Lexicon, source: str, date: str, origin: str) -> None:
    row = document_of(lexicon, [SUBJECT, *BODY, UNITS[0][0], DAYS[0]], source)
    assert (row["date"], row["date_source"]) == (date, origin)


NO_ORGAN = [
    pytest.param([SUBJECT, "来源：新华网", *BODY], id="网站"),
    pytest.param([SUBJECT, "作者：张某某", *BODY], id="人名"),
    pytest.param([SUBJECT, *BODY], id="没有"),
    pytest.param([SUBJECT, "我单位：两张皮。", *BODY], id="正文里的单位"),
]


@pytest.mark.parametrize("lines", NO_ORGAN)
def test_no_organ_is_made_up(lexicon: Lexicon, lines: list[str]) -> None:
    row = document_of(lexicon, lines)
    assert (row["organ"], row["organ_source"]) == (None, None)


def test_every_date_line_of_the_case_file_is_read(lexicon: Lexicon, shared: Path) -> None:
    path = shared / "cases" / "reports" / "date_lines.tsv"
    if not path.is_file():
        pytest.skip("没有 cases/reports/date_lines.tsv：它不随项目发布")
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    for row in rows:
        signed = row["place"] == "signature"
        lines = [SUBJECT, *BODY, "某局机关党委", row["line"]] if signed else [SUBJECT, row["line"], *BODY]
        found = document_of(lexicon, lines)
        assert (found["date"], found["text"]) == (row["date"], "\n".join(line.strip() for line in BODY)), row["line"]
        assert not signed or found["organ"] == "某局机关党委"


PLACES = ["云江市", "临河县", "东陵区"]
NAMES = {
    "机关": "财政局 住建局 水利局 教育局 卫生健康委 发改委 国资委 税务局 公安局 司法局 农业农村局 乡村振兴局 "
    "城乡建设局 市场监管局 组织部 宣传部 统战部 纪委监委 政府办 党校 总工会 妇联 残联 法院 检察院 "
    "人大机关 政协机关 直属机关工作委员会 统计局机关党委",
    "国企": "城投集团 水务集团 供电公司 烟草公司 农商银行 建工集团第二项目部 交通投资有限公司 "
    "港务集团 地铁运营公司 铜矿 供电局",
    "高校": "理工大学 理工大学第三党支部 师范学院 职业技术学院 医科大学研究生院 农业大学图书馆党支部 工业大学后勤处",
    "医院": "人民医院 中医院 妇幼保健院 疾控中心 第二医院门诊党支部 医科大学附属医院 中心血站 社区卫生服务中心",
    "中小学": "第一中学 实验小学 机关幼儿园 第三中学党支部 外国语学校 师范大学附属中学 特殊教育学校",
    "基层": "青石镇党委 石桥村党支部 新华社区 中山街道 马家乡 石桥村委会",
    "社会组织": "律师行业党委 餐饮协会 浙江商会 会计师协会 慈善基金会 银行业协会",
}
TWO_HUNDRED = [(place + name, kind) for kind, names in NAMES.items() for place, name in product(PLACES, names.split())]


def test_the_kind_of_two_hundred_units_is_told(lexicon: Lexicon) -> None:
    assert len(TWO_HUNDRED) >= 200
    wrong = {name: (first_hint(lexicon.unit_hints, name), kind) for name, kind in TWO_HUNDRED}
    assert {name: pair for name, pair in wrong.items() if pair[0] != pair[1]} == {}
