"""A reader sees the old file whole or the new one whole, whatever happens on the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import kedja
import pytest
from kedja._report import write
from kedja._result import write_whole
from report_fixture import rich


def test_writes_utf8_and_returns_the_path(tmp_path: Path) -> None:
    path = write(rich(), tmp_path / "r.html", lang="sv", audience="members")
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert os.listdir(tmp_path) == ["r.html"]


def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "r.html"
    path.write_text("old")
    # A limit on the size of files is what a full disk looks like to a process.
    code = (
        "import resource, signal, sys, kedja._core as core\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "core.write_whole_file(sys.argv[1], b'new' * 1000)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "File too large" in done.stderr
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["r.html"]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(kedja.InvalidArgumentError, match=r"nowhere.r\.html: cannot be written"):
        write_whole(tmp_path / "nowhere" / "r.html", b"new")


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
    write_whole(link, b"new")
    assert link.is_symlink()
    assert real.read_text() == "new"


def test_keeps_the_mode_of_the_file_it_replaces(tmp_path: Path) -> None:
    path = tmp_path / "r.html"
    path.write_text("old")
    path.chmod(0o640)
    write_whole(path, b"new")
    assert path.stat().st_mode & 0o777 == 0o640


def test_killed_at_random_moments_the_file_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "r.html"
    a, b = "a" * 4_000_000, "b" * 4_000_000
    write_whole(path, a.encode())
    code = (
        "import sys, kedja._core as core\n"
        "print('go', flush=True)\nwhile True:\n"
        "  core.write_whole_file(sys.argv[1], b'b' * 4000000)\n"
        "  core.write_whole_file(sys.argv[1], b'a' * 4000000)\n"
    )
    for attempt in range(12):
        child = subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE)
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(0.003 * (attempt + 1))
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        assert path.read_text() in (a, b)
