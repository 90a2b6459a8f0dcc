"""Rich text: what Word, WPS and LibreOffice write comes back; deletions, comments and hidden words do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlp.base.errors import UnreadableFile
from nlp.corpus.lexicon import Lexicon
from nlp.intake.inputs import read_file, with_hints
from nlp.readers.source import ReadOptions

OPTIONS = ReadOptions()
FONTS = r"{\fonttbl{\f0\fnil\fcharset134 SimSun;}{\f1\froman\fcharset0 Times;}{\f2\fcharset136 MingLiU;}}"
STYLES = r"{\stylesheet{\s0 Normal;}{\s7\sbasedon0 toc 1;}}"


def u(text: str, stand_in: str = "?") -> str:
    """Text as RTF writes characters in Unicode, each with a substitute."""
    units = text.encode("utf-16-le")
    numbers = (int.from_bytes(units[at : at + 2], "little", signed=True) for at in range(0, len(units), 2))
    return "".join(f"\\u{number}{stand_in}" for number in numbers)


def b(text: str, encoding: str = "gbk") -> str:
    """Text as bytes of an encoding."""
    return "".join(f"\\'{byte:02x}" for byte in text.encode(encoding))


TEXTS = [
    pytest.param(rf"{u('两张皮')}\par {b('学用脱节')}", ["两张皮", "学用脱节"], id="统一码和国标码"),
    pytest.param(
        rf"\uc2 {u('两张皮', chr(92) + chr(39) + 'c1' + chr(92) + chr(39) + 'bd')}。"[:-1],
        ["两张皮"],
        id="替代码两字节",
    ),
    pytest.param(rf"\f2 {b('黨建', 'big5')}\f0 {b('工作')}", ["黨建工作"], id="字体定编码"),
    pytest.param(rf"\f1 \'93{u('两张皮')}\'94", ["“两张皮”"], id="西文字体里的引号"),
    pytest.param(rf"\u-10179?\u-8704?{u('党')}", ["😀党"], id="第一平面以外的字"),
    pytest.param(
        rf"{u('新')}{{\deleted\revauthdel1 {u('旧话')}}}{u('话')}\deleted {u('旧')}\deleted0 {u('。')}",
        ["新话。"],
        id="修订",
    ),
    pytest.param(rf"{u('甲')}{{\v {u('隐')}}}{u('乙')}\v {u('隐')}\plain {u('丙')}", ["甲乙丙"], id="隐藏的字"),
    pytest.param(
        rf"{u('情况')}{{\super\chftn{{\*\footnote\pard \chftn {u('抽样办法。')}\par}}}}{u('良好。')}\par {u('乙')}",
        ["情况良好。", "抽样办法。", "乙"],
        id="脚注",
    ),
    pytest.param(
        rf"{{\shp{{\*\shpinst\shptop0{{\sp{{\sn x}}{{\sv 1}}}}{{\shptxt \pard {u('提示。')}\par}}}}"
        rf"{{\shprslt {u('提示。')}}}}}{u('正文。')}\par",
        ["正文。", "提示。"],
        id="文本框",
    ),
    pytest.param(
        rf"{u('甲')}{{\*\atnid A}}{{\*\atnauthor A}}\chatn{{\*\annotation {u('批注')}\par}}{u('乙')}",
        ["甲乙"],
        id="批注",
    ),
    pytest.param(
        rf"{{\listtext\pard\plain {u('一、')}\tab}}{u('问题')}\par{{\pntext\f1\'b7\tab}}{u('点')}\par {u('完')}",
        ["一、问题", "点", "完"],
        id="列表的编号",
    ),
    pytest.param(
        rf"{u('目录')}\par\pard\s7 {u('一、问题')}\tab 1\par\pard {u('一、问题')}\par"
        rf"{{\field{{\*\fldinst TOC \\o}}{{\fldrslt {u('二、对策')}\tab 2\par}}}}{u('二、对策')}",
        ["一、问题", "二、对策"],
        id="目录",
    ),
    pytest.param(
        rf"{{\header {u('页眉')}\par}}{{\info{{\title {u('题')}}}}}{{\*\xyz {u('别的')}}}"
        rf"{{\pict\picwgoal100 89504e47}}{u('正文')}",
        ["正文"],
        id="页眉、属性、图片和不认识的",
    ),
    pytest.param(
        rf"{{\field{{\*\fldinst HYPERLINK x}}{{\fldrslt {u('链接')}}}}}\line {u('下行')}\~\{{",
        ["链接", "下行 {"],
        id="域和符号",
    ),
    pytest.param(rf"\bin5 }}}}}}}}}}{u('甲')}", ["甲"], id="二进制数据"),
    pytest.param(
        rf"\trowd\cellx100\cellx200\pard\intbl {u('单位')}\cell {u('人数')}\cell\row"
        rf"\trowd\cellx100\cellx200\pard\intbl {u('甲')}\par {u('局')}\cell 5\cell\row\pard {u('完')}",
        ["单位\t人数", "甲 局\t5", "完"],
        id="表格",
    ),
    pytest.param(
        rf"\trowd\cellx100\cellx300\cellx600\pard\intbl {u('序号')}\cell {u('存在问题')}\cell {u('整改措施')}\cell\row"
        rf"\trowd\clvmrg\cellx100\cellx300\cellx600\pard\intbl \cell"
        rf" {u('脱节。')}\par {u('流于形式。')}\cell {u('考核。')}\cell\row",
        ["〖存在问题〗脱节。", "〖存在问题〗流于形式。", "〖整改措施〗考核。"],
        id="台账",
    ),
]


@pytest.mark.parametrize(("body", "lines"), TEXTS)
def test_text(body: str, lines: list[str], lexicon: Lexicon, tmp_path: Path) -> None:
    path = tmp_path / "报告.rtf"
    path.write_bytes((rf"{{\rtf1\ansi\ansicpg936\deff0{FONTS}{STYLES}" + body + "}").encode("ascii"))
    (text,) = read_file(path, with_hints(OPTIONS, lexicon))
    assert text.text.split("\n") == lines


def test_pictures_of_pages_are_told(tmp_path: Path) -> None:
    path = tmp_path / "报告.rtf"
    page = r"{\*\shppict{\pict\picwgoal9000\pichgoal13000 89}}{\nonshppict{\pict\picwgoal9000\pichgoal13000 89}}"
    path.write_bytes((rf"{{\rtf1 {u('见图。')}{page}" + "}").encode())
    assert read_file(path, OPTIONS)[0].unread == "1 张整页的图片"


BAD = [
    pytest.param(b"{\\rtf1 " + b"{" * 20_000, "嵌套过深", id="套得太深"),
    pytest.param(b"{\\rtf1 {\\header \\'bb\\'fa\\'c3\\'dc\\u9733?3\\par}x}", "密级标志", id="页眉里的密级"),
    pytest.param(b"{\\rtf1}", "空", id="没有文字"),
    pytest.param("正文".encode(), "纯文本", id="不是"),
]


@pytest.mark.parametrize(("raw", "reason"), BAD)
def test_bad_files_are_named(raw: bytes, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "报告.rtf"
    path.write_bytes(raw.replace(b"\\rtf1", b"\\rtf1\\ansicpg936"))
    with pytest.raises(UnreadableFile, match=reason):
        read_file(path, OPTIONS)
