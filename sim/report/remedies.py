"""What to type when the machine lacks something: one line for each system."""

from __future__ import annotations

import sys

_REMEDIES: dict[str, tuple[str, str, str]] = {
    "python": (
        "apt-get install python3 python3-venv（或装 uv：pip install uv），再运行 make clean brief",
        "winget install Python.Python.3.12",
        "brew install python@3.12",
    ),
    "packages": (
        "rm -rf .venv && make brief（按锁定文件重新安装）",
        "uv pip install --require-hashes -r requirements.lock（按锁定文件重新安装）",
        "rm -rf .venv && make brief（按锁定文件重新安装）",
    ),
    "pango": (
        "apt-get install libpango-1.0-0 libpangoft2-1.0-0",
        "winget install MSYS2.MSYS2，再运行 C:\\msys64\\usr\\bin\\pacman -S mingw-w64-x86_64-pango",
        "brew install pango",
    ),
    "browser": (
        "apt-get install chromium",
        "winget install Microsoft.Edge",
        "brew install --cask chromium",
    ),
    "fonts": (
        "apt-get install fontconfig fonts-noto-cjk",
        "在“设置 - 可选功能”里安装“中文（简体）补充字体”",
        "brew install --cask font-noto-sans-cjk-sc",
    ),
    "permission": (
        "chmod -R u+w runs reports；盘是只读的，就把工作区移到可写的地方",
        "在文件夹的“属性”里取消“只读”，或把工作区移到“文档”下",
        "chmod -R u+w runs reports；盘是只读的，就把工作区移到可写的地方",
    ),
}
"""By what is lacking: for Debian and its like, Windows, macOS."""


def remedy(lacking: str, system: str = sys.platform) -> str:
    """Return what to do about it on this system (a name as of ``sys.platform``)."""
    linux, windows, mac = _REMEDIES[lacking]
    return windows if system.startswith("win") else mac if system == "darwin" else linux
