"""The briefing as PDF and Word: everything is in it, in the letters that ship or are named, on the right paper."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import docx as word
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm

from sim.report.paper.formats import NotMade, UnknownFormat, asked, make
from sim.report.paper.last_page import glossary
from sim.report.paper.pdf import PangoMissing, typesetter
from sim.report.paper.picture import Drawn, compose
from sim.report.verify import differences, reseal
from sim.report.wording import wording
from tests.machine import lacking
from tests.small import AWKWARD, AWKWARD_TITLE, SMALL

FIX = "缺少 Pango 或 poppler：apt-get install libpango-1.0-0 libpangoft2-1.0-0 poppler-utils"
A4_MM = (210, 297)
ON_SCREEN = re.compile("点开|鼠标|点按|图下|文末")
BOILERPLATE = re.compile("Table of Contents|Abstract|Microsoft|Normal.dotm|Picture|python-docx|Figure|Author", re.I)


@pytest.fixture(scope="module")
def folder(report: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the finished report, so that formats do not appear in the one of the other tests."""
    return shutil.copytree(report.parent, tmp_path_factory.mktemp("formats") / report.parent.name)


@pytest.fixture(scope="module")
def headline(folder: Path) -> str:
    """The first sentence of the summary."""
    html = (folder / "report.html").read_text(encoding="utf-8")
    found = re.search(r'class="summary"[^>]*>.*?<li>(.*?)</li>', html, re.S)
    assert found
    return found[1]


@pytest.fixture(scope="module")
def pdf(folder: Path) -> Path:
    """The PDF; without Pango or poppler, skips with the one-line fix, or fails under TENGLONG_CI=1."""
    try:
        typesetter()
    except PangoMissing:
        lacking(FIX)
    if shutil.which("pdftotext") is None:
        lacking(FIX)
    return make(folder, "pdf")


@pytest.fixture(scope="module")
def docx(folder: Path) -> Path:
    return make(folder, "docx")


def poppler(*words: str | Path) -> str:
    return subprocess.run(list(map(str, words)), capture_output=True, check=True).stdout.decode("utf-8")


def printed(pdf: Path) -> str:
    """The text of a PDF without blanks: lines are broken anywhere in Chinese."""
    return re.sub(r"\s", "", poppler("pdftotext", pdf, "-"))


# --- PDF ---


def test_all_its_letters_are_of_the_font_that_ships(pdf: Path) -> None:
    fonts = [line.split() for line in poppler("pdffonts", pdf).splitlines()[2:]]
    assert {font[0].partition("+")[2] for font in fonts} == {"Noto-Sans-SC"}
    assert {tuple(font[-5:-3]) for font in fonts} == {("yes", "yes")}, "embedded, and only the letters used"


def test_every_page_is_a4_and_numbered(pdf: Path) -> None:
    pages = re.findall(r"Page +\d+ size: +([\d.]+) x ([\d.]+)", poppler("pdfinfo", "-l", "999", pdf))
    sizes = {tuple(sorted(round(float(side) * 25.4 / 72) for side in page)) for page in pages}
    assert sizes == {A4_MM} and len(pages) > 10
    text = printed(pdf)
    assert all(f"第{page}页共{len(pages)}页" in text for page in range(1, len(pages) + 1))


def test_the_text_can_be_taken_out_again(pdf: Path, headline: str) -> None:
    text = printed(pdf)
    assert headline in text and AWKWARD_TITLE.replace(" ", "") in text
    assert not ON_SCREEN.search(text)


def test_every_figure_is_whole_on_one_page(pdf: Path) -> None:
    pages = [re.sub(r"\s", "", page) for page in poppler("pdftotext", pdf, "-").split("\f")]
    for number in range(1, 6):
        whole = re.compile(f"图{number}(?!的数据)[^0-9].*来源：.*图{number}的数据：见")
        [page] = [page for page in pages if whole.search(page)]
        assert len(re.findall(r"20[23]\d", page)) >= 2, "the axes are drawn in letters"


