"""A few clusters that together bring what a call asks for."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from kedja import _core
from kedja._countries import iso
from kedja._errors import InvalidArgumentError
from kedja._measure import whole
from kedja._profile import Profile, unknown
from kedja._result import Result

if TYPE_CHECKING:
    from kedja._dataset import Dataset


def consortium(
    data: Dataset,
    *,
    capabilities: Iterable[str],
    countries: Iterable[str] = (),
    k: int = 10,
    least: int = 1,
) -> Result:
    """At most k clusters that together have the asked capabilities and lie in the asked countries.

    Each asked capability and country counts the same; clusters are taken one after the other, the
    one that adds most first, equal ones in the order of names, until all is covered.

    Parameters
    ----------
    data : Dataset
        Your own cluster organisations with their members' capabilities: clusters that were observed
        in grant data have no office that could join a consortium.
    capabilities : several str
        As in the table capabilities (or NACE divisions where there is none).
    countries : several str, optional
        ISO 3166-1 alpha-2; a cluster lies in its own country, or where none is told in that of its
        members (told, or of their NUTS code), if all whose country is known are of one.
    k : int >= 1, default 10
    least : int >= 1, default 1
        Members of a cluster that must have a capability for the cluster to bring it.

    Returns
    -------
    Result
        In the order taken: ``cluster``, ``country``, ``adds`` (what it brings that was missing),
        ``covered`` (share of all that is asked, so far), ``status``. ``meta["missing"]``: what no
        taken cluster brings; ``meta["bound"]``: no k clusters cover a larger share;
        ``meta["guarantee"]``.

    Raises
    ------
    InvalidArgumentError
        No clusters; a capability or country that no cluster has, with the nearest one.

    References
    ----------
    Chvatal 1979, https://doi.org/10.1287/moor.4.3.233; Nemhauser, Wolsey and Fisher 1978,
    https://doi.org/10.1007/BF01588971.

    Examples
    --------
    >>> import kedja
    >>> data = kedja.from_tables(
    ...     companies={"id": list("abc")},
    ...     clusters={"id": ["x", "y"], "country": ["SE", "FI"]},
    ...     memberships={"company": list("abc"), "cluster": ["x", "x", "y"]},
    ...     capabilities={"company": list("abc"), "capability": ["cast", "weld", "paint"]})
    >>> found = kedja.recommend.consortium(
    ...     data, capabilities=["cast", "weld", "paint"], countries=["FI"])
    >>> list(zip(found["cluster"], found["adds"]))
    [('x', 'cast, weld'), ('y', 'paint, FI')]
    """
    profile = Profile(data)
    if not profile.clusters:
        raise InvalidArgumentError("a consortium is made of clusters, and there are none")
    wanted, places = list(dict.fromkeys(capabilities)), list(dict.fromkeys(countries))
    if not wanted and not places:
        raise InvalidArgumentError("name at least one capability or country that is asked for")
    country = _countries(data, profile)
    for item in wanted:
        if item not in profile.capabilities:
            raise InvalidArgumentError(unknown("capability", item, profile.capabilities))
    known = sorted({c for c in country.values() if c})
    for place in places:
        if place not in known:
            raise InvalidArgumentError(unknown("cluster in country", place, known))
    holders = np.rint(profile.share * profile.size[:, None])
    cells = [
        (a, t)
        for a, name in enumerate(profile.clusters)
        for t, item in enumerate([*wanted, *places])
        if (
            holders[a, profile.capabilities.index(item)] >= whole("least", least)
            if t < len(wanted)
            else country[name] == item
        )
    ]
    asked = len(wanted) + len(places)
    table = _core.Table(
        len(profile.clusters),
        asked,
        np.array([c[0] for c in cells], dtype=np.uint32),
        np.array([c[1] for c in cells], dtype=np.uint32),
        None,
    )
    chosen, gain, value, bound = _core.best_cover(
        table, np.full(asked, 1.0 / asked), np.ones(asked), whole("k", k), [],
        threads=1, progress=None,
    )  # fmt: skip
    brings: dict[int, list[int]] = {}
    for a, t in cells:
        brings.setdefault(a, []).append(t)
    names, there, adds = [*wanted, *places], set(), []
    for a in chosen.tolist():
        fresh = [t for t in brings[a] if t not in there]
        there.update(fresh)
        adds.append(", ".join(names[t] for t in fresh))
    factor = 1 + math.log(max((len(b) for b in brings.values()), default=1))
    return Result(
        {
            "cluster": np.array([profile.clusters[a] for a in chosen], dtype=object),
            "country": np.array([country[profile.clusters[a]] for a in chosen], dtype=object),
            "adds": np.array(adds, dtype=object),
            "covered": np.cumsum(gain),
            "status": np.array([profile.status] * len(adds), dtype=object),
        },
        {
            "measure": "recommend.consortium",
            "parameters": {"capabilities": wanted, "countries": places, "k": k, "least": least},
            "covered": value,
            "bound": min(bound, 1.0),
            "missing": [names[t] for t in range(asked) if t not in there],
            "guarantee": "the share covered is at least 63 % of the best for this k; when all is "
            f"covered, at most {factor:.1f} times as many clusters as needed",
            "data_checksum": data.checksum,
            "note": "an own list of cluster organisations is required for real use",
        },
        recompute=lambda: consortium(data, capabilities=wanted, countries=places, k=k, least=least),
    )


def _countries(data: Dataset, profile: Profile) -> dict[str, str]:
    """Country of each cluster: its own, else the one that its members share; else empty.

    A member's country is the one told, else that of its NUTS code.
    """
    companies = data.companies.to_pandas().set_index("id").reindex(profile.ids)
    of_member = np.full(len(companies), "", dtype=object)
    for column in ("nuts", "country"):
        if column in companies:
            told = companies[column].fillna("").str[:2].map(iso)
            of_member = np.where(told == "", of_member, told)
    found = dict.fromkeys(profile.clusters, "")
    for name, inside in zip(profile.clusters, profile.members(), strict=True):
        shared = {one for one in of_member[inside] if one}
        if len(shared) == 1:
            found[name] = shared.pop()
    if len(data.clusters):
        frame = data.clusters.to_pandas()
        if "country" in frame:
            told = zip(frame["id"], frame["country"].fillna(""), strict=True)
            found.update({name: place for name, place in told if place})
    return found
