"""What is wrong with what was typed, in Chinese: typer's own messages are English, by a handful of patterns."""

from __future__ import annotations

import re
from typing import Any

_PATTERNS = (
    (r"^Invalid value for '([^']*)'(?: \([^)]*\))?: ", r"\1："),
    (r"^Invalid value: ", ""),
    (r"^Missing (?:argument|parameter|option) '([^']*)'\.?", r"缺少 \1。"),
    (r"No such option: (\S+)", r"没有选项 \1。"),
    (r" ?\((?:Possible options|Did you mean):? ([^)?]*)\??\)", r"是不是 \1？"),
    (r"No such command '([^']*)'\.?", r"没有命令 \1。"),
    (r" ?Did you mean:? ([^?]*)\?", r"是不是 \1？"),
    (r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", r"多了 \1。"),
    (r"Option '([^']*)' requires an argument\.?", r"选项 \1 要有一个值。"),
    (r"Input should be less than or equal to (\S+)", r"应不大于 \1。"),
    (r"Input should be greater than or equal to (\S+)", r"应不小于 \1。"),
    (r"Input should be a valid integer.*", "应为整数。"),
    (r"Input should be a valid number.*", "应为数。"),
    (r"(?:Value error, )?'([^']*)' is not one of (.*?)\.?$", r"没有“\1”，可用 \2。"),
)  # fmt: skip


def usage_text(error: Any) -> str:
    """Return the message of one of typer's usage errors, and where the usage is explained."""
    said = _missing(error) or str(error.format_message())
    for pattern, text in _PATTERNS:
        said = re.sub(pattern, text, said)
    where = f"\n用法：{error.ctx.command_path} --help" if error.ctx is not None else ""
    return said.strip() + where


def _missing(error: Any) -> str:
    """What was not typed, by its own explanation; nothing where that is not what is wrong."""
    parameter: Any = getattr(error, "param", None)
    if type(error).__name__ != "MissingParameter" or not getattr(parameter, "help", ""):
        return ""
    told = parameter.help.rstrip("。")
    return f"缺少 {parameter.opts[0]}（{told}）。" if parameter.param_type_name == "option" else f"缺少：{told}。"
