"""What single units write: a document without a date counts for its unit, in no year."""

from __future__ import annotations

import pandas as pd
from made import passages_of

from nlp.measures.units import documents_of_units, unit_codes


def test_units_whose_documents_have_no_date_are_counted_in_no_year() -> None:
    passages = passages_of(["制度只是挂在墙上。"], document_id="甲")
    documents = pd.DataFrame(
        {"document_id": ["甲"], "organ": ["市财政局"], "kind_of_unit": ["机关"], "date": [None], "genre": [None]}
    ).astype("str")
    documents["date"] = documents["date"].where(documents["date"] != "None")
    label = {"facet": "manifestation", "code": "formalism", "score": 0.9, "sure": True}
    labels = passages[["passage_id", "document_id"]].assign(**label)
    found = unit_codes(labels, documents_of_units(documents, passages))
    assert found[["unit", "n", "denominator"]].to_numpy().tolist() == [["市财政局", 1, 1]]
