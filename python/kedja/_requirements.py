"""Sets of requirements: those of a dataset, those given, and those that come with kedja."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kedja._errors import InvalidArgumentError

if TYPE_CHECKING:
    from kedja._dataset import Dataset

SHIPPED = ("digital_intensity", "green", "digital", "skills")
KINDS = {"digital_intensity": "digital", "green": "green", "digital": "digital", "skills": "skill"}


@dataclass(frozen=True)
class RequirementSet:
    """What is asked for, item by item, with weights >= 0."""

    name: str
    items: tuple[str, ...]
    weight: tuple[float, ...]


@dataclass(frozen=True)
class Item:
    """An item of a set that comes with kedja."""

    code: str
    weight: float
    label: dict[str, str]  # en, sv


@cache
def shipped(name: str) -> tuple[Item, ...]:
    """Items of a set that comes with kedja, in the order of its file."""
    here = Path(__file__).resolve().parent
    for folder in (here / "_data" / "requirements", here.parents[1] / "data" / "requirements"):
        file = folder / f"{name}.csv"
        if file.is_file():
            with file.open(encoding="utf-8", newline="") as rows:
                return tuple(
                    Item(
                        row["capability"],
                        float(row["weight"]),
                        {"en": row["label_en"], "sv": row["label_sv"]},
                    )
                    for row in csv.DictReader(rows)
                )
    raise InvalidArgumentError(f"the requirement set {name!r} is not installed")


@cache
def item_labels() -> dict[str, dict[str, str]]:
    """Code -> wording of every shipped item, in both languages."""
    return {item.code: item.label for name in SHIPPED for item in shipped(name)}


def requirement_sets(data: Dataset, asked: Any) -> list[RequirementSet]:
    """The sets that `asked` names, holds, or by default those of the data, else the shipped ones."""
    own = _by_set(data.requirements.to_pandas()) if len(data.requirements) else {}
    if asked is None:
        return list(own.values()) if own else [_shipped_set(name) for name in SHIPPED]
    if isinstance(asked, str):
        if asked in own:
            return [own[asked]]
        if asked in SHIPPED:
            return [_shipped_set(asked)]
        from kedja._profile import unknown

        raise InvalidArgumentError(
            unknown("requirement set", asked, [*own, *SHIPPED])
            + f"; there are {', '.join(dict.fromkeys([*own, *SHIPPED]))}"
        )
    return list(_by_set(_frame(asked)).values())


def _shipped_set(name: str) -> RequirementSet:
    items = shipped(name)
    return RequirementSet(name, tuple(i.code for i in items), tuple(i.weight for i in items))


def _frame(asked: Any) -> Any:
    import pandas as pd

    if isinstance(asked, dict):
        asked = pd.DataFrame(asked)
    elif hasattr(asked, "to_pandas"):
        asked = asked.to_pandas()
    if not hasattr(asked, "columns") or "capability" not in asked.columns:
        raise InvalidArgumentError(
            "set must be a name or a table with the columns capability and, where known, weight and set"
        )
    if len(asked) == 0:
        raise InvalidArgumentError("the table of requirements has no rows")
    return asked


def _by_set(frame: Any) -> dict[str, RequirementSet]:
    """Sets in the order in which the table names them; an item given twice has its weights added."""
    made: dict[str, dict[str, float]] = {}
    names = frame["set"].tolist() if "set" in frame else ["requirements"] * len(frame)
    weights = frame["weight"].tolist() if "weight" in frame else [1.0] * len(frame)
    for row, (name, item, weight) in enumerate(
        zip(names, frame["capability"].tolist(), weights, strict=True), 1
    ):
        value = 1.0 if weight is None or weight != weight else float(weight)
        if not 0 <= value < float("inf"):
            raise InvalidArgumentError(
                f"requirements, row {row}, column weight: {weight} is not a finite number >= 0"
            )
        of = made.setdefault(str(name), {})
        of[str(item)] = of.get(str(item), 0.0) + value
    for name, of in made.items():
        if sum(of.values()) == 0:
            raise InvalidArgumentError(f"the weights of the requirement set {name!r} sum to 0")
    return {n: RequirementSet(n, tuple(of), tuple(of.values())) for n, of in made.items()}
