"""Office documents: by LibreOffice from one flat OpenDocument, and by python-docx."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from html import escape
from pathlib import Path

from writers.report import (
    BOX,
    BOXED,
    COMMENT,
    DELETED,
    FOOTER,
    HEADER,
    NOTE,
    NOTED,
    STRUCK,
    Block,
    Report,
)

FILTERS = (  # suffix, filter of LibreOffice
    (".docx", "docx"),
    (".docm", "docm:MS Word 2007 XML VBA"),
    (".doc", "doc:MS Word 97"),
    (".odt", "odt"),
    (".rtf", "rtf"),
    (".html", "html:HTML (StarWriter)"),
    (".xhtml", "xhtml"),
    (".txt", "txt:Text (encoded):UTF8"),
    (".pdf", "pdf"),
)
SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{urn}:1.0"'
    for name, urn in (
        *((each, each) for each in ("office", "style", "text", "table")),
        *(("draw", "drawing"), ("fo", "xsl-fo-compatible"), ("svg", "svg-compatible")),
    )
)
STYLES = """<office:styles>
<style:style style:name="Standard" style:family="paragraph"><style:text-properties fo:font-size="12pt"
 style:font-size-asian="12pt" style:font-name-asian="Noto Serif CJK SC"/></style:style>
<style:style style:name="Body" style:family="paragraph" style:parent-style-name="Standard"><style:paragraph-properties
 fo:text-indent="24pt" fo:line-height="150%"/></style:style>
<style:style style:name="Heading_20_1" style:display-name="Heading 1" style:family="paragraph"
 style:parent-style-name="Standard" style:default-outline-level="1" style:class="text"/>
<style:style style:name="Heading_20_2" style:display-name="Heading 2" style:family="paragraph"
 style:parent-style-name="Standard" style:default-outline-level="2" style:class="text"/>
<style:style style:name="Contents_20_1" style:display-name="Contents 1" style:family="paragraph"
 style:parent-style-name="Standard"><style:paragraph-properties><style:tab-stops><style:tab-stop
 style:position="158mm" style:type="right" style:leader-style="dotted" style:leader-text="."/></style:tab-stops>
 </style:paragraph-properties></style:style>
<style:style style:name="Title" style:family="paragraph" style:parent-style-name="Standard"><style:paragraph-properties
 fo:text-align="center"/><style:text-properties fo:font-size="22pt" style:font-size-asian="22pt"/></style:style>
<style:style style:name="Frame" style:family="graphic"/>
{outline}</office:styles>"""
LEVEL = (
    '<text:{tag} text:level="{level}" style:num-format="{form}" style:num-prefix="{before}" '
    'style:num-suffix="{after}"/>'
)
LEVELS = ((1, "一, 二, 三, ...", "", "、"), (2, "一, 二, 三, ...", "（", "）"))
AUTOMATIC = """<office:automatic-styles>
<text:list-style style:name="Items"><text:list-level-style-number text:level="1" style:num-format="1"
 style:num-suffix="."/></text:list-style>
<style:style style:name="Box" style:family="graphic" style:parent-style-name="Frame"><style:graphic-properties
 style:wrap="none" fo:border="0.5pt solid #000000" fo:padding="2mm"/></style:style>
<style:style style:name="Cell" style:family="table-cell"><style:table-cell-properties fo:border="0.5pt solid #000000"
 fo:padding="1mm"/></style:style>
<style:style style:name="Columns" style:family="section"><style:section-properties><style:columns
 fo:column-count="{n}" fo:column-gap="8mm"/></style:section-properties></style:style>
<style:page-layout style:name="A4"><style:page-layout-properties fo:page-width="210mm" fo:page-height="297mm"
 fo:margin-top="20mm" fo:margin-bottom="20mm" fo:margin-left="26mm" fo:margin-right="26mm"/>
 <style:header-style/><style:footer-style/></style:page-layout>
