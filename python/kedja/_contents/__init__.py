"""From a dataset to the report: runs the measures and fills the page's content."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from kedja._contents.central import central
from kedja._contents.chain import ChainTables, chain
from kedja._contents.facts import Facts
from kedja._contents.gaps import gaps
from kedja._contents.overview import overview
from kedja._contents.partners import introductions, partners
from kedja._contents.shock import shock
from kedja._contents.ties import ties
from kedja._errors import InvalidArgumentError
from kedja._run import Progress, callback

if TYPE_CHECKING:
    from kedja._dataset import Dataset


def report(
    data: Dataset,
    path: str | os.PathLike[str],
    *,
    cluster: str | None = None,
    audience: Literal["internal", "members", "public"] = "internal",
    lang: Literal["en", "sv"] = "en",
    personal: bool = False,
    inferred_names: bool = False,
    backtest: bool = False,
    draws: int = 200,
    seed: int = 0,
    threads: int = 0,
    progress: Progress = None,
) -> Path:
    """Write one offline HTML file that answers the questions of an analysis.

    Parameters
    ----------
    data : Dataset
    path : path
        Replaced whole, or left as it was when anything goes wrong.
    cluster : str, optional
        The cluster the report is about; default: the largest of a member list, else none.
    audience : {'internal', 'members', 'public'}, default 'internal'
        Outside internal no named dependency, fragility or inferred link, and no cell that rests on
        fewer than three companies.
    lang : {'en', 'sv'}, default 'en'
    personal : bool, default False
        Show personal identity numbers; they are masked otherwise.
    inferred_names : bool, default False
        Also list the most probable inferred links by company, for the internal audience alone.
        Inferred links count by industry otherwise, those of the data included that a column
        ``inferred`` marks; those stand in no other section either.
    backtest : bool, default False
        Run `recommend.backtest` on these data and show its table beside the suggestions (also
        shown, without running it, for the data shipped).
    draws, seed, threads, progress
        See `gap.analyse`.

    Returns
    -------
    Path

    Examples
    --------
    >>> import kedja, tempfile, pathlib
    >>> data = kedja.datasets.load("nordic_demo")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     made = kedja.report(data, pathlib.Path(folder) / "report.html", lang="sv", progress=False)
    ...     made.stat().st_size > 10_000
    True
    """
    from kedja import _report

    target = Path(path)
    check_target(target, lang, audience, inferred_names)
    content = build(
        data,
        cluster=cluster,
        personal=personal,
        inferred_names=inferred_names,
        backtest=backtest,
        draws=draws,
        seed=seed,
        threads=threads,
        progress=progress,
    )
    return _report.write(content, target, lang=lang, audience=audience)


def check_target(target: Path, lang: str, audience: str, inferred_names: bool = False) -> None:
    """Refuse what cannot be written before anything is computed."""
    if audience not in ("internal", "members", "public"):
        raise InvalidArgumentError(
            f"audience must be 'internal', 'members' or 'public', not {audience!r}"
        )
    if inferred_names and audience != "internal":
        raise InvalidArgumentError(
            f"inferred links name companies to the internal audience only, not to {audience!r}"
        )
    if lang not in ("en", "sv"):
        raise InvalidArgumentError(f"lang must be 'en' or 'sv', not {lang!r}")
    if not target.parent.is_dir():
        raise InvalidArgumentError(f"{target.parent} is not a folder")


def build(
    data: Dataset,
    *,
    cluster: str | None = None,
    personal: bool = False,
    inferred_names: bool = False,
    backtest: bool = False,
    draws: int = 200,
    seed: int = 0,
    threads: int = 0,
    progress: Progress = None,
) -> Any:
    """The content of a report, before it is drawn. See `report`."""
    from kedja import __version__
    from kedja._report.content import Focus, LoadedTable, ReportContent, Source, Text

    say = callback(progress, "report") or (lambda fraction: None)
    say(0.0)
    source = data.source
    names = data.clusters.to_pandas()["id"].tolist() if len(data.clusters) else []
    if cluster is None and names and not (len(data.links) or len(data.participations)):
        size = data.memberships.to_pandas()["cluster"].value_counts()
        cluster = str(min(size[size == size.max()].index)) if len(size) else None
    loaded = data
    tables = ChainTables(data)
    data = tables.data  # links that are known
    facts = Facts(data)
    parts: dict[str, Any] = {"provenance": []}
    linked = bool(len(data.links) or len(data.participations))
    if linked:
        central(data, facts, cluster, parts, threads, lambda f: say(0.05 + 0.45 * f))
    say(0.5)
    if names:
        tested = None
        gaps(data, facts, cluster, parts, draws, seed, threads)
        say(0.75)
        if linked:
            tested = ties(data, facts, cluster, parts, draws, seed, threads)
            say(0.9)
            if cluster is not None:
                partners(data, facts, cluster, parts, seed, threads, backtest)
        elif cluster is not None:
            introductions(data, facts, cluster, parts, seed, threads)
        overview(data, facts, parts, tested, draws, seed, threads)
    say(0.95)
    chain(tables, facts, cluster, parts, threads)
    shock(tables, facts, cluster, parts, threads, inferred_names)
    say(0.97)
    focus = None
    if cluster is not None:
        members = facts.members.get(cluster, [])
        focus = Focus(
            id=cluster,
            name=facts.cluster_name.get(cluster, cluster),
            members=len(members),
            companies=len(members),
            country=facts.cluster_country.get(cluster, ""),
            region=facts.cluster_region.get(cluster, ""),
        )
    title = source.get("title", "Kedja")
    content = ReportContent(
        title=Text(en=title, sv=source.get("title_sv", title)),
        as_of=str(source.get("as_of", "")),
        version=__version__,
        focus=focus,
        invented=bool(source.get("invented", False)),
        personal=personal,
        sources=(
            Source(
                name=Text(en=title, sv=source.get("title_sv", title)),
                licence=str(source.get("licence", "")),
                attribution=str(source.get("attribution", "")),
            ),
        )
        if source
        else (),
        caveats=tuple(
            Text(en=en, sv=sv)
            for en, sv in zip(
                source.get("caveats", []),
                source.get("caveats_sv", source.get("caveats", [])),
                strict=False,
            )
        ),
        loaded=tuple(
            LoadedTable(table=name, file=name, rows=len(table))
            for name, table in loaded._tables.items()
            if len(table)
        ),
        problems=tuple(_problem(row) for row in data._report[:500]),
        answers=tuple(_answer(row) for row in _answers(data)),
        central_measures=parts.get("central_measures", ()),
        central=parts.get("central", ()),
        brokers=parts.get("brokers", ()),
        ties=parts.get("ties"),
        gaps=parts.get("gaps", ()),
        overview=parts.get("overview"),
        partners=parts.get("partners", ()),
        partners_tested=parts.get("partners_tested", ""),
        backtest=parts.get("backtest", ()),
        regions=parts.get("regions", ()),
        network=parts.get("network"),
        chain=parts["chain"],
        shock=parts["shock"],
        provenance=tuple(parts["provenance"]),
    )
    say(1.0)
    return content


def _problem(row: Any) -> Any:
    from kedja._report.content import Problem, Text
    from kedja._report.texts_rules import RULES_SV

    severity, code, file, line, column, value, rule, action, _message, count = row
    rule_sv, action_sv = RULES_SV.get(code, (rule, action))
    return Problem(
        severity=severity,
        rule=Text(en=rule, sv=rule_sv),
        action=Text(en=action, sv=action_sv),
        code=code,
        file=file,
        row=line,
        column=column,
        value=value,
        count=count,
    )


def _answers(data: Dataset) -> list[Any]:
    from kedja._answers import answers_of

    return answers_of(data)


def _answer(row: Any) -> Any:
    from kedja._report.content import Answer, Text

    return Answer(
        question=row.question,
        state=row.state,
        why=Text(**row.why),
        deciding_column=row.deciding_column,
    )
