"""The command line. Each command does its work in another module; here are words, options and exit codes.

Exit codes: 0 done, 1 failed, 2 used wrongly, 130 stopped with Ctrl-C. Quarantined documents do not fail a
build, unless --strict.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from corpus.errors import LimpideError
from corpus.version import VERSION

_PATH = click.Path(path_type=Path)
_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class _Command(click.Command):
    r"""Keeps the lines below a `\b` of its docstring as they are, also where the docstring is a raw string."""

    def __init__(self, *words: Any, **options: Any) -> None:
        super().__init__(*words, **options)
        self.help = self.help and self.help.replace(r"\b", "\b")


class _Commands(_Command, click.Group):
    """Prints a LimpideError as one line and ends with 1; any other exception is a bug and shows its traceback."""

    command_class = _Command
    group_class = type

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except LimpideError as error:
            click.echo(f"limpide: {error}", err=True)
            ctx.exit(1)
        except KeyboardInterrupt:
            click.echo(f"limpide: {ctx.invoked_subcommand} was stopped", err=True)
            ctx.exit(130)


@click.group(cls=_Commands, context_settings=_CONTEXT)
@click.version_option(VERSION, prog_name="limpide")
def main() -> None:
    r"""Turn raw web pages and PDFs into a clean text corpus in which every removal and repair is on record.

    \b
    limpide clean page.html            one page, to see what limpide does
    limpide build                      all of raw/ into a snapshot in clean/
    limpide sources                    what lies in raw/

    Each command explains itself: limpide build --help
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # names and texts go beyond the encodings of some terminals
            stream.reconfigure(errors="backslashreplace")


@main.command()
@click.option("--raw", type=_PATH, help="Folder of raw items, one folder below it per source.  [default: raw]")
@click.option("--clean", type=_PATH, help="Folder of the published corpus.  [default: clean]")
@click.option("--no-prefect", is_flag=True, help="Run the same stages without Prefect; starts in 2 s instead of 12.")
@click.option(
    "--allow-shrink", is_flag=True, help="Publish even if much of a source left raw/ since the last snapshot."
)
@click.option("--strict", is_flag=True, help="End with exit code 1 when a document had to be quarantined.")
@click.option("--workers", type=int, help="Worker processes.  [default: one per core]")
@click.option("--config", type=_PATH, help="Settings file.  [default: limpide.toml, if it is there]")
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
@click.option("--verbose", is_flag=True, help="A line on standard error for each step of each document.")
@click.option("--log-json", is_flag=True, help="The same as JSON, an object a line.")
def build(
    raw: Path | None,
    clean: Path | None,
    no_prefect: bool,
    allow_shrink: bool,
    strict: bool,
    workers: int | None,
    config: Path | None,
    quiet: bool,
    verbose: bool,
    log_json: bool,
) -> None:
    r"""Bring the corpus in clean/ up to date with raw/ and publish a snapshot.

    Only what is new or changed is cleaned; a build with nothing new publishes nothing. It may be killed at any time:
    clean/latest always is a whole snapshot, and the next build goes on where this one ended.

    \b
    limpide build
    limpide build --raw crawl/ --clean corpus/
    PREFECT_API_URL=http://127.0.0.1:4200/api limpide build     with a Prefect server that runs already
    """
    from flows.building import run_build
    from flows.report import print_report

    log = "json" if log_json else "text" if verbose else None
    console = Console(stderr=True, quiet=quiet or bool(log))
    options = {"raw": raw, "clean": clean, "workers": workers, "allow_shrink": allow_shrink or None, "log": log}
    report = run_build(console, prefect=not no_prefect, config=config, **options)
    print_report(report, Console(quiet=quiet))
    if strict and report.quarantine:
        click.echo(f"limpide: {len(report.quarantine)} documents in quarantine (--strict)", err=True)
        sys.exit(1)


@main.command()
@click.argument("documents", nargs=-1, required=True, metavar="ID|URL...")
@click.option("--raw", type=_PATH, help="Folder of raw items, for the titles of sources.  [default: raw]")
@click.option("--clean", type=_PATH, help="Folder of the published corpus.  [default: clean]")
@click.option("--config", type=_PATH, help="Settings file.  [default: limpide.toml, if it is there]")
def forget(documents: tuple[str, ...], raw: Path | None, clean: Path | None, config: Path | None) -> None:
    r"""Take documents out of the corpus for good: out of every kept snapshot and of the state.

    Name them by doc_id or address. They do not come back with the next build, nor do copies of the same bytes or the
    same clean text; clean/forgotten.json keeps hashes to know them by. The raw items themselves are yours to delete.

    \b
    limpide forget https://example.org/private-page
    limpide forget 0a1b2c3d4e5f60718293a4b5c6d7e8f9
    """
    from flows.forgetting import forget as forget_documents
    from flows.settings import load_settings

    count = forget_documents(load_settings(config, raw=raw, clean=clean), documents)
    click.echo(f"took {count:,} rows out of the kept snapshots; what was named stays out from now on")


