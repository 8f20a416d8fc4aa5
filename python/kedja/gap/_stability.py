"""How far ranks of clusters depend on choices that could have been made otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from kedja._errors import InvalidArgumentError
from kedja._profile import Profile
from kedja._result import Result
from kedja._run import Progress, stage
from kedja.gap._complementarity import (
    capability_pairs,
    complementarity,
    link_graphs,
    tied_clusters,
    usefulness,
)
from kedja.gap._coverage import coverage
from kedja.gap._fragility import fragility, has_supply
from kedja.gap._needs import has_needs
from kedja.gap._reach import reach
from kedja.gap._rows import NAN, Rows
from kedja.gap._tie_deficit import deficits, significance

if TYPE_CHECKING:
    from kedja._dataset import Dataset

THRESHOLDS = (0.8, 0.9, 1.0, 1.1, 1.2)


def stability(
    data: Dataset,
    *,
    weights: Mapping[str, float] | None = None,
    draws: int = 1000,
    seed: int = 0,
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    r"""Ranks of clusters by each gap under other choices, and of a composite under other weights.

    Choices: a capability counts as met at 0.8, 0.9, 1 (as in `capability`), 1.1 or 1.2 times the
    common share; `complementarity` is in the need or the capability form, and there a cluster is
    specialised at so many times the common share; ties are useful by a proximity with a diagonal of
    0 or 1, and tested against the stratified or the plain null model (`tie_deficit`); `reach` is by
    country, by NUTS 2 region, or of equally many ties; a single source sells more than 0.6, 0.7, 0.8
    (as in `fragility`) or 0.9 of a type, or is the only one; `coverage`, the largest gap of the sets,
    is what no member has, how rare it is among members, or counts who did not answer as having none.

    Parameters
    ----------
    data : Dataset
    weights : mapping, optional
        Measure -> weight > 0 of a composite: the weighted mean of the gaps that the data decide.
        There is no composite without weights.
    draws : int >= 20, default 1000
        Draws of the weights from a Dirichlet distribution with the given weights w, scaled to sum
        1, as mean and w (1 - w) / 11 as variances.
    seed, threads, progress
        See `CompanyGraph`.

    Returns
    -------
    Result
        Per measure and cluster with a value: ``measure``, ``cluster``, ``gap``, ``rank`` (1: the
        largest gap; equal gaps share the mean rank), ``rank_low``, ``rank_high`` (over all choices;
        of the composite 5 and 95 per cent of the draws). ``meta["kendall"]`` has Kendall's tau-b of
        each choice's ranks with the default's, ``meta["choices"]`` names the choices.

    Raises
    ------
    InvalidArgumentError
        Neither capabilities nor NACE codes; weights for something else, not above 0, or for a
        measure that the data do not decide.

    References
    ----------
    OECD and JRC 2008, Handbook on constructing composite indicators,
    https://doi.org/10.1787/9789264043466-en. O(choices clusters^2).

    Examples
    --------
    >>> import kedja
    >>> data = kedja.from_tables(
    ...     companies={"id": list("abc")},
    ...     memberships={"company": list("abc"), "cluster": list("xxy")},
    ...     capabilities={"company": list("aabc"), "capability": list("klkl")})
    >>> found = kedja.gap.stability(data)
    >>> list(zip(found["cluster"], found["rank"].tolist()))
    [('x', 2.0), ('y', 1.0)]
    """
    if draws < 20:
        raise InvalidArgumentError("draws must be at least 20")
    profile = Profile(data)
    found = _variants(data, profile, seed, threads, progress)
    rows = Rows(measure="", cluster="", gap=NAN, rank=NAN, rank_low=NAN, rank_high=NAN)
    kendall: dict[str, dict[str, float]] = {}
    for measure, variants in found.items():
        base = variants["default"]
        known = np.flatnonzero(~np.isnan(base))
        ranks = {name: _ranks(values[known]) for name, values in variants.items()}
        kendall[measure] = {
            name: _tau(base[known], values[known])
            for name, values in variants.items()
            if name != "default"
        }
        every = np.vstack(list(ranks.values()))
        _add(rows, profile, measure, base, known, every.min(axis=0), every.max(axis=0))
    if weights is not None:
        _composite(rows, profile, {m: v["default"] for m, v in found.items()}, weights, draws, seed)
    return rows.result(
        "gap.stability",
        data,
        {"weights": None if weights is None else dict(weights), "draws": draws},
        {
            **profile.meta(),
            "seed": seed,
            "choices": {measure: list(variants) for measure, variants in found.items()},
            "kendall": kendall,
        },
        lambda: stability(
            data, weights=weights, draws=draws, seed=seed, threads=threads, progress=False
        ),
        _no_explanation,
    )


def _no_explanation(i: int, lang: str) -> Any:
    raise InvalidArgumentError("ranks rest on whole tables; explain the rows of gap.analyse")


def _variants(
    data: Dataset, profile: Profile, seed: int, threads: int, progress: Progress
) -> dict[str, dict[str, np.ndarray]]:
    """Each measure's gap of every cluster under each choice; the first is the default."""
    run = {"threads": threads, "progress": None}
    members = profile.size > 0
    need = np.where((profile.need.sum(axis=1) > 0)[:, None], profile.need, np.nan)
    capability = {}
    for times in (1.0, *(t for t in THRESHOLDS if t != 1.0)):
        target = times * profile.common
        with np.errstate(invalid="ignore", divide="ignore"):
            met = np.where(target > 0, np.minimum(1.0, profile.share / target), 0.0)
        name = "default" if times == 1.0 else f"target {times:g}"
        capability[name] = np.where(members, (need * (1 - met)).sum(axis=1), np.nan)
    made = {"capability": capability}
    if has_supply(data):
        made["fragility"] = {
            "default" if t == 0.8 else f"theta {t:g}": _wholes(
                profile, fragility(data, theta=t, draws=20, threads=threads, progress=False)
            )
            for t in (0.8, 0.6, 0.7, 0.9, 1.0)
        }
    covered = _coverages(data, profile, threads)
    if covered is not None:
        made["coverage"] = covered
    if not link_graphs(data):
        return made
    tied = tied_clusters(data, profile)
    by_capability = {
        t: np.where(members, capability_pairs(profile, tied, threshold=t, run=run)[2][0], np.nan)
        for t in (1.0, *(t for t in THRESHOLDS if t != 1.0))
    }
    if has_needs(profile):
        found = complementarity(data, form="need", draws=20, threads=threads, progress=False)
        made["complementarity"] = {"default": _wholes(profile, found)} | {
            f"capability form, threshold {t:g}": gap for t, gap in by_capability.items()
        }
    else:
        made["complementarity"] = {
            "default" if t == 1.0 else f"threshold {t:g}": gap for t, gap in by_capability.items()
        }
    reached = _reaches(data, profile, seed, threads)
    if reached:
        made["reach"] = reached
    nulls: dict[str, Literal["configuration"] | None] = {"default": None}
    if len(data.participations):
        nulls["null configuration"] = "configuration"
    ties = {
        name: significance(
            data,
            draws=200,
            seed=seed,
            threads=threads,
            progress=stage(progress, "stability", i / len(nulls), (i + 1) / len(nulls)),
            null=null,
        )
        for i, (name, null) in enumerate(nulls.items())
    }
    deficit = {
        name: deficits(profile, table, usefulness(data, profile), 0.05)[-1][0]
        for name, table in ties.items()
    }
    counted = usefulness(data, profile, count_itself=True)
    deficit["phi diagonal 1"] = deficits(profile, ties["default"], counted, 0.05)[-1][0]
    made["tie_deficit"] = deficit
    return made


