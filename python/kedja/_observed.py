"""Clusters that nobody declared: recomputed from the participations that a past year knew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from kedja import _core
from kedja._countries import iso
from kedja._errors import DataError

if TYPE_CHECKING:
    from kedja._dataset import Dataset


def observed_tables(data: Dataset, rule: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Tables ``clusters`` and ``memberships`` of the observed clusters of `data`.

    One cluster per NUTS 2 region and field where at least ``min_companies`` companies of ``type``
    take part and the location quotient is at least ``min_location_quotient``. A project counts once
    in each of its ``fields``. The weight of a membership is the number of such projects.
    """
    try:
        fields, kind = [str(f) for f in rule["fields"]], str(rule["type"])
        least, quotient = int(rule["min_companies"]), float(rule["min_location_quotient"])
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(
            f"SOURCE.json: observed_clusters needs fields, type, min_companies and "
            f"min_location_quotient ({error})",
            "E_FORMAT",
            "SOURCE.json",
        ) from None
    ids = data.ids_by_vertex
    regions = data.groups("nuts2")
    region_of = np.full(len(ids), np.iinfo(np.uint32).max, dtype=np.uint32)
    vertex, group, _ = regions._core.rows()
    region_of[vertex] = group
    companies = data.companies.to_pandas().set_index("id")
    region_of[(companies["type"].reindex(ids) != kind).to_numpy()] = np.iinfo(np.uint32).max

    work = data.participations.to_pandas()[["company", "project", "field"]].drop_duplicates()
    work = work.assign(field=work["field"].str.split("|")).explode("field")
    work = work[work["field"].isin(fields)].drop_duplicates()
    number = {company: v for v, company in enumerate(ids)}
    names = sorted(fields)
    made, members = _core.observed_groups(
        region_of,
        work["company"].map(number).to_numpy(dtype=np.uint32),
        np.searchsorted(names, work["field"].to_numpy(dtype=str)).astype(np.uint32),
        least,
        quotient,
    )
    region = [regions.names[r] for r, _, _, _ in made]
    field = [names[f] for _, f, _, _ in made]
    cluster = [f"{r}|{f}" for r, f in zip(region, field, strict=True)]
    return {
        "clusters": {
            "id": cluster,
            "name": [f"{r} x {f} (observed)" for r, f in zip(region, field, strict=True)],
            "country": [iso(r[:2]) for r in region],
            "region": region,
            "field": field,
        },
        "memberships": {
            "company": [ids[company] for _, company, _ in members],
            "cluster": [cluster[g] for g, _, _ in members],
            "weight": [float(count) for _, _, count in members],
        },
    }
