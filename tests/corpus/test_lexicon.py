"""The lexicon that ships is rich and sound; planted faults are all reported at once, each with file and line."""

from __future__ import annotations

import pickle
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.base.errors import DataError
from nlp.corpus.check import check_corpus
from nlp.corpus.folder import Corpus, open_corpus
from nlp.corpus.lexicon import Cue, Lexicon, compiles, cue_pattern, load_lexicon, speaks
from nlp.search.batch_text import flat_of
from nlp.search.cues import CueFinder
from nlp.search.speech_marks import passage_signals
from nlp.tables import ROLES

CODES = frozenset(["formalism", "education"])


@pytest.fixture
def folder(tmp_path: Path, corpus: Corpus) -> Path:
    """A copy of the shipped corpus, to plant faults in; a hundred cues are enough and quicker to check."""
    shutil.copytree(corpus.folder, tmp_path / "corpus", ignore=shutil.ignore_patterns("reports", "gold"))
    (tmp_path / "corpus" / "gold").mkdir()
    cues = tmp_path / "corpus" / "lexicon" / "cues.csv"
    cues.write_text("".join(cues.read_text(encoding="utf-8-sig").splitlines(keepends=True)[:100]), encoding="utf-8")
    return tmp_path / "corpus"


def append(path: Path, text: str) -> int:
    """Add a line at the end of a file; return its number."""
    old = path.read_text(encoding="utf-8-sig").rstrip("\n") + "\n"
    path.write_text(old + text + "\n", encoding="utf-8")
    return old.count("\n") + 1


def fault_of(folder: Path) -> str:
    """The message that opening a faulty corpus gives."""
    with pytest.raises(DataError) as caught:
        open_corpus(folder)
    return str(caught.value)


PLANTED: list[tuple[str, str, str, str]] = [
    ("没有的代码", "cues.csv", "formalizm,挂在墙头,active,test,", "formalizm"),
    ("没有的角色", "cues.csv", "role:hero,挂在墙头,active,test,", "role:hero"),
    ("没有的状态", "cues.csv", "formalism,挂在墙头甲,maybe,test,", "maybe"),
    ("括号不成对", "cues.csv", "formalism,挂(在墙头乙,active,test,", "挂(在墙头乙"),
    ("空的线索词", "cues.csv", "formalism,,active,test,", "写法有误"),
    ("处处命中的线索词", "cues.csv", "formalism,…,active,test,", "写法有误"),
    ("可以落空的线索词", "cues.csv", "formalism,(甲|),active,test,", "写法有误"),
    ("清洗规则不能编译", "noise.csv", "坏规则,(,drop_line,坏,例子", "坏规则"),
    ("清洗规则不命中自己的例子", "noise.csv", "偏规则,广告,drop_line,偏,例子", "偏规则"),
    ("清洗规则的动作不认识", "noise.csv", "怪规则,例子,burn,怪,例子", "怪规则"),
    ("标题词的角色不认识", "headings.csv", "hero,英雄", "hero"),
    ("列名的角色不认识", "columns.csv", "villain,坏处", "villain"),
    ("标题词不能编译", "headings.csv", "cause,(", "cause=("),
    ("单位类别不认识", "unit_kinds.csv", "飞船,飞船", "飞船"),
    ("折叠成两个字符", "fold.csv", "啊,甲乙", "一个字符"),
    ("偏旁折叠成两个字符", "radicals.csv", "⺠,人民,甲", "一个字符"),
    ("按词折叠的规则编译不了", "fold_words.csv", "著,着,著(,著作,甲", "著→着"),
    ("按词折叠的规则里没有那个字", "fold_words.csv", "著,着,着力,著作,甲", "著→着"),
    ("开头词的用处不认识", "openers.csv", "chapter,话说,开场", "chapter"),
    ("开头词不能编译", "openers.csv", "item,(,开场", "item=("),
    ("没有的说法", "speech.csv", "shout,喂,,,active,叫人", "shout"),
    ("空的说法", "speech.csv", "turn,,,,active,转折", "写法有误"),
    ("说法的间隔", "speech.csv", "turn,虽…但,,,active,转折", "写法有误"),
    ("没有的一类字", "speech.csv", "turn,虽说,[句尾],,active,转折", "前后字的写法有误"),
    ("说法的状态不认识", "speech.csv", "turn,虽说,,,maybe,转折", "maybe"),
    ("说法没有理由", "speech.csv", "turn,虽说,,,active,", "没有写理由"),
    ("说法的种类没有名称", "speech_families.csv", "shout,,叫人", "种类没有名称"),
    ("种类占了别的用处", "speech_families.csv", "averting,防止,防止", "另有用处"),
    ("权重的角色不认识", "role_weights.csv", "hero,turn,1,英雄也转折", "hero"),
    ("权重的说法不认识", "role_weights.csv", "cause,shout,1,叫人", "shout"),
    ("权重不是数", "role_weights.csv", "cause,turn,一,转折", "不是数"),
]


