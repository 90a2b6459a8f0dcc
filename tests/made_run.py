"""A small run of the main job, for the tests of what an analyst takes away."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from sklearn.exceptions import ConvergenceWarning

from nlp.corpus.folder import Corpus
from nlp.run.analyze import analyze
from nlp.run.how import How

PROBLEMS = [
    "有的支部制度只是挂在墙上、流于形式，以会议落实会议，会后只补台账。",
    "一些单位把业务当硬指标、把党建当软任务，说起来重要、做起来次要、忙起来不要。",
    "党建与业务各唱各的调，没有同部署，找不到结合点，成了自我循环。",
    "支部书记身兼数职，党建与业务互相抢时间，常常顾此失彼，加班加点也赶不上。",
    "党课内容单一、形式呆板，读文件念报纸，年轻党员提不起兴趣。",
]
CAUSES = [
    "究其原因，是思想认识有偏差，把党建看成虚的、看成软任务。",
    "由于考核看痕迹多、看实效少，党建工作难以量化，导向就偏了。",
    "因为专职党务干部配备不足，兼职的多，力量自然薄弱。",
]
REMEDIES = [
    "要坚持同谋划、同部署、同落实、同检查，找准党建与业务的结合点。",
    "要压实“一岗双责”，完善述职评议，对不抓党建的严肃问责。",
    "要提高党建在考核中的权重，强化结果运用，奖优罚劣。",
]
ATTACK = "<script>alert('文')</script><img src=x onerror=alert(1)> 有的支部制度只是挂在墙上，“活动”&走过场。"
FORMULA = '=HYPERLINK("http://a.example","点我")，有的单位这样写在表格里，制度挂在墙上。'


def report_of(i: int) -> str:
    """A short report: the same sections, other passages in front."""
    parts = []
    for heading, texts in (("一、问题表现", PROBLEMS), ("二、原因分析", CAUSES), ("三、对策建议", REMEDIES)):
        turn = i % len(texts)
        parts += [heading, *(f"{text[:-1]}，第{i}处的情况也是这样。" for text in texts[turn:] + texts[:turn])]
    return "\n".join(parts)


@dataclass(frozen=True)
class Result:
    """A small run: its folder and its tables."""

    out: Path
    tables: dict[str, pd.DataFrame]


def small_run(corpus: Corpus, folder: Path, out: Path) -> Result:
    """Six invented reports of two kinds of unit over three years, two of them hostile."""
    rows = [["source", "title", "organ", "kind_of_unit", "date", "genre"]]
    for i in range(6):
        (folder / f"{i}.txt").write_text(report_of(i) + (f"\n{ATTACK}\n{FORMULA}" if i < 2 else ""), encoding="utf-8")
        title = "<b onclick=alert(2)>标题</b><script src=//a.example/x.js></script>" if i == 0 else f"第{i}份报告"
        rows.append(
            [
                f"{i}.txt",
                title,
                "=1+1" if i == 1 else "某某局",
                ("机关", "国企")[i % 2],
                f"20{19 + i // 2}-0{i + 1}",
                "调研报告",
            ]
        )
    short = [("甲", PROBLEMS[0]), ("乙", CAUSES[0]), ("丙", "开通会员即可免费下载全站文档")]  # the last is noise only
    pd.DataFrame(short, columns=["编号", "正文"]).to_csv(folder / "摘要.csv", index=False, encoding="utf-8")
    pd.DataFrame(rows[1:], columns=rows[0]).to_csv(folder / "documents.csv", index=False, encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a matter of topics/, not of what is drawn here
        return Result(out, dict(analyze([folder], out, corpus, How(coder="rules"))))