def test_what_is_folded_comes_last_and_is_told_of(pdf: Path) -> None:
    text = printed(pdf)
    appendix = text.index("附录网页版里折叠的表格")
    assert text.index("复算命令") < appendix < text.index("structure.decision_rule")
    told = re.findall(r"见附录(\d+)。", text[:appendix])
    assert told == [str(number) for number in range(1, len(told) + 1)] and len(told) >= 8
    assert all(text.count(f"附录{number}", appendix) >= 2 for number in told), "listed, and there"


def test_a_table_has_its_head_on_every_page(pdf: Path) -> None:
    pages = poppler("pdftotext", pdf, "-").rstrip("\f").split("\f")
    first = next(place for place, page in enumerate(pages) if "structure." in page)
    listed = next(place for place, page in enumerate(pages) if "S 为政策文件的条款" in page)
    last = pages[first:listed]  # the table of assumptions goes on to the list of row ids
    assert len(last) > 3 and all("默认值" in page and "可写范围" in page for page in last)


def test_no_heading_ends_a_page(pdf: Path, folder: Path) -> None:
    html = (folder / "report.html").read_text(encoding="utf-8")
    headings = {re.sub(r"\s", "", said) for said in re.findall(r"<h[23]>(.*?)</h[23]>", html)}
    pages = poppler("pdftotext", "-layout", pdf, "-").split("\f")
    lines = [[re.sub(r"\s", "", line) for line in page.splitlines() if line.strip()] for page in pages]
    last = [page[-2] for page in lines if len(page) > 1]  # the last line is the page's number
    assert len(headings) > 8 and not headings & set(last)


# --- Word ---


def test_styles_are_those_of_an_official_paper(docx: Path, headline: str) -> None:
    document = word.Document(str(docx))
    styles = {paragraph.text: paragraph.style.name for paragraph in document.paragraphs if paragraph.style}
    assert styles[f"《{AWKWARD_TITLE}》情景简报"] == "Title"
    assert styles["一、摘要"] == "Heading 1" and "Heading 2" in styles.values()
    assert any(headline in said and style in ("Body Text", "First Paragraph") for said, style in styles.items())
    fonts = {"Title": "方正小标宋简体", "Heading 1": "黑体", "Heading 2": "楷体", "Body Text": "仿宋"}
    for name, font in fonts.items():
        style = document.styles[name]
        assert style.element.rPr.find(qn("w:rFonts")).get(qn("w:eastAsia")) == font
        assert style.font.size and style.font.size.pt == (22 if name == "Title" else 16)
    indent = document.styles["Body Text"].element.pPr.find(qn("w:ind"))
    assert indent.get(qn("w:firstLineChars")) == "200"


def test_the_page_is_that_of_an_official_paper(docx: Path) -> None:
    upright, turned, *others = word.Document(str(docx)).sections
    for section, asked_mm in (
        (upright, (*A4_MM, 37, 35, 28, 26)), (turned, (*A4_MM[::-1], 28, 26, 37, 35)),
        *((other, (*A4_MM, 37, 35, 28, 26)) for other in others),
    ):  # fmt: skip
        sides = (section.page_width, section.page_height, section.top_margin, section.bottom_margin,
                 section.left_margin, section.right_margin)  # fmt: skip
        assert all(abs((side or 0) - Mm(mm)) < Mm(0.1) for side, mm in zip(sides, asked_mm, strict=True))
        assert "PAGE" in section.footer._element.xml
    assert len(others) == 1, "after the wide table the page is upright again"


