"""What the bench writes on the screen: how far it is, and the probabilities beside the baseline's."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from sim.bench.answer import Answer, Chance
from sim.bench.charts import target_name
from sim.bench.dials import Dial
from sim.report import numbers
from sim.report.wording import Wording

STYLE = """\
<style>
.tl-bench table{border-collapse:collapse;font-variant-numeric:tabular-nums}
.tl-bench th,.tl-bench td{padding:2px 9px 2px 0;text-align:right;white-space:nowrap;line-height:1.5}
.tl-bench th:first-child,.tl-bench td:first-child{text-align:left}
.tl-bench th{font-weight:normal;color:#52606d;border-bottom:1px solid #e4e7eb}
.tl-facts{color:#52606d;font-size:12px;line-height:1.3;cursor:help}
.tl-status{line-height:1.5;min-height:3em}.tl-status b{font-variant-numeric:tabular-nums}
</style>"""
HEADS = ("头条目标", "现在", "95%区间", "基准", "差，百分点（95%区间）", "中位数")
STALE = '<div class="tl-status tl-stale">正在按滑块的新位置重算……</div>'
GAVE_WAY = "这里的滑块已停：后来又打开了一个。要再用这里的，请重新运行本格。"
FIRST = "正在准备第1次运行。新装之后第一次打开要编译程序，一两分钟；以后几秒。"


def facts(dial: Dial) -> str:
    """Return the line below a slider; hovering over it tells meaning and clauses."""
    return f'<div class="tl-facts" title="{escape(dial.hover)}">{escape(dial.facts)}</div>'


def status(found: Answer, seed: int, enterprises: int) -> str:
    """Say how many runs are on the screen, and what they are."""
    doing = "算完了" if found.runs == found.asked else "正在加算，区间会收窄"
    return (
        f'<div class="tl-status">已算 <b class="tl-runs">{found.runs}</b> / {found.asked} 次（{doing}）；'
        f"{enterprises:,}家企业，种子{seed}。蓝为现在（带为50%、80%区间），虚线与红标为基准，两者用同一批随机数。"
        + ("次数太少，带与概率都还不能引用。" if found.runs < 8 else "") + "</div>"
    )  # fmt: skip


def table(chances: Sequence[Chance], runs: int, words: Wording) -> str:
    """Return the probabilities of the headline targets, the exact numbers as data attributes."""
    head = "".join(f"<th>{name}</th>" for name in HEADS)
    rows = "".join(_row(one, runs, words) for one in chances)
    return f'<div class="tl-bench"><table><tr>{head}</tr>{rows}</table></div>'


def _row(one: Chance, runs: int, words: Wording) -> str:
    target = one.target
    cells = [
        target_name(target, words),
        numbers.share(one.probability, runs, words),
        numbers.percent_interval(one.low, one.high, words),
        numbers.share(one.base, runs, words),
        _points(one),
        numbers.amount(one.median, target.unit, words),
    ]  # fmt: skip
    data = {"probability": one.probability, "low": one.low, "high": one.high, "base": one.base, "median": one.median}
    exact = " ".join(f'data-{name}="{value!r}"' for name, value in data.items())
    return f'<tr data-target="{target.id}" {exact}>' + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"


def _points(one: Chance) -> str:
    gain, low, high = (f"{round(100 * value):+d}" for value in (one.gain, one.gain_low, one.gain_high))
    return f"{gain}（{low}至{high}）".replace("+0", "0")


def wrong(said: str) -> str:
    """Return a message that something did not work."""
    return f'<div style="color:#9b2c16;white-space:pre-line">{escape(said)}</div>'


def right(said: str) -> str:
    """Return a message that something worked."""
    return f'<div style="white-space:pre-line">{escape(said)}</div>'
