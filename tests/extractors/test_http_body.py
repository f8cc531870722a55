"""Bodies of HTTP responses in WARC files, as they came over the wire or not."""

import gzip
import zlib

import brotli
import pytest

from corpus.errors import ExtractionError
from extractors.http_body import plain_body
from tests.conftest import page

PAGE = page(1).encode()


def chunked(body, size=700, extension=b""):
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x%b\r\n%b\r\n" % (len(piece), extension, piece) for piece in pieces) + b"0\r\n\r\n"


def raw_deflated(body):
    pack = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return pack.compress(body) + pack.flush()


@pytest.mark.parametrize(
    ("body", "encodings"),
    [
        (PAGE, []),
        (chunked(PAGE), ["chunked"]),
        (chunked(PAGE, 5), ["chunked"]),
        (chunked(PAGE, extension=b';name="value"'), ["chunked"]),
        (zlib.compress(PAGE), ["deflate"]),
        (raw_deflated(PAGE), ["deflate"]),
        (brotli.compress(PAGE), ["br"]),
        (chunked(zlib.compress(PAGE)), ["deflate", "chunked"]),
        (chunked(brotli.compress(PAGE)), ["br", "chunked"]),
    ],
)
def test_a_body_comes_out_as_the_browser_sees_it(body, encodings):
    assert plain_body(body, encodings) == PAGE


@pytest.mark.parametrize("encodings", [["chunked"], ["deflate"], ["br"], ["br", "chunked"], ["exi"]])
def test_a_header_that_the_body_does_not_bear_out_is_not_believed(encodings):
    """Many crawlers put the body together and leave the header."""
    assert plain_body(PAGE, encodings) == PAGE


def test_gzip_is_left_to_whoever_reads_the_item():
    packed = gzip.compress(PAGE)
    assert plain_body(chunked(packed), ["gzip", "chunked"]) == packed


def test_chunks_that_end_early_or_go_wrong_lose_no_text():
    cut = plain_body(chunked(PAGE)[:-900], ["chunked"])
    assert PAGE.startswith(cut) and len(cut) > 700
    broken = chunked(PAGE).replace(b"\r\n2bc\r\n", b"\r\nzz\r\n")
    assert PAGE[:700] in plain_body(broken, ["chunked"]) and PAGE[-300:] in plain_body(broken, ["chunked"])


@pytest.mark.parametrize(("pack", "name"), [(zlib.compress, "deflate"), (brotli.compress, "br")])
def test_a_bomb_is_refused(pack, name):
    with pytest.raises(ExtractionError, match="bomb"):
        plain_body(pack(bytes(20_000_000)), [name])
