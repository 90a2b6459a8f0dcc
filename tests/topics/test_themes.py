"""Themes on the reference corpus and on small made material: guided, stable, traceable, deaf to copies."""

from __future__ import annotations

import random
import re

import numpy as np
import pandas as pd
import pytest
from made import labels_of, passages_of, tokens_of
from scipy.sparse import csr_array

from nlp.corpus.codebook import Codebook
from nlp.corpus.folder import Corpus
from nlp.corpus.lexicon import Cue
from nlp.measures.links import chains, links
from nlp.measures.prevalence import prevalence
from nlp.run.how import How
from nlp.run.queries import codes_of
from nlp.run.run import Run
from nlp.search.fold import matchable
from nlp.tables import LABELS, PASSAGES, check
from nlp.text.reuse import independent_sources
from nlp.topics import themes as themes_room
from nlp.topics.consensus import Fitted, match, resamples
from nlp.topics.crosswalk import BARE, NEW, PART, crosswalk, proposals
from nlp.topics.lda import GuidedLdaTopics
from nlp.topics.matrix import (
    Matrix,
    absent_seeds,
    averse_terms,
    build_matrix,
    cues_in,
    sample_of,
    sector_weights,
    seed_terms,
)
from nlp.topics.naming import Phrase, name_of, pair_scores, phrases_of, shown_terms, whole_phrases
from nlp.topics.occurrences import Occurrences
from nlp.topics.selection import GLANCE, decide, sizes_for, sweep
from nlp.topics.themes import SCHEMAS, Themes, copied_passages, fit_themes, themes_tables
from nlp.words.parts_of_speech import parts_of_speech
from nlp.words.tokens import tokenize


@pytest.fixture(scope="module")
def material(corpus: Corpus) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """PASSAGES, LABELS and TOKENS of the gold coding."""
    gold, labels = corpus.reported_passages(), corpus.gold_labels()
    labels = labels[labels["passage_id"].isin(gold["passage_id"])]
    passages = PASSAGES.frame(
        {"passage_id": r.passage_id, "document_id": r.document_id, "position": 1, "section": r.section, "start": 0,
         "end": len(r.text), "text": r.text}
        for r in gold.itertuples()
    )  # fmt: skip
    known = passages.set_index("passage_id")["document_id"]
    coded = LABELS.shape(labels.assign(document_id=labels["passage_id"].map(known), score=1.0))
    return passages, coded, tokenize(passages, corpus.lexicon)


@pytest.fixture(scope="module")
def problems(material: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame], corpus: Corpus) -> Themes:
    """Themes of the reference corpus' problems; at nine topics, where the crosswalk is checked."""
    passages, labels, tokens = material
    manifest = corpus.manifest().set_index("document_id")["kind_of_unit"]
    documents = pd.DataFrame({"document_id": passages["document_id"].unique()})
    documents = documents.assign(title=None, date=None, kind_of_unit=documents["document_id"].map(manifest))
    documents = documents.astype({"date": "str"})
    return fit_themes(
        tokens, labels, "manifestation", passages=passages, documents=documents, codebook=corpus.codebook,
        lexicon=corpus.lexicon, n_topics=9,
    )  # fmt: skip


PLANTED = [
    pytest.param({"打卡", "截图", "积分", "接龙", "手机"}, PART, id="指尖上的形式主义"),
    pytest.param({"组织关系", "借调", "抽调", "专班"}, NEW, id="借调人员两头空"),
]


@pytest.mark.parametrize(("words", "kind"), PLANTED)
def test_planted_themes_are_found_and_proposed(problems: Themes, words: set[str], kind: str) -> None:
    terms = problems.terms.groupby("theme_id")["term"].agg(set)
    found = [theme_id for theme_id, own in terms.items() if len(own & words) >= 3]
    shown = problems.themes.set_index("theme_id")["shown"]
    assert len(found) == 1
    assert shown[found[0]]
    proposed = problems.proposals.set_index("item")
    assert proposed.at[found[0], "kind"] == kind
    assert proposed.at[found[0], "quotations"]


