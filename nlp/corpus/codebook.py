"""The codebook: which codes there are, in which facet, and what each means."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nlp.base.errors import DataError
from nlp.store.files import read_table
from nlp.tables import FACETS, ROLES

CODED_FACETS = ("manifestation", "cause", "remedy")  # a passage of this role may carry codes of this facet


@dataclass(frozen=True, slots=True)
class Code:
    """One code: its facet and id, its Chinese name, what it means and when it must not be given."""

    facet: str
    id: str
    name: str
    definition: str
    not_when: str


@dataclass(frozen=True, slots=True)
class Codebook:
    """All codes in the order of ``codes.csv``."""

    codes: tuple[Code, ...]

    def of(self, facet: str) -> tuple[str, ...]:
        """Ids of the codes of one facet."""
        return tuple(code.id for code in self.codes if code.facet == facet)

    def name(self, code: str) -> str:
        """Chinese name of a code or role; an unknown id stands for itself."""
        return next((c.name for c in self.codes if c.id == code and c.facet != "role"), self.role_name(code))

    def role_name(self, role: str) -> str:
        """Chinese name of a role."""
        return next((c.name for c in self.codes if c.id == role and c.facet == "role"), role)

    def facet_of(self, code: str) -> str:
        """Facet of a code (not of a role)."""
        return next(c.facet for c in self.codes if c.id == code and c.facet != "role")

    @property
    def ids(self) -> frozenset[str]:
        """Ids of all codes, roles left out."""
        return frozenset(code.id for code in self.codes if code.facet != "role")


def load_codebook(path: Path) -> Codebook:
    """Read ``codes.csv`` (facet, id, name, definition, not_when). Raises DataError that lists every faulty row."""
    table = read_table(path, required=("facet", "id", "name", "definition", "not_when"))
    faults = []
    if len(unknown := table[~table["facet"].isin(FACETS)]):
        faults.append(_fault("没有这样的维度", unknown, "facet", path, f"只能用：{'、'.join(FACETS)}"))
    if len(roles := table[(table["facet"] == "role") & ~table["id"].isin(ROLES)]):
        faults.append(_fault("没有这样的角色", roles, "id", path, f"只能用：{'、'.join(ROLES)}"))
    if len(twice := table[table.duplicated(["facet", "id"], keep=False)]):
        faults.append(_fault("代码重复", twice, "id", path, "每个代码只留一行"))
    codes = table[table["facet"] != "role"]
    if len(shared := codes[codes.duplicated("id", keep=False) & ~codes.duplicated(["facet", "id"], keep=False)]):
        faults.append(_fault("不同维度用了同一个代码", shared, "id", path, "改成不同的代码"))
    for name in ("id", "name", "definition"):
        if len(empty := table[table[name] == ""]):
            faults.append(_fault(f"列 {name} 有空值", empty, "id", path, "填写后再运行"))
    if faults:
        raise DataError.all_of(faults)
    return Codebook(tuple(Code(r.facet, r.id, r.name, r.definition, r.not_when) for r in table.itertuples()))


def readable_codes(path: Path) -> frozenset[str] | None:
    """Ids that a faulty codebook still shows, so that the lexicon can be held to them; None if it shows none."""
    try:
        return frozenset(read_table(path, required=("id",))["id"])
    except DataError:
        return None


def _fault(what: str, rows: object, column: str, path: Path, fix: str) -> DataError:
    values = "、".join(dict.fromkeys(str(v) for v in rows[column]))  # type: ignore[index]
    lines = "、".join(str(line) for line in rows["line"])  # type: ignore[index]
    return DataError.at(f"{what}：{values}", where=f"{path} 第 {lines} 行", fix=fix)
