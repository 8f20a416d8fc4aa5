"""The report is plain Python: its tests run with or without the compiled library."""

from __future__ import annotations

import sys
import types
from pathlib import Path

try:
    import kedja._report  # noqa: F401
except ImportError:  # not built here: the package's folder without its __init__
    root = Path(__file__).resolve().parents[3] / "python" / "kedja"
    bare = types.ModuleType("kedja")
    bare.__path__ = [str(root)]
    sys.modules["kedja"] = bare

sys.path.insert(0, str(Path(__file__).parent))
