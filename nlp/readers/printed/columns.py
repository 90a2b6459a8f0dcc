"""The columns of a page: where its gutters are, and between which edges its lines run."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace

from nlp.readers.printed.lines import BACK, Run, line_of
from nlp.readers.printed.measure import edges_of
from nlp.readers.printed.page import Area, Line, Page, Rect

LEAST_LINES = 3  # of a column
MOST_STARTS = 40  # left edges that are looked at on a page
LEAST_WIDTH = 5  # characters of a column
FULL = 1.6  # characters that a full line may stay behind the edge of its column
HANG = 0.5  # characters that an opening mark or a comma may hang out of its column
LARGER = 1.15  # times the size of the text
ENOUGH = 8  # lines that tell the edges of a column on their own page


Place = tuple[float, float, float]  # of a run: where it begins and ends, and its baseline


def gutters_of(pages: Sequence[Sequence[Run]], size: float) -> list[list[float]]:
    """Return where the second and further columns of every page begin, from left to right.

    A page that shows too little of its columns, like the last one, has those of the others if nothing runs across.
    """
    places = [sorted((run.left, run.right, run.level) for run in runs) for runs in pages]
    found = [own_gutters(page, size) for page in places]
    shown = [each for each in found if each]
    if not shown or (all(found) and len({len(each) for each in found}) == 1):
        return found
    common = max(shown, key=lambda gutters: (sum(len(each) == len(gutters) for each in shown), len(gutters)))
    lines = [place for page, gutters in zip(places, found, strict=True) if gutters == common for place in page]
    edges = [edge_before(lines, gutter, size) for gutter in [*common, float("inf")]]
    return [
        common if len(gutters) < len(common) and fits(page, common, edges, size) else gutters
        for page, gutters in zip(places, found, strict=True)
    ]


def edge_before(places: Sequence[Place], gutter: float, size: float) -> float:
    """Return where full lines end that end before a gutter and begin behind none."""
    return max((right for _, right, _ in places if right < gutter + 0.5 * size), default=gutter)


def fits(places: Sequence[Place], gutters: Sequence[float], edges: Sequence[float], size: float) -> bool:
    """Tell whether a page may have the gutters of others: enough lines are full, and beside them none runs across."""
    inside = [place for place in places if not runs_across(place, gutters, size)]
    rows = sorted(y for *_, y in inside)
    if any(runs_across(place, gutters, size) and touches(place[2], rows, size) for place in places):
        return False
    full = [
        place for place in inside if edges[bisect_right(gutters, place[0] + HANG * size)] - place[1] < 2 * FULL * size
    ]
    return len(inside) == len(places) or len(full) >= max(2, 0.4 * len(inside))


def runs_across(place: Place, gutters: Sequence[float], size: float) -> bool:
    """Tell whether a run begins in one column and ends in another."""
    return bisect_right(gutters, place[0] + HANG * size) < bisect_right(gutters, place[1] - size)


def own_gutters(places: Sequence[Place], size: float) -> list[float]:
    """Return the gutters that a page shows by itself."""
    gutters: list[float] = []
    for start in starts(places, size):
        beyond = [place for place in places if place[0] >= (gutters[-1] if gutters else float("-inf"))]
        if is_gutter(beyond, start - 0.25 * size, size):
            gutters.append(start - 0.25 * size)
    return gutters


def starts(places: Sequence[Place], size: float) -> list[float]:
    """Return the left edges that several lines share."""
    groups: list[list[float]] = []
    for left, _, _ in places:
        if groups and left - groups[-1][0] < 0.5 * size:
            groups[-1].append(left)
        else:
            groups.append([left])
    shared = sorted((group for group in groups if len(group) >= LEAST_LINES), key=len)
    return sorted(group[0] for group in shared[-MOST_STARTS:])


def is_gutter(places: Sequence[Place], x: float, size: float) -> bool:
    """Tell whether two columns meet at a place: full lines on both sides of it at the same height, none across."""
    after = [place for place in places if place[0] >= x - HANG * size]
    rest = [place for place in places if place[0] < x - HANG * size]
    before = [place for place in rest if place[1] <= x + HANG * size]
    across = [place for place in rest if place[1] > x + HANG * size]
    if min(len(before), len(after)) < LEAST_LINES:
        return False
    low = max(min(y for *_, y in before), min(y for *_, y in after))
    high = min(max(y for *_, y in before), max(y for *_, y in after))
    within = [[place for place in side if low - size <= place[2] <= high + size] for side in (before, after)]
    if min(map(len, within)) < LEAST_LINES:
        return False
    crossing = [place for place in across if low - 0.5 * size < place[2] < high + 0.5 * size]
    rows = sorted(place[2] for side in within for place in side)
    if sum(touches(place[2], rows, size) for place in crossing) > 0.05 * len(rows):
        return False
    rights = sorted(right for _, right, _ in within[0])
    edge = rights[int(0.8 * (len(rights) - 1))]
    start = min(left for left, _, _ in within[0])
    full = [right for _, right, _ in within[0] if edge - right < FULL * size]
    first = [place for place in within[1] if place[0] < x + (edge - start)]
    return (
        edge - start > LEAST_WIDTH * size
        and len(full) >= max(2, 0.4 * len(within[0]))
        and sum(right - left > LEAST_WIDTH * size for left, right, _ in first) >= 0.5 * len(first)
    )


def touches(y: float, rows: Sequence[float], size: float) -> bool:
    """Tell whether a line stands at a height where others do."""
    at = bisect_right(rows, y - 0.5 * size)
    return at < len(rows) and rows[at] < y + 0.5 * size


def lines_of(runs: Sequence[Run], page: Page, gutters: Sequence[float] = (), size: float = 0.0) -> list[Line]:
    """Put runs together to lines: those on one baseline that follow each other in one column.

    ``size``: of the type of the text; a title over all columns is larger, and its rest may be short.
    """
    lines: list[Line] = []
    columns = [column_of(run, gutters) for run in runs]
    taken = sorted((run.level, column) for run, column in zip(runs, columns, strict=True)) if gutters else []
    open_runs: list[Run] = []
    column = 0
    for run, own in zip(runs, columns, strict=True):
        if run.em > LARGER * size and open_runs and own >= 0 > column and is_rest(run, own, open_runs[0], taken):
            own = -1
        if open_runs and own == column and side_by_side(open_runs[-1], run):
            open_runs.append(run)
        elif run.text.isdigit() and (at := entry_before(lines, run)) is not None:
            text = f"{lines[at].text} {run.text}"
            lines[at] = replace(lines[at], text=text, right=run.right, ends_in_number=True)
        else:
            if open_runs:
                lines.append(line_of(open_runs, page, column, lines[-1] if lines else None))
            open_runs, column = [run], own
    if open_runs:
        lines.append(line_of(open_runs, page, column, lines[-1] if lines else None))
    return lines


def is_rest(run: Run, column: int, above: Run, taken: Sequence[tuple[float, int]]) -> bool:
    """Tell whether a run is the short rest of a text over all columns: nothing stands beside it in another."""
    if not 0 < above.level - run.level < 2.2 * run.em or abs(above.em - run.em) > 0.05 * run.em:
        return False
    first = bisect_left(taken, (run.level - 0.4 * run.em, -1))
    last = bisect_right(taken, (run.level + 0.4 * run.em, len(taken)))
    return all(other == column for _, other in taken[first:last])


def side_by_side(run: Run, following: Run) -> bool:
    """Tell whether a run stands to the right of another on the same baseline."""
    em = max(run.em, following.em)
    return abs(run.level - following.level) < 0.2 * em and following.left > run.right - BACK * em


def entry_before(lines: Sequence[Line], number: Run) -> int | None:
    """Return which of the last lines a number stands behind: of a long entry of contents, the page is printed last."""
    for at in range(len(lines) - 1, max(-1, len(lines) - 4), -1):
        if abs(lines[at].base - number.level) < 0.2 * number.em and lines[at].right < number.left:
            return at
    return None


def column_of(run: Run, gutters: Sequence[float]) -> int:
    """Return the column of a run, counted from 0; −1 if it runs across a gutter."""
    first = bisect_right(gutters, run.left + HANG * run.em)
    last = bisect_right(gutters, run.right - run.em)
    return first if first >= last else -1


def with_areas(
    pages: Sequence[Sequence[Line]], n_gutters: Sequence[int], obstacles: Mapping[int, Sequence[Rect]], size: float
) -> list[list[Line]]:
    """Tell every line between which edges it may run: those of its column on its page, or of its like on others."""
    groups: dict[tuple[int, int], dict[int, list[Line]]] = {}
    for page, n in zip(pages, n_gutters, strict=True):
        for line in page:
            groups.setdefault((n, line.column), {}).setdefault(line.page, []).append(line)
    areas: dict[tuple[int, int], Area] = {}
    for (_, column), by_page in groups.items():
        common = edges_of([line for lines in by_page.values() for line in lines], size)
        for number, lines in by_page.items():
            own = edges_of(lines, size)
            areas[number, column] = own if abs(own.width - common.width) < 2 * size or len(lines) > ENOUGH else common

    def placed(line: Line) -> Line:
        return replace(line, area=around(line, areas[line.page, line.column], obstacles.get(line.page, ()), size))

    return [[placed(line) for line in page] for page in pages]


def around(line: Line, area: Area, obstacles: Sequence[Rect], size: float) -> Area:
    """Return where a line may run beside what stands in its column."""
    for other in obstacles:
        if other.bottom - 0.5 * size < line.base < other.top + 0.2 * size:
            if area.left < other.left < area.right and other.left >= line.right - 0.5 * size:
                area = Area(area.left, other.left - 0.5 * size)
            elif area.left < other.right < area.right and other.right <= line.left + 0.5 * size:
                area = Area(other.right + 0.5 * size, area.right)
    return area
