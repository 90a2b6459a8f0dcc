"""The report: one self-contained page that opens offline, every number with its quotations behind it."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from nlp.codebook import CODED_FACETS, Codebook
from nlp.outputs.figures import FACET_TITLE, FIGURE_TITLES
from nlp.outputs.fonts import FAMILY, font_face
from nlp.store import UNPRINTABLE, write_text

QUOTATIONS = 12  # quotations shown for a code before “更多”
LONGEST_QUOTATION = 420


@dataclass(frozen=True)
class ReportInput:
    """Everything that the page shows."""

    tables: Mapping[str, pd.DataFrame]
    codebook: Codebook
    figures: Mapping[str, str]  # name → SVG
    notes: Mapping[str, str]  # facet → why its themes are as they are
    facts: Mapping[str, object]  # versions and settings, for the method section


def write_report(page: ReportInput, path: Path) -> Path:
    """Render the page and embed the characters that it uses."""
    from jinja2 import Environment, FileSystemLoader

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = lambda value: "—" if pd.isna(value) else f"{value:.0%}"
    body = environment.get_template("report.html.j2").render(**context(page))
    body = re.sub(UNPRINTABLE, "", body)
    return write_text(body.replace("/*FONT*/", font_face(body)), path)


def context(page: ReportInput) -> dict[str, Any]:
    """Values of the template."""
    tables, codebook = page.tables, page.codebook
    documents, passages, labels = tables["documents"], tables["passages"], tables["labels"]
    quoted, grouped = {str(row.passage_id): row for row in passages.itertuples()}, labels_by_passage(labels)
    titles = dict(zip(documents["document_id"], documents["title"].fillna(""), strict=True))
    return {
        "family": FAMILY,
        "findings": findings(tables, codebook),
        "n_documents": len(documents),
        "n_passages": len(passages),
        "n_sources": tables["sources_of_documents"]["source_group"].nunique(),
        "n_undated": int(documents["date"].isna().sum()),
        "documents": documents.fillna("").to_dict("records"),
        "roles": code_rows(tables, codebook, "role", "段落"),
        "facets": [facet_view(page, facet, quoted, titles) for facet in CODED_FACETS],
        "figures": {name: (FIGURE_TITLES.get(name, name), scaled(svg)) for name, svg in page.figures.items()},
        "trend_terms": trend_rows(tables["trends"]),
        "passages": [passage_view(row, grouped, codebook, titles) for row in passages.itertuples()],
        "abstained": tables["abstained"].to_dict("records"),
        "dropped": tables["dropped"].fillna("").to_dict("records"),
        "failures": tables["failures"].to_dict("records"),
        "conflicts": tables["conflicts"].fillna("").to_dict("records"),
        "codebook": codebook,
        "facts": page.facts,
    }


def findings(tables: Mapping[str, pd.DataFrame], codebook: Codebook) -> list[tuple[str, str]]:
    """The sentences that matter most, each with the anchor of its evidence."""
    sentences = []
    counts = tables["prevalence"]
    for facet, lead in (
        ("manifestation", "最常见的问题表现是"),
        ("cause", "提得最多的成因是"),
        ("remedy", "提得最多的对策是"),
    ):
        rows = counts[(counts["facet"] == facet) & (counts["unit"] == "文档")].sort_values(
            ["n", "code"], ascending=[False, True]
        )
        if len(rows):
            first = rows.iloc[0]
            rest = "、".join(f"“{codebook.name(r.code)}”（{r.n} 篇）" for r in rows.iloc[1:3].itertuples())
            sentences.append(
                (
                    f"{lead}“{codebook.name(first['code'])}”："
                    f"{first['denominator']} 篇中有 {first['n']} 篇提到（{first['share']:.0%}）"
                    + (f"，其次是{rest}" if rest else "")
                    + "。",
                    f"code-{first['code']}",
                )
            )
    roles = counts[(counts["facet"] == "role") & (counts["unit"] == "段落")].set_index("code")["n"]
    total = int(roles.sum())
    if total:
        problem = int(roles.get("manifestation", 0))
        sentences.append(
            (
                f"{total} 个段落里，说问题表现的有 {problem} 段（{problem / total:.0%}）；"
                "其余是背景、成效、成因、对策，其中的“问题词”没有计入表现。",
                "roles",
            )
        )
    copies = int(tables["passages"]["reuse_of"].notna().sum())
    sentences.append(
        (
            f"有 {copies} 段与更早的段落雷同；按独立来源统计时只算一次。" if copies else "没有发现文档之间雷同的段落。",
            "corpus",
        )
    )
    return sentences


def code_rows(tables: Mapping[str, pd.DataFrame], codebook: Codebook, facet: str, unit: str) -> list[dict[str, Any]]:
    """Counts of the codes of one facet in all three units, most common first."""
    counts = tables["prevalence"]
    counts = counts[counts["facet"] == facet]
    rows = []
    for code in counts.loc[counts["unit"] == unit].sort_values(["n", "code"], ascending=[False, True])["code"]:
        by_unit = counts[counts["code"] == code].set_index("unit")
        name = codebook.role_name(code) if facet == "role" else codebook.name(code)
        rows.append({"code": code, "name": name, "units": [by_unit.loc[u] for u in ("段落", "文档", "独立来源")]})
    return rows


def facet_view(page: ReportInput, facet: str, quoted: Mapping[str, Any], titles: Mapping[str, str]) -> dict[str, Any]:
    """Codes with quotations and themes of one facet."""
    labels = page.tables["labels"]
    rows = code_rows(page.tables, page.codebook, facet, "文档")
    for row in rows:
        ranked = labels[labels["code"].eq(row["code"]) & labels["facet"].eq(facet)].sort_values(
            ["score", "passage_id"], ascending=[False, True]
        )
        row["quotations"] = [quotation(label, quoted, titles) for label in spread(ranked)]
        row["definition"] = next(c.definition for c in page.codebook.codes if c.id == row["code"])
    return {
        "id": facet,
        "title": FACET_TITLE[facet],
        "codes": rows,
        "themes": theme_views(page.tables, facet, quoted, titles, page.codebook),
        "note": page.notes.get(facet, ""),
    }


def spread(labels: pd.DataFrame) -> list[Any]:
    """Labels so ordered that every document speaks once before any speaks twice."""
    turn = labels.groupby("document_id").cumcount()
    return list(labels.assign(turn=turn).sort_values("turn", kind="stable").itertuples())


def quotation(label: Any, quoted: Mapping[str, Any], titles: Mapping[str, str]) -> dict[str, str]:
    """One quotation with its evidence marked and its place."""
    passage = quoted[label.passage_id]
    return {
        "html": marked(str(passage.text), [(int(label.start), int(label.end))]),
        "where": place_of(passage, titles),
        "id": str(label.passage_id),
        "score": f"{label.score:.2f}",
    }


def marked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Escaped text with ``spans`` marked; long text is cut around the first span."""
    first = min((start for start, _ in spans), default=0)
    last = max((end for _, end in spans), default=len(text))
    start = 0 if last <= LONGEST_QUOTATION else max(0, first - 60)
    end = min(len(text), start + LONGEST_QUOTATION)
    pieces, at = ["…" if start else ""], start
    for a, b in sorted(spans):
        if a >= at and b <= end:
            pieces += [html.escape(text[at:a]), "<mark>", html.escape(text[a:b]), "</mark>"]
            at = b
    return "".join([*pieces, html.escape(text[at:end]), "…" if end < len(text) else ""])


