"""`limpide repair`: mend the text of files or of standard input, and say what was done.

The text goes to standard output. With `--explain` a table of the edits is shown instead: where, before, after, how, how
sure. With `--json` one JSON object per input holds both.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from cleaners.repair import Repaired, repair
from corpus.document import Edit
from extractors.decoding import decode

STANDARD_INPUT = Path("-")
_LEFT = "(left as it is)"
_WIDEST = 40  # characters of a text shown in the table


def repair_inputs(inputs: Sequence[Path], *, explain: bool, as_json: bool, language: str | None) -> bool:
    """Repair every input and write the result to standard output.

    Args:
        inputs: files; `-` is standard input. Bytes are decoded as those of a page are.
        explain: show the edits as a table instead of the text.
        as_json: write an object per line with `path`, `encoding`, `text` and `edits`.
        language: ISO 639-1 code where it is known.

    Returns whether all inputs could be read; what could not is named on standard error.
    """
    good = True
    for path in inputs:
        try:
            data = sys.stdin.buffer.read() if path == STANDARD_INPUT else path.read_bytes()
        except OSError as error:
            sys.stderr.write(f"{path}: cannot be read: {error.strerror}\n")
            good = False
            continue
        decoded = decode(data)
        result = repair(decoded.text, language=language)
        if as_json:
            _write_json(path, decoded.encoding, result)
        elif explain:
            _write_table(path, decoded.text, result.edits)
        else:
            _write(result.text)
    return good


def _write(text: str) -> None:
    """Write bytes: the text may hold what the terminal's encoding lacks, and line ends stay as they are."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()


def _write_json(path: Path, encoding: str | None, result: Repaired) -> None:
    import orjson

    row = {
        "path": str(path),
        "encoding": encoding,
        "text": result.text.encode("utf-8", "replace").decode("utf-8"),
        "edits": [{name: _sayable(value) for name, value in edit._asdict().items()} for edit in result.edits],
    }
    _write(orjson.dumps(row).decode("utf-8") + "\n")


def _sayable(value: object) -> object:
    """JSON has no lone surrogates."""
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else value


def _write_table(path: Path, text: str, edits: Iterable[Edit]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("where", "before", "after", "method", "confidence", title=str(path), title_justify="left")
    line, position = 1, 0
    for edit in edits:
        line += text.count("\n", position, edit.raw_start)
        position = edit.raw_start
        column = edit.raw_start - text.rfind("\n", 0, edit.raw_start)
        after, method = (_LEFT, edit.label) if edit.action == "mark" else (_shown(edit.after), edit.rule)
        cells = (f"{line}:{column}", _shown(edit.before), after, method, f"{edit.confidence:.2f}")
        table.add_row(*(Text(cell) for cell in cells))
    Console(file=sys.stdout).print(table)


def _shown(text: str) -> str:
    """Short, on one line, with invisible characters spelled out."""
    short = text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in short)
