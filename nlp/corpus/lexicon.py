"""The lexicon: domain terms, cues, stop words, noise rules, heading and metadata words, and the folding table."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from nlp.base.errors import DataError
from nlp.corpus.faults import refuse_rows
from nlp.corpus.fold_table import FoldTable, load_fold_table
from nlp.corpus.polarity import load_polarity
from nlp.corpus.speech import Speech, SpeechMark, load_speech
from nlp.store.files import read_table
from nlp.tables import ROLES, UNIT_KINDS

NOISE_ACTIONS = ("drop_line", "drop_piece", "drop_span")
PHRASE_KINDS = ("slogan", "phrase")
SENTENCE_OPENER, ITEM_OPENER = "sentence", "item"  # what the words of openers.csv open
TITLE_END, LEAD_IN, PREDICATE = "title_end", "lead_in", "predicate"  # and what else they tell of a line
OPENER_USES = (SENTENCE_OPENER, ITEM_OPENER, TITLE_END, LEAD_IN, PREDICATE)
GAP_LENGTH = 12  # characters that “…” in a cue may stand for, within one sentence
GAP = rf"[^。！？；!?;]{{0,{GAP_LENGTH}}}?"
MARKS = re.compile(r"(…+|[()|])")  # what is no literal in the wording of a cue


@dataclass(frozen=True, slots=True)
class Cue:
    """A wording that speaks for a code, or for a role (``role:cause``); ``…`` is a gap, ``(甲|乙)`` a choice."""

    code: str
    wording: str
    source: str

    @property
    def pattern(self) -> str:
        """The wording as a regular expression."""
        return cue_pattern(self.wording)


@dataclass(frozen=True, slots=True)
class NoiseRule:
    """What cleaning removes: a whole line, a sentence or the like within a line, or any span of it."""

    id: str
    pattern: str
    whole_line: bool
    reason: str
    takes_pieces: bool = False  # of a line that says something else too: what stops or blanks set apart


@dataclass(frozen=True, slots=True)
class Hint:
    """A wording (regular expression) that speaks for a value: a heading for a role, a name for a kind of unit."""

    value: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """A slogan (提法), or the wordings of a problem, whose trend is followed; ``甲|乙`` are wordings of the same."""

    kind: str  # slogan or phrase
    name: str
    wording: str
    since: str  # year from which the slogan was in use, empty if unknown
    until: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Frozen values of ``corpus/lexicon``, small enough to be sent to a worker."""

    terms: tuple[str, ...]
    cues: tuple[Cue, ...]
    stopwords: frozenset[str]
    noise: tuple[NoiseRule, ...]
    heading_hints: tuple[Hint, ...]  # value = role
    unit_hints: tuple[Hint, ...]  # value = kind of unit
    genre_hints: tuple[Hint, ...]  # value = genre
    fold_table: FoldTable
    openers: tuple[Hint, ...]  # value = one of OPENER_USES
    speech: Speech
    common_characters: str  # the commonest first
    column_hints: tuple[Hint, ...] = ()  # value = role of what stands in a column of a register
    polarity: tuple[SpeechMark, ...] = ()
    problem_codes: frozenset[str] = frozenset()  # codes whose cues name a problem


def cue_pattern(wording: str) -> str:
    """Translate a cue's wording into a regular expression.

    >>> re.search(cue_pattern("说起来…忙起来(不要|忘掉)"), "说起来重要、忙起来不要").group()
    '说起来重要、忙起来不要'
    """
    return "".join(
        GAP if part.startswith("…") else {"(": "(?:", ")": ")", "|": "|"}.get(part, re.escape(part))
        for part in MARKS.split(wording)
        if part
    )


