"""A reader sees the old file whole or the new one whole, whatever happens on the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import kedja._report.atomic as writer
import pytest
from kedja._report import write
from report_fixture import rich


def test_writes_utf8_and_returns_the_path(tmp_path: Path) -> None:
    path = write(rich(), tmp_path / "r.html", lang="sv", audience="members")
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert os.listdir(tmp_path) == ["r.html"]


@pytest.mark.parametrize("step", ["fsync", "replace", "chmod"])
def test_a_failure_at_any_step_leaves_the_old_file(
    tmp_path: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "r.html"
    path.write_text("old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writer.os, step, fail)
    with pytest.raises(OSError, match="No space left"):
        writer.write_atomic(path, "new" * 1000)
    monkeypatch.undo()
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["r.html"]


def test_a_page_that_cannot_be_rendered_touches_nothing(tmp_path: Path) -> None:
    path = tmp_path / "r.html"
    path.write_text("old")
    with pytest.raises(ValueError, match="lang: 'fi'"):
        write(rich(), path, lang="fi")
    assert path.read_text() == "old"


def test_a_link_keeps_pointing_at_the_file(tmp_path: Path) -> None:
    real, link = tmp_path / "real.html", tmp_path / "link.html"
    real.write_text("old")
    link.symlink_to(real)
    writer.write_atomic(link, "new")
    assert link.is_symlink()
    assert real.read_text() == "new"


def test_keeps_the_mode_of_the_file_it_replaces(tmp_path: Path) -> None:
    path = tmp_path / "r.html"
    path.write_text("old")
    path.chmod(0o640)
    writer.write_atomic(path, "new")
    assert path.stat().st_mode & 0o777 == 0o640


def test_killed_at_random_moments_the_file_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "r.html"
    a, b = "a" * 4_000_000, "b" * 4_000_000
    writer.write_atomic(path, a)
    # Only the module itself is run: it needs nothing but the standard library.
    code = (
        f"import runpy; w = runpy.run_path({writer.__file__!r})['write_atomic']\n"
        f"print('go', flush=True)\nwhile True:\n"
        f"  w({str(path)!r}, 'b' * 4000000); w({str(path)!r}, 'a' * 4000000)\n"
    )
    for attempt in range(12):
        child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(0.003 * (attempt + 1))
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        assert path.read_text() in (a, b)
