"""Partners for a cluster organisation among other cluster organisations."""

from __future__ import annotations

import math
import os
import re
from pathlib import Path
from typing import Any

import numpy as np

from kedja._errors import InvalidArgumentError
from kedja._measure import whole
from kedja._profile import unknown
from kedja._result import Result
from kedja.recommend._explain import same_group

_ALIASES: dict[str, tuple[str, ...]] = {
    "id": ("id", "org_id", "organisation"),
    "name": ("name",),
    "country": ("country",),
    "region": ("region", "nuts2", "nuts", "nuts3"),
    "field": ("field", "fields", "field_guess", "capability", "capabilities"),
    "owner": ("owner", "group"),
}
_PARTNER_ALIASES: dict[str, tuple[str, ...]] = {
    "organisation": ("organisation", "cluster_org", "cluster", "source"),
    "partner": ("partner", "org_id", "target", "company"),
}


def organisations(
    table: Any,
    *,
    organisation: str,
    partners: Any = None,
    k: int | None = 10,
    linked: bool = False,
) -> Result:
    """Other cluster organisations that would complement this one, ranked with reasons.

    Parameters
    ----------
    table : table or path of a CSV file
        Cluster organisations: ``id`` (or org_id), and where known ``name``, ``country``, ``region``
        (or nuts2), ``field`` (or field_guess; several apart by ``;`` or ``|``), ``owner`` (of what
        it belongs to).
    organisation : str
        The one that asks, by id or name.
    partners : table or path of a CSV file, optional
        Who has worked with whom: ``organisation`` (or cluster_org) and ``partner`` (or org_id).
    k : int >= 1 or None, default 10
        None: all others.
    linked : bool, default False
        Rank also those that it has worked with already.

    Returns
    -------
    Result
        By rank: ``rank``, ``source``, ``target``, ``name``, ``country``, ``score`` (mean over the
        kinds of evidence that exist of the share of organisations that have as much or less of it,
        in (0, 1]; a rank, no probability), ``complementarity`` (share of what the other does that
        is new here, in [0, 1]) and ``similarity`` (cosine of what both do), both NaN where a field
        is unknown; ``brings``, ``both`` (fields), ``shared_partners``, ``adamic_adar`` (over them),
        ``new_partners`` (that it would open a way to), ``linked``, ``same_country``,
        ``same_region``, ``group_by`` (ownership or name, where both seem to be one group),
        ``reasons``, ``status`` (``no_data``: a field of the two is unknown).

    Raises
    ------
    InvalidArgumentError
        An unknown organisation, with the nearest one; an id that stands twice; no column of ids.

    Notes
    -----
    An own list of cluster organisations is required for real use: the fields of the lists that can
    be had openly are guesses from names. O(organisations * partners).

    References
    ----------
    Adamic and Adar 2003, https://doi.org/10.1016/S0378-8733(03)00009-1.

    Examples
    --------
    >>> import kedja
    >>> found = kedja.recommend.organisations(
    ...     {"id": ["a", "b", "c"], "name": ["Steel Arena", "Wood Valley", "Iron Cluster"],
    ...      "field": ["metal", "wood", "metal"]},
    ...     partners={"organisation": ["a", "b", "c"], "partner": ["x", "x", "y"]},
    ...     organisation="a")
    >>> list(zip(found["target"], found["complementarity"].tolist(), found["reasons"]))
    [('b', 1.0, 'brings wood; 1 shared partner'), ('c', 0.0, 'both work in metal; a way to 1 new partner')]
    """
    rows = _columns(table, _ALIASES, ("id",))
    ids, n = rows["id"], len(rows["id"])
    twice = sorted({one for one in ids if ids.count(one) > 1})
    if twice:
        raise InvalidArgumentError(f"the organisation {twice[0]!r} stands twice in the table")
    name = [text or one for text, one in zip(rows["name"], ids, strict=True)]
    if organisation in ids:
        u = ids.index(organisation)
    elif name.count(organisation) == 1:
        u = name.index(organisation)
    else:
        raise InvalidArgumentError(unknown("organisation", organisation, [*ids, *name]))
    doing = [{x.strip() for x in re.split("[;|]", text) if x.strip()} for text in rows["field"]]
    worked: dict[str, set[str]] = {one: set() for one in ids}
    if partners is not None:
        told = _columns(partners, _PARTNER_ALIASES, ("organisation", "partner"))
        for one, other in zip(told["organisation"], told["partner"], strict=True):
            if one != other:
                worked.setdefault(one, set()).add(other)
                if other in worked:  # two organisations: both have worked with the other
                    worked[other].add(one)
    degree: dict[str, int] = {}
    for others in worked.values():
        for other in others:
            degree[other] = degree.get(other, 0) + 1
    mine, own = doing[u], worked[ids[u]]
    facts: list[dict[str, Any]] = []
    for v in range(n):
        is_linked = ids[v] in own
        if v == u or (is_linked and not linked):
            continue
        theirs = doing[v]
        shared = own & worked[ids[v]]
        clear = bool(mine and theirs)
        facts.append(
            {
                "v": v,
                "complementarity": len(theirs - mine) / len(theirs) if clear else math.nan,
                "similarity": len(mine & theirs) / math.sqrt(len(mine) * len(theirs))
                if clear
                else math.nan,
                "brings": ", ".join(sorted(theirs - mine)),
                "both": ", ".join(sorted(mine & theirs)),
                "shared_partners": len(shared),
                "adamic_adar": math.fsum(1 / math.log(max(degree[w], 2)) for w in sorted(shared)),
                "new_partners": len(worked[ids[v]] - own - {ids[u]}),
                "linked": is_linked,
                "same_country": bool(rows["country"][u])
                and rows["country"][u] == rows["country"][v],
                "same_region": bool(rows["region"][u]) and rows["region"][u] == rows["region"][v],
                "group_by": "ownership"
                if rows["owner"][u] and rows["owner"][u] == rows["owner"][v]
                else ("name" if same_group(name[u], name[v]) else ""),
            }
        )
    evidence = ["complementarity"] + (
        ["adamic_adar", "new_partners"] if partners is not None else []
    )
    for kind in evidence:
        _rank_among(facts, kind)
    for f in facts:
        shares = [f[f"share_{kind}"] for kind in evidence if f"share_{kind}" in f]
        f["score"] = float(np.mean(shares)) if shares else math.nan
    facts.sort(key=lambda f: (-np.nan_to_num(f["score"]), ids[f["v"]]))
    if k is not None:
        facts = facts[: whole("k", k)]
    at = [f["v"] for f in facts]

    def text(values: list[Any]) -> np.ndarray:
        made = np.empty(len(values), dtype=object)
        made[:] = values
        return made

    columns: dict[str, Any] = {
        "rank": np.arange(1, len(facts) + 1),
        "source": text([ids[u]] * len(facts)),
        "target": text([ids[v] for v in at]),
        "name": text([name[v] for v in at]),
        "country": text([rows["country"][v] for v in at]),
        "score": np.array([f["score"] for f in facts], dtype=np.float64),
    }
    for key in ("complementarity", "similarity", "adamic_adar"):
        columns[key] = np.array([f[key] for f in facts], dtype=np.float64)
    for key in ("shared_partners", "new_partners"):
        columns[key] = np.array([f[key] for f in facts], dtype=np.int64)
    for key in ("linked", "same_country", "same_region"):
        columns[key] = np.array([f[key] for f in facts], dtype=bool)
    for key in ("brings", "both", "group_by"):
        columns[key] = text([f[key] for f in facts])
    columns["reasons"] = text([_reasons(f, rows["country"][f["v"]]) for f in facts])
    columns["status"] = text(
        ["no_data" if math.isnan(f["complementarity"]) else "ok" for f in facts]
    )
    return Result(
        columns,
        {
            "measure": "recommend.organisations",
            "parameters": {"organisation": organisation, "k": k, "linked": linked},
            "organisations": n,
            "evidence": evidence,
            "note": "an own list of cluster organisations is required for real use",
        },
        recompute=lambda: organisations(
            table, organisation=organisation, partners=partners, k=k, linked=linked
        ),
    )


