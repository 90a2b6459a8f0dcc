"""Survey figures in reports: shares and counts of people, branches and records, with question, denominator, quotation.

What is no survey figure (growth, money, rankings, weights, targets) is told by its words (``corpus/harvest``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pandas as pd

from nlp.corpus.fold_table import FoldTable
from nlp.corpus.harvest import Patterns
from nlp.measures.numerals import number_of
from nlp.search.fold import fold
from nlp.tables import SURVEY_FIGURES

FILE = "survey.csv"
VALUES = (
    *("survey", "answer", "observed", "not_before", "not_clause", "not_after"),
    *("question", "lead", "several_said", "several_likely"),
)
HAN = "一二两三四五六七八九十百千零〇"
BLANK = r"[xX×＊*ⅹ]"  # a figure that was taken out before the report was passed on
NUMBER = rf"(?:\d+(?:[.．]\d+)?|[{HAN}]+(?:点[{HAN}]+)?|{BLANK}{{1,4}}(?:[.．]{BLANK}{{1,2}})?)"
MORE = r"(?:以上|以下|左右|上下|多|强|余|出头)?"
LESS = r"(?:近|将近|接近|超过|超|约|大约|不足|不到|至少|逾|高达|仅|只有)?"
TENTHS = r"成(?:半|[一二三四五六七八九])?(?![为效果员立绩型长功本熟分人家因就品天群风了])"
SHARE = re.compile(
    rf"(?P<percent>{NUMBER})\s?[%％]|百分之(?P<han>{NUMBER})|(?<![{HAN}收促组完构形生养变])(?P<tenths>[一二两三四五六七八九xX×])"
    rf"(?P<rest>{TENTHS})|(?P<below>[{HAN}]+)分之(?P<above>[{HAN}]+)|(?P<half>半数|过半数?|(?<![一另大前后上下])一半|大半)"
)
MEASURE = r"(?:余|多)?(?:名|位|个|家|份|人|条|次|场|篇|本)"
COUNTED = re.compile(
    rf"(?P<all>{NUMBER}){MEASURE}(?P<what>[^，。；！？“”\d{HAN}]{{0,14}}?)(?:当中|之中|中间|中|里)，?(?:就|只|仅|竟|共|分别)*有?(?P<n>{NUMBER}){MEASURE}"
    rf"|(?:抽查|抽看|抽取|走访|调研|检查|查阅|翻阅|访谈|谈话|受访|随机)[^，。；！？“”\d{HAN}]{{0,4}}(?P<all_2>{NUMBER}){MEASURE}"
    rf"(?P<what_2>[^，。；！？“”\d{HAN}]{{0,14}})，(?:发现|其中|结果|竟|仍|就|只|仅|有)*(?P<n_2>{NUMBER}){MEASURE}"
)
OPINION = re.compile(
    rf"(?<![.．\d{HAN}xX×第占每哪没另某])(?P<n>{NUMBER})(?P<of>(?:余|多)?(?:名|位|个|家|人))(?P<what>[^，。；！？“”\d]{{0,10}})$"
)
RETURNED = re.compile(
    rf"(?:收回|回收|收到|收集|有效)[^，。；\d]{{0,8}}(?:问卷|答卷)?(?P<n>{NUMBER})(?:余|多)?(?:份|张|件)?|(?:问卷|答卷)(?P<m>\d+)份"
)
INNER = r"(?:[^“”\n]|“[^“”\n]*”)"  # folding makes ‘’ into “”
SENTENCE = re.compile(rf"(?:[^。！？\n“”]|“{INNER}*”|[“”])+[。！？]?")
QUOTED = re.compile(rf"“({INNER}+)”")
LISTED = re.compile(r"(?:“　*”|的|人|者)(?:分别)?(?:占|占比)(?:为|了|到)?$")  # an option of an enumeration
ATTITUDE = r"(?:满意|知晓|认可|认同|信任)[率度]"
NAME = r"[^，。；：、“”　的有在对\d%]"
TAIL = re.compile(r"[，（(]?的?(?:就|只|仅|已)?(?:分别)?(?:占|占到|占比|比例)?(?:总数|全部)?(?:为|达|达到|的)?$")
JUNK = re.compile(r"^(?:其中|其余|而|与|和|占|由|因|名|位|岁|中|各|着|了|里|另|又|请|对|把|被|现有|个|的)+")
STOPS = re.compile(r"[，；。！？：:]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage: its place, and the folded copy that patterns are matched against."""

    start: int
    view: str
    shown: str  # as it is written


@dataclass(frozen=True, slots=True)
class Found:
    """A figure in a sentence."""

    kind: str
    start: int
    end: int
    share: float | None = None
    n: int | None = None
    denominator: int | None = None
    observed: str | None = None
    hidden: bool = False
    paired: bool = False  # a share whose count stands in front of it: the answer stands between the two


