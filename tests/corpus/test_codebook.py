"""The codebook that ships is the one of codebook.md; a faulty one is refused, every fault at once, by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlp.base.errors import DataError
from nlp.corpus.codebook import CODED_FACETS, Codebook, load_codebook
from nlp.corpus.folder import Corpus
from nlp.tables import ROLES

HEADER = "facet,id,name,definition,not_when\n"
GOOD = (
    f"{HEADER}role,cause,原因成因,说明为什么,\n"
    "manifestation,formalism,制度空转,走形式,内容沉闷\n"
    "cause,weak_mechanism,机制不健全,缺机制,\n"
)

CODES = {
    "manifestation": {
        "priority_imbalance",
        "lip_service",
        "formalism",
        "disconnection",
        "resource_conflict",
        "weak_effect",
        "stale_methods",
    },
    "cause": {
        "misperception",
        "responsibility_gap",
        "assessment_bias",
        "capability_gap",
        "understaffing",
        "misdirected_method",
        "weak_mechanism",
    },
    "remedy": {
        "education",
        "joint_planning",
        "accountability",
        "assessment_reform",
        "team_building",
        "carrier_innovation",
        "institution_building",
    },
}


def load(tmp_path: Path, text: str) -> Codebook:
    """The codebook of a file with this text."""
    path = tmp_path / "codes.csv"
    path.write_text(text, encoding="utf-8")
    return load_codebook(path)


@pytest.mark.parametrize("facet", CODED_FACETS)
def test_the_shipped_codes(corpus: Corpus, facet: str) -> None:
    assert set(corpus.codebook.of(facet)) == CODES[facet]


def test_the_shipped_roles(corpus: Corpus) -> None:
    assert corpus.codebook.of("role") == ROLES
    assert corpus.codebook.role_name("manifestation") == "问题表现"


def test_every_shipped_code_is_explained(corpus: Corpus) -> None:
    for code in corpus.codebook.codes:
        assert code.name
        assert code.name != code.id
        assert len(code.definition) >= 6
        assert code.not_when or code.facet != "manifestation", f"{code.id} 要写明何时不用"


def test_questions_to_a_codebook(tmp_path: Path) -> None:
    book = load(tmp_path, GOOD)
    assert book.ids == {"formalism", "weak_mechanism"}
    assert book.facet_of("formalism") == "manifestation"
    assert book.name("formalism") == "制度空转"
    assert book.name("cause") == "原因成因"
    assert book.name("unheard_of") == "unheard_of"


FAULTS = [
    pytest.param(GOOD + "symptom,a,甲,乙,\n", ["没有这样的维度：symptom", "第 5 行"], id="没有的维度"),
    pytest.param(GOOD + "role,hero,英雄,乙,\n", ["没有这样的角色：hero", "第 5 行"], id="没有的角色"),
    pytest.param(GOOD + "cause,weak_mechanism,又一次,乙,\n", ["代码重复：weak_mechanism", "第 4、5 行"], id="代码重复"),
    pytest.param(
        GOOD + "remedy,formalism,甲,乙,\n", ["不同维度用了同一个代码：formalism", "第 3、5 行"], id="两个维度共用代码"
    ),
    pytest.param(GOOD + "remedy,a,,乙,\n", ["列 name 有空值", "第 5 行"], id="没有名称"),
    pytest.param(GOOD + "remedy,a,甲,,\n", ["列 definition 有空值", "第 5 行"], id="没有定义"),
    pytest.param(GOOD + "remedy,,甲,乙,\n", ["列 id 有空值", "第 5 行"], id="没有代码"),
    pytest.param("facet,id,name\n", ["缺少列：definition、not_when"], id="缺列"),
    pytest.param(GOOD.replace("缺机制,", "缺机制,少制度,没办法,"), ["第 4 行"], id="定义里有没加引号的逗号"),
]


@pytest.mark.parametrize(("text", "said"), FAULTS)
def test_faults_are_named_with_file_and_line(tmp_path: Path, text: str, said: list[str]) -> None:
    with pytest.raises(DataError) as caught:
        load(tmp_path, text)
    message = str(caught.value)
    for part in [*said, "codes.csv", "处理："]:
        assert part in message


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    text = GOOD + "symptom,a,甲,乙,\nrole,hero,英雄,乙,\nremedy,b,,乙,\ncause,weak_mechanism,甲,乙,\n"
    with pytest.raises(DataError) as caught:
        load(tmp_path, text)
    message = str(caught.value)
    assert message.count("位置：") == 4
    assert message.count("处理：") == 4


def test_a_new_code_needs_no_change_of_the_program(tmp_path: Path) -> None:
    assert "lone_wolf" in load(tmp_path, GOOD + "manifestation,lone_wolf,单打独斗,各支部互不往来,\n").of(
        "manifestation"
    )
