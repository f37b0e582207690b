"""Row ids on a page lead to what they name: document, clause, words, grade."""

from __future__ import annotations

import pytest
from lxml import html

from sim import evidence
from sim.report.cited import titles, with_contents, with_sources
from sim.report.wording import wording

PAGE = (
    '<header><h1>S001</h1></header><section><h2>甲</h2><p title="S161">依据S161、F015（S999，GS161）。</p>'
    '<code>tenglong explain S161</code><script>"S161"</script><svg><text>S161</text></svg></section>'
    '<section class="provenance"><h2>乙</h2><p>A005</p></section>'
)


def linked(lang: str = "zh") -> str:
    return with_sources(PAGE, wording(lang))


def test_every_id_in_prose_leads_to_its_row_and_nothing_else_is_touched() -> None:
    tree = html.fragment_fromstring(linked(), create_parent="main")
    links = [(link.get("href"), link.text) for link in tree.iter("a")]
    assert links == [(f"#{name}", name) for name in ("S001", "S161", "F015", "A005")]
    assert [row.get("id") for row in tree.xpath("//section[@class='cited']//li")] == ["S001", "S161", "F015", "A005"]
    for kept in ('title="S161"', "S999，GS161", "<code>tenglong explain S161</code>", '<script>"S161"</script>',
                 "<text>S161</text>"):  # fmt: skip
        assert kept in linked()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_list_stands_before_the_provenance_with_words_document_and_grade(lang: str) -> None:
    tree = html.fragment_fromstring(linked(lang), create_parent="main")
    [listed] = tree.find_class("cited")
    assert listed.getnext().get("class") == "provenance" and len(listed.xpath("./details")) == 1
    clause, told = evidence.clause("S161"), listed.text_content()
    words = wording(lang)
    for part in (f"「{clause.quote}」", clause.article, words.of(clause.document), words("grade.A"),
                 titles()[clause.document], evidence.clause("F015").document):  # fmt: skip
        assert part in told


def test_a_page_without_ids_stays_as_it_is() -> None:
    assert with_sources("<p>S999</p>", wording("zh")) == "<p>S999</p>"


def test_a_page_of_few_sections_goes_without_contents() -> None:
    page = "<header></header><section><h2>一</h2></section>"
    assert with_contents(page, wording("zh")) == page


def test_the_contents_lead_to_every_section() -> None:
    page = "<header></header>" + "".join(f"<section><h2>第{at}节</h2></section>" for at in "一二三四")
    tree = html.fragment_fromstring(with_contents(page, wording("zh")), create_parent="main")
    for link in tree.iter("a"):
        [section] = tree.xpath(f"//section[@id='{link.get('href')[1:]}']")
        assert section.findtext("h2") == link.text
    assert len(list(tree.iter("a"))) == 4