def test_tables_keep_their_schemas(problems: Themes) -> None:
    for part, (_, schema) in SCHEMAS.items():
        check(schema, getattr(problems, part))


def test_every_code_has_its_theme(problems: Themes) -> None:
    assert problems.proposals[problems.proposals["kind"] == BARE].empty
    assert problems.themes["shown"].sum() == 9


def test_quotations_come_with_their_place(
    problems: Themes, material: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]
) -> None:
    texts = material[0].set_index("passage_id")["text"]
    quoted = problems.quotations
    assert quoted.groupby("theme_id")["source_group"].nunique().equals(quoted.groupby("theme_id").size())
    assert quoted.groupby("theme_id").size().between(3, 5).all()
    assert (quoted["text"] == quoted["passage_id"].map(texts)).all()


def test_two_terms_side_by_side_can_be_a_term(
    material: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame], corpus: Corpus
) -> None:
    _, labels, tokens = material
    stopwords = corpus.lexicon.stopwords
    plain = fit_themes(tokens, labels, "cause", stopwords, n_topics=5, n_runs=2)
    paired = fit_themes(tokens, labels, "cause", stopwords, n_topics=5, n_runs=2, bigrams=True)
    known = set(tokens["term"])
    assert set(plain.terms["term"]) <= known
    assert set(paired.terms["term"]) - known


def test_shares_are_given_three_ways(problems: Themes) -> None:
    shares = problems.shares
    assert set(shares["unit"]) == {"段落", "文档", "独立来源"}
    by_passage = shares[shares["unit"] == "段落"]
    assert by_passage["n"].sum() == by_passage["denominator"].iloc[0]


@pytest.mark.parametrize(("part", "value"), [("shares", "share"), ("spread", "lift"), ("crosswalk", "lift")])
def test_no_value_lies_outside_its_interval(problems: Themes, part: str, value: str) -> None:
    table = getattr(problems, part)
    assert ((table["low"] <= table[value]) & (table[value] <= table["high"])).all()


def test_a_theme_that_never_carries_a_code_has_the_lower_bound_0() -> None:
    coded = csr_array(np.array([[1, 0], [1, 0], [0, 1], [0, 1]]))
    matrix = Matrix(coded, list("甲乙丙丁"), np.array(list("甲乙丙丁")), [], coded=coded, codes=("a", "b"))
    walk = crosswalk(matrix, np.array([0, 0, 0, 1]), {0: "主题一", 1: "主题二"})
    never = walk[walk["n"] == 0]
    assert never[["theme_id", "code", "lift", "low"]].to_numpy().tolist() == [["主题二", "a", 0, 0]]
    assert (never["high"] > 0).all()


MATTERS = (
    ["签到", "打卡", "积分", "截图", "补写", "台账", "照片", "笔记"],
    ["兼职", "加班", "人手", "精力", "时间", "岗位", "夜班", "冲突"],
    ["表态", "转发", "责任书", "下文", "文件", "部署", "口号", "誓师"],
)


def made(n: int = 60, seed: int = 2) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """PASSAGES, TOKENS and LABELS of ``n`` documents of one passage on three matters."""
    dice = random.Random(seed)
    texts = {f"文{i:03d}#0001": dice.sample(MATTERS[i % 3], 5) for i in range(n)}
    passages = pd.concat(
        [passages_of(["".join(words)], document_id=pid.split("#")[0]) for pid, words in texts.items()],
        ignore_index=True,
    )
    labels = labels_of(*((pid, "role", "manifestation") for pid in texts))
    return passages, tokens_of({pid: " ".join(words) for pid, words in texts.items()}), labels


