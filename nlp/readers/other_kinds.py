"""Files of kinds that are not read: what each is, in Chinese, and the way out."""

from __future__ import annotations

import io
import os
from pathlib import Path

from nlp.base.errors import UnreadableFile
from nlp.readers.limits import open_at_once, read_at_most
from nlp.readers.sniff import what_it_is

HEAD_BYTES = 200_000  # enough to tell most kinds
UNPACK = "先解压，再读解压出来的文件夹（.zip 可以直接读）"
AS_DOCX = "用 WPS 或 LibreOffice 打开，另存为 .docx"
OCR = "图片里的文字要先做文字识别（OCR），存成 .txt 或带文字层的 PDF；或向报送单位要有文字的原件"
AS_PDF = "用它的阅读器打开，导出或打印成 PDF；扫描件再做文字识别（OCR）"
PICTURE = "图片"
KINDS: dict[str, tuple[str, str]] = {  # suffix → what it is, what to do
    **dict.fromkeys((".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".iso", ".cab"), ("压缩包", UNPACK)),
    **dict.fromkeys(
        (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".heic", ".jfif"), (PICTURE, OCR)
    ),
    **dict.fromkeys((".caj", ".kdh", ".nh"), ("知网的 CAJ 文献", AS_PDF)),
    **dict.fromkeys((".ceb", ".cebx", ".sep", ".gd", ".gw"), ("方正、书生等版式公文", AS_PDF)),
    **dict.fromkeys((".epub", ".mobi", ".azw3"), ("电子书", "用阅读器打开，把正文复制存为 .txt")),
    **dict.fromkeys((".uot", ".uof"), ("标文通文档", AS_DOCX)),
    **dict.fromkeys((".uos", ".fods"), ("表格文档", "用 WPS 或 LibreOffice 打开，另存为 .xlsx")),
    **dict.fromkeys((".ppt", ".pptx", ".dps", ".odp", ".pps", ".ppsx"), ("演示文稿", "把文字复制到 Word，存为 .docx")),
    **dict.fromkeys((".xml", ".json"), ("数据文件", "转成 .xlsx、.csv 或 .jsonl，一行一条")),
    **dict.fromkeys((".mp3", ".wav", ".m4a", ".mp4", ".avi", ".mov"), ("录音录像", "先转写成文字，存为 .txt")),
    **dict.fromkeys((".exe", ".dll", ".bat", ".lnk", ".url"), ("程序或快捷方式", "从文件夹里移走它")),
    **dict.fromkeys((".pages", ".numbers", ".key"), ("苹果 iWork 文件", "在 Mac 上打开，导出为 Word、Excel 或 PDF")),
    **dict.fromkeys((".dot", ".wpt"), ("文档模板", AS_DOCX)),
}


def unreadable_kind(path: Path) -> UnreadableFile:
    """The fault of a file that no reader is for: its kind by its name, or else by what it holds, and the way out."""
    suffix = path.suffix.lower()
    if suffix == ".zip" and not (found := kind_within(path) or "别的文件").startswith("ZIP"):
        return UnreadableFile(f"不是压缩包，其实是{found}", "改成与内容相符的扩展名，再读")
    if suffix == ".xml" and (xml := kind_within(path)):
        return UnreadableFile(f"{xml}用了扩展名“.xml”", "把扩展名改成与内容相符的（Word 的改成 .doc），再读")
    if suffix in KINDS:
        kind, fix = KINDS[suffix]
        if fix == UNPACK:
            return UnreadableFile(f"压缩包不能直接读（{suffix}）", fix)
        return UnreadableFile(f"不认识的文件类型：这是{kind}（{suffix}）", fix)
    if within := kind_within(path):
        return UnreadableFile(
            f"不认识的文件类型“{suffix or '没有扩展名'}”，内容是{within}", "改成与内容相符的扩展名，再读"
        )
    return UnreadableFile(
        f"不认识的文件类型“{suffix or '没有扩展名'}”", "用原程序打开，另存为 Word、PDF、Excel 或文本文件，再读"
    )


def kind_within(path: Path) -> str | None:
    """What a file holds, by its first bytes; ``None`` where they do not say, or cannot be read."""
    try:
        with io.FileIO(os.fspath(path), opener=open_at_once) as file:
            return what_it_is(read_at_most(file, HEAD_BYTES))
    except (OSError, ValueError):
        return None
