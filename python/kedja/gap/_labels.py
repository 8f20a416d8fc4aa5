"""What the codes of gap items mean, beside the codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kedja._profile import basis_of
from kedja._requirements import item_labels
from kedja.gap._evidence import Label, named

if TYPE_CHECKING:
    from kedja._dataset import Dataset


def labels_of(data: Dataset, measure: str) -> Label:
    """The code and its meaning, for NACE divisions, shipped requirements and whatever the source of
    the data explains; other items as they are."""
    from kedja._report import wording

    own = data.source.get("labels", {})
    industry = measure == "fragility" or (measure == "capability" and basis_of(data) == "nace2")

    def label(item: str, lang: str) -> str:
        meaning = own.get(item, {}).get(lang) or item_labels().get(item, {}).get(lang)
        if meaning:
            return f"{item} {meaning}"
        return wording.nace(item, lang) if industry else named(item, lang)

    return label
