"""The schema of every table that passes from room to room, and the one check that holds a table to it."""

from __future__ import annotations

from nlp.tables.counts import (
    BURSTS,
    CODE_COUNTS,
    COVERAGE,
    DIRECTIONS,
    FORMS,
    FREQUENCIES,
    GROUPINGS,
    MOVEMENTS,
    OCCURRENCE_COUNTS,
    OCCURRENCES,
    PREVALENCE,
    PREVALENCE_WITHIN,
    TERM_COUNTS,
    TRENDS,
    TURNOVER,
)
from nlp.tables.judged import AGREEMENT, EVIDENCE, SETTINGS
from nlp.tables.relations import CHAINS, GAP_KINDS, GAP_SHARES, GAPS, LINKS, REUSE, REUSE_DOCUMENTS, SCOPES
from nlp.tables.schema import FACETS, ROLES, UNIT_KINDS, UNITS_OF_COUNT, Column, Table, check
from nlp.tables.texts import ABSTAINED, CONFLICTS, DOCUMENTS, DROPPED, FAILURES, LABELS, PASSAGES, SOURCES, TOKENS
from nlp.tables.themes import (
    CROSSWALK,
    DECISION,
    PROPOSALS,
    SELECTION,
    THEME_PASSAGES,
    THEME_QUOTATIONS,
    THEME_SHARES,
    THEME_SPREAD,
    THEME_TERMS,
    THEMES,
)
from nlp.tables.words import COLLOCATION, CORRESPONDENCE, KEYNESS, KWIC, NETWORK_EDGES, NETWORK_NODES, NETWORKS

__all__ = [
    "ABSTAINED",
    "AGREEMENT",
    "BURSTS",
    "CHAINS",
    "CODE_COUNTS",
    "COLLOCATION",
    "CONFLICTS",
    "CORRESPONDENCE",
    "COVERAGE",
    "CROSSWALK",
    "DECISION",
    "DIRECTIONS",
    "DOCUMENTS",
    "DROPPED",
    "EVIDENCE",
    "FACETS",
    "FAILURES",
    "FORMS",
    "FREQUENCIES",
    "GAPS",
    "GAP_KINDS",
    "GAP_SHARES",
    "GROUPINGS",
    "KEYNESS",
    "KWIC",
    "LABELS",
    "LINKS",
    "MOVEMENTS",
    "NETWORKS",
    "NETWORK_EDGES",
    "NETWORK_NODES",
    "OCCURRENCES",
    "OCCURRENCE_COUNTS",
    "PASSAGES",
    "PREVALENCE",
    "PREVALENCE_WITHIN",
    "PROPOSALS",
    "REUSE",
    "REUSE_DOCUMENTS",
    "ROLES",
    "SCOPES",
    "SELECTION",
    "SETTINGS",
    "SOURCES",
    "TABLES",
    "TERM_COUNTS",
    "THEMES",
    "THEME_PASSAGES",
    "THEME_QUOTATIONS",
    "THEME_SHARES",
    "THEME_SPREAD",
    "THEME_TERMS",
    "TOKENS",
    "TRENDS",
    "TURNOVER",
    "UNITS_OF_COUNT",
    "UNIT_KINDS",
    "Column",
    "Table",
    "check",
    "data_dictionary",
]

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        SOURCES,
        FAILURES,
        DROPPED,
        DOCUMENTS,
        CONFLICTS,
        PASSAGES,
        TOKENS,
        LABELS,
        ABSTAINED,
        THEMES,
        THEME_TERMS,
        THEME_PASSAGES,
        SELECTION,
        DECISION,
        THEME_SHARES,
        THEME_QUOTATIONS,
        THEME_SPREAD,
        CROSSWALK,
        PROPOSALS,
        PREVALENCE,
        PREVALENCE_WITHIN,
        COVERAGE,
        OCCURRENCES,
        TRENDS,
        MOVEMENTS,
        BURSTS,
        TURNOVER,
        LINKS,
        CHAINS,
        GAPS,
        GAP_SHARES,
        REUSE,
        REUSE_DOCUMENTS,
        KEYNESS,
        COLLOCATION,
        NETWORK_NODES,
        NETWORK_EDGES,
        CORRESPONDENCE,
        KWIC,
        AGREEMENT,
        EVIDENCE,
        SETTINGS,
    )
}


def data_dictionary() -> str:
    """Write the data dictionary of all tables as Markdown, for the README."""
    parts = []
    for table in TABLES.values():
        rows = "\n".join(
            f"| `{c.name}` | {c.kind}{'，可空' if c.nullable else ''} | {c.meaning}"
            f"{'（' + '、'.join(c.allowed) + '）' if c.allowed else ''} |"
            for c in table.columns
        )
        keys = "、".join(f"`{name}`" for name in table.key)
        parts.append(
            f"**{table.name}** {table.title}（主键 {keys}）\n\n| 列 | 类型 | 含义 |\n| --- | --- | --- |\n{rows}\n"
        )
    return "\n".join(parts)
