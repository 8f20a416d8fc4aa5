"""Places regions on a grid of equal cells that resembles the map; standard library only.

1. Latitude and longitude become plane positions, each half geography and half rank, so
   that crowded parts get room without losing their place.
2. An assignment of least total squared distance gives every region a cell of its own.
3. Moves and swaps that bring regions of one country together are made while they pay.

Costs are integers and ties are broken by order, so the result is the same everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

Cell = tuple[int, int]

# Regions far from the continent get a target of their own, in degrees, beside the map.
INSETS = {
    "PT20": (40.5, -14.0), "PT30": (36.5, -13.5), "ES70": (34.3, -11.5),
    "FRY1": (50.5, -15.5), "FRY2": (49.3, -15.5), "FRY3": (48.1, -15.5),
    "FRY4": (46.9, -15.5), "FRY5": (45.7, -15.5),
}  # fmt: skip
COLUMNS, ROWS = 27, 27
SCALE = 16  # steps within a cell, for integer positions


def _targets(points: Sequence[tuple[str, float, float]]) -> list[Cell]:
    """Integer positions, x to the east and y to the south, SCALE steps to a cell."""
    placed = [(code, *INSETS.get(code, (lat, lon))) for code, lat, lon in points]

    def spread(values: list[float], cells: int) -> list[int]:
        order = sorted(range(len(values)), key=lambda i: (values[i], placed[i][0]))
        low, high = values[order[0]], values[order[-1]]
        result = [0] * len(values)
        for rank, i in enumerate(order):
            geographic = (values[i] - low) / (high - low)
            ranked = rank / (len(values) - 1)
            result[i] = round((0.55 * geographic + 0.45 * ranked) * (cells - 1) * SCALE)
        return result

    # Meridians converge to the north; 15 E is about the middle of the map.
    east = [(lon - 15.0) * math.cos(math.radians(lat)) for _, lat, lon in placed]
    south = [-lat for _, lat, _ in placed]
    return list(zip(spread(east, COLUMNS), spread(south, ROWS), strict=True))


def _assign(costs: list[list[int]]) -> list[int]:
    """Column of each row with the least total cost (shortest augmenting paths)."""
    n, m = len(costs), len(costs[0])
    row_price, column_price = [0] * (n + 1), [0] * (m + 1)
    row_of, previous = [0] * (m + 1), [0] * (m + 1)
    infinity = 1 << 60
    for row in range(1, n + 1):
        row_of[0] = row
        column = 0
        shortest = [infinity] * (m + 1)
        open_columns = list(range(1, m + 1))
        visited = [0]
        while row_of[column]:
            current = row_of[column]
            line, price = costs[current - 1], row_price[current]
            best, nearest = infinity, 0
            for other in open_columns:
                reduced = line[other - 1] - price - column_price[other]
                if reduced < shortest[other]:
                    shortest[other] = reduced
                    previous[other] = column
                if shortest[other] < best:
                    best, nearest = shortest[other], other
            for other in visited:
                row_price[row_of[other]] += best
                column_price[other] -= best
            for other in open_columns:
                shortest[other] -= best
            column = nearest
            open_columns.remove(column)
            visited.append(column)
        while column:
            row_of[column] = row_of[previous[column]]
            column = previous[column]
    result = [-1] * n
    for column in range(1, m + 1):
        if row_of[column]:
            result[row_of[column] - 1] = column - 1
    return result


def tiles(points: Sequence[tuple[str, float, float]]) -> dict[str, Cell]:
    """Cell (x to the east, y to the south, both from 0) of every (code, lat, lon)."""
    points = sorted(points)
    codes = [code for code, _, _ in points]
    targets = _targets(points)
    grid = [(x, y) for y in range(ROWS) for x in range(COLUMNS)]
    if len(codes) > len(grid):
        raise ValueError("the grid is too small")

    def distance(i: int, cell: Cell) -> int:
        return (cell[0] * SCALE - targets[i][0]) ** 2 + (cell[1] * SCALE - targets[i][1]) ** 2

    costs = [[distance(i, cell) for cell in grid] for i in range(len(codes))]
    cells = [grid[c] for c in _assign(costs)]
    owner: dict[Cell, int] = {cell: i for i, cell in enumerate(cells)}
    country = [code[:2] for code in codes]
    around = [(1, 0), (-1, 0), (0, 1), (0, -1)]
    pull = 2 * SCALE * SCALE  # what one more neighbour from the same country is worth

    def kin(i: int) -> int:
        x, y = cells[i]
        found = 0
        for dx, dy in around:
            other = owner.get((x + dx, y + dy))
            found += other is not None and country[other] == country[i]
        return found

    def value(changed: list[int]) -> int:
        # A pair of kin that are both in the list is counted twice, before and after alike.
        return sum(distance(i, cells[i]) - pull * kin(i) for i in changed)

    def put(i: int, cell: Cell, j: int | None) -> None:
        old = cells[i]
        cells[i] = cell
        owner[cell] = i
        if j is None:
            del owner[old]
        else:
            cells[j] = old
            owner[old] = j

    for _ in range(40):
        improved = False
        for i in range(len(codes)):
            x, y = cells[i]
            for dy in range(-3, 4):
                for dx in range(-3, 4):
                    cell = (x + dx, y + dy)
                    if not (0 <= cell[0] < COLUMNS and 0 <= cell[1] < ROWS) or cell == cells[i]:
                        continue
                    j = owner.get(cell)
                    changed = [i] if j is None else [i, j]
                    before, old = value(changed), cells[i]
                    put(i, cell, j)
                    if value(changed) < before:
                        improved = True
                    elif j is None:
                        put(i, old, None)
                    else:
                        put(i, old, j)
        if not improved:
            break
    # Rows and columns without a region are left out.
    across = {x: new for new, x in enumerate(sorted({x for x, _ in cells}))}
    down = {y: new for new, y in enumerate(sorted({y for _, y in cells}))}
    return {code: (across[x], down[y]) for code, (x, y) in zip(codes, cells, strict=True)}
