"""Below the table of open targets stands how the words of each were read, from the tables of the data."""

from __future__ import annotations

import pytest
from lxml import html

from sim.report import sections
from sim.report.material import Material
from sim.report.sentences import modelled
from sim.report.wording import wording


def lines(material: Material, lang: str = "zh") -> list[str]:
    tree = html.fromstring(sections.targets(material, wording(lang)).html)
    return [item.text_content() for item in tree.xpath("//ul/li")]


def test_each_open_target_has_one_line(material: Material) -> None:
    told = lines(material)
    assert len(told) == modelled(material.targets)["group"].nunique() == len(lines(material, "en")) > 5


@pytest.mark.parametrize(
    "parts",
    [
        ("S161：「全市推进市级“工业上楼”示范项目100个以上」", "2025年起新开工的市级“工业上楼”示范项目累计个数"),
        ("2030年“高品质工业空间≥3000万㎡”（S229：「新增优质工业空间3000万平方米以上」）", "容积率2.5及以上",
         "开工口径：", "竣工口径：", "文件称“优质工业空间”，按同一容积率门槛计"),
    ],
)  # fmt: skip
def test_a_line_holds_the_clause_what_is_counted_and_the_note(parts: tuple[str, ...], material: Material) -> None:
    assert any(all(part in line for part in parts) for line in lines(material))


def test_a_note_that_two_readings_share_is_told_once(material: Material) -> None:
    assert [line.count("未写明开工还是竣工") for line in lines(material) if "高品质工业空间" in line] == [1, 1]


def test_in_english_the_clause_is_named_and_not_quoted(material: Material) -> None:
    line = next(line for line in lines(material, "en") if "(S161)" in line)
    assert "newly started since 2025" in line and "27 were started in 2025 (S011)." in line


@pytest.mark.parametrize(("lang", "twice"), [("zh", "。；"), ("en", ".;")])
def test_what_is_said_of_a_settled_target_is_joined_by_one_mark(lang: str, twice: str, material: Material) -> None:
    html_of = sections.targets(material, wording(lang)).html
    assert twice not in html_of and wording(lang)("mark.clause") in html_of


def test_the_table_names_a_document_shortly_and_its_title_stands_once_below(material: Material) -> None:
    tree = html.fromstring(sections.targets(material, wording("zh")).html)
    [below] = tree.xpath("./p[@class='note']")
    first = tree.xpath("(.//table)[1]")[0].text_content()
    assert "《加快建设“361”现代化产业体系实施方案》 二(二)3" in first and "存本未载文号" not in first
    assert below.text_content().count("存本未载文号") == 1 and "推进“工业上楼”三年行动计划" in below.text_content()


def test_a_margin_is_written_as_its_kind_deserves_and_a_bound_is_kept_or_not(material: Material) -> None:
    tree = html.fromstring(sections.population(material, wording("zh")).html)
    told = {cells[0]: cells[1:] for cells in ([cell.text_content() for cell in row] for row in tree.iter("tr"))}
    assert told["规上工业用地"][:3] == ["万亩", "24.8", "24.8"] and told["北仑区规上企业数"][1] == "711"
    assert told["规上工业总产值"][1] == "17,887.1" and told["规上工业增加值率"][1:3] == ["22.6", "22.6"]
    bound = told["电气机械总产值不少于智能家电"]
    assert bound[1] == "≥1031.7" and bound[3] == "满足" and "-0.00%" not in tree.text_content()