</office:automatic-styles>"""


def flat_document(report: Report, n_columns: int = 1, numbered: bool = True) -> str:
    """The report as flat OpenDocument: automatic numbers, contents, tracked changes, a note, a box, a table."""
    outline = "".join(
        LEVEL.format(tag="outline-level-style", level=level, form=form, before=before, after=after)
        for level, form, before, after in (LEVELS if numbered else ())
    )
    styles = STYLES.format(outline=f'<text:outline-style style:name="Outline">{outline}</text:outline-style>')
    page = (
        '<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="A4">'
        f"<style:header><text:p>{HEADER}</text:p></style:header><style:footer><text:p>{FOOTER}　"
        "<text:page-number/></text:p></style:footer></style:master-page></office:master-styles>"
    )
    at = next(n for n, block in enumerate(report.blocks) if block.kind == "p")
    head = "".join(paragraph(block) for block in report.blocks[:at])
    body = "".join(paragraph(block) for block in report.blocks[at:])
    columns = f'<text:section text:name="s" text:style-name="Columns">{body}</text:section>' if n_columns > 1 else body
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {SPACES} office:version="1.2" '
        f'office:mimetype="application/vnd.oasis.opendocument.text">{styles}{AUTOMATIC.format(n=n_columns)}{page}'
        f"<office:body><office:text>{CHANGES}{head}{contents(report)}{columns}{table(report)}"
        "</office:text></office:body></office:document>"
    )


CHANGES = (
    '<text:tracked-changes><text:changed-region xml:id="ct1" text:id="ct1"><text:deletion><office:change-info>'
    '<dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">甲</dc:creator><dc:date '
    'xmlns:dc="http://purl.org/dc/elements/1.1/">2024-10-01T09:00:00</dc:date></office:change-info>'
    f'<text:p text:style-name="Body">{DELETED}</text:p></text:deletion></text:changed-region></text:tracked-changes>'
)


def contents(report: Report) -> str:
    """The list of contents."""
    lines = "".join(
        f'<text:p text:style-name="Contents_20_1">{escape(block.text)}<text:tab/>{1 + n // 6}</text:p>'
        for n, block in enumerate(report.headings)
    )
    return (
        '<text:table-of-content text:name="目录"><text:table-of-content-source/><text:index-body>'
        f'<text:index-title text:name="t"><text:p>目　录</text:p></text:index-title>{lines}'
        "</text:index-body></text:table-of-content>"
    )


def paragraph(block: Block) -> str:
    """One paragraph, with what hangs at it."""
    text = escape(block.text if block.kind == "sign" or block.kind == "annex" else block.words)
    if block.kind in ("h1", "h2"):
        level = block.kind[1]
        return f'<text:h text:style-name="Heading_20_{level}" text:outline-level="{level}">{text}</text:h>'
    if block.kind == "item":
        start = f' text:start-value="{block.number[:-1]}"'
        return (
            f'<text:list text:style-name="Items"><text:list-item{start}><text:p text:style-name="Standard">{text}'
            "</text:p></text:list-item></text:list>"
        )
    note = (
        '<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body>'
        f"<text:p>{NOTE}</text:p></text:note-body></text:note>"
    )
    text = text.replace(NOTED, NOTED + note).replace(STRUCK, '<text:change text:change-id="ct1"/>' + STRUCK)
    text = text.replace("不足一成", f"不足一成<office:annotation><text:p>{COMMENT}</text:p></office:annotation>")
    style = "Title" if block.kind == "title" else "Body" if block.kind == "p" else "Standard"
    box = (
        '<draw:frame draw:style-name="Box" text:anchor-type="as-char" svg:width="70mm"><draw:text-box '
        f'fo:min-height="8mm"><text:p>{BOX}</text:p></draw:text-box></draw:frame>'
    )
    whole = f'<text:p text:style-name="{style}">{text}</text:p>'
    return whole + f'<text:p text:style-name="Standard">{box}</text:p>' if BOXED in text else whole


def table(report: Report) -> str:
    """The register at the end."""
    cells = (
        "".join(
            f'<table:table-cell table:style-name="Cell"><text:p>{escape(c)}</text:p></table:table-cell>' for c in row
        )
        for row in report.rows
    )
    rows = "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)
    return f'<table:table table:name="T"><table:table-column table:number-columns-repeated="6"/>{rows}</table:table>'


def converted(path: Path, suffix: str, kind: str) -> Path:
    """Have LibreOffice write a file in another format."""
    folder = path.parent / f"{path.stem}{suffix}.d"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    profile = f"-env:UserInstallation={(path.parent / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", str(folder), str(path)]
    subprocess.run(command, capture_output=True, timeout=180, check=True)
    (found,) = folder.iterdir()
    return found


def by_libreoffice(report: Report, folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield label and file of the report in every format that LibreOffice writes."""
    source = folder / "report.fodt"
    source.write_text(flat_document(report), encoding="utf-8")
    yield ".fodt", source
    for suffix, kind in FILTERS:
        path = converted(source, suffix, kind)
        yield suffix, path
        if suffix == ".doc":
            yield ".wps", Path(shutil.copy(path, source.with_suffix(".wps")))
    two = folder / "two.fodt"
    two.write_text(flat_document(report, 2), encoding="utf-8")
    yield ".pdf 两栏", converted(two, ".pdf", "pdf")


def unnumbered_by_libreoffice(report: Report, folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the report whose headings are told by their styles alone."""
    source = folder / "plain.fodt"
    source.write_text(flat_document(report, numbered=False), encoding="utf-8")
    yield ".fodt", source
    for suffix, kind in FILTERS:
        if suffix in (".docx", ".doc", ".odt", ".rtf", ".html"):
            yield suffix, converted(source, suffix, kind)


def by_python_docx(report: Report, folder: Path) -> Path:
    """Write the report with typed numbers, heading styles, contents, changes, a comment, a box and a table."""
    import docx
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    document = docx.Document()
    document.styles.add_style("toc 1", WD_STYLE_TYPE.PARAGRAPH)
    section = document.sections[0]
    section.header.paragraphs[0].text, section.footer.paragraphs[0].text = HEADER, FOOTER
    for n, block in enumerate(report.blocks):
        style = {"title": "Title", "h1": "Heading 1", "h2": "Heading 2"}.get(block.kind, "Normal")
        before, found, after = block.text.partition(STRUCK)
        made = document.add_paragraph(before, style)
        if found:
            run = f"<w:r><w:delText>{DELETED}</w:delText></w:r>"
            made._p.append(parse_xml(f'<w:del {nsdecls("w")} w:id="1" w:author="甲">{run}</w:del>'))
            document.add_comment(made.add_run(found + after), COMMENT, "甲", "甲")
        if BOXED in block.text:
            box = (
                f'<w:r {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml"><w:pict><v:shape style="width:300pt;'
                f'height:40pt"><v:textbox><w:txbxContent><w:p><w:r><w:t>{BOX}</w:t></w:r></w:p></w:txbxContent>'
                "</v:textbox></v:shape></w:pict></w:r>"
            )
            document.add_paragraph()._p.append(parse_xml(box))
        if block.kind == "title":
            for heading in report.headings:
                document.add_paragraph(f"{heading.text}\t{1 + n}", "toc 1")
    made_table = document.add_table(0, len(report.rows[0]))
    for row in report.rows:
        for cell, text in zip(made_table.add_row().cells, row, strict=True):
            cell.text = text
    path = folder / "python-docx.docx"
    document.save(str(path))
    return path