def survey_figures(
    passages: pd.DataFrame, documents: pd.DataFrame, labels: pd.DataFrame, patterns: Patterns, table: FoldTable
) -> pd.DataFrame:
    """SURVEY_FIGURES of PASSAGES, copies included, in the order of the passages."""
    facts = documents.set_index("document_id")
    roles = labels[labels["facet"] == "role"].drop_duplicates("passage_id").set_index("passage_id")["code"]
    returned: dict[str, int] = {}  # questionnaires that came back, by document, as the reading goes on
    rows = []
    for passage in passages.itertuples():
        document = str(passage.document_id)
        for row in figures_of(str(passage.text), patterns, table, returned.get(document)):
            rows.append(
                {
                    **row,
                    "passage_id": passage.passage_id,
                    "document_id": document,
                    "organ": facts.at[document, "organ"],
                    "year": year_of(facts.at[document, "date"]),
                    "role": roles.get(passage.passage_id),
                }
            )
        if (n := questionnaires(fold(str(passage.text), table))) is not None:
            returned[document] = n
    return SURVEY_FIGURES.frame(rows)


def year_of(date: object) -> str | None:
    """The year of a date; None where there is none."""
    return date[:4] if isinstance(date, str) and date else None


def questionnaires(view: str) -> int | None:
    """How many questionnaires came back, if a text says so: the last number said."""
    found = [number_of(hit["n"] or hit["m"]) for hit in RETURNED.finditer(view)]
    return next((int(n) for n in reversed(found) if n is not None), None)


def figures_of(
    text: str, patterns: Patterns, table: FoldTable, returned: int | None = None
) -> Iterator[dict[str, object]]:
    """Rows of SURVEY_FIGURES for one text, without what only the document knows."""
    view = fold(text, table)
    told = False  # whether an earlier sentence of the text spoke of a survey
    asked: str | None = None
    for hit in SENTENCE.finditer(view):
        sentence = Sentence(hit.start(), hit.group(), text[hit.start() : hit.end()])
        told = told or patterns["survey"].search(sentence.view) is not None
        found = paired(sorted(accepted(sentence, patterns, told), key=lambda one: one.start), sentence)
        several = several_of(sentence, found, patterns)
        said_to = 0
        for at, one in enumerate(found):
            next_start = found[at + 1].start if at + 1 < len(found) else len(sentence.view)
            last_end = found[at - 1].end if at else 0
            goes_on = re.match(r"(?:但|而|其中|其余|另|只有|还有|仅)", sentence.view)
            asked = question = question_of(sentence, one, patterns) or (asked if goes_on else None)
            statement, said_to = statement_of(sentence, one, said_to, next_start)
            from_return = one.denominator is None and one.kind == "占比" and returned and "问卷" in view
            yield {
                "kind": one.kind,
                "figure": sentence.shown[one.start : one.end],
                "share": one.share,
                "n": one.n,
                "denominator": returned if from_return else one.denominator,
                "denominator_from": "收回的问卷" if from_return else "同一句" if one.denominator else None,
                "observed": one.observed or observed_of(sentence, one, last_end, patterns),
                "question": question,
                "statement": statement,
                "hidden": one.hidden,
                "several": several,
                "start": sentence.start + one.start,
                "end": sentence.start + one.end,
                "quotation": sentence.shown.strip(),
            }


def accepted(sentence: Sentence, patterns: Patterns, told: bool) -> Iterator[Found]:
    """Shares and counts of a sentence that are survey figures."""
    counted = list(counts_of(sentence, patterns))
    yield from counted
    listed = False  # whether an earlier share of the sentence was one
    for hit in SHARE.finditer(sentence.view):
        if any(one.start <= hit.start() < one.end for one in counted):
            continue
        of_count = any(told_again(sentence.view[one.end : hit.start()]) for one in counted if one.end <= hit.start())
        if of_count or is_survey(sentence, hit, patterns, told, listed):
            listed = True
            start, end = widened(sentence.view, hit)
            yield Found("占比", start, end, share_of(hit), hidden=re.search(BLANK, hit.group()) is not None)


def told_again(between: str) -> bool:
    """Whether a share behind a count is told of the same: 有37人认为……，占61%."""
    said = r"[，（(](?:占|占比|占到|比例为|占比为)(?:总数|受访者|全部|被调查者)?的?$|”占$"
    return re.search(said, between) is not None and re.search("[；。]", between) is None


def masked(view: str) -> str:
    """A text whose quotations are blank."""
    return QUOTED.sub(lambda hit: "“" + "　" * len(hit[1]) + "”", view)


