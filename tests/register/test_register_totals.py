"""A sample that does not come to the city's totals as its mapping weights it is doubted, total by total."""

from __future__ import annotations

from pathlib import Path

from sim.ensemble.stamp import data_digest
from sim.register import clean, complete, read_mapping
from sim.register.notes import DOUBTED
from sim.register.population import LESS
from tests.registers import MAPPING, register, write

LINE = 2_000.0
"""万元: the above-scale threshold."""


def doubts(folder: Path, represents: int | None, rows: int, above: bool = False) -> list[tuple[str, str]]:
    frame = register(1_300)
    chosen = frame[frame["工业总产值"].astype(float) >= LINE] if above else frame.head(rows)
    path = write(folder, chosen)
    mapping = folder / "m.yaml"
    mapping.write_text(MAPPING + (f"represents: {represents}\n" if represents else ""), encoding="utf-8")
    found = complete(clean(path, read_mapping(mapping, "m.yaml"), path.name), data_digest())
    return [(note.column, note.said) for note in found.filled.notes if note.kind == DOUBTED]


def test_a_fair_sample_raises_no_doubt(tmp_path: Path) -> None:
    assert doubts(tmp_path, 73_000, 1_300) == []


def test_firms_above_scale_alone_do_not_stand_for_the_whole_city(tmp_path: Path) -> None:
    found = doubts(tmp_path, 73_000, 0, above=True)
    count, output, land, people, screened = (said for _, said in found)
    assert [column for column, _ in found] == ["", "工业总产值", "用地面积", "从业人数", "用地面积"]
    assert "“整治高耗低效”多半始终是 0 家" in screened and "是否漏了规下企业" in screened
    assert "规上企业数是全市的 880%（全市 8,296 家，M146）" in count and "这些行代表约 8,296 家" in count
    assert "A003" in output and "全市 24.8 万亩" in land and "全市 146 万人" in people
    assert not any("请在映射文件里写 represents" in said for _, said in found)
    assert [said for _, said in doubts(tmp_path, 8_296, 0, above=True)] == [screened]


def test_a_part_of_the_city_that_says_nothing_is_advised_to_say_it(tmp_path: Path) -> None:
    [(column, said)] = doubts(tmp_path, None, 1_300)
    assert column == "工业总产值" and LESS in said
