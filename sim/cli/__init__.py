"""The command ``tenglong``."""

from __future__ import annotations

import signal
import sys
from contextlib import suppress

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
from sim.cli.exits import (
    DONE,
    FAILED,
    INTERRUPTED,
    USAGE,
    let_go_of_output,
    report_error,
    say,
    speak_chinese,
)  # fmt: skip
from sim.cli.usage import usage_text

__all__ = [
    "answers", "checks", "credibility", "documents", "levers", "main", "questions", "series", "start", "store",
    "templates", "verbs",
]  # fmt: skip

UsageError: type[typer.BadParameter] = typer.BadParameter.__bases__[0]  # wherever the installed typer keeps it


def main() -> None:
    """Entry point: known errors become one message and an exit code; a traceback only with ``--debug``.

    To be ended by the system (SIGTERM) is to be interrupted: what is half written is removed, the workers stop.
    """
    speak_chinese()
    with suppress(ValueError):  # not in the main thread, where signals are somebody else's matter
        signal.signal(signal.SIGTERM, _interrupted)
    words = [word for word in sys.argv[1:] if word != DEBUG]
    try:
        code = app(words, prog_name="tenglong", standalone_mode=False) or DONE
        sys.stdout.flush()  # here, where a full disk or a reader that is gone can still be told
    except (typer.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    except UsageError as error:
        say(usage_text(error))
        code = USAGE
    except BrokenPipeError:
        code = FAILED  # who reads no further, as head after ten lines, needs no message
    except Exception as error:
        if DEBUG in sys.argv:
            raise
        code = report_error(error)
    if code == INTERRUPTED:
        say("已中断；已完成的运行都在 runs/ 里，重新运行同一命令即可继续。")
    let_go_of_output()
    sys.exit(code)


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt
