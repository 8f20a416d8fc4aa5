"""What is known of companies, day by day: joint works, fields, places and names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from kedja import _core
from kedja._groups import Groups
from kedja._known_links import marked
from kedja.recommend._market import WantsAndOffers, trade, wants_and_offers
from kedja.recommend._names import word_parts

if TYPE_CHECKING:
    from kedja._dataset import Dataset

Ints = npt.NDArray[np.uint32]

UNDATED = np.iinfo(np.int32).min

# Weight, beside 1 per joint work, of what walks may also use. Chosen on events of 2016 and 2017.
_FIELD, _PLACE, _NAME = 0.1, 0.15, 0.7


class History:
    """Dated facts by vertex (rank of the id's bytes); the same for any order of rows.

    Attributes
    ----------
    ids : numpy.ndarray of str
    company, work, year : numpy.ndarray
        Company `company[i]` took part in joint work `work[i]`, begun in `year[i]`. A work is a
        project, or a link as a work of two.
    field : numpy.ndarray of str
        Of each row; empty where unknown.
    value : numpy.ndarray of float
        What the company got in the work; NaN where unknown, and everywhere if currencies differ.
    years : list of int
        Years with at least one dated joint work.
    """

    def __init__(self, told: Mapping[str, npt.NDArray[Any]]) -> None:
        self.told = dict(told)
        self.checksum = str(told["checksum"])  # of the data
        self.ids: npt.NDArray[np.object_] = told["ids"].astype(object)
        n = len(self.ids)
        self.company: Ints = told["company"]
        self.work: Ints = told["work"]
        self.year: npt.NDArray[np.int32] = told["year"]
        self.field: npt.NDArray[np.object_] = told["field"].astype(object)
        self.value: npt.NDArray[np.float64] = told["value"]
        self.years: list[int] = sorted({int(y) for y in self.year[self.year != UNDATED]})
        self.first = np.full(n, np.iinfo(np.int32).max, dtype=np.int32)
        np.minimum.at(self.first, self.company, self.year)
        self.name = told["name"].astype(object)
        self.firm: npt.NDArray[np.bool_] = told["firm"]
        self.sme: npt.NDArray[np.bool_] = told["sme"]
        self.country_name = told["country"].astype(object)
        self.region_name = told["region"].astype(object)
        self.division = told["division"].astype(object)
        self.country, self.region = _codes(self.country_name), _codes(self.region_name)
        self.lat, self.lon = told["lat"], told["lon"]
        self.corporate: npt.NDArray[np.int64] = told["corporate"]  # group by ownership; -1: none
        self.groups = Groups(
            _core.Grouping(
                n, len(told["cluster"]), told["member"], told["member_of"], told["member_weight"]
            ),
            told["cluster"].tolist(),
            "cluster",
        )
        self._words = word_parts(self.name)
        # Lifts of the trade between industries, and where each company stands in them.
        self.trade: npt.NDArray[np.float64] = told["trade"]
        place = {name: i for i, name in enumerate(told["traded"].tolist())}
        self.industry = np.array([place.get(d, -1) for d in self.division], dtype=np.int32)
        # Who asks for what: company, capability, year.
        self.asks = told["asking"], told["asked"].astype(object), told["asked_year"]
        self._capabilities = (
            told["owner"], told["capability"].astype(object), told["capability_year"]
        )  # fmt: skip
        self._market: dict[int | None, WantsAndOffers] = {}  # by day: many ask for the same one

    @classmethod
    def of(cls, data: Dataset) -> History:
        """The history of a dataset, in an order that does not depend on that of its rows."""
        ids = data.ids_by_vertex
        number = {company: v for v, company in enumerate(ids)}
        rows: list[tuple[Any, ...]] = []
        first_free = 0
        if len(data.participations):
            frame = data.participations.to_pandas()
            company, project, _ = data._core.participations()
            value = _numbers(frame, "value", len(frame))
            if len(set(_texts(frame, "currency").tolist()) - {""}) > 1:
                value = np.full(len(frame), np.nan)
            rows.append((company, project, _years(frame), _texts(frame, "field"), value))
            first_free = int(project.max()) + 1
        if len(data.links):
            frame = data.links.to_pandas()
            frame = frame[(_texts(frame, "kind") != "ownership") & ~marked(frame)]
            a = frame["source"].map(number).to_numpy(dtype=np.int64)
            b = frame["target"].map(number).to_numpy(dtype=np.int64)
            ends = np.stack([np.minimum(a, b), np.maximum(a, b), _years(frame)])
            low, high, year = np.unique(ends, axis=1)
            work = first_free + np.arange(len(low))
            untold, nothing = np.full(len(low), "", dtype=object), np.full(len(low), np.nan)
            rows += [(low, work, year, untold, nothing), (high, work, year, untold, nothing)]
        columns = list(zip(*rows, strict=True)) or [()] * 5
        kinds = (np.uint32, np.uint32, np.int32, object, np.float64)
        company, work, year, field, value = (
            np.concatenate(c).astype(kind) if c else np.empty(0, dtype=kind)
            for c, kind in zip(columns, kinds, strict=True)
        )
        field = field.astype(str)
        order = np.lexsort((value, field, year, company, work))
        frame = data.companies.to_pandas().set_index("id").reindex(ids)
        kind = _texts(frame, "type")
        nuts = _texts(frame, "nuts")
        sme = frame["sme"].fillna(False) if "sme" in frame else np.zeros(len(ids), dtype=bool)
        groups = data.groups("cluster")
        member, member_of, member_weight = groups._core.rows()
        owner, capability, capability_year = _capabilities(data.capabilities, number)
        asking, asked, asked_year = _capabilities(data.needs, number)
        told: dict[str, Any] = {
            "checksum": np.array(data.checksum),
            "ids": np.array(ids.tolist(), dtype=str),
            "company": company[order],
            "work": work[order],
            "year": year[order],
            "field": field[order],
            "value": value[order],
            "name": _texts(frame, "name").astype(str),
            "firm": (kind == "company") | (kind == ""),
            "sme": np.asarray(sme, dtype=bool),
            "country": _texts(frame, "country").astype(str),
            "region": np.array([t[:4] if len(t) >= 4 else "" for t in nuts], dtype=str),
            "division": np.array(
                [re.sub(r"\D", "", t)[:2] for t in _texts(frame, "nace")], dtype=str
            ),
            "corporate": corporate_groups(data, number),
            "lat": _numbers(frame, "lat", len(ids)),
            "lon": _numbers(frame, "lon", len(ids)),
            "member": np.asarray(member, dtype=np.uint32),
            "member_of": np.asarray(member_of, dtype=np.uint32),
            "member_weight": np.asarray(member_weight, dtype=np.float64),
            "cluster": np.array(groups.names, dtype=str),
            "asking": asking,
            "asked": asked.astype(str),
            "asked_year": asked_year,
            "owner": owner,
            "capability": capability.astype(str),
            "capability_year": capability_year,
        }
        told |= trade(data, told["division"])
        return cls(told)

    def able(self) -> tuple[Ints, npt.NDArray[np.object_], npt.NDArray[np.int32]]:
        """Who can do what: company, capability, year."""
        return self._capabilities

    def market(self, until: int | None) -> WantsAndOffers:
        """What companies asked for and could do at the end of `until`; ever for None."""
        if until not in self._market:
            asks, able = (
                (table[0][kept], table[1][kept])
                for table in (self.asks, self._capabilities)
                for kept in (told_by(table, until),)
            )
            self._market[until] = wants_and_offers(self.groups, asks, able)
        return self._market[until]

    def day(self, until: int | None, without: npt.NDArray[np.bool_] | None = None) -> Day:
        """Which rows and companies were known at the end of the year `until`; all for None."""
        past = np.ones(len(self.year), dtype=bool)
        if until is not None:
            past = (self.year <= until) & (self.year != UNDATED)
        if without is not None:
            past &= ~without
        ever, seen = (np.zeros(len(self.ids), dtype=bool) for _ in range(2))
        ever[self.company] = True
        seen[self.company[past]] = True
        # A member that never takes part is no news from the future.
        return Day(until, past, seen | ~ever)

    def evidence(
        self,
        until: int | None,
        shuffled: Any = None,
        without: npt.NDArray[np.bool_] | None = None,
    ) -> Evidence:
        """What was known at the end of the year `until`; everything for None.

        With `shuffled` (a permutation of vertices) fields, places and names are dealt out anew;
        rows that are `without` are as if they had not happened.
        """
        return Evidence(self, until, shuffled, without)

    def pairs(self, first: int, last: int) -> tuple[Ints, Ints]:
        """Pairs of companies (firms) with a joint work begun in first .. last, source < target."""
        return self.pairs_of((self.year >= first) & (self.year <= last))

    def pairs_of(self, rows: npt.NDArray[np.bool_]) -> tuple[Ints, Ints]:
        """Pairs of companies (firms) that these rows bring together, source < target."""
        rows = rows & self.firm[self.company]
        a, b = _core.joint_pairs(len(self.ids), self.company[rows], self.work[rows])
        return a, b

    def _fields_of(
        self, company: Ints, field: npt.NDArray[np.object_], until: int | None
    ) -> tuple[Ints, Ints, list[str]]:
        """What companies work in: fields of joint works, else capabilities, else NACE divisions."""
        if (field != "").any():
            who, what = [], []
            for v, text in zip(company.tolist(), field.tolist(), strict=True):
                for one in text.split("|"):
                    if one:
                        who.append(v)
                        what.append(one)
        elif len(self._capabilities[0]):
            owner, item, _ = self._capabilities
            kept = told_by(self._capabilities, until)
            who, what = owner[kept].tolist(), item[kept].tolist()
        else:
            told = np.flatnonzero(self.division != "")
            who, what = told.tolist(), self.division[told].tolist()
        if not who:
            return np.empty(0, dtype=np.uint32), np.empty(0, dtype=np.uint32), []
        names, code = np.unique(np.array(what, dtype=str), return_inverse=True)
        return np.asarray(who, dtype=np.uint32), code.astype(np.uint32), names.tolist()


class Day(NamedTuple):
    """What is known on a day: `past` of the rows, `known` of the companies."""

    until: int | None
    past: npt.NDArray[np.bool_]
    known: npt.NDArray[np.bool_]


class Evidence:
    """Tables of one day, and the compiled search over them.

    Attributes
    ----------
    known : numpy.ndarray of bool
        Companies that were there: not first seen after the day.
    works, degree : numpy.ndarray of float
        Works and partners so far.
    """

    def __init__(
        self,
        history: History,
        until: int | None,
        shuffled: Any = None,
        without: npt.NDArray[np.bool_] | None = None,
    ) -> None:
        h, n = history, len(history.ids)
        self.history, self.until = history, until
        day = history.day(until, without)
        past, self.past, self.known = day.past, day.past, day.known
        company, work, field = h.company[past], h.work[past], h.field[past]
        last = until if until is not None else (h.years[-1] if h.years else None)
        recent = past & (h.year == last) if last is not None else np.zeros(len(past), dtype=bool)
        joint_works = int(h.work.max()) + 1 if len(h.work) else 1
        joint = _core.Table(n, joint_works, company, work, None).at_least(0.0)

        own_company, own_item, own_names = h._fields_of(company, field, until)
        deal = np.arange(n, dtype=np.uint32) if shuffled is None else shuffled.astype(np.uint32)
        own_company = deal[own_company]
        self.fields = own_names
        self.doing = (own_company, own_item)
        table = _core.Table(n, max(len(own_names), 1), own_company, own_item, None)

        vertex = np.flatnonzero(self.known).astype(np.uint32)
        parts = [(company, work.astype(np.int64), np.ones(len(company)))]
        told = field != ""
        if told.any():
            combined = np.unique(field[told].astype(str), return_inverse=True)[1]
            parts.append((deal[company[told]], combined, np.full(int(told.sum()), _FIELD)))
        else:
            parts.append((own_company, own_item.astype(np.int64), np.full(len(own_item), _FIELD)))
        for code in (h.country, h.region):
            placed = vertex[code[vertex] >= 0]
            parts.append(
                (deal[placed], code[placed].astype(np.int64), np.full(len(placed), _PLACE))
            )
        owner, word = h._words
        there = self.known[owner]
        owner, word = owner[there], word[there]
        # Runs in fewer than 3 or more than 1000 names say nothing. A company's runs share its weight.
        count = np.bincount(word)[word] if len(word) else word
        telling = (count >= 3) & (count <= 1000)
        owner, word = owner[telling], word[telling]
        parts.append((deal[owner], word, _NAME / np.bincount(owner, minlength=n)[owner]))
        # One row per work and company: a joint work told twice counts once, as in `joint`.
        once = np.unique(np.stack([parts[0][0].astype(np.int64), parts[0][1]]), axis=1)
        parts[0] = (once[0].astype(np.uint32), once[1], np.ones(once.shape[1]))
        start, columns = 0, []
        for _, item, _ in parts:
            columns.append(item + start)
            start += int(item.max()) + 1 if len(item) else 0
        mixed = _core.Table(
            n,
            max(start, 1),
            np.concatenate([p[0] for p in parts]).astype(np.uint32),
            np.concatenate(columns).astype(np.uint32),
            np.concatenate([p[2] for p in parts]),
        )

        def dealt(values: Any) -> Any:
            made = np.empty_like(values)
            made[deal] = values
            return made

        wants, offers = h.market(until).tables(n, deal)
        self.core = _core.PartnerEvidence(
            joint, mixed, table, company, work, h.company[recent], h.work[recent],
            dealt(h.country), dealt(h.region), dealt(h.lat), dealt(h.lon), h.firm,
            wants, offers, dealt(h.industry), h.trade,
        )  # fmt: skip
        self.degree: npt.NDArray[np.float64] = self.core.degree()
        self.works = np.bincount(once[0], minlength=n).astype(np.float64)

    def features(self, source: Any, target: Any, **run: Any) -> npt.NDArray[np.float64]:
        """Rows of features, in the order of ``_core.partner_features``."""
        made = self.core.features(
            np.ascontiguousarray(source, dtype=np.uint32),
            np.ascontiguousarray(target, dtype=np.uint32),
            **run,
        )
        found: npt.NDArray[np.float64] = made.reshape(len(source), len(_core.partner_features))
        return found


def told_by(table: tuple[Any, Any, npt.NDArray[np.int32]], until: int | None) -> Any:
    """Rows of a table (company, item, year) that were known at the end of `until`; all for None."""
    year = table[2]
    if until is None:
        return np.ones(len(year), dtype=bool)
    return (year <= until) & (year != UNDATED)


def corporate_groups(data: Dataset, number: Mapping[str, int]) -> npt.NDArray[np.int64]:
    """Group of each company by ownership links of more than 50 per cent (or of an unknown share).

    A group is numbered by its first company; -1: no such link.
    """
    group = np.full(len(number), -1, dtype=np.int64)
    if not len(data.links):
        return group
    frame = data.links.to_pandas()
    if "kind" not in frame:
        return group
    owned = _texts(frame, "kind") == "ownership"
    if "value" in frame:
        owned &= ~(frame["value"].to_numpy(dtype=np.float64) <= 50)
    parent = list(range(len(number)))

    def top(v: int) -> int:
        while parent[v] != v:
            parent[v] = parent[parent[v]]
            v = parent[v]
        return v

    rows = frame[owned]
    for source, target in zip(rows["source"], rows["target"], strict=True):
        a, b = top(number[source]), top(number[target])
        parent[max(a, b)] = min(a, b)
    for end in ("source", "target"):
        for company in rows[end]:
            group[number[company]] = top(number[company])
    return group


def _years(frame: Any) -> npt.NDArray[np.int32]:
    if "year" not in frame:
        return np.full(len(frame), UNDATED, dtype=np.int32)
    filled = frame["year"].fillna(UNDATED)
    return np.asarray(filled.to_numpy(dtype=np.int64), dtype=np.int32)


def _texts(frame: Any, column: str) -> npt.NDArray[np.object_]:
    if column not in frame:
        return np.full(len(frame), "", dtype=object)
    return np.asarray(frame[column].fillna("").to_numpy(dtype=object))


def _numbers(frame: Any, column: str, n: int) -> npt.NDArray[np.float64]:
    if column not in frame:
        return np.full(n, np.nan)
    return np.ascontiguousarray(frame[column].to_numpy(dtype=np.float64))


def _codes(texts: npt.NDArray[np.object_]) -> npt.NDArray[np.int32]:
    known, code = np.unique(texts.astype(str), return_inverse=True)
    return np.ascontiguousarray(np.where(known[code] == "", -1, code), dtype=np.int32)


def _capabilities(table: Any, number: dict[str, int]) -> tuple[Any, Any, Any]:
    """Company, capability and year of the table of capabilities or of needs."""
    if not len(table):
        return np.empty(0, dtype=np.uint32), np.empty(0, dtype=object), np.empty(0, dtype=np.int32)
    frame = table.to_pandas()
    company = frame["company"].map(number).to_numpy(dtype=np.uint32)
    return company, _texts(frame, "capability"), _years(frame)
