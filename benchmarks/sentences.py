"""What is in the whole documents coded by sentence: how many of everything, and how two codings and the gold differ?

python benchmarks/sentences.py
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import pandas as pd  # noqa: E402

from nlp.agreement.statistics import compare_codings  # noqa: E402
from nlp.corpus.codebook import CODED_FACETS  # noqa: E402
from nlp.corpus.folder import GOLD, Corpus, open_corpus  # noqa: E402
from nlp.tables import ROLES  # noqa: E402

CODERS = ("writer", "second", GOLD)


def coding_by(corpus: Corpus, coder: str) -> pd.DataFrame:
    """Labels of one coder; a sentence stands in for a passage."""
    labels = corpus.sentence_labels(coder)
    return labels.assign(passage_id=labels["document_id"] + "#" + labels["position"].map("{:04d}".format))


def role_and_codes(labels: pd.DataFrame) -> pd.Series:
    """Role and codes of every sentence as one value."""
    pairs = labels["facet"] + ":" + labels["code"]
    return pairs.groupby(labels["passage_id"]).agg(frozenset)


def differences(corpus: Corpus) -> dict[str, int]:
    """Sentences in which two codings differ in the role, or in the codes alone; and those that adjudication changed."""
    codings = {coder: coding_by(corpus, coder) for coder in CODERS}
    role = {
        coder: labels[labels["facet"] == "role"].set_index("passage_id")["code"] for coder, labels in codings.items()
    }
    whole = {coder: role_and_codes(labels) for coder, labels in codings.items()}
    first, second, gold = (whole[coder] for coder in CODERS)
    other_role = role["writer"] != role["second"].loc[role["writer"].index]
    differing = first != second.loc[first.index]
    return {
        "句": len(first),
        "两次编码不同": int(differing.sum()),
        "其中角色不同": int(other_role.sum()),
        "裁定后与第一次不同": int((gold != first.loc[gold.index]).sum()),
        "裁定后与第二次不同": int((gold != second.loc[gold.index]).sum()),
    }


def counts(corpus: Corpus) -> dict[str, int]:
    """Sentences per role and per code (facet/code) in the gold coding."""
    labels = corpus.sentence_labels()
    facets = {"role": ROLES} | {facet: corpus.codebook.of(facet) for facet in CODED_FACETS}
    return {
        f"{facet}/{code}": int(((labels["facet"] == facet) & (labels["code"] == code)).sum())
        for facet, codes in facets.items()
        for code in codes
    }


def main() -> int:
    """Count and print."""
    corpus = open_corpus()
    documents, sentences = corpus.gold_documents(), corpus.gold_sentences()
    length = sentences.groupby("document_id")["text"].agg(lambda texts: texts.str.len().sum())
    print(
        f"整篇 {len(documents)}，标题 {(sentences['kind'] == 'heading').sum()}，"
        f"每篇 {length.min()} 至 {length.max()} 字"
    )
    for column in ("group", "kind_of_unit", "level", "genre"):
        values = documents[column].value_counts()
        print(f"{column}：" + "，".join(f"{value} {n}" for value, n in values.items()))
    print("，".join(f"{name} {n:,}" for name, n in differences(corpus).items()))
    found = counts(corpus)
    for facet in ("role", *CODED_FACETS):
        mine = {name.split("/")[1]: n for name, n in found.items() if name.startswith(f"{facet}/")}
        print(f"{facet}：" + "，".join(f"{code} {n}" for code, n in mine.items()))
    facets = {"role": ROLES} | {facet: corpus.codebook.of(facet) for facet in CODED_FACETS}
    table = compare_codings(coding_by(corpus, "writer"), coding_by(corpus, "second"), facets, 1)
    print(table[["facet", "code", "n_gold", "n_coder", "kappa"]].to_string(float_format=lambda value: f"{value:.3f}"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
