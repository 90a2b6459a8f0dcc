"""Own codes counted beside those of the codebook."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from nlp.corpus.codebook import CODED_FACETS, Codebook
from nlp.corpus.fold_table import FoldTable
from nlp.corpus.own_codes import OwnCode, half_width
from nlp.search.fold import lowered, matchable
from nlp.statistics.intervals import wilson
from nlp.tables import OWN_CODES, OWN_PLACES

COMPANIONS = 3  # codes of the codebook that are named beside an own code


def own_places(
    codes: Sequence[OwnCode], passages: pd.DataFrame, documents: pd.DataFrame, labels: pd.DataFrame, table: FoldTable
) -> pd.DataFrame:
    """OWN_PLACES: every place of every code in PASSAGES, in the order of the codes and the text."""
    facts = documents.set_index("document_id")
    roles = labels[labels["facet"] == "role"].drop_duplicates("passage_id").set_index("passage_id")["code"]
    patterns = [
        code.pattern(tuple(half_width(lowered(matchable(each, table).text)) for each in code.wordings))
        for code in codes
    ]
    rows: list[tuple[int, dict[str, object]]] = []
    for passage in passages.itertuples():
        text = str(passage.text)
        view = matchable(text, table)
        flat, role = lowered(view.text), roles.get(passage.passage_id)
        about = facts.loc[passage.document_id]
        for number, (code, pattern) in enumerate(zip(codes, patterns, strict=True)):
            for hit in pattern.finditer(flat) if code.role in (None, role) else ():
                start, end = view.span(*hit.span())
                place = {"passage_id": passage.passage_id, "document_id": passage.document_id, "text": text}
                told = {name: about[name] for name in ("organ", "date", "title")}
                where = {"name": code.name, "role": role, "start": start, "end": end, "hit": text[start:end]}
                rows.append((number, place | told | where))
    return OWN_PLACES.frame(row for _, row in sorted(rows, key=lambda each: each[0]))


def own_codes(
    codes: Sequence[OwnCode], places: pd.DataFrame, documents: pd.DataFrame, labels: pd.DataFrame, codebook: Codebook
) -> pd.DataFrame:
    """OWN_CODES: own codes in the order of the file, then those of the codebook, the commonest first."""
    held = documents[documents["document_id"].isin(labels["document_id"])]
    coded = labels[labels["facet"].isin(CODED_FACETS) & labels["sure"]]
    own = []
    for code in codes:
        mine = places[places["name"] == code.name]
        beside = coded[coded["passage_id"].isin(mine["passage_id"])].drop_duplicates(["passage_id", "code"])["code"]
        common = beside.value_counts(sort=True).head(COMPANIONS).index
        told = {
            "origin": "自定",
            "name": code.name,
            "role": code.role and codebook.role_name(code.role),
            "n_places": len(mine),
            "with_codes": "、".join(map(codebook.name, common)) or None,
        }
        own.append(told | counts_of(mine, held))
    known = [
        {"origin": "编码表", "name": codebook.name(str(code)), "role": codebook.role_name(str(facet))}
        | counts_of(part, held)
        for (facet, code), part in coded.groupby(["facet", "code"])
    ]
    known.sort(key=lambda row: (-int(str(row["n_documents"])), str(row["name"])))
    return OWN_CODES.frame([*own, *known])


def counts_of(places: pd.DataFrame, documents: pd.DataFrame) -> dict[str, object]:
    """Passages, documents, units and the first year of some places."""
    mine = documents[documents["document_id"].isin(places["document_id"])]
    span = wilson(len(mine), len(documents))
    years = mine["date"].dropna().str[:4]
    return {
        "n_passages": places["passage_id"].nunique(),
        "n_documents": len(mine),
        "denominator": len(documents),
        **{name: float(value) for name, value in span.columns("share").items()},
        "n_organs": mine["organ"].replace("", None).nunique(),
        "first_year": years.min() if len(years) else None,
    }
