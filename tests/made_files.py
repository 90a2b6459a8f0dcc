"""Builders of small files in every format the readers know, from a list of paragraphs."""

from __future__ import annotations

import csv
import io
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

Build = Callable[[list[str]], bytes]


@pytest.fixture
def build() -> dict[str, Build]:
    """Return a builder of file contents for every suffix."""
    return BUILDERS


@pytest.fixture
def write(tmp_path: Path, build: dict[str, Build]) -> Callable[..., Path]:
    """Return a function that writes paragraphs as a file of the suffix its name has."""

    def write_file(name: str, paragraphs: list[str]) -> Path:
        path = tmp_path / name
        path.write_bytes(build[path.suffix](paragraphs))
        return path

    return write_file


def txt(paragraphs: list[str]) -> bytes:
    return "\n".join(paragraphs).encode()


def docx_bytes(paragraphs: list[str]) -> bytes:
    import docx

    document, buffer = docx.Document(), io.BytesIO()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    document.save(buffer)
    return buffer.getvalue()


def docm_bytes(paragraphs: list[str]) -> bytes:
    """Write a document with macros: its main part has a type of its own."""
    content = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(docx_bytes(paragraphs))) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            with_macros = b"application/vnd.ms-word.document.macroEnabled.main+xml"
            new.writestr(name, old.read(name).replace(content.encode(), with_macros))
    return buffer.getvalue()


def html(paragraphs: list[str]) -> bytes:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return f"<!DOCTYPE html><meta charset='utf-8'><title>页</title><body>{body}</body>".encode()


def xhtml(paragraphs: list[str]) -> bytes:
    """Write a page whose empty elements close themselves: to a parser of HTML the first would hold all that follows."""
    body = "".join(f'<a id="p{n}"/><p>{paragraph}</p>' for n, paragraph in enumerate(paragraphs))
    head = '<head><title/><script src="x.js"/></head>'
    return f'<?xml version="1.0" encoding="gb2312"?>\n<html>{head}<body>{body}</body></html>'.encode("gb2312")


def mhtml(paragraphs: list[str]) -> bytes:
    """Write a saved page as Chromium does: no charset in the part's head, quoted-printable, the style sheet behind."""
    import quopri

    bound = "----MultipartBoundary--x"
    page = quopri.encodestring(html(paragraphs)).replace(b"\n", b"\r\n")
    head = f'From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="{bound}"\r\n'
    part = "\r\n--{}\r\nContent-Type: {}\r\nContent-Transfer-Encoding: {}\r\n\r\n"
    first, second = part.format(bound, "text/html", "quoted-printable"), part.format(bound, "text/css", "8bit")
    return head.encode() + first.encode() + page + second.encode() + f"p{{}}\r\n--{bound}--\r\n".encode()


def csv_bytes(paragraphs: list[str], delimiter: str = ",") -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter).writerows([["正文"], *([paragraph] for paragraph in paragraphs)])
    return buffer.getvalue().encode("utf-8-sig")


def jsonl(paragraphs: list[str]) -> bytes:
    return "\n".join(json.dumps({"text": each}, ensure_ascii=False) for each in paragraphs).encode()


def xlsx(paragraphs: list[str]) -> bytes:
    return workbook({"报告": [["正文"], *([each] for each in paragraphs)]})


def workbook(sheets: dict[str, list[list[object]]]) -> bytes:
    import openpyxl

    book, buffer = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(buffer)
    book.close()
    return buffer.getvalue()


def ods(paragraphs: list[str]) -> bytes:
    """Write a minimal OpenDocument sheet of one column."""
    rows = [["正文"], *([each] for each in paragraphs)]
    cells = "".join(f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows)
    body = f'<office:spreadsheet><table:table table:name="报告">{cells}</table:table></office:spreadsheet>'
    return open_document("spreadsheet", body)


def odt(paragraphs: list[str]) -> bytes:
    """Write a minimal OpenDocument text."""
    body = "".join(f"<text:p>{paragraph}</text:p>" for paragraph in paragraphs)
    return open_document("text", f"<office:text>{body}</office:text>")


def fodt(paragraphs: list[str]) -> bytes:
    """Write the same as one XML file."""
    body = "".join(f"<text:p>{paragraph}</text:p>" for paragraph in paragraphs)
    return office_xml("document", f"<office:body><office:text>{body}</office:text></office:body>").encode()


def rtf(paragraphs: list[str]) -> bytes:
    """Write rich text as WPS does: bytes of GBK in a Chinese font."""
    coded = ("".join(f"\\'{byte:02x}" for byte in paragraph.encode("gbk")) for paragraph in paragraphs)
    body = "".join(f"\\pard\\f0 {each}\\par\r\n" for each in coded)
    return (r"{\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0\fnil\fcharset134 SimSun;}}" + body + "}").encode("ascii")


