"""Supply links inferred from industry and size, for clusters that know their members only."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from kedja import _core
from kedja._columns import objects, rank_by_bytes
from kedja._dataset import Dataset
from kedja._errors import InvalidArgumentError
from kedja._flows import Flows
from kedja._flows_align import text_of
from kedja._graph import CompanyGraph
from kedja._known_links import marked
from kedja._nace_sectors import goods_for_resale, sector_of_division
from kedja._result import Result
from kedja._run import Progress, context, stage

__all__ = ["InferredLinks", "infer_links"]

RESALE: Mapping[str, float] = {"45": 0.2, "46": 0.2, "47": 0.3}
_MEAN_DEGREE = 10.0
_MAX_PLACES = 1024


class InferredLinks(Result):
    """The most probable suppliers of every company, and the model that they come from.

    Rows are ``source`` (may sell to) ``target``, ``probability`` of a link, expected ``value``,
    ``inferred`` (True) and ``status`` (inferred); by target in the order of ids. Made by
    `infer_links`.

    Attributes
    ----------
    companies : Result
        Every company in input order: ``sector`` of the table, ``output`` that was used, ``status``
        (``inferred``, or ``no_data`` where industry, size or, with distance, the place is missing).
    """

    __slots__ = ("_core", "_ids", "_who", "companies")

    companies: Result
    _core: Any
    _ids: np.ndarray
    _who: np.ndarray

    def buyers(self, k: int = 10, *, threads: int = 0, progress: Progress = None) -> Result:
        """The `k` most probable buyers of every company; columns as in the suppliers' table."""
        return self._likely(k, False, threads, progress)

    def suppliers(self, k: int = 10, *, threads: int = 0, progress: Progress = None) -> Result:
        """The `k` most probable suppliers of every company."""
        return self._likely(k, True, threads, progress)

    def sample(
        self, draw: int = 0, *, seed: int = 0, threads: int = 0, progress: Progress = None
    ) -> Result:
        """One network drawn from the model: every pair with its own probability, independently.

        Draw number `draw` of `seed` is the same whatever else is drawn. ``value`` is the link's
        expected value given that it is there. O(n sectors + links).
        """
        found = self._core.sample(seed, draw, **context(progress, "infer_links", threads))
        return self._table(
            found,
            {"draw": draw, "seed": seed},
            lambda: self.sample(draw, seed=seed, threads=threads, progress=False),
        )

    def graph(self, draw: int = 0, *, seed: int = 0) -> CompanyGraph:
        """A sampled network as a directed graph of all companies, valued."""
        sample = self.sample(draw, seed=seed, progress=False)
        return CompanyGraph(self._ids, sample["source"], sample["target"], sample["value"])

    def pairs(self, table: Any) -> Result:
        """Probability and expected value of given pairs.

        Parameters
        ----------
        table : DataFrame or sequence of (source, target)

        Returns
        -------
        Result
            Rows as given; NaN with status ``no_data`` where a company could not be placed.
        """
        import pandas as pd

        given = (
            table[["source", "target"]]
            if isinstance(table, pd.DataFrame)
            else pd.DataFrame(list(table), columns=["source", "target"])
        )
        row_of = pd.Index(self._ids)
        model_of = np.full(len(self._ids), -1, dtype=np.int64)
        model_of[self._who] = np.arange(len(self._who))
        ends = []
        for name in ("source", "target"):
            rows = row_of.get_indexer(given[name])
            if (rows < 0).any():
                bad = int(np.argmax(rows < 0))
                raise InvalidArgumentError(f"pair {bad}: unknown {name} {given[name].iloc[bad]!r}")
            ends.append(model_of[rows])
        known = (ends[0] >= 0) & (ends[1] >= 0)
        probability, value = np.full(len(given), np.nan), np.full(len(given), np.nan)
        probability[known], value[known] = self._core.pairs(
            *(np.ascontiguousarray(end[known], dtype=np.uint32) for end in ends)
        )
        return Result(
            {
                "source": objects(given["source"]),
                "target": objects(given["target"]),
                "probability": probability,
                "value": value,
                "inferred": np.ones(len(given), dtype=bool),
                "status": np.where(known, "inferred", "no_data").astype(object),
            },
            self._meta({}),
            recompute=lambda: self.pairs(given),
        )

    def _meta(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        made = {name: value for name, value in self.meta.items() if name != "version"}
        return {**made, "parameters": {**made["parameters"], **parameters}}

    def _likely(self, k: int, suppliers: bool, threads: int, progress: Progress) -> Result:
        found = self._core.likely(
            _whole_k(k), suppliers, **context(progress, "infer_links", threads)
        )
        return self._table(
            found,
            {"k": k},
            lambda: self._likely(k, suppliers, threads, False),
        )

    def _table(self, found: Any, parameters: Mapping[str, Any], again: Any) -> Result:
        return Result(
            _columns(found, self._ids, self._who), self._meta(parameters), recompute=again
        )


def _columns(found: Any, ids: np.ndarray, who: np.ndarray) -> dict[str, np.ndarray]:
    source, target, probability, value = found
    return {
        "source": ids[who[source]],
        "target": ids[who[target]],
        "probability": probability,
        "value": value,
        "inferred": np.ones(len(source), dtype=bool),
        "status": np.full(len(source), "inferred", dtype=object),
    }


def infer_links(
    data: Dataset | Any,
    flows: Flows,
    *,
    mean_degree: float | None = None,
    density: float | None = None,
    k: int = 10,
    sector: Any = None,
    nace_map: Any = None,
    output_per_head: Any = None,
    resale: Mapping[str, float] = RESALE,
    half_distance: float | None = None,
    threads: int = 0,
    progress: Progress = None,
) -> InferredLinks:
    r"""Who may supply whom, from industry, size and an input-output table [1]_. A prior, no fact.

    .. math:: p_{ij} = \frac{z\, s_i\, s_{j,g(i)}\, D_{ij}}{1 + z\, s_i\, s_{j,g(i)}\, D_{ij}}

    where company j of output x_j needs s_jg = a_gh x_j of sector g (a from the table, h its own
    sector), company i sells s_i, the share of its output that the table says other sectors buy,
    and z sets the number of links. The expected value, s_jg in proportion to s_i D_ij, adds up to
    what j needs of every sector that has a supplier among the companies.

    Parameters
    ----------
    data : Dataset or DataFrame
        Companies with ``id``, ``nace``, and ``size`` (headcount) or ``revenue``.
    flows : Flows
        Of one country; labels that are NACE divisions or ranges of them are understood.
    mean_degree : float, optional
        Expected suppliers per company. Default: what the supply links of `data` have among the
        companies that can be placed, else 10, at most half of the pairs that may link.
    density : float in (0, 1), optional
        Expected links over n (n - 1), instead of `mean_degree`.
    k : int, default 10
        Suppliers listed per company.
    sector : str, Series or mapping, optional
        The sector label of every company, by id or by row of the table of companies, or the column
        that holds it, instead of their NACE code.
    nace_map : DataFrame, mapping or path, optional
        Columns ``nace`` (division), ``sector``, ``weight``. A division that is split goes to the
        sector of largest weight.
    output_per_head : float, Series or mapping by sector, optional
        Turns headcount into output where revenue is unknown. Default: from the companies of the
        sector (if fewer than three, of all sectors) that report both; where none do, 1, so that
        output is in heads.
    resale : mapping, default {'45': 0.2, '46': 0.2, '47': 0.3}
        Trade's margin on turnover by division; {} leaves the table as it is. Tables count trade by
        its margin, so that goods go from maker to user and a link "food maker -> retailer" is in
        none. With margin m, trade also buys goods for (1 - m) / m per unit of output: 45 from 29
        and 30, 46 and 47 from 01 to 33 by what these sell to other sectors and to final demand. The
        revenue of a trade company is turnover, of which m is its output. The figures are round
        numbers; give your own where you know them. Left out where `sector` is given and the labels of
        the table are not NACE (``meta["resale"]`` says what was done).
    half_distance : float, optional
        In km: the distance at which a pair counts half, D ~ 1 / (1 + d / half_distance), balanced
        so that the needs and sales of every place stay what they are. Needs ``lat`` and ``lon``,
        which are rounded to tenths of a degree, more coarsely where that leaves over 1,024 places.
    threads, progress
        See `CompanyGraph`.

    Returns
    -------
    InferredLinks
        The `k` most probable suppliers of every company, with methods to sample networks, to rank
        buyers and to look up pairs. ``meta``: ``z``, ``expected_links`` with ``standard_error``,
        ``mean_degree``, ``basis`` (what output was made from), ``without_data``.

    Raises
    ------
    InvalidArgumentError
        More links asked for than pairs may link, no company that can be placed, sectors or options
        that do not fit.

    Notes
    -----
    O(n log n + n sectors) per sampled network and never n x n. Structure beyond sectors and sizes
    is poorly known: see "Inferred links" in the guide for how often such links are right.

    References
    ----------
    .. [1] L. Ialongo et al., Sci. Rep. 12 (2022). https://doi.org/10.1038/s41598-022-13996-3

    Examples
    --------
    >>> import kedja, pandas as pd
    >>> flows = kedja.Flows([[5.0, 60.0], [1.0, 20.0]], [35.0, 179.0], labels=["24", "25"])
    >>> members = pd.DataFrame(
    ...     {"id": ["steel", "knives", "tools"], "nace": ["24.10", "25.71", "25.73"],
    ...      "size": [90, 10, 40]})
    >>> links = kedja.value_chain.infer_links(members, flows, mean_degree=1, k=1)
    >>> links.frame[["source", "target", "inferred"]].values.tolist()
    [['steel', 'knives', True], ['tools', 'steel', True], ['steel', 'tools', True]]
    """
    frame, supply = _tables(data)
    if not isinstance(flows, Flows):
        raise InvalidArgumentError(f"flows must be Flows, not {type(flows).__name__}")
    ids = objects(frame["id"])
    if len(set(ids.tolist())) < len(ids):
        raise InvalidArgumentError("an id stands twice in companies")
    try:
        sector_of = sector_of_division(flows, nace_map)
    except InvalidArgumentError:
        if sector is None or nace_map is not None or (resale and resale is not RESALE):
            raise
        sector_of = {}  # the table's sectors are not NACE: trade cannot be told
    at = _sectors(frame, ids, flows, sector, sector_of)
    added, margin_of = goods_for_resale(flows, sector_of, resale)
    output, basis = _output(frame, at, flows, output_per_head, margin_of)
    usable = (at >= 0) & (output > 0)
    place, nearness = _places(frame, usable, half_distance)
    who = np.flatnonzero(usable)
    if not len(who):
        raise InvalidArgumentError("no company has both an industry of the table and a size")
    who = who[np.argsort(rank_by_bytes(ids)[who])]  # the order of ids, not of rows

    inverse = np.divide(1.0, flows.output, out=np.zeros(flows.n), where=flows.output > 0)
    Z = flows.dense()
    inputs = Z * inverse[None, :] + added
    # What is sold to companies: to sectors, or all of it where trade buys goods to resell.
    sold_share = np.clip(Z.sum(axis=1) * inverse, 0.0, 1.0)
    if added.any():
        sold_share = np.where(added.sum(axis=1) > 0, 1.0, sold_share)

    def run(first: float, last: float) -> dict[str, Any]:
        return context(stage(progress, "infer_links", first, last), "", threads)

    fitted = 0.0 if place is None else 0.3  # without places there is nothing to fit
    model = _core.InferredLinks(
        at[who].astype(np.uint32),
        output[who],
        np.ascontiguousarray(inputs),
        sold_share,
        None if place is None else place[who].astype(np.uint32),
        nearness,
        **run(0.0, fitted),
    )
    wanted = _wanted_links(ids, who, supply, mean_degree, density, model.candidates())
    z, expected, error = model.calibrate(wanted, **run(fitted, 0.7))
    found = model.likely(_whole_k(k), True, **run(0.7, 1.0))
    made = InferredLinks(
        _columns(found, ids, who),
        {
            "measure": "infer_links",
            "parameters": {
                "mean_degree": mean_degree,
                "density": density,
                "k": k,
                "resale": dict(resale),
                "half_distance": half_distance,
            },
            "z": z,
            "expected_links": expected,
            "standard_error": error,
            "mean_degree": expected / len(who),
            "basis": basis,
            "resale": {text_of(flows.labels[p]): m for p, m in margin_of.items()},
            "without_data": int(len(ids) - len(who)),
            "graph_checksum": flows.checksum,
        },
        recompute=lambda: infer_links(
            data, flows, mean_degree=mean_degree, density=density, k=k, sector=sector,
            nace_map=nace_map, output_per_head=output_per_head, resale=resale,
            half_distance=half_distance, threads=threads, progress=False,
        ),
    )  # fmt: skip
    companies = Result(
        {
            "sector": objects(flows.labels[p] if p >= 0 else None for p in at),
            "output": np.where(usable, output, np.nan),
            "status": np.where(usable, "inferred", "no_data").astype(object),
        },
        {"measure": "infer_links companies", "parameters": {}, "basis": basis},
        ids=ids,
        recompute=lambda: infer_links(
            data, flows, mean_degree=mean_degree, density=density, k=k, sector=sector,
            nace_map=nace_map, output_per_head=output_per_head, resale=resale,
            half_distance=half_distance, threads=threads, progress=False,
        ).companies,
    )  # fmt: skip
    for name, value in (("_core", model), ("_ids", ids), ("_who", who), ("companies", companies)):
        object.__setattr__(made, name, value)
    return made


def _whole_k(k: Any) -> int:
    if isinstance(k, bool) or not isinstance(k, int) or k < 1:
        raise InvalidArgumentError(f"k must be a whole number >= 1, not {k!r}")
    return k


def _tables(data: Any) -> tuple[Any, Any]:
    """Companies, and observed supply links or None."""
    import pandas as pd

    if isinstance(data, Dataset):
        links = data.links.to_pandas()
        links = links[~marked(links)]
        if len(links) and "kind" in links:
            links = links[links["kind"].isin(["", "supply"])]
        return data.companies.to_pandas(), links if len(links) else None
    if isinstance(data, pd.DataFrame):
        if "id" not in data:
            raise InvalidArgumentError("the table of companies has no column id")
        return data, None
    raise InvalidArgumentError(f"data must be a Dataset or a DataFrame, not {type(data).__name__}")


def _sectors(
    frame: Any, ids: np.ndarray, flows: Flows, sector: Any, sector_of: Mapping[str, int]
) -> np.ndarray:
    """Position of each company's sector, -1 where it is unknown."""
    if sector is None:
        if "nace" not in frame:
            raise InvalidArgumentError("companies have no column nace; give sector=")
        codes = ["" if _missing(v) else str(v).strip() for v in frame["nace"]]
        return np.array([sector_of.get(c.lstrip("ABCDEFGHIJKLMNOPQRSTU")[:2], -1) for c in codes])
    if isinstance(sector, str):
        if sector not in frame:
            raise InvalidArgumentError(f"companies have no column {sector!r}")
        labels = list(frame[sector])
    elif hasattr(sector, "index") and frame.index.equals(sector.index):
        labels = list(sector)  # a column of the same table
    elif hasattr(sector, "get") and hasattr(sector, "keys"):
        labels = [sector.get(i) for i in ids]
    else:
        labels = list(sector)
        if len(labels) != len(ids):
            raise InvalidArgumentError(f"sector has {len(labels)} values for {len(ids)} companies")
    at = {text_of(label): position for position, label in enumerate(flows.labels)}
    made = np.full(len(ids), -1)
    for row, label in enumerate(labels):
        if _missing(label) or label == "":
            continue
        if text_of(label) not in at:
            raise InvalidArgumentError(
                f"company {ids[row]!r}: the flows have no sector {text_of(label)}"
            )
        made[row] = at[text_of(label)]
    return made


def _missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _number(frame: Any, name: str) -> np.ndarray:
    made = frame[name].to_numpy(float) if name in frame else np.full(len(frame), np.nan)
    if (made < 0).any() or np.isinf(made).any():
        bad = int(np.argmax((made < 0) | np.isinf(made)))
        raise InvalidArgumentError(
            f"company {frame['id'].iloc[bad]!r}: {name} must be a finite number >= 0"
        )
    return made


def _output(
    frame: Any, at: np.ndarray, flows: Flows, per_head: Any, margin_of: Mapping[int, float]
) -> tuple[np.ndarray, str]:
    """Output of each company (NaN where unknown), and what it was made from."""
    size, revenue = _number(frame, "size"), _number(frame, "revenue")
    currencies = frame.get("revenue_currency", [])
    if len({c for c in currencies if not _missing(c) and c != ""}) > 1:
        raise InvalidArgumentError("revenues are in several currencies; convert them to one")
    margin = np.array([margin_of.get(p, 1.0) for p in at.tolist()])
    made = np.where(revenue > 0, revenue * margin, np.nan)
    needed = np.isnan(made) & (size > 0)
    if per_head is None:
        both = (revenue > 0) & (size > 0) & (at >= 0)
        if not both.any():
            rate, basis = np.ones(len(at)), "size in heads"
        else:
            whole = made[both].sum() / size[both].sum()
            rate, basis = np.full(len(at), whole), "revenue, else size times revenue per head"
            for position in set(at[both].tolist()):
                peers = both & (at == position)
                if peers.sum() >= 3:
                    rate[at == position] = made[peers].sum() / size[peers].sum()
    elif isinstance(per_head, (int, float)):
        rate, basis = np.full(len(at), float(per_head)), "revenue, else size times output_per_head"
    else:
        values = [per_head.get(label, np.nan) for label in flows.labels]
        rate = np.array([values[p] if p >= 0 else np.nan for p in at.tolist()], dtype=float)
        basis = "revenue, else size times output_per_head"
    if not np.isfinite(rate[needed & (at >= 0)]).all() or (rate[needed] <= 0).any():
        raise InvalidArgumentError("output_per_head must be > 0 for every sector with companies")
    made[needed] = size[needed] * rate[needed]
    return made, basis


def _places(
    frame: Any, usable: np.ndarray, half_distance: float | None
) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Place of each company and the nearness of places; companies without one become unusable."""
    if half_distance is None:
        return None, None
    if not (half_distance > 0 and math.isfinite(half_distance)):
        raise InvalidArgumentError(f"half_distance must be > 0 km, not {half_distance!r}")
    if "lat" not in frame or "lon" not in frame:
        raise InvalidArgumentError("half_distance needs the columns lat and lon in companies")
    where = frame[["lat", "lon"]].to_numpy(float)
    usable &= np.isfinite(where).all(axis=1)
    if not usable.any():
        raise InvalidArgumentError("no company with an industry and a size has lat and lon")
    cell = 0.1
    while True:
        centres, of = np.unique(np.round(where[usable] / cell) * cell, axis=0, return_inverse=True)
        if len(centres) <= _MAX_PLACES:
            break
        cell *= 2
    place = np.zeros(len(frame), dtype=np.int64)
    place[usable] = of.reshape(-1)
    lat, lon = np.radians(centres).T
    # Haversine; companies of one cell are, on average, half a cell apart (about 0.52 of its side).
    h = (
        np.sin((lat[:, None] - lat) / 2) ** 2
        + np.cos(lat[:, None]) * np.cos(lat) * np.sin((lon[:, None] - lon) / 2) ** 2
    )
    km = 2 * 6371.0 * np.arcsin(np.sqrt(np.clip(h, 0.0, 1.0)))
    np.fill_diagonal(km, 0.52 * cell * 111.2)
    return place, np.ascontiguousarray(1.0 / (1.0 + km / half_distance))


def _wanted_links(
    ids: np.ndarray,
    who: np.ndarray,
    supply: Any,
    mean_degree: float | None,
    density: float | None,
    candidates: float,
) -> float:
    n = len(who)
    if candidates == 0:
        raise InvalidArgumentError("no company buys from the sector of another by this table")
    if density is not None:
        if mean_degree is not None:
            raise InvalidArgumentError("give mean_degree or density, not both")
        if not 0 < density < 1:
            raise InvalidArgumentError(f"density must lie in (0, 1), not {density!r}")
        return density * n * (n - 1)
    if mean_degree is None:
        if supply is not None:
            placed = set(ids[who].tolist())
            pairs = {
                (s, t)
                for s, t in zip(supply["source"], supply["target"], strict=True)
                if s != t and s in placed and t in placed
            }
            if pairs:
                return float(len(pairs))
        return min(_MEAN_DEGREE * n, candidates / 2)
    if not mean_degree > 0:
        raise InvalidArgumentError(f"mean_degree must be > 0, not {mean_degree!r}")
    return float(mean_degree) * n
