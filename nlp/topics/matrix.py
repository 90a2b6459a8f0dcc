"""What the topic models see of one facet: passages × terms, the cues of its codes, and which terms keep company."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isqrt

import numpy as np
import pandas as pd
from scipy.sparse import csr_array, diags_array, vstack
from sklearn.preprocessing import normalize
from sklearn.utils.extmath import randomized_svd
from threadpoolctl import threadpool_limits

from nlp.corpus.codebook import Codebook
from nlp.corpus.lexicon import Cue, Lexicon
from nlp.search.batch_text import flat_of, views_of
from nlp.search.cues import finder_for
from nlp.topics.occurrences import Occurrences

RAREST = 2  # passages: a term in fewer tells nothing
MOST_COMMON = 0.5  # share of the passages: a term in more separates nothing
COMPANY_DIMENSIONS, COMPANIONS, CLOSE = 100, 8, 0.3
MANY = 300  # passages: from here on a term must stand in three of them, in five of 5,000, in ten of 20,000
BATCH = 2000  # texts in which cues are sought at once, so that memory stays flat
SECTOR_PRIOR = 5.0  # passages: how much is believed beforehand of a term's spread over the kinds of unit


@dataclass(frozen=True)
class Matrix:
    """The material of one facet, copies left out."""

    counts: csr_array  # (n_passages, n_terms)
    ids: list[str]  # passage ids, sorted
    documents: np.ndarray  # (n_passages,) document ids
    terms: list[str]
    sequences: list[np.ndarray] = field(default_factory=list)  # term indices in the order of the passage
    company: csr_array | None = None  # (n_terms, n_terms): likeness of terms that keep the same company
    weights: np.ndarray | None = None  # (n_terms,): terms of one branch of business count less
    guides: csr_array | None = None  # (n_passages, n_codes): cue hits
    coded: csr_array | None = None  # (n_passages, n_codes): labels, for judging only, never for fitting
    codes: tuple[str, ...] = ()
    seeds: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # code → terms of its cues
    averse: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # code → terms of “not this code when”


def sample_of(matrix: Matrix, size: int) -> Matrix:
    """The passages of whole documents drawn until ``size`` passages are reached; ``matrix`` itself if it has no more.

    The draw depends on the document ids only, so the same material gives the same sample whatever the seed of the
    topics, and the recommended number of topics and the topics rest on the same passages.
    """
    if len(matrix.ids) <= size:
        return matrix
    documents, number = np.unique(matrix.documents.astype(str), return_inverse=True)
    turn = np.random.default_rng(0).permutation(len(documents))  # document → its turn in the draw
    rows = np.sort(np.argsort(turn[number], kind="stable")[:size])
    return replace(
        matrix,
        counts=csr_array(matrix.counts[rows]),
        ids=[matrix.ids[i] for i in rows],
        documents=matrix.documents[rows],
        sequences=[matrix.sequences[i] for i in rows] if matrix.sequences else [],
        guides=csr_array(matrix.guides[rows]) if matrix.guides is not None else None,
        coded=csr_array(matrix.coded[rows]) if matrix.coded is not None else None,
    )


def kept_in(counts: csr_array, rarest: int = RAREST, most_common: float = MOST_COMMON) -> tuple[np.ndarray, np.ndarray]:
    """Passages and terms of a matrix: terms in two passages at least and in half of them at most, passages with any."""
    present = counts > 0
    spread, n_passages = present.sum(axis=0), int((present.sum(axis=1) > 0).sum())
    terms = np.flatnonzero((spread >= rarest) & (spread <= max(2, int(n_passages * most_common))))
    return np.flatnonzero(present[:, terms].sum(axis=1)), terms


def rarest_of(n_passages: int) -> int:
    """Passages in which a term must stand at least; grows with the root, so that time does not outgrow the passages."""
    return max(RAREST + (n_passages >= MANY), isqrt(n_passages) // 14)


def company_of(present: csr_array) -> csr_array:
    """Likeness of terms by the company that they keep: the nearest few of every term, cosine of at least 0.3.

    Passages are short, so that two of one theme often share no word at all; spreading a term's weight over its nearest
    terms lets them meet. Vectors are the singular vectors of the positive pointwise mutual information over
    passages (Levy and Goldberg 2014).

    Parameters
    ----------
    present : (n_passages, n_terms) ones and zeros, of all passages, also those of other roles
    """
    n_passages, n_terms = int((present.sum(axis=1) > 0).sum()), present.shape[1]
    together = (present.T @ present).tocoo()
    frequency = np.maximum(1, present.sum(axis=0))
    information = np.log(together.data * n_passages / frequency[together.row] / frequency[together.col])
    kept = information > 0
    positive = csr_array((information[kept], (together.row[kept], together.col[kept])), shape=(n_terms, n_terms))
    size = min(COMPANY_DIMENSIONS, n_terms - 1)
    vectors, strength, _ = randomized_svd(positive, size, n_iter=3, random_state=0)
    return nearest(normalize(vectors * np.sqrt(strength)))


def nearest(vectors: np.ndarray, rows: int = 2000) -> csr_array:
    """The ``COMPANIONS`` nearest of every row by cosine, as a sparse matrix; in blocks, so that memory stays flat."""
    blocks = []
    keep = min(COMPANIONS, len(vectors) - 1)
    for start in range(0, len(vectors), rows):
        likeness = vectors[start : start + rows] @ vectors.T
        likeness[np.arange(len(likeness)), np.arange(start, start + len(likeness))] = 0
        least = -np.partition(-likeness, keep - 1, axis=1)[:, keep - 1 : keep]
        blocks.append(csr_array(np.where((likeness >= least) & (likeness > CLOSE), likeness, 0)))
    return csr_array(vstack(blocks))


def sector_weights(present: csr_array, documents: np.ndarray, terms: np.ndarray, kinds: pd.Series | None) -> np.ndarray:
    """Weight of every term, one for those spread over the kinds of unit, near zero for those of one kind only.

    Without it hospitals, schools and associations become themes of their own instead of what is wrong in them. The
    weight is exp(−Kullback-Leibler divergence) of the term's kinds of unit from those of all passages, smoothed.

    Parameters
    ----------
    present : (n_passages, n_all) ones and zeros; ``terms`` are the columns wanted
    documents : (n_passages,) document ids
    kinds : kind of unit by document id, missing where unknown; None gives ones
    """
    if kinds is None or kinds.dropna().nunique() < 2:
        return np.ones(len(terms))
    kind, names = pd.factorize(pd.Series(documents, dtype=object).map(kinds), sort=True)
    known = np.flatnonzero(kind >= 0)
    of_kind = csr_array((np.ones(len(known)), (kind[known], known)), shape=(len(names), len(documents)))
    base = of_kind.sum(axis=1) / max(1, len(known))
    counts = (of_kind @ present[:, terms]).toarray().T
    smoothed = counts + SECTOR_PRIOR * base
    share = smoothed / smoothed.sum(axis=1, keepdims=True)
    divergence = (share * np.log(share / base)).sum(axis=1)
    weights: np.ndarray = np.exp(-divergence)
    return weights


def cues_in(texts: Sequence[str], codes: Sequence[str], lexicon: Lexicon) -> csr_array:
    """How many different cues of every code stand in every text, (n_texts, n_codes)."""
    finder = finder_for(lexicon)
    counts = [
        finder.count_cues(flat_of(views_of(texts[begin : begin + BATCH], lexicon).texts))
        for begin in range(0, len(texts), BATCH)
    ]
    known = [finder.index.get(code, -1) for code in codes]
    none = np.zeros((len(texts), 1))  # of a code without cues
    return csr_array(np.hstack([np.vstack([*counts, np.zeros((0, len(finder.codes)))]), none])[:, known])


def seed_terms(cues: Iterable[Cue], terms: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Terms that stand in the cues of every code, as indices; of a term in the cues of several codes each keeps it."""
    wordings: dict[str, list[str]] = defaultdict(list)
    for cue in cues:
        wordings[cue.code] += [piece for piece in re.split(r"…+|[()|]", cue.wording) if piece]
    found = {}
    for code, pieces in wordings.items():
        whole = "\n".join(pieces)
        found[code] = tuple(i for i, term in enumerate(terms) if term in whole)
    return found


