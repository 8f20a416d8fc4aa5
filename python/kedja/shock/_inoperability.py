"""Inoperability input-output model, static and dynamic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from kedja import _core
from kedja._errors import InvalidArgumentError
from kedja._flows import Flows
from kedja._result import Result, status_column
from kedja._run import Progress, context
from kedja.value_chain._solve import accepted, table_of


def inoperability(
    flows: Flows,
    *,
    disturbance: Any,
    resilience: Any = None,
    steps: int | None = None,
    start: Any = None,
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    r"""Share of each sector's output that is lost to a fall in final demand [1]_.

    Static: :math:`q = A^* q + c^*` with :math:`A^*_{ij} = Z_{ij} / x_i`. Dynamic (with `steps`):
    :math:`q(t + 1) = q(t) + K (A^* q(t) + c^* - q(t))`.

    Parameters
    ----------
    flows : Flows
    disturbance : mapping or Series by label, or array, shape (n,)
        :math:`c^*`: the fall of final demand relative to output, in [0, 1]. Sectors that a mapping
        leaves out are not disturbed.
    resilience : float, mapping, Series or array in (0, 1], optional
        K of each sector, how fast it moves to its static state in a step. Needs `steps`. Default 1.
    steps : int >= 1, optional
        None: the static state.
    start : mapping, Series or array in [0, 1], optional
        q(0). Needs `steps`. Default 0.
    threads, progress
        See `CompanyGraph`. Threads change no bit of the result.

    Returns
    -------
    Result
        Static: ``sector``, ``inoperability`` in [0, 1], ``status`` (``undefined``: a sector without
        output, whose value is its disturbance). Dynamic: the same per ``step`` from 0 to `steps`.
        Values above 1 are set to 1; ``meta["clipped"]`` says how many. Static: ``meta`` has
        ``error_bound``, ``residual`` and the other facts of a solve, see `kedja.value_chain`.

    Raises
    ------
    InvalidArgumentError
        A label is unknown or a value lies outside its range.
    DataError
        ``E_SPECTRAL``: sectors use all that they make among themselves, so that losses do not fade
        (static only); they are named.

    Notes
    -----
    The static state is one solve, O(m) per iteration, as is a step. Columns of :math:`A^*` can sum to
    more than 1: one sector's loss can cost others more.

    References
    ----------
    .. [1] Y. Haimes and J. Santos, J. Infrastruct. Syst. 11 (2005).
           https://doi.org/10.1061/(ASCE)1076-0342(2005)11:2(67)

    Examples
    --------
    >>> import kedja
    >>> flows = kedja.Flows([[0, 5], [0, 0]], [5, 10], labels=["steel", "cars"])
    >>> kedja.shock.inoperability(flows, disturbance={"cars": 0.2})["inoperability"].tolist()
    [0.1, 0.2]
    """
    if not isinstance(flows, Flows):
        raise InvalidArgumentError(f"flows must be kedja.Flows, not {type(flows).__name__}")
    labels = np.asarray(flows.labels, dtype=object)
    c = _by_sector(labels, "disturbance", disturbance, 0.0)
    if steps is None:
        for name, given in (("resilience", resilience), ("start", start)):
            if given is not None:
                raise InvalidArgumentError(f"{name} needs steps: the static state does not use it")
    elif isinstance(steps, bool) or not isinstance(steps, int) or steps < 1:
        raise InvalidArgumentError(f"steps must be at least 1, not {steps!r}")
    empty = np.asarray(flows.output) <= 0
    run = context(progress, "inoperability", threads)
    facts: dict[str, Any] = {}
    table, fall = table_of(flows), flows._canonical(c)
    if steps is None:
        value, _, facts = accepted(
            _core.inoperability(table, fall, solver="automatic", **run), flows
        )
        path = value[None, :]
    else:
        speed = _by_sector(labels, "resilience", 1.0 if resilience is None else resilience, None)
        if (speed <= 0).any():
            raise InvalidArgumentError(
                f"resilience of {labels[int(np.argmax(speed <= 0))]!r} must be above 0"
            )
        begin = _by_sector(labels, "start", 0.0 if start is None else start, 0.0)
        path = _core.inoperability_path(
            table, fall, flows._canonical(speed), flows._canonical(begin), steps, **run
        ).reshape(steps + 1, len(c))
    if flows._rank is not None:
        path = path[:, flows._rank]
    clipped = int((path > 1).sum())
    values = np.clip(path, 0.0, 1.0)
    columns: dict[str, Any] = (
        {} if steps is None else {"step": np.repeat(np.arange(len(path)), len(c))}
    )
    columns |= {
        "sector": np.tile(labels, len(path)),
        "inoperability": values.reshape(-1),
        "status": status_column(np.tile(np.where(empty, 2, 0).astype(np.uint8), len(path))),
    }
    return Result(
        columns,
        {
            "measure": "inoperability",
            "parameters": {"dynamic": steps is not None, "steps": steps},
            "clipped": clipped,
            "flows_checksum": flows.checksum,
            **facts,
        },
        recompute=lambda: inoperability(
            flows,
            disturbance=disturbance,
            resilience=resilience,
            steps=steps,
            start=start,
            threads=threads,
            progress=False,
        ),
    )


def _by_sector(labels: np.ndarray, name: str, given: Any, absent: float | None) -> np.ndarray:
    """A value in [0, 1] per sector; sectors that a mapping leaves out get `absent`."""
    import pandas as pd

    if isinstance(given, (pd.Series, Mapping)):
        known = {label: i for i, label in enumerate(labels.tolist())}
        made = np.full(len(labels), np.nan if absent is None else absent)
        for label, value in given.items():
            if label not in known:
                raise InvalidArgumentError(f"{name}: there is no sector {label!r}")
            made[known[label]] = value
    elif np.ndim(given) == 0:
        made = np.full(len(labels), float(given))
    else:
        made = np.asarray(given, dtype=np.float64)
        if made.shape != labels.shape:
            raise InvalidArgumentError(
                f"{name} must have one entry per sector ({len(labels)}), not {made.shape}"
            )
    bad = ~((made >= 0) & (made <= 1))
    if bad.any():
        at = int(np.argmax(bad))
        raise InvalidArgumentError(f"{name} of {labels[at]!r} is {made[at]}, outside [0, 1]")
    return made