@pytest.mark.parametrize(
    ("file", "line", "said"), [pytest.param(file, line, said, id=name) for name, file, line, said in PLANTED]
)
def test_a_planted_fault_is_named_with_file_and_line(folder: Path, file: str, line: str, said: str) -> None:
    number = append(folder / "lexicon" / file, padded(folder / "lexicon" / file, line))
    message = fault_of(folder)
    assert said in message
    assert re.search(rf"{re.escape(file)} 第 [\d、]*\b{number}\b", message), message
    assert "处理：" in message


def padded(path: Path, line: str) -> str:
    """``line`` with as many cells as the table's header has."""
    missing = path.read_text(encoding="utf-8-sig").split("\n")[0].count(",") - line.count(",")
    return line + "," * missing


def test_a_repeated_cue_is_named_with_both_lines(folder: Path) -> None:
    path = folder / "lexicon" / "cues.csv"
    first = path.read_text(encoding="utf-8-sig").split("\n")[1]
    number = append(path, first)
    message = fault_of(folder)
    assert "线索词重复" in message
    assert f"第 2、{number} 行" in message


def test_a_repeated_term_is_named_with_its_line(folder: Path) -> None:
    path = folder / "lexicon" / "terms.txt"
    append(path, "自造词甲")
    number = append(path, "自造词甲 5 n")
    message = fault_of(folder)
    assert f"自造词甲（第 {number} 行）" in message
    assert "terms.txt" in message


@pytest.mark.parametrize("opened", [True, False], ids=["打开语料时", "检查语料时"])
def test_all_faults_of_all_files_come_at_once(folder: Path, opened: bool) -> None:
    for _, file, line, _ in PLANTED:
        append(folder / "lexicon" / file, padded(folder / "lexicon" / file, line))
    append(folder / "codebook" / "codes.csv", "symptom,a,甲,乙,")
    message = fault_of(folder) if opened else "\n".join(check_corpus(folder))
    for file in sorted({file for _, file, _, _ in PLANTED} | {"codes.csv"}):
        assert file in message
    for said in ("formalizm", "role:hero", "maybe", "坏规则", "飞船", "hero", "symptom"):
        assert said in message


@pytest.mark.parametrize(
    "file",
    [
        "terms.txt",
        "cues.csv",
        "stopwords.txt",
        "noise.csv",
        "fold.csv",
        "headings.csv",
        "unit_kinds.csv",
        "genres.csv",
        "openers.csv",
        "speech.csv",
        "speech_families.csv",
        "role_weights.csv",
        "common_characters.txt",
    ],
)
def test_a_missing_file_is_named(folder: Path, file: str) -> None:
    (folder / "lexicon" / file).unlink()
    message = fault_of(folder)
    assert "找不到文件" in message
    assert file in message


@pytest.mark.parametrize("file", ["terms.txt", "cues.csv", "stopwords.txt"])
def test_a_file_that_is_not_utf8_is_named(folder: Path, file: str) -> None:
    path = folder / "lexicon" / file
    path.write_bytes(path.read_text(encoding="utf-8-sig").encode("gb18030"))
    message = fault_of(folder)
    assert "UTF-8" in message
    assert file in message