def load_lexicon(folder: Path, codes: frozenset[str] | None, problem_codes: frozenset[str] = frozenset()) -> Lexicon:
    """Read every file of ``folder``; a cue may name ``codes`` (None: any). Raises DataError with all faults."""
    faults: list[DataError] = []
    parts: dict[str, object] = {}
    loaders: dict[str, Callable[[], object]] = {
        "terms": lambda: load_terms(folder / "terms.txt"),
        "cues": lambda: load_cues(folder / "cues.csv", codes),
        "stopwords": lambda: load_stopwords(folder / "stopwords.txt"),
        "noise": lambda: load_noise(folder / "noise.csv"),
        "heading_hints": lambda: load_hints(folder / "headings.csv", ROLES),
        "unit_hints": lambda: load_hints(folder / "unit_kinds.csv", UNIT_KINDS),
        "genre_hints": lambda: load_hints(folder / "genres.csv", None),
        "fold_table": lambda: load_fold_table(folder),
        "openers": lambda: load_hints(folder / "openers.csv", OPENER_USES),
        "speech": lambda: load_speech(folder),
        "polarity": lambda: load_polarity(folder / "polarity.csv"),
        "common_characters": lambda: load_common_characters(folder / "common_characters.txt"),
        # A corpus folder without the file knows no registers.
        "column_hints": lambda: load_hints(folder / "columns.csv", ROLES) if (folder / "columns.csv").is_file() else (),
    }
    for name, load in loaders.items():
        try:
            parts[name] = load()
        except DataError as fault:
            faults.append(fault)
    if faults:
        raise DataError.all_of(faults)
    return Lexicon(**parts, problem_codes=problem_codes)  # type: ignore[arg-type]


def load_terms(path: Path) -> tuple[str, ...]:
    """Read the user dictionary: the first field of every line that is no comment, in the order of the file."""
    terms: dict[str, int] = {}
    repeated = []
    for number, line in enumerate(read_lines(path), 1):
        word = line.split("#")[0].split()
        if word and word[0] in terms:
            repeated.append(f"{word[0]}（第 {number} 行）")
        elif word:
            terms[word[0]] = number
    if repeated:
        raise DataError.at(f"词重复：{'、'.join(repeated)}", where=path, fix="删去重复的行")
    return tuple(terms)


def load_cues(path: Path, codes: frozenset[str] | None) -> tuple[Cue, ...]:
    """Read the active cues; every row is checked before any is returned. Raises DataError."""
    table = read_table(path, required=("code", "wording", "status", "source", "note"))
    known = (frozenset(table["code"]) if codes is None else codes) | {f"role:{role}" for role in ROLES}
    faults = []
    if len(unknown := table[~table["code"].isin(known)]):
        faults.append(
            DataError.at(
                f"编码表里没有这些代码：{'、'.join(sorted(set(unknown['code'])))}",
                where=f"{path} 第 {'、'.join(map(str, unknown['line']))} 行",
                fix="改正拼写，或先在 corpus/codebook/codes.csv 增加该代码",
            )
        )
    if len(wrong := table[~table["status"].isin(["active", "rejected"])]):
        faults.append(
            DataError.at(
                f"不认识的状态：{'、'.join(sorted(set(wrong['status'])))}",
                where=f"{path} 第 {'、'.join(map(str, wrong['line']))} 行",
                fix="只能用 active 或 rejected",
            )
        )
    if len(twice := table[table.duplicated(["code", "wording"], keep=False)]):
        faults.append(
            DataError.at(
                f"线索词重复：{'、'.join(dict.fromkeys(twice['wording']))}",
                where=f"{path} 第 {'、'.join(map(str, twice['line']))} 行",
                fix="同一代码下每个线索词只留一行",
            )
        )
    broken = [row for row in table.itertuples() if not speaks(row.wording)]
    if broken:
        faults.append(
            DataError.at(
                f"线索词写法有误：{'、'.join(row.wording for row in broken)}",
                where=f"{path} 第 {'、'.join(str(row.line) for row in broken)} 行",
                fix="间隔写“…”，替换写“(甲|乙)”，括号要成对",
            )
        )
    if faults:
        raise DataError.all_of(faults)
    return tuple(Cue(row.code, row.wording, row.source) for row in table.itertuples() if row.status == "active")


def load_stopwords(path: Path) -> frozenset[str]:
    """Read the stop words of all sections (``[section] …`` lines; a word, a tab, its reason)."""
    words = (line.split("\t")[0].strip() for line in read_lines(path) if not line.startswith(("[", "#")))
    return frozenset(word for word in words if word)


