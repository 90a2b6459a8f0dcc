"""The report: one self-contained page that opens offline, every number with its quotations behind it."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from nlp.corpus.codebook import CODED_FACETS, Codebook
from nlp.corpus.fold_table import FoldTable
from nlp.measures.forms import ALL, SHORT
from nlp.outputs.answers import answers
from nlp.outputs.figures import FACET_TITLE, FIGURE_TITLES
from nlp.outputs.figures.by_form import forms_apart
from nlp.outputs.figures.flow import documents_of
from nlp.outputs.figures.heat import unit_shown
from nlp.outputs.findings import ALL_FORMS, findings, percent, share_text
from nlp.outputs.fonts import FAMILY, font_face
from nlp.outputs.page import LENGTHS, forms, number, page_data
from nlp.store.files import UNPRINTABLE, write_text
from nlp.tables import ROLES, UNITS_OF_COUNT

QUOTATIONS = 3  # quotations shown under a code; its number opens all of them
LONGEST_QUOTATION = 420
PAIRS, CHAINS, TERMS = 12, 10, 20  # rows shown of each
HEADS = ["文档", "文档占比（95% 区间）"]  # where forms are not told apart
NO_FOLDING = FoldTable(())


@dataclass(frozen=True)
class ReportInput:
    """Everything that the page shows."""

    tables: Mapping[str, pd.DataFrame]
    codebook: Codebook
    figures: Mapping[str, str]  # name → SVG
    notes: Mapping[str, str]  # facet → why its themes are as they are
    facts: Mapping[str, object]  # versions and settings, for the method section
    fold_table: FoldTable = NO_FOLDING  # how the page's search folds texts and words


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
    titles = dict(zip(documents["document_id"], documents["title"].fillna(""), strict=True))
    return {
        "family": FAMILY,
        "data": page_data(tables, codebook, page.fold_table),
        "findings": findings(tables, codebook),
        "cards": cards(tables),
        "coverage": coverage(tables),
        "roles": role_view(tables, codebook),
        "facets": [facet_view(page, facet, quoted, titles) for facet in CODED_FACETS],
        "wordless": wordless(tables),
        "figures": {name: drawing(name, svg) for name, svg in page.figures.items()},
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


def shortened(text: str, length: int) -> str:
    """``text`` cut to ``length`` characters."""
    return text if len(text) <= length else text[:length] + "…"


def role_view(tables: Mapping[str, pd.DataFrame], codebook: Codebook) -> dict[str, list[Any]]:
    """Roles with their counts, most common first; the share among the passages of each form, where there are two."""
    apart = by_form(tables, "段落")
    rows = []
    for code, by in counted(tables, "role", "段落"):
        cells: list[object] = [codebook.role_name(code)]
        cells += shares_of(apart, code, "段落", role=code) or [
            over(by["段落"], "段落", role=code),
            share_text(by["段落"]),
        ]
        rows.append([*cells, over(by["文档"], "文档", role=code), over(by["独立来源"], "独立来源", role=code)])
    shares = heads_of(apart, "的段落") or ["段落", "占比（95% 区间）"]
    return {"heads": ["角色", *shares, "文档", "独立来源"], "rows": rows}


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
    """Codes of one facet with their row in each unit of count, the most common in ``unit`` of the main form first."""
    counts = tables["prevalence"]
    mine = counts[counts["facet"] == facet]
    first = [{code: row.n for code, row in rows.items()} for rows in by_form(tables, unit).values()][:1]
    rows = {(row.code, row.unit): row for row in mine.itertuples()}
    order = mine[mine["unit"] == unit].sort_values(["n", "code"], ascending=[False, True])["code"]
    if first:
        order = sorted(order, key=lambda code: -first[0].get(code, 0))
    return [(str(code), {name: rows[code, name] for name in UNITS_OF_COUNT}) for code in order]


def over(row: Any, unit: str, context: Mapping[str, object] | None = None, **query: object) -> Markup:
    """A count and its denominator, each a number that opens what it counts."""
    around = dict(context or {})
    return Markup("{} / {}").format(number(row.n, unit, **around, **query), number(row.denominator, unit, **around))


def facet_view(page: ReportInput, facet: str, quoted: Mapping[str, Any], titles: Mapping[str, str]) -> dict[str, Any]:
    """Codes with quotations and themes of one facet."""
    tables, codebook = page.tables, page.codebook
    rows, codes = [], []
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
        codes.append(code_view(page, facet, code, counts_text(by, apart, code), quoted, titles))
    return {
        "id": facet,
        "title": FACET_TITLE[facet],
        "heads": ["代码", "段落", *(heads_of(apart) or HEADS), "独立来源", *(f"{form}中的文档" for form in found)],
        "rows": rows,
        "codes": codes,
        "options": [(code, codebook.name(code)) for code in codebook.of(facet)],
        "themes": theme_views(tables, facet, quoted, titles, codebook),
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
    titles: Mapping[str, str],
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
            quotation(label, quoted, titles)
            for label in spread(ranked, copied_of(page.tables["passages"]))[:QUOTATIONS]
        ],
    }


def copied_of(passages: pd.DataFrame) -> frozenset[str]:
    """Passages that repeat an earlier one."""
    return frozenset(passages.loc[passages["reuse_of"].fillna("") != "", "passage_id"])


def spread(labels: pd.DataFrame, copied: frozenset[str]) -> list[Any]:
    """Labels so ordered that every document speaks once before any speaks twice.

    A copy says nothing that its original does not say: copies are left out, unless there is nothing else.
    """
    originals = labels[~labels["passage_id"].isin(copied)]
    kept = originals if len(originals) else labels
    turn = kept.groupby("document_id").cumcount()
    return list(kept.assign(turn=turn).sort_values("turn", kind="stable").itertuples())


def quotation(label: Any, quoted: Mapping[str, Any], titles: Mapping[str, str]) -> dict[str, str]:
    """One quotation with its evidence marked and its place."""
    passage = quoted[label.passage_id]
    return {
        "html": marked(str(passage.text), [(int(label.start), int(label.end))]),
        "where": place_of(passage, titles),
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


def lift_text(row: Any) -> str:
    """Lift with its interval; two decimals near 1, where one hides on which side the interval ends."""
    if pd.isna(row.lift):
        return "—"
    digits = 2 if row.lift < 2 else 1
    return f"{row.lift:.{digits}f} 倍（{row.low:.{digits}f}–{row.high:.{digits}f}）"


def pair_rows(links: pd.DataFrame, codebook: Codebook) -> list[list[object]]:
    """The pairs of codes whose lift is surely the highest."""
    mine = links[(links["scope"] == "文档") & (links["low"] > 1)]
    mine = mine.sort_values(["low", "source_code", "target_code"], ascending=[False, True, True]).head(PAIRS)
    return [
        [
            f"{codebook.name(str(row.source_code))} → {codebook.name(str(row.target_code))}",
            number(row.n, "文档", code=row.source_code, with_=row.target_code),
            lift_text(row),
        ]
        for row in mine.itertuples()
    ]


def chain_rows(chains: pd.DataFrame, codebook: Codebook) -> list[list[object]]:
    """The most frequent chains."""
    return [
        [
            " → ".join(codebook.name(str(code)) for code in (row.cause, row.manifestation, row.remedy)),
            number(row.n, "文档", code=row.cause, with_=row.manifestation, third=row.remedy),
            lift_text(row),
        ]
        for row in chains[chains["scope"] == "文档"].head(CHAINS).itertuples()
    ]


def gap_rows(shares: pd.DataFrame, codebook: Codebook) -> list[list[object]]:
    """Codes that units name without the answer, or the answer without the code, the most units first."""
    mine = shares[(shares["unit"] == "单位") & (shares["n"] > 0)]
    mine = mine.sort_values(["n", "code"], ascending=[False, True])
    return [
        [
            f"{row.kind}：{codebook.name(str(row.code))}",
            number(row.n, "单位", set=f"{row.kind}·{row.code}"),
            share_text(row),
            number(row.denominator, "单位", code=row.code, whole=1),
        ]
        for row in mine.itertuples()
    ]


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


def undated_sentence(documents: pd.DataFrame) -> str:
    """What the trends leave out."""
    n = int(documents["date"].isna().sum())
    return f"{len(documents)} 篇文档中有 {n} 篇没有可信的日期，不在趋势之内。" if n else "全部文档都有日期。"


GROUPED = {
    "year": ("年份", "prevalence_by_year", "各代码逐年的"),
    "kind": ("单位类别", "prevalence_by_unit", "各类单位提到各代码的"),
}


def group_views(tables: Mapping[str, pd.DataFrame], codebook: Codebook, by: str) -> list[dict[str, Any]]:
    """What the heat maps by ``by`` (year or kind) show, as tables of numbers, a table a form and unit of count."""
    name, sheet, title = GROUPED[by]
    within = tables.get("prevalence_within")
    if within is None or within.empty:
        views = [group_view(tables[sheet], codebook, by, "文档", ALL, title)]
    else:
        views = []
        for form in forms_apart(tables):
            counts = within[(within["by"] == name) & (within["form"] == form)]
            units = dict.fromkeys(("文档", unit_shown(counts, form)))
            views += [group_view(counts, codebook, by, unit, form, title) for unit in units]
    return [view for view in views if view["rows"]]


def group_view(counts: pd.DataFrame, codebook: Codebook, by: str, unit: str, form: str, title: str) -> dict[str, Any]:
    """Documents or passages with each code in each group, of one form, as a table of numbers."""
    mine = counts[counts["facet"].isin(CODED_FACETS) & (counts["unit"] == unit)]
    groups = sorted(mine["group"].dropna().astype("str").unique()) if mine["group"].nunique() > 1 else []
    n = {(row.code, row.group): row.n for row in mine.itertuples()}
    total = mine.drop_duplicates("group").set_index("group")["denominator"] if groups else None
    around = {} if form == ALL else {"form": form}
    rows = [
        [codebook.name(code), *(number(n.get((code, g), 0), unit, code=code, **{by: g}, **around) for g in groups)]
        for facet in CODED_FACETS
        for code in codebook.of(facet)
        if groups and any((code, g) in n for g in groups)
    ]
    if rows and total is not None:
        rows.append([f"全部{unit}", *(number(total[g], unit, **{by: g}, **around) for g in groups)])
    title = title + unit + "数" + ("" if form == ALL else f"（只数{form}）")
    return {"title": title, "heads": ["代码", *groups], "rows": rows}


def term_rows(trends: pd.DataFrame) -> dict[str, list[Any]]:
    """Yearly document counts of the terms in most documents."""
    yearly = trends[(trends["kind"] == "term") & (trends["freq"] == "Y") & (trends["unit"] == "文档")]
    if yearly.empty:
        return {"heads": [], "rows": []}
    counts = yearly.pivot(index="item", columns="period", values="n").fillna(0).astype(int)
    form = str(yearly["form"].iloc[0]) if "form" in yearly else ALL_FORMS  # which documents the trends count
    around = {} if form == ALL_FORMS else {"form": form}
    order = counts.sum(axis=1).sort_values(ascending=False, kind="stable").index[:TERMS]
    rows = [
        [
            term,
            *(number(counts.at[term, year], "文档", set=f"词·{term}", year=year, **around) for year in counts.columns),
        ]
        for term in order
    ]
    return {"heads": ["词", *counts.columns], "rows": rows}


def options(tables: Mapping[str, pd.DataFrame], codebook: Codebook) -> dict[str, list[Any]]:
    """What the filters offer."""
    documents = tables["documents"]
    held = set(forms(tables).values())
    return {
        "roles": [(role, codebook.role_name(role)) for role in ROLES],
        "kinds": sorted(documents["kind_of_unit"].dropna().unique()),
        "years": sorted(documents["date"].dropna().str[:4].unique()),
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
