"""From documents to passages, the unit of coding: a paragraph or a numbered item, with its heading trail."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import pandas as pd

from nlp.corpus.lexicon import Lexicon
from nlp.search.code_points import in_blocks
from nlp.search.fold import fold_texts
from nlp.tables import PASSAGES
from nlp.text.items import number_of
from nlp.text.layout import LABEL_DEPTH, LEAD_DEPTH, Block, layouts
from nlp.text.numbering import NUMBERED_ITEM, ORDINAL, ORDINAL_START, Mark, han_number, mark_of
from nlp.text.openers import Openers, openers_of

LONGEST = 400  # characters: beyond this a passage is cut at its items, or between sentences
SHORTEST_PIECE = 30
LEAD = 18  # characters: a sentence so short, without a comma, heads what follows
SENTENCE_END = re.compile(r"[。！？!?…]+[”’』」）)]*|[；;](?=[\u4e00-\u9fff“（(])")
TRAIL = "＞"


def segment_documents(documents: pd.DataFrame, lexicon: Lexicon) -> pd.DataFrame:
    """Cut every document into PASSAGES.

    The cuts are found on the folded copy, which has the same length; ``start`` and ``end`` are offsets into the
    document's text, so that ``passages.text == text[start:end]``.
    """
    texts = [text if isinstance(text, str) else "" for text in documents["text"]]
    readings = documents["reading"] if "reading" in documents else [None] * len(texts)
    rows = [
        {
            "document_id": document_id,
            "reading": reading,
            "passage_id": f"{document_id}#{position:04d}",
            "position": position,
            **passage._asdict(),
        }
        for document_id, reading, passages in zip(
            documents["document_id"], readings, passages_of(texts, lexicon), strict=True
        )
        for position, passage in enumerate(passages, 1)
    ]
    return PASSAGES.frame(rows)


class Passage(NamedTuple):
    """A passage of a document, and the trail of headings it stands under."""

    section: str
    start: int
    end: int
    text: str


def passages_of(texts: Sequence[str], lexicon: Lexicon) -> Iterator[list[Passage]]:
    """The passages of each document."""
    openers = openers_of(lexicon)
    for block in in_blocks(texts):
        folded = fold_texts(block, lexicon.fold_table)
        for text, copy, blocks in zip(block, folded, layouts(folded, openers), strict=True):
            yield passages_in(text, copy, blocks, openers)


def passages_in(text: str, folded: str, blocks: list[Block], openers: Openers) -> list[Passage]:
    """The passages of one document, given its layout."""
    trail = Trail()
    passages = []
    for block in blocks:
        start, end, depth = block
        if trail.above:
            trail.leave(folded, block)
        if depth:
            trail.enter(block, text[start:end].strip("〖〗").rstrip("。：:. "))
        elif end - start <= LONGEST and folded[start] not in ORDINAL_START:
            passages.append(Passage(trail.section, start, end, text[start:end]))
        else:
            passages += [Passage(trail.section, a, b, text[a:b]) for a, b in pieces_of(folded, block, openers)]
    return passages


class Trail:
    """The headings above a block, the outermost first, as a document is gone through."""

    def __init__(self) -> None:
        self.above: list[tuple[int, str]] = []  # depth, heading
        self.section = ""
        self.ends = -1  # where the last heading ends
        self.listed: dict[str, int] = {}  # style → number of the last text that bore it under the last heading

    def enter(self, heading: Block, name: str) -> None:
        """Go under a heading."""
        self.ends = heading.end
        self.listed.clear()
        self.keep([each for each in self.above if each[0] < heading.depth] + [(heading.depth, name)])

    def leave(self, folded: str, block: Block) -> None:
        """Leave the headings that do not reach as far as ``block``."""
        innermost = self.above[-1][0]
        # The name of a column heads its own text alone, the lead of a list its own line.
        if (innermost == LABEL_DEPTH and block.start != self.ends) or (
            innermost == LEAD_DEPTH and "\n" in folded[self.ends : block.start]
        ):
            self.keep(self.above[:-1])
        mark = None if block.depth else mark_of(folded[block.start : block.start + LEAD])
        if mark and self.above and not self.counts_on(mark) and block.start != self.ends:
            closed = closed_by(mark, self.above)
            self.keep([each for each in self.above if each[0] < closed] if closed else self.above)

    def counts_on(self, mark: Mark) -> bool:
        """Whether a mark is the next of a list that began under the last heading."""
        number, last = number_of(mark.text), self.listed.get(mark.style, 0)
        if number == 1 or number == last + 1 > 1:
            self.listed[mark.style] = number
        return number == last + 1 > 1

    def keep(self, above: list[tuple[int, str]]) -> None:
        """Stand under these headings."""
        self.above = above
        self.section = TRAIL.join(name for _, name in above)


def closed_by(mark: Mark, above: list[tuple[int, str]]) -> int:
    """The depth of the heading that a text closes because it bears the next number of the same kind; 0 if none.

    Minutes number headings and plain paragraphs alike: what begins with “三、” no longer stands under “二、存在的问题”.

    >>> [closed_by(Mark(1, "一、", text), [(1, "二、存在的问题")]) for text in ("三、", "一、")]
    [1, 0]
    """
    if mark.depth > 2:
        return 0
    before = mark_of(next((name for depth, name in above if depth == mark.depth), ""))
    counts_on = before and before.style == mark.style and number_of(mark.text) == number_of(before.text) + 1
    return mark.depth if counts_on else 0


def pieces_of(text: str, block: Block, openers: Openers) -> list[tuple[int, int]]:
    """Spans of the passages of one text block: the block itself unless it is too long or a list of brothers."""
    body = text[block.start : block.end]
    stops = sentence_ends(body)
    cuts = sibling_cuts(body, stops)
    if len(body) > LONGEST:
        cuts = sorted({*cuts, *numbered_cuts(body, stops)})
    spans = [
        piece
        for start, end in spans_between(cuts, len(body))
        for piece in (shortened(body, stops, start, end, openers) if end - start > LONGEST else [(start, end)])
    ]
    return [(block.start + a, block.start + b) for start, end in spans for a, b in [trimmed(body, start, end)] if a < b]


def spans_between(cuts: list[int], length: int) -> list[tuple[int, int]]:
    """Spans that ``cuts`` leave of ``length`` characters."""
    edges = [0, *(cut for cut in cuts if 0 < cut < length), length]
    return list(pairwise(edges))


def sentence_ends(body: str) -> list[int]:
    """Positions right behind the sentences, or the clauses between semicolons.

    >>> sentence_ends("四是总结经验。五是开展研究；六是")
    [7, 14]
    """
    return [hit.end() for hit in SENTENCE_END.finditer(body)]


def ends_within(body: str, stops: list[int], start: int, end: int) -> list[int]:
    """Those of the sentence ends that a stretch has by itself: a semicolon at its end divides nothing."""
    return [at for at in stops if start < at <= end and (at < end or body[at - 1] not in "；;")]


def sibling_cuts(body: str, stops: list[int]) -> list[int]:
    """Where the next brothers of an item begin: “四是……。五是……” on one line are two passages, however short.

    >>> sibling_cuts("四是总结经验。五是开展研究。", [7, 14]), sibling_cuts("主要有：一是甲。二是乙。", [8, 12])
    ([7], [])
    """
    opening = ORDINAL.match(body)
    if not opening:
        return []
    value = han_number(opening.group(1) or opening.group(2))
    cuts = []
    for at in stops:
        hit = ORDINAL.match(body, at)
        if hit and han_number(hit.group(1) or hit.group(2)) == value + 1:
            cuts.append(at)
            value += 1
    return cuts


def numbered_cuts(body: str, stops: list[int]) -> list[int]:
    """Starts of numbered items inside a long block, if there are at least two."""
    starts = [at for at in stops if NUMBERED_ITEM.match(body, at)]
    return starts if len(starts) >= 2 or (starts and NUMBERED_ITEM.match(body)) else []


def shortened(body: str, stops: list[int], start: int, end: int, openers: Openers) -> list[tuple[int, int]]:
    """Cut a long stretch at unnumbered items (有的…有的…), else between sentences, into pieces of similar length."""
    stops = ends_within(body, stops, start, end)
    leads = short_leads(body, [start, *stops])
    items = [at for at in stops if at < end and (openers.item.match(body, at) or at in leads)]
    full_stops = [at for at in stops if body[at - 1] not in "；;"]
    inner = items if len(items) >= 2 else full_stops or stops
    pieces = packed([start, *(at for at in inner if start < at < end), end])
    return [
        piece
        for a, b in pieces
        for piece in (packed([a, *(s for s in stops if a < s < b), b]) if b - a > LONGEST else [(a, b)])
    ]


def short_leads(body: str, starts: list[int]) -> set[int]:
    """Starts of the short sentences that head what follows (“建好队伍。要把……”), if there are at least two."""
    leads = {a for a, b in pairwise(starts) if b - a <= LEAD and "，" not in body[a:b]}
    return leads if len(leads) >= 2 else set()


def packed(edges: list[int]) -> list[tuple[int, int]]:
    """Pack neighbouring stretches into the fewest pieces that stay short, of similar length.

    A single stretch longer than the limit stays whole: it is one sentence.
    """
    n_pieces = -(-(edges[-1] - edges[0]) // LONGEST)
    target = (edges[-1] - edges[0]) / n_pieces
    pieces, begin = [], edges[0]
    for at, following in zip(edges[1:], [*edges[2:], None], strict=False):
        if following is None:
            pieces.append((begin, at))
        elif following - begin > LONGEST or (
            abs(at - begin - target) <= abs(following - begin - target) and at - begin >= SHORTEST_PIECE
        ):
            pieces.append((begin, at))
            begin = at
    return pieces


def trimmed(body: str, start: int, end: int) -> tuple[int, int]:
    """The span without blanks at its ends."""
    piece = body[start:end]
    return start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip()))
