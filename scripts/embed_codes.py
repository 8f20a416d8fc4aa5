#!/usr/bin/env python3
"""Writes src/model/code_lists.inc from data/codes, so that the library needs no files at run time.

scripts/embed_codes.py [--check]     --check: fail when the committed file is out of date
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def column(name: str, *keys: str, only: tuple[str, str] | None = None) -> list[str]:
    with open(ROOT / "data" / "codes" / name, encoding="utf-8", newline="") as file:
        return [
            "=".join(row[key] for key in keys)
            for row in csv.DictReader(file)
            if only is None or row[only[0]] == only[1]
        ]


def literal(name: str, items: list[str]) -> str:
    """Adjacent string literals of about 90 characters; entries are separated by |."""
    lines, line = [], ""
    for item in items:
        line += item + "|"
        if len(line.encode()) > 80:
            lines.append(line)
            line = ""
    lines.append(line)
    body = "\n".join(f'    "{text}"' for text in lines if text)
    return f"inline constexpr std::string_view {name} =\n{body};\n"


def text() -> str:
    parts = [
        "// Made by scripts/embed_codes.py from data/codes; do not edit.\n",
        literal("nace_rev2_list", column("nace_rev2.csv", "code")),
        literal("nace_rev21_list", column("nace_rev21.csv", "code")),
        literal("nuts_list", column("nuts2016.csv", "code")),
        literal("country_list", column("countries.csv", "code")),
        literal("currency_list", column("currencies.csv", "code")),
        literal("municipality_code_list", column("se_municipalities.csv", "code", "nuts3")),
        literal("municipality_name_list", column("se_municipalities.csv", "name", "nuts3")),
        literal("county_code_list", column("se_counties.csv", "code", "nuts3")),
        literal("county_name_list", column("se_counties.csv", "name", "nuts3")),
    ]
    return "\n".join(parts)


def main() -> int:
    target = ROOT / "src" / "model" / "code_lists.inc"
    if sys.argv[1:] == ["--check"]:
        if target.read_text(encoding="utf-8") != text():
            print("src/model/code_lists.inc is out of date: run scripts/embed_codes.py")
            return 1
        return 0
    target.write_text(text(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
