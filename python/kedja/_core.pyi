# The compiled core is private; its functions are typed where they are wrapped.
from typing import Any

version: str
status_names: tuple[str, ...]
code_table: tuple[tuple[str, str, str, str], ...]

def __getattr__(name: str) -> Any: ...
