"""The batch as one text: every search over it finds what a plain search of every passage finds."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from nlp.coding.features import CharGrams, FamilyWeights, PassageFeatures
from nlp.coding.learned import BY_POLARITY, LearnedCoder
from nlp.corpus.folder import Corpus
from nlp.corpus.lexicon import GAP_LENGTH, Cue, Lexicon
from nlp.corpus.speech import choices_of
from nlp.search.batch_text import Flat, flat_of, views_of
from nlp.search.cues import CueFinder, finder_for
from nlp.search.fold import matchable
from nlp.search.literals import GramTable, KeyTable, LiteralFinder, Presence, holds
from nlp.search.sentences import prepare
from nlp.search.speech_marks import passage_signals, quoted, signals_of
from nlp.tables import ROLES
from nlp.training.model_store import learned_coder

# 㑮 is a traditional character whose simplified form lies beyond the basic plane
LETTERS = st.text(alphabet="党建业务不要防止以前，。；”“ \n(a1\x00𠀀黨㑮著作⺠", max_size=30)
TEXTS = st.lists(LETTERS, max_size=6)


@given(texts=TEXTS)
def test_views_are_those_of_each_text_alone(lexicon: Lexicon, texts: list[str]) -> None:
    table = lexicon.fold_table
    assert list(views_of(texts, lexicon)) == [matchable(text, table) for text in texts]


@given(
    texts=TEXTS, literals=st.lists(st.text(alphabet="党建业务不，", min_size=1, max_size=4), unique=True, max_size=8)
)
def test_every_place_of_every_literal_is_found(texts: list[str], literals: list[str]) -> None:
    flat = flat_of(texts)
    found = zip(*(array.tolist() for array in LiteralFinder(literals).find(flat)), strict=True)
    wanted = [
        (number, int(begin) + at)
        for begin, text in zip(flat.begins, texts, strict=True)
        for number, literal in enumerate(literals)
        for at in range(len(text))
        if text.startswith(literal, at)
    ]
    assert sorted(found) == sorted(wanted)


@given(texts=st.lists(st.text("党“”，", max_size=8), max_size=6))
def test_quotations_end_with_their_text(lexicon: Lexicon, texts: list[str]) -> None:
    flat = flat_of(texts)
    alone = [sum(map(len, re.findall("“[^”]*”", text))) for text in texts]
    assert quoted(signals_of(flat, lexicon.speech), flat.begins, flat.ends).tolist() == alone


@given(keys=st.sets(st.integers(1, 2**64 - 1), max_size=200), asked=st.lists(st.integers(1, 2**64 - 1), max_size=50))
def test_the_table_of_keys_knows_its_keys_and_no_other(keys: set[int], asked: list[int]) -> None:
    known = np.array(sorted(keys), dtype=np.uint64)
    both = np.array([*sorted(keys), *asked], dtype=np.uint64)
    place = {int(key): i for i, key in enumerate(known)}
    assert KeyTable(known).find(both).tolist() == [place.get(int(key), -1) for key in both]


CUES = tuple(
    Cue(code, wording, "")
    for code, wording in [
        ("a", "党建"),
        ("a", "(不|要)…(业务|党建)"),
        ("a", "业务…不…要"),
        ("b", "务不"),
        ("b", "党…建"),
        ("b", "建…党"),
        ("c", "(党|党建)…(业|业务|务不)"),
        ("c", "要…(党|党建)…(不|不要)"),
    ]
)


def chain_ends(parts: list[tuple[str, ...]], text: str, at: int) -> Iterator[int]:
    """Where a cue's parts end that begin ``at`` a place: each with the nearest of the next that goes on to the end."""
    for end in [at + len(literal) for literal in parts[0] if text.startswith(literal, at)]:
        if len(parts) == 1:
            yield end
            continue
        for gap in range(GAP_LENGTH + 1):
            if set(text[end : end + gap]) & set("。！？；!?;"):
                break
            if ends := list(chain_ends(parts[1:], text, end + gap)):
                yield max(ends)
                break


def one_by_one(cues: tuple[Cue, ...], text: str) -> set[tuple[str, int, int]]:
    """What is found by trying every cue at every place, overlaps of one code removed."""
    kept: set[tuple[str, int, int]] = set()
    for code in {cue.code for cue in cues}:
        chains = [[choices_of(part) for part in cue.wording.split("…")] for cue in cues if cue.code == code]
        spans = {(at, end) for parts in chains for at in range(len(text)) for end in chain_ends(parts, text, at)}
        reached = 0
        for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
            if start >= reached:
                kept.add((code, start, end))
                reached = end
    return kept


