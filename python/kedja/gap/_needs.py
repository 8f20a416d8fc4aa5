"""What each cluster needs and can supply, kind by kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kedja._errors import InvalidArgumentError
from kedja._need import activity, io_table
from kedja._profile import Profile

if TYPE_CHECKING:
    from kedja._dataset import Dataset


@dataclass(frozen=True)
class Needs:
    """Clusters by kinds. Without `home`, home supply meets home need first: min(need, supply).

    Attributes
    ----------
    omega : numpy.ndarray, shape (kinds,)
        How much a unit of each kind counts.
    delivered : numpy.ndarray, shape (clusters,), or None
        What members of other clusters are seen to deliver, in units of omega times need.
    """

    basis: str
    kinds: list[str]
    need: np.ndarray
    supply: np.ndarray
    omega: np.ndarray
    home: np.ndarray | None = None
    delivered: np.ndarray | None = None
    inferred: bool = False


def has_needs(profile: Profile) -> bool:
    """Whether anything but what companies do in general says what is needed."""
    return profile.need_basis in ("needs", "stages", "flows")


def needs_of(data: Dataset, profile: Profile) -> Needs:
    """By the first that the data have: needs, stages, supply links, an input-output table."""
    if profile.need_basis == "needs":
        return _stated(data, profile)
    if profile.need_basis == "stages":
        return _staged(profile)
    from kedja.gap._fragility import has_supply

    if has_supply(data):
        return _bought(data, profile)
    if profile.need_basis == "flows":
        return _inferred(data, profile)
    raise InvalidArgumentError(
        "form='need' needs a table of needs, stages or flows, or supply links"
    )


def _able(profile: Profile) -> np.ndarray:
    """Members that have each capability."""
    size = np.maximum(profile.size, 1)[:, None]
    return np.rint(np.nan_to_num(profile.share) * size).astype(float)


def _stated(data: Dataset, profile: Profile) -> Needs:
    """Members that need a kind against members that have it: one of these can serve one of those.
    omega is the mean value (priority) that the statements give a kind."""
    table = data.needs.to_pandas()
    place = {name: k for k, name in enumerate(profile.capabilities)}
    table = table[[name in place for name in table["capability"]]]
    value = (table["value"] if "value" in table else table["capability"].map(lambda _: 1.0)).fillna(
        1.0
    )
    kind = table["capability"].map(place)
    omega = value.groupby(kind).mean().reindex(range(len(place))).fillna(0.0).to_numpy(dtype=float)
    vertex = {name: v for v, name in enumerate(profile.ids)}
    asking = {
        (vertex[c], k) for c, k, v in zip(table["company"], kind, value, strict=True) if v > 0
    }
    need = np.zeros(profile.shape)
    member, group, _ = profile.groups._core.rows()
    of: dict[int, list[int]] = {}
    for v, a in zip(member.tolist(), group.tolist(), strict=True):
        of.setdefault(v, []).append(a)
    for v, k in asking:
        for a in of.get(v, ()):
            need[a, k] += 1.0
    return Needs("needs", profile.capabilities, need, _able(profile), omega)


def _staged(profile: Profile) -> Needs:
    """Every cluster with a member in the chain needs one company per stage."""
    able = _able(profile)
    stages = profile.need[profile.size > 0][:1]
    stages = stages[0] if len(stages) else np.zeros(len(profile.capabilities))
    wanted = stages > 0
    inside = able[:, wanted].sum(axis=1) > 0
    need = np.where(inside[:, None] & wanted[None, :], 1.0, 0.0)
    return Needs(
        "stages", profile.capabilities, need, able, stages, inferred=profile.basis == "nace2"
    )


def _bought(data: Dataset, profile: Profile) -> Needs:
    """What members buy, sell and sell to members, by the supplier's NACE division."""
    from kedja.gap._fragility import Supply

    supply = Supply(data)
    source, target, value = supply.graph._link_rows()
    vertex = {name: v for v, name in enumerate(profile.ids)}
    ids = supply.graph.ids
    s = np.fromiter((vertex[ids[i]] for i in source), dtype=np.int64, count=len(source))
    t = np.fromiter((vertex[ids[i]] for i in target), dtype=np.int64, count=len(target))
    amount = np.ones(len(s)) if value is None else np.asarray(value, dtype=float)
    kinds = len(supply.types)
    need, sold, home = (np.zeros((len(profile.clusters), kinds)) for _ in range(3))
    delivered = np.zeros(len(profile.clusters))
    of: dict[int, set[int]] = {}
    member, group, _ = profile.groups._core.rows()
    for v, a in zip(member.tolist(), group.tolist(), strict=True):
        of.setdefault(v, set()).add(a)
    nowhere: set[int] = set()
    for i, j, x in zip(s.tolist(), t.tolist(), amount.tolist(), strict=True):
        k = int(supply.sector[i])
        sellers, buyers = of.get(i, nowhere), of.get(j, nowhere)
        for a in buyers:
            need[a, k] += x
            if a in sellers:
                home[a, k] += x
            elif sellers:
                delivered[a] += x
        for b in sellers:
            sold[b, k] += x
    return Needs("links", supply.types, need, sold, np.ones(kinds), home, delivered)


def _inferred(data: Dataset, profile: Profile) -> Needs:
    """What members' industries buy per unit of output against what members sell on, by headcount."""
    io = io_table(data)
    assert io is not None  # need_basis is flows
    made: Any = activity(data, io, profile.groups)
    return Needs(
        "flows",
        io.divisions,
        made @ io.coefficients.T,
        made * io.sold_on,
        np.ones(len(io.divisions)),
        inferred=True,
    )
