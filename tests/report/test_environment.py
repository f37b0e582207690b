"""``tenglong doctor`` where something is really lacking: what it says, how it ends, and the one line that mends it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from sim.report.environment import container_limits
from sim.report.remedies import _REMEDIES, remedy
from tests.machine import mounted

ROOT = Path(__file__).parents[2]
START = "import sys; sys.argv = ['tenglong', 'doctor']; sys.path[:0] = {paths!r}; from sim.cli import main; main()"
DONE, LACKING = 0, 4
pytestmark = pytest.mark.slow  # each starts a kernel


class Told:
    """How it ended, and its answers: the line of a thing, and the fix below it where there is one."""

    def __init__(self, done: subprocess.CompletedProcess[str]) -> None:
        assert "Traceback" not in done.stdout + done.stderr, done.stderr
        self.code, self.lines = done.returncode, done.stdout.splitlines()

    def of(self, word: str) -> tuple[str, str]:
        """Return the sign and the fix of the one answer with this word in it."""
        [place] = [at for at, line in enumerate(self.lines) if word in line and not line.startswith("  ")]
        after = self.lines[place + 1] if place + 1 < len(self.lines) else ""
        return self.lines[place][0], after.removeprefix("  修复：") if after.startswith("  ") else ""


def doctor(folder: Path, *flags: str, paths: tuple[Path, ...] = (ROOT,), **variables: str) -> Told:
    """Run it in a folder with other variables; ``-S`` among the flags keeps the installed packages away."""
    code = START.format(paths=[str(path) for path in paths])
    ours = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    kept = {**ours, "TENGLONG_HOME": str(folder), **variables}
    command = [sys.executable, *flags, "-c", code]
    return Told(subprocess.run(command, cwd=folder, env=kept, capture_output=True, encoding="utf-8"))


def test_where_nothing_is_lacking_it_ends_well(fresh_home: Path) -> None:
    told = doctor(fresh_home)
    assert told.code == DONE
    for word in ("Python", "软件包齐备", "内核可用", "随软件包", "数据表", "可写", "磁盘", "内存"):
        assert told.of(word) == ("✓", "")


def test_without_a_browser(fresh_home: Path, tmp_path: Path) -> None:
    told = doctor(fresh_home, PATH=str(tmp_path))
    assert told.of("未找到浏览器") == ("·", remedy("browser")) and told.code == DONE
    assert told.of("系统没有中文字体") == ("·", remedy("fonts")), "no fc-list either"


@pytest.mark.skipif(shutil.which("fc-list") is None, reason="apt-get install fontconfig")
def test_without_chinese_fonts(fresh_home: Path, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    configuration = tmp_path / "fonts.conf"
    configuration.write_text(f"<fontconfig><dir>{tmp_path / 'none'}</dir></fontconfig>", encoding="utf-8")
    told = doctor(fresh_home, FONTCONFIG_FILE=str(configuration), HOME=str(tmp_path))
    assert told.of("系统没有中文字体") == ("·", remedy("fonts")) and told.code == DONE


def test_outside_a_workspace(tmp_path: Path) -> None:
    told = doctor(tmp_path)
    assert told.of("不是工作区") == ("✗", "tenglong init 文件夹，再进入它") and told.code == LACKING
    assert told.of("内核可用")[0] == "✓"


def test_a_data_table_that_is_not_there(fresh_home: Path) -> None:
    (fresh_home / "data" / "indicators.csv").unlink()
    told = doctor(fresh_home)
    sign, fix = told.of("数据表有问题")
    assert sign == "✗" and "tenglong init 新文件夹" in fix and told.code == LACKING


def test_a_file_where_a_folder_should_be(fresh_home: Path) -> None:
    (fresh_home / "runs").write_text("", encoding="utf-8")
    told = doctor(fresh_home)
    assert told.of("不能写入：runs/") == ("✗", remedy("permission")) and told.code == LACKING


def test_a_read_only_folder(fresh_home: Path) -> None:
    with mounted(fresh_home / "reports", "ro,size=4m"):
        told = doctor(fresh_home)
    assert told.of("不能写入：reports/") == ("✗", remedy("permission")) and told.code == LACKING


def test_a_full_disk(fresh_home: Path) -> None:
    with mounted(fresh_home / "runs", "size=20m"):
        told = doctor(fresh_home)
    sign, fix = told.of("磁盘余 0.0 GB")
    assert sign == "✗" and "tenglong clean --stale" in fix and told.code == LACKING


def test_a_package_of_another_version(fresh_home: Path, tmp_path: Path) -> None:
    record = tmp_path / "mesa-2.4.0.dist-info"
    record.mkdir()
    (record / "METADATA").write_text("Metadata-Version: 2.1\nName: mesa\nVersion: 2.4.0\n", encoding="utf-8")
    told = doctor(fresh_home, paths=(tmp_path, ROOT))
    sign, fix = told.of("mesa 2.4.0（要 <4,>=3.3）")
    assert sign == "✗" and fix and told.code == LACKING


@pytest.mark.parametrize(
    ("gone", "said"),
    [("papermill", "笔记本内核不能启动"), ("ipykernel", "ipykernel 找不到"), ("pylopdf_fonts_zh_cn", "随软件包"),
     ("psutil", "看不到"), ("packaging", "packaging 找不到"), ("pypandoc", "缺少 pandoc")],
)  # fmt: skip
def test_without_a_package(fresh_home: Path, tmp_path: Path, gone: str, said: str) -> None:
    packages = Path(sysconfig.get_path("purelib"))
    for path in packages.iterdir():
        if not path.name.startswith((gone, gone.replace("_", "-"), "__")) and path.suffix != ".pth":
            (tmp_path / path.name).symlink_to(path)
    told = doctor(fresh_home, "-S", paths=(ROOT, tmp_path))
    sign, fix = told.of(said)
    assert sign in "✗·" and ("pip install" in fix or "按锁定文件重新安装" in fix)
    assert told.code == LACKING and told.of("软件包不齐")[0] == "✗"


def test_a_kernel_that_dies(fresh_home: Path, tmp_path: Path) -> None:
    (tmp_path / "ipykernel_launcher.py").write_text("raise SystemExit(1)\n", encoding="utf-8")
    told = doctor(fresh_home, PYTHONPATH=str(tmp_path))
    sign, fix = told.of("笔记本内核不能启动")
    assert sign == "✗" and "ipykernel" in fix and told.code == LACKING


def test_a_container_s_limit_counts(tmp_path: Path) -> None:
    assert container_limits(tmp_path) == []
    (tmp_path / "memory.max").write_text("max\n", encoding="ascii")
    assert container_limits(tmp_path) == []
    (tmp_path / "memory.max").write_text("2147483648\n", encoding="ascii")
    assert container_limits(tmp_path) == [2 * 1024**3]


def test_each_system_has_its_own_words() -> None:
    for lacking in _REMEDIES:
        lines = [remedy(lacking, system) for system in ("linux", "win32", "darwin")]
        assert all(lines) and "\n" not in "".join(lines)
        assert "apt-get" not in lines[1] + lines[2] and "brew" not in lines[0] + lines[1]
    assert "winget" in remedy("pango", "win32") and "brew install pango" in remedy("pango", "darwin")