def documents_for(passages: pd.DataFrame) -> pd.DataFrame:
    """DOCUMENTS for passages, half of them of another kind and year."""
    ids = sorted(passages["document_id"].unique())
    return pd.DataFrame(
        {
            "document_id": ids,
            "title": [f"{d}的报告" for d in ids],
            "date": [("2021", "2023")[i % 2] for i in range(len(ids))],
            "kind_of_unit": [("机关", "高校")[i % 2] for i in range(len(ids))],
            "n_chars": 3000,
        }
    )


def test_ten_copies_change_no_share_by_independent_sources(corpus: Corpus) -> None:
    passages, tokens, labels = made()
    first = "文000#0001"
    copies, more_tokens, more_labels = [passages], [tokens], [labels]
    for i in range(10):
        document, pid = f"副本{i}", f"副本{i}#0001"
        copy = passages[passages["passage_id"] == first].assign(passage_id=pid, document_id=document)
        copies.append(copy.assign(reuse_of=first, reuse_class="整篇相近"))
        more_tokens.append(tokens[tokens["passage_id"] == first].assign(passage_id=pid, document_id=document))
        more_labels.append(labels[labels["passage_id"] == first].assign(passage_id=pid, document_id=document))
    flooded = PASSAGES.shape(pd.concat(copies, ignore_index=True))
    sources = pd.Series({d: "文000" if d.startswith("副本") else d for d in flooded["document_id"]})
    alone, _ = themes_tables(tokens, labels, passages, documents_for(passages), corpus)
    both, _ = themes_tables(
        pd.concat(more_tokens, ignore_index=True),
        pd.concat(more_labels, ignore_index=True),
        flooded,
        documents_for(flooded),
        corpus,
        sources,
    )

    def by(tables: dict[str, pd.DataFrame], unit: str) -> list[tuple[str, int, int]]:
        rows = tables["theme_shares"]
        rows = rows[rows["unit"] == unit]
        return list(zip(rows["theme_id"], rows["n"], rows["denominator"], strict=True))

    assert len(alone["themes"]) >= 2
    assert by(alone, "独立来源") == by(both, "独立来源")
    assert sum(n for _, n, _ in by(both, "段落")) == 70
    pd.testing.assert_frame_equal(alone["theme_terms"], both["theme_terms"])


def test_workers_change_nothing(corpus: Corpus) -> None:
    passages, tokens, labels = made()
    documents = documents_for(passages)
    one, two = (themes_tables(tokens, labels, passages, documents, corpus, workers=n) for n in (1, 2))
    assert len(one[0]["themes"])
    assert one[1] == two[1]
    for name, table in one[0].items():
        pd.testing.assert_frame_equal(table, two[0][name])


def test_a_number_that_cannot_win_is_only_glanced_at() -> None:
    _, tokens, labels = made(60)
    matrix = build_matrix(tokens, labels, "manifestation")
    selection, decision, chosen = sweep(matrix, "manifestation", "guided-nmf", [2, 3], 7, n_runs=6)
    n_runs = selection.groupby("n_topics").size()
    assert (n_runs[3], n_runs[2]) == (6, GLANCE)
    assert len(chosen.consensus.stability) == 3
    assert "不可能更好" in decision.set_index("n_topics").at[2, "reason"] or "比推荐数少" in decision["reason"].iloc[0]


def test_another_seed_finds_the_same_themes() -> None:
    _, tokens, labels = made(90)
    tops = []
    for seed in (1, 2, 3):
        themes = fit_themes(tokens, labels, "manifestation", seed=seed, n_topics=3, n_runs=6)
        assert (themes.themes["stability"] >= 0.7).all()
        tops.append({frozenset(group["term"].head(5)) for _, group in themes.terms.groupby("theme_id")})
    for matter in MATTERS:
        for one in tops:
            assert any(top <= set(matter) for top in one)


