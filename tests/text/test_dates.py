"""Dates: every way of writing them, which source goes first, and what is reported instead of guessed away."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.text.dates import Finding, agree, date_of_file_name, date_of_signature, dates_in, normal_date, settle_date

WRITTEN = [
    pytest.param("2021年6月18日", "2021-06-18", id="阿拉伯数字"),
    pytest.param("2021 年 6 月 18 日", "2021-06-18", id="数字间有空格"),
    pytest.param("2021年06月08号", "2021-06-08", id="补零与号"),
    pytest.param("二〇二一年六月十八日", "2021-06-18", id="汉字日期"),
    pytest.param("二○二一年十一月三十日", "2021-11-30", id="圆圈作零"),
    pytest.param("二零一九年十二月二十一日", "2019-12-21", id="零作〇"),
    pytest.param("二〇二〇年十月", "2020-10", id="汉字年月"),
    pytest.param("2020年", "2020", id="只有年"),
    pytest.param("2022.3.7", "2022-03-07", id="点分"),
    pytest.param("2022-03-07", "2022-03-07", id="横线"),
    pytest.param("2022/3", "2022-03", id="斜线年月"),
    pytest.param("20220307", "2022-03-07", id="八位数字"),
    pytest.param("202203", "2022-03", id="六位数字"),
    pytest.param("2022/6/8 00:00:00", "2022-06-08", id="表格软件写出的时刻"),
    pytest.param("2024年2月29日", "2024-02-29", id="闰年"),
    pytest.param("2023年2月29日", None, id="不存在的闰日"),
    pytest.param("2022年13月1日", None, id="十三月"),
    pytest.param("2022年0月", None, id="零月"),
    pytest.param("2021年4月31日", None, id="小月三十一日"),
    pytest.param("1921年7月", None, id="太早"),
    pytest.param("x年x月x日", None, id="占位符"),
    pytest.param("xx月xx日", None, id="占位符没有年"),
    pytest.param("", None, id="空串"),
    pytest.param("电话13820212022", None, id="电话号码不是日期"),
]


@pytest.mark.parametrize(("text", "date"), WRITTEN)
def test_ways_of_writing(text: str, date: str | None) -> None:
    assert normal_date(text) == date


@given(day=st.dates(datetime.date(1950, 1, 1), datetime.date(2098, 12, 31)))
def test_every_real_day_is_read(day: datetime.date) -> None:
    iso = day.isoformat()
    assert normal_date(f"{day.year}年{day.month}月{day.day}日") == iso
    assert normal_date(f"{day:%Y%m%d}") == iso
    assert normal_date(han_date(day)) == iso


def han_date(day: datetime.date) -> str:
    """二〇二一年六月十八日."""
    return f"{''.join('〇一二三四五六七八九'[int(d)] for d in str(day.year))}年{han(day.month)}月{han(day.day)}日"


def han(value: int) -> str:
    """十八."""
    tens, ones = divmod(value, 10)
    return ("" if tens == 0 else "十" if tens == 1 else "一二三"[tens - 1] + "十") + (
        "" if ones == 0 else "一二三四五六七八九"[ones - 1]
    )


NAMES = [
    pytest.param("自查报告2021-06-18.docx", "2021-06-18", id="文件名里的日期"),
    pytest.param("调研报告（2020年9月）.txt", "2020-09", id="年月"),
    pytest.param("20190315 支部汇报.pdf", "2019-03-15", id="八位数字开头"),
    pytest.param("2018.txt", "2018", id="只有年"),
    pytest.param("2023年/汇报.txt", None, id="文件夹不算"),
    pytest.param("汇报材料.docx", None, id="没有日期"),
    pytest.param("文号〔2099〕.docx", "2099", id="未来的年份照录"),
    pytest.param("编号20211332.txt", None, id="八位数字但不是日期"),
]


@pytest.mark.parametrize(("source", "date"), NAMES)
def test_file_names(source: str, date: str | None) -> None:
    assert [finding.date for finding in date_of_file_name(source)] == ([date] if date else [])


def test_only_full_dates_inside_a_text_count() -> None:
    text = "二〇二一年六月十八日印发的意见，到2022年底检查；2023.5.8又强调。2022年13月不算。"
    assert dates_in(text) == ["2021-06-18", "2023-05-08"]


def test_signature_gives_one_date_a_line() -> None:
    assert date_of_signature(["某区委办公室", "2021年6月18日"]) == [Finding("2021-06-18", "落款")]


SETTLED = [
    pytest.param([("2021-06", "清单"), ("2021-06-18", "落款")], [], "2021-06", "清单", set(), id="说法一致、详略不同"),
    pytest.param(
        [("2021-06", "清单"), ("2020-03-01", "落款")], [], "2021-06", "清单", {"2020-03-01"}, id="清单先于落款"
    ),
    pytest.param(
        [("2019", "文件名"), ("2020-03-01", "落款")], [], "2019", "文件名", {"2020-03-01"}, id="文件名先于落款"
    ),
    pytest.param(
        [("2021-13-40", "清单"), ("2020-03", "落款")],
        [],
        "2020-03",
        "落款",
        {"2021-13-40"},
        id="清单写错则用下一个并报告",
    ),
    pytest.param([], ["2024-05-08"], None, None, {"2024-05-08"}, id="正文日期从不采用"),
    pytest.param(
        [("2012-04", "落款")], ["2024-05-08"], "2012-04", "落款", {"2024-05-08"}, id="正文提到更晚的日期要报告"
    ),
    pytest.param(
        [("2012-04", "落款")], ["2010-05-08", "2012-04-20"], "2012-04", "落款", set(), id="正文提到更早或同月不必报告"
    ),
    pytest.param([], [], None, None, set(), id="什么都没有"),
]


@pytest.mark.parametrize(("findings", "inside", "kept", "origin", "reported"), SETTLED)
def test_which_date_is_taken(
    findings: list[tuple[str, str]], inside: list[str], kept: str | None, origin: str | None, reported: set[str]
) -> None:
    settled = settle_date([Finding(*finding) for finding in findings], inside)
    assert (settled.date, settled.origin) == (kept, origin)
    assert {conflict["found"] for conflict in settled.conflicts} == reported
    assert all(conflict["reason"] and conflict["found_in"] for conflict in settled.conflicts)


@given(
    one=st.sampled_from(["2021", "2021-06", "2021-06-18"]),
    other=st.sampled_from(["2021", "2021-06", "2021-07", "2020"]),
)
def test_agreement_is_mutual(one: str, other: str) -> None:
    assert agree(one, other) == agree(other, one)
