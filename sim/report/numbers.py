"""How numbers are written: probabilities never as certainty, large money in 万亿元, no false digits."""

from __future__ import annotations

import math
import re
from decimal import Decimal

from sim.report.wording import Wording

_TRILLION = 10_000.0  # 亿元 in one 万亿元
MANY = 100
"""Runs from which shares are written in whole percent, and levels and probabilities without a difference."""
_COUNTED = 1e-6
"""A number of runs that is nearer than this to a whole one is it."""
_PERCENT_DECIMALS = 2
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_COUNTED_IN = re.compile(r"(10,000|100 m) (.+)")
"""Names of units that do not count in ones."""
_TENS = {"10,000": 4, "100 m": 8}
_MAGNITUDES = (("billion", 9), ("million", 6))
FIGURES = 4
"""Of a value of the model, at most, where that sets it apart from what it stands beside."""
FINEST = -4
"""Of a difference's digits, as a power of ten."""


def percent(probability: float, words: Wording) -> str:
    """Write a probability (0..1) in whole percent; the ends read "below 1 %" and "above 99 %".

    A finite number of runs of a model cannot show certainty, so 0 % and 100 % are never written.
    """
    if math.isnan(probability):
        return words("number.none")
    if probability < 0.01:
        return words("number.below", value=1)
    if probability > 0.99:
        return words("number.above", value=99)
    return f"{100 * probability:.0f}%"


def share(probability: float, runs: int, words: Wording) -> str:
    """Write the share of runs in which something holds: of fewer than a hundred with what was seen, 6 % (1/16), and of
    none and all that alone, 0/16, so that none of 16 is never read as more than one; of more as :func:`percent`.

    A share that is no count of so many runs is written in percent as well.
    """
    seen = probability * runs
    if math.isnan(probability) or runs >= MANY or abs(seen - round(seen)) > _COUNTED:
        return percent(probability, words)
    counted = f"{round(seen)}/{runs:.0f}"
    if round(seen) in (0, runs):
        return counted
    return words("number.counted", share=percent(probability, words), counted=counted)


def percent_interval(low: float, high: float, words: Wording) -> str:
    """Write an interval of probabilities (0..1); an end beyond 1 % or 99 % becomes a one-sided bound."""
    if math.isnan(low) or math.isnan(high):
        return words("number.none")
    if high < 0.01:
        return words("number.below", value=1)
    if low > 0.99:
        return words("number.above", value=99)
    if low < 0.01 and high > 0.99:
        return words("number.any")
    if low < 0.01:
        return words("number.at_most", value=percent(high, words))
    if high > 0.99:
        return words("number.at_least", value=percent(low, words))
    if percent(low, words) == percent(high, words):
        return percent(low, words)
    return words("number.interval", low=percent(low, words), high=percent(high, words))


def points_interval(low: float, high: float, words: Wording) -> str:
    """Write an interval of a difference of probabilities (-1..1) in whole percentage points."""
    return words("number.points", low=points(low), high=points(high))


def points(difference: float) -> str:
    """Write a difference of probabilities (-1..1) in whole percentage points, with its sign."""
    return f"{round(100 * difference):+d}" if round(100 * difference) else "0"


def plain(value: float, words: Wording) -> str:
    """Write a number with the digits its size deserves.

    About three figures, at most four; five digits and more grouped, no -0.
    """
    if math.isnan(value):
        return words("number.none")
    decimals = -_last(value, "")
    group = "," if abs(value) >= int(words("number.group_from")) else ""
    text = f"{round(value, decimals) + 0.0:{group}.{max(0, decimals)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def signed(value: float, words: Wording) -> str:
    """Write a difference with its sign."""
    text = plain(value, words)
    return ("+" if value > 0 and text != "0" else "") + text


def supported(
    value: float, low: float, high: float, words: Wording, beside: str = ""
) -> tuple[str, str, str]:  # fmt: skip
    """Write a difference and the ends of its interval, signed: no finer than the first digit of half its width, nor
    than four figures or four decimals (ten thousand yuan of a 亿元); yet no coarser than the difference, as written
    ``beside`` it, of which it is a part."""
    if math.isnan(low) or math.isnan(high) or high <= low:
        return signed(value, words), signed(low, words), signed(high, words)
    place = int(min(place_of(low, high), _written_to(beside)))
    return to_place(value, place), to_place(low, place), to_place(high, place)


