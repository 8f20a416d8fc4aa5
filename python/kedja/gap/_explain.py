"""From a row of a gap table to the companies, links and projects that it rests on."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kedja._known_links import marked
from kedja._profile import basis_of
from kedja._result import Result
from kedja.gap._evidence import Evidence, evidence_of, parts_of
from kedja.gap._labels import labels_of

if TYPE_CHECKING:
    from kedja._dataset import Dataset
    from kedja.gap._fragility import Supply

_ROLES = {
    "has": {"en": "has it", "sv": "har det"},
    "member": {"en": "member", "sv": "medlem"},
    "needs": {"en": "needs it", "sv": "behöver det"},
    "could": {"en": "could fill it", "sv": "kan fylla den"},
    "buyer": {"en": "buys from one supplier", "sv": "köper från en leverantör"},
    "supplier": {"en": "single supplier", "sv": "enda leverantör"},
    "there": {"en": "tie there", "sv": "band dit"},
    "nearest": {"en": "nearest to final demand", "sv": "närmast slutlig användning"},
    "farthest": {"en": "farthest from final demand", "sv": "längst från slutlig användning"},
}
_HEADS = {
    "companies": {"en": "Companies", "sv": "Företag"},
    "links": {"en": "Links", "sv": "Länkar"},
    "projects": {"en": "Projects", "sv": "Projekt"},
    "more": {"en": "... and {n} more", "sv": "... och {n} till"},
}
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Company:
    id: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Link:
    source: str
    target: str
    kind: str
    value: float | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Project:
    project: str
    companies: tuple[str, ...]
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """What one gap rests on. Printing it shows the first ten of each."""

    title: str
    text: str
    formula: str
    companies: tuple[Company, ...] = ()
    links: tuple[Link, ...] = ()
    projects: tuple[Project, ...] = ()
    lang: str = field(default="en", repr=False)

    def groups(self, lang: str | None = None) -> list[tuple[str, list[str]]]:
        """Companies by their role, links and projects, each with a heading in `lang` and lines."""
        lang = lang or self.lang
        made: list[tuple[str, list[str]]] = []
        for role in _once(c.role for c in self.companies):
            key = next(key for key, said in _ROLES.items() if said[self.lang] == role)
            rows = [
                f"{c.name or c.id}{f' ({c.id})' if c.name else ''}"
                for c in self.companies
                if c.role == role
            ]
            made.append((f"{_HEADS['companies'][lang]}: {_ROLES[key][lang]}", rows))
        if self.links:
            made.append((_HEADS["links"][lang], [_say_link(link) for link in self.links]))
        if self.projects:
            made.append((_HEADS["projects"][lang], [_say_project(p) for p in self.projects]))
        return made

    def lines(self, most: int = _SHOWN) -> list[str]:
        """The explanation line by line, at most `most` companies, links and projects each."""
        made = [self.title, self.text, *([self.formula] if self.formula else [])]
        for head, rows in self.groups():
            made.append(f"{head} ({len(rows)})")
            made += [f"  {row}" for row in rows[:most]]
            if len(rows) > most:
                made.append("  " + _HEADS["more"][self.lang].format(n=len(rows) - most))
        return made

    def __str__(self) -> str:
        return "\n".join(self.lines())


def _say_link(link: Link) -> str:
    said = f"{link.source} → {link.target} ({link.kind}"
    said += "" if link.value is None else f", {link.value:g}"
    return said + ("" if link.year is None else f", {link.year}") + ")"


def _say_project(project: Project) -> str:
    year = "" if project.year is None else f" ({project.year})"
    return f"{project.project}{year}: {', '.join(project.companies)}"


def explain_row(
    data: Dataset, result: Result, i: int, lang: str, supply: Supply | None = None
) -> Explanation:
    """Row `i` of one measure's table."""
    row = {name: result[name][i] for name in result.columns}
    measure = str(result.meta["measure"]).removeprefix("gap.")
    evidence = evidence_of(measure, row, result.meta, parts_of(result))
    return explanation(data, measure, row, evidence, lang, supply)


def explanation(
    data: Dataset,
    measure: str,
    row: dict[str, Any],
    evidence: Evidence,
    lang: str,
    supply: Supply | None = None,
) -> Explanation:
    """`row` has cluster, item, status and, where known, filler_cluster."""
    found = _Witnesses(data, row["cluster"], lang)
    companies: list[Company] = []
    links: list[Link] = []
    projects: list[Project] = []
    item = str(row["item"])
    other = str(row.get("filler_cluster", ""))
    if row["status"] in ("undecided", "no_data"):
        pass
    elif measure == "capability" or measure == "coverage":
        companies = found.able([item] if item else None, other)
    elif measure == "complementarity" and item:
        companies = found.needing(item)
    elif measure == "tie_deficit" and item:
        links, projects = found.between(item)
    elif measure == "reach" and "nearest" in row:
        ends = [(str(row[end]), end) for end in ("nearest", "farthest") if row[end]]
        companies = [found.company(company, role) for company, role in ends]
    elif measure == "reach" and item:
        links, projects = found.towards(item)
    elif measure == "fragility" and supply is not None:
        companies, links = found.single_sources(item, supply)
    elif not item:  # the whole rests on all members
        companies = found.able(None, "")
    parts = [p for p in (str(row.get("set", "")), item) if p]
    if measure == "reach" and "nearest" in row:
        parts = ["chain"]
    title = f"{row['cluster']}: {' / '.join([measure, *parts])}"
    return Explanation(
        title,
        evidence.say(lang),
        evidence.show_formula(lang, labels_of(data, measure)),
        tuple(companies),
        tuple(links),
        tuple(projects),
        lang,
    )