def _wholes(profile: Profile, found: Result, column: str = "gap") -> np.ndarray:
    """A measure's value for every cluster; NaN where it has none."""
    made = np.full(len(profile.clusters), np.nan)
    number = {name: a for a, name in enumerate(profile.clusters)}
    for cluster, item, value in zip(found["cluster"], found["item"], found[column], strict=True):
        if item == "":
            made[number[cluster]] = value
    return made


def _reaches(
    data: Dataset, profile: Profile, seed: int, threads: int
) -> dict[str, np.ndarray] | None:
    companies = data.companies.to_pandas()
    made: dict[str, np.ndarray] = {}
    run: dict[str, Any] = {"draws": 20, "seed": seed, "threads": threads, "progress": False}
    if "country" in companies and (companies["country"] != "").any():
        found = reach(data, by="country", **run)
        made["default"] = _wholes(profile, found)
        rarefied = _wholes(profile, found, "rarefied")
        # Clusters with too few ties keep their gap: it is of even fewer.
        made["equally many ties"] = np.where(np.isnan(rarefied), made["default"], rarefied)
    if "nuts" in companies and (companies["nuts"] != "").any() and made:
        regions = _wholes(profile, reach(data, by="nuts2", **run))
        made["nuts2"] = np.where(np.isnan(regions), made["default"], regions)
    return made or None


