"""What each published figure says about the states, and how precisely: one reading per figure.

A reading is a measurement equation on logs. Its standard deviation combines, in quadrature, the rounding of
the figure (u / sqrt(12) in logs; a quarter of the interval where a level follows from a rounded share) and
the catalogued error of standing in for gross output. Real growth, nominal growth and price are different
kinds and are never mixed.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, log, log1p, sqrt

from sim.forecast.book import Book

KINDS = {
    "level": "总产值",
    "value_added": "增加值",
    "nominal_growth": "现价增速（可比样本）",
    "real_growth": "可比价增速",
    "price_growth": "价格涨幅",
}


@dataclass(frozen=True)
class Reading:
    """One measurement: ``log_value`` of the quantity ``kind`` in ``year``, with noise ``sd`` (logs).

    ``stated`` is the figure as published in ``unit``, or what a published part, share or range comes to (``how`` says);
    ``errors`` names the catalogue entries in ``sd``.
    """

    sources: tuple[str, ...]
    year: int
    period: str
    kind: str
    stated: float
    unit: str
    log_value: float
    sd: float
    how: str
    errors: tuple[str, ...] = ()


def rounding_sd(value: float, unit: float) -> float:
    """Return the s.d. in logs of a figure rounded to ``unit``: uniform error, variance unit² / 12."""
    return unit / sqrt(12) / value


def growth_log(percent: float, unit: float = 0.1) -> tuple[float, float]:
    """Return a published growth rate as log growth, and the s.d. in logs of its rounding to ``unit`` points."""
    return log1p(percent / 100), rounding_sd(100 + percent, unit)


def _rest_of_year(book: Book, months: int, parameter: str) -> float:
    """Error of January–``months`` standing for the year: the weight of the rest times its own error."""
    return (1 - book.parameter(f"share_to_month_{months:02d}")) * book.parameter(parameter)


def _error(book: Book, names: tuple[str, ...]) -> float:
    """Catalogued errors of standing in for the quantity, combined."""
    return hypot(*(book.parameter(name) for name in names))


def annual(book: Book, row: str, year: int, kind: str) -> Reading:
    """A published annual level in 亿元."""
    value = book.value(row)
    sd = rounding_sd(value, book.rounding(row))
    return Reading((row,), year, f"{year}", kind, value, "亿元", log(value), sd, "公布绝对数，误差为取整")


def to_date(
    book: Book, row: str, year: int, months: int, kind: str, errors: tuple[str, ...] = (), *,
    ratio: float = 1.0, unit: float | None = None,
) -> Reading:
    """A level to month ``months``, raised to the year by its usual share, and divided by ``ratio``.

    ``unit`` replaces the row's own rounding where the words are vaguer than the digits ("2520 多").
    """
    value, share = book.value(row), book.parameter(f"share_to_month_{months:02d}")
    rounding = rounding_sd(value, unit or book.rounding(row))
    rest = _rest_of_year(book, months, "share_sd")
    sd = hypot(rounding, rest, _error(book, errors))
    how = f"1—{months}月累计按占全年{share:.1%}折算全年"
    period, names = f"{year}-{months:02d}", ("share_sd", *errors)
    return Reading((row,), year, period, kind, value, "亿元", log(value / share / ratio), sd, how, names)


def growth(
    book: Book, row: str, year: int, kind: str, errors: tuple[str, ...] = (), months: int = 12
) -> Reading:
    """A growth rate on a comparable sample; to month ``months`` it stands for the year with an error."""
    percent = book.growth(row)
    value, rounding = growth_log(percent)
    if months == 12:
        sd = hypot(rounding, _error(book, errors))
        return Reading((row,), year, f"{year}", kind, percent, "%", value, sd, "公布同比增速", errors)
    rest = _rest_of_year(book, months, "rest_of_year_growth_sd")
    sd = hypot(rounding, rest, _error(book, errors))
    period, names = f"{year}-{months:02d}", (*errors, "rest_of_year_growth_sd")
    how = f"1—{months}月累计同比代表全年"
    return Reading((row,), year, period, kind, percent, "%", value, sd, how, names)


def within(
    book: Book, row: str, year: int, kind: str, bounds: tuple[float, float], how: str, errors: tuple[str, ...]
) -> Reading:
    """A level known to lie within ``bounds`` (亿元): its middle in logs, s.d. a quarter of the width."""
    low, high = bounds
    sd = hypot(log(high / low) / 4, _error(book, errors))
    middle = sqrt(low * high)
    return Reading((row,), year, f"{year}", kind, middle, "亿元", log(middle), sd, how, errors)


def from_share(
    book: Book, row: str, year: int, percent: float, unit: float, errors: tuple[str, ...] = ()
) -> Reading:
    """The whole from a part (亿元) and its share in percent, rounded to ``unit`` points."""
    part, share = book.value(row), book.quoted(row, percent)
    low, high = (100 * part / (share + side * unit / 2) for side in (1, -1))
    return within(book, row, year, "level", (low, high), f"{part:g}亿元÷占比{share:g}%", errors)


def from_later(
    book: Book, row: str, year: int, kind: str, percent: float, unit: float, errors: tuple[str, ...] = ()
) -> Reading:
    """An earlier level from a later one and the growth between them, rounded to ``unit`` points."""
    later, grown = book.value(row), book.quoted(row, percent)
    low, high = (100 * later / (100 + grown + side * unit / 2) for side in (1, -1))
    return within(book, row, year, kind, (low, high), f"{later:g}亿元÷(1+{grown:g}%)", errors)


def new_product_output(book: Book) -> Reading:
    """Output of January–November 2024 from new-product output and its rate (a mirror that names no city)."""
    part, rate, share = book.value("F029"), book.value("F028"), book.parameter("share_to_month_11")
    level, errors = 100 * part / rate, ("share_sd", "mirror_sd")
    rest = _rest_of_year(book, 11, "share_sd")
    sd = hypot(rounding_sd(rate, 0.1), rest, book.parameter("mirror_sd"))
    how = f"新产品产值{part:g}亿元÷新产品产值率{rate:g}%，按1—11月占全年{share:.1%}折算"
    return Reading(
        ("F028", "F029"), 2024, "2024-11", "level", level, "亿元", log(level / share), sd, how, errors
    )


def revenue(book: Book) -> Reading:
    """Output of 2025 from revenue, at the 2020 ratio of the two."""
    value, ratio = book.value("A051"), book.value("A050") / book.value("A003")
    errors = ("revenue_ratio_sd",)
    sd = hypot(rounding_sd(value, book.rounding("A051")), _error(book, errors))
    how = f"营业收入÷2020年营业收入与总产值之比{ratio:.3f}"
    return Reading(
        ("A051", "A050", "A003"), 2025, "2025", "level", value, "亿元", log(value / ratio), sd, how, errors
    )


def secondary_deflator(book: Book) -> Reading:
    """Price of 2025: the secondary sector's nominal level against the year before, less its real growth."""
    before, after, percent = book.value("A102"), book.value("A103"), book.growth("A103")
    real, rounding = growth_log(percent)
    sd = hypot(rounding, rounding_sd(after, book.rounding("A103")), book.parameter("deflator_sd"))
    price = log(after / before) - real
    how = f"二产增加值{before:g}→{after:g}亿元，可比价增长{percent:g}%"
    return Reading(
        ("A102", "A103"), 2025, "2025", "price_growth", 100 * price, "%", price, sd, how, ("deflator_sd",)
    )