def place_of(passage: Any, titles: Mapping[str, str]) -> str:
    """Title, section and position of a passage."""
    section = f"＞{passage.section}" if isinstance(passage.section, str) and passage.section else ""
    row = f"（{passage.document_id.split('·', 1)[1]}）" if "·" in passage.document_id else ""
    return f"《{titles.get(passage.document_id, '')}》{row}{section}，第 {passage.position} 段"


def theme_views(
    tables: Mapping[str, pd.DataFrame],
    facet: str,
    quoted: Mapping[str, Any],
    titles: Mapping[str, str],
    codebook: Codebook,
) -> list[dict[str, Any]]:
    """Themes of one facet with terms and quotations."""
    themes = tables["themes"]
    views = []
    for theme in themes[(themes["facet"] == facet) & themes["shown"]].itertuples():
        terms = tables["theme_terms"]
        members = tables["theme_passages"]
        chosen = members[(members["theme_id"] == theme.theme_id) & members["quoted"]]
        views.append(
            {
                "theme": theme,
                "terms": list(terms.loc[terms["theme_id"] == theme.theme_id, "term"].head(12)),
                "codes": named_codes(theme.codes, codebook),
                "quotations": [
                    {"html": marked(str(quoted[pid].text), []), "where": place_of(quoted[pid], titles)}
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


def labels_by_passage(labels: pd.DataFrame) -> dict[str, list[Any]]:
    """Labels of every passage."""
    grouped: dict[str, list[Any]] = {}
    for label in labels.itertuples():
        grouped.setdefault(str(label.passage_id), []).append(label)
    return grouped


def passage_view(
    passage: Any, labels: Mapping[str, list[Any]], codebook: Codebook, titles: Mapping[str, str]
) -> dict[str, Any]:
    """One passage of the searchable list."""
    mine = labels.get(str(passage.passage_id), [])
    role = next((label for label in mine if label.facet == "role"), None)
    codes = list(dict.fromkeys(label.code for label in mine if label.facet != "role"))
    return {
        "id": passage.passage_id,
        "html": marked(str(passage.text), [(int(x.start), int(x.end)) for x in mine if x.facet != "role"]),
        "where": place_of(passage, titles),
        "role": role.code if role else "",
        "role_name": codebook.role_name(role.code) if role else "",
        "reason": role.reason if role else "",
        "codes": codes,
        "code_names": [codebook.name(code) for code in codes],
        "copied": isinstance(passage.reuse_of, str) and passage.reuse_of,
    }


def trend_rows(trends: pd.DataFrame) -> list[dict[str, Any]]:
    """Yearly document counts of the terms, as a table for reading."""
    yearly = trends[(trends["kind"] == "term") & (trends["freq"] == "Y") & (trends["unit"] == "文档")]
    if yearly.empty:
        return []
    periods = sorted(yearly["period"].unique())
    counts = yearly.pivot(index="item", columns="period", values="n").fillna(0).astype(int)
    order = counts.sum(axis=1).sort_values(ascending=False, kind="stable").index[:20]
    return [{"term": term, "counts": [(p, int(counts.at[term, p])) for p in periods]} for term in order]


def scaled(svg: str) -> str:
    """SVG that takes the width of the page instead of its own."""
    return re.sub(
        r'<svg ([^>]*?)width="[^"]*" ([^>]*?)height="[^"]*"|<svg ([^>]*?)height="[^"]*" ([^>]*?)width="[^"]*"',
        r"<svg \1\2\3\4",
        svg,
        count=1,
    )
