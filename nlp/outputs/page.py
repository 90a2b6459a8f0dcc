"""What the page holds once: documents, passages with their codes, named sets; and numbers that open what they count."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import pandas as pd
from markupsafe import Markup

from nlp.corpus.codebook import CODED_FACETS, Codebook
from nlp.corpus.fold_table import FoldTable
from nlp.measures.forms import form_of
from nlp.statements.findings import Finding
from nlp.tables import ROLES

LENGTHS = ("报告", "短材料")
TABLE_SETS = {"调查数据": "survey_figures", "实招与虚话": "commitments"}  # sets of passages: all those of a table
UNITS = {"段落": "p", "文档": "d", "独立来源": "s", "单位": "o"}  # how a number names its unit in its address

NO_FOLDING = FoldTable(())


@dataclass(frozen=True)
class ReportInput:
    """Everything that the page shows."""

    tables: Mapping[str, pd.DataFrame]
    codebook: Codebook
    figures: Mapping[str, str]  # name → SVG
    notes: Mapping[str, str]  # facet → why its themes are as they are
    facts: Mapping[str, object]  # versions and settings, for the method section
    findings: Sequence[Finding] = ()
    fold_table: FoldTable = NO_FOLDING  # how the page's search folds texts and words


def number(value: object, unit: str, **query: object) -> Markup:
    """A number that opens the passages it counts.

    Parameters
    ----------
    value : what is shown, beginning with the number
    unit : 段落, 文档, 独立来源 or 单位
    query : role, code, with, third (codes in one document), kind, year, from, to, form, doc, set, copied, whole,
        doubtful (what is doubtful counts too);
        a name that Python keeps for itself ends in an underscore; what is "" is left out
    """
    wanted = {name.rstrip("_"): str(given) for name, given in query.items() if given not in ("", None)}
    return Markup('<a class="n" href="#q?{}">{}</a>').format(urlencode({"u": UNITS[unit]} | wanted), str(value))


def page_data(tables: Mapping[str, pd.DataFrame], codebook: Codebook, table: FoldTable) -> str:
    """The page's data as JSON for a script element; ``table``: how its search folds texts and words."""
    passages, labels = tables["passages"], tables["labels"]
    documents = document_rows(tables)
    at_document = {row[0]: i for i, row in enumerate(documents)}
    codes = [code for facet in CODED_FACETS for code in codebook.of(facet)]
    sections = list(dict.fromkeys(passages["section"].fillna("").astype("str")))
    at_section, at_code = {name: i for i, name in enumerate(sections)}, {code: i for i, code in enumerate(codes)}
    marks = code_spans(labels, at_code)
    role_rows = labels[labels["facet"] == "role"].drop_duplicates("passage_id").set_index("passage_id")
    role_of, sure_of = role_rows["code"].to_dict(), role_rows["sure"].to_dict()
    reason_of = role_rows["reason"].fillna("").to_dict()
    in_words = re.compile("|".join(ROLES))
    data = {
        "codes": [[code, codebook.name(code), codebook.facet_of(code)] for code in codes],
        "roles": [[role, codebook.role_name(role)] for role in ROLES],
        "documents": documents,
        "sections": sections,
        "passages": [
            [
                at_document[row.document_id],
                int(row.position),
                at_section[row.section if isinstance(row.section, str) else ""],
                row.text,
                ROLES.index(role_of[row.passage_id]) if row.passage_id in role_of else -1,
                marks.get(row.passage_id, []),
                int(isinstance(row.reuse_of, str) and bool(row.reuse_of)),
                in_words.sub(lambda hit: codebook.role_name(hit.group()), reason_of.get(row.passage_id, "")),
                int(sure_of.get(row.passage_id, True)),
            ]
            for row in passages.itertuples()
        ],
        "sets": named_sets(tables),
        "fold": fold_codes(table),
    }
    # No "<" may stand in a script element, whatever a report says.
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def fold_codes(table: FoldTable) -> str:
    """What every character becomes, eight hexadecimal digits a pair: characters would be set in the page's font.

    Those that fold by their word become the same everywhere, in texts and in what is typed: so their words are found.
    """
    return "".join(f"{point:04x}{to:04x}" for point, to in table.pairs if max(point, to) <= 0xFFFF)


def document_rows(tables: Mapping[str, pd.DataFrame]) -> list[list[object]]:
    """Id, title, organ, kind, date, form, file, independent source, where the date is from, characters, genre."""
    documents = tables["documents"].reset_index(drop=True)
    group = tables["sources_of_documents"].set_index("document_id")["source_group"].to_dict()
    form = forms(tables)
    shown = documents.fillna("")
    return [
        [
            row.document_id,
            row.title,
            row.organ,
            row.kind_of_unit,
            row.date,
            form[row.document_id],
            row.source,
            group.get(row.document_id, row.document_id),
            row.date_source,
            int(row.n_chars),
            row.genre,
        ]
        for row in shown.itertuples()
    ]


def forms(tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """Whether each document is a whole report or a one-row summary."""
    return {str(name): str(form) for name, form in form_of(tables["documents"], tables["passages"]).items()}


def code_spans(labels: pd.DataFrame, at_code: Mapping[str, int]) -> dict[str, list[list[int]]]:
    """Code, start, end of the evidence, and whether it is sure, in every passage that has any."""
    found: dict[str, list[list[int]]] = {}
    for row in labels[labels["code"].isin(list(at_code)) & (labels["facet"] != "role")].itertuples():
        found.setdefault(str(row.passage_id), []).append(
            [at_code[str(row.code)], int(row.start), int(row.end), int(row.sure)]
        )
    return found


def named_sets(tables: Mapping[str, pd.DataFrame]) -> dict[str, list[int]]:
    """Passages that no filter can name: of a term, of a theme, of a gap, those left to a person."""
    place = {str(pid): i for i, pid in enumerate(tables["passages"]["passage_id"])}

    def rows(prefix: str, table: pd.DataFrame, key: str) -> dict[str, list[int]]:
        return {
            f"{prefix}{name}": sorted({place[pid] for pid in part["passage_id"] if pid in place})
            for name, part in table.groupby(key)
        }

    gaps = tables["gaps"].assign(name=tables["gaps"]["kind"] + "·" + tables["gaps"]["code"])
    return {
        **rows("词·", occurrences(tables), "term"),
        **rows("主题·", tables["theme_passages"], "theme_id"),
        **rows("", gaps, "name"),
        **{
            name: sorted({place[pid] for pid in tables[table]["passage_id"] if pid in place})
            for name, table in TABLE_SETS.items()
            if table in tables
        },
        "拿不准": sorted(place[pid] for pid in tables["abstained"]["passage_id"] if pid in place),
    }


def occurrences(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """``passage_id`` and ``term`` of the terms whose trends are shown, counted as the trends count them."""
    if "occurrences" in tables:
        seen = tables["occurrences"]
        return seen.loc[seen["kind"] == "term", ["passage_id", "item"]].rename(columns={"item": "term"})
    trends, tokens = tables["trends"], tables["tokens"]
    terms = trends.loc[trends["kind"] == "term", "item"].unique()
    return tokens.loc[tokens["term"].isin(terms), ["passage_id", "term"]].drop_duplicates()
