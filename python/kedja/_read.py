"""From files and tables in memory to raw tables: text cells that still know where they stood."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kedja import _core
from kedja._errors import DataError, InvalidArgumentError
from kedja._survey import is_survey, survey_tables

_TEXT = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt", ".txt.gz")
_MAX_UNPACKED = 1 << 30  # bytes in one spreadsheet
_MAX_RATIO = 200


def _stem(path: Path) -> str:
    return path.name.split(".")[0]


def tables_of_path(path: Path, *, encoding: str, decimal: str, comment: str) -> list[Any]:
    """Raw tables of a folder or one file.

    In a folder, files named as tables are these tables; without one named companies, its other
    spreadsheets are lists of companies, as if they had been named one by one.
    """
    options = {"encoding": encoding, "decimal": decimal, "comment": comment}
    if not path.is_dir():
        return _one_file(path, **options)
    found, sheets = [], []
    for file in sorted(path.iterdir()):
        ending = file.name.lower()
        if ending.startswith((".", "~$")):  # hidden, or the lock of an open spreadsheet
            continue
        if _core.find_table(_stem(file)) and ending.endswith((*_TEXT, ".parquet", ".xlsx")):
            found += _one_file(file, **options)
        elif ending.endswith(".xlsx"):
            sheets.append(file)
    if not any(raw.table == "companies" for raw in found):
        found += tables_of_paths(sheets, **options)
    if not found:
        raise DataError(
            f"{path}: the folder holds no table such as companies.csv and no .xlsx list of "
            "companies",
            "E_FILE",
            path.name,
        )
    return found


def _one_file(path: Path, *, encoding: str, decimal: str, comment: str) -> list[Any]:
    name = path.name.lower()
    if name.endswith(_TEXT):
        raw = _core.read_csv(str(path), encoding, decimal, comment)
        raw.table = _core.find_table(_stem(path))
        return [raw]
    if name.endswith(".parquet"):
        return [_parquet(path)]
    if name.endswith(".xlsx"):
        sheets = _xlsx(path)
        if len(sheets) == 1 and not sheets[0].table:
            sheets[0].table = _core.find_table(_stem(path))
        return sheets
    if name.endswith(".edgelist"):
        return [_core.read_edgelist(str(path))]
    if name.endswith(".graphml"):
        return list(_core.read_graphml(str(path)))
    if not path.exists():
        raise DataError(f"{path}: there is no such file or folder", "E_FILE", path.name)
    raise DataError(
        f"{path.name}: not a kind of file that can be read; use .csv, .tsv (also .gz), .parquet, "
        ".xlsx, .graphml, .edgelist or .kedja",
        "E_FORMAT",
        path.name,
    )


def _parquet(path: Path) -> Any:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise DataError(
            f"{path.name}: reading Parquet needs pyarrow; pip install 'kedja[arrow]'",
            "E_FORMAT",
            path.name,
        ) from None
    try:
        table = pq.ParquetFile(path, page_checksum_verification=True).read()
    except (OSError, pa.ArrowException) as error:
        damaged = "crc" in str(error).lower() or "checksum" in str(error).lower()
        raise DataError(
            f"{path.name}: {error}", "E_CHECKSUM" if damaged else "E_FILE", path.name
        ) from None
    return _core.read_arrow(table.__arrow_c_stream__(), _core.find_table(_stem(path)), path.name)


def _columns(
    table: str, file: str, cells: list[tuple[str, list[str]]], line: list[int] | None = None
) -> Any:
    return _core.RawTable(table, file, cells, line or [])


def _cell(value: Any) -> str:
    """A value as the text it would have in a CSV file; numbers in shortest round-trip form."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        text = float.__repr__(value)  # that of a NumPy number names its type
        return text[:-2] if text.endswith(".0") and abs(value) < 1e15 else text
    if hasattr(value, "isoformat"):
        text = str(value.isoformat())
        return text.removesuffix("T00:00:00")
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    return str(value)


