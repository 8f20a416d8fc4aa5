"""All gaps together: what each rests on, and who could fill it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from kedja._errors import InvalidArgumentError
from kedja._profile import Profile
from kedja._result import Result
from kedja._run import Progress, callback, stage
from kedja.gap._capability import capability
from kedja.gap._complementarity import complementarity, link_graphs
from kedja.gap._coverage import BASIC_LEVEL, coverage
from kedja.gap._evidence import LANGUAGES, Evidence, Parts, evidence_of, parts_of
from kedja.gap._explain import Explanation
from kedja.gap._fillers import Fillers
from kedja.gap._fragility import fragility, has_supply
from kedja.gap._reach import reach
from kedja.gap._rows import NAN, Rows
from kedja.gap._tie_deficit import tie_deficit

if TYPE_CHECKING:
    from kedja._dataset import Dataset
    from kedja._flows import Flows

CHAIN = "chain"  # item of the reach over the value chain


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
    source: tuple[Any, int] | None = None  # the measure's own table, and the row in it


def analyse(
    data: Dataset,
    *,
    cluster: str | None = None,
    demand: Any = None,
    flows: Flows | None = None,
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
    demand : mapping, Series or table, optional
        See `capability`.
    flows : Flows, optional
        Where industries stand in the value chain: see `reach`.
    lang : {'en', 'sv'}, default 'en'
        Language of the evidence.
    draws, seed, threads, progress
        See `capability` and `tie_deficit`.

    Returns
    -------
    Result
        ``cluster``, ``measure`` (capability, complementarity, tie_deficit, reach, fragility,
        coverage), ``item`` ("" for the measure as a whole; ``chain`` under reach: the value chain),
        ``gap`` in [0, 1], ``low``, ``high``,
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
    profile = Profile(data, required=False)
    made = list(
        gap_rows(
            data,
            profile,
            cluster,
            demand=demand,
            flows=flows,
            draws=draws,
            seed=seed,
            threads=threads,
            progress=progress,
        )
    )
    for row in made:
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
        {
            "cluster": cluster,
            "demand": "every capability alike" if demand is None else "given",
            "flows": "default" if flows is None else flows.checksum,
            "draws": draws,
            "lang": lang,
        },
        {**profile.meta(), "seed": seed},
        lambda: analyse(
            data,
            cluster=cluster,
            demand=demand,
            flows=flows,
            draws=draws,
            seed=seed,
            lang=lang,
            threads=threads,
            progress=False,
        ),
        lambda i, said: explain_gap(made[i], said),
    )


def explain_gap(row: GapRow, lang: str) -> Explanation:
    """The row's evidence with the companies, links and projects behind it."""
    if row.source is None:
        title = f"{row.cluster}: {row.measure}"
        return Explanation(
            title, row.evidence.say(lang), row.evidence.show_formula(lang), lang=lang
        )
    result, i = row.source
    found: Explanation = result._explain(i, lang)
    return found


def gap_rows(
    data: Dataset,
    profile: Profile,
    cluster: str | None,
    *,
    progress: Progress,
    demand: Any = None,
    flows: Flows | None = None,
    **run: Any,
) -> Iterator[GapRow]:
    """The rows of `analyse`, measure by measure; `run` is draws, seed and threads."""
    say = callback(progress, "gaps")  # one bar for all
    names = [profile.clusters[a] for a in profile.chosen(cluster)]
    fill = Fillers(data, profile)

    def of(measure: Any, first: float, last: float, **options: Any) -> Result:
        part = False if say is None else stage(say, "gaps", first, last)
        found: Result = measure(data, cluster=cluster, progress=part, **options, **run)
        return found

    able = profile.basis != "none"  # else nobody knows what a company can, or a tie is good for
    if able:
        yield from _rows("capability", of(capability, 0.0, 0.1, demand=demand), fill)
        yield from _rows("complementarity", of(complementarity, 0.1, 0.2), fill)
    else:
        yield from _undecided(names, "capability", "needs_capabilities")
        yield from _undecided(names, "complementarity", "needs_capabilities")
    if link_graphs(data):
        if able:
            yield from _rows("tie_deficit", of(tie_deficit, 0.2, 0.5), fill)
        else:
            yield from _undecided(names, "tie_deficit", "needs_capabilities")
        companies = data.companies.to_pandas()
        if "country" in companies and (companies["country"] != "").any():
            yield from _rows("reach", of(reach, 0.5, 0.9, by="country"), fill)
        else:
            yield from _undecided(names, "reach", "needs_country")
    else:
        yield from _undecided(names, "tie_deficit", "needs_links")
        yield from _undecided(names, "reach", "needs_links")
    for row in _rows("reach", of(reach, 0.9, 0.9, by="chain", flows=flows), fill):
        yield replace(row, item=CHAIN)
    if has_supply(data):
        yield from _rows("fragility", of(fragility, 0.9, 0.95), fill)
    else:
        yield from _undecided(names, "fragility", "needs_supply")
    yield from _coverage(of(coverage, 0.95, 1.0), fill)