def readings(book: Book) -> list[Reading]:
    """Return every reading, oldest first. Levels before 2011 have another threshold and are not read."""
    ratio = book.parameter("sales_ratio")
    sold, real, nominal = ("sales_ratio_sd",), ("real_proxy_sd",), ("sales_growth_sd",)
    return [
        to_date(book, "M002", 2011, 11, "level"),
        growth(book, "M003", 2011, "nominal_growth", (), 11),
        to_date(book, "M051", 2011, 11, "value_added", ("rate_update_sd",)),
        growth(book, "M052", 2011, "real_growth", real, 11),
        to_date(book, "M005", 2012, 11, "level"),
        growth(book, "M006", 2012, "nominal_growth", (), 11),
        to_date(book, "M053", 2012, 11, "value_added", ("rate_update_sd",)),
        growth(book, "M054", 2012, "real_growth", real, 11),
        from_later(book, "A004", 2015, "level", 30, 1.0),
        from_later(book, "A023", 2015, "value_added", 56.9, 0.1, ("definition_sd",)),
        from_share(book, "I028", 2017, 14.8, 0.1, ("definition_sd",)),
        annual(book, "A016", 2017, "value_added"),
        to_date(book, "M019", 2018, 11, "level", sold, ratio=ratio),
        growth(book, "M021", 2018, "nominal_growth", nominal, 11),
        annual(book, "A017", 2018, "value_added"),
        growth(book, "M060", 2018, "real_growth", real, 11),
        annual(book, "A018", 2019, "value_added"),
        growth(book, "A018", 2019, "real_growth", real),
        annual(book, "A003", 2020, "level"),
        annual(book, "A022", 2020, "value_added"),
        growth(book, "A021", 2020, "real_growth", real),
        annual(book, "A005", 2021, "level"),
        growth(book, "A005", 2021, "nominal_growth"),
        annual(book, "A024", 2021, "value_added"),
        growth(book, "A024", 2021, "real_growth", real),
        annual(book, "A006", 2022, "level"),
        growth(book, "A006", 2022, "nominal_growth"),
        annual(book, "A025", 2022, "value_added"),
        growth(book, "A048", 2022, "real_growth", (*real, "all_industry_sd")),
        to_date(book, "M089", 2023, 11, "value_added", ("rate_update_sd",)),
        growth(book, "A026", 2023, "real_growth", real),
        from_share(book, "I031", 2024, 16, 1.0),
        new_product_output(book),
        to_date(book, "M030", 2024, 5, "level", sold, ratio=ratio),
        growth(book, "M031", 2024, "nominal_growth", nominal, 5),
        to_date(book, "M094", 2024, 6, "value_added", ("rate_update_sd",), unit=10.0),
        growth(book, "M095", 2024, "real_growth", real, 6),
        revenue(book),
        growth(book, "A051", 2025, "nominal_growth", nominal),
        growth(book, "A027", 2025, "real_growth", real),
        secondary_deflator(book),
    ]
