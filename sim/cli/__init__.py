"""The command ``tenglong``."""

from __future__ import annotations

import sys

import typer

from sim.cli import (
    answers,
    checks,
    credibility,
    documents,
    levers,
    questions,
    series,
    start,
    store,
    templates,
    verbs,
)  # fmt: skip
from sim.cli.app import DEBUG, app
from sim.cli.exits import DONE, INTERRUPTED, USAGE, report_error, say
from sim.cli.usage import usage_text

__all__ = [
    "answers", "checks", "credibility", "documents", "levers", "main", "questions", "series", "start", "store",
    "templates", "verbs",
]  # fmt: skip

UsageError: type[typer.BadParameter] = typer.BadParameter.__bases__[0]  # wherever the installed typer keeps it


def main() -> None:
    """Entry point: known errors become one message and an exit code; a traceback only with ``--debug``."""
    words = [word for word in sys.argv[1:] if word != DEBUG]
    try:
        code = app(words, prog_name="tenglong", standalone_mode=False) or DONE
    except (typer.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    except UsageError as error:
        say(usage_text(error))
        code = USAGE
    except Exception as error:
        if DEBUG in sys.argv:
            raise
        code = report_error(error)
    if code == INTERRUPTED:
        say("已中断；已完成的运行都在 runs/ 里，重新运行同一命令即可继续。")
    sys.exit(code)
