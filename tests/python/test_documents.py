"""What the documents show runs as it stands."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import kedja
import pytest
from families import FAMILIES

ROOT = Path(__file__).resolve().parents[2]
_FUNCTION_PARTS = ("Parameters", "Returns", "Examples", ">>>")


def test_readme_lines_run(tmp_path):
    block = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert block, "the README shows no Python"
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    done = subprocess.run(
        [sys.executable, "-c", block.group(1)],
        cwd=tmp_path, capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "report.html").stat().st_size > 100_000


@pytest.mark.parametrize("notebook", sorted((ROOT / "examples/notebooks").glob("*.ipynb")))
def test_notebooks_run(notebook, tmp_path):
    pytest.importorskip("nbconvert")
    done = subprocess.run(
        [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", str(notebook),
         "--output-dir", str(tmp_path)],
        capture_output=True, text=True, timeout=900, check=False,
        env={**os.environ, "JUPYTER_PLATFORM_DIRS": "1", "PYDEVD_DISABLE_FILE_VALIDATION": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]


def test_code_lists_in_the_library_are_those_of_the_files():
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts/embed_codes.py"), "--check"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_names_that_the_table_promises_in_cpp_exist() -> None:
    headers = "\n".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "include").rglob("*.hpp")
    )
    rows = re.findall(r"^\| (.+?) \| (.+?) \|$", (ROOT / "docs/cpp_names.md").read_text(), re.M)
    names = [name for _, cpp in rows for name in re.findall(r"`([^`]+)`", cpp)]
    assert len(names) > 25
    for name in names:
        if name.endswith(".hpp"):
            assert list((ROOT / "include").rglob(name.rsplit("/", 1)[-1])), name
        else:
            assert re.search(rf"\b{name.split('::')[-1]}\b", headers), name


@pytest.mark.parametrize("family", [*FAMILIES, "plot"])
def test_every_public_function_says_what_it_does(family: str) -> None:
    module = getattr(kedja, family)
    assert sorted(n for n in dir(module) if not n.startswith("_")) == sorted(module.__all__)
    for name in module.__all__:
        thing = getattr(module, name)
        said = thing.__doc__ or ""
        assert len(said) > 40, f"{family}.{name} says nothing"
        for part in () if isinstance(thing, type) else _FUNCTION_PARTS:
            assert part in said, f"{family}.{name} does not say its {part}"


def test_codes_in_python_are_those_of_the_compiled_table() -> None:
    known = {entry[0] for entry in kedja._core.code_table}
    used = {
        code
        for path in (ROOT / "python/kedja").rglob("*.py")
        for code in re.findall(r'"([EWI]_[A-Z_]+)"', path.read_text(encoding="utf-8"))
    }
    assert len(used) > 10
    assert used <= known
