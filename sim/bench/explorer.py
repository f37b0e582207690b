"""One HTML file with five sliders that answers without Python, from an emulator of many runs."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

from sim import workspace
from sim.bench.charts import target_name
from sim.bench.emulator import ENTERPRISES, REPLICATES, Emulator, as_json, fit
from sim.ensemble.stamp import code_digest, data_digest, source_version
from sim.parallel import Progress
from sim.population import ENTERPRISES as FULL
from sim.register import size_of
from sim.report.display import script_safe
from sim.report.fonts import font_face
from sim.report.page import style
from sim.report.theme import FONT_STACK
from sim.report.wording import wording
from sim.scenario.schema import Scenario

TEMPLATES = Path(__file__).parent / "served" / "explorer"
_FONT_MARK = "/*embedded-font*/"


def write_explorer(
    scenario: Scenario, runs: int, seed: int, enterprises: int, workers: int = 1, progress: Progress | None = None
) -> Path:
    """Fit the emulator of a scenario and write its page to ``reports/``; return the file.

    At most :data:`sim.bench.emulator.REPLICATES` runs of at most :data:`sim.bench.emulator.ENTERPRISES` enterprises at
    each point of the design, which the page says.

    Raises:
        PosteriorRefused, SeriesChanged, DataInvalid: the scenario cannot be run.
    """
    firms = size_of(scenario.register_file, min(enterprises, ENTERPRISES), data_digest())
    sizes = {"replicates": min(runs, REPLICATES), "enterprises": firms}
    emulator = fit(scenario, seed, workers=workers, progress=progress, **sizes)
    text = page(emulator, scenario)
    content = [scenario.digest, scenario.name, code_digest(), data_digest(), seed, sizes]
    digest = hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()[:8]
    path = workspace.reports_dir() / f"{scenario.name}-explorer-{digest}.html"
    path.parent.mkdir(exist_ok=True)
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
    return path


def page(emulator: Emulator, scenario: Scenario) -> str:
    """Return the page: style, font, numbers and script inside it, nothing from elsewhere."""
    from jinja2 import Environment

    words, made = wording("zh"), emulator.made
    names = [target_name(one.target, words) for one in emulator.fitted]
    content = script_safe(json.dumps(as_json(emulator, names), ensure_ascii=False, separators=(",", ":")))
    worst = max(one.chance_error for one in emulator.fitted)
    template = Environment(autoescape=True).from_string((TEMPLATES / "page.html.j2").read_text(encoding="utf-8"))
    version, dirty = source_version()
    own = scenario.register_file is not None
    apart = words("advice.register") if own else f"与全市{FULL:,}家的实算还有样本小的出入。"
    html = template.render(
        title=f"《{scenario.title.zh}》五个杠杆的快速试算",
        facts=f"情景代号 {scenario.name} · 生成日期 {date.today().isoformat()} · 随机种子 {made['seed']}",
        note=(
            f"这里的数不是实算，而是由{made['points']}组杠杆取值、每组{made['runs']}次、每次{made['enterprises']:,}家企业的运行"
            "拟合出来的代算（多项式，逐次运行各一条）。代算误差是把各组轮流留出检验得到的均方根误差，"
            f"概率最多{100 * worst:.1f}个百分点；"
            f"{apart}引用请用实算：tenglong targets。超出拟合范围不作答。"
        ),
        source=(
            f"情景摘要 {scenario.digest} · 程序 {version}{'（有未提交的改动）' if dirty else ''} · "
            f"数据 {data_digest()} · "
            f"命令 tenglong report {scenario.name} --explorer --seed {made['seed']} --runs {made['runs']} "
            f"--enterprises {made['enterprises']}"
        ),
        css=style(FONT_STACK), model=content, answers=_read("explorer.js"), screen=_read("screen.js"),
    )  # fmt: skip
    return html.replace(_FONT_MARK, font_face(html), 1)


def _read(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")
