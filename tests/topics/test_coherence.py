"""c_v in one batch: equal to gensim to six decimals in the mode of that name, and the right count beside it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.topics.coherence import c_v, coherence_of, npmi_table, window_counts


def texts_of(n: int, length: int, seed: int, n_terms: int = 30) -> list[np.ndarray]:
    """Passages of term indices in which neighbours are related."""
    dice = np.random.default_rng(seed)
    return [np.minimum(n_terms - 1, dice.poisson(dice.integers(2, n_terms - 6), length)) for _ in range(n)]


def by_gensim(texts: list[np.ndarray], tops: np.ndarray, window: int) -> np.ndarray:
    """c_v of gensim's CoherenceModel."""
    from gensim.corpora import Dictionary
    from gensim.models import CoherenceModel

    words = [[str(term) for term in text] for text in texts]
    model = CoherenceModel(
        topics=[[str(i) for i in top] for top in tops],
        texts=words,
        dictionary=Dictionary(words),
        coherence="c_v",
        window_size=window,
        processes=1,
    )
    return np.array(model.get_coherence_per_topic())


LENGTHS = [
    pytest.param(20, 110, id="段落短于窗口"),
    pytest.param(60, 15, id="窗口在段落里滑动"),
    pytest.param(15, 15, id="段落与窗口一样长"),
]


@pytest.mark.parametrize(("length", "window"), LENGTHS)
def test_c_v_equals_gensim_in_its_mode(length: int, window: int) -> None:
    texts = texts_of(30, length, seed=3)
    common = np.argsort(-np.bincount(np.concatenate(texts), minlength=30), kind="stable")[:20]
    tops = common.reshape(4, 5)
    ours = c_v(texts, [tops[:2], tops[2:]], window, as_gensim=True)
    assert np.concatenate(ours) == pytest.approx(by_gensim(texts, tops, window), abs=1e-6)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=25), st.integers(2, 8))
def test_the_right_count_is_that_of_looking_into_every_window(text: list[int], window: int) -> None:
    counts, n_windows = window_counts([np.array(text)], np.arange(6), window, as_gensim=False)
    looked = [set(text[i : i + window]) for i in range(max(1, len(text) - window + 1))]
    assert n_windows == len(looked)
    for i in range(6):
        for j in range(6):
            assert counts[i, j] == sum(i in seen and j in seen for seen in looked)


def test_gensim_loses_the_second_copy_of_a_word() -> None:
    text = [np.array([0, 0, 1, 2, 3])]
    right, _ = window_counts(text, np.arange(4), 3, as_gensim=False)
    wrong, _ = window_counts(text, np.arange(4), 3, as_gensim=True)
    assert right[0, 0] == 2
    assert wrong[0, 0] == 1


def test_a_batch_gives_what_each_model_gives_alone() -> None:
    from scipy.sparse import csr_array

    texts = texts_of(25, 30, seed=5)
    counts = csr_array(np.array([np.bincount(text, minlength=30) for text in texts]))
    models = [np.array([[5, 6, 7], [8, 9, 10]]), np.array([[10, 11, 12]])]
    for batch, alone in zip(c_v(texts, models), (c_v(texts, [m])[0] for m in models), strict=True):
        assert batch == pytest.approx(alone)
    for batch, alone in zip(coherence_of(counts, models), (coherence_of(counts, [m])[0] for m in models), strict=True):
        assert batch == pytest.approx(alone)


def test_npmi_of_pairs_never_together_is_least() -> None:
    table = npmi_table(np.array([[4.0, 0.0], [0.0, 5.0]]), 10)
    assert table[0, 1] == -1
