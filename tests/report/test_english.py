"""The second language: every word there, every text of the data translated, no Chinese in an English report."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from ruamel.yaml import YAML

import sim.report
from sim.ensemble.results import Results
from sim.report import numbers
from sim.report.answers import _in_each_language, _said
from sim.report.paper.formats import make
from sim.report.wording import CHINESE, NotTranslated, OnlyInChinese, chinese, languages, phrases, wording
from sim.tables import rows
from tests.small import AWKWARD, ENTERPRISES, RUNS, SEED, working_in

EN = wording("en")
PLACE = re.compile(r"\{(\w+)")
TABLES = {
    "policy/targets.csv": ("label_zh", "unit", "document", "reading_zh", "needs_zh", "state_note_zh"),
    "indicators.csv": ("label_zh", "unit"),
    "outcomes.csv": ("note_zh",),
    "population/margins.csv": ("title_zh", "unit"),
    "population/districts.csv": ("name_zh",),
    "population/industries.csv": ("name_zh",),
    "policy/arithmetic.csv": ("holds_zh", "fails_zh", "unit"),
    "policy/unclear.csv": ("statement_zh",),
}
"""Columns of tables that a report tells."""


def strings(lang: str) -> dict[str, str]:
    path = Path(sim.report.__file__).parent / "strings" / f"{lang}.yaml"

    def flat(tree: dict[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
        for key, value in tree.items():
            if isinstance(value, dict):
                yield from flat(value, f"{before}{key}.")
            else:
                yield f"{before}{key}", str(value)

    return dict(flat(YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))))


def test_every_language_has_the_same_words_with_the_same_places_to_fill() -> None:
    zh, en = strings("zh"), strings("en")
    assert set(languages()) == {"zh", "en"} and set(zh) == set(en)
    assert [key for key in zh if set(PLACE.findall(zh[key])) != set(PLACE.findall(en[key]))] == []
    assert [key for key, said in en.items() if CHINESE.search(said)] == ["unit.bare"], "names units of the data"


def told_of_data() -> Iterator[str]:
    """Everything that tables, catalogue and model can say in a report."""
    from sim.analysis.sensitivity import DEMAND, REST, title_zh
    from sim.ensemble.fates import DifferentPopulations
    from sim.ensemble.runner import forecast_model
    from sim.forecast import own_observations
    from sim.forecast.observations import REASONS
    from sim.forecast.readings import KINDS
    from sim.indicators import indicators
    from sim.regions import CITY
    from sim.register.disclosure import OTHER_DISTRICTS, OTHER_INDUSTRIES
    from sim.register.fields import FIELDS
    from sim.registry import targets
    from sim.report.material import is_assumption
    from sim.scenario.catalogue import catalogue
    from sim.scenario.load import load_scenario

    for table, columns in TABLES.items():
        yield from (row[column] for row in rows(table) for column in columns)
    answered = (aim for aim in targets().values() if aim.basis != "tracked" and aim.state == "open")
    yield from (indicators()[aim.indicator].definition_zh for aim in answered)
    for entry in catalogue().values():
        yield entry.unit
        yield from (f"{option}（{meaning}）" for option, meaning in entry.options.items())
        yield entry.basis if is_assumption(entry) else ""
    seen = forecast_model(load_scenario("baseline")).observations
    yield from (text for column in ("kind_zh", "how", "reason") for text in seen[column].astype(str))
    yield from (*KINDS.values(), *REASONS.values(), own_observations.REPLACED, own_observations.ONLY_BESIDE)
    yield from ("0.99（与全市相同）", "2021-01 起 0；2027-01 起 0.5（与全市相同）")
    yield from (CITY, "万㎡", title_zh(REST), title_zh(DEMAND), str(DifferentPopulations()))
    yield "按份额分摊全市的0；2025-01 起 27"
    yield from (field.title_zh for field in FIELDS.values())
    yield from ("自备月度序列的全年合计", OTHER_INDUSTRIES, OTHER_DISTRICTS)


def test_all_that_the_data_say_has_english_words() -> None:
    lacking = []
    for text in dict.fromkeys(told_of_data()):
        try:
            said = EN.of(text)
        except NotTranslated:
            lacking.append(text)
        else:
            assert not CHINESE.search(said)
    assert lacking == []


def test_names_keep_their_numbers_in_translation() -> None:
    """A line that slipped to its neighbour's translation would cite other rows of evidence."""
    cited = re.compile(r"\b[A-Z]\d{3}\b", re.ASCII)
    for text in dict.fromkeys(told_of_data()):
        assert sorted(cited.findall(text)) == sorted(cited.findall(EN.of(text))), text


def test_no_translation_is_left_over() -> None:
    whole = [text for text in phrases("en").known if "{" not in text]
    told = "\n".join(told_of_data())
    assert [text for text in whole if text not in told] == []


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (27_000, "亿元", "2.7 trillion yuan"),
        (1000, "万平方米", "10 million m²"),
        (98, "%", "98%"),
        (73_000, "家", "73,000"),
        (3000, "亿元", "300 billion yuan"),
        (8463, "亿元", "846.3 billion yuan"),
        (0.6, "亿元", "60 million yuan"),
        (401.6, "万平方米", "4.016 million m²"),
        (2, "万亩", "20,000 mu"),
        (2, "容积率", "2"),
        (27.6, "万元/人", "276,000 yuan/person"),
    ],
)
def test_numbers_are_written_the_english_way(value: float, unit: str, text: str) -> None:
    assert numbers.threshold(value, unit, EN) == text


