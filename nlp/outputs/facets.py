"""Roles, codes and themes as the page shows them: counts that open what they count, and quotations."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd
from markupsafe import Markup

from nlp.corpus.codebook import CODED_FACETS, Codebook
from nlp.outputs.figures import FACET_TITLE
from nlp.outputs.page import LENGTHS, ReportInput, address, number
from nlp.outputs.quotations import copied_of, marked, place_of, quotation, spread
from nlp.outputs.telling import percent, share_text
from nlp.statements.ranking import forms_apart, ranked_codes
from nlp.tables import UNITS_OF_COUNT

QUOTATIONS = 3  # quotations shown under a code; its number opens all of them
HEADS = ["文档", "文档占比（95% 区间）"]  # where forms are not told apart


def role_view(tables: Mapping[str, pd.DataFrame], codebook: Codebook) -> dict[str, Any]:
    """Roles with their counts, most common first; the share among the passages of each form, where there are two."""
    apart = by_form(tables, "段落")
    rows = []
    counts = counted(tables, "role", "段落")
    for code, by in counts:
        cells: list[object] = [codebook.role_name(code)]
        cells += shares_of(apart, code, "段落", role=code) or [
            over(by["段落"], "段落", role=code),
            share_text(by["段落"]),
        ]
        rows.append([*cells, over(by["文档"], "文档", role=code), over(by["独立来源"], "独立来源", role=code)])
    shares = heads_of(apart, "的段落") or ["段落", "占比（95% 区间）"]
    bars = [bar(codebook.role_name(code), by["段落"], "段落", apart, code, role=code) for code, by in counts]
    return {"heads": ["角色", *shares, "文档", "独立来源"], "rows": rows, "bars": bars, "of": whole_of(apart)}


def bar(
    name: str, row: Any, unit: str, apart: Mapping[str, Mapping[str, Any]], code: str, /, **query: object
) -> dict[str, object]:
    """A bar of the share of one code in the main form: its name, what it opens, what it is out of, and both counts."""
    form = next(iter(apart), "")
    mine = apart[form].get(code) if form else row
    n, total = (0, 0) if mine is None else (int(mine.n), int(mine.denominator))
    around = {"form": form} if form else {}
    return {
        "name": name,
        "href": address(unit, **around, **query),
        "of": address(unit, **around),
        "n": n,
        "total": total or max((int(each.denominator) for each in apart.get(form, {}).values()), default=0),
    }


def whole_of(apart: Mapping[str, object]) -> str:
    """The documents that bars count, in words."""
    form = next(iter(apart), "")
    return f"只数{form}" if form else "全部材料"


def by_form(tables: Mapping[str, pd.DataFrame], unit: str) -> dict[str, dict[str, Any]]:
    """Rows of PREVALENCE by form and code, the main form first; empty where forms are not told apart."""
    counts = tables["prevalence_by_form"]
    counts = counts[counts["unit"] == unit]
    return {
        form: {str(row.code): row for row in counts[counts["group"] == form].itertuples()}
        for form in forms_apart(tables)
    }


def heads_of(apart: Mapping[str, object], what: str = "") -> list[str]:
    """Heads of the columns that :func:`shares_of` fills."""
    return [head for form in apart for head in (f"{form}{what}", f"占{form}{what}（95% 区间）")]


def shares_of(apart: Mapping[str, Mapping[str, Any]], code: str, unit: str, /, **query: object) -> list[object]:
    """Count and share of one code in each form; nothing where forms are not told apart."""
    cells: list[object] = []
    for form, rows in apart.items():
        row = rows.get(code)
        cells += ["0", "—"] if row is None else [over(row, unit, {"form": form}, **query), share_text(row)]
    return cells


def counted(tables: Mapping[str, pd.DataFrame], facet: str, unit: str) -> list[tuple[str, dict[str, Any]]]:
    """Codes of one facet with their row in each unit of count, in the order that all outputs share."""
    counts = tables["prevalence"]
    mine = counts[counts["facet"] == facet]
    rows = {(row.code, row.unit): row for row in mine.itertuples()}
    return [(code, {name: rows[code, name] for name in UNITS_OF_COUNT}) for code in ranked_codes(tables, facet, unit)]


def over(row: Any, unit: str, context: Mapping[str, object] | None = None, **query: object) -> Markup:
    """A count and its denominator, each a number that opens what it counts."""
    around = dict(context or {})
    return Markup("{} / {}").format(number(row.n, unit, **around, **query), number(row.denominator, unit, **around))


def facet_view(page: ReportInput, facet: str, quoted: Mapping[str, Any], cited: Mapping[str, str]) -> dict[str, Any]:
    """Codes with quotations and themes of one facet."""
    tables, codebook = page.tables, page.codebook
    rows, codes, bars = [], [], []
    apart, found = by_form(tables, "文档"), {} if forms_apart(tables) else forms_found(tables)
    for code, by in counted(tables, facet, "文档"):
        link = Markup('<a href="#code-{}">{}</a>').format(code, codebook.name(code))
        cells: list[object] = [link, number(by["段落"].n, "段落", code=code)]
        cells += shares_of(apart, code, "文档", code=code) or [
            over(by["文档"], "文档", code=code),
            share_text(by["文档"]),
        ]
        cells.append(over(by["独立来源"], "独立来源", code=code))
        for form, held in found.items():
            cells.append(over(held[code], "文档", {"form": form}, code=code) if code in held else "0")
        rows.append(cells)
        bars.append(bar(codebook.name(code), by["文档"], "文档", apart, code, code=code))
        codes.append(code_view(page, facet, code, counts_text(by, apart, code), quoted, cited))
    return {
        "id": facet,
        "title": FACET_TITLE[facet],
        "heads": ["代码", "段落", *(heads_of(apart) or HEADS), "独立来源", *(f"{form}中的文档" for form in found)],
        "rows": rows,
        "codes": codes,
        "bars": bars,
        "of": whole_of(apart),
        "options": [(code, codebook.name(code)) for code in codebook.of(facet)],
        "themes": theme_views(tables, facet, quoted, cited, codebook),
        "note": page.notes.get(facet, ""),
    }


def forms_found(tables: Mapping[str, pd.DataFrame]) -> dict[str, dict[str, Any]]:
    """Rows of documents by form and code where there are two forms, though too few reports to stand for themselves."""
    counts = tables["prevalence_by_form"]
    counts = counts[counts["unit"] == "文档"]
    found = {
        form: {str(row.code): row for row in counts[counts["group"] == form].itertuples()}
        for form in LENGTHS
        if (counts["group"] == form).any()
    }
    return found if len(found) > 1 else {}


def counts_text(by: Mapping[str, Any], apart: Mapping[str, Mapping[str, Any]], code: str) -> Markup:
    """Passages, documents of each form, and sources with a code."""
    held = [(form, rows[code].n) for form, rows in apart.items() if code in rows]
    documents = [Markup("{} 篇{}").format(number(n, "文档", code=code, form=form), form) for form, n in held]
    return Markup("{} 段，{}，{} 个独立来源").format(
        number(by["段落"].n, "段落", code=code),
        Markup("、").join(documents) or Markup("{} 篇文档").format(number(by["文档"].n, "文档", code=code)),
        number(by["独立来源"].n, "独立来源", code=code),
    )


def code_view(
    page: ReportInput,
    facet: str,
    code: str,
    counts: Markup,
    quoted: Mapping[str, Any],
    cited: Mapping[str, str],
) -> dict[str, Any]:
    """One code with its definition and its surest quotations from different documents."""
    labels, codebook = page.tables["labels"], page.codebook
    ranked = labels[labels["code"].eq(code) & labels["facet"].eq(facet)].sort_values(
        ["score", "passage_id"], ascending=[False, True]
    )
    return {
        "id": code,
        "name": codebook.name(code),
        "definition": next(c.definition for c in codebook.codes if c.id == code),
        "counts": counts,
        "quotations": [
            quotation(label, quoted, cited) for label in spread(ranked, copied_of(page.tables["passages"]))[:QUOTATIONS]
        ],
    }


def theme_views(
    tables: Mapping[str, pd.DataFrame],
    facet: str,
    quoted: Mapping[str, Any],
    cited: Mapping[str, str],
    codebook: Codebook,
) -> list[dict[str, Any]]:
    """Themes of one facet with terms and quotations."""
    themes, terms, members = tables["themes"], tables["theme_terms"], tables["theme_passages"]
    views = []
    for theme in themes[(themes["facet"] == facet) & themes["shown"]].itertuples():
        chosen = members[(members["theme_id"] == theme.theme_id) & members["quoted"]]
        codes = named_codes(theme.codes, codebook)
        given = f"主题·{theme.theme_id}"
        counts = Markup("{} 段，{} 篇，占 {}{}").format(
            number(theme.n_passages, "段落", set=given),
            number(theme.n_documents, "文档", set=given),
            percent(theme.share),
            f"；多为：{codes}" if codes else "",
        )
        views.append(
            {
                "label": theme.label,
                "counts": counts,
                "terms": list(terms.loc[terms["theme_id"] == theme.theme_id, "term"].head(12)),
                "quotations": [
                    {"id": pid, "html": marked(str(quoted[pid].text), []), "where": place_of(quoted[pid], cited)}
                    for pid in chosen["passage_id"]
                ],
            }
        )
    return views


def named_codes(codes: object, codebook: Codebook) -> str:
    """Code ids in “formalism 40%、…” replaced by their names."""
    if not isinstance(codes, str):
        return ""
    return re.sub(r"[a-z_]+", lambda hit: codebook.name(hit.group()), codes)


def wordless(tables: Mapping[str, pd.DataFrame]) -> str:
    """A sentence on the facets whose passages use no word tellingly more than the others; empty if there is none."""
    labels, told = tables["labels"], set(tables["keyness"]["target"])
    roles = set(labels.loc[labels["facet"] == "role", "code"])
    lacking = "、".join(FACET_TITLE[facet] for facet in CODED_FACETS if facet in roles - told)
    needed = "G² 大于 10.83，且见于两个以上独立来源"
    return (
        f"{lacking}段里没有一个词比其余段落明显多用（{needed}），所以没有它的词云；材料多些才看得出。"
        if lacking
        else ""
    )
