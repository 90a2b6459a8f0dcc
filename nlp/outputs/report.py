"""The report: one self-contained page that opens offline, every number with its quotations behind it."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from nlp.corpus.codebook import CODED_FACETS, Codebook
from nlp.measures.forms import SHORT
from nlp.outputs.answers import answers
from nlp.outputs.facets import facet_view, role_view, wordless
from nlp.outputs.figures import FIGURE_TITLES, why_left_out
from nlp.outputs.figures.flow import documents_of
from nlp.outputs.fonts import FAMILY, font_face
from nlp.outputs.groups import chain_rows, gap_rows, group_views, pair_rows, term_rows
from nlp.outputs.page import LENGTHS, ReportInput, forms, number, page_data
from nlp.outputs.quotations import citations, shortened
from nlp.outputs.telling import finding_rows
from nlp.outputs.unit_views import unit_matrix
from nlp.statements.ranking import forms_apart
from nlp.store.files import UNPRINTABLE, write_text
from nlp.tables import ROLES

BARS = ("roles", "codes_manifestation", "codes_cause", "codes_remedy")  # drawn by the page itself


def write_report(page: ReportInput, path: Path) -> Path:
    """Render the page and embed the characters that it uses."""
    from jinja2 import Environment, FileSystemLoader

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    body = environment.get_template("report.html.j2").render(**context(page))
    body = re.sub(UNPRINTABLE, "", body)
    return write_text(body.replace("/*FONT*/", font_face(body)), path)


def context(page: ReportInput) -> dict[str, Any]:
    """Values of the template."""
    tables, codebook = page.tables, page.codebook
    documents, passages = tables["documents"], tables["passages"]
    quoted = {str(row.passage_id): row for row in passages.itertuples()}
    cited = citations(documents)
    return {
        "family": FAMILY,
        "data": page_data(tables, codebook, page.fold_table),
        "findings": finding_rows(page.findings, tables),
        "cards": cards(tables),
        "coverage": coverage(tables),
        "roles": role_view(tables, codebook),
        "facets": [facet_view(page, facet, quoted, cited) for facet in CODED_FACETS],
        "wordless": wordless(tables),
        "figures": {name: drawing(name, svg) for name, svg in page.figures.items()},
        "left_out": {
            name: why_left_out(name) for name in FIGURE_TITLES if name not in page.figures and name not in BARS
        },
        "pairs": pair_rows(tables["links"], codebook),
        "chains": chain_rows(tables["chains"], codebook),
        "gaps": gap_rows(tables["gap_shares"], codebook),
        "undated": undated_sentence(documents),
        "n_undated": int(documents["date"].isna().sum()),
        "linked": documents_of(dict(tables)),
        "years": group_views(tables, codebook, "year"),
        "kinds": group_views(tables, codebook, "kind"),
        "terms": term_rows(tables["trends"]),
        "options": options(tables, codebook),
        "units": unit_matrix(tables, codebook),
        "n_documents": len(documents),
        **records(tables, codebook),
        **answers(tables, codebook),
        "facts": list(page.facts.items()),
    }


def cards(tables: Mapping[str, pd.DataFrame]) -> list[tuple[object, str]]:
    """The sizes at the head of the page."""
    documents, passages = tables["documents"], tables["passages"]
    with_text = passages["document_id"].nunique()
    groups = tables["sources_of_documents"].set_index("document_id")["source_group"]
    sources = groups[groups.index.isin(passages["document_id"])].nunique()
    empty = len(documents) - with_text
    link = Markup('<a href="#{}">{}</a>').format
    return [
        (number(with_text, "文档"), f"有文字的文档（另有 {empty} 篇清洗后没有文字）" if empty else "文档"),
        (number(sources, "独立来源"), "独立来源"),
        (number(len(passages), "段落"), "段落"),
        (number(len(tables["abstained"]), "段落", set="拿不准"), "段拿不准、待人工"),
        (link("coverage", int(documents["date"].isna().sum())), "篇没有日期"),
        (link("failures", len(tables["failures"])), "个文件未能读入或只读出一部分"),
    ]


def coverage(tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """How files become documents and documents a denominator, by form; and the documents of which nothing was left."""
    documents, passages = tables["documents"], tables["passages"]
    groups = documents["document_id"].map(tables["sources_of_documents"].set_index("document_id")["source_group"])
    filled = documents["document_id"].isin(passages["document_id"])
    facts = documents.assign(form=documents["document_id"].map(forms(tables)), filled=filled, group=groups)
    rows = []
    for form in (*LENGTHS, "合计"):
        one = facts if form == "合计" else facts[facts["form"] == form]
        query = {} if form == "合计" else {"form": form}
        n_passages = int(passages["document_id"].isin(one["document_id"]).sum())
        rows.append(
            [
                form,
                one["source"].nunique(),
                len(one),
                int((~one["filled"]).sum()),
                number(int(one["filled"].sum()), "文档", **query),
                number(one.loc[one["filled"], "group"].nunique(), "独立来源", **query),
                number(n_passages, "段落", **query),
                int(one["date"].isna().sum()),
            ]
        )
    empty = facts[~facts["filled"]]
    counts = facts["form"].value_counts()
    sentence = (
        f"读成 {len(facts)} 篇文档，其中{LENGTHS[0]} {counts.get(LENGTHS[0], 0)} 篇、"
        f"{LENGTHS[1]}（只有一段，或不足 {SHORT} 字）{counts.get(LENGTHS[1], 0)} 篇；"
        f"{len(empty)} 篇清洗后没有文字，不进任何分母，占比的分母是其余 {len(facts) - len(empty)} 篇。"
    )
    return {
        "sentence": sentence,
        "reason": "按年份、单位类别统计时，没有日期、不知道类别的文档也不进分母。"
        "长报告一篇写许多代码，短材料一条多半只有一个："
        + (
            f"混在一起的占比主要说的是短材料，所以各处都先数{LENGTHS[0]}，{LENGTHS[1]}另数，不合在一起算占比。"
            if forms_apart(tables)
            else f"混在一起的占比主要说的是短材料，看代码表里“{LENGTHS[0]}”“{LENGTHS[1]}”两栏。"
        ),
        "heads": ["篇幅", "文件", "文档", "清洗后没有文字", "有文字（分母）", "独立来源", "段落", "没有日期"],
        "rows": rows,
        "empty": [
            [row.document_id, row.source, what_was_dropped(tables["dropped"], row)] for row in empty.itertuples()
        ],
    }


def what_was_dropped(dropped: pd.DataFrame, document: Any) -> str:
    """Reasons and text of what cleaning took out of one document."""
    unit = document.document_id.split("·", 1)[1] if "·" in document.document_id else ""
    mine = dropped[(dropped["source"] == document.source) & (dropped["unit"].fillna("") == unit)]
    return "；".join(f"{row.reason}：{shortened(str(row.text), 60)}" for row in mine.itertuples()) or "读出时就没有文字"


def undated_sentence(documents: pd.DataFrame) -> str:
    """What the trends leave out."""
    n = int(documents["date"].isna().sum())
    return f"{len(documents)} 篇文档中有 {n} 篇没有可信的日期，不在趋势之内。" if n else "全部文档都有日期。"


def options(tables: Mapping[str, pd.DataFrame], codebook: Codebook) -> dict[str, list[Any]]:
    """What the filters offer."""
    documents = tables["documents"]
    held = set(forms(tables).values())
    return {
        "roles": [(role, codebook.role_name(role)) for role in ROLES],
        "kinds": sorted(documents["kind_of_unit"].dropna().unique()),
        "years": sorted(documents["date"].dropna().str[:4].unique()),
        "organs": sorted(documents["organ"].dropna().unique()),
        "genres": sorted(documents["genre"].dropna().unique()),
        "forms": [form for form in LENGTHS if form in held],
    }


def records(tables: Mapping[str, pd.DataFrame], codebook: Codebook) -> dict[str, list[list[object]]]:
    """The lists of what was left out, doubted or noted on the way."""
    return {
        "notes": notes_of(tables["documents"]),
        "failures": tables["failures"][["source", "reason", "fix"]].to_numpy().tolist(),
        "dropped": [[r.source, r.reason, shortened(str(r.text), 160)] for r in tables["dropped"].itertuples()],
        "conflicts": tables["conflicts"].fillna("").to_numpy().tolist(),
        "abstained": [
            [
                row.passage_id,
                f"{codebook.role_name(str(row.first))} {row.first_score:.2f}",
                f"{codebook.role_name(str(row.second))} {row.second_score:.2f}",
                shortened(str(row.text), 120),
            ]
            for row in tables["abstained"].itertuples()
        ],
    }


def notes_of(documents: pd.DataFrame) -> list[list[str]]:
    """File and what its reader noted: pages without text, broken bytes, lines in another encoding."""
    files = documents.drop_duplicates("source")
    encoding = files["encoding"].fillna("")
    noted = encoding.str.contains("（", regex=False) & ~encoding.str.fullmatch(r"[^（]*（BOM）")
    return [[str(source), str(note)] for source, note in zip(files["source"][noted], encoding[noted], strict=True)]


def drawing(name: str, svg: str) -> dict[str, str]:
    """A figure with its title and the words that stand for it where it cannot be seen: title, unit, n, source."""
    said = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    note = "".join(html.unescape(line) for line in said if re.search(r"单位：|n＝|资料来源", line))
    title = FIGURE_TITLES.get(name, name)
    return {"title": title, "alt": f"{title}。{note}", "svg": scaled(svg)}


def scaled(svg: str) -> str:
    """SVG that takes the width of the page instead of its own."""
    return re.sub(
        r'<svg ([^>]*?)width="[^"]*" ([^>]*?)height="[^"]*"|<svg ([^>]*?)height="[^"]*" ([^>]*?)width="[^"]*"',
        r"<svg \1\2\3\4",
        svg,
        count=1,
    )
