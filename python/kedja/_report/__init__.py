"""The offline HTML report: values in (`ReportContent`), one file out (`write`)."""

from __future__ import annotations

from .content import ReportContent
from .page import render, write

__all__ = ["ReportContent", "render", "write"]