def test_the_table_of_targets_is_whole_and_turned_with_its_heading(docx: Path, folder: Path) -> None:
    page = (folder / "report.html").read_text(encoding="utf-8")
    [shown] = re.findall(r"<caption>表1　.*?<thead>(.*?)</thead>", page, flags=re.S)
    heads = re.findall(r"<th[^>]*>(.*?)</th>", shown)
    document = word.Document(str(docx))
    body = list(document.element.body)
    [table] = [table for table in document.tables if [cell.text for cell in table.rows[0].cells] == heads]
    assert {"回答方式", "来源编号"} <= set(heads) and len(table.rows) > 5
    breaks = [place for place, one in enumerate(body) if one.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None]
    between = body[breaks[0] + 1 : breaks[1] + 1]
    texts = ["".join(part.text or "" for part in one.iter(qn("w:t"))) for one in between]
    assert re.fullmatch("[一二三四五六七八九十]+、目标总表", texts[0]) and texts[1].startswith("表1　")
    assert between[2] is table._tbl and len(between) == 4, "and the paragraph that ends the section"
    across = sum(int(column.get(qn("w:w"))) for column in table._tbl.tblGrid)
    assert across == pytest.approx(Mm(225).twips, rel=0.01)
    looks = {part.style.name for row in table.rows for cell in row.cells for part in cell.paragraphs}
    assert looks == {"Turned Table Text"} and document.styles["Turned Table Text"].font.size.pt == 8, "on one page"


def test_captions_are_numbered_as_they_stand(docx: Path) -> None:
    styled = [paragraph for paragraph in word.Document(str(docx)).paragraphs if paragraph.style]
    captions = [one.text for one in styled if one.style.name == "Table Caption" and one.text.startswith("表")]  # type: ignore[union-attr]
    numbers = [caption.partition("　")[0] for caption in captions]
    assert numbers == [f"表{place}" for place in range(1, len(captions) + 1)] == ["表1"]


def test_no_table_is_named_that_is_not_there(docx: Path) -> None:
    document = word.Document(str(docx))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    written = "".join([*cells, *(paragraph.text for paragraph in document.paragraphs)])
    there = {paragraph.text.partition("\u3000")[0] for paragraph in document.paragraphs
             if paragraph.style and paragraph.style.name == "Table Caption"}  # fmt: skip
    assert "表1" in there and set(re.findall(r"表\d+(?![\d-])", written)) <= there
    assert "模型已知偏低：2025年公布401.6万㎡，模型中位数" in written, "what was said by a table that stays in the page"


def test_pictures_have_captions_and_tables_are_tables(docx: Path) -> None:
    document = word.Document(str(docx))
    captions = [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "Image Caption"]
    assert [caption[:3] for caption in captions] == ["图1　", "图2　"]
    assert len(document.inline_shapes) == 2
    assert all(shape.width < Mm(157) and shape.height < Mm(140) for shape in document.inline_shapes)
    with ZipFile(docx) as packed:
        pictures = [name for name in packed.namelist() if "/media/" in name]
    assert len(pictures) == 2 and all(name.endswith(".png") for name in pictures)
    assert document.tables
    for table in document.tables:
        assert table.style and table.style.name == "Table"
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert document.styles["Table"].element.find(f".//{qn('w:tblBorders')}") is not None


def test_it_is_the_short_form(docx: Path) -> None:
    document = word.Document(str(docx))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert not ON_SCREEN.search(text) and "见同一文件夹中的网页版（report.html）" in text
    cells = "".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    assert "structure.decision_rule" not in cells and "甬经信产〔2025〕44号" in cells
    styled = [paragraph for paragraph in document.paragraphs if paragraph.style]
    heads = [one.text for one in styled if one.style.name == "Heading 1"]  # type: ignore[union-attr]
    assert [head.partition("、")[2] for head in heads] == [
        "摘要", "引用数字之前请先读", "产值：离目标还有多远", "高品质工业空间", "可信度", "目标总表", "假设与局限",
        "方法", "出处与复算", "名词", "来源编号",
    ]  # fmt: skip


