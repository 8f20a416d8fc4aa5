"""Flows from technical coefficients, given as a matrix or as a file."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np

from kedja._columns import objects
from kedja._errors import DataError
from kedja._flows import Flows
from kedja._flows_align import Rows, as_labels, columns_of, matrix_of, text_of


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def read_coefficients(path: Path) -> tuple[Any, Any, int]:
    """The matrix in a .csv file, its labels and the line of its first row; a header row and a first column of labels may be."""
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            cells = [row for row in csv.reader(stream) if any(cell.strip() for cell in row)]
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path.name}: {error}", "E_FILE", path.name) from None
    if not cells:
        raise DataError(f"{path.name}: the file is empty", "E_EMPTY", path.name)
    corner = _number(cells[0][0]) is None
    squared = corner and len(cells) == len(cells[0])  # labels on both sides, perhaps codes
    head = corner and (
        all(_number(cell) is None for cell in cells[0]) or len(cells) >= len(cells[0])
    )
    first_row = 1 if head else 0
    body = cells[first_row:]
    side = squared or (bool(body) and _number(body[0][0]) is None)
    first_column = 1 if side else 0
    columns = [cell.strip() for cell in cells[0][first_column:]] if head else None
    rows = [row[0].strip() for row in body] if side else None
    width = len(body[0]) - first_column if body else 0
    values = np.empty((len(body), width))
    for i, row in enumerate(body):
        line = i + 1 + first_row
        if len(row) - first_column != width:
            raise DataError(
                f"{path.name}, row {line}: {len(row) - first_column} values where the first row has {width}",
                "E_FIELDS",
                path.name,
                line,
            )
        for k, cell in enumerate(row[first_column:]):
            number = _number(cell)
            if number is None:
                raise DataError(
                    f"{path.name}, row {line}, column {k + 1}: {cell!r} is not a number",
                    "E_NUMBER",
                    path.name,
                    line,
                    columns[k] if columns else str(k + 1),
                    cell,
                )
            values[i, k] = number
    if values.shape[0] != values.shape[1]:
        line, column = min(values.shape) + first_row, min(values.shape)
        found = f"{values.shape[0]} x {values.shape[1]}"
        raise DataError(
            f"{path.name}, row {line}, column {column + 1}: the table is {found}; coefficients are square, one "
            "row and one column per sector",
            "E_SHAPE",
            path.name,
            line,
            str(column + 1),
            found,
        )
    if rows is not None and columns is not None:
        import pandas as pd

        return (
            pd.DataFrame(values, index=objects(rows), columns=objects(columns)),
            None,
            first_row + 1,
        )
    named = rows if rows is not None else columns
    return values, objects(named) if named is not None else None, first_row + 1


def of_matrix(
    A: Any, own: Any, output: Any, labels: Any, file: str = "A", first_line: int = 0
) -> Flows:
    matrix, found, _ = matrix_of(A)
    n = matrix.n if isinstance(matrix, Rows) else len(matrix)
    names = found if found is not None else own
    if labels is not None:
        names = as_labels(labels, n)
        if found is not None and names.tolist() != found.tolist():
            raise DataError("labels: other labels than those of A", "E_DANGLING", "labels")
    if names is None:
        names = np.arange(n)
    values = matrix.values if isinstance(matrix, Rows) else matrix
    if values.size and not (np.nanmin(values) >= 0 and np.isfinite(values).all()):
        at = np.argwhere(~((values >= 0) & np.isfinite(values)))[0]
        i, k = (
            (int(matrix.sources()[at[0]]), int(matrix.columns[at[0]]))
            if isinstance(matrix, Rows)
            else (int(at[0]), int(at[1]))
        )
        bad = float(values[tuple(at)])
        shown = f"{bad:.15g}"
        raise DataError(
            f"{file}, row {i + first_line}, column {text_of(names[k])}, value {shown}: a coefficient is a finite number >= 0",
            "E_RANGE" if np.isfinite(bad) else "E_NUMBER",
            file,
            i + first_line,
            text_of(names[k]),
            shown,
        )
    known = np.ones(n) if output is None else columns_of(output, names, "output")[0][:, 0]
    flows = Flows(_times(matrix, known), _left(matrix, known), labels=names)
    flows.allocation_known = output is not None
    _solvable(flows, file, first_line)
    return flows


def _solvable(flows: Flows, file: str, first_line: int) -> None:
    """Coefficients are read to be solved with, so what cannot be, or hardly, is said here."""
    from kedja import _core
    from kedja.value_chain._solve import ILL_CONDITIONED, condition_text, refusal, table_of

    found = _core.downstreamness(table_of(flows), solver="automatic", threads=0, progress=None)
    if isinstance(found, dict):
        error = refusal(found, flows, file)
        if error.row is not None:
            error.row += first_line
        raise error
    condition = found[2]["condition"]
    if condition > ILL_CONDITIONED:
        code, _, message = condition_text(condition).partition(": ")
        flows._warn(code, message)


def _times(matrix: Any, output: np.ndarray) -> Any:
    if isinstance(matrix, Rows):
        return Rows.of_links(
            matrix.n, matrix.sources(), matrix.columns, matrix.values * output[matrix.columns]
        )
    return matrix * output


def _left(matrix: Any, output: np.ndarray) -> np.ndarray:
    """Output that is not sold to sectors."""
    if isinstance(matrix, Rows):
        sold = np.bincount(
            matrix.sources(), weights=matrix.values * output[matrix.columns], minlength=matrix.n
        )
        return output - sold
    return np.asarray(output - matrix @ output)