def averse_terms(codebook: Codebook, seeds: Mapping[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    """Terms that speak against a code: seeds of the codes that its “not this code when” sends the coder to."""
    against = {}
    for code in codebook.codes:
        others = [other for other in seeds if other != code.id and other in code.not_when]
        own = set(seeds.get(code.id, ()))
        against[code.id] = tuple(sorted({i for other in others for i in seeds[other]} - own))
    return against


def absent_seeds(cues: Iterable[Cue], codes: Sequence[str], seeds: Mapping[str, tuple[int, ...]]) -> list[str]:
    """Codes whose cues have no term in this material: their topics cannot be guided."""
    with_cues = {cue.code for cue in cues}
    return [code for code in codes if code not in with_cues or not seeds.get(code)]


def code_matrix(labels: pd.DataFrame, ids: Sequence[str], codes: Sequence[str]) -> csr_array:
    """Which passage carries which code, ones and zeros, (n_passages, n_codes)."""
    rows = labels[labels["passage_id"].isin(set(ids)) & labels["code"].isin(set(codes))]
    rows = rows[["passage_id", "code"]].drop_duplicates()
    at = pd.Categorical(rows["passage_id"], categories=list(ids)).codes
    column = pd.Categorical(rows["code"], categories=list(codes)).codes
    return csr_array((np.ones(len(rows)), (at, column)), shape=(len(ids), len(codes)))


def build_matrix(
    tokens: pd.DataFrame | Occurrences,
    labels: pd.DataFrame,
    facet: str,
    stopwords: frozenset[str] = frozenset(),
    copies: frozenset[str] = frozenset(),
    passages: pd.DataFrame | None = None,
    documents: pd.DataFrame | None = None,
    codebook: Codebook | None = None,
    lexicon: Lexicon | None = None,
    bigrams: bool = False,
    fewest: int = 3,
) -> Matrix:
    """Everything a model may know of one facet; without passages, codebook and lexicon it is not guided.

    Parameters
    ----------
    tokens, labels : TOKENS (or what is usable of them already) and LABELS of one coder
    facet : manifestation, cause or remedy; its passages are those of this role
    stopwords : terms that separate nothing
    copies : passages that repeat others; they carry no weight
    fewest : passages; with fewer only the counts are made
    """
    stopwords = stopwords or (lexicon.stopwords if lexicon else frozenset())
    said = tokens if isinstance(tokens, Occurrences) else Occurrences.of(tokens, stopwords, copies, bigrams)
    role = set(labels.loc[(labels["facet"] == "role") & (labels["code"] == facet), "passage_id"])
    mine = np.array([i for i, pid in enumerate(said.ids) if pid in role], dtype=np.int64)
    filled, columns = kept_in(csr_array(said.counts[mine]), rarest_of(len(mine)))
    rows = mine[filled]
    counts, ids, at = csr_array(said.counts[rows][:, columns]), list(said.ids[rows]), said.documents[rows]
    terms = list(said.terms[columns])
    coded_in = labels[labels["facet"] == facet]
    codes = codebook.of(facet) if codebook else tuple(sorted(set(coded_in["code"])))
    if len(ids) < max(3, fewest) or len(terms) < 3:
        return Matrix(counts, ids, at, terms, codes=codes)
    cues = [cue for cue in lexicon.cues if cue.code in codes] if lexicon else []
    seeds = seed_terms(cues, terms)
    guides = None
    if lexicon is not None and passages is not None:
        texts = passages.set_index("passage_id")["text"].reindex(ids).astype("str").tolist()
        guides = cues_in(texts, codes, lexicon)
    kinds = documents.set_index("document_id")["kind_of_unit"] if documents is not None else None
    with threadpool_limits(1):  # so that every machine adds in the same order
        company = company_of(csr_array(said.present[:, columns]))
    return Matrix(
        counts,
        ids,
        at,
        terms,
        said.sequences(rows, columns),
        company,
        sector_weights(said.present, said.documents, columns, kinds),
        guides,
        code_matrix(coded_in, ids, codes),
        codes,
        seeds,
        averse_terms(codebook, seeds) if codebook else {},
    )


def scaled(matrix: csr_array, weights: np.ndarray) -> csr_array:
    """Columns of ``matrix`` times ``weights``."""
    return csr_array(matrix @ diags_array(weights))