def test_an_interval_is_written_in_one_magnitude_and_with_its_signs() -> None:
    assert numbers.amount_interval(6388, 11_406, "亿元", EN) == "0.64–1.14 trillion yuan"
    assert numbers.amount_interval(638, 9_406, "亿元", EN) == "63.8–940.6 billion yuan"
    assert numbers.with_unit("+200", "亿元", EN) == "+20 billion yuan"
    assert numbers.with_unit("0", "万㎡", EN) == "0 m²"


def test_what_has_no_translation_is_said_and_not_printed_in_chinese() -> None:
    assert EN.of("2027-01 起 45；2028-01 起 50") == "45 from 2027-01; 50 from 2028-01"
    assert wording("zh").of("谁也没有译过的话") == "谁也没有译过的话"
    with pytest.raises(NotTranslated, match=r"谁也没有译过的话.*phrases/en\.yaml"):
        EN.of("谁也没有译过的话")


def test_a_page_in_chinese_only_says_so() -> None:
    with pytest.raises(OnlyInChinese, match="只有中文"):
        chinese("en")


# --- a report ---


@pytest.fixture(scope="module")
def english(shared_folder: Path, results: Results, report: Path) -> Path:
    """The page of the shared report in English, from the same runs and answers."""
    from sim.report.publish import report_folder
    from sim.report.render import render

    scenario = results.scenarios[AWKWARD]
    with working_in(shared_folder):
        folder = report_folder(scenario, RUNS, SEED, ENTERPRISES, "en")
        return render(results.save(folder.name), folder, lang="en", scenario=AWKWARD)


def written(tree: Any) -> Iterator[str]:
    """Every text of a page and its charts, but for what is marked as Chinese; attributes as well."""
    for element in tree.iter():
        if element.tag in ("script", "style") and not element.get("data-chart"):
            continue
        yield from (*element.attrib.values(), *([element.text or ""] if element.get("lang") != "zh" else []))
        yield element.tail or ""


def named(document: str) -> str:
    """A document as a table names it: by its number, or by its title where it has none."""
    return document[document.index("《") : document.index("》") + 1] if "《" in document else document


def test_an_english_report_has_no_chinese_outside_the_names_of_documents(english: Path) -> None:
    tree = html.parse(str(english)).getroot()
    assert [said for said in written(tree) if CHINESE.search(said)] == []
    cited = {f"{named(row['document'])} {row['article']}".strip() for row in rows("policy/targets.csv")}
    titles = {span.text for span in tree.xpath("//section//p[@class='note']/span[@lang='zh']")}
    assert len(titles) == 2 and all("《" in title for title in titles)
    listed = tree.xpath("//section[@class='cited']//*[@lang='zh']")
    quoted = {element.text for element in tree.iter() if element.get("lang") == "zh" and element not in listed}
    assert quoted == cited | titles and len(listed) > 100


def test_an_english_report_says_that_it_is_english(english: Path) -> None:
    tree = html.parse(str(english)).getroot()
    assert tree.get("lang") == "en" and tree.findtext(".//title").startswith(f"{AWKWARD}: briefing")
    text = " ".join(written(tree))
    assert "Above-scale gross industrial output will reach 2.7 trillion yuan by 2027 with a probability" in text
    assert "Yinzhou" in text
    fonts = re.search(r"font-family: ([^;]+);", english.read_text(encoding="utf-8"))
    assert fonts and fonts[1].startswith('"Segoe UI"') and "Noto Sans CJK SC" in fonts[1]


def test_both_languages_tell_the_same_numbers(english: Path, report: Path) -> None:
    summaries = [(page.parent / "summary.json").read_text(encoding="utf-8") for page in (english, report)]
    assert json.loads(summaries[0]) == json.loads(summaries[1])


@pytest.mark.slow
def test_the_papers_are_english_too(english: Path) -> None:
    from docx import Document
    from docx.shared import Pt

    from sim.report.paper.pdf import paper_html
    from sim.report.paper.picture import SHIPPED_FAMILY
    from sim.report.paper.pieces import pieces

    printed = paper_html(pieces(english.with_name("briefing.ipynb"), SHIPPED_FAMILY, "pdf"))
    assert 'content: "Page " counter(page) " of " counter(pages)' in printed and "Appendix 1. " in printed
    assert "click to open" not in printed and "Hover or tap" not in printed
    assert [said for said in written(html.fromstring(printed)) if CHINESE.search(said)] == []
    document = Document(str(make(english.parent, "docx")))
    said = [paragraph.text for paragraph in document.paragraphs]
    assert "1. Summary" in said and document.core_properties.language == "en"
    assert [text for text in said if CHINESE.search(text)] == []
    assert document.styles["Heading 1"].font.bold and document.styles["Body Text"].font.size == Pt(11.5)


def test_an_answer_that_a_language_lacks_words_for_is_kept_with_what_it_lacks() -> None:
    rows = {row["lang"]: row for row in _in_each_language("gap", _said("谁也没有译过的话"))}
    assert "谁也没有译过的话" in rows["zh"]["told"] and not rows["zh"]["lacks"]
    assert rows["en"]["lacks"] == "谁也没有译过的话" and not rows["en"]["told"]
