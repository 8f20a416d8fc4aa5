"""How the command line calls a measure: by name, with what the data give and the options asked."""

from __future__ import annotations

import difflib
import inspect
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from kedja._dataset import Dataset
from kedja._errors import InvalidArgumentError
from kedja._result import Result

_FAMILIES = ("centrality", "structure", "value_chain", "complexity", "null_models", "shock", "gap")
_FILES = ("shocks", "essential")  # options that may name a file
_COLUMNS = ("revenue", "cost", "weight", "market", "sector")  # or a column of companies
# What needs more than tables, or answers a single number or nothing to print.
_NOT_HERE = (
    "analyse",
    "cohesion",
    "compare_partitions",
    "distances",
    "gravity",
    "modularity",
    "prepare",
    "q_values",
    "stability",
)


def names() -> list[str]:
    """Measures that the command line can compute, in alphabetical order."""
    return sorted(
        {name for family in _FAMILIES for name, _ in _functions(family) if name not in _NOT_HERE}
    )


def compute(
    name: str,
    data: Dataset | None,
    *,
    kind: str | None,
    by: str,
    asked: dict[str, Any],
    options: Sequence[str] = (),
    flows: Any = None,
) -> list[Result]:
    """The measure's results. `asked` is passed on where it is not None; `options` are NAME=VALUE.

    `flows`, where given, is what a measure of flows is about, whatever the data hold.
    """
    family, function = _find(name)
    takes = inspect.signature(function).parameters
    about_flows = "Flows" in str(next(iter(takes.values())).annotation)
    if flows is not None and not about_flows and "flows" not in takes:
        raise InvalidArgumentError(f"{name} takes no --flows")
    given = {key: value for key, value in asked.items() if value is not None}
    unused = sorted(set(given) - set(takes) - {"threads", "seed"})
    if unused:
        raise InvalidArgumentError(f"{name} takes no --{unused[0].replace('_', '-')}")
    given = {key: value for key, value in given.items() if key in takes}
    for key, value in _parsed(name, takes, options).items():
        given[key] = _looked_up(key, value, data)
    subject = next(iter(takes))
    if "flows" in takes and not about_flows:  # beside the data
        if flows is not None:
            given["flows"] = flows
        elif takes["flows"].default is inspect.Parameter.empty:
            if data is None or not len(data.flows):
                raise InvalidArgumentError(f"{name} needs --flows, an input-output table")
            given["flows"] = _flows(data)
    for key, parameter in takes.items():
        required = parameter.default is inspect.Parameter.empty
        if required and key not in (subject, "groups", "sector", *given):
            raise InvalidArgumentError(f"{name} needs --option {key}=VALUE")
    if flows is not None and about_flows:
        made = function(flows, **given)
    elif data is None:
        raise InvalidArgumentError("name the folder or the files to read")
    elif subject == "graph":
        chain = family in ("value_chain", "shock")
        graph = data.graph(
            kind or _kind_of(data, family), weight="value" if chain and _valued(data) else None
        )
        positional: list[Any] = [graph]
        if name.endswith("tie_significance") and len(data.participations):
            positional = [data]  # the null for joint works needs to see the works
        elif "groups" in takes and list(takes)[1] == "groups":
            positional.append(data.groups(by))
        needs_sector = "sector" in takes and takes["sector"].default is inspect.Parameter.empty
        if needs_sector and "sector" not in given:
            given["sector"] = _sectors(data)
        made = function(*positional, **given)
    elif subject == "flows":
        made = function(_flows(data), **given)
    else:
        made = function(data, **given)
    return list(made) if isinstance(made, tuple) else [made]


def _functions(family: str) -> list[tuple[str, Callable[..., Any]]]:
    import kedja

    module = getattr(kedja, family)
    found = ((name, getattr(module, name)) for name in module.__all__)
    return [(name, thing) for name, thing in found if inspect.isfunction(thing)]


