"""Why the operating system refused a file, in Chinese."""

from __future__ import annotations

import errno

REASONS = {
    errno.ENAMETOOLONG: "名字太长。每一级文件夹与文件的名字至多255字节，一个汉字占3字节",
    errno.EACCES: "没有权限。请检查权限，或是否正被别的程序占用",
    errno.EPERM: "没有权限。请检查权限，或是否正被别的程序占用",
    errno.EROFS: "所在的磁盘只能读",
    errno.ENOSPC: "磁盘已满。请腾出空间，或换一个地方",
    errno.ENOTDIR: "路径里有一级是文件，不是文件夹",
    errno.EISDIR: "这是文件夹，不是文件",
}


def reason(error: OSError) -> str:
    """Return why, and what to do where that is known; else the system's own words."""
    return REASONS.get(error.errno or 0, error.strerror or str(error))
