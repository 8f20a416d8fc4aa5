"""What users say about a supply network and its shocks, as the compiled core takes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from kedja import _core
from kedja._columns import plain
from kedja._errors import InvalidArgumentError
from kedja._graph import CompanyGraph


def by_vertex(graph: CompanyGraph, name: str, values: Any) -> np.ndarray:
    """One value per company by vertex, from a Series or mapping by id or an array in input order."""
    import pandas as pd

    if isinstance(values, (pd.Series, Mapping)):
        series = values if isinstance(values, pd.Series) else pd.Series(values, dtype=object)
        if not series.index.is_unique:
            twice = series.index[series.index.duplicated()][0]
            raise InvalidArgumentError(f"{name}: company {_said(twice)!r} appears more than once")
        aligned = series.reindex(pd.Index(graph.ids))
        absent = ~pd.Index(graph.ids).isin(series.index)
        if absent.any():
            raise InvalidArgumentError(
                f"{name}: company {_said(graph.ids[int(np.argmax(absent))])!r} has no value"
            )
        in_order = aligned.to_numpy()
    else:
        in_order = np.asarray(plain(values))
        if in_order.shape != (graph.num_companies,):
            raise InvalidArgumentError(
                f"{name} must have one entry per company ({graph.num_companies}), "
                f"not {in_order.shape}"
            )
    made = np.empty_like(in_order)
    made[graph._by_row_index()] = in_order
    return made


def amounts(graph: CompanyGraph, name: str, values: Any) -> np.ndarray | None:
    """Numbers >= 0, one per company."""
    if values is None:
        return None
    aligned = by_vertex(graph, name, values)
    try:
        made = np.ascontiguousarray(aligned, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidArgumentError(f"{name} must be numbers: {error}") from None
    bad = ~(np.isfinite(made) & (made >= 0))
    if bad.any():
        at = int(np.argmax(bad))
        raise InvalidArgumentError(
            f"{name} of company {id_of(graph, at)!r} is {made[at]}, not a finite number >= 0"
        )
    return made


def id_of(graph: CompanyGraph, vertex: int) -> Any:
    return _said(graph.ids[graph._row_of_vertex()[vertex]])


def _said(value: Any) -> Any:
    """As messages show it: 0, not np.int64(0)."""
    return value.item() if isinstance(value, np.generic) else value


def labels(
    graph: CompanyGraph, name: str, values: Any, known: Any = None
) -> tuple[np.ndarray | None, Any]:
    """A number per company by vertex, and the labels that they number.

    Labels are numbered in the order of `known`, else of their text, so that the order of rows
    changes nothing.
    """
    import pandas as pd

    if values is None:
        return None, None
    aligned = by_vertex(graph, name, values)
    missing = pd.isna(aligned)
    if missing.any():
        at = int(np.argmax(missing))
        raise InvalidArgumentError(f"{name} of company {id_of(graph, at)!r} is missing")
    codes, found = pd.factorize(aligned)
    if known is None:
        order = sorted(range(len(found)), key=lambda i: str(found[i]).encode("utf-8"))
        rank = np.empty(len(order), dtype=np.uint32)
        rank[order] = np.arange(len(order))
        return rank[codes].astype(np.uint32), np.asarray(found, dtype=object)[order]
    place = known.get_indexer(pd.Index(found))
    if (place < 0).any():  # numbers that a file has made text, and the reverse
        as_text = pd.Index([str(item) for item in known])
        if as_text.is_unique:
            place = as_text.get_indexer(pd.Index([str(item) for item in found]))
    if (place < 0).any():
        which = int(np.argmax(place < 0))
        at = int(np.argmax(codes == which))
        raise InvalidArgumentError(
            f"{name} {found[which]!r} of company {id_of(graph, at)!r} is not in essential; "
            "add its row and column or correct the company"
        )
    return place.astype(np.uint32)[codes], np.asarray(known, dtype=object)


def essentiality(essential: Any, sector: Any) -> tuple[Any, np.ndarray | None]:
    """Sector labels and codes 2, 1, 0 by supplying and buying sector."""
    import pandas as pd

    if essential is None:
        return None, None
    if not isinstance(essential, pd.DataFrame):
        raise InvalidArgumentError(
            "essential must be a DataFrame: rows are supplying sectors, columns buying sectors, "
            f"values 2 essential, 1 non-essential, 0 negligible; not {type(essential).__name__}"
        )
    if sector is None:
        raise InvalidArgumentError("essential needs sector: which sector each company is in")
    rows, columns = essential.index, essential.columns
    for name, axis in (("row", rows), ("column", columns)):
        if not axis.is_unique:
            raise InvalidArgumentError(
                f"essential has more than one {name} {axis[axis.duplicated()][0]!r}"
            )
    if len(rows) != len(columns):
        raise InvalidArgumentError(
            f"essential must have the same sectors as rows and columns, not {len(rows)} rows and "
            f"{len(columns)} columns"
        )
    place = columns.get_indexer(rows)
    if (place < 0).any():  # a file keeps column names as text and the first column as numbers
        place = pd.Index([str(c) for c in columns]).get_indexer(pd.Index([str(r) for r in rows]))
    if (place < 0).any():
        raise InvalidArgumentError(
            f"essential has a row {rows[int(np.argmax(place < 0))]!r} but no such column"
        )
    number = essential.to_numpy()
    if not np.array_equal(place, np.arange(len(place))):
        number = number[:, place]
    if number.dtype.kind not in "iu":
        try:
            number = number.astype(np.float64)
        except (TypeError, ValueError) as error:
            raise InvalidArgumentError(f"essential must be numbers: {error}") from None
    whole = number.dtype.kind in "iu" and number.size > 0  # then two passes tell
    if not (whole and number.min() >= 0 and number.max() <= 2):
        bad = ~((number == 0) | (number == 1) | (number == 2))
    else:
        bad = np.zeros(0, dtype=bool)
    if bad.any():
        r, c = np.argwhere(bad)[0]
        raise InvalidArgumentError(
            f"essential: supplying sector {rows[r]!r}, buying sector {rows[c]!r} is "
            f"{number[r, c]:g}; 2 is essential, 1 non-essential, 0 negligible"
        )
    return rows, np.ascontiguousarray(number, dtype=np.uint8).reshape(-1)


def supply_side(
    graph: CompanyGraph,
    sector: Any,
    essential: Any,
    market: Any,
    revenue: Any,
    cost: Any,
    weight: Any,
) -> Any:
    """The production functions of all companies, checked, for the compiled core."""
    if not graph.directed:
        raise InvalidArgumentError("shocks need a directed graph: links run from supplier to buyer")
    known, kinds = essentiality(essential, sector)
    of_sector, sectors = labels(graph, "sector", sector, known)
    of_market, markets = labels(graph, "market", market)
    income, spending = amounts(graph, "revenue", revenue), amounts(graph, "cost", cost)
    for name, given, direction in (
        ("revenue", income, "downstream"),
        ("cost", spending, "upstream"),
    ):
        if given is None or (given > 0).all():
            continue
        _, bought, sold = _core.strength(graph._core)
        traded, verb = (sold, "sells") if direction == "downstream" else (bought, "buys")
        bad = (given == 0) & (traded > 0)
        if bad.any():
            at = int(np.argmax(bad))
            raise InvalidArgumentError(
                f"{name} of company {id_of(graph, at)!r} is 0, but it {verb} {traded[at]:g}; "
                f"give its {name} or leave out its links"
            )
    return _core.SupplySide(
        sector=of_sector,
        num_sectors=1 if sectors is None else max(1, len(sectors)),
        essential=kinds,
        market=of_market,
        num_markets=0 if markets is None else len(markets),
        revenue=income,
        cost=spending,
        weight=amounts(graph, "weight", weight),
    )


def scenarios(graph: CompanyGraph, shocks: Any) -> tuple[Any, np.ndarray]:
    """Scenarios for the compiled core, and their names in order of first appearance."""
    import pandas as pd

    table = shocks if isinstance(shocks, pd.DataFrame) else _as_frame(shocks)
    missing = [c for c in ("scenario", "company", "remaining") if c not in table.columns]
    if missing:
        raise InvalidArgumentError(
            f"shocks needs columns scenario, company and remaining; {missing[0]} is missing"
        )
    table = table.reset_index(drop=True)
    try:
        remaining = table["remaining"].to_numpy(dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidArgumentError(f"shocks: remaining must be numbers: {error}") from None
    bad = ~((remaining >= 0) & (remaining <= 1))
    if bad.any():
        at = int(np.argmax(bad))
        raise InvalidArgumentError(
            f"shocks, row {at}: remaining is {remaining[at]}, outside [0, 1] (the share of its "
            f"output that company {table['company'][at]!r} keeps)"
        )
    place = pd.Index(graph.ids).get_indexer(pd.Index(table["company"]))
    if (place < 0).any():
        at = int(np.argmax(place < 0))
        raise InvalidArgumentError(f"shocks, row {at}: unknown company {table['company'][at]!r}")
    code, names = pd.factorize(table["scenario"], use_na_sentinel=True)
    if (code < 0).any():
        raise InvalidArgumentError(f"shocks, row {int(np.argmax(code < 0))}: scenario is missing")
    vertex = graph._by_row_index()[place]
    order = np.lexsort((vertex, code))
    code, vertex, remaining = code[order], vertex[order], remaining[order]
    again = (code[1:] == code[:-1]) & (vertex[1:] == vertex[:-1])
    if again.any():
        at = int(np.argmax(again))
        raise InvalidArgumentError(
            f"shocks: company {id_of(graph, int(vertex[at]))!r} appears more than once in scenario "
            f"{_said(names[code[at]])!r}"
        )
    offset = np.searchsorted(code, np.arange(len(names) + 1)).astype(np.uint64)
    made = _core.Scenarios.from_rows(offset, vertex.astype(np.uint32), remaining)
    return made, np.asarray(names, dtype=object)


def _as_frame(shocks: Any) -> Any:
    import pandas as pd

    if hasattr(shocks, "to_pandas"):
        return shocks.to_pandas()
    if isinstance(shocks, Mapping):
        try:
            return pd.DataFrame(shocks)
        except ValueError:  # {company: remaining}, or columns of different lengths
            raise InvalidArgumentError(
                "shocks must map the names scenario, company and remaining to columns of one "
                "length; write {'scenario': [1], 'company': ['x'], 'remaining': [0.0]}"
            ) from None
    raise InvalidArgumentError(
        "shocks must be a table with columns scenario, company and remaining, or None for each "
        f"company alone; not {type(shocks).__name__}"
    )
