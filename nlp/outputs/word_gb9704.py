"""A Word document in the habits of official papers (GB/T 9704-2012): page, fonts, headings, spacing, page numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nlp.statements.blocks import Block, Heading, Paragraph, Table, Title
from nlp.store.files import Replacement, freeze_zip

# Word takes the second name where the first is not installed (w:altName in the font table).
SONG_TITLE, FANGSONG, KAITI, HEITI, SONG = "方正小标宋简体", "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体"
FALLBACK = {SONG_TITLE: "宋体", FANGSONG: "仿宋", KAITI: "楷体", HEITI: "SimHei", SONG: "SimSun"}
LATIN = "Times New Roman"
SECOND, THIRD, FOURTH, SMALL_FOURTH, FIFTH = 22, 16, 14, 12, 10.5  # 二号、三号、四号、小四、五号 in points
LINE, CLOSE = 28, 22  # points: of an official paper, and where one page must do
MARGINS = {"top_margin": 37, "bottom_margin": 35, "left_margin": 28, "right_margin": 26}  # millimetres
TEXT_WIDTH = 210 - 28 - 26


def write_official(blocks: Sequence[Block], path: Path, one_page: bool = False) -> Path:
    """Write ``blocks`` as .docx; ``one_page`` sets them in 四号, closer together. Same blocks, same bytes."""
    import docx

    document = docx.Document()
    set_page(document)
    set_styles(document, *((FOURTH, CLOSE) if one_page else (THIRD, LINE)))
    set_fallbacks(document)
    n_tables = 0
    for block in blocks:
        if isinstance(block, Title):
            document.add_paragraph(block.text, style="Title")
        elif isinstance(block, Heading):
            document.add_paragraph(block.text, style=f"Heading {block.level}")
        elif isinstance(block, Paragraph):
            add_paragraph(document, block)
        else:
            n_tables += 1
            caption = document.add_paragraph(f"表 {n_tables}　{block.caption}", style="Caption")
            caption.paragraph_format.keep_with_next = True
            add_table(document, block)
    document.core_properties.author, document.core_properties.title = "", first_title(blocks).replace("\n", "")
    path.parent.mkdir(parents=True, exist_ok=True)
    with Replacement(path) as temporary:
        document.save(str(temporary))
        freeze_zip(temporary)
    return path


def add_paragraph(document: Any, block: Paragraph) -> None:
    """Running text, its lead in 黑体."""
    from docx.oxml.ns import qn

    line = document.add_paragraph(style="Normal")
    if block.lead:
        lead = line.add_run(block.lead)
        lead.font.name = LATIN
        lead._r.rPr.rFonts.set(qn("w:eastAsia"), HEITI)
    line.add_run(block.text)


def first_title(blocks: Sequence[Block]) -> str:
    """The paper's title."""
    return next((block.text for block in blocks if isinstance(block, Title)), "")


def set_page(document: Any) -> None:
    """A4 with the margins of an official paper; page numbers outside: right on odd pages, left on even ones."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    for side, width in MARGINS.items():
        setattr(section, side, Mm(width))
    section.footer_distance = Mm(28)
    document.settings.odd_and_even_pages_header_footer = True
    add_page_number(section.footer, WD_ALIGN_PARAGRAPH.RIGHT)
    add_page_number(section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)


def add_page_number(footer: Any, alignment: Any) -> None:
    """“— 1 —” as a field."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    line = footer.paragraphs[0]
    line.style = "Footer"
    line.alignment = alignment
    line.add_run("— ")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    line._p.append(field)
    line.add_run(" —")


def set_styles(document: Any, body: float, spacing: float) -> None:
    """Fonts, sizes (of the body in points) and spacing of every style in use."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
    from docx.shared import Pt, RGBColor

    styles = document.styles
    looks = {
        "Normal": (FANGSONG, body, False, 2),
        "Title": (SONG_TITLE, SECOND, False, 0),
        "Heading 1": (HEITI, body, False, 2),
        "Heading 2": (KAITI, body, False, 2),
        "Heading 3": (FANGSONG, body, True, 2),
        "Caption": (HEITI, SMALL_FOURTH, False, 0),
        "Footer": (SONG, FOURTH, False, 0),
    }
    for name, (font, size, bold, indent) in looks.items():
        style = styles[name]
        set_font(style, font)
        style.font.size, style.font.bold, style.font.italic = Pt(size), bold, False
        style.font.color.rgb = RGBColor(0, 0, 0)
        form = style.paragraph_format
        form.space_before = form.space_after = Pt(0)
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(spacing)
        set_indent(style, indent)
    for name in ("Title", "Caption"):
        styles[name].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    styles["Title"].paragraph_format.space_after = Pt(spacing)
    styles["Title"].paragraph_format.line_spacing = Pt(36)
    remove_borders(styles["Title"])
    styles["Normal"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY


def set_font(style: Any, font: str) -> None:
    """Chinese characters in ``font``, digits and letters in the Latin one; theme fonts would win and go."""
    from docx.oxml.ns import qn

    style.font.name = LATIN
    fonts = style.element.rPr.rFonts
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), font)


def set_indent(style: Any, characters: int) -> None:
    """First line indented by a number of characters, whatever the size of the font."""
    from docx.oxml.ns import qn

    indent = style.element.get_or_add_pPr().get_or_add_ind()
    indent.set(qn("w:firstLineChars"), str(characters * 100))
    indent.set(qn("w:firstLine"), str(int(characters * style.font.size.pt * 20)))


def remove_borders(style: Any) -> None:
    """The template's rule under the title does not belong to an official paper."""
    from docx.oxml.ns import qn

    for border in style.element.pPr.findall(qn("w:pBdr")):
        style.element.pPr.remove(border)