class _Witnesses:
    """Looks up who and what stands behind a gap of one cluster."""

    def __init__(self, data: Dataset, cluster: str, lang: str) -> None:
        self._data, self._cluster, self._lang = data, cluster, lang
        companies = data.companies.to_pandas()
        names = companies["name"] if "name" in companies else [""] * len(companies)
        self._name = dict(zip(companies["id"], names, strict=True))
        self._companies = companies
        self._members = self._of(cluster)

    def _of(self, cluster: str) -> set[str]:
        table = self._data.memberships.to_pandas()
        if not len(table):
            return set()
        return set(table.loc[table["cluster"] == cluster, "company"].tolist())

    def company(self, company: str, role: str) -> Company:
        return Company(company, self._name.get(company, ""), _ROLES[role][self._lang])

    @functools.cached_property
    def _by_industry(self) -> bool:
        return basis_of(self._data) == "nace2"

    def _having(self, item: str) -> list[str]:
        table = self._data.capabilities.to_pandas()
        if len(table):
            has = table["capability"] == item
            if "level" in table:
                has &= table["level"].fillna(1.0) > 0
            found = sorted(set(table.loc[has, "company"].tolist()))
            if found:
                return found
        if self._by_industry:
            division = self._companies["nace"].str[:2] == item
            return sorted(self._companies.loc[division, "id"].tolist())
        return []

    def able(self, items: list[str] | None, other: str) -> list[Company]:
        """Members that have an item, and companies of the filling cluster that do."""
        if items is None:
            return [self.company(c, "member") for c in sorted(self._members)]
        found = []
        elsewhere = self._of(other) - self._members if other else set()
        for item in items:
            having = self._having(item)
            found += [self.company(c, "has") for c in having if c in self._members]
            if not other:
                continue
            found += [self.company(c, "could") for c in having if c in elsewhere]
        return found

    def needing(self, other: str) -> list[Company]:
        """Members that state a need that companies of the other cluster can meet, and these."""
        needs = self._data.needs.to_pandas()
        if not len(needs):
            return [self.company(c, "could") for c in sorted(self._of(other) - self._members)]
        mine = needs[needs["company"].isin(self._members)]
        asking: set[str] = set()
        able: set[str] = set()
        outside = self._of(other) - self._members
        for item in sorted(set(mine["capability"].tolist())):
            having = [c for c in self._having(item) if c in outside]
            if having:
                asking |= set(mine.loc[mine["capability"] == item, "company"].tolist())
                able |= set(having)
        return [self.company(c, "needs") for c in sorted(asking)] + [
            self.company(c, "could") for c in sorted(able)
        ]

    def between(self, other: str) -> tuple[list[Link], list[Project]]:
        return self._ties(self._of(other))

    def towards(self, place: str) -> tuple[list[Link], list[Project]]:
        """Ties to companies in a country or NUTS 2 region outside the cluster."""
        where: set[str] = set()
        for column in ("country", "nuts"):
            if column in self._companies:
                start = self._companies[column].str[: len(place)] if column == "nuts" else None
                at = (self._companies[column] if start is None else start) == place
                where |= set(self._companies.loc[at, "id"].tolist())
        return self._ties(where - self._members)

    def _ties(self, others: set[str]) -> tuple[list[Link], list[Project]]:
        links = []
        table = self._data.links.to_pandas()
        table = table[~marked(table)]
        if len(table):
            one = table["source"].isin(self._members) & table["target"].isin(others)
            two = table["source"].isin(others) & table["target"].isin(self._members)
            links = [_link(row) for row in table[one | two].to_dict("records")]
        projects = []
        table = self._data.participations.to_pandas()
        if len(table):
            inside = set(table.loc[table["company"].isin(self._members), "project"].tolist())
            outside = set(table.loc[table["company"].isin(others), "project"].tolist())
            both = table[table["project"].isin(inside & outside)]
            for project, rows in both.groupby("project", sort=True):
                who = [c for c in rows["company"].tolist() if c in self._members or c in others]
                if len(set(who)) > 1:
                    year = rows["year"].min() if "year" in rows else None
                    projects.append(Project(str(project), tuple(sorted(set(who))), _year(year)))
        return links, projects

    def single_sources(self, item: str, supply: Supply) -> tuple[list[Company], list[Link]]:
        """Who buys a type of input (any, when empty) from one supplier, and who could stand in."""
        rows = [r for r in supply.of_cluster(self._cluster) if not item or r["type"] == item]
        companies = [self.company(c, "buyer") for c in _once(r["buyer"] for r in rows)]
        companies += [self.company(c, "supplier") for c in _once(r["supplier"] for r in rows)]
        could = _once(r["filler"] for r in rows if r["filler"])
        companies += [self.company(c, "could") for c in could]
        links = [Link(r["supplier"], r["buyer"], "supply", r["value"]) for r in rows]
        return companies, links


def _once(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))


def _year(value: Any) -> int | None:
    import pandas as pd

    return None if value is None or pd.isna(value) else int(value)


def _link(row: dict[str, Any]) -> Link:
    value = row.get("value")
    return Link(
        str(row["source"]),
        str(row["target"]),
        str(row.get("kind") or "supply"),
        None if value is None or value != value else float(value),
        _year(row.get("year")),
    )