def test_every_answer_stands_before_the_first_heading(docx: Path, folder: Path) -> None:
    told = json.loads((folder / "summary.json").read_text(encoding="utf-8"))["targets"]
    document = word.Document(str(docx))
    table, first = document.tables[0], next(one for one in document.paragraphs if one.text == "一、摘要")
    body = list(document.element.body)
    assert body.index(table._tbl) < body.index(first._p) and body.index(table._tbl) <= 5
    rows = {row.cells[0].text: [cell.text for cell in row.cells[1:]] for row in table.rows[1:]}
    answered = [row for row in told if row["state"] == "open" and row["probability"] is not None]
    assert len(rows) == len(answered) > 5 and list(rows) == sorted(rows, key=lambda name: name[:4])
    chance, interval, short = rows["2030年高品质工业空间≥3000万㎡（竣工口径） ※"]
    assert "/12" in chance and "%" in interval and re.fullmatch(r"\d+万㎡（\d+%）", short)


def test_terms_that_stand_in_it_are_explained_at_its_end(docx: Path) -> None:
    said = [paragraph.text for paragraph in word.Document(str(docx)).paragraphs]
    heads = ("、名词", "、来源编号")
    first, last = (next(place for place, one in enumerate(said) if one.endswith(head)) for head in heads)
    terms = said[first + 1 : last]
    named = [one.partition("：")[0] for one in terms if one]
    assert {"杠杆", "中位数", "80%区间", "竣工口径"} <= set(named) and all(one.endswith("。") for one in terms if one)
    cells = [cell.text for table in word.Document(str(docx)).tables for row in table.rows for cell in row.cells]
    told = "".join([*said, *cells])
    assert all(told.count(name) > 1 for name in named), "what is not said needs no explanation"
    words = wording("en")
    assert list(words.items("glossary.terms")) == list(words.items("glossary.meanings"))
    assert [*glossary("A lever.", words)] and not [*glossary("Nothing.", words)]


def test_every_row_id_in_it_leads_to_what_it_says_at_its_end(docx: Path) -> None:
    document = word.Document(str(docx))
    said = [paragraph.text for paragraph in document.paragraphs]
    last = next(place for place, one in enumerate(said) if one.endswith("、来源编号"))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    named = set(re.findall(r"(?<![A-Za-z0-9])[SFAMDI]\d{3}(?!\d)", " ".join([*said[:last], *cells])))
    listed = {found[1]: one for one in said[last:] if (found := re.match(r"\u3000([SFAMDI]\d{3}) ", one))}
    assert len(named) > 10 and named <= set(listed)
    assert "「" in listed["S161"] and "17887.1亿元" in listed["A003"]


def test_no_command_is_asked_of_a_reader_of_paper_but_the_one_that_made_it(docx: Path, pdf: Path, folder: Path) -> None:
    assert (folder / "report.html").read_text(encoding="utf-8").count("tenglong report ") >= 5
    document = word.Document(str(docx))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    commands = [one for one in [*cells, *(part.text for part in document.paragraphs)] if "tenglong " in one]
    assert len(commands) == 1 and commands[0].startswith("复算命令：")
    text = printed(pdf)
    assert len(re.findall("tenglong[a-z]", text)) == 1 == len(re.findall("复算命令tenglong", text))


def test_no_boilerplate_nor_anything_of_this_machine(docx: Path, pdf: Path) -> None:
    document = word.Document(str(docx))
    about = document.core_properties
    assert (about.author, about.language) == ("腾笼", "zh-CN") and "情景简报" in about.title
    with ZipFile(docx) as packed:
        parts = {name: packed.read(name).decode("utf-8") for name in packed.namelist() if not name.endswith(".png")}
    told = "".join(content for name, content in parts.items() if "styles" not in name and "theme" not in name)
    written = re.findall(r">([^<>]+)<", told) + re.findall(r'(?:descr|name|title)="([^"]*)"', told)
    assert "一、摘要" in written and not [words for words in written if BOILERPLATE.search(words)]
    machine = re.compile(rf"{Path.home()}/|/tmp/|\b{re.escape(os.uname().nodename)}\b")
    for content in (*parts.values(), poppler("pdfinfo", pdf), printed(pdf)):
        assert not machine.search(content)


