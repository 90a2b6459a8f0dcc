"""Chains from cause to remedy by hand, gaps between diagnosis and prescription, copies that count once."""

from __future__ import annotations

import pandas as pd
import pytest
from made import labels_of, passages_of

from nlp.corpus.folder import Corpus
from nlp.measures.links import WHOLE, chains, gaps, links
from nlp.tables import CHAINS, GAP_SHARES, GAPS, LINKS, check

ANSWERS = {"misperception": frozenset(["education"]), "formalism": frozenset(["carrier_innovation"])}


def triples(documents: str, codes: tuple[str, str, str]) -> list[tuple[str, str, str]]:
    """A cause, a manifestation and a remedy in each of the documents."""
    facets = ("cause", "manifestation", "remedy")
    return [(f"{d}#000{i}", f, c) for d in documents for i, (f, c) in enumerate(zip(facets, codes, strict=True), 1)]


def test_chains_by_hand() -> None:
    labels = labels_of(
        *triples("甲乙", ("misperception", "formalism", "education")),
        ("丙#0001", "cause", "misperception"),
        *[(f"{d}#000{i}", "role", "other") for d in "甲乙丙丁" for i in (8, 9)],
        ("短#0001", "cause", "misperception"),
    )
    table = check(CHAINS, chains(labels, pd.Series({"甲": "甲", "乙": "甲", "丙": "丙", "丁": "丁", "短": "短"})))
    row, by_source = table.itertuples()
    assert (row.cause, row.manifestation, row.remedy) == ("misperception", "formalism", "education")
    assert (row.n, row.n_sources) == (2, 1), "两篇同一来源"
    assert row.expected == pytest.approx(4 * 3 / 4 * 2 / 4 * 2 / 4)
    assert row.lift == pytest.approx(2 / 0.75)
    assert row.low <= row.lift <= row.high
    assert (by_source.scope, by_source.n, by_source.expected) == (
        "独立来源",
        1,
        pytest.approx(3 * 2 / 3 * 1 / 3 * 1 / 3),
    )


def test_places_of_one_passage_do_not_count() -> None:
    more = [("丙#0001", "cause", "misperception"), ("丙#0002", "role", "other")]
    one = labels_of(*triples("甲乙", ("misperception", "formalism", "education")), *more)
    short = labels_of(*((f"短{i}#0001", "manifestation", "lip_service") for i in range(500)))
    flooded = pd.concat([one, short], ignore_index=True)
    pd.testing.assert_frame_equal(links(one), links(flooded))
    pd.testing.assert_frame_equal(chains(one), chains(flooded))
    assert links(one).set_index(["source_code", "target_code"])["lift"]["misperception", "formalism"] == 1
    assert len(links(short)) == len(chains(short)) == 0


def test_copies_do_not_move_links_by_independent_sources() -> None:
    labels = labels_of(*triples("甲乙丙", ("misperception", "formalism", "education")), *whole("丁", ("cause", "x")))
    passages = pd.concat([passages_of("一二三四五六", document_id=d) for d in "甲乙丙丁"], ignore_index=True)
    sources = pd.Series({d: d for d in "甲乙丙丁"})
    parts = [
        (labels[labels["document_id"] == "甲"], passages[passages["document_id"] == "甲"], f"副本{i}")
        for i in range(10)
    ]
    copied_labels = [a.assign(document_id=d, passage_id=a["passage_id"].str.replace("甲", d)) for a, _, d in parts]
    copied = [
        b.assign(document_id=d, reuse_of=b["passage_id"], passage_id=b["passage_id"].str.replace("甲", d))
        for _, b, d in parts
    ]
    more = pd.concat([labels, *copied_labels], ignore_index=True)
    many = pd.concat([passages, *copied], ignore_index=True)
    flooded = pd.concat([sources, pd.Series({d: "甲" for _, _, d in parts})])
    for measure in (links, chains):
        alone, both = measure(labels, sources, passages), measure(more, flooded, many)
        of_source = [table[table["scope"] == "独立来源"].reset_index(drop=True) for table in (alone, both)]
        assert len(of_source[0])
        pd.testing.assert_frame_equal(*of_source)
        assert both["n"].max() > alone["n"].max(), "按文档数，副本照数"


def test_chains_are_the_same_for_the_same_seed() -> None:
    labels = labels_of(*triples("甲乙丙", ("misperception", "formalism", "education")))
    pd.testing.assert_frame_equal(chains(labels, seed=3), chains(labels, seed=3))


def test_a_facet_without_codes_gives_no_chains() -> None:
    assert len(check(CHAINS, chains(labels_of(("甲#0001", "cause", "misperception"))))) == 0
    assert len(check(CHAINS, chains(labels_of()))) == 0


def test_under_one_heading_is_closer_than_in_one_document() -> None:
    passages = passages_of(["一", "二", "三", "四"], ["问题一", "问题一", "问题二", "问题二"])
    labels = labels_of(
        ("甲#0001", "cause", "misperception"),
        ("甲#0002", "manifestation", "formalism"),
        ("甲#0003", "manifestation", "lip_service"),
        ("甲#0004", "role", "other"),
    )
    table = check(LINKS, links(labels, passages=passages))
    counts = table.set_index(["scope", "target_code"])["n"]
    assert counts["文档", "formalism"] == counts["文档", "lip_service"] == 1
    assert (counts["标题路径", "formalism"], counts["标题路径", "lip_service"]) == (1, 0)


def documents_of_organs(organs: dict[str, str | None]) -> pd.DataFrame:
    """DOCUMENTS with organs only."""
    return pd.DataFrame({"document_id": list(organs), "organ": pd.Series(list(organs.values()), dtype="str")})