def test_beyond_a_stated_size_a_sample_is_fitted_and_every_passage_assigned(monkeypatch: pytest.MonkeyPatch) -> None:
    _, tokens, labels = made(120)
    monkeypatch.setattr(themes_room, "LARGEST_FIT", 70)
    found = fit_themes(tokens, labels, "manifestation", n_topics=3, n_runs=4)
    assert "70 段拟合" in found.note
    assert "全部 120 段" in found.note
    assert found.passages["passage_id"].nunique() == 120
    for _, group in found.passages.groupby("theme_id"):  # the three matters of ``made`` stay apart, sampled or not
        assert len({int(pid[1:4]) % 3 for pid in group["passage_id"]}) == 1
    again = fit_themes(tokens.iloc[::-1], labels.iloc[::-1], "manifestation", n_topics=3, n_runs=4)
    pd.testing.assert_frame_equal(found.passages, again.passages)
    monkeypatch.setattr(themes_room, "LARGEST_FIT", 120)
    assert "拟合" not in fit_themes(tokens, labels, "manifestation", n_topics=3, n_runs=4).note


def test_a_sample_takes_whole_documents_but_the_last() -> None:
    _, tokens, labels = made(90)
    tokens = tokens.assign(document_id="文" + (tokens["passage_id"].str[1:4].astype(int) // 5).astype(str))
    matrix = build_matrix(tokens, labels, "manifestation")
    sample = sample_of(matrix, 42)
    assert len(sample.ids) == 42
    assert set(sample.ids) < set(matrix.ids)
    assert sample.counts.shape == (42, len(matrix.terms))
    assert len(sample.sequences) == 42
    assert sorted(pd.Series(sample.documents).value_counts())[0] == 2
    assert (pd.Series(sample.documents).value_counts() == 5).sum() == 8


def test_matching_finds_the_permutation() -> None:
    dice = np.random.default_rng(0)
    whole, weights, rows, times = dice.random((4, 20)), dice.random((30, 4)), np.arange(30), np.ones(30)
    order = np.array([2, 0, 3, 1])
    partner, similarity = match(
        Fitted(whole, weights, rows, times), Fitted(whole[order], weights[:, order], rows, times)
    )
    assert (order[partner] == np.arange(4)).all()
    assert similarity == pytest.approx(np.ones(4))


def test_resamples_keep_documents_whole() -> None:
    _, tokens, labels = made(45)
    tokens = tokens.assign(document_id="文" + (tokens["passage_id"].str[1:4].astype(int) // 5).astype(str))
    matrix = build_matrix(tokens, labels, "manifestation")
    size = pd.Series(matrix.documents).value_counts()
    for _, rows in resamples(matrix, 3, seed=1):
        drawn = pd.Series(matrix.documents[rows]).value_counts()
        assert (drawn % size[drawn.index] == 0).all()


def test_the_decision_says_why_and_what_a_neighbour_costs() -> None:
    rows = [
        {"n_topics": k, "seed": s, "coherence": 0.1 * k, "c_v": 0.5, "diversity": 0.9, "stability": 0.8,
         "coverage": 1.0, "n_stable": stable, "hopeless": False}
        for k, stable in ((2, 2), (3, 3), (4, 4), (5, 4))
        for s in (1, 2)
    ]  # fmt: skip
    sheet = decide(pd.DataFrame(rows), "cause", "nmf").set_index("n_topics")
    assert sheet.index[sheet["chosen"]].tolist() == [4]
    assert "4 个主题中有 4 个" in sheet.at[4, "reason"]
    assert "稳定主题 -1 个" in sheet.at[3, "reason"]
    assert "NPMI +0.100" in sheet.at[5, "reason"]


def test_fewer_passages_fewer_numbers_to_try() -> None:
    assert sizes_for(12) == [2]
    assert sizes_for(40) == [2, 3, 4, 5]
    assert sizes_for(10_000) == list(range(5, 17))


@pytest.mark.parametrize(("n", "told"), [pytest.param(60, True, id="太少"), pytest.param(135, False, id="够了")])
def test_too_few_passages_for_more_themes_are_told(n: int, told: bool) -> None:
    _, tokens, labels = made(n)
    note = fit_themes(tokens, labels, "manifestation", n_topics=3, n_runs=2).note
    assert ("分不出 7 个以上的主题" in note) == told


def test_seeds_that_are_absent_are_told(codebook_of: Codebook) -> None:
    cues = [Cue("formalism", "挂在墙上", "测试"), Cue("lip_service", "雷声大…雨点小", "测试")]
    terms = ["墙上", "学习"]
    seeds = seed_terms(cues, terms)
    assert seeds == {"formalism": (0,), "lip_service": ()}
    assert absent_seeds(cues, ("formalism", "lip_service", "stale_methods"), seeds) == ["lip_service", "stale_methods"]
    _, tokens, labels = made(45)
    matrix = build_matrix(tokens, labels, "manifestation")
    model = GuidedLdaTopics(3, 7, 3, seeds, averse_terms(codebook_of, seeds), ("formalism", "lip_service"))
    model.fit(matrix.counts)
    assert model.absent_ == ("lip_service",)


@pytest.fixture
def codebook_of(corpus: Corpus) -> Codebook:
    """The codebook that ships with the project."""
    return corpus.codebook


def test_a_seed_leans_the_prior_and_an_averse_term_speaks_against() -> None:
    prior = GuidedLdaTopics(3, 7, 1, {"a": (0,), "b": (1,)}, {"a": (1,)}, ("a", "b")).prior(3, None)
    assert prior.argmax(axis=1).tolist()[:2] == [0, 1]
    assert prior[0].tolist() == sorted(prior[0], reverse=True) or prior[0, 1] < prior[0, 2] < prior[0, 0]
    assert len(set(prior[2])) == 1, "多出来的主题不受引导"


def test_cues_are_counted_as_their_patterns_find_them(
    corpus: Corpus, material: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]
) -> None:
    texts = material[0]["text"].head(15).tolist()
    codes = corpus.codebook.of("manifestation")
    found = cues_in(texts, codes, corpus.lexicon).toarray()
    table = corpus.lexicon.fold_table
    for row, text in enumerate(texts):
        view = matchable(text, table).text
        for column, code in enumerate(codes):
            hits = sum(1 for cue in corpus.lexicon.cues if cue.code == code and re.search(cue.pattern, view))
            assert found[row, column] == hits


def test_a_code_without_cues_and_a_material_without_texts_have_no_hits(corpus: Corpus) -> None:
    assert cues_in(["制度挂在墙上。"], ["formalism", "nothing"], corpus.lexicon).toarray()[:, 1].tolist() == [0]
    assert cues_in([], ["formalism"], corpus.lexicon).shape == (0, 1)


def test_terms_of_one_kind_of_unit_weigh_less() -> None:
    tokens = tokens_of({f"文{i:02d}#0001": "签到 " + ("教研" if i % 2 else "巡查") for i in range(40)})
    kinds = pd.Series({f"文{i:02d}": "高校" if i % 2 else "机关" for i in range(40)})
    said = Occurrences.of(tokens)
    found = sector_weights(said.present, said.documents, np.arange(len(said.terms)), kinds)
    weights = dict(zip(said.terms, found, strict=True))
    assert weights["签到"] == pytest.approx(1)
    assert weights["教研"] < 0.7
    assert (sector_weights(said.present, said.documents, np.arange(1), None) == 1).all()


def test_phrases_stand_in_the_passage_without_a_break() -> None:
    tokens = tokens_of({"甲#0001": "制度 张贴 墙面"})
    apart = tokens.assign(start=[0, 2, 6], end=[2, 4, 8])
    assert "制度张贴墙面" in phrases_of(tokens, frozenset(), {})["甲#0001"]
    assert set(phrases_of(apart, frozenset(), {})["甲#0001"]) == {"制度张贴"}
    assert set(phrases_of(tokens, frozenset(["制度"]), {})["甲#0001"]) == {"张贴墙面"}


TAGS = {
    "压力": "n",
    "传到": "v",
    "基层": "n",
    "责任": "n",
    "悬空": "v",
    "批评": "v",
    "意见": "n",
    "提前": "v",
    "上报": "v",
}
WHOLE = [
    pytest.param("压力 传到 基层", "压力传到", False, id="动词还等着宾语"),
    pytest.param("责任 悬空 ， 压力", "责任悬空", True, id="动词收尾后有标点"),
    pytest.param("批评 意见 提前 上报", "批评意见", True, id="名词后接动词"),
    pytest.param("上报 批评 意见 责任", "批评意见", False, id="名词还没有完"),
    pytest.param("压力 一岗双责 压力", "一岗双责", True, id="一个词自成一体"),
]


@pytest.mark.parametrize(("text", "phrase", "whole"), WHOLE)
def test_a_name_must_be_a_whole_phrase(text: str, phrase: str, whole: bool) -> None:
    tokens = tokens_of({"甲#0001": text})
    said = phrases_of(tokens[tokens["term"] != "，"], frozenset(), TAGS)
    assert phrase in said["甲#0001"]
    assert (phrase in whole_phrases(said)) == whole


def test_a_term_is_listed_in_one_theme_only(problems: Themes) -> None:
    assert not problems.terms["term"].duplicated().any()
    assert (problems.terms.groupby("theme_id").size() == 10).all()


def test_themes_with_few_terms_of_their_own_borrow() -> None:
    counts = csr_array(np.ones((4, 12)))
    listed = shown_terms(np.vstack([np.ones(12), np.full(12, 0.5)]), counts)
    assert [len(set(row)) for row in listed] == [10, 10]


NAMED_TAGS = [
    pytest.param("党课", "n", id="名词"),
    pytest.param("搬进", "v", id="动词"),
    pytest.param("查无此词的词", None, id="词典里没有"),
]


@pytest.mark.parametrize(("word", "tag"), NAMED_TAGS)
def test_parts_of_speech_come_from_the_dictionary(word: str, tag: str | None) -> None:
    assert parts_of_speech([word]).get(word) == tag


def test_proposals_name_what_the_codebook_lacks() -> None:
    themes = pd.DataFrame(
        {"theme_id": ["m-1", "m-2", "m-3"], "label": ["甲", "乙", "丙"], "n_passages": [10, 10, 10],
         "stability": [1.0, 0.9, 0.2], "shown": [True, True, False]}
    )  # fmt: skip
    walk = pd.DataFrame(
        [("m-1", "a", 9, 3.0, 0.9, 0.9), ("m-2", "a", 2, 0.8, 0.2, 0.1), ("m-3", "b", 9, 4.0, 0.9, 0.9),
         ("m-1", "b", 1, 0.4, 0.1, 0.1)],
        columns=["theme_id", "code", "n", "lift", "share_of_theme", "share_of_code"],
    )  # fmt: skip
    found = proposals(themes, walk, "manifestation", {"m-2": "甲#0001"})
    assert list(zip(found["kind"], found["item"], strict=True)) == [(NEW, "m-2"), (BARE, "b")]


def test_consensus_weights_are_shares() -> None:
    _, tokens, labels = made(45)
    merged = sweep(build_matrix(tokens, labels, "manifestation"), "manifestation", "guided-nmf", [3], 7, 3)[2].consensus
    assert np.allclose(merged.weights.sum(axis=1), 1)
    assert ((merged.stability >= 0) & (merged.stability <= 1)).all()


@pytest.fixture(scope="module")
def with_and_without_copies(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, pd.DataFrame]]:
    """Tables of the corpus' plain-text reports as read and coded by rule, alone and with ten near-copies of one."""
    reports = sorted((corpus.folder / "reports").glob("*.txt"))
    report = next(path for path in reports if path.stem.startswith("C07"))
    folder, text = tmp_path_factory.mktemp("副本"), report.read_text(encoding="utf-8")
    copies = [folder / f"副本{name}.txt" for name in "甲乙丙丁戊己庚辛壬癸"]
    for path in copies:
        lines = text.replace("我们", f"{path.stem[-1]}组").splitlines()
        path.write_text("\n".join(line.replace("年", "年度", 1) for line in lines), encoding="utf-8")
    found = []
    for inputs in (reports, [*reports, *copies]):
        read = Run(corpus, How(coder="rules"), inputs)
        labels, passages, documents = read["labels"], read["passages"], read["documents"]
        sources = independent_sources(documents, passages)
        themes = fit_themes(
            read["tokens"], labels, "manifestation", corpus.lexicon.stopwords,
            copied_passages(passages, sources), passages=passages, documents=documents, sources=sources,
            codebook=corpus.codebook, lexicon=corpus.lexicon, n_topics=6, n_runs=4,
        )  # fmt: skip
        found.append(
            {
                "占比": prevalence(labels, documents, sources=sources).rename(columns={"unit": "scope"}),
                "关联": links(labels, sources, passages),
                "链条": chains(labels, sources, passages, 7),
                "主题占比": themes.shares.rename(columns={"unit": "scope"}),
            }
        )
    return found


@pytest.mark.parametrize("table", [pytest.param(name, id=name) for name in ("占比", "关联", "链条", "主题占比")])
def test_ten_near_copies_of_a_real_report_change_nothing_by_independent_sources(
    with_and_without_copies: list[dict[str, pd.DataFrame]], table: str
) -> None:
    alone, flooded = (found[table] for found in with_and_without_copies)
    mine = [rows[rows["scope"] == "独立来源"].reset_index(drop=True) for rows in (alone, flooded)]
    assert len(mine[0]) >= 6
    pd.testing.assert_frame_equal(mine[0], mine[1])


def test_near_copies_of_a_real_report_do_change_shares_by_passages(
    with_and_without_copies: list[dict[str, pd.DataFrame]],
) -> None:
    alone, flooded = (found["占比"] for found in with_and_without_copies)
    assert not alone[alone["scope"] == "段落"].equals(flooded[flooded["scope"] == "段落"])


@pytest.mark.parametrize(
    ("n_said", "strength", "named"),
    [
        pytest.param(2, 0.3, "手机、截图、接龙", id="没有好短语，用并列的词"),
        pytest.param(60, 1.0, "积分排名", id="有好短语，用短语"),
    ],
)
def test_terms_side_by_side_name_a_theme_that_no_phrase_names(n_said: int, strength: float, named: str) -> None:
    n = 60
    members = [f"甲{i}" for i in range(n)]
    phrases = {pid: {"积分排名": Phrase(("积分", "排名"), True, True)} for pid in members[:n_said]}
    top = ["手机", "截图", "接龙"]
    scores = {"手机": 1.0, "截图": 0.9, "接龙": 0.8, "积分": strength, "排名": strength}
    inside = np.arange(2 * n) < n
    present = np.repeat(inside[:, None], 3, axis=1)
    sources = np.array([f"源{i}" for i in range(2 * n)], dtype=object)
    pairs = pair_scores(present, inside, sources, top, scores)
    whole = {"积分排名": len(phrases)}
    assert name_of(members, whole, phrases, {pid: pid for pid in members}, scores, top, n, pairs) == named


def test_too_little_for_themes_still_gives_codes_and_their_words(corpus: Corpus) -> None:
    passages = passages_of(["重业务轻党建，支部会一拖再拖。", "要把党建与业务一起谋划、一起部署。"], document_id="甲")
    run = Run(corpus, How(coder="rules"), tables={"documents": documents_for(passages), "passages": passages})
    assert run["themes"].empty
    assert all("prevalence" in note for note in run["theme_notes"]["note"])
    codes = codes_of(run)
    assert {"priority_imbalance", "joint_planning"} <= set(codes["labels"]["code"])
    text = passages.set_index("passage_id")["text"]
    for row in codes["labels"].itertuples():
        assert text[row.passage_id][row.start : row.end] == row.evidence
    assert set(codes["prevalence"]["unit"]) >= {"段落", "独立来源"}
