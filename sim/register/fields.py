"""What a register may hold: its columns, their units, and what offices call them."""

from __future__ import annotations

from dataclasses import dataclass

SQUARE_METRES_PER_MU = 2000 / 3
MONEY = {"元": 1e-4, "千元": 0.1, "万元": 1.0, "百万元": 100.0, "亿元": 1e4}
AREA = {
    "㎡": 1.0, "平方米": 1.0, "万㎡": 1e4, "万平方米": 1e4, "亩": SQUARE_METRES_PER_MU, "公顷": 1e4, "平方公里": 1e6,
}  # fmt: skip
PEOPLE = {"人": 1.0, "万人": 1e4}
ENERGY = {
    "吨标煤": 1.0, "吨标准煤": 1.0, "千克标煤": 1e-3, "千克标准煤": 1e-3, "万吨标煤": 1e4, "万吨标准煤": 1e4,
}  # fmt: skip
SHARE = {"比例": 1.0, "%": 0.01}
YEARS = {"年": 1.0}
UNITS: dict[str, dict[str, float]] = {
    "money": MONEY, "land": {unit: size / SQUARE_METRES_PER_MU for unit, size in AREA.items()}, "floor": AREA,
    "people": PEOPLE, "energy": ENERGY, "share": SHARE, "years": YEARS,
}  # fmt: skip
"""How many of ours (万元 a year, 亩, ㎡, people, tce, a fraction, years) one of each unit is."""
OURS = {
    "money": "万元", "land": "亩", "floor": "㎡", "people": "人", "energy": "吨标煤", "share": "比例", "years": "年",
}  # fmt: skip
LEAST = 10
"""Enterprises that every total of the store and of reports must be of; a register with fewer cannot be told of."""
CODES = ("district", "industry", "site", "yes_no")
"""Kinds of fields whose cells are words that a mapping may translate."""


@dataclass(frozen=True)
class Field:
    """One column that a register may hold.

    ``kind``: text, date, one of :data:`CODES`, or one of :data:`UNITS`, which are numbers. ``called``: what offices
    call it, the first being what our own form calls it.
    """

    name: str
    kind: str
    title_zh: str
    called: tuple[str, ...]
    needed: bool = False

    @property
    def is_number(self) -> bool:
        return self.kind in UNITS


FIELDS = {field.name: field for field in (
    Field("id", "text", "企业编号", ("统一社会信用代码", "企业编号", "编号", "信用代码", "组织机构代码")),
    Field("district", "district", "区县（市）", ("区县", "区县（市）", "所在区县", "所属区县", "属地"), True),
    Field("industry", "industry", "行业（GB/T 4754 大类）", ("行业", "行业代码", "行业大类", "所属行业"), True),
    Field("output", "money", "工业总产值", ("工业总产值", "总产值", "产值", "营业收入", "主营业务收入"), True),
    Field("value_added", "money", "工业增加值", ("工业增加值", "增加值")),
    Field("tax", "money", "税收", ("税收", "实缴税收", "税金", "入库税收", "税费")),
    Field("rd", "money", "研发费用", ("研发费用", "研发经费", "R&D经费")),
    Field("energy", "energy", "综合能源消费量", ("综合能耗", "综合能源消费量", "能耗", "能源消费量")),
    Field("employees", "people", "从业人员", ("从业人员", "从业人数", "职工人数", "用工人数", "年平均用工人数")),
    Field("land", "land", "用地（自有或租用）", ("用地面积", "占地面积", "土地面积", "用地", "实际用地")),
    Field("floor", "floor", "建筑面积（自有或租用）", ("建筑面积", "厂房面积", "楼面面积")),
    Field("founded", "date", "设立日期", ("成立日期", "成立时间", "设立日期", "注册日期", "开业时间")),
    Field("age", "years", "存续年数", ("存续年数", "企业年龄", "年龄")),
    Field("above_scale", "yes_no", "是否规上", ("是否规上", "规上", "规模以上", "是否规模以上")),
    Field("site", "site", "场所", ("场所", "所在园区类型", "场所类型")),
    Field("tenant", "yes_no", "是否租用厂房", ("是否租用", "是否租赁", "租用厂房")),
    Field("legal", "yes_no", "用地建筑环保等是否合法", ("是否合法", "是否合规")),
    Field("suitability", "share", "上楼适合度", ("上楼适合度",)),
)}  # fmt: skip
"""All by name."""
