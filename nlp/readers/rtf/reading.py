"""From the tokens of an RTF file to its lines: list numbers, notes, text boxes and tables in; what was deleted, what
is hidden, comments, page headers and lists of contents out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from nlp.readers.registers.register import ColumnHints
from nlp.readers.rtf.charsets import decoded
from nlp.readers.rtf.flow import Flow
from nlp.readers.rtf.tokens import Token


def words(text: str) -> frozenset[str]:
    """Return the words of ``text``."""
    return frozenset(text.split())


HEADS = frozenset(("header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf"))
SKIPPED = words(
    "fonttbl colortbl stylesheet info pict objdata objclass annotation atnid atnauthor atndate atntime atnref atnparent"
    " atrfstart atrfend fldinst sp shprslt nonshppict listtable listoverridetable revtbl generator rsidtbl themedata"
    " colorschememapping datastore latentstyles xmlnstbl bkmkstart bkmkend pntxta pntxtb pnseclvl template passwordhash"
    " mmathPr mmathPict xe tc tcn datafield filetbl userprops docvar background nesttableprops listname falt panose"
    " fontemb fontfile defchp defpap wgrffmtfilter ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn blipuid picprop do"
)
KEPT = words(  # destinations that a program may pass over, and that we do not
    "footnote shptxt shpinst shppict listtext pntext fldinst stylesheet cs annotation objdata bkmkstart bkmkend"
)
SIGNS = {
    "tab": "\t",
    "line": "\n",
    "lbr": "\n",
    "emdash": "—",
    "endash": "–",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "bullet": "•",
    "emspace": "\u3000",
    "enspace": " ",
    "qmspace": " ",
}
CONTENTS_STYLE = re.compile(r"toc \d|contents \d|目录 ?\d", re.IGNORECASE)
CONTENTS_FIELD = re.compile(r"\s*(?:TOC|INDEX|TOA)\b")
MAX_GROUPS = 5_000  # within each other
PAGE_WIDE, PAGE_HIGH = 5100, 6230  # twips: 9 by 11 centimetres; a picture as large as this most likely is a page


@dataclass(slots=True)
class Group:
    """What holds inside a pair of braces."""

    destination: str = ""  # "" the text; a name of SKIPPED or HEADS; list for the number of a paragraph
    deleted: bool = False
    hidden: bool = False
    font: int | None = None
    uc: int = 1  # substitutes behind a character in Unicode
    in_table: bool = False
    flow: Flow | None = None  # begun by this group
    field: list[str] | None = None  # the instruction of the field that this group is
    starred: bool = False  # “\\*” stood before the next word


@dataclass(slots=True)
class Reading:
    """The state of reading one file."""

    hints: ColumnHints
    group: Group = field(default_factory=Group)
    above: list[Group] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)  # of pages
    number: list[str] = field(default_factory=list)  # of a paragraph
    code_page: int = 1252
    default_font: int | None = None
    charsets: dict[int, int] = field(default_factory=dict)
    fonts: list[int] = field(default_factory=list)  # whose description is open
    contents_styles: set[int] = field(default_factory=set)
    style: int = 0  # that is being described
    style_name: list[str] = field(default_factory=list)
    held: bytearray = field(default_factory=bytearray)  # bytes that are not decoded yet
    left_out: int = 0  # substitutes still to come
    picture: tuple[int, int] = (0, 0)
    n_pages: int = 0  # pictures as large as a page

    def lines(self, tokens: Iterable[Token]) -> list[str]:
        """Return the lines of a file."""
        self.flows = [Flow(self.hints)]
        for token in tokens:
            if token.kind == "bytes":
                self.take_bytes(token)
                continue
            self.flush()
            if token.kind == "{":
                self.open()
            elif token.kind == "}":
                self.close()
            elif token.kind == "word":
                self.take_word(token.text, token.number)
            else:
                self.take_sign(token.text)
        self.flush()
        while len(self.flows) > 1:
            self.end_flow(self.flows.pop())
        return self.flows[0].finished()

    def open(self) -> None:
        """Go into a group."""
        if len(self.above) >= MAX_GROUPS:
            raise RecursionError("groups without end")
        self.left_out = 0
        self.above.append(self.group)
        self.group = replace(self.group, flow=None, field=None, starred=False)

    def close(self) -> None:
        """Leave a group, and what it began."""
        self.left_out = 0
        group = self.group
        if group.destination == "pict" and self.above and self.above[-1].destination != "pict":
            self.n_pages += self.picture[0] >= PAGE_WIDE and self.picture[1] >= PAGE_HIGH
            self.picture = (0, 0)
        if group.destination == "stylesheet":
            if CONTENTS_STYLE.match("".join(self.style_name).strip()):
                self.contents_styles.add(self.style)
            self.style_name = []
        if group.flow is not None and self.flows and self.flows[-1] is group.flow:
            self.end_flow(self.flows.pop())
        if self.above:
            self.group = self.above.pop()

    def end_flow(self, flow: Flow) -> None:
        """Put a note or a text box behind the paragraph that it belongs to."""
        lines = [line for line in flow.finished() if line.strip()]
        if self.flows:
            self.flows[-1].aside += lines

    def take_bytes(self, token: Token) -> None:
        """Take bytes of text, those aside that stand in for a character in Unicode."""
        data = token.data
        if self.left_out:
            n = min(self.left_out, len(data))
            self.left_out -= n
            data = data[n:]
        self.held += data

    def flush(self) -> None:
        """Decode the bytes that are held."""
        if self.held:
            font = self.group.font if self.group.font is not None else self.default_font
            charset = self.charsets.get(font) if font is not None else None
            text = decoded(bytes(self.held), charset, self.code_page)
            self.held.clear()
            self.say(text)

    def say(self, text: str) -> None:
        """Add text to whatever the group is part of."""
        destination = self.group.destination
        if destination == "":
            if not (self.group.deleted or self.group.hidden):
                self.flows[-1].text.append(text)
        elif destination == "list":
            self.number.append(text)
        elif destination == "stylesheet":
            self.style_name.append(text.rstrip(";"))
        elif destination == "fldinst":
            instruction = next(
                (each.field for each in (self.group, *reversed(self.above)) if each.field is not None), None
            )
            if instruction is not None:
                instruction.append(text)
        elif destination in HEADS:
            self.heads.append(text)

    def take_sign(self, sign: str) -> None:
        """Take a control sign."""
        if sign == "*":
            self.group.starred = True
        elif sign in "\\{}":
            self.say(sign)
        elif sign == "~":
            self.say("\u00a0")
        elif sign == "_":
            self.say("-")
        elif sign in "\r\n":
            self.end_paragraph()

    def take_word(self, word: str, number: int | None) -> None:
        """Take a control word."""
        starred, self.group.starred = self.group.starred, False
        if self.left_out and word not in ("u", "uc"):
            self.left_out -= 1
        if word == "u" and number is not None:
            self.left_out = self.group.uc
            self.say(chr(number % 0x10000))
        elif self.begins_destination(word, starred):
            pass
        elif self.group.destination == "fonttbl":
            self.describe_font(word, number)
        elif self.group.destination == "stylesheet":
            self.style = number or 0 if word == "s" else self.style
        elif self.group.destination == "pict":
            wide, high = self.picture
            self.picture = (number or 0 if word == "picwgoal" else wide, number or 0 if word == "pichgoal" else high)
        elif not self.of_characters(word, number):
            self.of_paragraphs(word, number)

    def begins_destination(self, word: str, starred: bool) -> bool:
        """Whether a word says what the group is for; then that is noted."""
        group = self.group
        if group.destination not in ("", "list") and group.destination not in HEADS:
            return False
        if word in ("listtext", "pntext"):
            group.destination, self.number = "list", []
        elif word in ("footnote", "shptxt"):
            group.flow = Flow(self.hints)
            self.flows.append(group.flow)
            group.destination, group.in_table = "", False
        elif word == "field":
            group.field = []
        elif word == "fldrslt":
            around = self.above[-1].field if self.above else None
            if around is not None and CONTENTS_FIELD.match("".join(around)):
                group.destination = "toc"
        elif word in HEADS or word in SKIPPED or (starred and word not in KEPT):
            group.destination = word
        else:
            return False
        return True

    def describe_font(self, word: str, number: int | None) -> None:
        """Note the character set of a font."""
        if word == "f" and number is not None:
            self.fonts = [number]
        elif word == "fcharset" and number is not None and self.fonts:
            self.charsets[self.fonts[0]] = number

    def of_characters(self, word: str, number: int | None) -> bool:
        """Take a word about the characters that follow; whether it was one."""
        group = self.group
        if word == "ansicpg":
            self.code_page = number or 1252
        elif word == "deff":
            self.default_font = number
        elif word == "uc":
            group.uc = max(0, min(number if number is not None else 1, 10))
        elif word in ("f", "af") and number is not None:
            group.font = number if word == "f" else group.font
        elif word == "plain":
            group.deleted, group.hidden, group.font = False, False, None
        elif word == "deleted":
            group.deleted = number != 0
        elif word == "v":
            group.hidden = number != 0
        elif word in SIGNS:
            self.say(SIGNS[word])
        else:
            return False
        return True

    def of_paragraphs(self, word: str, number: int | None) -> None:
        """Take a word about paragraphs and tables."""
        flow, group = self.flows[-1], self.group
        if group.destination != "":
            if word == "par" and group.destination in HEADS:
                self.heads.append("\n")
            return
        if word == "pard":
            group.in_table, flow.is_contents = False, False
        elif word == "intbl":
            group.in_table = True
        elif word in ("par", "sect", "nestcell"):
            self.end_paragraph()
        elif word == "s" and number in self.contents_styles:
            flow.is_contents = True
        elif word == "cell":
            self.take_number()
            flow.end_cell()
        elif word == "row":
            flow.end_row()
        elif word == "trowd":
            flow.begin_row()
        elif word == "cellx":
            flow.describe_cell(number or 0)
        elif word in ("clvmrg", "clmrg"):
            flow.is_covered = True

    def end_paragraph(self) -> None:
        """End the open paragraph."""
        if self.group.destination == "":
            self.take_number()
            self.flows[-1].end_paragraph(self.group.in_table)

    def take_number(self) -> None:
        """Put the number of the list before the paragraph; bullets are none."""
        number = "".join(self.number).strip()
        self.number = []
        self.flows[-1].label = number if re.search(r"[\w①-⑳⑴-⒇㈠-㈩]", number) else ""