def ofd(paragraphs: list[str]) -> bytes:
    """Write an OFD page as its programs do: a text object a printed line, paragraphs indented by two characters."""
    objects, y = "", 20.0
    for paragraph in paragraphs:
        for number, line in enumerate(wrapped("　　" + paragraph, 30)):
            left = 30 + (10 if number == 0 else 0)
            said = line.strip("　")
            objects += (
                f'<ofd:TextObject ID="1" Font="1" Size="5" Boundary="{left} {y} 150 5">'
                f'<ofd:TextCode X="0" Y="4" DeltaX="g {max(len(said) - 1, 1)} 5">{said}</ofd:TextCode></ofd:TextObject>'
            )
            y += 8
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    parts = {
        "OFD.xml": f"<ofd:OFD {space}><ofd:DocRoot>/Doc_0/Document.xml</ofd:DocRoot></ofd:OFD>",
        "Doc_0/Document.xml": f'<ofd:Document {space}><ofd:Page BaseLoc="Pages/Page_0/Content.xml"/></ofd:Document>',
        "Doc_0/Pages/Page_0/Content.xml": f"<ofd:Page {space}>{objects}</ofd:Page>",
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return buffer.getvalue()


def eml(paragraphs: list[str], attached: dict[str, bytes] | None = None, subject: str = "转发：情况报告") -> bytes:
    """Write a mail as mail programs do."""
    from email.message import EmailMessage

    mail = EmailMessage()
    mail["From"], mail["To"], mail["Message-ID"] = "甲 <a@example.org>", "b@example.org", "<1@example.org>"
    if subject:
        mail["Subject"] = subject
    mail.set_content("\n".join(paragraphs), cte="base64")
    for name, data in (attached or {}).items():
        mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


def msg(paragraphs: list[str]) -> bytes:
    """Write the streams of a mail of Outlook: its properties, its text."""
    body = "\r\n".join(paragraphs).encode("utf-16-le")
    return ole({"__properties_version1.0": b"x", "__substg1.0_1000001F": body})


def ods_cell(text: str) -> str:
    return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'


def open_document(kind: str, body: str, styles: str = "") -> bytes:
    """Pack a body of OpenDocument XML as its programs do: the kind first and unpacked."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr("content.xml", office_xml("document-content", f"<office:body>{body}</office:body>", styles))
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    return buffer.getvalue()


def office_xml(root: str, body: str, styles: str = "") -> str:
    """Set OpenDocument XML in its root element, with automatic styles before the body."""
    names = ("office", "text", "table", "style", "draw")
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{"drawing" if name == "draw" else name}:1.0"'
        for name in names
    )
    automatic = f"<office:automatic-styles>{styles}</office:automatic-styles>"
    return f'<?xml version="1.0" encoding="UTF-8"?><office:{root}{spaces}>{automatic}{body}</office:{root}>'


def ole(streams: dict[str, bytes]) -> bytes:
    """Write a minimal OLE container; streams are padded to 4096 bytes, so that no short-stream table is needed."""
    padded = {name: data.ljust(4096, b"\0") for name, data in streams.items()}
    n_sectors = {name: -(-len(data) // 512) for name, data in padded.items()}
    total = 2 + sum(n_sectors.values())  # the allocation table, the directory, the streams
    assert total <= 128, "one sector of allocation table holds 128 entries"
    table, entries, body, at = [0xFFFFFFFD, 0xFFFFFFFE], [], b"", 2
    for position, (name, data) in enumerate(padded.items(), start=1):
        following = position + 1 if position < len(padded) else 0xFFFFFFFF
        entries.append(directory_entry(name, 2, 0xFFFFFFFF, following, 0xFFFFFFFF, at, len(data)))
        table += [*range(at + 1, at + n_sectors[name]), 0xFFFFFFFE]
        body += data.ljust(512 * n_sectors[name], b"\0")
        at += n_sectors[name]
    directory = directory_entry("Root Entry", 5, 0xFFFFFFFF, 0xFFFFFFFF, 1, 0xFFFFFFFE, 0) + b"".join(entries)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(24, b"\0") + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0) + b"\xff" * 4 * 108
    allocation = struct.pack(f"<{len(table)}I", *table).ljust(512, b"\xff")
    return header + allocation + directory.ljust(512, b"\0") + body


def directory_entry(name: str, kind: int, left: int, right: int, child: int, start: int, size: int) -> bytes:
    encoded = name.encode("utf-16-le") + b"\0\0"
    links = struct.pack("<BBIII36x", kind, 1, left, right, child)
    return encoded.ljust(64, b"\0") + struct.pack("<H", len(encoded)) + links + struct.pack("<IQ", start, size)


def doc(paragraphs: list[str], flags: int = 0, missing: int = 0, narrow: bool = False) -> bytes:
    """Write a Word 97 document of three pieces, stored out of order as quick saves leave them.

    ``missing``: characters that the document counts and does not have, as well as its last piece. ``narrow``: a
    paragraph is a piece, and one without Chinese is stored in single bytes.
    """
    parts = [paragraph + "\r" for paragraph in paragraphs] if narrow else in_thirds("\r".join([*paragraphs, ""]))
    order = [*range(2, len(parts)), *range(min(2, len(parts)))]
    place, places, data = 0x800, {}, b""
    for number in order:
        is_narrow = narrow and parts[number].isascii()
        places[number] = (place + len(data)) * 2 | 0x40000000 if is_narrow else place + len(data)
        data += parts[number].encode("ascii" if is_narrow else "utf-16-le")
    bounds = [0]
    for part in parts:
        bounds.append(bounds[-1] + len(part.encode("utf-16-le")) // 2)
    if missing:
        bounds[-1] += missing
        places[len(parts) - 1] = 0x100000  # beyond the end of the file
    pieces = struct.pack(f"<{len(bounds)}I", *bounds)
    pieces += b"".join(struct.pack("<HIH", 0, places[n], 0) for n in range(len(parts)))
    clx = b"\x02" + struct.pack("<I", len(pieces)) + pieces
    fib = bytearray(0x800)
    struct.pack_into("<H", fib, 0, 0xA5EC)
    struct.pack_into("<H", fib, 10, 0x0200 | flags)
    struct.pack_into("<I", fib, 0x4C, bounds[-1])
    struct.pack_into("<II", fib, 0x1A2, 0, len(clx))
    return ole({"WordDocument": bytes(fib) + data, "1Table": clx})


def in_thirds(text: str) -> list[str]:
    step = len(text) // 3
    return [text[:step], text[step : 2 * step], text[2 * step :]]


def xls(paragraphs: list[str]) -> bytes:
    return xls_of([["正文"], *([each] for each in paragraphs)])


def xls_of(rows: list[list[str]]) -> bytes:
    """Write a minimal BIFF8 workbook with one sheet of LABEL records."""

    def record(kind: int, data: bytes) -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    def label(row: int, column: int, text: str) -> bytes:
        return record(0x0204, struct.pack("<HHHHB", row, column, 0, len(text), 1) + text.encode("utf-16-le"))

    def begin(kind: int) -> bytes:
        return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 1996, 0, 6))

    name = "报告"
    head = begin(5) + record(0x0042, struct.pack("<H", 1200))
    bound = struct.pack("<IBBBB", 0, 0, 0, len(name), 1) + name.encode("utf-16-le")
    start = len(head) + len(record(0x0085, bound)) + 4
    sheet = begin(0x10) + b"".join(
        label(i, j, text) for i, row in enumerate(rows) for j, text in enumerate(row) if text
    )
    bound = struct.pack("<I", start) + bound[4:]
    return ole({"Workbook": head + record(0x0085, bound) + record(0x000A, b"") + sheet + record(0x000A, b"")})


def pdf(paragraphs: list[str], columns: int = 30, per_page: int = 30, head: str = "", foot: str = "") -> bytes:
    """Print paragraphs as lines of ``columns`` characters, each paragraph indented by two."""
    lines = [line for each in paragraphs for line in wrapped("　　" + each, columns)]
    pages = [lines[at : at + per_page] for at in range(0, len(lines), per_page)]
    return printed([([head.format(n)] if head else [], page, foot.format(n)) for n, page in enumerate(pages, start=1)])


def wrapped(text: str, columns: int) -> list[str]:
    """Break a text into lines of the width of ``columns`` full-width characters; ASCII takes half of that."""
    lines, line, width = [], "", 0.0
    for char in text:
        step = 0.56 if char.isascii() else 1.0
        if width + step > columns:
            lines, line, width = [*lines, line], "", 0.0
        line, width = line + char, width + step
    return [*lines, line]


def printed(pages: list[tuple[list[str], list[str], str]]) -> bytes:
    """Draw pages of (lines of the head, lines of the body, foot) with an embedded Chinese font."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib.backends.backend_pdf import PdfPages
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties
    from pylopdf_fonts_zh_cn import sans_path

    font, buffer = FontProperties(fname=str(sans_path()), size=12), io.BytesIO()
    with matplotlib.rc_context({"pdf.fonttype": 42}), PdfPages(buffer) as book:
        for head, body, foot in pages:
            figure = Figure(figsize=(8.27, 11.69))
            for number, line in enumerate(head):
                figure.text(0.12, 0.96 - 0.025 * number, line, fontproperties=font)
            for number, line in enumerate(body):
                indent = len(line) - len(line.lstrip("　"))  # as printing programs do: moved, not padded
                figure.text(0.12 + indent * 12 / (8.27 * 72), 0.88 - 0.025 * number, line.strip(), fontproperties=font)
            figure.text(0.5, 0.04, foot, fontproperties=font)
            book.savefig(figure)
    return buffer.getvalue()


def scanned_pdf() -> bytes:
    """Print a page that is only a picture."""
    from matplotlib.backends.backend_pdf import PdfPages
    from matplotlib.figure import Figure

    figure, buffer = Figure(), io.BytesIO()
    figure.add_axes((0.0, 0.0, 1.0, 1.0)).imshow([[0, 1], [1, 0]])
    figure.axes[0].set_axis_off()
    with PdfPages(buffer) as book:
        book.savefig(figure)
    return buffer.getvalue()


def mixed(texts: list[str | None], foot: str = "") -> bytes:
    """Print a page for every text, and one that is only a picture for every None."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib.backends.backend_pdf import PdfPages
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties
    from pylopdf_fonts_zh_cn import sans_path

    font, buffer = FontProperties(fname=str(sans_path()), size=12), io.BytesIO()
    with matplotlib.rc_context({"pdf.fonttype": 42}), PdfPages(buffer) as book:
        for number, text in enumerate(texts, start=1):
            figure = Figure(figsize=(8.27, 11.69))
            if text is None:
                figure.add_axes((0.1, 0.1, 0.8, 0.8)).imshow([[0, 1], [1, 0]])
                figure.axes[0].set_axis_off()
            else:
                for at, line in enumerate(wrapped("　　" + text, 30)):
                    left = 0.12 + 24 / (8.27 * 72) * line.startswith("　")
                    figure.text(left, 0.88 - 0.025 * at, line.strip(), fontproperties=font)
            figure.text(0.5, 0.04, foot.format(number), fontproperties=font)
            book.savefig(figure)
    return buffer.getvalue()


def encrypted_pdf() -> bytes:
    """Write a PDF whose encryption dictionary no empty password satisfies."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
        f"<< /Filter /Standard /V 1 /R 2 /O <{'11' * 32}> /U <{'22' * 32}> /P -4 >>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{number} 0 obj\n{each}\nendobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    trailer = f"<< /Size 5 /Root 1 0 R /Encrypt 4 0 R /ID [<{'33' * 16}> <{'33' * 16}>] >>"
    return body + (
        f"xref\n0 5\n0000000000 65535 f \n{table}trailer\n{trailer}\nstartxref\n{len(body)}\n%%EOF\n".encode()
    )


BUILDERS: dict[str, Build] = {
    ".txt": txt,
    ".md": txt,
    ".markdown": txt,
    ".docx": docx_bytes,
    ".docm": docm_bytes,
    ".dotx": docm_bytes,
    ".dotm": docm_bytes,
    ".doc": doc,
    ".wps": doc,
    ".dot": doc,
    ".wpt": doc,
    ".pdf": pdf,
    ".html": html,
    ".htm": html,
    ".xhtml": xhtml,
    ".mht": mhtml,
    ".mhtml": mhtml,
    ".xlsx": xlsx,
    ".xlsm": xlsx,
    ".xls": xls,
    ".et": xls,
    ".ett": xls,
    ".ods": ods,
    ".rtf": rtf,
    ".ofd": ofd,
    ".eml": eml,
    ".msg": msg,
    ".odt": odt,
    ".ott": odt,
    ".fodt": fodt,
    ".csv": csv_bytes,
    ".tsv": lambda paragraphs: csv_bytes(paragraphs, delimiter="\t"),
    ".jsonl": jsonl,
}


@pytest.fixture
def make_workbook() -> Callable[[dict[str, list[list[object]]]], bytes]:
    """Return the builder of workbooks with several sheets."""
    return workbook


@pytest.fixture
def make_ole() -> Callable[[dict[str, bytes]], bytes]:
    """Return the builder of OLE containers."""
    return ole


@pytest.fixture
def make_pdf() -> Callable[..., bytes]:
    """Return the builder of PDFs with heads, feet and a chosen width."""
    return pdf


@pytest.fixture
def mixed_pdf() -> Callable[..., bytes]:
    """Return the builder of PDFs in which some pages are pictures."""
    return mixed


@pytest.fixture
def make_doc() -> Callable[..., bytes]:
    """Return the builder of old Word documents."""
    return doc


@pytest.fixture
def bad_pdfs() -> dict[str, bytes]:
    """Return PDFs that cannot be read: a scan and an encrypted one."""
    return {"扫描": scanned_pdf(), "加密": encrypted_pdf()}


@pytest.fixture(scope="session")
def builders() -> dict[str, Callable[..., bytes]]:
    """Return all builders by suffix, and those of odd files by what they are."""
    return {**BUILDERS, "ole": ole, "doc": doc, "扫描": scanned_pdf, "加密": encrypted_pdf}