def load_phrases(path: Path) -> tuple[Phrase, ...]:
    """Read ``slogans.csv``: slogans and wordings of problems whose trends are followed; none where there is no file.

    Raises
    ------
    DataError
        For an unknown kind, an empty or repeated name, an empty wording, a year that is none.
    """
    if not path.is_file():
        return ()
    table = read_table(path, required=("kind", "name", "wording", "from", "to", "note"))
    year = r"(?:\d{4})?"
    checks = (
        (~table["kind"].isin(PHRASE_KINDS), "不认识的类别", f"只能用 {' 或 '.join(PHRASE_KINDS)}"),
        (table["name"] == "", "没有名称", "填写 name"),
        (table.duplicated(["kind", "name"], keep=False), "名称重复", "同一名称只留一行，几种写法用“|”相连"),
        (~table["wording"].str.fullmatch(r"[^|]+(?:\|[^|]+)*"), "写法有误", "几种写法用“|”相连，不留空"),
        (
            ~(table["from"].str.fullmatch(year) & table["to"].str.fullmatch(year)),
            "年份有误",
            "写四位年份，不知道的留空",
        ),
    )
    refuse_rows(table, checks, path)
    return tuple(
        Phrase(*row) for row in table[["kind", "name", "wording", "from", "to"]].itertuples(index=False, name=None)
    )


def load_noise(path: Path) -> tuple[NoiseRule, ...]:
    """Read the cleaning rules; each must compile and match its own example."""
    table = read_table(path, required=("rule", "pattern", "action", "reason", "example"))
    bad = [
        row
        for row in table.itertuples()
        if row.action not in NOISE_ACTIONS or not compiles(row.pattern) or not re.search(row.pattern, row.example)
    ]
    if bad:
        raise DataError.at(
            f"清洗规则有误：{'、'.join(row.rule for row in bad)}",
            where=f"{path} 第 {'、'.join(str(row.line) for row in bad)} 行",
            fix="pattern 须是能编译且命中 example 的正则，action 只能是 drop_line、drop_piece 或 drop_span",
        )
    return tuple(
        NoiseRule(r.rule, r.pattern, r.action != "drop_span", r.reason, r.action == "drop_piece")
        for r in table.itertuples()
    )


def load_hints(path: Path, values: tuple[str, ...] | None) -> tuple[Hint, ...]:
    """Read (value, pattern) rows, first match wins; ``values`` are the allowed ones, None means any."""
    table = read_table(path, required=("value", "pattern"))
    bad = [
        r for r in table.itertuples() if (values and r.value not in values) or not r.value or not compiles(r.pattern)
    ]
    if bad:
        raise DataError.at(
            f"取值或写法有误：{'、'.join(f'{row.value}={row.pattern}' for row in bad)}",
            where=f"{path} 第 {'、'.join(str(row.line) for row in bad)} 行",
            fix=f"取值只能用：{'、'.join(values)}；pattern 须是能编译的正则" if values else "pattern 须是能编译的正则",
        )
    return tuple(Hint(row.value, row.pattern) for row in table.itertuples())


def load_common_characters(path: Path) -> str:
    """Read the commonest characters, in order; lines that begin with ``#`` are comments. Raises DataError."""
    common = "".join(line.strip() for line in read_lines(path) if not line.startswith("#"))
    if twice := [char for char in dict.fromkeys(common) if common.count(char) > 1]:
        raise DataError.at(f"字重复：{'、'.join(twice)}", where=path, fix="每个字只留一处")
    return common


def read_lines(path: Path) -> list[str]:
    """Lines of a UTF-8 file without line ends. Raises DataError."""
    try:
        return path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError as error:
        raise DataError.at("找不到文件", where=path, fix="检查路径，或用 --corpus 指明语料文件夹") from error
    except UnicodeDecodeError as error:
        raise DataError.at("不是 UTF-8 编码", where=path, fix="另存为 UTF-8") from error


def speaks(wording: str) -> bool:
    """Whether a cue's wording is well written and needs at least one character of text.

    That is, whether its pattern compiles and does not match nothing; compiling thousands would take most of the start.

    >>> [speaks(wording) for wording in ("走…过场", "(走|)过场", "(走|过)|…", "走)过场")]
    [True, True, False, False]
    """
    needs = [[False]]  # for every open bracket, whether each of its choices needs a character
    for part in MARKS.split(wording):
        if part == "(":
            needs.append([False])
        elif part == "|":
            needs[-1].append(False)
        elif part == ")":
            closed = needs.pop()
            if not needs:
                return False
            needs[-1][-1] |= all(closed)
        elif part and not part.startswith("…"):
            needs[-1][-1] = True
    return len(needs) == 1 and all(needs[0])


def compiles(pattern: str) -> bool:
    """Whether ``pattern`` is a regular expression."""
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True