def whole(document: str, *rows: tuple[str, str]) -> list[tuple[str, str, str]]:
    """Codes of a document that is long enough to diagnose and prescribe."""
    coded = [(f"{document}#{i:04d}", facet, code) for i, (facet, code) in enumerate(rows, 1)]
    return coded + [(f"{document}#{i:04d}", "role", "other") for i in range(1, WHOLE + 1)]


GAP_CASES = [
    pytest.param([("cause", "misperception")], {("诊断了没开方", "misperception")}, id="诊断了没开方"),
    pytest.param([("remedy", "education")], {("开了方没诊断", "education")}, id="开了方没诊断"),
    pytest.param([("cause", "misperception"), ("remedy", "education")], set(), id="对症下药"),
    pytest.param(
        [("cause", "misperception"), ("remedy", "carrier_innovation")],
        {("诊断了没开方", "misperception"), ("开了方没诊断", "carrier_innovation")},
        id="药不对症",
    ),
    pytest.param([], set(), id="什么都没说"),
]


@pytest.mark.parametrize(("rows", "missing"), GAP_CASES)
def test_gaps(rows: list[tuple[str, str]], missing: set[tuple[str, str]]) -> None:
    found, shares = gaps(labels_of(*whole("甲", *rows)), documents_of_organs({"甲": "某局"}), ANSWERS)
    check(GAPS, found)
    check(GAP_SHARES, shares)
    assert set(zip(found["kind"], found["code"], strict=True)) == missing


DOUBTFUL_GAPS = [
    pytest.param((True, None), (1, 1, 1, 1), id="确定地诊断，没开方"),
    pytest.param((False, None), (0, 0, 1, 1), id="诊断存疑，不点名"),
    pytest.param((True, True), (0, 1, 0, 1), id="开了方"),
    pytest.param((True, False), (0, 1, 0, 1), id="开的方存疑，也不点名"),
]


@pytest.mark.parametrize(("sure", "counts"), DOUBTFUL_GAPS)
def test_no_unit_is_blamed_in_doubt(sure: tuple[bool, bool | None], counts: tuple[int, int, int, int]) -> None:
    cause, remedy = sure
    rows = [("cause", "misperception")] + ([("remedy", "education")] if remedy is not None else [])
    labels = labels_of(*whole("甲", *rows))
    labels.loc[labels["facet"] == "cause", "sure"] = cause
    labels.loc[labels["facet"] == "remedy", "sure"] = bool(remedy)
    found, shares = gaps(labels, documents_of_organs({"甲": "某局"}), ANSWERS)
    assert len(found[found["kind"] == "诊断了没开方"]) == counts[0]
    (row,) = shares[(shares["kind"] == "诊断了没开方") & (shares["unit"] == "单位")].itertuples()
    assert (row.n, row.denominator, row.n_with_doubtful, row.denominator_with_doubtful) == counts


def test_a_units_documents_answer_each_other() -> None:
    labels = labels_of(*whole("甲", ("cause", "misperception")), *whole("乙", ("remedy", "education")))
    assert len(gaps(labels, documents_of_organs({"甲": "某局", "乙": "某局"}), ANSWERS)[0]) == 0
    assert len(gaps(labels, documents_of_organs({"甲": "某局", "乙": "另一局"}), ANSWERS)[0]) == 2


def test_a_short_text_is_not_blamed() -> None:
    labels = labels_of(("甲#0001", "cause", "misperception"))
    assert len(gaps(labels, documents_of_organs({"甲": None}), ANSWERS)[0]) == 0


def test_without_answers_any_remedy_answers() -> None:
    labels = labels_of(*whole("甲", ("cause", "misperception"), ("remedy", "carrier_innovation")))
    assert len(gaps(labels, documents_of_organs({"甲": None}), {})[0]) == 0


def test_copies_do_not_move_the_share_by_independent_sources() -> None:
    names = [f"副本{i}" for i in range(10)]
    one = [*whole("甲", ("cause", "misperception")), *whole("乙", ("cause", "misperception"), ("remedy", "education"))]
    many = one + [row for name in names for row in whole(name, ("cause", "misperception"))]
    sources = pd.Series({"甲": "甲", "乙": "乙"} | dict.fromkeys(names, "甲"))
    documents = documents_of_organs({name: f"{name}局" for name in sources.index})

    def share(rows: list[tuple[str, str, str]], unit: str) -> float:
        table = gaps(labels_of(*rows), documents, ANSWERS, sources)[1]
        return float(table[(table["code"] == "misperception") & (table["unit"] == unit)]["share"].iloc[0])

    assert share(one, "独立来源") == share(many, "独立来源") == pytest.approx(0.5)
    assert share(many, "单位") > 0.5


def test_the_answers_of_the_corpus_name_codes_of_the_codebook(corpus: Corpus) -> None:
    answers = corpus.answers()
    remedies = set(corpus.codebook.of("remedy"))
    assert set(answers) == set(corpus.codebook.of("manifestation")) | set(corpus.codebook.of("cause"))
    assert all(named <= remedies for named in answers.values())
    assert frozenset().union(*answers.values()) == remedies


def test_a_document_without_a_unit_is_no_unit() -> None:
    labels = labels_of(*whole("甲", ("cause", "misperception")), *whole("乙", ("cause", "misperception")))
    found, shares = gaps(labels, documents_of_organs({"甲": "某局", "乙": None}), ANSWERS)
    assert len(found) == 2
    units = shares[shares["unit"] == "单位"]
    assert (list(units["n"]), list(units["denominator"])) == ([1], [1])