@main.command()
@click.option("--cron", default="0 3 * * *", show_default=True, help="When to build, as five fields of cron, in UTC.")
@click.option("--raw", type=_PATH, help="Folder of raw items, one folder below it per source.  [default: raw]")
@click.option("--clean", type=_PATH, help="Folder of the published corpus.  [default: clean]")
@click.option("--config", type=_PATH, help="Settings file.  [default: limpide.toml, if it is there]")
def schedule(cron: str, raw: Path | None, clean: Path | None, config: Path | None) -> None:
    r"""Build on a schedule, in this process, until it is stopped with Ctrl-C.

    One build runs at a time. The runs are seen in the Prefect server of PREFECT_API_URL; without one a temporary server
    is used.

    \b
    limpide schedule --cron "30 2 * * *"
    PREFECT_API_URL=http://127.0.0.1:4200/api limpide schedule
    """
    from flows.scan import look_at
    from flows.settings import load_settings

    settings = load_settings(config, raw=raw, clean=clean)
    look_at(settings.raw)
    from flows.build import check_cron, serve

    check_cron(cron)
    given = {"raw": settings.raw, "clean": settings.clean, "config": config}
    parameters = {name: str(path.resolve()) for name, path in given.items() if path}
    click.echo(f"builds {settings.clean} from {settings.raw} at {cron!r} UTC; stop with Ctrl-C", err=True)
    serve(cron, **parameters)


