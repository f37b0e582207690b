"""What the product needs of the machine, each with its one-line fix."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from sim import workspace

NEEDED = (
    "mesa", "numba", "pandas", "pyarrow", "pandera", "pydantic", "ruamel.yaml", "scipy", "statsmodels", "altair",
    "vl_convert", "papermill", "nbconvert", "ipykernel", "jupyterlab", "pylopdf_fonts_zh_cn", "lxml", "weasyprint",
    "pypandoc", "docx",
)  # fmt: skip
OLDEST_PYTHON = (3, 11)


@dataclass(frozen=True)
class Check:
    """One thing looked at; ``needed`` ones must be fine, the others only add something."""

    what: str
    fine: bool
    fix: str
    needed: bool = True


def checks() -> list[Check]:
    """Look at the interpreter, the packages, the folders, the browser, and what sets PDF and Word files."""
    return [look() for look in (_python, _packages, _data, _folders, _browser, _pdf, _word)]


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    fine = sys.version_info[:2] >= OLDEST_PYTHON
    return Check(f"Python {version}（需要 3.11 或更新）", fine, "安装 Python 3.11 以上版本，再运行 make clean brief")


def _packages() -> Check:
    missing = [name for name in NEEDED if find_spec(name) is None]
    names = "、".join(missing)
    what = f"缺少软件包：{names}" if missing else f"{len(NEEDED)} 个主要软件包、内核与中文字体齐备"
    return Check(what, not missing, "rm -rf .venv && make brief（按锁定文件重新安装）")


def _data() -> Check:
    from sim import evidence
    from sim.problems import DataInvalid
    from sim.tables import DataFileMissing

    fix = "git checkout -- data（或改正自己的数据表）"
    try:
        evidence.check()
    except (DataInvalid, DataFileMissing) as error:
        return Check(f"数据表有问题：{error}", False, fix)
    return Check("数据表齐全、合乎格式", True, fix)


def _folders() -> Check:
    closed = [path.name for path in (workspace.runs_dir(), workspace.reports_dir()) if not _writable(path)]
    what = f"不能写入：{'、'.join(closed)}" if closed else "runs/ 与 reports/ 可写"
    return Check(what, not closed, "chmod -R u+w runs reports")


def _browser() -> Check:
    names = ("chromium", "chromium-browser", "google-chrome", "microsoft-edge", "firefox")
    found = next((name for name in names if shutil.which(name)), "")
    what = f"浏览器 {found}" if found else "未找到浏览器（看简报需要任一浏览器；报告测试需要 Chromium）"
    return Check(what, bool(found), "apt-get install chromium fonts-noto-cjk", needed=False)


def _pdf() -> Check:
    from sim.report.paper.pdf import FIX, PangoMissing, typesetter

    try:
        typesetter()
    except (PangoMissing, ImportError):
        return Check("缺少系统库 Pango（只有 PDF 简报需要）", False, FIX, needed=False)
    return Check("Pango（PDF 简报）", True, FIX, needed=False)


def _word() -> Check:
    from sim.report.paper.word import FIX, PandocMissing, pandoc

    try:
        pandoc()
    except (PandocMissing, ImportError):
        return Check("缺少 pandoc（只有 Word 简报需要）", False, FIX, needed=False)
    return Check("pandoc（Word 简报）", True, FIX, needed=False)


def _writable(folder: Path) -> bool:
    while not folder.exists():
        folder = folder.parent
    return os.access(folder, os.W_OK)