def _coverages(data: Dataset, profile: Profile, threads: int) -> dict[str, np.ndarray] | None:
    """The largest gap of the sets that anybody in the cluster answered about."""
    made: dict[str, np.ndarray] = {}
    for name, column, answered in (
        ("default", "gap", "asked"),
        ("breadth", "breadth_gap", "asked"),
        ("silent members have none", "gap", "all"),
    ):
        found = coverage(
            data,
            answered=answered,  # type: ignore[arg-type]
            draws=20,
            threads=threads,
            progress=False,
        )
        most = np.full(len(profile.clusters), np.nan)
        number = {cluster: a for a, cluster in enumerate(profile.clusters)}
        for cluster, item, value in zip(
            found["cluster"], found["item"], found[column], strict=True
        ):
            if item == "":
                most[number[cluster]] = np.fmax(most[number[cluster]], value)
        made[name] = (
            most if name == "default" else np.where(np.isnan(made["default"]), np.nan, most)
        )
    return None if np.isnan(made["default"]).all() else made


def _composite(
    rows: Rows,
    profile: Profile,
    gaps: dict[str, np.ndarray],
    weights: Mapping[str, float],
    draws: int,
    seed: int,
) -> None:
    for name, weight in weights.items():
        if name not in gaps:
            raise InvalidArgumentError(
                f"weights: {name!r} is not among {', '.join(gaps)}, which these data decide"
            )
        if not 0 < weight < float("inf"):
            raise InvalidArgumentError(f"weights: {name} must be above 0, not {weight}")
    mean = np.asarray([float(w) for w in weights.values()])
    mean /= mean.sum()
    table = np.vstack([gaps[name] for name in weights])
    known = np.flatnonzero(~np.isnan(table).any(axis=0))
    # Dirichlet(10 w): a weight w has the variance w (1 - w) / 11.
    shares = np.random.Generator(np.random.Philox(seed)).dirichlet(10 * mean, draws)
    ranks = np.vstack([_ranks(share @ table[:, known]) for share in shares])
    low, high = np.quantile(ranks, [0.05, 0.95], axis=0)
    _add(rows, profile, "composite", mean @ np.nan_to_num(table), known, low, high)


def _add(
    rows: Rows,
    profile: Profile,
    measure: str,
    gap: np.ndarray,
    known: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
) -> None:
    rank = _ranks(gap[known])
    for i, a in enumerate(known):
        rows.add(
            measure=measure,
            cluster=profile.clusters[a],
            gap=float(gap[a]),
            rank=float(rank[i]),
            rank_low=float(low[i]),
            rank_high=float(high[i]),
        )


def _ranks(values: np.ndarray) -> np.ndarray:
    """1 for the largest; equal values (to 12 digits) share the mean of their ranks."""
    _, number, count = np.unique(-np.round(values, 12), return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    made: np.ndarray = (last - (count - 1) / 2)[number]
    return made


def _tau(a: np.ndarray, b: np.ndarray) -> float:
    """Kendall's tau-b; NaN where one side does not differ at all. O(n^2)."""
    x = np.sign(np.round(np.subtract.outer(a, a), 12))
    y = np.sign(np.round(np.subtract.outer(b, b), 12))
    scale = np.sqrt(float((x * x).sum()) * float((y * y).sum()))
    return float((x * y).sum() / scale) if scale > 0 else NAN