def set_fallbacks(document: Any) -> None:
    """Name the fonts that stand in where the official ones are not installed."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.opc.part import Part

    entries = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{instead}"/><w:charset w:val="86"/></w:font>'
        for name, instead in FALLBACK.items()
    )
    kind = RELATIONSHIP_TYPE.FONT_TABLE
    (old,) = (relation for relation in document.part.rels.values() if relation.reltype == kind)
    table = old.target_part
    fonts = re.sub(rb"</w:fonts>", entries.encode() + rb"</w:fonts>", table.blob)
    document.part.drop_rel(old.rId)
    document.part.relate_to(Part(table.partname, table.content_type, fonts, table.package), kind)


def add_table(document: Any, block: Table) -> None:
    """A table with rules above and below its head and at its foot, small type, the head repeated on every page."""
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm

    table = document.add_table(rows=0, cols=len(block.head))
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    shares = [column_share(head, cells) for head, *cells in zip(block.head, *block.rows, strict=True)]
    widths = [Mm(TEXT_WIDTH * share / sum(shares)) for share in shares]
    lines = [block.head, *block.rows]
    for values in lines:
        cells = table.add_row().cells
        for cell, width in zip(cells, widths, strict=True):
            cell.width = width
        for number, (cell, value) in enumerate(zip(cells, values, strict=True)):
            line = cell.paragraphs[0]
            line.text = value
            small(line, HEITI if values is block.head else FANGSONG)
            line.alignment = WD_ALIGN_PARAGRAPH.CENTER if number else WD_ALIGN_PARAGRAPH.LEFT
            line.paragraph_format.keep_with_next = values is not lines[-1]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    rule(table)


def column_share(head: str, cells: Sequence[str]) -> float:
    """Room that a column needs: its cells on one line, its head on two; a Han character or a dash counts double."""
    width = {text: sum(1 if letter < "\u2000" else 2 for letter in text) for text in (head, *cells)}
    return max(width[head] / 2, *(width[cell] for cell in cells), 4) + 2


def small(line: Any, font: str) -> None:
    """The type of a table: 五号, single spaced, not indented."""
    from docx.enum.text import WD_LINE_SPACING
    from docx.oxml.ns import qn
    from docx.shared import Pt

    line.paragraph_format.line_spacing_rule, line.paragraph_format.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(18)
    indent = line._p.get_or_add_pPr().get_or_add_ind()
    indent.set(qn("w:firstLineChars"), "0")
    indent.set(qn("w:firstLine"), "0")
    for run in line.runs:
        run.font.size = Pt(FIFTH)
        run.font.name = LATIN
        run._r.rPr.rFonts.set(qn("w:eastAsia"), font)


def rule(table: Any) -> None:
    """Three rules; rows are not broken across pages."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    edges = "".join(f'<w:{edge} w:val="single" w:sz="12" w:space="0" w:color="000000"/>' for edge in ("top", "bottom"))
    place(table._tbl.tblPr, parse_xml(f"<w:tblBorders {nsdecls('w')}>{edges}</w:tblBorders>"), ("tblLayout", "tblLook"))
    # Narrow sides, so that 239/2894 stays on its line in whatever Latin font the reader has.
    sides = "".join(f'<w:{side} w:w="40" w:type="dxa"/>' for side in ("left", "right"))
    place(table._tbl.tblPr, parse_xml(f"<w:tblCellMar {nsdecls('w')}>{sides}</w:tblCellMar>"), ("tblLook",))
    under = (
        f'<w:tcBorders {nsdecls("w")}><w:bottom w:val="single" w:sz="6" w:space="0" w:color="000000"/></w:tcBorders>'
    )
    for cell in table.rows[0].cells:
        cell._tc.get_or_add_tcPr().append(parse_xml(under))
    for number, row in enumerate(table.rows):
        properties = row._tr.get_or_add_trPr()
        properties.append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))
        if number == 0:
            properties.append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))


def place(properties: Any, element: Any, before: tuple[str, ...]) -> None:
    """Put ``element`` before the first of some others: Word wants the properties of a table in the schema's order."""
    from docx.oxml.ns import qn

    names = {qn(f"w:{name}") for name in before}
    following = next((child for child in properties if child.tag in names), None)
    properties.append(element) if following is None else following.addprevious(element)
