"""What the page holds once: documents, passages with their codes, named sets; and numbers that open what they count."""

from __future__ import annotations

import json
import re
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import pandas as pd
from markupsafe import Markup

from nlp.corpus.codebook import CODED_FACETS, Codebook
from nlp.corpus.fold_table import FoldTable
from nlp.measures.forms import form_of
from nlp.outputs.kept import kept_texts, steps
from nlp.statements.findings import Finding
from nlp.tables import GAP_KINDS, ROLES

LENGTHS = ("报告", "短材料")
TABLE_SETS = {"调查数据": "survey_figures", "实招与虚话": "commitments"}  # sets of passages: all those of a table
UNITS = {"段落": "p", "文档": "d", "独立来源": "s", "单位": "o"}  # how a number names its unit in its address

NO_FOLDING = FoldTable(())
LETTERS = string.ascii_letters + "".join(map(chr, range(0x391, 0x3CA)))  # of codes, in the order of the page


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
    query : role, code, with, third (codes in one document), kind, organ, year, from, to, form, doc, set, copied, whole,
        doubtful (what is doubtful counts too); a name that Python keeps for itself ends in an underscore; what is "" is
        left out
    """
    return Markup('<a class="n" href="{}">{}</a>').format(address(unit, **query), str(value))


def address(unit: str, **query: object) -> str:
    """The address of what a number counts; arguments as for :func:`number`."""
    wanted = {name.rstrip("_"): str(given) for name, given in query.items() if given not in ("", None)}
    return "#q?" + urlencode({"u": UNITS[unit]} | wanted)


def page_data(tables: Mapping[str, pd.DataFrame], codebook: Codebook, table: FoldTable) -> str:
    """The page's data as JSON for a script element; ``table``: how its search folds texts and words."""
    passages, labels = tables["passages"], tables["labels"]
    documents = document_rows(tables)
    at_document = {str(row[0]): i for i, row in enumerate(documents)}
    codes = [code for facet in CODED_FACETS for code in codebook.of(facet)]
    sections = list(dict.fromkeys(passages["section"].fillna("").astype("str")))
    at_section, at_code = {name: i for i, name in enumerate(sections)}, {code: i for i, code in enumerate(codes)}
    marks = code_spans(labels, at_code)
    role_rows = labels[labels["facet"] == "role"].drop_duplicates("passage_id").set_index("passage_id")
    role_of, sure_of = role_rows["code"].to_dict(), role_rows["sure"].to_dict()
    reason_of = role_rows["reason"].fillna("").to_dict()
    in_words = re.compile("|".join(ROLES))
    kept = kept_texts(tables)
    at = {str(name): i for i, name in enumerate(passages["passage_id"])}
    data = {
        "codes": [[code, codebook.name(code), codebook.facet_of(code)] for code in codes],
        "roles": [[role, codebook.role_name(role)] for role in ROLES],
        "documents": documents,
        "sections": sections,
        "passages": brief_rows(passages, at_document, role_of, sure_of, marks),
        "texts": [
            [
                at[str(row.passage_id)],
                int(row.position),
                at_section[row.section if isinstance(row.section, str) else ""],
                row.text,
                [mark[1:3] for mark in marks.get(row.passage_id, [])],
                in_words.sub(lambda hit: codebook.role_name(hit.group()), reason_of.get(row.passage_id, "")),
            ]
            for row in passages.itertuples()
            if row.passage_id in kept
        ],
        "sets": {name: steps(rows) for name, rows in named_sets(tables).items()},
        "units": unit_data(tables, codebook, at),
        "fold": fold_codes(table),
    }
    # No "<" may stand in a script element, whatever a report says.
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def brief_rows(
    passages: pd.DataFrame,
    at_document: Mapping[str, int],
    role_of: Mapping[str, str],
    sure_of: Mapping[str, bool],
    marks: Mapping[str, list[list[int]]],
) -> list[list[object]]:
    """Runs of passages of one document: its place, and a word a passage, as short as can be.

    A word: role (“-” for none, “?” after a doubtful one), “!” for a copy, then its codes as letters, “~” before a
    doubtful one.
    """
    rows: list[list[object]] = []
    for row in passages.itertuples():
        role = str(ROLES.index(role_of[row.passage_id])) if row.passage_id in role_of else "-"
        word = role + ("" if sure_of.get(row.passage_id, True) else "?")
        word += "!" if isinstance(row.reuse_of, str) and row.reuse_of else ""
        word += "".join(("" if sure else "~") + LETTERS[code] for code, _, _, sure in marks.get(row.passage_id, []))
        here = at_document[row.document_id]
        if rows and rows[-1][0] == here:
            rows[-1][1] = f"{rows[-1][1]},{word}"
        else:
            rows.append([here, word])
    return rows


def unit_data(tables: Mapping[str, pd.DataFrame], codebook: Codebook, at: Mapping[str, int]) -> dict[str, object]:
    """What the page needs to draw the page of a unit: its place among its kind, and its gaps with both sides."""
    gaps = tables["gaps"]
    known = gaps["passage_id"].isin(at) & gaps["unit"].isin(tables["units"]["unit"])
    mine = gaps[known & (gaps["kind"] == GAP_KINDS[0])]
    return {
        "places": {
            str(row.unit): [int(row.n_manifestations), int(row.place), int(row.n_of_kind)]
            for row in tables["units"].itertuples()
        },
        "gaps": [
            [
                str(row.unit),
                codebook.name(str(row.code)),
                "、".join(codebook.name(code) for code in str(row.wanted).split("、") if code != "任一") or "任何对策",
                at[str(row.passage_id)],
            ]
            for row in mine.itertuples()
        ],
    }


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
