"""Themes against plain LDA and plain NMF on the gold coding, and how time grows. Run by hand:

python benchmarks/themes.py [quality] [scale] [speed COMMIT-FOLDER]
    [--facets=manifestation,cause,remedy] [--seeds=1,2,3,4,5] [--unguided]
"""

from __future__ import annotations

import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from sklearn.decomposition import NMF
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.metrics import normalized_mutual_info_score

from nlp.corpus.folder import Corpus, open_corpus
from nlp.run.run import Run
from nlp.tables import LABELS, PASSAGES
from nlp.topics import selection as selection_room
from nlp.topics.coherence import c_v, coherence_of, diversity, top_terms
from nlp.topics.consensus import carried
from nlp.topics.lda import LdaTopics
from nlp.topics.matrix import Matrix, build_matrix, sample_of
from nlp.topics.selection import sizes_for, sweep
from nlp.topics.themes import LARGEST_FIT, Reader, fit_themes
from nlp.words.tokens import tokenize

SEEDS = tuple(int(s) for a in sys.argv if a.startswith("--seeds=") for s in a[8:].split(",")) or (1, 2, 3, 4, 5)
RIVAL_SIZES = (5, 7, 10, 14)
TOPS = 10


def material(corpus: Corpus) -> dict[str, pd.DataFrame]:
    """Gold passages as PASSAGES, gold labels as LABELS, tokens, and the documents as the product reads them."""
    gold = corpus.reported_passages()
    passages = PASSAGES.frame(
        {
            "passage_id": r.passage_id,
            "document_id": r.document_id,
            "position": int(r.position),
            "section": r.section,
            "start": 0,
            "end": len(r.text),
            "text": r.text,
        }
        for r in gold.itertuples()
    )
    known = passages.set_index("passage_id")["document_id"]
    labels = corpus.gold_labels()
    labels = labels[labels["passage_id"].isin(known.index)]
    labels = LABELS.shape(labels.assign(document_id=labels["passage_id"].map(known), score=1.0))
    read = Run(corpus, inputs=[corpus.folder / "reports"])["documents"].set_index("document_id")
    documents = read.reindex(passages["document_id"].unique()).reset_index()
    return {
        "passages": passages,
        "labels": labels,
        "tokens": tokenize(passages, corpus.lexicon),
        "documents": documents,
    }


def agreement(main: np.ndarray, matrix: Matrix) -> float:
    """Normalised mutual information of the dominant theme and the code, over passages with exactly one code."""
    coded = csr_array(matrix.coded).toarray()
    one = np.flatnonzero(coded.sum(axis=1) == 1)
    return float(normalized_mutual_info_score(coded[one].argmax(axis=1), main[one]))


def jaccard_over(runs: list[list[frozenset[str]]]) -> float:
    """Mean best-match Jaccard of top-term sets over all ordered pairs of runs."""
    values = [
        max(len(top & other) / len(top | other) for other in two)
        for i, one in enumerate(runs)
        for j, two in enumerate(runs)
        if i != j
        for top in one
    ]
    return float(np.mean(values))


