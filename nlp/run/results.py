"""The folder of results: tables, figures, page, workbook, draft, and what is needed to repeat the run."""

from __future__ import annotations

import platform
import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from nlp.base.versions import libraries_of
from nlp.corpus.folder import digest
from nlp.engine.partitions import map_parts
from nlp.intake.discover import discover
from nlp.intake.inputs import nothing_read
from nlp.measures.periods import undated
from nlp.outputs.page import ReportInput
from nlp.outputs.report import write_report
from nlp.outputs.word_gb9704 import write_official
from nlp.outputs.workbook import write_workbook
from nlp.run.run import Run
from nlp.statements.briefing import UnitBriefing, briefing, points_of
from nlp.store.files import write_json, write_table
from nlp.tables import FAILURES, THEME_NOTES
from nlp.tables.registry import all_tables

DRAFT, BRIEFING = "报告底稿.docx", "一页简报.docx"
DOUBTFUL_IN_NAMES = re.compile(r'[\\/:*?"<>|\s]')


def write_results(run: Run, out: Path) -> None:
    """Write everything that ``analyze`` promises into ``out``. Raises DataError if there is nothing to analyse."""
    if run["documents"].empty or run["passages"].empty:
        listed = write_table(run[FAILURES.name], out / "failures.csv")
        raise nothing_read(run.inputs, run[FAILURES.name], listed)
    for name in run:
        run[name]  # now, so that every stage has its time, apart from that of writing
    with run.clock.step("写出结果"):
        figures = written_parts(run, out)
        write_page(run, figures, out / "report.html")
        write_official(run.draft.blocks, out / DRAFT)
        write_briefing(run, out)
    write_json(facts_of(run) | {"timings_seconds": run.clock.seconds}, out / "run.json")


def written_parts(run: Run, out: Path) -> dict[str, str]:
    """Write what does not need the rest, in processes where there are some; returns the SVG texts of the figures."""
    from nlp.outputs.figures import FIGURES

    # The longest first: whoever is free takes the next.
    parts = ["workbook", "tables", *FIGURES]
    written = map_parts(partial(write_part, run=run, out=out), parts, run.how.engine.sharing)
    return {name: svg for figures in written for name, svg in figures.items()}


def write_part(part: str, run: Run, out: Path) -> dict[str, str]:
    """Write the workbook, all tables, or the figure of that name; returns the SVG text of a figure that was drawn."""
    if part == "workbook":
        write_workbook(dict(run), run.corpus.codebook, out / "workbook.xlsx", points_of(run.draft))
    elif part == "tables":
        write_tables(run, out)
    else:
        return figures_of(run, out / "figures", [part])
    return {}


def write_tables(run: Run, out: Path) -> None:
    """Write every table where its schema says that it stands."""
    for table in all_tables().values():
        if table.in_tables:
            write_table(run[table.name], out / "tables" / f"{table.name}.csv")
            write_table(run[table.name], out / "tables" / f"{table.name}.parquet")
        if table.beside:
            write_table(run[table.name], out / f"{table.name}.csv")


def figures_of(run: Run, folder: Path, names: Sequence[str] | None = None) -> dict[str, str]:
    """Draw figures (all, if not named) into ``folder``; return the SVG texts by name."""
    from nlp.outputs.figures import FIGURES, draw_figures

    return draw_figures(dict(run), run.corpus.codebook, folder, names or tuple(FIGURES))


def write_page(run: Run, figures: dict[str, str], path: Path) -> Path:
    """Write the page."""
    notes = dict(run[THEME_NOTES.name].itertuples(index=False))
    facts = {"编码者": run.how.coder, "随机种子": run.how.seed}
    facts |= {f"{name} 版本": value for name, value in run.corpus.versions.items()}
    fold_table = run.corpus.lexicon.fold_table
    given = ReportInput(dict(run), run.corpus.codebook, figures, notes, facts, run.draft.findings, fold_table)
    return write_report(given, path)


def write_page_alone(run: Run, path: Path) -> Path:
    """Write the page, its figures beside it."""
    return write_page(run, figures_of(run, path.parent / "figures"), path)


def write_briefing(run: Run, out: Path, unit: str | None = None) -> Path:
    """Write the briefing over all, or of one unit, as the file ``out`` or into the folder ``out``.

    Raises DataError where no document names the unit.
    """
    blocks = UnitBriefing.of(unit, run, run.corpus.codebook).blocks() if unit else briefing(run.draft, run)
    name = f"{DOUBTFUL_IN_NAMES.sub('_', unit)}.docx" if unit else BRIEFING
    return write_official(blocks, out if out.suffix == ".docx" else out / name, one_page=True)


def facts_of(run: Run) -> dict[str, object]:
    """What is needed to repeat a run: inputs with hashes, how it was made, versions, row counts."""
    found = [each for each in discover(run.inputs, run.how.reading.redact) if each.fault is None]
    return {
        "inputs": [{"source": each.source, "sha256": digest([each.path])} for each in found],
        **run.how.facts(),
        "versions": run.corpus.versions,
        "python": platform.python_version(),
        "libraries": libraries_of(__name__),
        "rows": {name: len(run[name]) for name in sorted(run)},
        "undated_documents": undated(run["documents"]),
    }
