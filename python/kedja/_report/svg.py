"""SVG as strings: one function makes every element, and escapes whatever goes into it."""

from __future__ import annotations

import dataclasses
import html

from markupsafe import Markup


@dataclasses.dataclass(frozen=True, slots=True)
class Chart:
    """A drawing, the sentence it shows, and what its marks mean (swatch class, words)."""

    title: str
    svg: Markup
    legend: tuple[tuple[str, str], ...] = ()
    note: str = ""


def el(tag: str, *children: str | Markup, **attributes: str | float | None) -> Markup:
    """One element. Children that are not markup are text and escaped; numbers get two decimals;
    `cls` is class, an underscore in a name is a hyphen, None leaves an attribute out."""
    parts = [tag]
    for name, value in attributes.items():
        if value is None:
            continue
        name = "class" if name == "cls" else name.replace("_", "-")
        name = "viewBox" if name == "viewBox" else name
        parts.append(f'{name}="{html.escape(_text(value), quote=True)}"')
    inner = "".join(c if isinstance(c, Markup) else html.escape(str(c)) for c in children)
    head = " ".join(parts)
    return Markup(f"<{head}>{inner}</{tag}>") if inner else Markup(f"<{head}/>")


def join(items: list[Markup]) -> Markup:
    """Elements one after the other."""
    return Markup("").join(items)


def short(text: str, limit: int) -> str:
    """The text, cut with an ellipsis where it is longer than `limit` characters."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def width_of(text: str, size: float) -> float:
    """A generous estimate of a text's width in a sans-serif face of `size` pixels."""
    wide = sum(1 for c in text if ord(c) > 0x2E7F)
    return (0.56 * (len(text) - wide) + 1.05 * wide) * size


def _text(value: str | float) -> str:
    if isinstance(value, str):
        return value
    return f"{value:.2f}".rstrip("0").rstrip(".")