def plain_lda(matrix: Matrix, n_topics: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """gensim's LdaModel on counts: components and dominant topics."""
    fitted = LdaTopics(n_topics, seed, 10).fit(matrix.counts)
    return fitted.components_, fitted.weights_in_fit_.argmax(axis=1)


def plain_nmf(matrix: Matrix, n_topics: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """scikit-learn's NMF on tf-idf with its random start (its nndsvd start is the same for every seed)."""
    seen = TfidfTransformer(sublinear_tf=True).fit_transform(matrix.counts)
    model = NMF(n_topics, init="random", random_state=seed, max_iter=600, tol=1e-4)
    weights = model.fit_transform(seen)
    return model.components_, (weights * np.linalg.norm(model.components_, axis=1)).argmax(axis=1)


def judged(matrix: Matrix, tops: np.ndarray, main: np.ndarray) -> dict[str, float]:
    """Coherence, diversity and agreement of one run."""
    return {
        "NPMI": float(coherence_of(matrix.counts, [tops])[0].mean()),
        "c_v": float(c_v(matrix.sequences, [tops])[0].mean()),
        "多样性": diversity(tops),
        "NMI": agreement(main, matrix),
    }


def rival(matrix: Matrix, name: str, fit: Callable[..., tuple[np.ndarray, np.ndarray]]) -> dict[str, Any]:
    """A rival at its own best number of topics: the best mean NPMI × diversity over five seeds."""
    best: dict[str, Any] = {}
    best_nmi = 0.0
    for n_topics in RIVAL_SIZES:
        runs, tops_of = [], []
        for seed in SEEDS:
            components, main = fit(matrix, n_topics, seed)
            tops = top_terms(components, TOPS)
            runs.append(judged(matrix, tops, main))
            tops_of.append([frozenset(matrix.terms[i] for i in top) for top in tops])
        table = pd.DataFrame(runs)
        best_nmi = max(best_nmi, float(table["NMI"].mean()))
        merit = (1 + table["NPMI"].mean()) * table["多样性"].mean()
        if not best or merit > best["merit"]:
            best = {"merit": merit, "K": n_topics, "table": table, "词表重合": jaccard_over(tops_of)}
    return row_of(name, best["K"], best["table"], best["词表重合"]) | {"任一K的最高NMI": round(best_nmi, 3)}


def ours(
    matrix: Matrix, data: dict[str, pd.DataFrame], corpus: Corpus, facet: str, guided: bool = True
) -> dict[str, Any]:
    """The product, the decision sheet included, five seeds; shown themes only, NMI over all passages."""
    runs, tops_of, sizes = [], [], []
    for seed in SEEDS:
        found = fit_themes(
            data["tokens"],
            data["labels"],
            facet,
            corpus.lexicon.stopwords,
            seed=seed,
            passages=data["passages"] if guided else None,
            documents=data["documents"],
            codebook=corpus.codebook,
            lexicon=corpus.lexicon if guided else None,
        )
        shown = set(found.themes.loc[found.themes["shown"], "theme_id"])
        column = {term: i for i, term in enumerate(matrix.terms)}
        by_theme = {t: list(g["term"].map(column)) for t, g in found.terms.groupby("theme_id") if t in shown}
        tops = np.array(list(by_theme.values()))
        number = {theme_id: i for i, theme_id in enumerate(found.themes["theme_id"])}
        main_of = found.passages.set_index("passage_id")["theme_id"].map(number)
        runs.append(judged(matrix, tops, main_of.reindex(matrix.ids).to_numpy()))
        tops_of.append([frozenset(matrix.terms[i] for i in top) for top in tops])
        sizes.append(f"{int(found.decision.loc[found.decision['chosen'], 'n_topics'].iloc[0])}/{len(shown)}")
    name = "本项目" if guided else "本项目，不用线索词"
    return row_of(name, "、".join(dict.fromkeys(sizes)), pd.DataFrame(runs), jaccard_over(tops_of))


def row_of(name: str, n_topics: object, table: pd.DataFrame, overlap: float) -> dict[str, Any]:
    """Mean ± standard deviation of every measure."""
    cells = {column: f"{table[column].mean():.3f} ± {table[column].std():.3f}" for column in table}
    return {"方法": name, "K": n_topics, **cells, "词表重合": f"{overlap:.3f}"}


def quality(data: dict[str, pd.DataFrame], corpus: Corpus, facets: list[str]) -> None:
    """The table of Done-means 1 and 2."""
    for facet in facets:
        matrix = build_matrix(
            data["tokens"],
            data["labels"],
            facet,
            passages=data["passages"],
            documents=data["documents"],
            codebook=corpus.codebook,
            lexicon=corpus.lexicon,
        )
        print(f"\n{facet}：{len(matrix.ids)} 段，{len(matrix.terms)} 个词项，种子 {SEEDS}")
        rows = []
        judges = [
            lambda m=matrix, f=facet: ours(m, data, corpus, f),
            lambda m=matrix: rival(m, "scikit-learn NMF", plain_nmf),
            lambda m=matrix: rival(m, "gensim LDA", plain_lda),
        ]
        if "--unguided" in sys.argv:
            judges.append(lambda m=matrix, f=facet: ours(m, data, corpus, f, guided=False))
        for judge in judges:
            rows.append(judge())
            print(pd.DataFrame(rows).fillna("").to_string(index=False), flush=True)


def repeated(data: dict[str, pd.DataFrame], facet: str, n: int) -> dict[str, pd.DataFrame]:
    """The passages of one facet, repeated under new names until there are ``n``."""
    labels = data["labels"]
    role = labels[(labels["facet"] == "role") & (labels["code"] == facet)]["passage_id"]
    parts: dict[str, list[pd.DataFrame]] = {"passages": [], "labels": [], "tokens": [], "documents": []}
    base = {k: v[v["passage_id"].isin(set(role))] if "passage_id" in v else v for k, v in data.items()}
    for turn in range(-(-n // len(base["passages"]))):
        for name, table in base.items():
            renamed = {c: f"{turn}·" + table[c].astype("str") for c in ("passage_id", "document_id") if c in table}
            parts[name].append(table.assign(**renamed))
    joined = {name: pd.concat(tables, ignore_index=True) for name, tables in parts.items()}
    kept = set(joined["passages"]["passage_id"].head(n))
    return {k: v[v["passage_id"].isin(kept)] if "passage_id" in v else v for k, v in joined.items()}


def timed(spent: dict[str, float], name: str, call: Callable[[], Any]) -> Any:
    """Call and add the processor seconds to ``spent``."""
    begin = time.process_time()
    result = call()
    spent[name] = spent.get(name, 0.0) + time.process_time() - begin
    return result


def watched(spent: dict[str, float], function: Callable[..., Any]) -> Callable[..., Any]:
    """``function`` with its time added to that of coherence."""
    return lambda *a, **k: timed(spent, "其中连贯性", lambda: function(*a, **k))


def scale(data: dict[str, pd.DataFrame], corpus: Corpus, facet: str = "manifestation") -> None:
    """The table of Done-means 4: processor seconds by step."""
    rows = []
    for n in (5_000, 10_000, 20_000):
        big = repeated(data, facet, n)
        spent: dict[str, float] = {}
        counted = {"coherence_of": selection_room.coherence_of, "c_v": selection_room.c_v}
        for name, function in counted.items():
            setattr(selection_room, name, watched(spent, function))
        matrix = timed(
            spent,
            "矩阵与线索词",
            lambda b=big: build_matrix(
                b["tokens"], b["labels"], facet, passages=b["passages"], documents=b["documents"],
                codebook=corpus.codebook, lexicon=corpus.lexicon,
            ),
        )  # fmt: skip
        sample = sample_of(matrix, LARGEST_FIT)
        sheet = timed(spent, "决策表", lambda m=sample: sweep(m, facet, "guided-nmf", sizes_for(len(m.ids)), 7))
        for name, function in counted.items():
            setattr(selection_room, name, function)
        best = int(sheet[1].loc[sheet[1]["chosen"], "n_topics"].iloc[0])
        merged = timed(spent, "判定全部", lambda m=sample, c=sheet[2], e=matrix: carried(c, m, e))
        timed(
            spent,
            "读出",
            lambda b=big, m=matrix, q=merged, s=sheet: Reader(
                m, q, facet, b["tokens"], b["passages"], b["documents"], None, frozenset(), corpus.lexicon.stopwords
            ).read(s[0], s[1], "", corpus.codebook),
        )
        total = sum(seconds for step, seconds in spent.items() if step != "其中连贯性")
        shares = {step: f"{seconds:.1f}（{seconds / total:.0%}）" for step, seconds in spent.items()}
        rows.append({"段落": len(matrix.ids), "K": best, "合计（CPU 秒）": round(total, 1), **shares})
        print(pd.DataFrame(rows).to_string(index=False), flush=True)


STAGE = """
import pickle, resource, sys, time
sys.path.insert(0, ".")
try:
    from nlp.corpus.folder import open_corpus
except ImportError:
    from nlp.corpus import open_corpus
from nlp.topics.themes import themes_tables
corpus, data = open_corpus(), pickle.load(open(sys.argv[1], "rb"))
begin = time.time()
themes_tables(
    data["tokens"], data["labels"], data["passages"].assign(reuse_of=None), data["documents"], corpus, None, 7,
    workers=int(sys.argv[2]),
)
used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print(time.time() - begin, sum(each.ru_utime + each.ru_stime for each in used))
"""


def speed(data: dict[str, pd.DataFrame], other: Path) -> None:
    """Seconds of the themes stage here and in the working tree of another commit, in turn, medians of three."""
    with tempfile.TemporaryDirectory() as folder:
        (material_file := Path(folder) / "material").write_bytes(pickle.dumps(data))
        rows = []
        for workers in (1, 2):
            for _ in range(3):
                for name, tree in (("这里", Path(__file__).parent.parent), (str(other), other)):
                    command = [sys.executable, "-c", STAGE, str(material_file), str(workers)]
                    said = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=True).stdout.split()
                    rows.append({"进程": workers, "哪里": name, "墙钟秒": float(said[-2]), "CPU 秒": float(said[-1])})
        print(pd.DataFrame(rows).groupby(["进程", "哪里"]).median().round(1).to_string())


def main() -> None:
    """Run what is asked for."""
    asked = [a for a in sys.argv[1:] if not a.startswith("--")]
    facets = next((a.split("=")[1].split(",") for a in sys.argv if a.startswith("--facets=")), None)
    corpus = open_corpus()
    data = material(corpus)
    if not asked or "quality" in asked:
        quality(data, corpus, facets or ["manifestation", "cause", "remedy"])
    if not asked or "scale" in asked:
        scale(data, corpus)
    if "speed" in asked:
        speed(data, Path(asked[asked.index("speed") + 1]))


if __name__ == "__main__":
    main()
