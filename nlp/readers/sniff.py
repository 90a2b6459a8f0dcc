"""What a file really is, told by its first bytes and not by its name."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

MAGIC = (  # first bytes → what the user should be told
    (b"PK\x03\x04", "ZIP 压缩包"),
    (b"PK\x05\x06", "ZIP 压缩包"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧版 Office 文件"),
    (b"%PDF-", "PDF 文件"),
    (b"{\\rtf", "RTF 文件"),
    (b"\x89PNG", "PNG 图片"),
    (b"\xff\xd8\xff", "JPEG 图片"),
    (b"GIF8", "GIF 图片"),
    (b"II*\x00", "TIFF 图片"),
    (b"MM\x00*", "TIFF 图片"),
    (b"\x7fELF", "可执行程序"),
    (b"Rar!\x1a", "RAR 压缩包"),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩包"),
    (b"\x1f\x8b", "gzip 压缩包"),
    (b"SQLite format 3\x00", "数据库文件"),
    (b"PAR1", "Parquet 数据文件"),
)
STARTS = tuple(magic for magic, _ in MAGIC)
OFFICE = (  # a member of the zip → the program it belongs to
    ("word/", "Word 文档（.docx）"),
    ("xl/", "Excel 工作簿（.xlsx）"),
    ("ppt/", "PowerPoint 演示文稿（.pptx）"),
    ("OFD.xml", "OFD 版式文件"),
    ("content.xml", "OpenDocument 文档"),
)
MIMETYPES = (  # what the member “mimetype” says → what it is
    (b"application/vnd.oasis.opendocument.text", "OpenDocument 文本（.odt）"),
    (b"application/vnd.oasis.opendocument.spreadsheet", "OpenDocument 表格（.ods）"),
    (b"application/vnd.oasis.opendocument.presentation", "OpenDocument 演示文稿（.odp）"),
    (b"application/epub+zip", "电子书（.epub）"),
)
EXCEL_XML = "Excel 2003 XML 表格"
XML_KINDS = (  # what stands in the head of an XML file → what it is
    (b"http://schemas.microsoft.com/office/word/2003/wordml", "Word 2003 XML 文档"),
    (b"http://schemas.microsoft.com/office/2006/xmlPackage", "Word 文档（存成单个 XML 文件）"),
    (b"urn:schemas-microsoft-com:office:spreadsheet", EXCEL_XML),
    (b"opendocument.spreadsheet", "OpenDocument 表格（.fods）"),
    (b"opendocument.presentation", "OpenDocument 演示文稿（.fodp）"),
    (b"urn:oasis:names:tc:opendocument:xmlns:office", "OpenDocument 文本（.fodt）"),
    (b"http://schemas.uof.org", "标文通文档（.uot）"),
    (b"uof:UOF", "标文通文档（.uot）"),
)
STREAMS = (  # a stream of the OLE container → what it is
    ("EncryptedPackage", "有密码的 Office 文件"),
    ("__properties_version1.0", "Outlook 邮件（.msg）"),
    ("WordDocument", "旧版 Word 文档（.doc）"),
    ("Workbook", "旧版 Excel 工作簿（.xls）"),
    ("Book", "旧版 Excel 工作簿（.xls）"),
    ("PowerPoint Document", "旧版 PowerPoint 演示文稿（.ppt）"),
)
FIELD = re.compile(rb"^([A-Za-z][A-Za-z0-9-]{1,60}):", re.MULTILINE)  # of the head of a message
HTML_START = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html|head|body|meta|table|title)\b",
    re.I | re.S,
)


def what_it_is(raw: bytes) -> str | None:
    """Name the file by its content, in Chinese; ``None`` if it may be plain text."""
    head = raw[:4096]
    if head.startswith(STARTS):
        return in_container(raw, next(name for magic, name in MAGIC if head.startswith(magic)))
    if head.startswith(b"MZ") and b"\x00" in head:  # without the zero byte “MZ” may begin a sentence
        return "可执行程序"
    if b"%PDF-" in head[:1024]:  # the standard allows rubbish before it
        return "PDF 文件"
    if is_html(head):
        return "网页（HTML）"
    return xml_kind(raw[:8192]) or what_message(head)


def xml_kind(head: bytes) -> str | None:
    """Name an office document that is XML and no zip; ``None`` if it is none."""
    start = head.replace(b"\x00", b"").lstrip(b"\xff\xfe\xef\xbb\xbf \t\r\n")
    return next((kind for sign, kind in XML_KINDS if sign in start), None) if start.startswith(b"<") else None


def what_message(head: bytes) -> str | None:
    """Name a file that begins with the head of a message: a saved page, or an e-mail; ``None`` if it has none."""
    lines = head.lstrip(b"\xef\xbb\xbf \r\n").partition(b"\n\n")[0].partition(b"\r\n\r\n")[0]
    names = {name.lower() for name in FIELD.findall(lines)}
    if not (FIELD.match(lines) and names & {b"mime-version", b"message-id", b"received"}):
        return None
    pages = b"multipart/related" in lines.lower() or b"saved by" in lines.lower() or names == {b"mime-version"}
    to_somebody = names & {b"to", b"received", b"message-id", b"cc", b"bcc"}
    return "MHT 网页归档" if pages and not to_somebody else "电子邮件（.eml）"


def is_markup(raw: bytes) -> bool:
    """Tell whether a file is a web page or Word’s XML, which must not be read as the text it looks like."""
    return is_html(raw) or (xml_kind(raw[:8192]) or "").startswith("Word")


def is_html(raw: bytes) -> bool:
    """Tell whether the file opens like a web page."""
    return HTML_START.match(raw[:4096].replace(b"\x00", b"").lstrip(b"\xff\xfe")) is not None


def in_container(raw: bytes, name: str) -> str:
    """Look into a zip or an OLE container for what it carries; ``name`` if it does not say."""
    if name == "ZIP 压缩包":
        members = zip_members(raw)
        if "mimetype" in members and (kind := kind_by_mimetype(raw)):
            return kind
        return next((kind for start, kind in OFFICE if any(m.startswith(start) for m in members)), name)
    if name == "旧版 Office 文件":
        streams = ole_streams(raw)
        return next((kind for stream, kind in STREAMS if stream in streams), name)
    return name


def kind_by_mimetype(raw: bytes) -> str | None:
    """Name a zip by its member “mimetype”; ``None`` if that says nothing we know."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive, archive.open("mimetype") as member:
            said = member.read(100)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError, EOFError, OSError, zlib.error):
        return None
    return next((kind for start, kind in MIMETYPES if said.startswith(start)), None)


def zip_members(raw: bytes) -> list[str]:
    """Return the member names of a zip; empty if its directory is broken."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeDecodeError, OSError):
        return []


def ole_streams(raw: bytes) -> frozenset[str]:
    """Return the top-level stream names of an OLE container; empty if it is broken."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(raw)) as ole:
            return frozenset(entry[0] for entry in ole.listdir())
    except MemoryError:
        raise
    except Exception:  # olefile raises whatever a broken container provokes; the caller says “damaged”
        return frozenset()
