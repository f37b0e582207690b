"""What the product needs of the machine, each with its one-line fix."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from sim import workspace
from sim.report.remedies import remedy

IMPORTED = (
    "mesa", "numba", "pandas", "pyarrow", "pandera", "pydantic", "ruamel.yaml", "scipy", "statsmodels", "altair",
    "vl_convert", "papermill", "jinja2", "ipykernel", "jupyterlab", "pylopdf_fonts_zh_cn", "lxml", "weasyprint",
    "pypandoc", "docx", "python_calamine",
)  # fmt: skip
OLDEST_PYTHON = (3, 11)
FREE_DISK_GB = 1.0
"""Some ten projects with all their runs and reports (about 0.1 GB each)."""
PROCESS_GB = 0.5
"""Most memory one process held at full size (0.47 GB, 73,000 enterprises to 2030)."""
NOTEBOOK = """{"cells": [{"cell_type": "code", "id": "a", "source": "assert 1 + 1 == 2", "metadata": {},
"execution_count": null, "outputs": []}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}"""
_ROOT = Path(__file__).resolve().parents[2]
_LONGEST_S = 60


@dataclass(frozen=True)
class Check:
    """One thing looked at; ``needed`` ones must be fine, the others only add something."""

    what: str
    fine: bool
    fix: str
    needed: bool = True


def checks() -> list[Check]:
    """Look at the interpreter, its packages and kernel, the workspace, the machine, and what sets and shows reports."""
    machine = [_python(), _packages(), _kernel(), _shipped_font()]
    try:
        workspace.root()
    except workspace.WorkspaceNotFound:
        here = [Check("这里不是工作区（没有 data/ 与 scenarios/）", False, "tenglong init 文件夹，再进入它")]
    else:
        here = [_data(), _folders(), _disk()]
    return [*machine, *here, _memory(), _browser(), _system_font(), _pdf(), _word()]


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    fine = sys.version_info[:2] >= OLDEST_PYTHON
    return Check(f"Python {version}（需要 3.11 或更新）", fine, remedy("python"))


def _packages() -> Check:
    """Every package that is asked for is there, in a version within its bounds, and can be found by the interpreter."""
    try:
        from packaging.requirements import Requirement
    except ImportError:
        return Check("软件包不齐：packaging 找不到", False, "python -m pip install packaging")
    asked = [item for item in map(Requirement, _asked()) if item.marker is None or item.marker.evaluate({"extra": ""})]
    wrong = [item for item in asked if not item.specifier.contains(_version(item.name) or "0", prereleases=True)]
    said = [f"{item.name} {_version(item.name) or '缺'}（要 {item.specifier}）" for item in wrong]
    said += [f"{name} 找不到" for name in IMPORTED if not _found(name)]
    if not said and asked:
        return Check(f"{len(asked)} 个软件包齐备，版本都在范围内", True, "")
    line = "python -m pip install " + " ".join(f'"{item.name}{item.specifier}"' for item in wrong)
    again = remedy("packages") if (_ROOT / "Makefile").is_file() else (
        line if wrong else "python -m pip install --force-reinstall tenglong"
    )  # fmt: skip
    return Check(f"软件包不齐或版本不合：{'；'.join(said) or '没有安装记录'}", False, again)


def _asked() -> list[str]:
    """What a checkout's project file asks for, else the installed distribution."""
    project = _ROOT / "pyproject.toml"
    if project.is_file():
        asked: list[str] = tomllib.loads(project.read_text(encoding="utf-8"))["project"]["dependencies"]
        return asked
    try:
        return metadata.requires("tenglong") or []
    except metadata.PackageNotFoundError:
        return []


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _found(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:  # of a name with a dot, when its parent is missing
        return False


def _kernel() -> Check:
    """A notebook of one cell runs to its end, as reports do."""
    fix = "python -m pip install --force-reinstall ipykernel jupyter-client"
    try:
        from sim.report.kernel import NotebookFailed, execute
    except ImportError as error:
        return Check(f"笔记本内核不能启动：{error}", False, fix)
    with tempfile.TemporaryDirectory() as scratch:
        notebook = Path(scratch) / "try.ipynb"
        notebook.write_text(NOTEBOOK, encoding="utf-8")
        try:
            execute(notebook, notebook.with_name("ran.ipynb"), {}, Path(scratch), _LONGEST_S)
        except (NotebookFailed, ImportError, OSError) as error:
            return Check(f"笔记本内核不能启动：{error}", False, fix)
    return Check("笔记本内核可用", True, fix)


def _shipped_font() -> Check:
    from sim.report.fonts import FontMissing, shipped_font

    fix = "python -m pip install --force-reinstall pylopdf-fonts-zh-cn"
    try:
        fine = shipped_font().is_file()
    except FontMissing:
        fine = False
    return Check("图与简报用的中文字体（随软件包）" + ("" if fine else "不在"), fine, fix)


def _data() -> Check:
    from sim import evidence
    from sim.problems import DataInvalid
    from sim.tables import DataFileMissing

    checkout = (workspace.root() / ".git").exists()
    fix = "git checkout -- data" if checkout else "tenglong init 新文件夹，从那里拷回 data/"
    try:
        evidence.check()
    except (DataInvalid, DataFileMissing, ImportError) as error:
        return Check(f"数据表有问题：{error}", False, f"{fix}（或改正自己的数据表）")
    return Check("数据表齐全、合乎格式", True, fix)


def _folders() -> Check:
    closed = [f"{path.name}/" for path in (workspace.runs_dir(), workspace.reports_dir()) if not _writable(path)]
    what = f"不能写入：{'、'.join(closed)}" if closed else "runs/ 与 reports/ 可写"
    return Check(what, not closed, remedy("permission"))


def _writable(folder: Path) -> bool:
    """Whether a file can be made in it, or the folder itself where it is to be; nothing stays."""
    while not folder.exists():
        folder = folder.parent
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _disk() -> Check:
    place = workspace.runs_dir() if workspace.runs_dir().is_dir() else workspace.root()
    free = shutil.disk_usage(place).free / 1e9
    what = f"磁盘余 {free:.1f} GB（至少 {FREE_DISK_GB:g} GB）"
    return Check(what, free >= FREE_DISK_GB, "tenglong clean --stale，或清理磁盘、移走工作区")


def _memory() -> Check:
    """What all processes together may hold; a container may have less than its machine."""
    try:
        import psutil
    except ImportError:
        return Check("内存：缺 psutil，看不到", False, "python -m pip install psutil", needed=False)
    free = min([psutil.virtual_memory().available, *container_limits()]) / 1e9
    cores = os.cpu_count() or 1
    fine = free >= PROCESS_GB * (cores + 1)
    fewer = max(1, int(free / PROCESS_GB) - 1)
    what = f"内存可用 {free:.1f} GB（{cores} 个进程全量运行约需 {PROCESS_GB * (cores + 1):.1f} GB）"
    return Check(what, fine, f"命令后加 --workers {fewer}，或关掉别的程序", needed=False)


def container_limits(folder: Path = Path("/sys/fs/cgroup")) -> list[int]:
    """Bytes that the container this runs in may hold, if it says so (control groups of version 2 and 1)."""
    found = []
    for name in ("memory.max", "memory/memory.limit_in_bytes"):
        try:
            found.append(int((folder / name).read_text(encoding="ascii")))
        except (OSError, ValueError):  # none, or "max"
            continue
    return found


def _browser() -> Check:
    names = ("chromium", "chromium-browser", "google-chrome", "microsoft-edge", "firefox")
    brought = {"win32": "Edge", "darwin": "Safari"}.get(sys.platform, "")  # not on PATH there
    found = next((name for name in names if shutil.which(name)), brought)
    what = f"浏览器 {found}" if found else "未找到浏览器（看简报需要任一浏览器；报告测试需要 Chromium）"
    return Check(what, bool(found), remedy("browser"), needed=False)


def _system_font() -> Check:
    """Pages bring their font along, and a Word file takes the system's."""
    if sys.platform in ("win32", "darwin"):
        return Check("系统中文字体（随系统）", True, remedy("fonts"), needed=False)
    lister = shutil.which("fc-list")
    listed = [lister, ":lang=zh", "family"] if lister else []
    found = subprocess.run(listed, capture_output=True, timeout=_LONGEST_S).stdout.strip() if listed else b""
    what = "系统中文字体" if found else "系统没有中文字体（网页与 PDF 自带字体；在本机打开 Word 简报会是方框）"
    return Check(what, bool(found), remedy("fonts"), needed=False)


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
