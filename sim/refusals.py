"""Why the operating system refused a file, in Chinese."""

from __future__ import annotations

import errno

_PERMISSION = "没有权限。请检查权限，或是否正被别的程序占用"
_FULL = "磁盘已满。请腾出空间（tenglong clean --stale 清除过时的结果），或换一个地方"
_TOO_MANY = "同时打开的文件过多。请关掉一些程序，或以 ulimit -n 放宽"
REASONS = {
    errno.ENAMETOOLONG: "名字太长。每一级文件夹与文件的名字至多255字节，一个汉字占3字节",
    errno.ELOOP: "路径绕成一圈，请换一个",
    errno.ENOTDIR: "路径里有一级是文件，不是文件夹",
    errno.EISDIR: "这是文件夹，不是文件",
    errno.EEXIST: "同名的文件或文件夹已在。请把它移开",
    errno.EACCES: _PERMISSION,
    errno.EPERM: _PERMISSION,
    errno.EROFS: "所在的磁盘只能读",
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: _FULL,
    errno.EMFILE: _TOO_MANY,
    errno.ENFILE: _TOO_MANY,
    errno.EIO: "读写不了。请检查磁盘",
}
NAMED_WRONGLY = (errno.ENAMETOOLONG, errno.ELOOP, errno.ENOTDIR, errno.EISDIR)
"""Whoever gave the path gives another; the rest are the machine's."""


def reason(error: OSError) -> str:
    """Return why, and what to do where that is known; else the system's own words."""
    return REASONS.get(error.errno or 0, error.strerror or str(error))
