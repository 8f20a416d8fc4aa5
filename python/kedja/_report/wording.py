"""Numbers, names and codes as people read them, in English and Swedish."""

from __future__ import annotations

import csv
import functools
import importlib.resources
import math
import unicodedata

from kedja._countries import iso

from .content import Phrase, Text

LANGUAGES = ("en", "sv")
THIN = "\u202f"  # narrow no-break space: groups digits in both languages, so no comma is ambiguous
MINUS = "\u2212"
MAX_NAME = 160
MAX_TEXT = 4000
_MAX_MARKS = 4  # combining marks on one letter; more is not writing


def say(phrase: Phrase, lang: str) -> str:
    """The wording of a phrase in one language."""
    return getattr(phrase, lang) if isinstance(phrase, Text) else phrase


def number(value: float | None, lang: str, digits: int = 0) -> str:
    """A number with thin spaces between thousands and the language's decimal mark; "–" if none."""
    if value is None or not math.isfinite(value):
        return "–"
    text = f"{abs(value):,.{digits}f}".replace(",", THIN)
    if lang == "sv":
        text = text.replace(".", ",")
    negative = value < 0 and any(c in "123456789" for c in text)
    return MINUS + text if negative else text


def count(value: float | None, lang: str) -> str:
    """A count: whole if it is whole, one decimal otherwise (shared memberships give fractions)."""
    whole = value is not None and math.isfinite(value) and float(value).is_integer()
    return number(value, lang, 0 if whole else 1)


def percent(value: float | None, lang: str) -> str:
    """A share in [0, 1] as per cent: 12% in English, 12 % in Swedish."""
    if value is None or not math.isfinite(value):
        return "–"
    return number(100 * value, lang) + ("%" if lang == "en" else THIN + "%")


def qvalue(value: float | None, lang: str) -> str:
    """A q-value; very small ones as a bound, never as a bare 0."""
    if value is not None and value < 0.001:
        return "<" + THIN + number(0.001, lang, 3)
    return number(value, lang, 3)


def finite(value: float | None) -> float | None:
    """The value, or None where it is missing, NaN or infinite."""
    return float(value) if value is not None and math.isfinite(value) else None


def visible(text: str, limit: int = MAX_TEXT) -> str:
    """Text in which nothing is hidden: control, direction, zero-width and lone-surrogate characters
    are written as their code in angle brackets, towers of combining marks and overlong texts cut.
    """
    out: list[str] = []
    marks = 0
    for char in text[: limit + 1]:
        category = unicodedata.category(char)
        if char in "\t\n\r":
            char = " "
        elif category in ("Cc", "Cf", "Cs", "Zl", "Zp"):
            char = f"⟨U+{ord(char):04X}⟩"
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks <= _MAX_MARKS:
            out.append(char)
    if len(text) > limit:
        out[-1] = "…"
    return "".join(out)


@functools.cache
def _labels(file: str) -> dict[str, dict[str, str]]:
    resource = importlib.resources.files(__package__).joinpath("data", file)
    with resource.open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    return {row["code"]: {"en": row["label_en"], "sv": row["label_sv"]} for row in rows}


def country(code: str, lang: str) -> str:
    """A country's name where known, else its code. EL and UK are Greece and the United Kingdom."""
    return _labels("country_labels.csv").get(iso(code), {}).get(lang, code)


def nace(code: str, lang: str) -> str:
    """A NACE Rev. 2 section or division with its label: "25 Manufacture of ..."."""
    label = _labels("nace_labels.csv").get(code, {}).get(lang)
    return f"{code} {label}" if label else code


def region(code: str, lang: str, name: str = "") -> str:
    """A NUTS region: its name if given or known, else its code with the country's name."""
    name = name or _labels("nuts2_labels.csv").get(code, {}).get(lang, "")
    if name:
        return f"{name} ({code})"
    land = country(code[:2], lang)
    return f"{code} ({land})" if land != code[:2] else code


def coded(item: str, kind: str, lang: str) -> str:
    """An item that may be a code, as people read it."""
    reader = {"nace2": nace, "nuts2": region, "country": country}.get(kind)
    return reader(item, lang) if reader else item


@functools.cache
def tiles() -> dict[str, tuple[int, int]]:
    """The cell of every NUTS 2 region in the map of equal tiles; x grows east, y south."""
    resource = importlib.resources.files(__package__).joinpath("data", "nuts2_tiles.csv")
    with resource.open(encoding="utf-8") as handle:
        return {r["nuts2"]: (int(r["x"]), int(r["y"])) for r in csv.DictReader(handle)}
