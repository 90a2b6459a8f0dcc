"""What a Word document holds that is not read: pages that are pictures, files within it, drawings made of words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlp.readers.word.list_numbers import W, Xml
from nlp.readers.word.prepare import GONE

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
V = "{urn:schemas-microsoft-com:vml}"
O = "{urn:schemas-microsoft-com:office:office}"  # noqa: E741 - the prefix that Word uses
CM = 360_000  # of the unit that sizes are given in
PAGE_WIDE, PAGE_HIGH = 9 * CM, 11 * CM  # a picture as large as this is most likely a page
LARGE = 40 * CM * CM  # where there are hardly any words, so is one of this area
FEW_CHARS = 400
UNITS = {"pt": 12_700, "in": 914_400, "cm": CM, "mm": CM // 10, "px": 9_525, "": 12_700}
SIZE = re.compile(r"(width|height)\s*:\s*([0-9.]{1,9})\s*(pt|in|cm|mm|px|)")
A_FILE = re.compile(r"(?:Word|Excel|PowerPoint|KWPS|WPS|ET|KET|WPP|Package|Acro)", re.IGNORECASE)
OCR = "图里如有文字，.docx 加 --ocr 由本机识别，或先做文字识别（OCR），或另找有文字的原件"
OPEN = "在 Word 或 WPS 里打开，把需要的内容复制到正文，再读"


def not_read(body: Xml, n_chars: int, n_files: int = 0) -> Iterator[tuple[str, str]]:
    """Yield what of a body is not read and what to do about it; ``n_chars`` is how much text it has."""
    if pages := [size for _, *size in pictures(body) if is_page(size[0], size[1], n_chars)]:
        yield f"{len(pages)} 张整页的图片", OCR
    kinds = [each.get("ProgID", "") for each in shown(body, O + "OLEObject") if each.get("Type") != "Link"]
    if n_files := n_files + sum(A_FILE.match(kind) is not None for kind in kinds):
        yield f"{n_files} 个嵌在里面的文件", OPEN
    if drawings := list(shown(body, DGM + "relIds")):
        yield f"{len(drawings)} 个图示（SmartArt）里的文字", OPEN


def is_page(width: int, height: int, n_chars: int) -> bool:
    """Tell whether a picture most likely is a page of text: by its size, or where there are hardly any other words."""
    return (width >= PAGE_WIDE and height >= PAGE_HIGH) or (n_chars < FEW_CHARS and width * height >= LARGE)


def pictures(body: Xml) -> Iterator[tuple[Xml, int, int]]:
    """Yield every picture with its width and height."""
    for drawing in shown(body, W + "drawing"):
        extent = next(drawing.iter(WP + "extent"), None)
        if extent is not None and next(drawing.iter(A + "blip"), None) is not None:
            yield drawing, whole(extent.get("cx")), whole(extent.get("cy"))
    for image in shown(body, V + "imagedata"):
        found = dict.fromkeys(("width", "height"), 0)
        for name, size, unit in SIZE.findall(image.getparent().get("style", "")):
            found[name] = int(float(size or 0) * UNITS[unit]) if size.count(".") < 2 and size != "." else 0
        yield image, found["width"], found["height"]


def shown(body: Xml, tag: str) -> Iterator[Xml]:
    """Yield the elements of a tag that were not deleted, nor stand there a second time for older programs."""
    for element in body.iter(tag):
        if not any(above.tag in GONE or above.tag == MC + "Fallback" for above in element.iterancestors()):
            yield element


def whole(text: str | None) -> int:
    """Read a whole number of sane size, 0 for what is none."""
    return int(text) if text is not None and re.fullmatch("[0-9]{1,10}", text) else 0
