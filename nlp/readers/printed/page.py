"""What stands on a printed page, whatever the file it comes from: glyphs, rules, pictures, each with its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

GAP = "\x1f"  # a gap in the layout that is no character of the file
MANY_FIGURES = 100


class Glyph(NamedTuple):
    """A printed character: its advance from ``left`` to ``right``, its baseline, the height of its font; in points."""

    char: str  # nothing where it was printed but is not to be read, such as what is struck out
    left: float
    right: float
    base: float
    height: float

    @property
    def em(self) -> float:
        """The size of the type, as well as one glyph tells it."""
        return self.right - self.left if is_han(self.char) else 0.8 * self.height


def is_han(char: str) -> bool:
    """Tell whether a character is Chinese; radicals (⼀ for 一) are what many programs write for it."""
    return "一" <= char <= "龥" or "\u2e80" <= char <= "\u2fd5"


class Rect(NamedTuple):
    """A rectangle: a rule where it is thin, otherwise the ground of a text or a picture."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From bottom to top."""
        return self.top - self.bottom

    def holds(self, x: float, y: float) -> bool:
        """Tell whether a point lies inside."""
        return self.left <= x <= self.right and self.bottom <= y <= self.top


@dataclass(slots=True)
class Page:
    """A page: what is printed on it, in the order of the file."""

    number: int
    edge: Rect
    glyphs: list[Glyph]
    slanted: list[str] = field(default_factory=list)  # lines across the page, which are watermarks
    rules: list[Rect] = field(default_factory=list)
    grounds: list[Rect] = field(default_factory=list)  # areas that are filled or framed
    pictures: list[Rect] = field(default_factory=list)
    n_drawn: int = 0  # figures that are neither rules nor frames; letters may be drawn

    @property
    def shows_more(self) -> bool:
        """Tell whether something is shown that may be text: a picture, or many figures."""
        return bool(self.pictures) or self.n_drawn > MANY_FIGURES

    def height_of(self, y: float) -> float:
        """Return how high a place is: 0 is the bottom of the page, 1 the top."""
        return (y - self.edge.bottom) / self.edge.height if self.edge.height else 0.5


class Area(NamedTuple):
    """Where the lines of a text may begin and end."""

    left: float
    right: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line and its place, in points."""

    text: str
    page: int
    left: float
    right: float
    base: float
    size: float  # of its Chinese type; 0 where there is none
    height: float  # of its place on the page: 0 is the bottom, 1 the top
    column: int = 0  # of the page, counted from 0; −1 across several
    ends_in_number: bool = False  # far behind its words, as an entry of contents does
    raised: bool = False  # it begins with a raised sign, such as the 2 of m²
    area: Area | None = None  # where it may begin and end, once that is known
