"""Topic models behind one contract; coherence by hand; the same seed the same themes; too little gives a note."""

from __future__ import annotations

import math
import random
import sys
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
from made import labels_of, tokens_of
from scipy.sparse import csr_array

import nlp
from nlp.base.errors import DataError
from nlp.corpus.folder import Corpus
from nlp.run.how import How
from nlp.tables import SELECTION, THEME_PASSAGES, THEME_TERMS, THEMES, check
from nlp.topics import consensus as consensus_room
from nlp.topics import themes as themes_room
from nlp.topics.coherence import co_occurrence, coherence, diversity, npmi, top_terms
from nlp.topics.matrix import Matrix, build_matrix, kept_in
from nlp.topics.models import MODELS, TopicModel, class_of, maker_of
from nlp.topics.naming import quotations
from nlp.topics.occurrences import Occurrences
from nlp.topics.selection import STABLE
from nlp.topics.themes import SCHEMAS, SMALLEST, fit_themes

RESAMPLE = [(1, np.arange(60))]
STUDY = ["学习", "笔记", "心得", "党课", "念读", "材料", "签到", "打卡", "抄写", "台账"]
HANDS = ["兼职", "加班", "人手", "精力", "时间", "项目", "岗位", "编制", "冲突", "忙碌"]


def material(n: int = 30, seed: int = 1) -> tuple[pd.DataFrame, pd.DataFrame]:
    """TOKENS and LABELS of passages on two subjects, ten passages a document."""
    dice = random.Random(seed)
    passages = {f"文{i // 10}#{i:04d}": " ".join(dice.sample((STUDY, HANDS)[i % 2], 6)) for i in range(n)}
    rows = [(pid, "role", "manifestation") for pid in passages]
    codes = [(pid, "manifestation", ("formalism", "resource_conflict")[i % 2]) for i, pid in enumerate(passages)]
    return tokens_of(passages), labels_of(*rows, *codes)


def counts_of(tokens: pd.DataFrame) -> csr_array:
    """The count matrix alone."""
    return count_matrix(tokens)[0]


def count_matrix(tokens: pd.DataFrame) -> tuple[csr_array, list[str], list[str]]:
    """Counts, passages and terms of a whole material."""
    said = Occurrences.of(tokens)
    rows, columns = kept_in(said.counts)
    return csr_array(said.counts[rows][:, columns]), list(said.ids[rows]), list(said.terms[columns])


@pytest.fixture(params=sorted(MODELS))
def model(request: pytest.FixtureRequest) -> str:
    """Every registered topic model."""
    return str(request.param)


def test_a_model_keeps_the_contract(model: str) -> None:
    counts = counts_of(material()[0])
    before = counts.toarray().copy()
    fitted = class_of(model)(n_topics=2, seed=7).fit(counts)
    weights = fitted.transform(counts)
    assert fitted.components_.shape == (2, counts.shape[1])
    assert weights.shape == (counts.shape[0], 2)
    assert np.allclose(fitted.components_.sum(axis=1), 1)
    assert np.allclose(weights.sum(axis=1), 1)
    assert (fitted.components_ >= 0).all()
    assert (weights >= 0).all()
    assert (counts.toarray() == before).all(), "输入没有被改动"


