"""Names of companies as telling words: without case, accents, legal forms and fillers."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import numpy.typing as npt


def fold(text: str) -> str:
    """Lower case without accents; the Nordic letters as their plain neighbours."""
    for letter, plain in (("ø", "o"), ("Ø", "o"), ("æ", "ae"), ("Æ", "ae"), ("ß", "ss"), ("đ", "d"), ("ł", "l"), ("Ł", "l")):  # fmt: skip
        text = text.replace(letter, plain)
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lower()


LEGAL_FORMS = frozenset(
    [
        "ab",
        "aktiebolag",
        "publ",
        "hb",
        "kb",
        "as",
        "asa",
        "ans",
        "da",
        "oy",
        "oyj",
        "aps",
        "a",
        "s",
        "is",
        "ks",
        "hf",
        "ehf",
        "ohf",
        "gmbh",
        "mbh",
        "ag",
        "kg",
        "kgaa",
        "ohg",
        "ug",
        "se",
        "ev",
        "ltd",
        "limited",
        "plc",
        "llp",
        "llc",
        "inc",
        "corp",
        "corporation",
        "co",
        "company",
        "cic",
        "sa",
        "sas",
        "sasu",
        "sarl",
        "eurl",
        "snc",
        "scop",
        "srl",
        "spa",
        "sapa",
        "scarl",
        "soc",
        "societa",
        "sl",
        "slu",
        "sau",
        "sociedad",
        "limitada",
        "anonima",
        "responsabilita",
        "lda",
        "bv",
        "nv",
        "cv",
        "vof",
        "cvba",
        "sprl",
        "bvba",
        "doo",
        "dd",
        "ad",
        "ood",
        "eood",
        "sro",
        "spol",
        "zoo",
        "spolka",
        "kft",
        "zrt",
        "nyrt",
        "bt",
        "uab",
        "sia",
        "ou",
        "oü",
        "group",
        "holding",
        "gesellschaft",
    ]
)
_FILLERS = frozenset(["und", "and", "for", "the", "of", "de", "di", "du", "der", "die", "des", "das", "la", "le", "les", "los", "el", "ein", "en", "et", "per", "och", "fur", "voor", "van", "von", "och", "i", "y", "e"])  # fmt: skip


def words_of(name: str) -> list[str]:
    """Telling words of a name: folded, without legal forms and fillers."""
    found = re.findall(r"[a-z0-9]+", fold(name).replace(".", ""))
    return [w for w in found if w not in LEGAL_FORMS and w not in _FILLERS]


def leading_word(name: str) -> str:
    """The first telling word if it has at least four letters: companies that share it may be one
    corporate group; else nothing."""
    first = next(iter(words_of(name)), "")
    return first if len(first) >= 4 else ""


def word_parts(
    names: npt.NDArray[np.object_],
) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64]]:
    """Runs of four letters of the telling words: company and number of the run."""
    owner: list[int] = []
    part: list[str] = []
    for v, name in enumerate(names):
        runs: dict[str, int] = {}
        for word in words_of(name):
            if len(word) < 3 or not word.isalpha():
                continue
            edged = f"^{word}$"
            for i in range(len(edged) - 3):
                runs.setdefault(edged[i : i + 4], 0)
        owner += [v] * len(runs)
        part += runs
    if not owner:
        return np.empty(0, dtype=np.uint32), np.empty(0, dtype=np.int64)
    code = np.unique(np.array(part), return_inverse=True)[1]
    return np.asarray(owner, dtype=np.uint32), code.astype(np.int64)