# --- both ---


@pytest.mark.slow
@pytest.mark.parametrize("name", ["pdf", "docx"])
def test_the_same_notebook_gives_the_same_bytes(name: str, request: pytest.FixtureRequest, folder: Path) -> None:
    first = request.getfixturevalue(name).read_bytes()
    assert make(folder, name).read_bytes() == first
    assert not [path.name for path in folder.parent.iterdir() if path.name.startswith(".")]


def tenglong(home: Path, *words: str, before: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, after the lines ``before``."""
    code = f"{before}\nimport sys\nsys.argv = ['tenglong', *sys.argv[1:]]\nfrom sim.cli import main\nmain()"
    return subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, cwd=home)


def test_only_the_missing_format_is_made(home: Path, report: Path) -> None:
    made = report.with_name("briefing.docx")
    before = report.stat().st_mtime_ns
    try:
        said = tenglong(home, "report", AWKWARD, *SMALL, "--quick", "--format", "docx")
        assert said.returncode == 0 and made.is_file() and report.stat().st_mtime_ns == before
        assert [line.rpartition("/")[2] for line in said.stdout.splitlines()] == ["report.html", "briefing.docx"]
        again = made.stat().st_mtime_ns
        assert tenglong(home, "report", AWKWARD, *SMALL, "--quick", "--format", "html,docx").returncode == 0
        assert made.stat().st_mtime_ns == again
        assert differences(report.parent) == [], "what is added is put under the seal"
    finally:
        made.unlink(missing_ok=True)
        reseal(report.parent)


def test_an_unknown_format_is_refused() -> None:
    assert asked("html") == set() and asked("pdf，DOCX") == {"pdf", "docx"}
    with pytest.raises(UnknownFormat, match="可用：html、pdf、docx"):
        asked("html,odt")


def test_a_notebook_without_its_parts_makes_nothing(tmp_path: Path) -> None:
    empty = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "briefing.ipynb").write_text(json.dumps(empty), encoding="utf-8")
    with pytest.raises(NotMade, match=r"briefing\.docx"):
        make(tmp_path, "docx")
    assert [path.name for path in tmp_path.iterdir()] == ["briefing.ipynb"]


WITHOUT_PANGO = """
import cffi
whole = cffi.FFI.dlopen
def dlopen(self, name, flags=0):
    if "pango" in str(name):
        raise OSError("no such library")
    return whole(self, name, flags)
cffi.FFI.dlopen = dlopen
"""


def test_without_pango_there_is_the_page_a_sentence_and_code_4(home: Path, report: Path) -> None:
    done = tenglong(home, "report", AWKWARD, *SMALL, "--quick", "--format", "pdf", before=WITHOUT_PANGO)
    assert done.returncode == 4 and "report.html" in done.stdout and "briefing.pdf" not in done.stdout
    assert "apt-get install libpango-1.0-0 libpangoft2-1.0-0" in done.stderr and "Traceback" not in done.stderr
    assert "WeasyPrint" not in done.stdout + done.stderr
    told = tenglong(home, "doctor", before=WITHOUT_PANGO)
    assert told.returncode == 0 and "修复：apt-get install libpango-1.0-0 libpangoft2-1.0-0" in told.stdout


def test_panels_drawn_apart_keep_their_own_names() -> None:
    drawn = '<svg width="10" height="8"><defs><clipPath id="c"/></defs><g clip-path="url(#c)" font-family="X"/></svg>'
    both = compose([Drawn("甲", drawn), Drawn("乙", drawn), Drawn("丙", drawn)], 2, "Noto Sans SC")
    assert both.count('id="p') == both.count("url(#p") == 3 and 'id="p1-c"' in both and "url(#p2-c)" in both
    assert set(re.findall('font-family="([^"]*)"', both)) == {"Noto Sans SC"}
    assert 'width="38" height="72"' in both