class Bare:
    """A model that has what the contract names, and nothing else: every passage by its heaviest term of a topic."""

    __slots__ = ("components_", "n_topics", "seed", "weights_in_fit_", "whole_")

    def __init__(self, n_topics: int = 5, seed: int = 7) -> None:
        self.n_topics, self.seed = n_topics, seed

    @classmethod
    def knowledge(cls, matrix: Matrix) -> dict[str, Any]:
        return {}

    def fit(
        self, counts: csr_array, y: object = None, guides: csr_array | None = None, start: np.ndarray | None = None
    ) -> Bare:
        dice = np.random.default_rng(self.seed)
        begin = dice.random((self.n_topics, counts.shape[1])) if start is None else start[:, : counts.shape[1]]
        for _ in range(10):
            begin = (counts @ begin.T).T @ counts + 1e-9
            begin = begin / begin.sum(axis=1, keepdims=True)
        self.components_ = self.whole_ = begin
        self.weights_in_fit_ = self.transform(counts)
        return self

    def transform(self, counts: csr_array, guides: csr_array | None = None) -> np.ndarray:
        weights = counts @ self.components_.T + 1e-9
        return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def test_the_contract_names_all_that_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever writes a model by the contract alone can have it chosen by name."""
    asked = {name for name in vars(TopicModel) if not name.startswith("_")} | set(TopicModel.__annotations__)
    assert {name for name in dir(Bare) if not name.startswith("_")} - {"n_topics", "seed"} == asked
    own = ModuleType("own_models")
    own.Bare = Bare  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "own_models", own)
    monkeypatch.setitem(MODELS, "bare", "own_models.Bare")
    themes = fit_themes(*material(60), facet="manifestation", model="bare", n_topics=2, n_runs=2)
    assert set(themes.decision["model"]) == {"bare"}
    assert len(themes.themes) >= 1


def test_every_registered_model_has_what_the_contract_names(model: str) -> None:
    matrix = build_matrix(*material(60), facet="manifestation")
    make = maker_of(model, matrix)
    fitted = make(2, 7).fit(matrix.counts, guides=matrix.guides)
    again = make(2, 7).fit(matrix.counts, guides=matrix.guides, start=fitted.whole_)
    for each in (fitted, again):
        assert each.components_.shape == (2, len(matrix.terms))
        assert each.whole_.shape[0] == 2
        assert each.weights_in_fit_.shape == (len(matrix.ids), 2)
        assert np.allclose(each.weights_in_fit_.sum(axis=1), 1)


def test_a_user_chooses_the_model_by_its_name(corpus: Corpus, model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(themes_room, "sizes_for", lambda n_passages: [2])
    monkeypatch.setattr(consensus_room, "resamples", lambda matrix, n_runs, seed: iter(RESAMPLE))
    assert How(model=model).facts()["model"] == model
    every_term = replace(corpus, lexicon=replace(corpus.lexicon, stopwords=frozenset()))  # the material has twenty
    themes = nlp.fit_themes(*material(90), "manifestation", every_term, model=model)
    assert set(themes.decision["model"]) == {model}


def test_an_unknown_model_is_named_with_those_that_there_are() -> None:
    with pytest.raises(DataError, match="没有这个主题模型：oracle") as caught:
        How(model="oracle")
    assert all(name in str(caught.value) for name in MODELS)


def test_a_model_tells_two_subjects_apart(model: str) -> None:
    counts = counts_of(material(60)[0])
    main = class_of(model)(n_topics=2, seed=7).fit(counts).transform(counts).argmax(axis=1)
    _, ids, _ = count_matrix(material(60)[0])
    truth = np.array([int(pid.split("#")[1]) % 2 for pid in ids])
    assert max((main == truth).mean(), (main != truth).mean()) > 0.95


def test_the_same_seed_gives_the_same_model(model: str) -> None:
    counts = counts_of(material()[0])
    one, two = (class_of(model)(n_topics=3, seed=5).fit(counts) for _ in range(2))
    assert (one.components_ == two.components_).all()
    assert (one.transform(counts) == two.transform(counts)).all()


def test_transforming_parts_gives_what_the_whole_gives(model: str) -> None:
    counts = counts_of(material()[0])
    fitted = class_of(model)(n_topics=2, seed=7).fit(counts)
    parts = np.vstack([fitted.transform(counts[:11]), fitted.transform(counts[11:])])
    assert np.allclose(parts, fitted.transform(counts), atol=1e-3)


def test_transforming_before_fitting_is_refused(model: str) -> None:
    from sklearn.exceptions import NotFittedError

    with pytest.raises(NotFittedError):
        class_of(model)().transform(counts_of(material()[0]))


def test_settings_are_only_stored(model: str) -> None:
    assert class_of(model)(n_topics=4, seed=9).get_params()["n_topics"] == 4
    assert not [name for name in vars(class_of(model)()) if name.endswith("_")]


def test_a_passage_without_known_terms_does_not_crash(model: str) -> None:
    counts = counts_of(material()[0])
    empty = csr_array((1, counts.shape[1]))
    weights = class_of(model)(n_topics=2, seed=7).fit(counts).transform(empty)
    assert np.isfinite(weights).all()


def test_npmi_by_hand() -> None:
    # Ten passages: i in 4, j in 5, both in 3.
    together = np.array([[4.0, 3.0, 0.0], [3.0, 5.0, 0.0], [0.0, 0.0, 2.0]])
    assert npmi(0, 1, together, 10) == pytest.approx(math.log(0.3 / (0.4 * 0.5)) / -math.log(0.3))
    assert npmi(0, 2, together, 10) == -1
    assert npmi(0, 0, np.array([[10.0]]), 10) == 1
    assert npmi(0, 1, np.array([[3.0, 3.0], [3.0, 3.0]]), 10) == pytest.approx(1), "总在一起"
    assert npmi(0, 1, np.array([[5.0, 2.5], [2.5, 5.0]]), 10) == pytest.approx(0), "互不相干"


def test_coherence_is_the_mean_over_pairs() -> None:
    counts = csr_array(np.array([[1, 1, 0], [2, 1, 0], [0, 0, 1], [1, 0, 1]]))
    together = co_occurrence(counts)
    assert together.tolist() == [[3, 2, 1], [2, 2, 0], [1, 0, 2]]
    pairs = [npmi(0, 1, together, 4), npmi(0, 2, together, 4), npmi(1, 2, together, 4)]
    assert coherence(np.array([[0, 1, 2]]), together, 4) == pytest.approx([np.mean(pairs)])


def test_top_terms_break_ties_by_index() -> None:
    assert top_terms(np.array([[0.2, 0.5, 0.2, 0.1]]), 3).tolist() == [[1, 0, 2]]
    assert diversity(np.array([[0, 1], [1, 2]])) == pytest.approx(3 / 4)


def test_the_count_matrix_leaves_rare_and_ubiquitous_terms_out() -> None:
    tokens = tokens_of({f"甲#{i:04d}": f"党建 党建 词{i // 2} {'孤词' if i == 0 else ''}" for i in range(8)})
    counts, ids, terms = count_matrix(tokens)
    assert terms == ["词0", "词1", "词2", "词3"]
    assert len(ids) == 8
    assert counts.toarray().sum(axis=0).tolist() == [2, 2, 2, 2]


def test_passages_left_without_terms_have_no_row() -> None:
    tokens = tokens_of({"甲#0001": "甲词 乙词", "甲#0002": "甲词 乙词", "甲#0003": "孤词", "甲#0004": "独词"})
    counts, ids, _ = count_matrix(tokens)
    assert ids == ["甲#0001", "甲#0002"]
    assert counts.shape[0] == 2


def test_themes_keep_their_schemas_and_hang_together(model: str) -> None:
    tokens, labels = material(60)
    themes = fit_themes(tokens, labels, "manifestation", model=model, n_topics=2, n_runs=2)
    check(THEMES, themes.themes)
    check(THEME_TERMS, themes.terms)
    check(THEME_PASSAGES, themes.passages)
    check(SELECTION, themes.selection)
    ids = set(themes.themes["theme_id"])
    assert set(themes.terms["theme_id"]) == set(themes.passages["theme_id"]) == ids
    assert themes.themes["n_passages"].sum() == len(themes.passages) == 60
    assert themes.themes["share"].sum() == pytest.approx(1)
    assert not themes.passages["passage_id"].duplicated().any()
    assert themes.passages["weight"].between(0, 1).all()
    assert themes.selection.loc[themes.selection["chosen"], "n_topics"].nunique() == 1
    assert themes.selection.loc[themes.selection["chosen"], "n_topics"].iloc[0] == len(ids)
    assert themes.note


def test_stability_is_a_share_where_it_is_known() -> None:
    themes = fit_themes(*material(60), facet="manifestation").themes
    assert themes["stability"].dropna().between(0, 1).all()


def test_the_same_seed_gives_the_same_themes(model: str) -> None:
    tokens, labels = material(64)
    one, two = (
        fit_themes(tokens, labels, "manifestation", seed=3, model=model, n_topics=2, n_runs=2) for _ in range(2)
    )
    for part in SCHEMAS:
        pd.testing.assert_frame_equal(getattr(one, part), getattr(two, part))


def test_the_order_of_rows_does_not_matter() -> None:
    tokens, labels = material(64)
    one = fit_themes(tokens, labels, "manifestation")
    two = fit_themes(
        tokens.iloc[::-1].reset_index(drop=True), labels.iloc[::-1].reset_index(drop=True), "manifestation"
    )
    pd.testing.assert_frame_equal(one.themes, two.themes)
    pd.testing.assert_frame_equal(one.passages, two.passages)


def test_stop_words_and_copies_carry_no_weight() -> None:
    tokens, labels = material(60)
    copies = frozenset(f"文0#{i:04d}" for i in range(5))
    themes = fit_themes(tokens, labels, "manifestation", frozenset(["学习"]), copies)
    assert "学习" not in set(themes.terms["term"])
    assert not set(themes.passages["passage_id"]) & copies


TOO_LITTLE = [
    pytest.param(0, id="没有段落"),
    pytest.param(1, id="一段"),
    pytest.param(SMALLEST - 1, id="差一段"),
]


@pytest.mark.parametrize("n", TOO_LITTLE)
def test_too_few_passages_give_a_note_and_empty_tables(n: int) -> None:
    tokens, labels = material(n)
    themes = fit_themes(tokens, labels, "manifestation")
    assert "不做主题" in themes.note
    for part, (_, schema) in SCHEMAS.items():
        assert len(check(schema, getattr(themes, part))) == 0


def test_passages_of_other_roles_are_no_part_of_a_theme() -> None:
    tokens, labels = material(60)
    assert "0 段" in fit_themes(tokens, labels, "remedy").note


def test_passages_that_all_say_the_same_do_not_crash(model: str) -> None:
    passages = {f"文{i}#0001": " ".join(STUDY + HANDS) for i in range(SMALLEST + 2)}
    labels = labels_of(*((pid, "role", "cause") for pid in passages))
    assert fit_themes(tokens_of(passages), labels, "cause", model=model, n_runs=2, n_topics=2).note


def test_quotations_are_central_short_and_from_different_sources() -> None:
    counts = csr_array(np.array([[3, 2, 1], [3, 2, 1], [3, 2, 1], [3, 2, 0], [0, 0, 1]]))
    sources = np.array(["甲", "甲", "乙", "丙", "丁"], dtype=object)
    lengths, weights = np.array([60, 40, 400, 60, 60]), np.ones(5)
    chosen = quotations(np.arange(5), weights, counts, lengths, sources, n=3)
    assert len({sources[i] for i in chosen}) == 3
    assert chosen[0] in (0, 1), "长的不先引"
    assert 4 not in chosen[:2], "离主题中心远的不先引"
    assert quotations(np.array([], dtype=int), weights, counts, lengths, sources) == []


def test_a_label_is_a_phrase_of_the_themes_own_passages() -> None:
    tokens, labels = material(60)
    themes = fit_themes(tokens, labels, "manifestation")
    said = {pid: "".join(group["term"]) for pid, group in tokens.groupby("passage_id")}
    for theme in themes.themes.itertuples():
        members = themes.passages.loc[themes.passages["theme_id"] == theme.theme_id, "passage_id"]
        for part in theme.label.split("、"):
            assert any(part in said[pid] for pid in members)


def test_a_theme_is_shown_only_if_it_comes_back() -> None:
    themes = fit_themes(*material(60), facet="manifestation").themes
    assert themes["shown"].any()
    assert (themes.loc[themes["shown"], "stability"] >= STABLE).all()