def _undecided(names: list[str], measure: str, reason: str) -> Iterator[GapRow]:
    for name in names:
        yield GapRow(cluster=name, measure=measure, status="undecided", evidence=Evidence(reason))


def _rows(measure: str, found: Result, fill: Fillers) -> Iterator[GapRow]:
    """The rows of one measure, with named companies that could fill each gap."""
    parts = parts_of(found)
    for i, row in enumerate(_dicts(found)):
        item = row["item"]
        if item and measure == "complementarity" and not row["gap"] > 0:
            continue  # what clusters with ties have already is no gap
        if item and measure == "tie_deficit" and row["status"] != "ok":
            continue
        filler = fill.of(measure, row) if item else ("", "")
        yield _gap_row(measure, found, parts, i, row, item, filler)


def _gap_row(
    measure: str,
    found: Result,
    parts: dict[tuple[str, str], Parts],
    i: int,
    row: dict[str, Any],
    item: str,
    filler: tuple[str, str],
) -> GapRow:
    status = row["status"]
    if measure == "fragility" and status == "isolated":
        status = "undecided"  # suppliers that nobody named are not suppliers that do not exist
    return GapRow(
        cluster=row["cluster"],
        measure=measure,
        item=item,
        gap=row["gap"],
        low=row.get("low", NAN),
        high=row.get("high", NAN),
        status=status,
        filler=filler[0],
        filler_cluster=filler[1],
        evidence=evidence_of(measure, row, found.meta, parts),
        random=tuple(row.get(f"random_{k}", NAN) for k in ("low", "mid", "high")),  # type: ignore[arg-type]
        source=(found, i),
    )


def _coverage(found: Result, fill: Fillers) -> Iterator[GapRow]:
    """Per cluster the set with the largest gap stands for the measure; each set is an item, and so
    are its requirements. A set that nobody answered about is undecided."""
    parts = parts_of(found)
    rows = list(enumerate(_dicts(found)))
    for name in dict.fromkeys(row["cluster"] for _, row in rows):
        of = [(i, row) for i, row in rows if row["cluster"] == name]
        sets = [(i, row) for i, row in of if not row["item"]]
        decided = [(i, row) for i, row in sets if row["status"] == "ok"]
        if not decided:
            one = Evidence("needs_answers", numbers={"set": sets[0][1]["set"]})
            evidence = one if len(sets) == 1 else Evidence("needs_answers_all")
            yield GapRow(cluster=name, measure="coverage", status="undecided", evidence=evidence)
            for i, row in sets if len(sets) > 1 else []:
                yield _gap_row("coverage", found, parts, i, row, row["set"], ("", ""))
            continue
        i, most = max(decided, key=lambda pair: (pair[1]["gap"], -pair[0]))
        whole = _gap_row("coverage", found, parts, i, most, "", ("", most["filler_cluster"]))
        yield (
            whole
            if len(sets) == 1
            else replace(whole, evidence=replace(whole.evidence, text="coverage"))
        )
        for i, row in of:
            if not row["item"]:
                if len(sets) > 1:
                    yield _gap_row(
                        "coverage", found, parts, i, row, row["set"], ("", row["filler_cluster"])
                    )
            elif row["status"] == "ok" and row["gap"] > 0:
                label = row["set"] if row["item"] == BASIC_LEVEL else ""
                yield _gap_row(
                    "coverage",
                    found,
                    parts,
                    i,
                    row,
                    f"{label}: {row['item']}" if label else row["item"],
                    fill.of("coverage", row),
                )


def _dicts(result: Result) -> Iterator[dict[str, Any]]:
    columns = {name: result[name].tolist() for name in result.columns}
    for values in zip(*columns.values(), strict=True):
        yield dict(zip(columns, values, strict=True))
