"""What the desk knows: the passages of one result, the machine's reading of them, and what was decided so far."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from nlp.base.errors import DataError
from nlp.corpus.codebook import CODED_FACETS, Codebook
from nlp.review.corrections import standing
from nlp.review.queues import (
    SIZE,
    disputed_queue,
    doubtful_queue,
    listed_queue,
    number_queue,
    random_queue,
    second_queue,
)
from nlp.review.store import Decision, Mark, Store, marks_of
from nlp.tables import QUEUE_KINDS, ROLES

KEYS = "qwertyuiop"  # of the codes of a facet, in the codebook's order
NAMES = dict(zip(QUEUE_KINDS, ("随机样本", "拿不准的", "一个数字", "第二位编码者", "裁定分歧"), strict=True))
PACE = 20  # decisions over which the pace is taken


@dataclass
class Visitor:
    """Who sits at one window, and whether the machine's reading is shown before one's own is given."""

    coder: str = ""
    blind: bool = True


@dataclass
class Desk:
    """One result at the desk. Its tables never change; the store only grows."""

    folder: Path
    tables: Mapping[str, pd.DataFrame]  # documents, passages, labels, machine_labels, machine_abstained
    codebook: Codebook
    store: Store
    visitors: dict[str, Visitor] = field(default_factory=dict)

    def visitor(self, session: str) -> Visitor:
        """Who sits at the window of this session."""
        return self.visitors.setdefault(session, Visitor())

    @cached_property
    def passages(self) -> dict[str, Any]:
        """Passages by id, in order."""
        return {str(row.passage_id): row for row in self.tables["passages"].itertuples()}

    @cached_property
    def documents(self) -> dict[str, Any]:
        """Documents by id."""
        return {str(row.document_id): row for row in self.tables["documents"].fillna("").itertuples()}

    @cached_property
    def places(self) -> dict[tuple[str, int], str]:
        """Passage ids by document and position."""
        return {(str(row.document_id), int(row.position)): name for name, row in self.passages.items()}

    @cached_property
    def machine(self) -> dict[str, dict[str, Any]]:
        """The machine's role, codes and evidence of every passage."""
        found: dict[str, dict[str, Any]] = {}
        for row in self.tables["machine_labels"].itertuples():
            read = found.setdefault(str(row.passage_id), {"role": "", "score": 0.0, "codes": [], "reason": ""})
            if row.facet == "role":
                read |= {"role": row.code, "score": row.score, "reason": row.reason or ""}
            else:
                read["codes"].append([row.code, int(row.start), int(row.end)])
        return found

    @cached_property
    def roles(self) -> list[dict[str, str]]:
        """Roles with their key, name and meaning."""
        told = {code.id: code for code in self.codebook.codes if code.facet == "role"}
        return [
            {"id": role, "key": str(i), "name": told[role].name, "definition": told[role].definition}
            for i, role in enumerate(ROLES, 1)
        ]

    @cached_property
    def codes(self) -> list[dict[str, Any]]:
        """Codes of the three facets with their key, name and meaning."""
        return [
            {
                "facet": facet,
                "id": code.id,
                "key": key,
                "name": code.name,
                "definition": code.definition,
                "not": self.named(code.not_when),
            }
            for facet in CODED_FACETS
            for key, code in zip(KEYS, (c for c in self.codebook.codes if c.facet == facet), strict=False)
        ]

    def named(self, text: str) -> str:
        """A text with the names of the codes in the place of their ids."""
        for code in self.codebook.codes:
            text = text.replace(f"（{code.id}）", f"（{code.name}）").replace(f" {code.id}）", f"{code.name}）")
        return text

    # Queues -----------------------------------------------------------------------------------------------------------

    def make_queue(self, kind: str, coder: str, size: int = SIZE, query: str = "") -> int:
        """Make a queue and return its number. Raises DataError where there is nothing for it."""
        passages, decisions, queued = self.tables["passages"], self.store.decisions(), self.store.queued()
        drawn = queued.loc[queued["kind"] == "random", "seed"]
        seed = int(drawn.iloc[0]) if len(drawn) else secrets.randbelow(10**6)
        if kind == "random":
            rows = random_queue(passages, self.tables["machine_labels"], seed, size)
        elif kind == "doubtful":
            rows = doubtful_queue(passages, self.tables["machine_abstained"])
        elif kind == "second":
            rows = second_queue(passages, decisions, coder, seed, size)
        elif kind == "disputed":
            rows = disputed_queue(passages, decisions)
        else:
            named = (self.tables[name] for name in ("labels", "documents", "machine_abstained"))
            rows = number_queue(query, passages, *named)
        if rows.empty:
            raise DataError.at(f"这个队列里没有段落：{NAMES[kind]}", where=self.folder, fix="换一种队列")
        return self.store.add_queue(rows)

    def queue_of_one(self, passage_id: str) -> int:
        """The queue that holds just this passage, made if it is not there. Raises DataError for an unknown passage.

        The page names a passage by document and position (甲#1), tables by its id (甲#0001); both are known.
        """
        document, _, position = passage_id.rpartition("#")
        if position.isdecimal():
            passage_id = self.places.get((document, int(position)), passage_id)
        if passage_id not in self.passages:
            raise DataError.at(
                f"没有这个段落：{passage_id}", where=self.folder, fix="材料重新分析过：重开 report.html 再点"
            )
        queued = self.store.queued()
        alone = queued[queued.groupby("queue")["passage_id"].transform("size") == 1]
        found = alone.loc[(alone["kind"] == "number") & (alone["passage_id"] == passage_id), "queue"]
        rows = listed_queue("number", self.tables["passages"], [passage_id])
        return int(found.iloc[0]) if len(found) else self.store.add_queue(rows)

    def queues(self, coder: str) -> list[dict[str, Any]]:
        """All queues, the newest first, each with what this coder has done of it."""
        decisions, queued = self.store.decisions(), self.store.queued()
        mine = standing(decisions[decisions["coder"] == coder])
        done = set(mine["passage_id"])
        return [
            {
                "number": number,
                "name": NAMES[rows["kind"].iloc[0]],
                "seed": int(rows["seed"].iloc[0]) or "",
                "total": len(rows),
                "done": int(rows["passage_id"].isin(done).sum()),
            }
            for number, rows in sorted(queued.groupby("queue"), key=lambda pair: -int(pair[0]))
        ]

    def next_position(self, queue: int, coder: str) -> int | None:
        """The first place in the queue that this coder has neither decided nor skipped, then those skipped."""
        rows, decisions = self.rows_of(queue), self.store.decisions()
        mine = decisions[decisions["coder"] == coder]
        left = rows[~rows["passage_id"].isin(set(standing(mine)["passage_id"]))]
        skipped = set(mine.loc[(mine["kind"] == "skip") & (mine["queue"] == queue), "passage_id"])
        order = [*left.loc[~left["passage_id"].isin(skipped), "position"], *left["position"]]
        return int(order[0]) if order else None

    def rows_of(self, queue: int) -> pd.DataFrame:
        """QUEUED of one queue, of passages that are still there. Raises DataError if there is no such queue."""
        queued = self.store.queued()
        rows = queued[queued["queue"] == queue]
        if rows.empty:
            raise DataError.at(f"没有第 {queue} 个队列", where=self.folder, fix="回到首页重新选")
        return rows[rows["passage_id"].isin(self.passages)]

    # One passage ------------------------------------------------------------------------------------------------------

    def view(self, queue: int, position: int, visitor: Visitor) -> dict[str, Any]:
        """All that the page of one passage shows; that the machine's reading was shown is written down."""
        rows = self.rows_of(queue)
        here = rows[rows["position"] == position]
        if here.empty:
            fix = "回到首页，从队列里接着核对"
            raise DataError.at("这一段已经不在结果里", where=f"第 {queue} 个队列第 {position} 段", fix=fix)
        passage = self.passages[here["passage_id"].iloc[0]]
        decisions = self.store.decisions()
        mine = standing(decisions[decisions["coder"] == visitor.coder])
        own = next(mine[mine["passage_id"] == passage.passage_id].itertuples(), None)
        shows = own is not None or not visitor.blind
        if shows:
            self.tell_seen(passage.passage_id, here["digest"].iloc[0], visitor.coder, decisions)
        places = list(rows["position"])
        at = places.index(position)
        neighbours = [self.places.get((passage.document_id, passage.position + step)) for step in (-1, 1)]
        return {
            "queue": queue,
            "position": position,
            "name": NAMES[here["kind"].iloc[0]],
            "passage": passage,
            "document": self.documents[passage.document_id],
            "section": passage.section if isinstance(passage.section, str) else "",
            "digest": here["digest"].iloc[0],
            "around": [self.passages[name].text if name else "" for name in neighbours],
            "before": places[at - 1] if at else None,
            "after": places[at + 1] if at + 1 < len(places) else None,
            "own": own
            and {"role": own.role, "codes": marks_of(own.codes), "note": own.note or "", "doubtful": own.doubtful},
            "machine": self.machine.get(str(passage.passage_id)) if shows else None,
            "progress": self.progress(rows, mine),
            "sent": secrets.token_urlsafe(12),
        }

    def tell_seen(self, passage_id: str, digest: str, coder: str, decisions: pd.DataFrame) -> None:
        """Write down, once, that a coder saw the machine's reading: what is decided after that is not blind."""
        if not self.has_seen(passage_id, coder, decisions):
            self.store.append([Decision(passage_id, digest, coder, kind="seen")])

    def has_seen(self, passage_id: str, coder: str, decisions: pd.DataFrame) -> bool:
        """Whether a coder was shown the machine's reading of a passage."""
        rows = decisions[(decisions["kind"] == "seen") & (decisions["coder"] == coder)]
        return passage_id in set(rows["passage_id"])

    def progress(self, rows: pd.DataFrame, mine: pd.DataFrame) -> dict[str, Any]:
        """How much of a queue is done, at what pace, and how many minutes are left."""
        done = int(rows["passage_id"].isin(set(mine["passage_id"])).sum())
        pace = mine["seconds"].dropna().tail(PACE).median()
        known = pace == pace  # not a number before the first decision
        left = len(rows) - done
        return {
            "done": done,
            "total": len(rows),
            "pace": round(float(pace)) if known else None,
            "minutes": round(left * float(pace) / 60) if known else None,
        }

    def decide(self, queue: int, position: int, coder: str, role: str, marks: list[Mark], **told: Any) -> None:
        """Keep a decision. Raises DataError for a role or code that the codebook does not have, or not together."""
        row = self.rows_of(queue).set_index("position").loc[position]
        passage = self.passages[row["passage_id"]]
        if role not in ROLES:
            raise DataError.at("还没有选角色", where=row["passage_id"], fix="按 1 至 6 选一个，再提交")
        wrong = [c for c, a, b in marks if c not in self.codebook.of(role) or not 0 <= a < b <= len(passage.text)]
        if wrong:
            raise DataError.at(
                f"这个角色不带这些代码，或证据不在文字里：{'、'.join(wrong)}", where=row["passage_id"], fix="重选"
            )
        if told["digest"] != row["digest"]:
            raise DataError.at("页面上的文字与队列里的不同", where=row["passage_id"], fix="刷新页面")
        blind = not self.has_seen(row["passage_id"], coder, self.store.decisions())
        self.store.append(
            [Decision(row["passage_id"], coder=coder, role=role, codes=tuple(marks), blind=blind, queue=queue, **told)]
        )

    def skip(self, queue: int, position: int, coder: str) -> None:
        """Leave a passage for the end of the queue."""
        row = self.rows_of(queue).set_index("position").loc[position]
        self.store.append([Decision(row["passage_id"], row["digest"], coder, kind="skip", queue=queue)])

    def undo(self, queue: int, coder: str) -> int:
        """Take back this coder's last decision in a queue; returns its place. Raises DataError if there is none."""
        decisions = self.store.decisions()
        undone = set(decisions["undone"].dropna())
        mine = decisions[
            (decisions["coder"] == coder) & (decisions["queue"] == queue) & (decisions["kind"] == "decide")
        ]
        mine = mine[~mine["number"].isin(undone)]
        if mine.empty:
            raise DataError.at("没有可以撤销的判定", where=f"第 {queue} 个队列", fix="先判一段")
        last = mine.iloc[-1]
        self.store.append(
            [Decision(last["passage_id"], last["digest"], coder, kind="undo", queue=queue, undone=int(last["number"]))]
        )
        rows = self.rows_of(queue).set_index("passage_id")
        return int(rows.at[last["passage_id"], "position"])