@pytest.mark.parametrize("place", ["nowhere", "file"], ids=["没有这个文件夹", "是个文件"])
def test_a_corpus_that_is_no_folder_is_named(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(DataError, match="找不到语料文件夹"):
        open_corpus(tmp_path / place)


def test_versions_change_with_what_they_stand_for(folder: Path) -> None:
    before = open_corpus(folder).versions
    append(folder / "lexicon" / "terms.txt", "自造词甲")
    after = open_corpus(folder).versions
    assert after["lexicon"] != before["lexicon"]
    assert (after["codebook"], after["gold"]) == (before["codebook"], before["gold"])


MATCHES = [
    pytest.param("挂在墙上", "制度挂在墙上。", "挂在墙上", id="原样"),
    pytest.param("说起来…做起来", "说起来重要，做起来次要", "说起来重要，做起来", id="间隔"),
    pytest.param("说起来…做起来", "说起来重要。做起来次要", None, id="间隔不过句号"),
    pytest.param("说起来…做起来", "说起来" + "很" * 13 + "做起来", None, id="间隔不过十二字"),
    pytest.param("说起来…做起来", f"说起来{'很' * 12}做起来", f"说起来{'很' * 12}做起来", id="间隔十二字"),
    pytest.param("说起来…做起来", "说起来做起来", "说起来做起来", id="间隔可以为零"),
    pytest.param("(重|偏)业务", "偏业务、重党建", "偏业务", id="替换"),
    pytest.param("a.b", "axb", None, id="点就是点"),
    pytest.param("占比(偏|较)低", "占比较低", "占比较低", id="括号在中间"),
]


@pytest.mark.parametrize(("wording", "text", "hit"), MATCHES)
def test_how_a_cue_is_read(wording: str, text: str, hit: str | None) -> None:
    found = re.search(cue_pattern(wording), text)
    assert (found.group() if found else None) == hit
    hits = CueFinder((Cue("code", wording, ""),)).find(text)
    assert [text[hit.start : hit.end] for hit in hits] == ([hit] if hit else [])


@given(st.text(alphabet="走过.(|)…", max_size=12))
def test_a_wording_speaks_if_its_pattern_compiles_and_does_not_match_nothing(wording: str) -> None:
    pattern = cue_pattern(wording)
    assert speaks(wording) == (compiles(pattern) and not re.search(pattern, ""))


def test_enough_terms_and_cues_ship(corpus: Corpus, lexicon: Lexicon) -> None:
    counts = Counter(cue.code for cue in lexicon.cues)
    roles = {f"role:{role}" for role in ROLES}
    assert len(lexicon.terms) >= 600
    assert sum(n for code, n in counts.items() if code not in roles) >= 500
    assert sum(n for code, n in counts.items() if code in roles) >= 120
    assert all(counts[code] >= 5 for code in corpus.codebook.ids)
    assert "两张皮" in lexicon.stopwords
    assert len(lexicon.noise) >= 5


def test_every_shipped_cue_matches_without_catching_everything(lexicon: Lexicon) -> None:
    plain = "今天天气很好，我们去河边散步，看见几只白鹭。"
    wrong = [cue.wording for cue in lexicon.cues if re.search(cue.pattern, plain) or re.search(cue.pattern, "")]
    assert wrong == []


def test_cues_are_written_as_the_folded_text_has_them(lexicon: Lexicon) -> None:
    """Cues are sought in the folded copy: a cue with half-width marks or traditional characters never matches."""
    table = lexicon.fold_table
    syntax = str.maketrans("", "", "()|…")
    wrong = [cue.wording for cue in lexicon.cues if (bare := cue.wording.translate(syntax)) != table.fold(bare)]
    assert wrong == []


def test_rejected_cues_are_not_used(folder: Path) -> None:
    append(folder / "lexicon" / "cues.csv", "formalism,一个被否的线索词,rejected,test,各段都用")
    assert "一个被否的线索词" not in {cue.wording for cue in open_corpus(folder).lexicon.cues}


def test_split_terms_of_jieba_that_we_adopt_are_listed(shared: Path, lexicon: Lexicon) -> None:
    path = shared / "terms_split_by_jieba.txt"
    if not path.is_file():
        pytest.skip("没有 shared/terms_split_by_jieba.txt")
    listed = {
        line.split("\t")[0].split()[0]
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip() and line[0] != "#"
    }
    assert len(listed & set(lexicon.terms)) >= len(listed) / 2


def test_a_family_without_a_wording_is_named(folder: Path) -> None:
    append(folder / "lexicon" / "speech_families.csv", "shout,叫,叫人")
    assert "没有一个说法：shout" in fault_of(folder)


def test_a_wording_of_a_family_is_found_only_in_its_surroundings(folder: Path) -> None:
    append(folder / "lexicon" / "speech.csv", "greeting,喂,[句首],^养,active,叫人")
    speech = open_corpus(folder).lexicon.speech
    texts = ["喂，在吗？", "你好，喂！", "叫一声喂。", "喂养牲口。"]
    counts = [found["greeting"] for found, _ in passage_signals(flat_of(texts), speech)]
    assert counts == [1, 1, 0, 0]


def test_a_repeated_common_character_is_named(folder: Path) -> None:
    append(folder / "lexicon" / "common_characters.txt", "党")
    assert "字重复：党" in fault_of(folder)


def test_the_fold_table_maps_one_character_to_one(lexicon: Lexicon) -> None:
    sources = [a for a, _ in lexicon.fold_table]
    assert len(set(sources)) == len(sources)
    assert lexicon.fold_table.fold("黨與業務兩張皮") == "党与业务两张皮"
    assert pickle.loads(pickle.dumps(lexicon.fold_table)) == lexicon.fold_table


SPEECH_FILES = ("openers.csv", "speech.csv", "speech_families.csv", "role_weights.csv", "common_characters.txt")


def test_stopword_sections_and_reasons_are_no_words(corpus: Corpus, tmp_path: Path) -> None:
    for name in SPEECH_FILES:
        shutil.copy(corpus.folder / "lexicon" / name, tmp_path)
    for name, text in {
        "terms.txt": "# 说明\n两张皮 10 n # 注\n\n三会一课\n",
        "cues.csv": "code,wording,status,source,note\n",
        "stopwords.txt": "# 注\n[general] 一般\n的\t虚词\n\n[corpus]\n两张皮\t段段都有\n",
        "noise.csv": "rule,pattern,action,reason,example\n",
        "headings.csv": "value,pattern\n",
        "unit_kinds.csv": "value,pattern\n",
        "genres.csv": "value,pattern\n",
        "fold.csv": "from,to\n啊,阿\n",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    small = load_lexicon(tmp_path, CODES)
    assert small.terms == ("两张皮", "三会一课")
    assert small.stopwords == {"的", "两张皮"}
    assert (ord("啊"), ord("阿")) in small.fold_table
