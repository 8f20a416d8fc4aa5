"""Reading and writing of tables for the data builders; standard library only.

Everything written here is byte for byte reproducible: rows in the order given,
LF line ends, gzip without file name and time, JSON with fixed indentation.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NoReturn


def fail(message: str) -> NoReturn:
    """Ends the program with exit status 2 and one line on stderr."""
    print(f"{Path(sys.argv[0]).name}: {message}", file=sys.stderr)
    raise SystemExit(2)


def read_table(path: Path) -> list[dict[str, str]]:
    """Rows of a .csv or .csv.gz as text; no value is ever turned into a number."""
    if not path.is_file():
        fail(f"missing input file {path.name} in {path.parent}")
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Writes .csv or .csv.gz (from the name) and returns the number of rows."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    count = 0
    for row in rows:
        if len(row) != len(columns):
            raise ValueError(f"{path.name}: {len(row)} values for {len(columns)} columns")
        writer.writerow(row)
        count += 1
    payload = text.getvalue().encode("utf-8")
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".gz":
        packed = io.BytesIO()
        with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=packed, mtime=0) as out:
            out.write(payload)
        payload = packed.getvalue()
    path.write_bytes(payload)
    return count


def write_text(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8"))


def write_source(path: Path, source: dict[str, Any]) -> None:
    """SOURCE.json: what programs and reports show about a data set."""
    required = ("title", "licence", "attribution", "as_of", "invented", "caveats", "caveats_sv")
    missing = [key for key in required if key not in source]
    if missing:
        raise ValueError(f"SOURCE.json lacks {', '.join(missing)}")
    if len(source["caveats"]) != len(source["caveats_sv"]):
        raise ValueError("caveats and caveats_sv differ in length")
    write_text(path, json.dumps(source, ensure_ascii=False, indent=2) + "\n")


def year_of(date: str) -> str:
    """The year of an ISO date, empty when there is none."""
    year = date[:4]
    return year if len(year) == 4 and year.isdigit() else ""


def number(value: str) -> str:
    """Shortest exact spelling of a decimal number: 230000.0 becomes 230000."""
    return value.rstrip("0").rstrip(".") if "." in value else value
