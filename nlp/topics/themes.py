"""Themes of one facet: fitted on the passages of its role, copies left out, kept if they come back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from nlp.corpus.codebook import CODED_FACETS, Codebook
from nlp.corpus.folder import Corpus
from nlp.corpus.lexicon import Lexicon
from nlp.engine.partitions import map_parts
from nlp.statistics.intervals import expected_count, lift, wilson
from nlp.tables import (
    CROSSWALK,
    DECISION,
    PROPOSALS,
    SELECTION,
    THEME_PASSAGES,
    THEME_QUOTATIONS,
    THEME_SHARES,
    THEME_SPREAD,
    THEME_TERMS,
    THEMES,
    UNITS_OF_COUNT,
    Table,
)
from nlp.topics.coherence import coherence_of
from nlp.topics.consensus import RUNS, Consensus, carried
from nlp.topics.crosswalk import common_codes, crosswalk, in_words, proposals
from nlp.topics.matrix import Matrix, absent_seeds, build_matrix, sample_of
from nlp.topics.models import DEFAULT_MODEL
from nlp.topics.naming import (
    name_of,
    pair_scores,
    phrases_of,
    quotations,
    shown_terms,
    term_scores,
    whole_phrases,
)
from nlp.topics.occurrences import Occurrences
from nlp.topics.selection import MOST, PASSAGES_A_TOPIC, STABLE, most_topics, sizes_for, sweep
from nlp.words.parts_of_speech import parts_of_speech

SMALLEST = 60  # passages: with fewer, another sample gives other themes (measured: docs/measurements.md)
LARGEST_FIT = 6000  # passages on which topics are chosen and fitted at most; the rest are only assigned to them
FEWEST_TERMS = 20
STRONG = 3  # passages: fewer are no emphasis
SCHEMAS: dict[str, tuple[str, Table]] = {  # part of Themes → name of the table, schema
    "themes": ("themes", THEMES),
    "terms": ("theme_terms", THEME_TERMS),
    "passages": ("theme_passages", THEME_PASSAGES),
    "selection": ("selection", SELECTION),
    "decision": ("decision", DECISION),
    "shares": ("theme_shares", THEME_SHARES),
    "quotations": ("theme_quotations", THEME_QUOTATIONS),
    "spread": ("theme_spread", THEME_SPREAD),
    "crosswalk": ("crosswalk", CROSSWALK),
    "proposals": ("proposals", PROPOSALS),
}


@dataclass(frozen=True)
class Themes:
    """What a topic model found in one facet, or why there is nothing."""

    themes: pd.DataFrame
    terms: pd.DataFrame
    passages: pd.DataFrame
    selection: pd.DataFrame
    note: str
    decision: pd.DataFrame
    shares: pd.DataFrame
    quotations: pd.DataFrame
    spread: pd.DataFrame
    crosswalk: pd.DataFrame
    proposals: pd.DataFrame


def no_themes(note: str) -> Themes:
    """The empty result, with its reason."""
    return Themes(note=note, **{part: schema.empty() for part, (_, schema) in SCHEMAS.items()})


def themes_tables(
    tokens: pd.DataFrame,
    labels: pd.DataFrame,
    passages: pd.DataFrame,
    documents: pd.DataFrame,
    corpus: Corpus,
    sources: pd.Series | None = None,
    seed: int = 7,
    model: str = DEFAULT_MODEL,
    workers: int = 1,
    scheduler: str | None = None,
) -> tuple[dict[str, pd.DataFrame], dict[str, str]]:
    """Themes of every facet as tables (``SCHEMAS``), and a note a facet.

    Parameters
    ----------
    tokens, labels, passages, documents : TOKENS, LABELS of one coder, PASSAGES with copies marked, DOCUMENTS
    sources : independent source of every document (``reuse.independent_sources``); None takes every document for one
    seed : the same seed gives the same tables, whatever the number of ``workers``, each of whom does a facet
    scheduler : address of a cluster on which the facets are done
    """
    copies = copied_passages(passages, sources)
    stopwords = corpus.lexicon.stopwords
    stage = partial(
        fit_themes,
        tokens,
        labels,
        stopwords=stopwords,
        copies=copies,
        seed=seed,
        model=model,
        passages=passages,
        documents=documents,
        sources=sources,
        codebook=corpus.codebook,
        lexicon=corpus.lexicon,
        said=Occurrences.of(tokens, stopwords, copies),
    )
    roles = labels.loc[labels["facet"] == "role", "code"].value_counts()
    n_large = sum(int(roles.get(facet, 0)) >= SMALLEST for facet in CODED_FACETS)
    # Where at most one facet has enough to fit, another process would only cost its start.
    found = map_parts(stage, CODED_FACETS, workers if n_large > 1 else 1, scheduler)
    return joined(found), {facet: themes.note for facet, themes in zip(CODED_FACETS, found, strict=True)}


def joined(found: Sequence[Themes]) -> dict[str, pd.DataFrame]:
    """The tables of several facets' themes, each as one (``SCHEMAS``)."""
    return {
        name: schema.shape(pd.concat([schema.empty(), *(getattr(each, part) for each in found)], ignore_index=True))
        for part, (name, schema) in SCHEMAS.items()
    }


