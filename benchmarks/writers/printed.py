"""Pages and prints: by Chromium, WeasyPrint, typst and reportlab; fixed layout (OFD) by easyofd."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import chdir
from html import escape
from pathlib import Path

from writers.report import BOX, BOXED, DELETED, FOOTER, HEADER, NOTE, NOTED, STRUCK, Block, Report

FONT = "Noto Serif CJK SC"
TAGS = {"title": "h1", "h1": "h2", "h2": "h3"}
CSS = f"""@page {{ size: A4; margin: 24mm 26mm; @top-center {{ content: "{HEADER}"; font-size: 9pt }}
@bottom-center {{ content: "{FOOTER} " counter(page); font-size: 9pt }} }}
body {{ font: 12pt/1.6 "{FONT}"; text-align: justify }} h1 {{ text-align: center; font-size: 20pt }}
h2, h3 {{ font-size: 12pt; margin: 4pt 0 }} p {{ text-indent: 2em; margin: 0 }}
.red, .sign {{ text-indent: 0 }} .red {{ text-align: center; color: red }} .sign {{ text-align: right }}
.box {{ border: 0.5pt solid; padding: 2mm; text-indent: 0; margin: 3mm 0 }} .toc {{ text-indent: 0 }}
table {{ border-collapse: collapse; font-size: 10pt }} td, th {{ border: 0.5pt solid; padding: 1mm }}
.body {{ columns: COLUMNS; column-gap: 8mm }} .note {{ NOTE }}"""
FLOATED = "float: footnote; font-size: 9pt"


def page(report: Report, n_columns: int = 1, note: str = "font-size: 9pt", contents: bool = True) -> str:
    """The report as a web page."""
    at = next(n for n, block in enumerate(report.blocks) if block.kind == "p")
    head = "".join(map(element, report.blocks[:at]))
    listed = "".join(
        f'<p class="toc">{escape(block.text)}……{1 + n // 6}</p>' for n, block in enumerate(report.headings)
    )
    toc = f'<p class="toc">目　录</p>{listed}' if contents else ""
    cells = [
        "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in row)
        for tag, row in zip(["th"] + ["td"] * len(report.rows), report.rows, strict=False)
    ]
    rows = "".join(f'<tr class="{"header" if n == 0 else "row"}">{row}</tr>' for n, row in enumerate(cells))
    style = CSS.replace("COLUMNS", str(n_columns)).replace("NOTE", note)
    body = "".join(map(element, report.blocks[at:]))
    below = "" if note == FLOATED else f'<p class="note">[1] {NOTE}</p>'
    return (
        f'<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>{report.blocks[2].text}_机关党建网</title>'
        f'<style>{style}</style></head><body>{head}{toc}<div class="body">{body}</div>'
        f"<table>{rows}</table>{below}</body></html>"
    ).replace("<!--note-->", f'<span class="note">{NOTE}</span>' if note == FLOATED else "<sup>[1]</sup>")


def element(block: Block) -> str:
    """One paragraph as an element."""
    tag = TAGS.get(block.kind, "p")
    text = escape(block.text).replace(NOTED, f"{NOTED}<!--note-->").replace(STRUCK, f"<del>{DELETED}</del>{STRUCK}")
    box = f'<div class="box">{BOX}</div>' if BOXED in block.text else ""
    return f'<{tag} class="{block.kind}">{text}</{tag}>{box}'


def with_site(html: str) -> str:
    """The page as a site shows it, with its furniture."""
    nav = "<nav><ul><li><a href='#'>首页</a></li><li><a href='#'>党建要闻</a></li></ul></nav>"
    foot = "<footer>版权所有　××市直属机关工作委员会　京ICP备00000000号</footer>"
    return html.replace("<body>", f"<body>{nav}").replace("</body>", f"{foot}</body>")


def by_hand(report: Report, folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield text files and pages that are typed."""
    lines = [block.text for block in report.blocks] + ["\t".join(row) for row in report.rows]
    yield ".txt", written(folder / "typed.txt", "\n".join(lines).encode("gb18030"))
    yield ".html", written(folder / "typed.html", with_site(page(report, contents=False)).encode())
    yield ".md", written(folder / "typed.md", markdown(report).encode())


def markdown(report: Report) -> str:
    """The report as Markdown."""
    signs = {"title": "# ", "h1": "## ", "h2": "### "}
    lines = [signs.get(block.kind, "") + block.text for block in report.blocks]
    lines = [line.replace(STRUCK, f"~~{DELETED}~~{STRUCK}").replace(NOTED, f"{NOTED}[^1]") for line in lines]
    head, *rows = ["| " + " | ".join(row) + " |" for row in report.rows]
    return "\n\n".join([*lines, "\n".join([head, "|" + " --- |" * 6, *rows]), f"[^1]: {NOTE}"])


def written(path: Path, data: bytes) -> Path:
    """Write a file and return it."""
    path.write_bytes(data)
    return path