@main.command(name="clean")
@click.argument("inputs", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--json", "as_json", is_flag=True, help="One JSON object per document: text, blocks, edits, metadata.")
@click.option("--html", "html", type=_PATH, help="Write a page that shows every edit in its place.")
@click.option("--out", type=_PATH, help="Folder for one .txt (.json with --json) per input.")
@click.option("--url", help="Address that the page is from.")
@click.option("--media-type", help="Type of the input, for example text/html.  [default: found by its content]")
@click.option("--source", type=_PATH, help="Folder whose source.toml holds the rules to use.")
@click.option("--workers", type=int, help="Worker processes for a folder.  [default: one per core]")
def clean_command(
    inputs: tuple[Path, ...],
    as_json: bool,
    html: Path | None,
    out: Path | None,
    url: str | None,
    media_type: str | None,
    source: Path | None,
    workers: int | None,
) -> None:
    r"""Clean single files, standard input (-) or a folder, without any corpus.

    Prints the clean text. For a folder give --out: every file becomes one file there, in parallel.

    \b
    limpide clean page.html
    limpide clean page.html --html look.html       then open look.html in a browser
    curl -s https://example.org/ | limpide clean - --url https://example.org/ --json | jq .title
    limpide clean crawl/ --out texts/
    """
    from flows.cleaning import Options, clean_inputs

    options = Options(as_json, html, out, url, media_type, source, workers)
    if not clean_inputs(inputs, options):
        sys.exit(1)


@main.command()
@click.argument("inputs", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--explain", is_flag=True, help="Show a table of the repairs instead of the text.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per input: text and edits.")
@click.option("--language", help="Language of the text, where it is known (fr, en, de ...).")
def repair(inputs: tuple[Path, ...], explain: bool, as_json: bool, language: str | None) -> None:
    r"""Repair mojibake and text garbled by lost font maps in plain text, and nothing else.

    \b
    limpide repair notes.txt > mended.txt
    echo 'CafÃ© de la Gare' | limpide repair -
    limpide repair notes.txt --explain
    """
    from flows.repairing import repair_inputs

    if not repair_inputs(inputs, explain=explain, as_json=as_json, language=language):
        sys.exit(1)


@main.command()
@click.option("--raw", type=_PATH, help="Folder of raw items.  [default: raw]")
@click.option("--config", type=_PATH, help="Settings file.  [default: limpide.toml, if it is there]")
def sources(raw: Path | None, config: Path | None) -> None:
    """List the sources in raw/ with their number of raw items and their rules."""
    from flows.report import print_sources
    from flows.settings import load_settings

    print_sources(load_settings(config, raw=raw), Console())


@main.command()
@click.argument("folder", required=False, type=_PATH)
@click.option("--brief", is_flag=True, help="Leave out the parts in which the texts differ.")
@click.option("--config", type=_PATH, help="Settings file.  [default: limpide.toml, if it is there]")
def duplicates(folder: Path | None, brief: bool, config: Path | None) -> None:
    r"""Say which documents of a corpus, or files of a folder, are similar, and why one of them was dropped.

    "dropped" are copies, each with the document that stays and their similarity, and the parts that differ: - in the
    one that stays, + in the copy. "noted" are documents that stay and resemble another one.

    A folder is read as a build would read it as raw/, archives and rules of sources included; nothing is written.

    \b
    limpide duplicates                 the corpus in clean/
    limpide duplicates texts/          the files of a folder
    limpide duplicates --brief | grep ^dropped
    """
    from flows.duplicating import print_duplicates
    from flows.settings import load_settings

    settings = load_settings(config)
    print_duplicates(folder or settings.clean, Console(), settings, differences=not brief)


@main.command()
@click.argument("clean", required=False, type=_PATH)
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on; the default is this machine."
)
@click.option("--port", default=8577, show_default=True, help="Port to listen on.")
@click.option("--open", "open_browser", is_flag=True, help="Open a browser there.")
@click.option("--raw", type=_PATH, help="Folder of raw items, for trying rules.  [default: raw]")
@click.option("--config", type=_PATH, help="Settings file.  [default: limpide.toml, if it is there]")
def view(clean: Path | None, host: str, port: int, open_browser: bool, raw: Path | None, config: Path | None) -> None:
    r"""Look at a corpus in the browser: every document with what was taken out and repaired.

    Search, filters by source, language, label, rule and confidence, what is least certain first. "Rules" cleans a
    sample of a source with its source.toml as it is now, without a build, and says which selectors its pages offer. It
    listens on this machine only and writes nothing. Stop with Ctrl-C.

    \b
    limpide view                    the corpus in clean/, at http://127.0.0.1:8577/
    limpide view corpus/ --open
    """
    from flows.settings import load_settings
    from flows.viewing import view as serve_viewer

    serve_viewer(load_settings(config, raw=raw, clean=clean), host=host, port=port, open_browser=open_browser)


@main.group()
def source() -> None:
    """Begin a source, and check what its rules do to its documents."""


@source.command()
@click.argument("name")
@click.option("--raw", type=_PATH, help="Folder of raw items.  [default: raw]")
@click.option("--config", type=_PATH, help="Settings file.  [default: limpide.toml, if it is there]")
def new(name: str, raw: Path | None, config: Path | None) -> None:
    r"""Write a commented source.toml for the source NAME.

    \b
    limpide source new gazette        then put pages into raw/gazette/ and edit raw/gazette/source.toml
    """
    from flows.settings import load_settings
    from flows.sources import new_source

    path = new_source(load_settings(config, raw=raw).raw, name)
    click.echo(f"wrote {path}; put the raw items of {name} beside it, then: limpide source check {name}")


@source.command()
@click.argument("names", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Check all sources.")
@click.option("--pin", is_flag=True, help="Write the texts as they come out now as the pinned ones.")
@click.option("--raw", type=_PATH, help="Folder of raw items.  [default: raw]")
@click.option("--config", type=_PATH, help="Settings file.  [default: limpide.toml, if it is there]")
def check(names: tuple[str, ...], every: bool, pin: bool, raw: Path | None, config: Path | None) -> None:
    r"""Clean the items of sources and compare them with the texts pinned in raw/<source>/expected/.

    Ends with exit code 1 when a text differs from its pinned one, and shows where.

    \b
    limpide source check gazette            what changed?
    limpide source check gazette --pin      take the texts as they are now
    limpide source check --all
    """
    from flows.report import print_checks
    from flows.settings import load_settings
    from flows.sources import check_sources
    from flows.sources import pin as pin_texts

    settings = load_settings(config, raw=raw)
    if bool(names) == every:
        raise click.UsageError("name the sources to check, or give --all")
    good = True
    for name, checks in check_sources(settings, names).items():
        changed = pin_texts(checks) if pin else 0
        good = print_checks(name, checks, Console(), pinned=changed if pin else None) and good
    if not good:
        sys.exit(1)


@main.command()
@click.option("--config", type=_PATH, help="Settings file.  [default: limpide.toml, if it is there]")
def config(config: Path | None) -> None:
    """Print the settings that are in force, as a limpide.toml that can be saved and changed."""
    from flows.settings import load_settings, to_toml

    click.echo(to_toml(load_settings(config)), nl=False)


if __name__ == "__main__":
    main()
