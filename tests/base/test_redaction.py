"""What identifies a person is masked at its place; what only looks alike stays as it is."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.base.redaction import CHECKS, WEIGHTS, luhn, redacted


def identity(first: str) -> str:
    """Complete 17 made-up digits by their check digit."""
    return first + CHECKS[sum(w * int(d) for w, d in zip(WEIGHTS, first, strict=True)) % 11]


def card(first: str) -> str:
    """Complete made-up digits by their Luhn digit."""
    return first + next(digit for digit in "0123456789" if luhn(first + digit) == 0)


PERSON, PERSON_X = identity("11010119900307003"), identity("44030519851231002")
CARD, VISA = card("622202123456789012"), card("411111111111111")
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")

MASKED = [
    pytest.param(f"身份证号{PERSON}。", f"身份证号{'*' * 18}。", id="身份证号"),
    pytest.param(f"编号：{PERSON}", f"编号：{'*' * 18}", id="写作编号的身份证号"),
    pytest.param(PERSON.translate(WIDE), "*" * 18, id="全角身份证号"),
    pytest.param(f"{PERSON[:6]} {PERSON[6:14]} {PERSON[14:]}", "****** ******** ****", id="分段的身份证号"),
    pytest.param(f"{PERSON[:9]}\n{PERSON[9:]}", "*********\n*********", id="被换行断开的身份证号"),
    pytest.param("老证110101700307123号", f"老证{'*' * 15}号", id="十五位身份证号"),
    pytest.param("手机13800138000、15912345678", "手机***********、***********", id="手机号"),
    pytest.param("138-0013-8000，138 0013 8000", "***-****-****，*** **** ****", id="分段的手机号"),
    pytest.param(
        "+8613800138000；+86 13800138000；008613800138000",
        f"+86{'*' * 11}；+86 {'*' * 11}；0086{'*' * 11}",
        id="带国家号",
    ),
    pytest.param("Tel13800138000", "Tel***********", id="紧跟在Tel后"),
    pytest.param("138001\n38000", "******\n*****", id="被换行断开的手机号"),
    pytest.param("电话：010-65981234", "电话：***-********", id="座机"),
    pytest.param("（0755）2345 6789转801", "（****）**** ****转***", id="带括号和分机的座机"),
    pytest.param("联系电话：65981234，传真 6598-1235", "联系电话：********，传真 ****-****", id="没有区号的座机"),
    pytest.param("02887654321", "***********", id="连写区号的座机"),
    pytest.param("服务热线400-810-8888", "服务热线***-***-****", id="400电话"),
    pytest.param("邮箱zhang.san_1@mof.gov.cn。", "邮箱*****.***_*@***.***.**。", id="电子邮箱"),
    pytest.param("a@b.cn，c＠d.com", "*@*.**，*＠*.***", id="两个电子邮箱"),
    pytest.param("联系电话：1 3 8 1 2 3 4 5 6 7 8。", f"联系电话：{' '.join('*' * 11)}。", id="手机号逐字隔开"),
    pytest.param("1-3-8-1-2-3-4-5-6-7-8", "-".join("*" * 11), id="手机号逐字横线"),
    pytest.param("１．３．８．１．２．３．４．５．６．７．８", "．".join("*" * 11), id="手机号逐字全角点"),
    pytest.param("1381 2345 678，13812-345678", "**** **** ***，*****-******", id="手机号别的分法"),
    pytest.param("手机：13 81 23 45 67 8", "手机：** ** ** ** ** *", id="手机号两个一分"),
    pytest.param("0 1 0 - 6 5 9 8 1 2 3 4", "* * * - * * * * * * * *", id="座机逐字隔开"),
    pytest.param("电话：6 5 9 8 1 2 3 4", "电话：* * * * * * * *", id="没有区号的座机逐字隔开"),
    pytest.param("110105.19491231.002X", "******.********.****", id="身份证号用点分开"),
    pytest.param(" ".join(PERSON), " ".join("*" * 18), id="身份证号逐字隔开"),
    pytest.param("·".join([PERSON[:2], PERSON[2:10], PERSON[10:]]), "**·********·********", id="身份证号随意分开"),
    pytest.param(".".join([VISA[:4], VISA[4:8], VISA[8:12], VISA[12:]]), "****.****.****.****", id="卡号用点分开"),
    pytest.param(" ".join(VISA), " ".join("*" * 16), id="卡号逐字隔开"),
    pytest.param(f"卡号{CARD}", f"卡号{'*' * 19}", id="银联卡"),
    pytest.param(" ".join([VISA[:4], VISA[4:8], VISA[8:12], VISA[12:]]), "**** **** **** ****", id="分段的信用卡"),
    pytest.param(f"{PERSON[:6]}　{PERSON[6:14]}　{PERSON[14:]}", "******　********　****", id="全角空格分段的身份证号"),
    pytest.param(f"{PERSON[:3]} {PERSON[3:6]} {PERSON[6:14]} {PERSON[14:]}", "*** *** ******** ****", id="三三八四"),
    pytest.param("-".join(PERSON[k : k + 4] for k in range(0, 18, 4)), "****-****-****-****-**", id="四位一段"),
    pytest.param("110101 700307 123", "****** ****** ***", id="分段的十五位身份证号"),
    pytest.param(
        "138　0013　8000，138—0013—8000，138.0013.8000", "***　****　****，***—****—****，***.****.****", id="手机"
    ),
    pytest.param("1380013 8000，138 00138000", "******* ****，*** ********", id="只断开一处的手机号"),
    pytest.param("＋８６１３８００１３８０００", "＋８６***********", id="全角的国家号"),
    pytest.param(
        "+86 10 62345678，0086-10-62345678，86-755-2345-6789，+862162345678",
        "+86 ** ********，0086-**-********，86-***-****-****，+86**********",
        id="带国家号的座机",
    ),
    pytest.param("电　话：62345678、62345679", "电　话：********、********", id="拉开的电话和第二个号码"),
    pytest.param("010-62345678、62345679", "***-********、********", id="同一区号的第二个号码"),
    pytest.param("联系方式：62345678，固话65981234", "联系方式：********，固话********", id="别的叫法"),
    pytest.param("ｚｓ＠ｅｘ．ｃｏｍ", "**＠**．***", id="全角邮箱"),
    pytest.param("zs@163.com13800138000", "**@***.**************", id="邮箱紧跟手机号"),
    pytest.param(f"{CARD[:6]} {CARD[6:]}", "****** *************", id="六位后断开的银行卡"),
    pytest.param(
        "　".join([VISA[:4], VISA[4:8], VISA[8:12], VISA[12:]]), "****　****　****　****", id="全角空格分段的卡"
    ),
    pytest.param(f"卡号{CARD}余额不足", f"卡号{'*' * 19}余额不足", id="银行卡余额"),
    pytest.param("zhang13800138000、ID13800138000", f"zhang{'*' * 11}、ID{'*' * 11}", id="紧跟在字母后的手机号"),
    pytest.param(" ".join(PERSON), " ".join("*" * 18), id="每个数字之间一个空格的身份证号"),
    pytest.param("　".join(PERSON_X), "　".join("*" * 18), id="每个数字之间一个全角空格"),
    pytest.param("010/62345678，0755／23456789", "***/********，****／********", id="斜杠后的座机"),
    pytest.param("400-123-4567，400 123 4567", "***-***-****，*** *** ****", id="400电话的两种写法"),
    pytest.param(
        "电话4001234567，客服：8001234567，热线 4001234567",
        f"电话{'*' * 10}，客服：{'*' * 10}，热线 {'*' * 10}",
        id="连写的400电话",
    ),
    pytest.param(f"{CARD[:6]} {CARD[6:14]} {CARD[14:]}", "****** ******** *****", id="六八五的银行卡"),
    pytest.param(f"序号 3 {PERSON}", f"序号 3 {'*' * 18}", id="前面有别的数"),
]
KEPT = [
    pytest.param("得分 1 3 8 1 2 3 4", id="几个一位数"),
    pytest.param("各年 2021 2022 2023 2024 篇", id="几个年份"),
    pytest.param("2024.10.18，2024-03-08，1.3.8.1.2", id="日期与层次号"),
    pytest.param("三年投入 1500 2600 380 万元", id="几个金额"),
    pytest.param("党员 138 人，12 345 678 元", id="千分位用空格"),
    pytest.param("第1、2、3、4、5、6、7、8、9、10、11项", id="顿号隔开的序号"),
    pytest.param("京办发〔2023〕15号、国发[2019]100号、（2021）京01民终12345号", id="文号案号"),
    pytest.param("2023年1月15日，2023-01-15，2023.01.15，20230115，202301151230", id="日期"),
    pytest.param("经费13800138000元、13800138000万元、投入1,380,013,800元", id="金额"),
    pytest.param("服务13800138000人次，占地13800138000平方米", id="数量"),
    pytest.param("合同编号：13800138000，发票号码13912345678，流水号：4111111111111111", id="编号"),
    pytest.param("统一社会信用代码91110000100017643K", id="统一社会信用代码"),
    pytest.param("5132010131310000007", id="十九位而不是银行卡"),
    pytest.param(f"{PERSON[:-1]}{'1' if PERSON[-1] != '1' else '2'}", id="校验位不对"),
    pytest.param(identity("11010119901307003"), id="没有这一天"),
    pytest.param(identity("99010119900307003"), id="没有这个省"),
    pytest.param("3.14159265358979323846，0.13800138000，1.010-6598", id="很长的小数"),
    pytest.param(f"{PERSON}9，9{PERSON}，A{PERSON}", id="更长的数的一部分"),
    pytest.param("12345热线、110、119、96110", id="短号"),
    pytest.param("sha256：a13800138000b4c、0x13800138000", id="十六进制"),
    pytest.param("微博@党建之声，a@b，@人民日报 com", id="不是邮箱的@"),
    pytest.param("第13800138000号", id="第几号"),
    pytest.param(VISA[:-1] + str((int(VISA[-1]) + 1) % 10), id="银行卡校验位不对"),
    pytest.param("ISBN 978-7-01-012345-6，邮编100032", id="书号邮编"),
    pytest.param("2020 0101 2021 1231，2016 2017 2018 2019", id="一串年份"),
    pytest.param("￥13800138000，135.12345678，13,800,138,000", id="货币和小数"),
    pytest.param("2019—2023年，2021-2025，100-200，0571-2023", id="起止"),
    pytest.param("京ICP备05012345678号、京公网安备13800138000号", id="备案号"),
    pytest.param("http://a.cn/id13800138000，x_id13800138000，a.b13800138000", id="网址和代码的一部分"),
    pytest.param("编号HT13800138000，合同号：SN13800138000", id="带字母的编号"),
    pytest.param("050-2000 8000，5月10-12日，2023/010/62345678", id="没有这个区号"),
    pytest.param("4001234567元、工号4001234567", id="不是400电话"),
    pytest.param("1 1 0 1 0 1 1 9 9 0 0 3 0 7 0 0 3 9", id="一列数而校验位不对"),
    pytest.param("", id="空"),
]


@pytest.mark.parametrize(("text", "expected"), MASKED)
def test_what_identifies_a_person_is_masked(text: str, expected: str) -> None:
    assert redacted(text) == expected


@pytest.mark.parametrize("text", KEPT)
def test_what_only_looks_alike_stays(text: str) -> None:
    assert redacted(text) == text


PIECES = st.sampled_from(
    [
        PERSON,
        PERSON_X,
        CARD,
        "13800138000",
        "010-65981234",
        "a.b@c.cn",
        "，",
        "电话",
        "\n",
        " ",
        "0",
        "-",
        "２",
        "号",
        "@",
        ".",
    ]
)


@given(st.lists(PIECES | st.text(max_size=4), max_size=12).map("".join))
def test_length_and_all_but_letters_and_digits_stay(text: str) -> None:
    masked = redacted(text)
    assert len(masked) == len(text)
    assert all(new == old or (new == "*" and old.isalnum()) for old, new in zip(text, masked, strict=True))


@given(
    st.lists(st.text("党建，。 ", min_size=1, max_size=6), min_size=2, max_size=6),
    st.sampled_from([PERSON, PERSON_X, CARD]),
)
def test_a_number_between_words_never_survives(words: list[str], number: str) -> None:
    assert not re.search(r"\d", redacted(number.join(words)))


@pytest.mark.parametrize("unit", ["1", "1 ", "1\n", "a@", "a.", "电话", "(0", "13800138000 "])
def test_hostile_repetition_takes_no_longer_than_its_length(unit: str) -> None:
    assert len(redacted(unit * 20_000)) == len(unit) * 20_000  # quadratic work would not end within the test's time
