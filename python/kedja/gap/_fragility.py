"""Fragility gap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from kedja import _core
from kedja._errors import InvalidArgumentError
from kedja._known_links import known_links, marked
from kedja._profile import chosen_clusters
from kedja._result import Result
from kedja._run import Progress, context
from kedja.gap._rows import NAN, Rows

if TYPE_CHECKING:
    from kedja._dataset import Dataset

_NOBODY = 2**32 - 1
_ESSENTIAL = {2.0: 1.0, 1.0: 0.0, 0.0: 0.0}


def fragility(
    data: Dataset,
    *,
    cluster: str | None = None,
    theta: float = 0.8,
    essential: Any = None,
    weight: Literal["size", "revenue"] | None = None,
    years: int | tuple[int | None, int | None] | None = None,
    exposure: bool = False,
    draws: int = 200,
    seed: int = 0,
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    r"""Fragility gap: the inputs that a cluster's members buy from a single supplier.

    .. math:: F_a = \frac{\sum_{j \in C_a} w_j \sum_k e_{kj} \alpha_{kj}
              \,[\max_g w_{gkj} > \theta]}{\sum_{j \in C_a} w_j}

    with :math:`\alpha_{kj}` the share of type k in the inputs of member j, :math:`w_{gkj}` supplier
    g's share of them, and e 1 where k is essential for j's industry. The type of an input is the
    NACE division of its supplier (one type for all without NACE codes, one for suppliers without).

    Parameters
    ----------
    data : Dataset
        With supply links. Their values count where every link has one, else links are counted.
    cluster : str, optional
        One cluster; default: all.
    theta : float in [0, 1], default 0.8
        A supplier with more than this share of a type is a single source; 1: the only supplier.
    essential : DataFrame, optional
        Rows supplying, columns buying NACE divisions; 2 essential, 1 non-essential, 0 negligible;
        what is not in it is non-essential. Default: every input is essential.
    weight : {'size', 'revenue'}, optional
        w_j; members for which it is missing are left out. Default: every member counts 1.
    years
        See `Dataset.graph`.
    exposure : bool, default False
        Also compute ``exposure``, one run of `shock.esri` per cluster.
    draws, seed, threads, progress
        See `capability`; the band is that of a mean over members.

    Returns
    -------
    Result
        A row per cluster for the whole (item ""), then a row per type of input, by falling part:
        ``cluster``, ``item`` (division), ``gap`` in [0, 1] (an item's part of the whole), ``low``,
        ``high``, ``status`` (``ok``; ``isolated``: no member has inputs; ``too_small``: no
        members), ``substitutable`` (share
        of the single-sourced value for which a member of another cluster sells that type outside
        its own cluster), ``buyers`` (members that depend; of the whole: members with inputs),
        ``bought`` (sum of w over the members with inputs),
        ``supplier`` (single source with the largest value), ``exposure`` in [0, 1] (of the whole:
        share of the members' output that is lost when the external supplier that delivers most to
        them fails, by `shock.esri`, with `essential` as given there; NaN unless asked for), ``filler``, ``filler_cluster`` (who
        could stand in for it), ``members``, ``random_low``, ``random_mid``, ``random_high``.

    Raises
    ------
    InvalidArgumentError
        No supply links; an unknown cluster; theta outside [0, 1]; an `essential` that is not 0, 1
        or 2; no column for `weight`.

    References
    ----------
    Diem et al. 2022, https://doi.org/10.1038/s41598-022-11522-z; Barrot and Sauvagnat 2016,
    https://doi.org/10.1093/qje/qjw018. O(links log(links per company) + clusters draws members).

    Examples
    --------
    >>> import kedja
    >>> data = kedja.from_tables(
    ...     companies={"id": list("abc"), "nace": ["24.10", "25.11", "24.20"]},
    ...     memberships={"company": ["b", "c"], "cluster": ["x", "y"]},
    ...     links={"source": ["a", "c"], "target": ["b", "a"], "kind": ["supply", "supply"]})
    >>> found = kedja.gap.fragility(data, cluster="x")
    >>> found["gap"].tolist(), found["item"].tolist(), found["filler"].tolist()
    ([1.0, 1.0], ['', '24'], ['c', 'c'])
    """
    groups = data.groups("cluster")
    chosen = chosen_clusters(groups.names, cluster)
    if not has_supply(data):
        raise InvalidArgumentError("fragility needs supply links (links.kind = supply)")
    supply = Supply(data, theta, essential, weight, years, threads)
    whole, random, members, buyers = _core.fragility(
        supply.found,
        groups._core,
        supply.worth,
        np.asarray(chosen, dtype=np.uint32),
        int(draws),
        int(seed),
        **context(progress, "fragility gaps", threads),
    )
    rows = Rows(
        cluster="",
        item="",
        gap=NAN,
        low=NAN,
        high=NAN,
        status="ok",
        substitutable=NAN,
        buyers=0,
        bought=NAN,
        exposure=NAN,
        supplier="",
        filler="",
        filler_cluster="",
        members=0,
        random_low=NAN,
        random_mid=NAN,
        random_high=NAN,
    )
    for at, a in enumerate(chosen):
        of = {"cluster": groups.names[a], "members": int(members[at])}
        if buyers[at] == 0:
            rows.add(**of, status="isolated" if members[at] else "too_small")
            continue
        sources = supply.of_cluster(groups.names[a])
        rows.add(
            **of,
            gap=whole[0][at],
            low=whole[1][at],
            high=whole[2][at],
            substitutable=_substitutable(sources),
            buyers=int(buyers[at]),
            bought=supply.worth_of(groups.names[a]),
            exposure=supply.exposure(groups.names[a], essential, threads) if exposure else NAN,
            random_mid=random[0][at],
            random_low=random[1][at],
            random_high=random[2][at],
            **_largest(sources),
        )
        total = supply.worth_of(groups.names[a])
        by_type: dict[str, list[dict[str, Any]]] = {}
        for source in sources:
            by_type.setdefault(source["type"], []).append(source)
        parts = {k: sum(s["part"] for s in some) / total for k, some in by_type.items()}
        for kind in sorted(parts, key=lambda k: (-parts[k], k)):
            rows.add(
                **of,
                item=kind,
                gap=min(1.0, parts[kind]),
                substitutable=_substitutable(by_type[kind]),
                buyers=len({s["buyer"] for s in by_type[kind]}),
                bought=total,
                **_largest(by_type[kind]),
            )
    return rows.result(
        "gap.fragility",
        data,
        {
            "cluster": cluster,
            "theta": theta,
            "essential": None if essential is None else "given",
            "weight": weight,
            "years": years,
            "exposure": exposure,
            "draws": draws,
        },
        {
            "seed": seed,
            "conventions": {
                "input": "value" if supply.valued else "number of links",
                "type": supply.type_basis,
                "essential": "every input" if essential is None else "2 in the table",
            },
        },
        lambda: fragility(
            data,
            cluster=cluster,
            theta=theta,
            essential=essential,
            weight=weight,
            years=years,
            exposure=exposure,
            draws=draws,
            seed=seed,
            threads=threads,
            progress=False,
        ),
        options={"supply": supply},
    )


def has_supply(data: Dataset) -> bool:
    """Whether any link says who sells to whom."""
    if not len(data.links):
        return False
    links = data.links.to_pandas()
    links = links[~marked(links)]
    if not len(links):
        return False
    return "kind" not in links or bool((links["kind"].replace("", "supply") == "supply").any())


class Supply:
    """What each company buys, by type of input, and from whom it buys a type alone."""

    def __init__(
        self,
        data: Dataset,
        theta: float = 0.8,
        essential: Any = None,
        weight: str | None = None,
        years: Any = None,
        threads: int = 0,
    ) -> None:
        data = known_links(data)
        links = data.links.to_pandas()
        kind = links["kind"].replace("", "supply") if "kind" in links else None
        supply = links if kind is None else links[kind == "supply"]
        self.valued = "value" in supply and bool(supply["value"].notna().all())
        self.graph = data.graph(
            "supply", weight="value" if self.valued else None, years=years, threads=threads
        )
        self.ids = data.ids_by_vertex
        self.worth = _weights(data, weight)
        self._groups = data.groups("cluster")
        self._members = _members(self._groups)
        self.sector, self.types, self.type_basis = _types(data)
        self.found = _core.single_sources(
            self.graph._core,
            self.sector,
            len(self.types),
            _essential(essential, self.types),
            float(theta),
            threads=threads,
            progress=None,
        )

    def worth_of(self, cluster: str) -> float:
        """Sum of the weights of a cluster's members with inputs."""
        members = self._members[self._groups.names.index(cluster)]
        bought = members[~np.isnan(self.found.dependence[members])]
        return float(len(bought) if self.worth is None else self.worth[bought].sum())

    def exposure(self, cluster: str, essential: Any, threads: int) -> float:
        """Share of the members' output that is lost when the external supplier that delivers most
        to them fails; 0 when no one outside delivers anything."""
        from kedja import shock

        inside = np.zeros(len(self.ids), dtype=bool)
        inside[self._members[self._groups.names.index(cluster)]] = True
        seller, buyer, value = self.graph._core.links()
        bought = inside[buyer] & ~inside[seller]
        if not bought.any():
            return 0.0
        amount = np.ones(len(seller)) if value is None else value
        delivered = np.bincount(seller[bought], weights=amount[bought], minlength=len(self.ids))
        worth = np.where(inside, 1.0 if self.worth is None else self.worth, 0.0)
        by_id = dict(zip(self.ids.tolist(), worth.tolist(), strict=True))
        kind = {name: self.types[k] for name, k in zip(self.ids, self.sector, strict=True)}
        lost = shock.esri(
            self.graph,
            sector=kind,
            essential=None if essential is None else self._every_type(essential),
            weight=by_id,
            shocks={
                "scenario": ["top"],
                "company": [str(self.ids[int(delivered.argmax())])],
                "remaining": [0.0],
            },
            threads=threads,
            progress=False,
        )
        return float(lost["esri"][0])

    def _every_type(self, essential: Any) -> Any:
        """The given table with a row and a column for every type, non-essential where it has none."""
        given = essential.copy()
        given.index, given.columns = given.index.astype(str), given.columns.astype(str)
        return given.reindex(index=self.types, columns=self.types).fillna(1).astype(int)

    def of_cluster(self, name: str) -> list[dict[str, Any]]:
        """Single sources of a cluster's members, by falling value, with who could stand in."""
        groups, worth = self._groups, self.worth
        a = groups.names.index(name)
        buyer, supplier, sector, of_type, of_inputs, weight, value = self.found.found
        at = np.flatnonzero(np.isin(buyer, self._members[a]))
        if worth is not None:
            at = at[worth[buyer[at]] > 0]
        cluster, company = _core.instead_of(
            self.graph._core,
            groups._core,
            self.sector,
            len(self.types),
            np.ascontiguousarray(sector[at]),
            np.ascontiguousarray(supplier[at]),
            np.full(len(at), a, dtype=np.uint32),
        )
        made = []
        for i, by, who in zip(at, cluster, company, strict=True):
            w = 1.0 if worth is None else float(worth[buyer[i]])
            made.append(
                {
                    "buyer": str(self.ids[buyer[i]]),
                    "supplier": str(self.ids[supplier[i]]),
                    "type": self.types[sector[i]],
                    "of_type": float(of_type[i]),
                    "of_inputs": float(of_inputs[i]),
                    "value": float(value[i]),
                    "part": w * float(weight[i]) * float(of_inputs[i]),
                    "filler": str(self.ids[who]) if who != _NOBODY else "",
                    "filler_cluster": groups.names[by] if who != _NOBODY else "",
                }
            )
        made.sort(key=lambda s: (-s["value"], s["buyer"], s["type"]))
        return made


def _types(data: Dataset) -> tuple[np.ndarray, list[str], str]:
    """Each company's type of output by vertex, the types' names, and what they are."""
    n = len(data.ids)
    companies = data.companies.to_pandas()
    if "nace" not in companies or not (companies["nace"] != "").any():
        return np.zeros(n, dtype=np.uint32), ["all inputs"], "one for all"
    divisions = data.groups("nace2")
    vertex, division, _ = divisions._core.rows()
    types = [*divisions.names, "no NACE"]
    sector = np.full(n, len(types) - 1, dtype=np.uint32)
    sector[vertex] = division
    return sector, types, "NACE division of the supplier"


def _essential(table: Any, types: list[str]) -> np.ndarray | None:
    if table is None:
        return None
    if not hasattr(table, "reindex"):
        raise InvalidArgumentError(
            "essential must be a DataFrame: rows supplying, columns buying divisions"
        )
    given = table.copy()
    given.index, given.columns = given.index.astype(str), given.columns.astype(str)
    values = given.reindex(index=types, columns=types, fill_value=0).to_numpy(dtype=float)
    made = np.zeros_like(values)
    for i, j in zip(*np.nonzero(values), strict=True):
        if values[i, j] not in _ESSENTIAL:
            raise InvalidArgumentError(
                f"essential, row {types[i]}, column {types[j]}: {values[i, j]} is not 0, 1 or 2"
            )
        made[i, j] = _ESSENTIAL[values[i, j]]
    return np.ascontiguousarray(made.ravel())


def _weights(data: Dataset, weight: str | None) -> np.ndarray | None:
    if weight is None:
        return None
    if weight not in ("size", "revenue"):
        raise InvalidArgumentError(f"weight must be 'size', 'revenue' or None, not {weight!r}")
    companies = data.companies.to_pandas()
    if weight not in companies or not companies[weight].notna().any():
        raise InvalidArgumentError(f"weight={weight!r} needs the column {weight} in companies")
    if weight == "revenue" and "revenue_currency" in companies:
        known = companies.loc[companies["revenue"].notna(), "revenue_currency"].unique()
        if len(known) > 1:
            raise InvalidArgumentError(
                f"revenues are in several currencies ({', '.join(sorted(map(str, known)))})"
            )
    by_id = companies.set_index("id")[weight]
    return np.ascontiguousarray(by_id.loc[data.ids_by_vertex].fillna(0.0).to_numpy(dtype=float))


def _members(groups: Any) -> list[np.ndarray]:
    vertex, group, _ = groups._core.rows()
    order = np.argsort(group, kind="stable")
    ends = np.cumsum(np.bincount(group, minlength=len(groups)))
    return np.split(vertex[order], ends[:-1])


def _substitutable(sources: list[dict[str, Any]]) -> float:
    value = sum(s["value"] for s in sources)
    return sum(s["value"] for s in sources if s["filler"]) / value if value > 0 else NAN


def _largest(sources: list[dict[str, Any]]) -> dict[str, str]:
    """The single source with the largest value, and who could stand in for it."""
    if not sources:
        return {}
    first = next((s for s in sources if s["filler"]), sources[0])
    return {
        "supplier": first["supplier"],
        "filler": first["filler"],
        "filler_cluster": first["filler_cluster"],
    }
