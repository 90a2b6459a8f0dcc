"""Every term of the material with how often, where and since when it is used."""

from __future__ import annotations

import pandas as pd

from nlp.tables import ROLES, WORDS


def words(
    tokens: pd.DataFrame, labels: pd.DataFrame, documents: pd.DataFrame, stopwords: frozenset[str]
) -> pd.DataFrame:
    """WORDS of TOKENS without stop words, most frequent first; undated documents have no first year."""
    roles = labels[labels["facet"] == "role"].drop_duplicates("passage_id").set_index("passage_id")["code"]
    facts = documents.set_index("document_id")
    held = tokens[~tokens["term"].isin(stopwords)]
    held = held.assign(role=held["passage_id"].map(roles), date=held["document_id"].map(facts["date"]))
    counts = held.groupby("term").agg(
        n=("term", "size"), n_passages=("passage_id", "nunique"), n_documents=("document_id", "nunique")
    )
    by_role = pd.crosstab(held["term"], held["role"]).reindex(index=counts.index, columns=list(ROLES), fill_value=0)
    first = held.dropna(subset=["date"]).sort_values(["date", "document_id"]).drop_duplicates("term").set_index("term")
    table = counts.join(by_role.add_prefix("n_")).assign(
        first_year=first["date"].str[:4], first_document=first["document_id"]
    )
    return WORDS.shape(table.reset_index().sort_values(["n", "term"], ascending=[False, True]))
