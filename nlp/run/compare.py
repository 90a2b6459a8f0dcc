"""Two runs held against each other, written as a page, a workbook and two tables."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from nlp.measures.comparison import FEWEST, comparison, comparison_units
from nlp.outputs.comparison import BOOK, PAGE, write_comparison_book, write_comparison_page
from nlp.run.run import Run
from nlp.store.files import write_table

NEEDED = ("documents", "passages", "labels", "sources_of_documents", "themes", "theme_terms", "theme_passages")


def compare_runs(old: Run, new: Run, names: tuple[str, str], match: str | None, out: Path) -> pd.DataFrame:
    """Compare two runs and write what was found into ``out``; returns COMPARISON. Raises DataError."""
    before, after = ({name: run[name] for name in NEEDED} for run in (old, new))
    table = comparison(before, after, new.corpus.codebook, match)
    units = comparison_units(before, after, new.corpus.codebook)
    n_old, n_new = sizes_of(table)
    past, present = (set(mine["documents"]["organ"].dropna()) for mine in (before, after))
    told = {
        "old_name": Path(names[0]).name,
        "new_name": Path(names[1]).name,
        "old_size": n_old,
        "new_size": n_new,
        "counted": "单位" if match else "独立来源",
        "too_few": min(n_old, n_new) < FEWEST,
        "matched": (
            f"只比两边都有的单位；只在去年的 {len(past - present)} 个、只在今年的 {len(present - past)} 个没有比。"
            if match
            else "两边的单位不全相同时，变化可能只是换了单位，可加 --match organ 再看。"
        ),
    }
    write_table(table, out / "comparison.csv")
    write_table(units, out / "comparison_units.csv")
    write_comparison_book(table, units, out / BOOK)
    write_comparison_page(table, units, told, out / PAGE)
    return table


def sizes_of(table: pd.DataFrame) -> tuple[int, int]:
    """How many sources or units stand on either side."""
    codes = table[table["kind"] == "代码"].iloc[0]
    return int(codes["denominator_old"]), int(codes["denominator_new"])