def notes_of(found: Sequence[Themes]) -> dict[str, str]:
    """The notes of themes, by the facet that they are of; those without any themes have no facet and no note."""
    return {str(each.decision["facet"].iloc[0]): each.note for each in found if len(each.decision)}


def copied_passages(passages: pd.DataFrame, sources: pd.Series | None) -> frozenset[str]:
    """Passages that repeat others, and what is left of a document that is a copy as a whole.

    The rest of a copied document is mostly the original again, altered more than a copied passage may be; counted, it
    would shift the topics and with them the shares of everybody else.
    """
    copied = passages["reuse_of"].notna()
    if sources is not None:
        source = passages["document_id"].map(sources)
        copied |= source.notna() & (source != passages["document_id"])
    return frozenset(passages.loc[copied, "passage_id"])


def fit_themes(
    tokens: pd.DataFrame,
    labels: pd.DataFrame,
    facet: str,
    stopwords: frozenset[str] = frozenset(),
    copies: frozenset[str] = frozenset(),
    seed: int = 7,
    model: str = DEFAULT_MODEL,
    *,
    passages: pd.DataFrame | None = None,
    documents: pd.DataFrame | None = None,
    sources: pd.Series | None = None,
    codebook: Codebook | None = None,
    lexicon: Lexicon | None = None,
    n_topics: int | None = None,
    n_runs: int = RUNS,
    bigrams: bool = False,
    said: Occurrences | None = None,
) -> Themes:
    """Find the themes of one facet.

    Parameters
    ----------
    tokens, labels : TOKENS and LABELS of one coder; the labels' codes are for judging, never for fitting
    facet : manifestation, cause or remedy; its passages are those of this role
    stopwords : terms that separate nothing
    copies : passages that repeat others; they carry no weight
    seed : the same seed gives the same themes
    passages, documents, sources : for quotations with their place, years and kinds of unit, independent sources
    codebook, lexicon : for the cues that guide the model; without them it is not guided
    n_topics : the number of topics; None takes the recommended one
    bigrams : whether two terms side by side are terms too
    said : what is usable of ``tokens``, where it is known already
    """
    matrix = build_matrix(
        tokens if said is None else said,
        labels,
        facet,
        stopwords,
        copies,
        passages,
        documents,
        codebook,
        lexicon,
        bigrams,
        fewest=SMALLEST,
    )
    if len(matrix.ids) < SMALLEST or len(matrix.terms) < FEWEST_TERMS:
        return no_themes(
            f"可用的段落只有 {len(matrix.ids)} 段（少于 {SMALLEST} 段时，换一批文档主题就变），"
            "不做主题，代码的占比见 prevalence，引文见 labels 的证据"
        )
    sample = sample_of(matrix, LARGEST_FIT)
    sizes = [n_topics] if n_topics else sizes_for(len(sample.ids))
    selection, decision, chosen = sweep(sample, facet, model, sizes, seed, n_runs)
    merged = carried(chosen, sample, matrix)
    reader = Reader(matrix, merged, facet, tokens, passages, documents, sources, copies, stopwords)
    return reader.read(selection, decision, note_of(matrix, sample, lexicon), codebook)