def _rank_among(facts: list[dict[str, Any]], kind: str) -> None:
    """Adds the share of organisations that have as much or less; none where nothing is known."""
    known = np.sort([f[kind] for f in facts if not math.isnan(f[kind])])
    for f in facts:
        if not math.isnan(f[kind]):
            f[f"share_{kind}"] = np.searchsorted(known, f[kind], side="right") / len(known)


def _reasons(f: dict[str, Any], country: str) -> str:
    said = []
    if f["linked"]:
        said.append("have worked together")
    if f["brings"]:
        said.append(f"brings {f['brings']}")
    if f["both"]:
        said.append(f"both work in {f['both']}")
    if f["shared_partners"]:
        s = "" if f["shared_partners"] == 1 else "s"
        said.append(f"{f['shared_partners']} shared partner{s}")
    if f["new_partners"]:
        s = "" if f["new_partners"] == 1 else "s"
        said.append(f"a way to {f['new_partners']} new partner{s}")
    if f["same_region"]:
        said.append("same region")
    elif f["same_country"]:
        said.append("same country")
    elif country:
        said.append(f"another country ({country})")
    if f["group_by"] == "ownership":
        said.append("one group by ownership")
    elif f["group_by"] == "name":
        said.append("the names suggest one group")
    return "; ".join(said)


def _columns(
    table: Any, aliases: dict[str, tuple[str, ...]], required: tuple[str, ...]
) -> dict[str, list[str]]:
    """The columns that are known by some alias, as texts; empty texts where there is none."""
    import pandas as pd

    if isinstance(table, (str, os.PathLike)):
        frame = pd.read_csv(Path(table), dtype=str, keep_default_na=False)
    else:
        frame = table if isinstance(table, pd.DataFrame) else pd.DataFrame(dict(table))
    named = {str(column).lower(): column for column in frame.columns}
    made: dict[str, list[str]] = {}
    for column, names in aliases.items():
        found = next((named[one] for one in names if one in named), None)
        if found is None and column in required:
            raise InvalidArgumentError(
                f"no column {' or '.join(map(repr, names))}; the columns are "
                f"{', '.join(map(str, frame.columns))}"
            )
        made[column] = (
            [""] * len(frame)
            if found is None
            else ["" if pd.isna(one) else str(one) for one in frame[found]]
        )
    return made