def by_chromium(report: Report, folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield what Chromium prints, and the page that it saves."""
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for label, n_columns in ((".pdf", 1), (".pdf 两栏", 2)):
            source = written(folder / f"chromium{n_columns}.html", page(report, n_columns).encode())
            tab = browser.new_page()
            tab.goto(source.as_uri())
            path = folder / f"chromium{n_columns}.pdf"
            style = "font-size:8px;width:100%;text-align:center"
            tab.pdf(
                path=str(path),
                format="A4",
                display_header_footer=True,
                header_template=f"<div style='{style}'>{HEADER}</div>",
                footer_template=f"<div style='{style}'>{FOOTER} <span class='pageNumber'></span></div>",
                margin={"top": "24mm", "bottom": "24mm", "left": "26mm", "right": "26mm"},
            )
            yield label, path
        source = written(folder / "site.html", with_site(page(report, contents=False)).encode())
        tab.goto(source.as_uri())
        saved = tab.context.new_cdp_session(tab).send("Page.captureSnapshot", {"format": "mhtml"})
        yield ".mhtml", written(folder / "chromium.mhtml", saved["data"].encode())
        browser.close()


def by_weasyprint(report: Report, folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield what WeasyPrint prints, its notes at the foot of the page."""
    import weasyprint

    for label, n_columns in ((".pdf", 1), (".pdf 两栏", 2)):
        path = folder / f"weasyprint{n_columns}.pdf"
        weasyprint.HTML(string=page(report, n_columns, FLOATED)).write_pdf(str(path))
        yield label, path


def by_typst(report: Report, folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield what typst prints."""
    import typst

    for label, n_columns in ((".pdf", 1), (".pdf 两栏", 2)):
        source = written(folder / f"typst{n_columns}.typ", typst_source(report, n_columns).encode())
        path = source.with_suffix(".pdf")
        typst.compile(str(source), output=str(path))
        yield label, path


def typst_source(report: Report, n_columns: int) -> str:
    """The report in the language of typst."""
    signs = {"h1": "= ", "h2": "== "}
    lines = []
    for block in report.blocks:
        text = block.text.replace(NOTED, f"{NOTED}#footnote[{NOTE}]").replace(STRUCK, f"#strike[{DELETED}]{STRUCK}")
        text = text.replace("1.", "1\\.").replace("2.", "2\\.").replace("3.", "3\\.")
        if block.kind in ("red", "title"):
            text = f"#align(center)[#text(size: {20 if block.kind == 'title' else 12}pt)[{text}]]"
        lines.append(signs.get(block.kind, "") + text)
        if block.kind == "title":
            lines.append("#outline(title: [目　录])" + (f"\n#columns({n_columns})[" if n_columns > 1 else ""))
        if BOXED in block.text:
            lines.append(f"#rect(width: 100%)[#par(first-line-indent: 0em)[{BOX}]]")
    cells = ", ".join(f"[{cell}]" for row in report.rows for cell in row)
    ruled = f"#text(size: 9pt)[#table(columns: (1fr, 4fr, 4fr, 4fr, 2fr, 2fr), {cells})]"
    head = (
        f'#set page(paper: "a4", margin: 26mm, header: align(center)[#text(size: 9pt)[{HEADER}]],'
        f" footer: context align(center)[{FOOTER} #counter(page).display()])\n"
        f'#set text(font: "{FONT}", size: 12pt, lang: "zh")\n#set par(justify: true, '
        "first-line-indent: (amount: 2em, all: true))\n#show heading: set text(size: 12pt)\n"
    )
    return head + "\n\n".join(lines) + ("]" if n_columns > 1 else "") + "\n\n" + ruled


def by_reportlab(report: Report, folder: Path) -> Path:
    """Print by reportlab with a font that is not embedded."""
    from reportlab.lib import colors
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    plain = ParagraphStyle("p", fontName="STSong-Light", fontSize=12, leading=19, wordWrap="CJK", firstLineIndent=24)
    flat = ParagraphStyle("flat", parent=plain, firstLineIndent=0)
    big = ParagraphStyle("big", parent=flat, fontSize=20, leading=28, alignment=1)
    small = ParagraphStyle("small", parent=flat, fontSize=9, leading=13)
    flow = []
    for block in report.blocks:
        style = {"title": big, "p": plain, "item": plain}.get(block.kind, flat)
        text = block.text.replace(STRUCK, f"<strike>{DELETED}</strike>{STRUCK}")
        flow.append(Paragraph(text, style))
        if block.kind == "title":
            flow += [Paragraph(f"{each.text}……{1 + n // 6}", flat) for n, each in enumerate(report.headings)]
        if BOXED in block.text:
            box = ParagraphStyle("box", parent=flat, borderWidth=0.5, borderColor=colors.black, borderPadding=5)
            flow.append(Paragraph(BOX, ParagraphStyle("b", parent=box, spaceBefore=8, spaceAfter=10)))
    cells = [[Paragraph(cell, small) for cell in row] for row in report.rows]
    flow.append(Table(cells, (30, 110, 110, 110, 50, 60), style=[("GRID", (0, 0), (-1, -1), 0.5, colors.black)]))

    def heads(canvas: object, _: object) -> None:
        canvas.setFont("STSong-Light", 9)  # type: ignore[attr-defined]
        canvas.drawCentredString(297, 810, HEADER)  # type: ignore[attr-defined]
        canvas.drawCentredString(297, 30, f"{FOOTER} {canvas.getPageNumber()}")  # type: ignore[attr-defined]

    path = folder / "reportlab.pdf"
    SimpleDocTemplate(str(path)).build(flow, onFirstPage=heads, onLaterPages=heads)
    return path


def by_easyofd(pdf: Path, folder: Path) -> Path:
    """Turn a print into OFD."""
    import base64
    import logging

    from easyofd import OFD

    logging.disable(logging.CRITICAL)
    raw = pdf.read_bytes()
    with chdir(folder):  # it works in the current folder
        shutil.rmtree("test", ignore_errors=True)
        data = OFD().pdf2ofd(raw, optional_text=True)
    return written(folder / "easyofd.ofd", base64.b64decode(data) if isinstance(data, str) else data)