def is_survey(sentence: Sentence, hit: re.Match[str], patterns: Patterns, told: bool, listed: bool) -> bool:
    """Whether a share is one of people, branches or records, and not growth, money, a rank, a weight or a target."""
    view = sentence.view
    before, clause = view[: hit.start()], clause_before(view, hit.start())
    after = view[hit.end() :]
    plain = re.sub(rf"{LESS}$", "", before)
    after_words = re.sub(rf"^{MORE}", "", after)
    if patterns["not_before"].search(plain) or patterns["not_after"].match(after_words):
        return False
    if patterns["not_clause"].search(QUOTED.sub("", clause)):
        return False
    named = bool(patterns["observed"].search(last_words(clause))) and not after_words.startswith("的")
    if hit["half"] and not re.search(r"(?:占|达|有|过|比|近|约|足|到)[了到为]?$", plain):
        named = False
    if observed_behind(after_words, patterns) or named or (listed and LISTED.search(masked(plain))):
        return True
    if hit["half"]:
        return False  # 讲到一半 is no share
    asked = patterns["answer"].search(clause + re.split("[，；。]", after_words)[0])
    return bool(asked or (told and not after_words.startswith("的") and patterns["survey"].search(view)))


def last_words(clause: str) -> str:
    """The end of a clause, where its subject stands before “占”."""
    return QUOTED.sub("", clause)[-16:]


def clause_before(view: str, at: int) -> str:
    """What stands between the last stop and ``at``; stops in quotations do not count."""
    stops = [hit.end() for hit in STOPS.finditer(masked(view[:at]))]
    return view[stops[-1] if stops else 0 : at]


def widened(view: str, hit: re.Match[str]) -> tuple[int, int]:
    """The span of a share with 近 and 以上."""
    start = hit.start() - len(re.search(rf"{LESS}$", view[: hit.start()]).group())  # type: ignore[union-attr]
    end = hit.end() + len(re.match(MORE, view[hit.end() :]).group())  # type: ignore[union-attr]
    return start, end


def share_of(hit: re.Match[str]) -> float | None:
    """The share that was written, 0 to 1; None where it was taken out."""
    if hit["half"]:
        return 0.5
    if hit["tenths"]:
        first, rest = number_of(hit["tenths"]), hit["rest"][1:2]
        more = 5 if rest == "半" else number_of(rest) or 0
        return None if first is None else round((first * 10 + more) / 100, 6)
    if hit["below"]:
        below, above = number_of(hit["below"]), number_of(hit["above"])
        return round(above / below, 6) if below and above else None
    value = number_of(hit["percent"] or hit["han"])
    return None if value is None else round(value / 100, 6)


def counts_of(sentence: Sentence, patterns: Patterns) -> Iterator[Found]:
    """Counts out of a number (61人中有42人), and of those who gave an answer (37人认为)."""
    view = sentence.view
    taken: list[tuple[int, int]] = []
    for hit in COUNTED.finditer(view):
        n, total = number_of(hit["n"] or hit["n_2"]), number_of(hit["all"] or hit["all_2"])
        if (n is None or total is None or n <= total) and "：" not in (hit["what"] or hit["what_2"] or ""):
            taken.append(hit.span())
            begin = hit.start("all") if hit["all"] else hit.start("all_2")
            yield Found(
                "计数", begin, hit.end(), None, whole(n), whole(total),
                observed_name(hit["what"] or hit["what_2"] or "", view[hit.end() - 1], patterns), n is None,
            )  # fmt: skip
    for answer in patterns["answer"].finditer(view):
        said = OPINION.search(view[: answer.start()])
        if said is None or any(start < said.end("of") and said.start() < end for start, end in taken):
            continue
        n = number_of(said["n"])
        one_person = n is not None and n < 2  # 一位同志 is a story, no count
        if one_person or not (said["of"].endswith("人") or patterns["observed"].search(said["what"])):
            continue
        taken.append((said.start(), answer.end()))
        end = said.end("of") + len(said["what"].rstrip("都均就还则也只分别明确"))
        who = observed_name(said["what"], said["of"][-1], patterns)
        yield Found("计数", said.start(), end, None, whole(n), None, who, n is None)


def whole(n: float | None) -> int | None:
    """A count as a whole number."""
    return None if n is None else round(n)


def observed_name(what: str, measure: str, patterns: Patterns) -> str | None:
    """Who or what was counted: the words behind the measure word, or 人."""
    words = what.removeprefix("的")
    hits = list(patterns["observed"].finditer(words))
    return words[: hits[-1].end()] if hits else "人" if measure == "人" else None


