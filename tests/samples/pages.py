"""The web pages of the sample corpus: content put into the templates of three invented sites.

Each function takes one entry of a content file and gives the page and the blocks of its expected text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from prose import Piece, blocks, english, french, german, html, inline, parse, plain, slug, typeset

TEMPLATES = Path(__file__).parent / "templates"
WORDS_PER_MINUTE = 220  # reading time as newspapers print it
_FRENCH_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
_WINDOWS_1252 = "windows-1252"

Page = tuple[str, list[str]]


@cache
def _template(name: str) -> Template:
    return Template((TEMPLATES / name).read_text(encoding="utf-8"))


def _rows(texts: Sequence[str], row: str) -> str:
    return "\n".join(row.format(slug=slug(text), text=inline(text)) for text in texts)


# ---- the newspaper --------------------------------------------------------------------------------------------------


def gazette(entry: Mapping[str, Any], site: Mapping[str, Any], others: Sequence[str]) -> Page:
    """An article of La Gazette du Val. `others` are titles of other articles of the paper."""
    title, chapo = french(entry["title"]), french(entry["chapo"])
    pieces = parse(entry["body"], "fr")
    if "append" in entry:
        pieces += parse(entry["append"], "fr")
    kept = [title, plain(chapo), *blocks(pieces)]
    url = f"https://www.gazette-du-val.example/{slug(entry['section'])}/{slug(entry['title'])}-{entry['id']}"
    comments = entry.get("comments", [])
    alt, caption, credit = (french(text) for text in entry["photo"])
    related = [french(text) for text in (*others[:2], *site["related"][:3])]
    page = _template("gazette.html").substitute(
        title=title, title_attr=escape(title), chapo=inline(chapo), chapo_attr=escape(chapo), url=url, id=entry["id"],
        section=entry["section"], section_slug=slug(entry["section"]), date=entry["date"],
        date_long=_published(entry), author=entry["author"], author_slug=slug(entry["author"]),
        minutes=max(1, round(len(" ".join(kept).split()) / WORDS_PER_MINUTE)),
        photo_alt=escape(alt), photo_caption=caption, photo_credit=credit,
        json_ld=_json_ld(entry, title, chapo, url), body=html(pieces, _gazette_furniture, paragraph='<p class="texte">'),
        tags=", ".join(f'<a href="/mot/{slug(tag)}">{tag}</a>' for tag in entry["tags"]),
        comments=_gazette_comments(comments, entry["id"]), comment_count=len(comments),
        related=_rows(related, '<li><a href="/article/{slug}">{text}</a></li>'),
        most_read=_rows([french(text) for text in site["most_read"]], '<li><a href="/article/{slug}">{text}</a></li>'),
    )  # fmt: skip
    return page, kept


def _published(entry: Mapping[str, Any]) -> str:
    updated = f", mis à jour le {_french_date(entry['updated'])}" if "updated" in entry else ""
    return f"Publié le {_french_date(entry['date'])}{updated}"


def _french_date(stamp: str) -> str:
    day = date.fromisoformat(stamp[:10])
    return french(f"{day.day} {_FRENCH_MONTHS[day.month - 1]} {day.year} à {int(stamp[11:13])} h {stamp[14:16]}")


def _json_ld(entry: Mapping[str, Any], title: str, chapo: str, url: str) -> str:
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": title,
        "description": chapo,
        "datePublished": entry["date"],
        "dateModified": entry.get("updated", entry["date"]),
        "author": [{"@type": "Person", "name": entry["author"]}],
        "publisher": {"@type": "NewsMediaOrganization", "name": "La Gazette du Val"},
        "mainEntityOfPage": url,
        "articleSection": entry["section"],
        "keywords": entry["tags"],
        "isAccessibleForFree": True,
    }
    return json.dumps(data, ensure_ascii=False)


def _gazette_furniture(piece: Piece) -> str:
    text = piece.lines[0]
    if piece.name == "lire":
        return f'<p class="a-lire"><strong>À lire aussi</strong> <a href="/article/{slug(text)}">{inline(text)}</a></p>'
    return (
        '<div class="gdv-pub gdv-pub--texte"><p class="gdv-pub__label">Publicité</p>'
        f'<p><a href="https://regie.gazette-du-val.example/c?t={slug(text)}" rel="sponsored">{inline(text)}</a></p></div>'
    )


def _gazette_comments(comments: Sequence[Mapping[str, str]], number: int) -> str:
    if not comments:
        return (
            '<section class="commentaires" id="commentaires"><h2>Commentaires</h2>'
            "<p>Les commentaires sont fermés pour cet article.</p></section>"
        )
    items = "\n".join(
        f'<li class="commentaire"><div class="commentaire__tete"><b>{inline(each["author"])}</b> '
        f"<time>{french(each['date'])}</time></div><p>{inline(french(each['text']))}</p>"
        '<a href="#repondre">Répondre</a> <a href="#signaler">Signaler</a></li>'
        for each in comments
    )
    return (
        f'<section class="commentaires" id="commentaires"><h2>{len(comments)} commentaires</h2>\n<ol>\n{items}\n</ol>\n'
        f'<form action="/commenter/{number}" method="post"><h3>Laisser un commentaire</h3>'
        "<p>Votre adresse ne sera pas publiée. Les messages sont relus avant parution.</p>"
        '<label>Pseudonyme <input name="nom"></label> <label>Votre message <textarea name="message"></textarea></label> '
        "<button>Envoyer</button></form></section>"
    )


# ---- the blog -------------------------------------------------------------------------------------------------------


def harbour(entry: Mapping[str, Any], site: Mapping[str, Any], entries: Sequence[Mapping[str, Any]]) -> Page:
    """A post of Harbour Notes; `entries` are all posts, oldest first."""
    title = english(entry["title"])
    pieces = parse(entry["body"], "en")
    place = [each["file"] for each in entries].index(entry["file"])
    url = _harbour_url(entry)
    count = len(entry["comments"])
    cloud = "\n".join(
        f'<a href="/tag/{slug(tag)}/" class="tag-cloud-link" style="font-size: {8 + 3 * (len(tag) % 5)}pt;">{tag}</a>'
        for tag in site["tags"]
    )
    page = _template("harbour.html").substitute(
        charset="" if entry.get("damage") == _WINDOWS_1252 else '<meta charset="UTF-8">',
        title=inline(title), title_attr=escape(title), url=url, id=entry["id"], date=entry["date"],
        date_long=_english_date(entry["date"]), comment_line=_count(count), comments=_harbour_comments(entry["comments"]),
        comment_title=f"{_count(count)} on “{inline(title)}”", body=html(pieces, _harbour_furniture),
        related="".join(_harbour_related(each) for each in entries if each is not entry),
        category=entry["category"], category_slug=slug(entry["category"]),
        tags=", ".join(f'<a href="/tag/{slug(tag)}/" rel="tag">{tag}</a>' for tag in entry["tags"]),
        neighbours=_harbour_neighbours(entries, place), cloud=cloud,
        recent=_rows([english(text) for text in site["recent"]], '<li><a href="/{slug}/">{text}</a></li>'),
        archives=_rows(site["months"], '<li><a href="/archive/{slug}/">{text}</a></li>'),
        blogroll=_rows(site["blogroll"], '<li><a href="https://{slug}.example/">{text}</a></li>'),
    )  # fmt: skip
    return page, [title, *blocks(pieces)]


def _harbour_url(entry: Mapping[str, Any]) -> str:
    return f"https://harbournotes.example/{entry['date'].replace('-', '/')}/{entry['file'].removesuffix('.html')}/"


def _english_date(stamp: str) -> str:
    day = date.fromisoformat(stamp)
    return f"{day:%B} {day.day}, {day.year}"


def _count(number: int) -> str:
    return f"{number} Comment" + ("s" if number != 1 else "")


def _harbour_furniture(piece: Piece) -> str:
    name, alt, caption = piece.lines[0].split(" | ")
    return (
        f'<div class="wp-caption aligncenter"><img src="/wp-content/uploads/2026/{name}" alt="{escape(alt)}" width="640" '
        f'height="427"><p class="wp-caption-text">{inline(caption)}</p></div>'
    )


def _harbour_related(entry: Mapping[str, Any]) -> str:
    return (
        f'<div class="jp-relatedposts-post"><h4><a href="{_harbour_url(entry)}">{inline(english(entry["title"]))}</a></h4>'
        f'<p class="jp-relatedposts-post-date">{_english_date(entry["date"])}</p>'
        f'<p class="jp-relatedposts-post-context">In "{entry["category"]}"</p></div>'
    )


def _harbour_neighbours(entries: Sequence[Mapping[str, Any]], place: int) -> str:
    links = ""
    for name, rel, words, other in (("previous", "prev", "Previous", place - 1), ("next", "next", "Next", place + 1)):
        if 0 <= other < len(entries):
            links += (
                f'<div class="nav-{name}"><a href="{_harbour_url(entries[other])}" rel="{rel}"><span class="meta-nav">{words} '
                f"Post</span> {inline(english(entries[other]['title']))}</a></div>"
            )
    return links


def _harbour_comments(comments: Sequence[Mapping[str, str]]) -> str:
    return "\n".join(
        f'<li id="comment-{210 + number}" class="comment even depth-1"><div class="comment-body">'
        f'<div class="comment-author vcard"><b class="fn">{each["author"]}</b> <span class="says">says:</span></div>'
        f'<div class="comment-meta commentmetadata"><a href="#comment-{210 + number}">{each["date"]}</a></div>'
        f"<p>{inline(english(each['text']))}</p>"
        f'<div class="reply"><a rel="nofollow" class="comment-reply-link" href="#respond">Reply</a></div></div></li>'
        for number, each in enumerate(comments)
    )


# ---- the forum and its handbook -------------------------------------------------------------------------------------


def forum(entry: Mapping[str, Any], site: Mapping[str, Any]) -> Page:
    """A thread: the posts and what they quote are its text; names, dates and signatures are not."""
    title = german(entry["title"])
    kept = [title]
    posts = []
    for number, post in enumerate(entry["posts"], start=1):
        quote = german(post["quote"][1]) if "quote" in post else ""
        pieces = parse(post["text"], "de")
        kept += [quote] * bool(quote) + blocks(pieces)
        posts.append(_post(post, number, entry, quote, html(pieces, str)))
    page = _template("forum.html").substitute(
        title=title, url=f"https://werkstatt-forum.example/{entry['file']}", file=entry["file"], id=entry["id"],
        section=entry["section"], section_slug=slug(entry["section"]), post_count=len(entry["posts"]),
        pagination=_pagination(entry), posts="\n".join(posts),
        sections=_rows(site["sections"], '<li><a href="./{slug}.html">{text}</a></li>'),
    )  # fmt: skip
    return page, kept


def _post(post: Mapping[str, Any], number: int, entry: Mapping[str, Any], quote: str, body: str) -> str:
    anchor = entry["id"] * 10 + number
    again = "Re: " if number > 1 else ""
    cite = (
        f"<blockquote><div><cite>{post['quote'][0]} hat geschrieben:</cite><p>{inline(quote)}</p></div></blockquote>"
        if quote
        else ""
    )
    signature = (
        f'<div id="sig{anchor}" class="signature">{german(post["signature"])}</div>' if post["signature"] else ""
    )
    return f"""<div id="p{anchor}" class="post has-profile bg{1 + number % 2}">