def place_of(low: float, high: float) -> int:
    """Return the last digit, as a power of ten, that a difference with this interval supports; however narrow it is,
    no fifth figure of the difference."""
    return max(FINEST, math.floor(math.log10((high - low) / 2)), _fourth(low, high))


def _fourth(*values: float) -> int:
    """Return the place of the last of four figures of the largest value."""
    return math.floor(math.log10(max(map(abs, values)))) - FIGURES + 1


def _written_to(text: str) -> float:
    """Return the last digit, as a power of ten, that a number is written with; without one, infinity."""
    whole, _, decimals = text.lstrip("+-").replace(",", "").partition(".")
    if decimals:
        return -len(decimals)
    return len(whole) - len(whole.rstrip("0")) if whole.strip("0") else math.inf


def to_place(value: float, place: int) -> str:
    """Write a difference to a digit (power of ten) with its sign; nothing at all is 0."""
    rounded = round(value, -place)
    return f"{rounded:+,.{max(0, -place)}f}" if rounded else "0"


def apart(
    before: float, after: float, low: float, high: float, unit: str, words: Wording
) -> tuple[str, ...]:  # fmt: skip
    """Write two values, their difference and the ends of its interval, so that the difference of the values as written
    is the one that is written.

    The values by :func:`plain`, all in the unit itself as the difference is (亿元 and not 万亿元); the difference no
    coarser than they are nor than :func:`supported` has it. Where rounding would set them at odds, all of it with a
    digit more, or where that would be a fifth figure, with as few as keep the difference true to its interval's
    precision. Values that are surely less than half a unit of their fourth figure apart are both written as the first:
    only the difference, in its own digits, tells them apart.

    Args:
        low, high: interval of the difference.
    """
    if not high > low:
        return (*(_in_unit(end, unit, words) for end in (before, after)), *supported(after - before, low, high, words))
    digits = _last(before, ""), _last(after, "")
    place = min(place_of(low, high), max(digits))

    def agree(one: int, other: int) -> bool:
        left, said = round(after, -other) - round(before, -one), round(after - before, -place)
        return round(left, -place) == said and abs(left - said) <= 0.5 * 10.0 ** min(place, 0) + 1e-9

    if agree(*digits):
        ends = (_in_unit(end, unit, words) for end in (before, after))
        return (*ends, *(to_place(value, place) for value in (after - before, low, high)))
    place = place if agree(place, place) else max(FINEST, place - 1)
    # where the interval spans nought, the difference is known to its half-width alone
    off = (high - low) / 2 if low <= 0 <= high else 10.0 ** place_of(low, high)
    place = _fewest(before, after, place, off)
    fourth = _fourth(before, after)
    if place < fourth and max(map(abs, (after - before, low, high))) < 0.5 * 10.0**fourth:
        alike = _in_unit(round(before, -fourth), unit, words)
        return (alike, alike, *supported(after - before, low, high, words))
    group = "," if max(abs(before), abs(after)) >= int(words("number.group_from")) else ""
    one, other = (round(value, -place) + 0.0 for value in (before, after))
    texts = (with_unit(f"{value:{group}.{max(0, -place)}f}", unit, words) for value in (one, other))
    return (*texts, *(to_place(value, place) for value in (other - one, low, high)))


def _in_unit(value: float, unit: str, words: Wording) -> str:
    """Write a value in the unit itself however large it is."""
    return plain(value, words) if math.isnan(value) else with_unit(plain(value, words), unit, words)


def _fewest(before: float, after: float, place: int, off: float) -> int:
    """Return the last digit that two values need: from four figures on, the first with which their difference as
    written is no farther than ``off`` from the true one; at most that of ``place``."""
    for digit in range(_fourth(before, after), place, -1):
        if abs(round(after, -digit) - round(before, -digit) - (after - before)) <= off:
            return digit
    return place


def span(low: str, high: str, unit: str, words: Wording) -> str:
    """Write the ends of a difference's interval, already in digits, with the unit of the difference."""
    return with_unit(words("number.span", low=low, high=high), unit, words)