def paired(found: list[Found], sentence: Sentence) -> list[Found]:
    """A count and the share that is told of the same (有37人认为……，占61%) are one: the share."""
    kept: list[Found] = []
    for one in found:
        last = kept[-1] if kept else None
        between = sentence.view[last.end : one.start] if last else ""
        if last and last.kind == "计数" and one.kind == "占比" and told_again(between):
            hidden = one.hidden or last.hidden
            kept[-1] = replace(
                one, n=last.n, denominator=last.denominator, observed=last.observed, hidden=hidden, paired=True
            )
        else:
            kept.append(one)
    return kept


def observed_behind(after: str, patterns: Patterns) -> str | None:
    """Whose share it is, where the name follows: 15%的干部, 七成以上单位."""
    head = re.match(r"的?([^，。；：、“”（）()]{1,16})", after)
    if head is None:
        return None
    hit = re.match(rf"[^能会说答选做是有在对把由被没未不已]{{0,8}}?(?:{patterns['observed'].pattern})+", head[1])
    answer = patterns["answer"].search(head[1])
    return hit.group() if hit and (answer is None or answer.start() >= hit.end()) else None


def observed_of(sentence: Sentence, one: Found, last_end: int, patterns: Patterns) -> str | None:
    """Whose share it is: named behind it, before it, or the one of whom the sentence speaks."""
    if name := observed_behind(sentence.view[one.end :], patterns):
        return sentence.shown[one.end :].removeprefix("的")[: len(name)]
    if asked := re.search(
        r"([^，。；：、“”]{1,8})对[^，。；]{1,16}(?:满意|知晓|认可|认同|信任)[率度]", sentence.view[: one.start]
    ):
        return sentence.shown[asked.start(1) : asked.end(1)]
    for begin in (last_end, 0):
        before = masked(sentence.view[begin : one.start])
        if hits := list(
            re.finditer(rf"[^，。；：、“”　的有在对\d%]{{0,8}}?(?:{patterns['observed'].pattern})+", before)
        ):
            name = JUNK.sub("", sentence.shown[begin + hits[-1].start() : begin + hits[-1].end()])
            return "人" if re.fullmatch(rf"{NUMBER}人", name) else name or None
    return "受访者" if re.search(r"问卷|答卷|调查", sentence.view) else None


def question_of(sentence: Sentence, one: Found, patterns: Patterns) -> str | None:
    """The question that a figure answers: the last quotation before it that is led in, or reads, like one."""
    found = None
    for hit in QUOTED.finditer(sentence.view[: one.start]):
        lead = sentence.view[max(0, hit.start() - 6) : hit.start()]
        behind = sentence.view[hit.end() : hit.end() + 8]
        if re.search(rf"(?:{patterns['lead'].pattern})$", lead) and (
            patterns["question"].search(hit[1]) or re.match(r"(?:这|一|的)?(?:一|个)?(?:题|问|项|问题|选项)", behind)
        ):
            found = sentence.shown[hit.start(1) : hit.end(1)]
    return found


def statement_of(sentence: Sentence, one: Found, begin: int, next_start: int) -> tuple[str, int]:
    """What a figure is told of, and where that ends: what follows the figure where it leads on (的干部认为……), else the
    clause before it, from ``begin``."""
    view, shown = sentence.view, sentence.shown
    if not one.paired and re.match(r"(?:的|[^，。；、）)])[^，。；、]", view[one.end : next_start]):
        end = one.end + len(masked(view[one.end : next_start]).split("；")[0])
        if end == next_start < len(view):  # the last clause leads on to the next figure
            commas = [hit.end() for hit in STOPS.finditer(masked(view[:end])) if hit.end() > one.end]
            end = commas[-1] if commas else end
        return shown[one.end : end].removeprefix("的").strip("，。；、 "), end
    told = masked(view[begin : one.start])
    tail = re.search(
        r"[，（(]?的?(?:就|只|仅|已)?(?:分别)?(?:占|占到|占比|比例)?(?:总数|全部)?(?:为|达|达到|的)?$", told
    )
    end = begin + (tail.start() if tail else len(told))
    stops = [hit.end() for hit in STOPS.finditer(masked(view[begin:end]))]
    return shown[begin + (stops[-1] if stops else 0) : end].strip("，。；、 ") or shown.strip(), one.end


def several_of(sentence: Sentence, found: list[Found], patterns: Patterns) -> str | None:
    """Whether more than one answer could be given, and how that is known."""
    shares = [one.share for one in found if one.kind == "占比" and one.share is not None]
    if patterns["several_said"].search(sentence.view):
        return "写明多选"
    asked = [hit[1] for hit in QUOTED.finditer(sentence.view) if patterns["question"].search(hit[1])]
    if len(found) < 3 or not asked:
        return None
    if sum(shares) > 1.005:
        return "合计超过100%"
    return "像是多选" if any(patterns["several_likely"].search(each) for each in asked) else None
