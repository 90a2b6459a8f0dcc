"""What a passage does with its words: modality, turn, negation, explanation, reported success."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from nlp.search.batch_text import END, Flat
from nlp.search.literals import LiteralFinder, Members

Ints = np.ndarray

DIGITS = "0123456789"
NUMERALS = "一二三四五六七八九十"
HAN = "".join(map(chr, range(0x4E00, 0xA000)))
OPENING = "。！？；，：" + END  # what stands before the first word of a clause


@dataclass(frozen=True)
class Mark:
    """A wording, and the characters that must (``^``: must not) stand right before and right behind it."""

    wording: str
    before: str = "^"
    after: str = "^"


def marks(wordings: str, before: str = "^", after: str = "^") -> tuple[Mark, ...]:
    """Marks of all ``wordings``, which stand apart by blanks, in the same surroundings."""
    return tuple(Mark(wording, before, after) for wording in wordings.split())


IMPERATIVES = (
    "坚持 加强 强化 健全 完善 建立 推行 推动 推进 落实 压实 优化 创新 抓好 抓实 严格 深化 突出 聚焦 找准 用好 开展 组织 把 将 实行 "
    "注重 着力 持续 构建 打造 明确 细化 制定 定期 选优 配齐 拓展 丰富 引导 督促 注入"
)
NUMBERED = " ".join(f"{numeral}是{verb}" for numeral in NUMERALS for verb in IMPERATIVES.split())

# Each family counts one way of speaking. The words are function words of the language, not terms of the field, so
# they live with the method; the field's own wordings are cues and live in corpus/lexicon.
FAMILIES: dict[str, tuple[Mark, ...]] = {
    "obligation": (
        *marks("要", before="^需主重首必只摘简纪次不", after="^求点素闻害命么是紧，。、；！？”"),
        *marks("应当 应该 须 必须 务必 务求 需要 亟需 亟待"),
        *marks("应", after="^当该对用付急变有考试届运"),
    ),
    "prohibition": (
        *marks("不得 不能 不可 决不 绝不 严禁 切忌 切莫 防止 避免 杜绝 力戒 坚决反对 坚决纠正 谨防"),
        *marks("不要", after="^，。、；！？”’"),
    ),
    "proposal": (
        *marks("建议 下一步 今后 接下来 明年 拟 打算 力争 争取 计划于 确保 为此， 对此，应 不妨"),
        *marks("可以从 可以通过 可以考虑 可以探索 可以采取 可从 可通过 可考虑 可探索 可采取"),
        *marks("将", after="^军近领来就"),
    ),
    "imperative": (*marks(IMPERATIVES, before=OPENING), *marks(NUMBERED, before=OPENING)),
    "explanation": marks(
        "原因 根源 究其 由于 因为 缘于 源于 之所以 在于 症结 导致 致使 造成 以致 使得 归根 根子 根本上 说到底 起因 因而 因此 "
        "所以 于是 自然 难免 就不奇怪 不难理解 为什么 为何 何以 既有 出在 来自 归结"
    ),
    "belief": marks(
        "认为 觉得 以为 总想 总觉 看作 视为 当成 当作 误以为 错误地 片面 认识不 认识模糊 认识偏 认识有 观念 心态 心理"
    ),
    "lack": (
        *marks(
            "不够 不足 不强 不高 不深 不实 不严 不紧 不明显 不到位 不健全 不完善 不力 不清 不细 不全 不多 不少 缺乏 缺少 缺失 "
            "欠缺 偏差 薄弱 滞后 弱化 虚化 淡化 没有 未能 难以 难于 不见 无人 没人 鲜有 很少 极少 谈不上 差距 短板"
        ),
        *marks("未", after="^来必免曾能"),
    ),
    "vague_subject": marks("有的 有些 个别 部分 少数 一些 不少 多数 某 往往 普遍 存在 仍然 依然 仍 还不"),
    "turn": marks("但 然而 不过 可是 却 反而 反倒 与此同时 相比之下 尽管 虽"),
    "success": marks(
        "有效 显著 明显提升 明显增强 明显改善 明显改观 明显好转 明显提高 进一步增强 进一步提升 进一步提高 进一步深化 进一步夯实 提升了 增强了 "
        "形成了 实现了 推动了 解决了 打通了 得到了 取得了 完成了 建起 获得 荣获 获评 突破 满意度 提高到 下降到 缩短 好评 成效 "
        "经验 成果 亮点 新局面 新格局 走出了 被评为 首创"
    ),
    "done": (
        *marks("已", after="^不"),
        *marks("先后 累计 开展了 建立了 组织了 举办 成立了 推出 创建 打造了 近年来 今年以来 一年来"),
        *marks("共", after="^同产性识青建"),
        *marks("了", before=HAN, after="^解然"),
    ),
    "definition": marks(
        "是指 所谓 本质是 本质上是 内涵 定义 概念 界定 意味着 辩证 统一的 相辅相成 不可分割 既是 灵魂 根本保证 根本要求 根本遵循 指出 "
        "强调 要求， 会议精神 讲话 条例 意见》 规定"
    ),
    "survey": marks(
        "调研 课题组 座谈 问卷 走访 访谈 抽样 样本 回收 收回 发放 受访 调查 本文 本课题 现将有关情况 现就有关情况 现将情况 现有关情况 "
        "报告如下"
    ),
    "organisation": (
        *marks("现有 共有 下设 下辖 辖 在职 编制 成立于 承担着 主管 主要职责"),
        *marks("党员 党支部", after=DIGITS),
        *marks("名 个支部 个党支部", before=DIGITS),
    ),
    "figure": (
        *marks("% ％", before=DIGITS),
        *marks("百分之 分别"),
        *marks("一成 二成 三成 四成 五成 六成 七成 八成 九成"),
    ),
    "problem_word": marks("问题 现象 两张皮 矛盾 困境 难题 顽疾 弊病 毛病 通病 形式主义 应付 流于 走过场 脱节 割裂"),
    "first_person": (*marks("我", after="^国党"), *marks("本人 自己 咱")),
    "greeting": marks("各位 同志们 谢谢 大家好 汇报完毕 敬请 此致 敬礼 欢迎 请批评指正"),
    "commercial": marks(
        "下载 版权 会员 VIP vip 客服 点击 登录 扫码 二维码 转载 责编 责任编辑 编辑： 来源： 网站 文库 附件"
    ),
}
NAMES = tuple(FAMILIES)
# Rule 15 of the codebook: what follows the turn decides.
TURNS = (*marks("但", after="^愿凡"), *marks("然而 可是 与此同时，"), *marks("不过", after="，是"))
SHORTEST_TURNED = 18  # characters behind a turn that can decide
QUESTION, OPENED, CLOSED = marks("？"), marks("“"), marks("”")
# Numbers of the groups behind those of the families.
TURN, ASKED, OPENING_QUOTE, CLOSING_QUOTE = range(len(NAMES), len(NAMES) + 4)
N_SIGNALS = 3 * len(NAMES) + 4


Speech = tuple[dict[str, int], int]  # counts of the families in what a passage is after, and where that begins


class MarkFinder:
    """Where the marks of several groups stand."""

    def __init__(self, groups: tuple[tuple[Mark, ...], ...]) -> None:
        self.marks = [mark for group in groups for mark in group]
        self.group = np.array([number for number, group in enumerate(groups) for _ in group], dtype=np.int64)
        wordings = tuple(dict.fromkeys(mark.wording for mark in self.marks))
        self.finder = LiteralFinder(wordings)
        self.members = Members([(mark.wording,) for mark in self.marks], wordings)
        sides = [side for mark in self.marks for side in (mark.before, mark.after)]
        known = sorted(set(sides))
        self.allowed = np.array([allowed_points(side) for side in known])
        self.before = np.array([known.index(mark.before) for mark in self.marks])
        self.after = np.array([known.index(mark.after) for mark in self.marks])

    def find(self, flat: Flat) -> tuple[np.ndarray, np.ndarray]:
        """Number of the group and position of every mark, by position."""
        literal, start = self.finder.find(flat)
        mark, which = self.members.of(literal)
        start, end = start[which], start[which] + self.finder.lengths[literal[which]]
        previous = np.where(start > 0, flat.points[start - 1], 0)
        following = flat.points[end]  # END stands behind every text
        held = self.allowed[self.before[mark], previous] & self.allowed[self.after[mark], following]
        mark, start = mark[held], start[held]
        order = np.lexsort((self.group[mark], start))
        return self.group[mark][order], start[order]


def allowed_points(side: str) -> np.ndarray:
    """Code points that a side of a mark allows."""
    inverse = side.startswith("^")
    points = np.full(0x10000, inverse)
    points[[ord(char) for char in side.removeprefix("^")]] = not inverse
    return points


@lru_cache(maxsize=1)
def family_finder() -> MarkFinder:
    """The families, the turns, question marks and quotation marks."""
    return MarkFinder((*FAMILIES.values(), TURNS, QUESTION, OPENED, CLOSED))


@dataclass(frozen=True)
class Signals:
    """Ways of speaking in a batch: group (NAMES, then TURN and what follows) and place of every mark, by place."""

    group: Ints
    start: Ints

    def turned(self, begins: Ints, ends: Ints) -> Ints:
        """Where the part behind the first turn begins in every span; -1 where there is none, or it is too short."""
        turns = self.start[self.group == TURN]
        if not len(turns):
            return np.full(len(begins), -1)
        number = np.searchsorted(turns, begins)
        first = turns[np.minimum(number, len(turns) - 1)]
        left = ends - first
        long = left >= np.maximum(SHORTEST_TURNED, (ends - begins) // 6)
        return np.where((number < len(turns)) & (first < ends) & long, first, -1)

    def counts(self, begins: Ints, ends: Ints, froms: Ints) -> Ints:
        """Marks of every family from ``froms`` to the end of each span, (n_spans, n_families); spans lie apart."""
        told = self.group < len(NAMES)
        group, start = self.group[told], self.start[told]
        span, inside = spans_of(start, begins, ends)
        inside &= start >= froms[span] if len(begins) else False
        cells = span[inside] * len(NAMES) + group[inside]
        return np.bincount(cells, minlength=len(begins) * len(NAMES)).reshape(len(begins), len(NAMES))


def signals_of(flat: Flat) -> Signals:
    """All marks of a batch."""
    return Signals(*family_finder().find(flat))


def spans_of(positions: Ints, begins: Ints, ends: Ints) -> tuple[Ints, np.ndarray]:
    """Number of the span that each position may lie in, and whether it does; spans lie apart, in order."""
    span = np.maximum(np.searchsorted(begins, positions, side="right") - 1, 0)
    inside = (
        (positions >= begins[span]) & (positions < ends[span]) if len(begins) else np.zeros(len(positions), dtype=bool)
    )
    return span, inside


def signal_values(signals: Signals, begins: Ints, ends: Ints) -> np.ndarray:
    """Signals of every span, (n_spans, N_SIGNALS), logarithms of counts.

    Returns
    -------
    array of float64
        every family in the whole span; in its last third, where a passage says what it is after; length, question
        marks, share of quoted characters; every family behind the turn (in the whole where there is none); turn.
    """
    if not len(begins):
        return np.zeros((0, N_SIGNALS))
    turned = signals.turned(begins, ends)
    tail = begins + (ends - begins) * 2 // 3
    length = ends - begins
    shape = [
        np.log1p(length),
        n_questions(signals, begins, ends),
        quoted(signals, begins, ends) / np.maximum(1, length),
    ]
    parts = [
        signals.counts(begins, ends, begins),
        signals.counts(begins, ends, tail),
        np.array(shape).T.reshape(len(begins), len(shape)),
        signals.counts(begins, ends, np.where(turned >= 0, turned, begins)),
        (turned >= 0)[:, None],
    ]
    return np.log1p(np.hstack(parts).astype(np.float64))


def n_questions(signals: Signals, begins: Ints, ends: Ints) -> Ints:
    """Question marks in every span."""
    marked = signals.start[signals.group == ASKED]
    found: Ints = np.searchsorted(marked, ends) - np.searchsorted(marked, begins)
    return found


def quoted(signals: Signals, begins: Ints, ends: Ints) -> Ints:
    """Characters between quotation marks, these included, in every span."""
    opened, closed = (signals.start[signals.group == group] for group in (OPENING_QUOTE, CLOSING_QUOTE))
    if not (len(opened) and len(closed)):
        return np.zeros(len(begins), dtype=np.int64)
    span, inside = spans_of(opened, begins, ends)
    opened, span = opened[inside], span[inside]
    if not len(opened):
        return np.zeros(len(begins), dtype=np.int64)
    number = np.searchsorted(closed, opened)
    # “甲“乙” is one quotation; one that its span leaves open takes no mark from the next span.
    first = np.concatenate([[True], (number[1:] != number[:-1]) | (span[1:] != span[:-1])]) & (number < len(closed))
    opened, span, close = opened[first], span[first], closed[number[first]]
    inside = close < ends[span]
    return np.bincount(span[inside], close[inside] - opened[inside] + 1, len(begins)).astype(np.int64)


def passage_signals(flat: Flat) -> Iterator[Speech]:
    """For every text of a batch: counts of the families in what it is after, and where that begins in it."""
    signals = signals_of(flat)
    turned = signals.turned(flat.begins, flat.ends)
    froms = np.where(turned >= 0, turned, flat.begins)
    counts = signals.counts(flat.begins, flat.ends, froms)
    for row, begin, start in zip(counts.tolist(), flat.begins.tolist(), froms.tolist(), strict=True):
        yield dict(zip(NAMES, row, strict=True)), start - begin
