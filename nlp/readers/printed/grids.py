"""From the rules of a page to the cells that they enclose."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from nlp.readers.printed.page import Rect

NEAR = 4.0  # points between two rules that are one, or that meet
MOST_RULES = 400  # of one direction on a page; a drawing has more, and no cells
MOST_CELLS = 4_000


Cell = tuple[int, int]  # the row and the column where it begins


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of a table: where its columns and rows begin and end, and which of the squares are one cell."""

    xs: tuple[float, ...]  # from left to right
    ys: tuple[float, ...]  # from top to bottom
    cells: tuple[tuple[Cell, ...], ...]  # of every square: the row and column where its cell begins

    @property
    def rect(self) -> Rect:
        """Its outline."""
        return Rect(self.xs[0], self.ys[-1], self.xs[-1], self.ys[0])

    @property
    def n_cells(self) -> int:
        """How many cells it has."""
        return len({cell for row in self.cells for cell in row})

    def cell_at(self, x: float, y: float) -> Cell | None:
        """Return the row and column of the cell around a point."""
        if not self.rect.holds(x, y):
            return None
        column = min(bisect_right(self.xs, x), len(self.xs) - 1) - 1
        row = next((at for at, bottom in enumerate(self.ys[1:]) if y >= bottom), len(self.ys) - 2)
        return self.cells[row][column]

    def columns_of(self, cell: Cell) -> tuple[float, float]:
        """Return where a cell begins and ends."""
        row, first = cell
        last = max(at for at, each in enumerate(self.cells[row]) if each == cell)
        return self.xs[first], self.xs[last + 1]


def grids_of(rules: Sequence[Rect]) -> tuple[list[Grid], list[Rect]]:
    """Return the grids of a page and the level rules that are part of none."""
    across = merged([rule for rule in rules if rule.width >= rule.height])
    upright = [turned(rule) for rule in merged([turned(rule) for rule in rules if rule.width < rule.height])]
    if max(len(across), len(upright)) > MOST_RULES:
        return [], []
    grids: list[Grid] = []
    loose = []
    for level, down in touching(across, upright):
        grid = grid_of(level, down) if down and level else None
        if grid is not None:
            grids.append(grid)
        else:
            loose += level
    return grids, loose


def turned(rule: Rect) -> Rect:
    """Swap the directions: an upright rule becomes a level one."""
    return Rect(rule.bottom, rule.left, rule.top, rule.right)


def merged(rules: Iterable[Rect]) -> list[Rect]:
    """Put level rules together that continue each other or lie side by side."""
    rows: list[list[Rect]] = []
    for rule in sorted(rules, key=lambda rule: rule.bottom + rule.top):
        if rows and middle(rule) - middle(rows[-1][0]) < NEAR / 2:
            rows[-1].append(rule)
        else:
            rows.append([rule])
    found: list[Rect] = []
    for row in rows:
        row.sort()
        found.append(row[0])
        for rule in row[1:]:
            last = found[-1]
            if rule.left <= last.right + NEAR:
                found[-1] = Rect(
                    last.left, min(last.bottom, rule.bottom), max(last.right, rule.right), max(last.top, rule.top)
                )
            else:
                found.append(rule)
    return found


def middle(rule: Rect) -> float:
    """Return the height of a level rule."""
    return (rule.bottom + rule.top) / 2


def touching(across: Sequence[Rect], upright: Sequence[Rect]) -> list[tuple[list[Rect], list[Rect]]]:
    """Return the level and the upright rules of each figure in which all touch."""
    groups = list(range(len(across) + len(upright)))

    def root(at: int) -> int:
        while groups[at] != at:
            groups[at] = groups[groups[at]]
            at = groups[at]
        return at

    for at, level in enumerate(across):
        for beside, down in enumerate(upright, len(across)):
            if (
                level.left - NEAR <= (down.left + down.right) / 2 <= level.right + NEAR
                and down.bottom - NEAR <= middle(level) <= down.top + NEAR
            ):
                groups[root(at)] = root(beside)
    figures: dict[int, tuple[list[Rect], list[Rect]]] = {}
    for at, rule in enumerate([*across, *upright]):
        figure = figures.setdefault(root(at), ([], []))
        figure[at >= len(across)].append(rule)
    return list(figures.values())


def grid_of(level: Sequence[Rect], down: Sequence[Rect]) -> Grid | None:
    """Return the grid that rules make; its sides may be open."""
    # Sides may be open; a rule of a running head that touches the table begins and ends anywhere.
    sides = [min(rule.left for rule in level), max(rule.right for rule in level)]
    ends = [min(rule.bottom for rule in down), max(rule.top for rule in down)]
    xs = places([(rule.left + rule.right) / 2 for rule in down] + sides)
    ys = places([middle(rule) for rule in level] + ends)[::-1]
    n_rows, n_columns = len(ys) - 1, len(xs) - 1
    if n_rows < 1 or n_columns < 1 or n_rows * n_columns > MOST_CELLS:
        return None
    first = {(row, column): (row, column) for row in range(n_rows) for column in range(n_columns)}
    for row, (top, bottom) in enumerate(pairwise(ys)):
        for column, (left, right) in enumerate(pairwise(xs)):
            x, y = (left + right) / 2, (top + bottom) / 2
            if column and not any(
                abs((rule.left + rule.right) / 2 - left) < NEAR and rule.bottom < y < rule.top for rule in down
            ):
                first[row, column] = first[row, column - 1]
            elif row and not any(abs(middle(rule) - top) < NEAR and rule.left < x < rule.right for rule in level):
                first[row, column] = first[row - 1, column]
    return Grid(
        tuple(xs), tuple(ys), tuple(tuple(first[row, column] for column in range(n_columns)) for row in range(n_rows))
    )


def places(values: Sequence[float]) -> list[float]:
    """Return the different ones of some places, those near each other as one."""
    found: list[list[float]] = []
    for value in sorted(values):
        if found and value - found[-1][-1] < NEAR:
            found[-1].append(value)
        else:
            found.append([value])
    return [sum(group) / len(group) for group in found]