<dl class="postprofile" id="profile{anchor}"><dt class="has-profile-rank"><a href="./mitglied-{slug(post["author"])}.html" class="username">{post["author"]}</a></dt><dd class="profile-rank">{post["rank"]}</dd><dd class="profile-posts"><strong>Beiträge:</strong> <a href="#">{post["count"]}</a></dd></dl>
<div class="postbody"><p class="post-subject"><a href="#p{anchor}">{again}{german(entry["title"])}</a></p>
<ul class="post-buttons"><li><a href="./posting.html?mode=quote&amp;p={anchor}" title="Mit Zitat antworten">Zitieren</a></li><li><a href="./melden.html?p={anchor}" title="Diesen Beitrag melden">Melden</a></li></ul>
<p class="author"><a class="unread" href="#p{anchor}" title="Beitrag">#{number}</a> von <strong>{post["author"]}</strong> » <time>{post["date"]}</time></p>
<div class="content">{cite}
{body}
</div>
{signature}
</div>
<div class="back2top"><a href="#top" class="top" title="Nach oben">Nach oben</a></div>
</div>"""


def _pagination(entry: Mapping[str, Any]) -> str:
    if entry["pages"] == 1:
        return "• Seite <strong>1</strong> von <strong>1</strong>"
    links = "".join(
        f'<li><a class="button" href="./{entry["file"]}?seite={page}">{page}</a></li>'
        for page in range(2, entry["pages"] + 1)
    )
    return f'<ul><li class="active"><span>1</span></li>{links}<li class="next"><a href="#">Nächste</a></li></ul>'


def handbook(entry: Mapping[str, Any], entries: Sequence[Mapping[str, Any]]) -> Page:
    """A page of the forum's handbook. A hint is text, its label too."""
    title = typeset(entry["title"], "de")
    pieces = parse(entry["body"], "de")
    kept = [title]
    for piece in pieces:
        kept += blocks([piece._replace(kind="paragraph", lines=tuple(_hint(piece))) if piece.name else piece])
    name = entry["file"].removeprefix("handbuch-").removesuffix(".html")
    headings = [piece.lines[0] for piece in pieces if piece.kind == "heading"]
    others = [each for each in entries if each is not entry]
    words = ("‹ Zurück", "Weiter ›")
    page = _template("handbook.html").substitute(
        title=title, url=f"https://werkstatt-forum.example/handbuch/{name}", slug=name, section=entry["section"],
        section_slug=slug(entry["section"]), updated=entry["updated"], version=entry["version"],
        toc=_rows(headings, '<li><a href="#{slug}">{text}</a></li>'), body=html(pieces, _handbook_hint),
        neighbours=" ".join(
            f'<a href="/handbuch/{slug(each["title"])}">{word} {typeset(each["title"], "de")}</a>'
            for word, each in zip(words, others, strict=True)
        ),
    )  # fmt: skip
    return page, kept


def _hint(piece: Piece) -> list[str]:
    return piece.lines[0].split(" | ")


def _handbook_hint(piece: Piece) -> str:
    label, text = _hint(piece)
    return f'<div class="admonition"><p class="admonition-title">{label}</p><p>{inline(text)}</p></div>'