def _last(value: float, unit: str) -> int:
    """Return the last digit, as a power of ten, with which :func:`amount` writes a value."""
    size = abs(value)
    if size >= _TRILLION:
        return 2 if unit == "亿元" else math.floor(math.log10(size)) - 3
    return 0 if size >= 100 else -1 if size >= 10 else -2


def exact(value: float, words: Wording) -> str:
    """Write a number that is compared with another.

    Up to seven figures, thousands grouped as the language does.
    """
    if math.isnan(value):
        return words("number.none")
    return f"{value + 0.0:{',' if abs(value) >= int(words('number.group_from')) else ''}.7g}"


def amount(value: float, unit: str, words: Wording, beside: float = 0.0) -> str:
    """Write a value with its unit; 亿元 of five digits and more, or ``beside`` a value of that size, become 万亿元 with
    two decimals."""
    if math.isnan(value):
        return words("number.none")
    if _in_trillions(unit, value, beside):
        return words("unit.amount", value=f"{value / _TRILLION:.2f}", unit=words("unit.trillion"))
    return with_unit(plain(value, words), unit, words)


def amount_interval(low: float, high: float, unit: str, words: Wording, beside: float = 0.0) -> str:
    """Write two values and their unit once, one value where both read the same; in 万亿元 where one of the two, or what
    they stand ``beside``, is written so."""
    if math.isnan(low) or math.isnan(high):
        return words("number.none")
    large = _in_trillions(unit, low, high, beside)
    ends = [f"{end / _TRILLION:.2f}" if large else plain(end, words) for end in (low, high)]
    text = ends[0] if ends[0] == ends[1] else words("number.interval", low=ends[0], high=ends[1])
    if large:
        return words("unit.amount", value=text, unit=words("unit.trillion"))
    return with_unit(text, unit, words)


def _in_trillions(unit: str, *values: float) -> bool:
    return unit == "亿元" and max(map(abs, values)) >= _TRILLION


def beside(value: float, other: float, words: Wording) -> str:
    """Write a number beside a published one: with its decimals, or more where :func:`plain` has them."""
    _, _, decimals = f"{other:.7g}".partition(".")
    places = max(len(decimals), -min(0, _last(value, "")))
    return exact(round(value, places), words)


def threshold(value: float, unit: str, words: Wording) -> str:
    """Write a published threshold as published: no digit lost, 27000 亿元 as 2.7 万亿元; "a third" as 33.33%."""
    if unit == "亿元" and abs(value) >= _TRILLION:
        return words("unit.amount", value=f"{value / _TRILLION:.10g}", unit=words("unit.trillion"))
    group = "," if abs(value) >= int(words("number.group_from")) else ""
    shown = round(value, _PERCENT_DECIMALS) if unit == "%" else value
    return with_unit(f"{shown:{group}.10g}", unit, words)


def unit_name(unit: str, words: Wording) -> str:
    """Return the unit in the page's language.

    Raises:
        NotTranslated: the language has no name for it.
    """
    key = f"unit.names.{unit}"
    return words(key) if words.has(key) else words.of(unit)


def with_unit(text: str, unit: str, words: Wording) -> str:
    """Write a number's unit after it: 985万㎡, 9.85 million m², 63%."""
    name = unit_name(unit, words)
    if unit in ("", "%"):
        return text + name
    if unit in words("unit.bare").split():
        return text
    if counted := _COUNTED_IN.fullmatch(name):
        return _in_ones(text, _TENS[counted[1]], counted[2], words)
    return words("unit.times" if name[0].isdigit() else "unit.amount", value=text, unit=name)


def _in_ones(text: str, tens: int, name: str, words: Wording) -> str:
    """Write what is counted in ten thousands or hundred millions in ones, millions or billions; no digit is lost or
    won."""
    most = max((abs(Decimal(found.replace(",", ""))) for found in _NUMBER.findall(text)), default=Decimal(0))
    size = most.scaleb(tens)
    word, less = next(((word, tens_of) for word, tens_of in _MAGNITUDES if size >= Decimal(10) ** tens_of), ("", 0))

    def moved(found: re.Match[str]) -> str:
        value = f"{Decimal(found[0].replace(',', '')).scaleb(tens - less):,f}"
        return value.rstrip("0").rstrip(".") if "." in value else value

    value = _NUMBER.sub(moved, text)
    return words("unit.amount", value=value, unit=words(f"unit.magnitudes.{word}", unit=name) if word else name)
