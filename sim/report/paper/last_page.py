"""What the Word document puts on its last pages: what its terms mean, and what the row ids in it stand for."""

from __future__ import annotations

from collections.abc import Iterator

from sim.report.cited import by_document, cited_rows, row_said
from sim.report.page_parts import paragraph
from sim.report.paper.reference import NOTE
from sim.report.wording import OF_DATA, Wording


def glossary(said: str, words: Wording) -> Iterator[str]:
    """Yield a sentence, as an HTML paragraph, on each of our terms that stands in what the document says, or in such a
    sentence."""
    terms, meanings = words.items("glossary.terms"), words.items("glossary.meanings")

    def used(text: str) -> list[str]:
        return [key for key, term in terms.items() if term.casefold() in text.casefold()]

    for key in used("".join([said, *(meanings[key] for key in used(said))])):
        yield paragraph(words("mark.colon", label=terms[key], said=meanings[key]))


def row_ids(said: str, words: Wording) -> Iterator[str]:
    """Yield, as HTML, each document that a row id in what the document says is from, and below it what the rows say;
    these are Chinese, and the short form of another language does without."""
    if words.lang != OF_DATA:
        return
    for named, rows in by_document(cited_rows(said).values(), words):
        yield f"<p>{named}</p>"
        for row in rows:
            told = words("mark.indent", said=row.id)
            yield f'<div data-custom-style="{NOTE}"><p>{told} {row_said(row, words)}</p></div>'
