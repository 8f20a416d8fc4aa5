"""All gaps together: what each rests on, and who could fill it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from kedja._errors import InvalidArgumentError
from kedja._profile import Profile
from kedja._result import Result
from kedja._run import Progress, callback
from kedja.gap._capability import capability
from kedja.gap._complementarity import complementarity, link_graphs
from kedja.gap._evidence import LANGUAGES, Evidence
from kedja.gap._fillers import Fillers
from kedja.gap._reach import reach
from kedja.gap._rows import NAN, Rows
from kedja.gap._tie_deficit import tie_deficit

if TYPE_CHECKING:
    from kedja._dataset import Dataset


@dataclass(frozen=True, slots=True, kw_only=True)
class GapRow:
    """One gap of one cluster; `random` is the same gap of random clusters (low, middle, high)."""

    cluster: str
    measure: str
    evidence: Evidence
    item: str = ""
    gap: float = NAN
    low: float = NAN
    high: float = NAN
    status: str = "ok"
    filler: str = ""
    filler_cluster: str = ""
    random: tuple[float, float, float] = (NAN, NAN, NAN)


def analyse(
    data: Dataset,
    *,
    cluster: str | None = None,
    draws: int = 200,
    seed: int = 0,
    lang: Literal["en", "sv"] = "en",
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    """All gaps of a cluster, or of every cluster, with who could fill them and the evidence.

    Parameters
    ----------
    data : Dataset
    cluster : str, optional
        One cluster; default: all.
    lang : {'en', 'sv'}, default 'en'
        Language of the evidence.
    draws, seed, threads, progress
        See `capability` and `tie_deficit`.

    Returns
    -------
    Result
        ``cluster``, ``measure`` (capability, complementarity, tie_deficit, reach, fragility,
        coverage), ``item`` ("" for the measure as a whole), ``gap`` in [0, 1], ``low``, ``high``,
        ``status``, ``filler`` (a company id in another cluster, or ""), ``filler_cluster``,
        ``evidence``. Never one composite number. What the data cannot decide has the status
        ``undecided`` and says which column would.

    Raises
    ------
    InvalidArgumentError
        Neither capabilities nor NACE codes; an unknown cluster or language.

    Examples
    --------
    >>> import kedja
    >>> data = kedja.from_tables(
    ...     companies={"id": ["a", "b"]},
    ...     memberships={"company": ["a", "b"], "cluster": ["x", "y"]},
    ...     capabilities={"company": ["a", "b"], "capability": ["k", "l"]})
    >>> sorted(set(kedja.gap.analyse(data, cluster="x")["measure"]))
    ['capability', 'complementarity', 'coverage', 'fragility', 'reach', 'tie_deficit']
    """
    if lang not in LANGUAGES:
        raise InvalidArgumentError(f"lang must be 'en' or 'sv', not {lang!r}")
    table = Rows(
        cluster="",
        measure="",
        item="",
        gap=NAN,
        low=NAN,
        high=NAN,
        status="ok",
        filler="",
        filler_cluster="",
        evidence="",
    )
    profile = Profile(data)
    for row in gap_rows(
        data, profile, cluster, draws=draws, seed=seed, threads=threads, progress=progress
    ):
        table.add(
            cluster=row.cluster,
            measure=row.measure,
            item=row.item,
            gap=row.gap,
            low=row.low,
            high=row.high,
            status=row.status,
            filler=row.filler,
            filler_cluster=row.filler_cluster,
            evidence=row.evidence.say(lang),
        )
    return table.result(
        "gap.analyse",
        data,
        {"cluster": cluster, "draws": draws, "lang": lang},
        {**profile.meta(), "seed": seed},
        lambda: analyse(
            data,
            cluster=cluster,
            draws=draws,
            seed=seed,
            lang=lang,
            threads=threads,
            progress=False,
        ),
    )


def gap_rows(
    data: Dataset, profile: Profile, cluster: str | None, *, progress: Progress, **run: Any
) -> Iterator[GapRow]:
    """The rows of `analyse`, measure by measure; `run` is draws, seed and threads."""
    say = callback(progress, "gaps") or (lambda fraction: None)
    names = [profile.clusters[a] for a in profile.chosen(cluster)]
    fill = Fillers(data, profile)
    linked = bool(link_graphs(data))
    yield from _capability(data, profile, fill, cluster, run)
    say(0.3)
    yield from _complementarity(data, fill, cluster)
    say(0.4)
    if linked:
        yield from _tie_deficit(data, fill, cluster, run)
        say(0.8)
        yield from _reach(data, fill, cluster, names)
    else:
        yield from _undecided(names, "tie_deficit", "needs_links")
        yield from _undecided(names, "reach", "needs_links")
    yield from _undecided(names, "fragility", "needs_supply")
    yield from _undecided(names, "coverage", "needs_requirements")
    say(1.0)


def _undecided(names: list[str], measure: str, reason: str) -> Iterator[GapRow]:
    for name in names:
        yield GapRow(cluster=name, measure=measure, status="undecided", evidence=Evidence(reason))


def _capability(
    data: Dataset, profile: Profile, fill: Fillers, cluster: str | None, run: dict[str, Any]
) -> Iterator[GapRow]:
    found = capability(data, cluster=cluster, progress=False, **run)
    number = {name: k for k, name in enumerate(profile.capabilities)}
    for row in _dicts(found):
        item, name = row["item"], row["cluster"]
        if item:
            numbers = {key: row[key] for key in ("share", "common", "members", "gap")}
            numbers["need"] = profile.need[number[item]]
            evidence = Evidence("capability_item", "capability_item", numbers)
            filler = fill.with_capability(row["filler_cluster"], item, name)
        else:
            evidence = Evidence(
                "capability",
                "capability",
                {
                    "members": row["members"],
                    "need": profile.need_basis,
                    "basis": profile.basis,
                    "gap": row["gap"],
                },
            )
            filler = ""
        yield GapRow(
            cluster=name,
            measure="capability",
            item=item,
            gap=row["gap"],
            low=row["low"],
            high=row["high"],
            status=row["status"],
            filler=filler,
            filler_cluster=row["filler_cluster"],
            evidence=evidence,
            random=(row["random_low"], row["random_mid"], row["random_high"]),
        )


def _complementarity(data: Dataset, fill: Fillers, cluster: str | None) -> Iterator[GapRow]:
    for row in _dicts(complementarity(data, cluster=cluster)):
        item, name = row["item"], row["cluster"]
        if item and row["tied"]:
            continue  # what is tied already is no gap
        yield GapRow(
            cluster=name,
            measure="complementarity",
            item=item,
            gap=row["gap"],
            status=row["status"],
            filler=fill.central(item, name) if item else "",
            filler_cluster=item,
            evidence=Evidence("complementarity_item", "", {"pair": row["complementarity"]})
            if item
            else Evidence("complementarity"),
        )


def _tie_deficit(
    data: Dataset, fill: Fillers, cluster: str | None, run: dict[str, Any]
) -> Iterator[GapRow]:
    found = tie_deficit(data, cluster=cluster, progress=False, **run)
    rows = list(_dicts(found))
    significant: dict[str, int] = {}
    for row in rows:
        if row["item"] and row["status"] == "ok":
            significant[row["cluster"]] = significant.get(row["cluster"], 0) + 1
    for row in rows:
        item, name = row["item"], row["cluster"]
        if item and row["status"] != "ok":
            continue
        numbers = {
            "observed": row["observed"],
            "expected": row["expected"],
            "z": row["z"],
            "q": row["qvalue"],
            "gap": row["gap"],
        }
        yield GapRow(
            cluster=name,
            measure="tie_deficit",
            item=item,
            gap=row["gap"],
            status=row["status"],
            filler=fill.central(item, name) if item else "",
            filler_cluster=item,
            evidence=Evidence("tie_deficit_item", "tie_deficit_item", numbers)
            if item
            else Evidence(
                "tie_deficit",
                "",
                {"found": float(significant.get(name, 0)), "null": found.meta["null"]},
            ),
        )


def _reach(data: Dataset, fill: Fillers, cluster: str | None, names: list[str]) -> Iterator[GapRow]:
    frame = data.companies.to_pandas()
    if "country" not in frame or not (frame["country"] != "").any():
        yield from _undecided(names, "reach", "needs_country")
        return
    for row in _dicts(reach(data, cluster=cluster, by="country")):
        item, name = row["item"], row["cluster"]
        numbers = {"ties": row["ties"], "gap": row["gap"]}
        yield GapRow(
            cluster=name,
            measure="reach",
            item=item,
            gap=row["gap"],
            low=row["low"],
            high=row["high"],
            status=row["status"],
            filler=fill.in_country(item, name) if item else "",
            evidence=Evidence("reach_item", "", numbers)
            if item
            else Evidence("reach", "reach" if row["ties"] else "", numbers),
        )


def _dicts(result: Result) -> Iterator[dict[str, Any]]:
    columns = {name: result[name].tolist() for name in result.columns}
    for values in zip(*columns.values(), strict=True):
        yield dict(zip(columns, values, strict=True))
