"""Exceptions. Every one is a ValueError or RuntimeError, so ordinary handlers work."""

from __future__ import annotations

__all__ = ["Cancelled", "DataError", "InvalidArgumentError", "KedjaError"]


class KedjaError(Exception):
    """Base of every exception that kedja raises on purpose."""


class InvalidArgumentError(KedjaError, ValueError):
    """An argument lies outside its documented domain; the message names it and what is allowed."""


class Cancelled(KedjaError, RuntimeError):
    """A progress callback returned False, or a deadline passed."""


class DataError(KedjaError, ValueError):
    """A table cannot be read, or says something impossible.

    Attributes
    ----------
    code : str
        Stable code such as ``E_NUMBER``.
    file : str
        File name, or the table's name when it came from memory.
    row : int or None
        Physical line of a text file (the header is line 1), record number (from 0) otherwise.
    column, value : str
        Column as the user wrote it and the offending text, shortened.
    """

    def __init__(
        self,
        message: str,
        code: str = "E_FORMAT",
        file: str = "",
        row: int | None = None,
        column: str = "",
        value: str = "",
    ) -> None:
        super().__init__(message)
        self.code = code
        self.file = file
        self.row = row
        self.column = column
        self.value = value

    def __reduce__(self) -> tuple[object, ...]:
        return (
            type(self),
            (str(self), self.code, self.file, self.row, self.column, self.value),
        )