@given(texts=st.lists(st.text(alphabet="党建业务不要，。", max_size=40), min_size=1, max_size=4))
def test_cues_are_found_as_one_by_one(texts: list[str]) -> None:
    found = CueFinder(CUES).find_each(flat_of(texts))
    for text, hits in zip(texts, found, strict=True):
        assert {(hit.code, hit.start, hit.end) for hit in hits} == one_by_one(CUES, text)


def test_shipped_cues_are_found_as_one_by_one(lexicon: Lexicon, corpus: Corpus) -> None:
    texts = views_of(list(corpus.gold_passages()["text"])[::400], lexicon).texts
    for text, hits in zip(texts, finder_for(lexicon).find_each(flat_of(texts)), strict=True):
        assert {(hit.code, hit.start, hit.end) for hit in hits} == one_by_one(lexicon.cues, text)


@given(text=st.text(alphabet="党建业务不要，。", max_size=60))
def test_a_cue_stands_where_its_pattern_matches(text: str) -> None:
    """As a regular expression, a wording says where it stands; how far it reaches may differ (业|业务)."""
    for cue in CUES:
        hits = CueFinder((cue,)).find_each(flat_of([text]))[0]
        first = re.search(cue.pattern, text)
        assert [hit.start for hit in hits[:1]] == ([first.start()] if first else [])


def test_the_first_part_of_the_first_cue_has_a_key_that_is_not_empty() -> None:
    """0 would hide keys behind it in the table."""
    assert CueFinder((Cue("a", "党…建", ""),)).chains.table.keys.min() > 0


SPOKEN = [
    pytest.param("要加强学习。", {"obligation": 1}, id="应当"),
    pytest.param("主要问题", {"problem_word": 1}, id="主要不是要"),
    pytest.param("一是加强学习；压实责任。", {"imperative": 2}, id="句首动词"),
    pytest.param("学习加强了。", {"done": 1}, id="句中动词不是祈使"),
    pytest.param("我国的我们", {"first_person": 1}, id="我国不是我"),
    pytest.param("共有党员12名", {"done": 1, "organisation": 3}, id="数字前后"),
    pytest.param(
        "前面表扬了很多，但是活动走过场的现象还比较普遍地存在着。", {"turn": 1, "problem_word": 2}, id="转折之后"
    ),
]


@pytest.mark.parametrize(("text", "counts"), SPOKEN)
def test_ways_of_speaking(lexicon: Lexicon, text: str, counts: dict[str, int]) -> None:
    found, start = next(passage_signals(flat_of([text]), lexicon.speech))
    assert {name: found[name] for name in counts} == counts
    assert (start > 0) == ("但是" in text)


SPEAKING = st.lists(
    st.sampled_from(
        ["要加强学习", "但是活动走过场的现象还存在着", "我国", "共有党员12名", "，", "。", "因为", "“", "”", "吗？"]
    ),
    max_size=12,
).map("".join)


@given(texts=st.lists(SPEAKING, max_size=5))
def test_how_a_passage_speaks_depends_on_it_alone(lexicon: Lexicon, texts: list[str]) -> None:
    alone = [next(passage_signals(flat_of([text]), lexicon.speech)) for text in texts]
    assert list(passage_signals(flat_of(texts), lexicon.speech)) == alone


@given(texts=st.lists(st.text(alphabet="党建业务不要，。；", max_size=60), min_size=1, max_size=5))
def test_a_row_of_features_depends_on_its_passage_alone(lexicon: Lexicon, texts: list[str]) -> None:
    finder = CueFinder(CUES)
    made = PassageFeatures(finder, FamilyWeights())
    made.fit(*prepare(["党建业务", "党建不要", "党建业务不要，业务", "不要党建，业务"], lexicon, finder))

    def rows(some: list[str]) -> np.ndarray:
        batch, flat = prepare(some, lexicon, finder)
        dense: np.ndarray = made.transform(batch, flat, batch.passages).toarray()
        return dense

    np.testing.assert_array_equal(rows(texts), np.vstack([rows([text]) for text in texts]))


