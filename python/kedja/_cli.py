"""The command ``kedja``. Exit status 0: done, 2: bad input, 3: not converged or cancelled."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Graph analytics for inter-cluster value chains.",
)

_STOPPED = 3  # interrupted, cancelled, not converged

PathArgument = Annotated[list[str], typer.Argument(help="a folder, or one or more files")]
Json = Annotated[bool, typer.Option("--json", help="print JSON")]
Threads = Annotated[int, typer.Option(help="worker threads; 0: all")]
Seed = Annotated[int, typer.Option(help="of random draws")]
Cluster = Annotated[str | None, typer.Option(help="one cluster; default: all")]
Out = Annotated[Path | None, typer.Option(help="write the table to .csv, .json or .parquet")]


def _read(paths: list[str], **options: Any) -> Any:
    import kedja

    return kedja.read(paths[0] if len(paths) == 1 else list(paths), **options)


def _masked(cell: Any) -> Any:
    from kedja import _core

    return _core.masked(cell) if isinstance(cell, str) else cell


def _show(result: Any, as_json: bool, out: Path | None, rows: int = 20) -> None:
    if out is not None:
        result.write(out)
        typer.echo(f"written to {out}")
        return
    if as_json:
        typer.echo(result.to_json())
        return
    shown = result.frame.head(rows)
    if result.ids is not None:
        shown = shown.reset_index()
    typer.echo(_clean(shown.map(_masked).to_string(index=False)))
    if len(result) > rows:
        typer.echo(f"... {len(result)} rows; --out FILE writes them all")


def _clean(text: str) -> str:
    """Without control characters, which a terminal would obey."""
    text = text.replace("\u00a0", " ").replace("\u202f", " ")  # Swedish numbers have them
    return "".join(c if c == "\n" or (c.isprintable()) else "\ufffd" for c in text)


@app.command()
def check(paths: PathArgument, as_json: Json = False, out: Out = None) -> None:
    """Say what is wrong with the tables: file, row, column, value. Exit status 2 on errors."""
    data = _read(paths, on_bad="report")
    found = data.check()
    _show(found, as_json, out, rows=50)
    if (found["severity"] == "error").any():
        raise typer.Exit(2)


@app.command()
def measure(
    name: Annotated[
        str,
        typer.Argument(help="such as betweenness, upstreamness, esri; `list` names them all"),
    ],
    paths: Annotated[
        list[str] | None, typer.Argument(help="a folder, or one or more files")
    ] = None,
    kind: Annotated[
        str | None, typer.Option(help="kind of links; default: what the measure is about")
    ] = None,
    by: Annotated[str, typer.Option(help="groups, where the measure needs them")] = "cluster",
    epsilon: Annotated[
        float | None, typer.Option(help="estimate within this bound, where the measure can")
    ] = None,
    option: Annotated[
        list[str] | None,
        typer.Option(
            help="NAME=VALUE, any other option of the measure; shocks and essential name a .csv "
            "file, revenue, cost, weight, market and sector a column of companies"
        ),
    ] = None,
    flows: Annotated[
        str | None,
        typer.Option(
            help="an input-output table, for measures of flows: a file with columns source, "
            "target, value, or us_bea_2017_nace, which comes with kedja"
        ),
    ] = None,
    final_demand: Annotated[
        Path | None,
        typer.Option(help="with --flows: a file with columns sector and amounts, summed"),
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="with --flows: a file with columns sector, output")
    ] = None,
    balance_tolerance: Annotated[
        float | None,
        typer.Option(help="with --flows: largest gap between output and its parts, of output"),
    ] = None,
    as_json: Json = False,
    out: Out = None,
    threads: Threads = 0,
    seed: Seed = 0,
) -> None:
    """Compute one measure."""
    from kedja import InvalidArgumentError, _cli_measures

    if name == "list" and not paths:
        typer.echo("\n".join(_cli_measures.names()))
        return
    if flows is None and (final_demand or output or balance_tolerance is not None):
        raise InvalidArgumentError(
            "--final-demand, --output and --balance-tolerance belong to --flows FILE"
        )
    if not paths and flows is None:
        raise InvalidArgumentError("name the folder or the files to read")
    results = _cli_measures.compute(
        name,
        _read(paths) if paths else None,
        kind=kind,
        by=by,
        asked={"epsilon": epsilon, "threads": threads, "seed": seed},
        options=option or (),
        flows=None
        if flows is None
        else _cli_measures.read_flows(flows, final_demand, output, balance_tolerance),
    )
    if out is not None and len(results) > 1:
        for part in results:  # rows and columns of a table have a file each
            own = out.with_name(f"{out.stem}_{part.columns[-1]}{out.suffix}")
            _show(part, as_json, own)
    else:
        for part in results:
            _show(part, as_json, out)
    for part in results:
        if "warning" in part.meta:
            typer.echo(_clean(f"kedja: {part.meta['warning']}"), err=True)
    if any(part.meta.get("converged") is False for part in results):
        raise typer.Exit(3)


@app.command()
def convert(
    paths: PathArgument,
    out: Annotated[Path, typer.Option(help=".kedja, .graphml, or a folder for .csv files")],
    kind: Annotated[str, typer.Option(help="kind of links, for .graphml")] = "collaboration",
    personal: Annotated[bool, typer.Option(help="show personal identity numbers")] = False,
) -> None:
    """Write the tables in another form, whole or not at all."""
    from kedja import InvalidArgumentError

    data = _read(paths)
    if out.suffix == ".kedja":
        data.save(out)
    elif out.suffix == ".graphml":
        data.graph(kind).write_graphml(out, personal=personal)
    elif out.suffix == "":
        _write_folder(data, out, personal)
    else:
        raise InvalidArgumentError(
            f"{out.name}: write .kedja, .graphml, or a folder without ending"
        )
    typer.echo(f"written to {out}")


def _write_folder(data: Any, folder: Path, personal: bool) -> None:
    """Every table as .csv in a new folder, which appears when all are written."""
    import os
    import shutil
    import tempfile

    from kedja import InvalidArgumentError, _core
    from kedja._dataset import TABLES
    from kedja._result import write_whole

    if folder.exists():
        raise InvalidArgumentError(f"{folder} is there already; name a folder that is not")
    try:
        part = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    except OSError as error:
        raise InvalidArgumentError(f"{folder}: cannot be written: {error.strerror}") from None
    try:
        for name in TABLES:
            if len(getattr(data, name)):
                table = _core.table_frame(data._core, name)
                if not personal:
                    table.mask_personal_numbers()
                write_whole(part / f"{name}.csv", table.csv(True))
        part.chmod(0o755)
        os.rename(part, folder)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise


@app.command()
def gaps(
    paths: PathArgument,
    cluster: Cluster = None,
    explain: Annotated[
        int | None, typer.Option(help="open one row (counted from 0) into what it rests on")
    ] = None,
    lang: Annotated[str, typer.Option(help="en or sv")] = "en",
    as_json: Json = False,
    out: Out = None,
    threads: Threads = 0,
    seed: Seed = 0,
) -> None:
    """What a cluster lacks, and who could fill it."""
    import kedja
    from kedja._report.redact import mask_personal

    found: Any = kedja.gap.analyse(
        _read(paths),
        cluster=cluster,
        seed=seed,
        lang=lang,  # type: ignore[arg-type]  # analyse refuses others by name
        threads=threads,
    )
    if explain is None:
        _show(found, as_json, out)
        return
    said = found.explain(explain, lang=lang)
    if as_json:
        import dataclasses
        import json

        row = dataclasses.asdict(said)
        typer.echo(mask_personal(json.dumps(row, ensure_ascii=False)))
        return
    typer.echo(_clean(mask_personal("\n".join(said.lines(most=20)))))


@app.command()
def template(
    paths: Annotated[
        list[str] | None, typer.Argument(help="the member list, for a row per member")
    ] = None,
    cluster: Cluster = None,
    lang: Annotated[str, typer.Option(help="en or sv")] = "en",
    out: Annotated[Path, typer.Option(help="the .xlsx file")] = Path("survey.xlsx"),
    personal: Annotated[bool, typer.Option(help="write personal identity numbers too")] = False,
) -> None:
    """Write the sheet that asks members what they sell, need and can; kedja reads it back."""
    from kedja import _survey

    data = _read(paths) if paths else None
    rows, hidden = _survey.template(out, lang=lang, data=data, cluster=cluster, personal=personal)
    typer.echo(f"written to {out}: {rows} members")
    if hidden:
        typer.echo(
            f"{hidden} members with personal identity numbers left out; --personal adds them"
        )


@app.command()
def partners(
    paths: PathArgument,
    cluster: Annotated[str | None, typer.Option(help="for members of one cluster")] = None,
    company: Annotated[str | None, typer.Option(help="for one company")] = None,
    k: Annotated[int, typer.Option(help="how many")] = 10,
    country: Annotated[str | None, typer.Option(help="suggest only there")] = None,
    every: Annotated[bool, typer.Option("--all", help="the k best of every company")] = False,
    spread: Annotated[
        float, typer.Option(help="how much less for the busy; 0: by score alone")
    ] = 0.0,
    as_json: Json = False,
    out: Out = None,
    threads: Threads = 0,
    seed: Seed = 0,
) -> None:
    """Who should link with whom, with reasons."""
    import kedja

    if (cluster is not None) + (company is not None) + every != 1:
        raise kedja.InvalidArgumentError(
            "give exactly one of --cluster NAME, --company ID and --all (every company)"
        )
    more: dict[str, Any] = {"spread": spread} if spread else {}
    result = kedja.recommend.partners(
        _read(paths),
        cluster=cluster,
        company=company,
        companies="all" if every else None,
        k=k,
        seed=seed,
        threads=threads,
        country=country,
        **more,
    )
    _show(result, as_json, out)
    if not as_json and out is None:
        if "hits_expected_without_spread" in result.meta:
            typer.echo(
                f"expected to meet within a year: {result.meta['hits_expected']:.2g} of these, "
                f"{result.meta['hits_expected_without_spread']:.2g} without --spread"
            )
        if result.meta["kind"] == "probability":
            typer.echo(
                f"score: probability of a first {result.meta['event']} within a year; "
                f"base rate {result.meta['base_rate']:.2g}"
            )
        else:
            typer.echo(f"score: a rank, not a probability ({result.meta['why_rank']})")


@app.command()
def backtest(
    paths: PathArgument,
    until: Annotated[
        list[int] | None,
        typer.Option(help="last year that is known; repeat it and each foretells the year after"),
    ] = None,
    after: Annotated[int | None, typer.Option(help="the year to foretell")] = None,
    negatives: Annotated[
        list[str] | None,
        typer.Option(help="degree_matched, linked or uniform; repeat for several (default: all)"),
    ] = None,
    plot: Annotated[Path | None, typer.Option(help="also draw it here (.svg, .png)")] = None,
    as_json: Json = False,
    out: Out = None,
    threads: Threads = 0,
    seed: Seed = 0,
) -> None:
    """Whether such advice held: foretell a known year from the years before it."""
    import kedja

    asked: dict[str, Any] = {"negatives": negatives} if negatives else {}
    known = until[0] if until is not None and len(until) == 1 else until
    result = kedja.recommend.backtest(
        _read(paths), until=known, after=after, seed=seed, threads=threads, **asked
    )
    if plot is not None:
        result.plot(plot)
    _show(result, as_json, out, rows=50)


@app.command()
def report(
    paths: PathArgument,
    cluster: Cluster = None,
    out: Annotated[Path, typer.Option(help="the HTML file")] = Path("report.html"),
    lang: Annotated[str, typer.Option(help="en or sv")] = "en",
    audience: Annotated[str, typer.Option(help="internal, members or public")] = "internal",
    personal: Annotated[bool, typer.Option(help="show personal identity numbers")] = False,
    inferred_names: Annotated[
        bool, typer.Option(help="also list inferred links by company; for audience internal")
    ] = False,
    backtest: Annotated[
        bool, typer.Option(help="also test the suggestions on the data's own past")
    ] = False,
    threads: Threads = 0,
    seed: Seed = 0,
) -> None:
    """Print what the data say and write one offline HTML report."""
    from kedja import InvalidArgumentError

    for path in paths:
        if path.lower().endswith((".html", ".htm")):
            raise InvalidArgumentError(f"{path}: name the page to write with --out {path}")
    _report(
        _read(paths),
        out,
        lang,
        audience,
        cluster=cluster,
        personal=personal,
        inferred_names=inferred_names,
        backtest=backtest,
        threads=threads,
        seed=seed,
    )


@app.command()
def demo(
    cluster: Annotated[str, typer.Option(help="an observed cluster")] = "SE23|LEIT",
    out: Annotated[Path, typer.Option(help="the HTML file")] = Path("report.html"),
    lang: Annotated[str, typer.Option(help="en or sv")] = "en",
    threads: Threads = 0,
    seed: Seed = 0,
) -> None:
    """Analyse European collaboration as of 2017 and write a report."""
    import time

    import kedja

    started = time.perf_counter()
    data = kedja.datasets.load("cordis_h2020")
    _report(
        data, out, lang, "internal", cluster=cluster, threads=threads, seed=seed, personal=False
    )
    typer.echo(f"({time.perf_counter() - started:.0f} s)")


def _report(data: Any, out: Path, lang: str, audience: str, **options: Any) -> None:
    """Builds the content once, prints it and writes it."""
    from kedja import _contents, _report
    from kedja._summary import summary

    _contents.check_target(out, lang, audience, options.get("inferred_names", False))
    content = _contents.build(data, **options)
    typer.echo(_clean(summary(content, lang, audience)))
    made = _report.write(content, out, lang=lang, audience=audience)
    typer.echo(f"\n{'Rapporten finns i' if lang == 'sv' else 'The report is'} {made}")


def main() -> None:
    """Entry point: errors are one message on standard error, never a traceback.

    Exit status: 0 done, 2 the input or an option is wrong, 3 interrupted, 1 anything else.
    """
    from kedja import Cancelled, DataError, InvalidArgumentError

    try:
        app()
    except (DataError, InvalidArgumentError, OSError) as error:
        sys.stderr.write(_clean(f"kedja: {error}\n"))
        sys.exit(2)
    except (KeyboardInterrupt, Cancelled):
        sys.stderr.write("kedja: interrupted; nothing was written\n")
        sys.exit(_STOPPED)
    except SystemExit as end:  # typer turns Ctrl-C into a silent exit
        if end.code == 130:
            sys.stderr.write("kedja: interrupted; nothing was written\n")
            sys.exit(_STOPPED)
        raise