def _find(name: str) -> tuple[str, Callable[..., Any]]:
    wanted = name.rpartition(".")[2]
    if wanted in names():
        for family in _FAMILIES:
            if name in (wanted, f"{family}.{wanted}"):
                for own, function in _functions(family):
                    if own == wanted:
                        return family, function
    near = difflib.get_close_matches(wanted, names(), 1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise InvalidArgumentError(
        f"there is no measure {name!r}{hint} Measures are {', '.join(names())}"
    )


def _kind_of(data: Dataset, family: str) -> str:
    """Supply for what only supply has; else collaboration where there is any."""
    if family in ("value_chain", "shock"):
        return "supply"
    if len(data.participations):
        return "collaboration"
    links = data.links.to_pandas()
    kinds = set(links["kind"]) if "kind" in links else {"supply"}
    return "collaboration" if "collaboration" in kinds or not len(links) else "supply"


def read_flows(
    flows: str, final_demand: Path | None, output: Path | None, balance_tolerance: float | None
) -> Any:
    """An input-output table from files: .csv or .tsv, also .gz; or the one that comes with kedja."""
    from kedja import datasets
    from kedja._need import SHIPPED_TABLE

    if flows == SHIPPED_TABLE:
        if final_demand or output or balance_tolerance is not None:
            raise InvalidArgumentError(f"{flows} has its own final demand and output")
        return datasets.load(SHIPPED_TABLE)
    return _grouped(
        _table(Path(flows)),
        final_demand=None if final_demand is None else _table(final_demand),
        output=None if output is None else _table(output),
        **({} if balance_tolerance is None else {"balance_tolerance": balance_tolerance}),
    )


def _grouped(table: Any, **more: Any) -> Any:
    """Labels such as SE|C24 are in the group before the bar."""
    from kedja._flows import Flows

    made = Flows.from_long(table, **more)
    labels = [str(label) for label in made.labels]
    if not labels or not all("|" in label for label in labels):
        return made
    groups = {label: str(label).partition("|")[0] for label in made.labels}
    return Flows.from_long(table, groups=groups, **more)


def _valued(data: Dataset) -> bool:
    """Whether every supply link has a value."""
    links = data.links.to_pandas()
    if "value" not in links:
        return False
    supply = links["kind"].isin(["", "supply"]) if "kind" in links else slice(None)
    return bool(links.loc[supply, "value"].notna().all())


def _looked_up(key: str, value: Any, data: Dataset | None) -> Any:
    """What an option's text names: a file, or a column of companies."""
    if not isinstance(value, str):
        return value
    if key in _FILES:
        table = _table(Path(value))
        return table.set_index(table.columns[0]) if key == "essential" else table
    if key in _COLUMNS and data is not None:
        companies = data.companies.to_pandas()
        if value not in companies:
            raise InvalidArgumentError(
                f"--option {key}={value}: companies have no column {value!r}"
            )
        return companies[value].to_numpy()
    return value


def _table(file: Path) -> Any:
    """A table as it stands; codes of sectors stay text."""
    import pandas as pd

    try:
        return pd.read_csv(
            file,
            sep="\t" if ".tsv" in file.suffixes else ",",
            dtype=dict.fromkeys(("source", "target", "sector", "scenario", "company"), str),
            keep_default_na=False,
            na_values={"value": [""], "output": [""], "remaining": [""]},
        )
    except (OSError, ValueError) as error:
        raise InvalidArgumentError(f"{file}: cannot be read: {error}") from None


def _flows(data: Dataset) -> Any:
    from kedja._flows import Flows

    if len(data.flows):
        return _grouped(data.flows)
    links = data.links.to_pandas()
    if not len(links):
        raise InvalidArgumentError(
            "this measure needs a table of flows, or of links of kind supply with values"
        )
    weight = "value" if "value" in links else None
    graph = data.graph("supply", weight=weight)  # type: ignore[arg-type]
    companies = data.companies.to_pandas()
    revenue = None
    if "revenue" in companies:
        revenue = dict(zip(companies["id"], companies["revenue"], strict=True))
    return Flows.from_graph(graph, revenue)


def _sectors(data: Dataset) -> Any:
    companies = data.companies.to_pandas()
    if "nace" not in companies:
        raise InvalidArgumentError(
            "this measure needs sectors: a column nace in companies, or --option sector=COLUMN"
        )
    return companies["nace"].str[:2].replace("", "unknown").to_numpy()


def _parsed(name: str, takes: Any, options: Sequence[str]) -> dict[str, Any]:
    """NAME=VALUE as keyword arguments; a value is JSON where it can be, else text."""
    made: dict[str, Any] = {}
    for text in options:
        key, equals, value = text.partition("=")
        if not equals or key not in takes:
            raise InvalidArgumentError(
                f"--option {text}: write NAME=VALUE; {name} takes {', '.join(list(takes)[1:])}"
            )
        try:
            made[key] = json.loads(value)
        except ValueError:
            made[key] = value
    return made
