"""Invented companies with a past, made and fitted once for all tests of partners."""

from __future__ import annotations

import functools
from typing import Any

import kedja
import numpy as np


def invented(
    seed: int = 7, companies: int = 160, years: tuple[int, ...] = (2014, 2015, 2016, 2017)
):
    """Companies in four fields; works of four to six, mostly within a field, every year."""
    random = np.random.default_rng(seed)
    ids = [f"c{i:03}" for i in range(companies)]
    field = random.integers(0, 4, companies)
    rows = []
    for year in years:
        for work in range(45):
            f = int(random.integers(0, 4))
            inside = np.flatnonzero(field == f)
            size = int(random.integers(4, 7))
            members = set(random.choice(inside, size - 1, replace=False).tolist())
            members.add(int(random.integers(0, companies)))
            rows += [(ids[m], f"{year}-{work}", year, f"F{f}") for m in sorted(members)]
    company, project, year, name = zip(*rows, strict=True)
    return {
        "companies": {
            "id": ids,
            "name": [f"{['Stål', 'Skog', 'Hav', 'Bygg'][f]}verken {i} AB" for i, f in enumerate(field)],
            "country": ["SE" if i % 3 else "NO" for i in range(companies)],
        },
        "memberships": {"company": ids[:80], "cluster": [f"k{i % 5}" for i in range(80)]},
        "participations": {
            "company": list(company), "project": list(project), "year": list(year),
            "field": list(name),
        },
    }  # fmt: skip


@functools.cache
def tables() -> dict[str, Any]:
    return invented()


@functools.cache
def data() -> kedja.Dataset:
    return kedja.from_tables(**tables())


@functools.cache
def model() -> kedja.recommend.PartnerModel:
    return kedja.recommend.fit(data())
