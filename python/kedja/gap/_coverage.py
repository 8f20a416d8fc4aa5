"""Coverage gap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from kedja import _core
from kedja._errors import InvalidArgumentError
from kedja._profile import chosen_clusters, unknown
from kedja._requirements import RequirementSet, requirement_sets
from kedja._result import Result
from kedja._run import Progress, context, stage
from kedja.gap._rows import NAN, Rows

if TYPE_CHECKING:
    from kedja._dataset import Dataset

BASIC_LEVEL = "basic_level"
_BASIC_ITEMS, _BASIC_TARGET, _LARGE = 4, 0.9, 250
_TYPES = ("company", "university", "research", "public", "other")


def coverage(
    data: Dataset,
    *,
    set: Any = None,
    cluster: str | None = None,
    answered: Literal["asked", "all"] = "asked",
    types: Sequence[str] | None = None,
    draws: int = 200,
    seed: int = 0,
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    r"""Coverage gap: the part of a set of green, digital or skill requirements that nobody meets.

    .. math:: G_a = 1 - \sum_q r_q \Big(1 - \prod_{i \in C_a} (1 - s_{iq})\Big), \qquad
              B_a = 1 - \sum_q r_q \operatorname{mean}_i s_{iq}

    with r the weights of the set's items, scaled to sum 1, and s the level (1 where none is given)
    at which member i has item q: G says what no member can supply, B how rare the items are among
    members. Only members that answered count: a member without a row about the set was not asked,
    which is not the same as lacking everything.

    Parameters
    ----------
    data : Dataset
        With capabilities (a level of 0 means asked, and has it not).
    set : str or table, optional
        A set of ``data.requirements``; ``digital_intensity``, ``green``, ``digital`` or ``skills``,
        which come with kedja; or a table with ``capability`` and, where known, ``weight`` and
        ``set``. Default: all sets of the data, else those that come with kedja.
    cluster : str, optional
        One cluster; default: all.
    answered : {'asked', 'all'}, default 'asked'
        Who answered: companies with a row about the set, or everybody (a register in which what is
        not listed is not there).
    types : sequence of str, optional
        Company types that count, such as ``["company"]``; default: all.
    draws : int >= 20, default 200
        Draws for the band: what the whole cluster would show had the silent members answered, being
        like those that did. It is a point when all answered. The high end of ``gap`` is the gap
        itself, since another member can only add. And for random groups of as many answering
        companies (``random_low``, ``random_mid``, ``random_high``: 2.5, 50, 97.5 per cent).
    seed, threads, progress
        See `CompanyGraph`. One random stream per cluster.

    Returns
    -------
    Result
        Per cluster and set a row for the whole (item ""), then a row per item that lacks, by
        falling gap: ``cluster``, ``set``, ``item``, ``gap`` in [0, 1] (an item's part of the whole),
        ``breadth_gap`` in [0, 1], ``low``, ``high``, ``breadth_low``, ``breadth_high``, ``status``
        (``ok``; ``undecided``: nobody answered, ``decides`` says which question would), ``share``
        (mean level), ``weight`` (r of an item), ``fillable`` (part of the gap that ``filler_cluster`` closes, the best single
        cluster), ``fillable_all`` (part that all others close), ``members``, ``answered``,
        ``random_low``, ``random_mid``, ``random_high``, ``decides``.

        The set ``digital_intensity`` has one row more, ``basic_level``: how far the share of small
        and medium-sized members with at least 4 of the 12 items stays below 0.9. A member is taken
        for one unless it has 250 employees or more, or ``sme`` says no.

    Raises
    ------
    InvalidArgumentError
        An unknown set, cluster, type or `answered`; weights that are negative or sum to 0; fewer
        than 20 draws.

    References
    ----------
    Decision (EU) 2022/2481 (the target of 90 per cent); Eurostat, Digital Intensity Index
    (isoc_e_dii). O(clusters draws (members items)).

    Examples
    --------
    >>> import kedja
    >>> data = kedja.from_tables(
    ...     companies={"id": ["a", "b", "c"]},
    ...     memberships={"company": ["a", "b", "c"], "cluster": ["x", "x", "y"]},
    ...     capabilities={"company": ["a", "c"], "capability": ["k", "l"]},
    ...     requirements={"set": ["s", "s"], "capability": ["k", "l"]})
    >>> found = kedja.gap.coverage(data, cluster="x")
    >>> found["gap"].tolist(), found["filler_cluster"].tolist()
    ([0.5, 0.5], ['y', 'y'])
    """
    if answered not in ("asked", "all"):
        raise InvalidArgumentError(f"answered must be 'asked' or 'all', not {answered!r}")
    groups = data.groups("cluster")
    chosen = chosen_clusters(groups.names, cluster)
    sets = requirement_sets(data, set)
    answers = Answers(data, types)
    rows = Rows(
        cluster="",
        set="",
        item="",
        gap=NAN,
        breadth_gap=NAN,
        low=NAN,
        high=NAN,
        breadth_low=NAN,
        breadth_high=NAN,
        status="ok",
        share=NAN,
        weight=NAN,
        fillable=NAN,
        filler_cluster="",
        fillable_all=NAN,
        members=0,
        answered=0,
        random_low=NAN,
        random_mid=NAN,
        random_high=NAN,
        decides="",
    )
    for at, asked in enumerate(sets):
        part = stage(progress, "coverage gaps", at / len(sets), (at + 1) / len(sets))
        level, said = answers.of(asked, answered == "all")
        need = np.asarray(asked.weight) / sum(asked.weight)
        found = _core.coverage_gap(
            groups._core,
            level,
            need,
            said,
            1,
            int(draws),
            int(seed),
            **context(part, "coverage gaps", threads),
        )
        for a in chosen:
            _add(rows, groups.names, asked, need, a, found)
            if asked.name == "digital_intensity" and found[1][a]:
                _basic_level(rows, answers, groups, asked, a, level, said)
    return rows.result(
        "gap.coverage",
        data,
        {
            "set": [s.name for s in sets],
            "cluster": cluster,
            "answered": answered,
            "types": None if types is None else list(types),
            "draws": draws,
        },
        {"seed": seed, "conventions": {"level": "1 where none is given"}},
        lambda: coverage(
            data,
            set=set,
            cluster=cluster,
            answered=answered,
            types=types,
            draws=draws,
            seed=seed,
            threads=threads,
            progress=False,
        ),
    )


class Answers:
    """What companies said about capabilities, by vertex."""

    def __init__(self, data: Dataset, types: Sequence[str] | None = None) -> None:
        self.frame = data.companies.to_pandas().set_index("id").loc[data.ids_by_vertex]
        self._counts = np.ones(len(self.frame), dtype=bool)
        if types is not None:
            for name in types:
                if name not in _TYPES:
                    raise InvalidArgumentError(unknown("company type", name, list(_TYPES)))
            of = self.frame["type"] if "type" in self.frame else ["company"] * len(self.frame)
            self._counts = np.asarray([name in types for name in of], dtype=bool)
        vertex = {name: v for v, name in enumerate(self.frame.index)}
        table = data.capabilities.to_pandas()
        self._rows: dict[str, list[tuple[int, float]]] = {}
        if len(table):
            level = table["level"].tolist() if "level" in table else [1.0] * len(table)
            for company, item, value in zip(
                table["company"], table["capability"], level, strict=True
            ):
                at = vertex[company]
                if self._counts[at]:
                    self._rows.setdefault(item, []).append((at, 1.0 if value != value else value))

    def of(self, asked: RequirementSet, everybody: bool) -> tuple[Any, np.ndarray]:
        """Companies by items with their levels (the highest given), and who answered."""
        n = len(self.frame)
        said = self._counts.copy() if everybody else np.zeros(n, dtype=bool)
        best: dict[tuple[int, int], float] = {}
        for q, item in enumerate(asked.items):
            for at, value in self._rows.get(item, []):
                said[at] = True
                best[at, q] = max(value, best.get((at, q), 0.0))
        cells = [(i, q, v) for (i, q), v in best.items() if v > 0]
        level = _core.Table(
            n,
            len(asked.items),
            np.asarray([i for i, _, _ in cells], dtype=np.uint32),
            np.asarray([q for _, q, _ in cells], dtype=np.uint32),
            np.asarray([v for _, _, v in cells], dtype=np.float64),
        )
        return level, said

    def not_large(self) -> np.ndarray:
        """Companies that are not known to have 250 employees or more, nor to be no SME."""
        small = np.ones(len(self.frame), dtype=bool)
        if "size" in self.frame:
            small &= ~(self.frame["size"].to_numpy(dtype=float, na_value=np.nan) >= _LARGE)
        if "sme" in self.frame:
            small &= self.frame["sme"].fillna(True).to_numpy(dtype=bool)
        return small


def _add(
    rows: Rows, names: list[str], asked: RequirementSet, need: np.ndarray, a: int, found: Any
) -> None:
    members, said, gap, breadth, random, lack, share, cover = found
    shape = (len(names), len(asked.items))
    lack, share = lack.reshape(shape), share.reshape(shape)
    common = {
        "cluster": names[a],
        "set": asked.name,
        "members": int(members[a]),
        "answered": int(said[a]),
    }
    if not said[a]:
        shown = ", ".join(asked.items[:3]) + (", ..." if len(asked.items) > 3 else "")
        rows.add(
            **common,
            status="undecided",
            decides=f"capabilities.capability: ask members about {asked.name} ({shown})",
        )
        return
    left = lack.copy()
    left[a] = 1.0
    elsewhere = np.nanmin(np.where(np.isnan(left), 1.0, left), axis=0)
    others = np.where(np.isnan(left), 1.0, left).prod(axis=0)
    value = gap[0][a]
    best, gain = cover[a][0] if cover[a] else (-1, 0.0)
    rows.add(
        **common,
        gap=value,
        low=gap[1][a],
        high=gap[2][a],
        breadth_gap=breadth[0][a],
        breadth_low=breadth[1][a],
        breadth_high=breadth[2][a],
        share=1 - breadth[0][a],
        fillable=min(1.0, gain / value) if value > 0 else NAN,
        fillable_all=min(1.0, float(need @ (lack[a] * (1 - others))) / value) if value > 0 else NAN,
        filler_cluster=names[best] if best >= 0 else "",
        random_mid=random[0][a],
        random_low=random[1][a],
        random_high=random[2][a],
    )
    part = need * lack[a]
    for q in np.argsort(-part, kind="stable"):
        if part[q] > 0:
            by = int(np.nanargmin(np.where(np.isnan(left[:, q]), 1.0, left[:, q])))
            rows.add(
                **common,
                item=asked.items[q],
                gap=part[q],
                breadth_gap=need[q] * (1 - share[a, q]),
                share=share[a, q],
                weight=need[q],
                fillable=1 - elsewhere[q],
                fillable_all=1 - others[q],
                filler_cluster=names[by] if elsewhere[q] < 1 else "",
            )


def _basic_level(
    rows: Rows,
    answers: Answers,
    groups: Any,
    asked: RequirementSet,
    a: int,
    level: Any,
    said: np.ndarray,
) -> None:
    """How far the share of small and medium-sized members at the basic level is from the target."""
    vertex, group, _ = groups._core.rows()
    members = vertex[group == a]
    small = members[answers.not_large()[members]]
    asked_small = small[said[small]]
    row, _, value = level.cells()
    has = np.bincount(row[value >= 0.5], minlength=len(said))
    n, x = len(asked_small), int((has[asked_small] >= _BASIC_ITEMS).sum())
    common = {
        "cluster": groups.names[a],
        "set": asked.name,
        "item": BASIC_LEVEL,
        "members": len(members),
        "answered": n,
    }
    if n == 0:
        rows.add(**common, status="undecided", decides="companies.size: none is known to be small")
        return
    all_answered = n == len(small)
    low, high = (x / n, x / n) if all_answered else _core.binomial_interval(x, n, 0.9)
    rows.add(
        **common,
        gap=max(0.0, _BASIC_TARGET - x / n),
        low=max(0.0, _BASIC_TARGET - high),
        high=max(0.0, _BASIC_TARGET - low),
        share=x / n,
    )
