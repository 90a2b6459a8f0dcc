"""What a passage does with its words: modality, turn, negation, explanation, reported success."""

from __future__ import annotations

import re

import numpy as np

# Each family counts one way of speaking. The words are function words of the language, not terms of the field, so
# they live with the method; the field's own wordings are cues and live in corpus/lexicon.
FAMILIES: dict[str, re.Pattern[str]] = {
    "obligation": re.compile(
        r"(?<![需主重首必只摘简纪次不])要(?!求|点|素|闻|害|命|么|是|紧|[，。；、！？”])|应当|应该|应(?=[^对用付急变有考试届运])|须|必须|务必|务求|需要|亟需|亟待"
    ),
    "prohibition": re.compile(
        r"不得|不能|不可|不要(?=[^，。；、！？”’])|决不|绝不|严禁|切忌|切莫|防止|避免|杜绝|力戒|坚决(?:反对|纠正)|谨防"
    ),
    "proposal": re.compile(
        r"建议|下一步|今后|接下来|明年|将(?=[^军近领来就])|拟|打算|力争|争取|计划于|确保|为此，|对此，应|不妨|可以?(?:从|通过|考虑|探索|采取)"
    ),
    "imperative": re.compile(
        r"(?:^|[。；，：])(?:[一二三四五六七八九十]是)?(?:坚持|加强|强化|健全|完善|建立|推行|推动|推进|落实|压实|优化|创新|抓好|抓实|严格|深化|突出|聚焦|找准|用好|开展|组织|把|将|实行|注重|着力|持续|构建|打造|明确|细化|制定|定期|选优|配齐|拓展|丰富|引导|督促|注入)"
    ),
    "explanation": re.compile(
        r"原因|根源|究其|由于|因为|缘于|源于|之所以|在于|症结|导致|致使|造成|以致|使得|归根|根子|根本上|说到底|起因|因而|因此|所以|于是|自然|难免|就不奇怪|不难理解|为什么|为何|何以|既有|出在|来自|归结"
    ),
    "belief": re.compile(
        r"认为|觉得|以为|总想|总觉|看作|视为|当成|当作|误以为|错误地|片面|认识(?:不|模糊|偏|有)|观念|心态|心理"
    ),
    "lack": re.compile(
        r"不够|不足|不强|不高|不深|不实|不严|不紧|不明显|不到位|不健全|不完善|不力|不清|不细|不全|不多|不少|缺乏|缺少|缺失|欠缺|偏差|薄弱|滞后|弱化|虚化|淡化|没有|未能|未(?=[^来必免曾])|难以|难于|不见|无人|没人|鲜有|很少|极少|谈不上|差距|短板"
    ),
    "vague_subject": re.compile(r"有的|有些|个别|部分|少数|一些|不少|多数|某|往往|普遍|存在|仍然|依然|仍|还不"),
    "turn": re.compile(r"但是?|然而|不过|可是|却|反而|反倒|与此同时|相比之下|尽管|虽然|虽"),
    "success": re.compile(
        r"有效|显著|明显(?:提升|增强|改善|改观|好转|提高)|进一步(?:增强|提升|提高|深化|夯实)|提升了|增强了|形成了|实现了|推动了|解决了|打通了|得到了|取得了|完成了|建起|获得|荣获|获评|突破|满意度|提高到|下降到|缩短|好评|成效|经验|成果|亮点|新局面|新格局|走出了|被评为|首创"
    ),
    "done": re.compile(
        r"已(?:经)?(?!不)|先后|共(?=[^同产性识青建])|累计|开展了|建立了|组织了|举办了?|成立了|推出|创建|打造了|近年来|今年以来|一年来|[\u4e00-\u9fff]了(?=[^解然])"
    ),
    "definition": re.compile(
        r"是指|所谓|本质上?是|内涵|定义|概念|界定|意味着|辩证|统一的|相辅相成|不可分割|既是.{1,20}又是|灵魂|根本(?:保证|要求|遵循)|指出|强调|要求，|会议精神|讲话|条例|意见》|规定"
    ),
    "survey": re.compile(
        r"调研组?|课题组|座谈|问卷|走访|访谈|抽样|样本|回收|收回|发放|受访|调查(?:显示|发现|对象)?|本文|本课题|现(?:将|就)?(?:有关)?情况|报告如下"
    ),
    "organisation": re.compile(
        r"现有|共有|下设|下辖|辖|党员\d+|\d+名|\d+个(?:党)?支部|在职|编制|成立于|承担着|主管|主要职责|党支部\d+"
    ),
    "figure": re.compile(r"\d+(?:\.\d+)?[%％]|百分之|[一二三四五六七八九]成|分别"),
    "problem_word": re.compile(
        r"问题|现象|两张皮|矛盾|困境|难题|顽疾|弊病|毛病|通病|形式主义|应付|流于|走过场|脱节|割裂"
    ),
    "first_person": re.compile(r"我(?!国|党)|我们|本人|自己|咱"),
    "greeting": re.compile(r"各位|同志们|谢谢|大家好|汇报完毕|敬请|此致|敬礼|欢迎|请批评指正"),
    "commercial": re.compile(
        r"下载|版权|会员|VIP|vip|客服|点击|登录|扫码|二维码|转载|责编|责任编辑|编辑：|来源：|网站|文库|附件"
    ),
}
NAMES = tuple(FAMILIES)
CLAUSE = re.compile(r"[，。；！？：]")


def signal_counts(text: str) -> np.ndarray:
    """Counts of every family in ``text`` (folded), the same behind the last turn, and what the opening says.

    Returns
    -------
    array of float32, length 2 × families + 3
        counts over the whole; counts in the last third, where a passage says what it is after; length (log
        characters), share of question marks, share of quoted characters.
    """
    tail = text[len(text) * 2 // 3 :]
    whole = [len(pattern.findall(text)) for pattern in FAMILIES.values()]
    end = [len(pattern.findall(tail)) for pattern in FAMILIES.values()]
    quoted = sum(len(part) for part in re.findall(r"“[^”]*”", text))
    shape = [np.log1p(len(text)), text.count("？"), quoted / max(1, len(text))]
    return np.array([*whole, *end, *shape], dtype=np.float32)


def turn_counts(text: str) -> np.ndarray:
    """Counts of every family behind the turn (over the whole where there is none), and whether there is a turn."""
    turned = behind_turn(text)
    heard = turned or text
    return np.array([*(len(p.findall(heard)) for p in FAMILIES.values()), bool(turned)], dtype=np.float32)


def behind_turn(text: str) -> str | None:
    """The part of a passage behind its turn (但、然而…), if it is more than half a sentence; rule 15 of the codebook."""
    turns = list(re.finditer(r"(?:但(?!愿|凡)|然而|不过[，是]|可是|与此同时，)", text))
    if not turns:
        return None
    part = text[turns[0].start() :]
    return part if len(part) >= max(18, len(text) // 6) else None
