"""A frozen model as one file, without pickle."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from kedja import _core
from kedja._errors import DataError
from kedja._result import write_whole
from kedja.recommend._fitted import FEATURES, PARTS, Fitted

_FORMAT = 2


def write(
    path: str | os.PathLike[str], fitted: Fitted, until: int | None, seed: int, told: dict[str, Any]
) -> Path:
    """`told` is what the model knows of the companies (see `History`)."""
    head = {
        "format": _FORMAT,
        "features": FEATURES,
        "kind": fitted.kind,
        "until": until,
        "seed": seed,
        "notes": fitted.notes,
    }
    stored: dict[str, Any] = {"head": np.array(json.dumps(head))}
    stored.update({name: getattr(fitted.model, name) for name in PARTS})
    stored.update({f"told_{name}": values for name, values in told.items()})
    content = io.BytesIO()
    np.savez_compressed(content, **stored)
    write_whole(Path(path), content.getvalue())
    return Path(path)


def read(path: str | os.PathLike[str]) -> tuple[Fitted, int | None, int, dict[str, Any]]:
    try:
        with np.load(path, allow_pickle=False) as file:
            stored = {name: file[name] for name in file.files}
        head = json.loads(str(stored["head"]))
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"{path}: not a partner model ({error})", "E_FORMAT", str(path)) from None
    if head.get("format") != _FORMAT or tuple(head.get("features", ())) != FEATURES:
        raise DataError(
            f"{path}: a model of another version of kedja; fit it again", "E_FORMAT", str(path)
        )
    model = _core.LogisticModel(**{name: stored[name] for name in PARTS})
    fitted = Fitted(kind=head["kind"], model=model, notes=head["notes"])
    told = {
        name.removeprefix("told_"): values
        for name, values in stored.items()
        if name.startswith("told_")
    }
    return fitted, head["until"], head["seed"], told