@given(
    known=st.lists(st.text(alphabet="党建业务", max_size=7), min_size=1, max_size=4),
    texts=st.lists(st.text(alphabet="党建业务，\x01", max_size=12), max_size=4),
)
def test_every_known_gram_is_found_where_it_begins(known: list[str], texts: list[str]) -> None:
    learned = flat_of(known)
    inside = [part[at : at + size] for part in known for at in range(len(part)) for size in (1, 2, 3, 4)]
    grams = sorted({gram for gram in inside if gram}, key=lambda gram: key_of(learned, known, gram))
    table, flat = GramTable(np.array([key_of(learned, known, gram) for gram in grams], dtype=np.uint64)), flat_of(texts)
    number = {gram: i for i, gram in enumerate(grams)}
    wanted = [
        [number.get(part[at : at + n], -1) if at + n <= len(part) else -1 for n in (1, 2, 3, 4)]
        for part in texts
        for at in range(len(part) + 1)
    ]
    assert table.find(flat).tolist() == wanted


def key_of(learned: Flat, texts: list[str], gram: str) -> int:
    """The key of an n-gram, taken from where it stands in one of ``texts``, which are laid out in ``learned``."""
    row = next(row for row, part in enumerate(texts) if gram in part)
    return int(learned.keys[len(gram) - 1][learned.begins[row] + texts[row].index(gram)])


@given(
    texts=st.lists(st.text(alphabet="党建业务，", max_size=12), max_size=5),
    sets=st.lists(
        st.lists(st.text(alphabet="党建业务", min_size=1, max_size=3), min_size=1, max_size=3).map(tuple), max_size=130
    ),
)
def test_a_stretch_holds_the_sets_that_have_a_member_in_it(texts: list[str], sets: list[tuple[str, ...]]) -> None:
    literals = list(dict.fromkeys(literal for held in sets for literal in held)) or ["党"]
    flat, presence = flat_of(texts), Presence(sets, literals)
    literal, place = LiteralFinder(literals).find(flat)
    bits = presence.of(literal, flat.row_of(place), len(flat))
    for row, part in enumerate(texts):
        found = [bool(holds(bits, np.array([row]), np.array([number]))[0]) for number in range(len(sets) + 1)]
        assert found == [*(any(literal in part for literal in held) for held in sets), True]


def test_rare_grams_are_no_features() -> None:
    fitted = CharGrams().fit(
        flat_of(["党建", "党务", "党建业"]), csr_array([[1, 0, 0], [2, 0, 0], [0, 1, 0], [0, 0, 1]])
    )
    counts = fitted.counts(flat_of(["党建党业"]), np.array([0]))
    assert counts.sum() == 4, "党、建、党建、党；业只见于一段"


@pytest.fixture(scope="module")
def coder(corpus: Corpus) -> LearnedCoder:
    return learned_coder(corpus)


def test_what_a_sentence_adds_up_to_is_what_the_features_say(coder: LearnedCoder, corpus: Corpus) -> None:
    """Training multiplies features, prediction adds up clauses: both must decide alike."""
    model, texts = coder.model, list(corpus.gold_passages()["text"])[::50]
    read = coder.memory.read(texts)
    batch, flat = prepare(texts, corpus.lexicon, model.features.finder)
    at = np.arange(len(batch.sentences))
    features = model.features.transform(batch, flat, batch.spans(at, at + 1))
    logits = features @ model.role_coefficients.T + model.role_intercepts
    own = logits @ model.sequence.logits + features[:, -model.features.n_signals :] @ model.sequence.signals
    own += BY_POLARITY[batch.polarity]  # a rule of the codebook, which no training moves
    np.testing.assert_allclose(coder.memory.said.rows[read.sentences][:, : len(ROLES)], own, atol=1e-4)


def test_judgements_are_the_readings(coder: LearnedCoder, corpus: Corpus) -> None:
    passages = corpus.gold_passages().iloc[::100]
    judged, readings = coder.judge(passages), coder.read(passages)
    assert [reading.candidates for reading in readings] == judged.candidates
    np.testing.assert_array_equal([reading.role.scores for reading in readings], judged.roles)
    assert [reading.unsure is not None for reading in readings] == judged.unsure.tolist()


def test_no_passages_no_judgement(coder: LearnedCoder) -> None:
    assert coder.read(pd.DataFrame({"text": [], "section": []})) == []
