"""Data sets that come with kedja, each with its source, licence and what it is not."""

from __future__ import annotations

from pathlib import Path

from kedja._dataset import Dataset, read
from kedja._errors import InvalidArgumentError
from kedja._flows import Flows

__all__ = ["load", "path"]


def __dir__() -> list[str]:
    return __all__


_FLOWS = ("us_bea_2017_nace",)
_NAMES = ("cordis_h2020", "debian_supply", "lf_consortia", "nordic_demo", *_FLOWS)


def path(name: str) -> Path:
    """Folder of a data set, in the installed package or in a source checkout.

    Examples
    --------
    >>> import kedja
    >>> kedja.datasets.path("nordic_demo").name
    'nordic_demo'
    """
    if name not in _NAMES:
        raise InvalidArgumentError(f"there is no data set {name!r}; there are {', '.join(_NAMES)}")
    here = Path(__file__).resolve().parent
    for folder in (here / "_data" / name, here.parents[1] / "examples" / "data" / name):
        if folder.is_dir():
            return folder
    raise InvalidArgumentError(
        f"data set {name!r} is not installed; it is in examples/data of the source"
    )


def load(name: str) -> Dataset | Flows:
    """Read a data set that comes with kedja.

    Parameters
    ----------
    name : str
        cordis_h2020, debian_supply, lf_consortia or nordic_demo give a `Dataset`;
        us_bea_2017_nace, an input-output table by NACE division, gives `Flows`.

    Examples
    --------
    >>> import kedja
    >>> data = kedja.datasets.load("nordic_demo")
    >>> len(data.clusters), data.source["invented"]
    (6, True)
    >>> kedja.datasets.load("us_bea_2017_nace")
    Flows(83 sectors, 5778 flows, 1 warnings)
    """
    folder = path(name)
    if name in _FLOWS:
        return _flows(folder)
    return read(folder)


def _flows(folder: Path) -> Flows:
    import pandas as pd

    tables = {
        name: pd.read_csv(
            folder / f"{name}.csv", dtype={"sector": str, "source": str, "target": str, "nace": str}
        )
        for name in ("flows", "final_demand", "output", "nace_map")
    }
    return Flows.from_long(
        tables["flows"],
        final_demand=tables["final_demand"],
        output=tables["output"],
        nace_map=tables["nace_map"],
    )