def note_of(matrix: Matrix, sample: Matrix, lexicon: Lexicon | None) -> str:
    """What to know of the fit: the sample, and codes whose cues have no term in the material."""
    drawn = ""
    if sample is not matrix:
        drawn = (
            f"；主题由按文件抽出的 {len(sample.ids):,} 段拟合（材料不变，抽样不变），再判定全部 {len(matrix.ids):,} 段"
        )
    cues = [cue for cue in lexicon.cues if cue.code in matrix.codes] if lexicon else []
    if (most := most_topics(len(sample.ids))) < MOST:
        drawn += f"；段落太少，分不出 {most} 个以上的主题（每个至少 {PASSAGES_A_TOPIC} 段）"
    absent = absent_seeds(cues, matrix.codes, matrix.seeds) if cues else []
    return drawn + (f"；线索词在材料中没有出现的代码：{'、'.join(absent)}" if absent else "")


class Reader:
    """Puts the consensus of one facet into tables."""

    def __init__(
        self,
        matrix: Matrix,
        merged: Consensus,
        facet: str,
        tokens: pd.DataFrame,
        passages: pd.DataFrame | None,
        documents: pd.DataFrame | None,
        sources: pd.Series | None,
        copies: frozenset[str],
        stopwords: frozenset[str],
    ) -> None:
        self.matrix, self.merged, self.facet, self.documents = matrix, merged, facet, documents
        self.main: np.ndarray = merged.weights.argmax(axis=1)
        self.main[merged.weights.max(axis=1) <= 0] = -1
        mine = tokens[tokens["passage_id"].isin(set(matrix.ids))]
        self.phrases = phrases_of(mine, stopwords, parts_of_speech(mine["term"].unique()))
        self.passages = (passages if passages is not None else bare_passages(mine)).set_index("passage_id")
        source_of = dict(zip(matrix.documents, matrix.documents, strict=True)) if sources is None else sources.to_dict()
        self.sources = np.array([source_of.get(d, d) for d in matrix.documents], dtype=object)
        self.source_of: Mapping[str, str] = source_of
        self.copies = self.copies_of(copies)

    def copies_of(self, copies: frozenset[str]) -> dict[str, list[str]]:
        """Original passage → its copies, where the passages are known."""
        if "reuse_of" not in self.passages.columns:
            return {}
        copied = self.passages[self.passages.index.isin(copies) & self.passages["reuse_of"].notna()]
        found: dict[str, list[str]] = {}
        for pid, original in zip(copied.index, copied["reuse_of"], strict=True):
            found.setdefault(str(original), []).append(str(pid))
        return found

    def read(self, selection: pd.DataFrame, decision: pd.DataFrame, extra: str, codebook: Codebook | None) -> Themes:
        """All tables of the facet, shown themes first, the most common ones first."""
        counts, stability = self.matrix.counts, self.merged.stability
        n_topics = len(stability)
        size = np.bincount(self.main[self.main >= 0], minlength=n_topics)
        shown = (stability >= STABLE) & (size >= STRONG)
        order = [k for k in sorted(range(n_topics), key=lambda k: (not shown[k], -size[k], k)) if size[k]]
        theme_of = {k: f"{self.facet}-{number:02d}" for number, k in enumerate(order, 1)}
        scores = term_scores(self.merged.components, counts, self.main)
        tops = shown_terms(scores, counts)
        npmi = coherence_of(counts, [tops])[0]
        walk = crosswalk(self.matrix, self.main, theme_of)
        quoted = {k: self.quoted(k) for k in order}
        spread = self.spread(theme_of)
        whole = whole_phrases(self.phrases)
        rows = []
        for k, theme_id in theme_of.items():
            members = self.members(k)
            rows.append(
                {
                    "theme_id": theme_id,
                    "facet": self.facet,
                    "label": self.label(k, members, scores[k], tops[k], whole),
                    "n_passages": len(members),
                    "n_documents": len(set(self.matrix.documents[members])),
                    "n_sources": len(set(self.sources[members])),
                    "share": len(members) / len(self.main),
                    "coherence": round(float(npmi[k]), 6),
                    "stability": round(float(stability[k]), 6),
                    "shown": bool(shown[k]),
                    "codes": common_codes(walk, theme_id),
                    "years": strong_groups(spread, theme_id, "年份"),
                    "units": strong_groups(spread, theme_id, "单位类别"),
                }
            )
        themes = THEMES.frame(rows)
        ids_quoted = {theme_of[k]: "；".join(self.matrix.ids[i] for i in at) for k, at in quoted.items()}
        proposed = proposals(themes, walk, self.facet, ids_quoted)
        n_hidden = int((~themes["shown"]).sum())
        note = f"{len(self.main)} 段，{int(themes['shown'].sum())} 个稳定主题" + (
            f"，另有 {n_hidden} 个重抽样后不再出现的主题未列出" if n_hidden else ""
        )
        return Themes(
            themes,
            self.terms(theme_of, scores, tops),
            self.theme_passages(theme_of, quoted),
            selection,
            note + extra,
            decision,
            self.shares(theme_of),
            self.quotation_rows(theme_of, quoted),
            spread,
            walk,
            in_words(proposed, codebook) if codebook else proposed,
        )

    def members(self, topic: int) -> np.ndarray:
        """Rows of a topic's passages, the most typical first."""
        at = np.flatnonzero(self.main == topic)
        return at[np.lexsort((at, -self.merged.weights[at, topic].round(9)))]

    def label(
        self, topic: int, members: np.ndarray, scores: np.ndarray, tops: np.ndarray, whole: Mapping[str, int]
    ) -> str:
        """The name of one theme."""
        terms = self.matrix.terms
        ids = [self.matrix.ids[i] for i in members]
        source_of = dict(zip(ids, self.sources[members], strict=True))
        strength = {terms[i]: float(scores[i]) for i in np.argsort(-scores)[:60]}
        others = len(self.main) - len(members)
        listed = [terms[i] for i in tops]
        present = csr_array(self.matrix.counts[:, tops]).toarray() > 0
        pairs = pair_scores(present, self.main == topic, self.sources, listed, strength)
        return name_of(ids, whole, self.phrases, source_of, strength, listed, others, pairs)

    def terms(self, theme_of: Mapping[int, str], scores: np.ndarray, tops: np.ndarray) -> pd.DataFrame:
        """THEME_TERMS."""
        return THEME_TERMS.frame(
            (theme_id, rank, self.matrix.terms[i], round(float(scores[k][i]), 6))
            for k, theme_id in theme_of.items()
            for rank, i in enumerate(tops[k], 1)
        )

    def quoted(self, topic: int) -> list[int]:
        """Rows of the quotations of one theme."""
        lengths = self.passages["text"].reindex(self.matrix.ids).fillna("").str.len().to_numpy()
        weights = self.merged.weights[:, topic]
        return quotations(self.members(topic), weights, self.matrix.counts, lengths, self.sources)

    def theme_passages(self, theme_of: Mapping[int, str], quoted: Mapping[int, list[int]]) -> pd.DataFrame:
        """THEME_PASSAGES: every passage under the theme that weighs most in it."""
        ids, documents, weights = self.matrix.ids, self.matrix.documents, self.merged.weights
        return THEME_PASSAGES.frame(
            (theme_id, ids[i], documents[i], min(1.0, round(float(weights[i, k]), 6)), i in quoted[k])
            for k, theme_id in theme_of.items()
            for i in self.members(k)
        )

    def quotation_rows(self, theme_of: Mapping[int, str], quoted: Mapping[int, list[int]]) -> pd.DataFrame:
        """THEME_QUOTATIONS, with their place."""
        titles = self.documents.set_index("document_id")["title"].to_dict() if self.documents is not None else {}
        rows = []
        for k, theme_id in theme_of.items():
            for rank, i in enumerate(quoted[k], 1):
                passage = self.passages.loc[self.matrix.ids[i]]
                rows.append(
                    {
                        "theme_id": theme_id,
                        "rank": rank,
                        "passage_id": self.matrix.ids[i],
                        "document_id": self.matrix.documents[i],
                        "source_group": self.sources[i],
                        "title": titles.get(self.matrix.documents[i]),
                        "section": passage.get("section"),
                        "position": passage.get("position", 0),
                        "text": passage["text"],
                    }
                )
        return THEME_QUOTATIONS.frame(rows)

    def shares(self, theme_of: Mapping[int, str]) -> pd.DataFrame:
        """THEME_SHARES: out of the facet's passages, documents and sources; copies count with their original.

        A copied passage adds to passages and documents, and to the source of its original only.
        """
        units: list[list[tuple[str, str, str]]] = []  # of every row: passage, document, source of it and of its copies
        for i, pid in enumerate(self.matrix.ids):
            own = (pid, str(self.matrix.documents[i]), str(self.sources[i]))
            copied = [(c, str(self.passages.at[c, "document_id"]), own[2]) for c in self.copies.get(pid, [])]
            units.append([own, *copied])
        rows = []
        for position, unit in enumerate(UNITS_OF_COUNT):
            total = len({entry[position] for entries in units for entry in entries})
            for k, theme_id in theme_of.items():
                n = len({entry[position] for i in np.flatnonzero(self.main == k) for entry in units[i]})
                share = wilson(n, total).columns("share")
                rows.append({"theme_id": theme_id, "unit": unit, "n": n, "denominator": total, **share})
        return THEME_SHARES.frame(rows)

    def spread(self, theme_of: Mapping[int, str]) -> pd.DataFrame:
        """THEME_SPREAD: passages by year and kind of unit against an even spread."""
        if self.documents is None:
            return THEME_SPREAD.empty()
        known = self.documents.set_index("document_id")
        rows = []
        for by, values in (("年份", known["date"].str[:4]), ("单位类别", known["kind_of_unit"])):
            group = pd.Series(self.matrix.documents).map(values)
            dated = group.notna().to_numpy()
            for name in sorted(group.dropna().unique()):
                here = (group == name).to_numpy()
                for k, theme_id in theme_of.items():
                    mine = (self.main == k) & dated
                    if not mine.any():
                        continue
                    n, sizes = int((mine & here).sum()), (int(mine.sum()), int(here.sum()), int(dated.sum()))
                    found = lift(n, *sizes)
                    rows.append(
                        {
                            "theme_id": theme_id,
                            "by": by,
                            "group": name,
                            "n": n,
                            "expected": float(expected_count(*sizes)),
                            **found.columns("lift"),
                            "strong": n >= STRONG and bool(found.low > 1),
                        }
                    )
        return THEME_SPREAD.frame(rows)


def strong_groups(spread: pd.DataFrame, theme_id: str, by: str) -> str | None:
    """Where a theme is strong: ``2022（8）、2023（6）``, passages in brackets."""
    if spread.empty:
        return None
    mine = spread[(spread["theme_id"] == theme_id) & (spread["by"] == by) & spread["strong"]]
    ranked = mine.sort_values(["lift", "group"], ascending=[False, True])
    return "、".join(f"{row.group}（{row.n}）" for row in ranked.itertuples()) or None


def bare_passages(tokens: pd.DataFrame) -> pd.DataFrame:
    """Passages from their tokens alone, where the text itself was not given."""
    text = tokens.groupby("passage_id", sort=True)["term"].agg("".join).rename("text")
    return text.reset_index().assign(section=None, position=0)
