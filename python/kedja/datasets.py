"""Data sets that come with kedja, each with its source, licence and what it is not."""

from __future__ import annotations

from pathlib import Path

from kedja._dataset import Dataset, read
from kedja._errors import InvalidArgumentError

__all__ = ["load", "path"]


def __dir__() -> list[str]:
    return __all__


_NAMES = ("cordis_h2020", "debian_supply", "lf_consortia", "nordic_demo")


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


def load(name: str) -> Dataset:
    """Read a data set that comes with kedja: cordis_h2020, debian_supply, lf_consortia or nordic_demo.

    Examples
    --------
    >>> import kedja
    >>> data = kedja.datasets.load("nordic_demo")
    >>> len(data.clusters), data.source["invented"]
    (6, True)
    """
    folder = path(name)
    lists = sorted(folder.glob("*.xlsx"))
    return read([str(file) for file in lists]) if lists else read(folder)