def _xlsx(path: Path) -> list[Any]:
    """Sheets named as tables, a survey that came back, or one sheet of any name as companies."""
    import openpyxl

    if not path.exists():
        raise DataError(f"{path}: there is no such file", "E_FILE", path.name)
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(info.file_size for info in packed.infolist())
        if size > _MAX_UNPACKED or size > max(path.stat().st_size, 1 << 15) * _MAX_RATIO:
            raise DataError(
                f"{path.name}: unpacks to {size} bytes, which is too much", "E_LIMIT", path.name
            )
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, OSError, ValueError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(
            f"{path.name}: not a readable .xlsx file ({error})", "E_FORMAT", path.name
        ) from None
    try:
        if is_survey(book.worksheets):
            return survey_tables(path, book.worksheets)
        named = [(sheet, _core.find_table(sheet.title)) for sheet in book.worksheets]
        if any(name for _, name in named):
            return [_sheet(path, sheet, name) for sheet, name in named if name]
        return [_sheet(path, book.worksheets[0], "")]
    finally:
        book.close()


def _sheet(path: Path, sheet: Any, table: str) -> Any:
    header: list[str] | None = None
    cells: list[list[str]] = []
    lines: list[int] = []
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        texts = [_cell(value) for value in row]
        if not any(texts):
            continue
        if header is None:
            while texts and not texts[-1]:
                texts.pop()
            header = texts
            if len(set(header)) < len(header) or "" in header:
                raise DataError(
                    f"{path.name}, row {number}: every column needs a name of its own",
                    "E_COLUMN",
                    path.name,
                    number,
                )
            cells = [[] for _ in header]
            continue
        extra = [text for text in texts[len(header) :] if text]
        if extra:
            raise DataError(
                f"{path.name}, row {number}: a cell stands right of the last column",
                "E_FIELDS",
                path.name,
                number,
                "",
                extra[0],
            )
        texts += [""] * (len(header) - len(texts))
        for column, text in zip(cells, texts, strict=False):
            column.append(text)
        lines.append(number)
    if header is None:
        raise DataError(f"{path.name}: the sheet {sheet.title} is empty", "E_COLUMN", path.name)
    return _columns(table, path.name, list(zip(header, cells, strict=True)), lines)


def table_in_memory(name: str, table: Any) -> Any:
    """A raw table from a data frame, an Arrow object or anything with an Arrow stream."""
    if isinstance(table, (str, os.PathLike)):
        raw = _one_file(Path(table), encoding="utf-8", decimal="", comment="")
        raw[0].table = name
        return raw[0]
    if hasattr(table, "__arrow_c_stream__"):
        try:
            return _core.read_arrow(table.__arrow_c_stream__(), name, name)
        except ImportError:  # pandas hands out Arrow streams only beside pyarrow
            pass
    if hasattr(table, "to_pandas"):
        table = table.to_pandas()
    if hasattr(table, "columns") and hasattr(table, "itertuples"):
        cells = [
            (str(column), [_missing(value) for value in table[column].tolist()])
            for column in table.columns
        ]
        return _columns(name, name, cells)
    if isinstance(table, dict):
        return _columns(
            name, name, [(str(k), [_cell(v) for v in values]) for k, values in table.items()]
        )
    raise InvalidArgumentError(
        f"{name}: give a data frame, an Arrow table, a dictionary of columns or a path, not {type(table).__name__}"
    )


def _missing(value: Any) -> str:
    return "" if value is None or type(value).__name__ in ("NAType", "NaTType") else _cell(value)


def tables_of_paths(paths: Iterable[Any], **options: str) -> list[Any]:
    """Several lists of companies: each sheet or file is one list."""
    found = []
    for path in paths:
        for raw in tables_of_path(Path(path), **options):
            if not raw.table:
                raw.table = "companies"
            found.append(raw)
    return found
