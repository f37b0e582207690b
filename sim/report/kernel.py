"""Running a notebook to its end, or knowing why not.

The interpreter at hand as kernel, parameters checked first.
"""

from __future__ import annotations

import ast
import os
import re
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

from sim import workspace
from sim.report.imports import light_jsonschema

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_TRACEBACK_LINES = 18
_ENGINE = "written once"


class UnknownParameter(ValueError):
    """A parameter the notebook does not have; papermill itself would only warn."""

    def __init__(self, name: str, known: list[str]) -> None:
        self.name, self.known = name, known
        near = get_close_matches(name, known, n=1)
        hint = f"，是不是 {near[0]}？" if near else "。"
        super().__init__(f"笔记本没有参数 {name}{hint}可用：{'、'.join(known)}。")


class WrongParameterType(TypeError):
    """A parameter of another type than its default."""

    def __init__(self, name: str, expected: str, got: str) -> None:
        self.name, self.expected, self.got = name, expected, got
        super().__init__(f"参数 {name} 应为 {expected}，得到的是 {got}。")


class NotebookFailed(RuntimeError):
    """The notebook did not run to its end. ``stage``: kernel, timeout or cell; ``detail`` fits one screen."""

    def __init__(self, stage: str, reason: str, detail: str = "") -> None:
        self.stage, self.reason, self.detail = stage, reason, detail
        super().__init__(reason)


def check_parameters(notebook: Path, given: Mapping[str, Any]) -> None:
    """Refuse parameters that the notebook's ``parameters`` cell does not define with that type.

    Raises:
        UnknownParameter, WrongParameterType: nothing has been run yet.
    """
    defaults = parameter_defaults(notebook)
    for name, value in given.items():
        if name not in defaults:
            raise UnknownParameter(name, sorted(defaults))
        expected = type(defaults[name])
        if not isinstance(value, expected):
            raise WrongParameterType(name, expected.__name__, type(value).__name__)


def parameter_defaults(notebook: Path) -> dict[str, Any]:
    """Read name -> default from the cell tagged ``parameters`` (plain assignments of literals)."""
    light_jsonschema()
    import nbformat

    cells = nbformat.read(notebook, as_version=4).cells  # type: ignore[no-untyped-call]
    tagged = [cell.source for cell in cells if "parameters" in cell.metadata.get("tags", [])]
    return {
        target.id: ast.literal_eval(statement.value)
        for source in tagged
        for statement in ast.parse(source).body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }


def execute(
    notebook: Path, output: Path, parameters: Mapping[str, Any], folder: Path, timeout_s: int,
    meanwhile: Callable[[], None] = lambda: None,
) -> None:  # fmt: skip
    """Run the notebook in ``folder`` and write it with its outputs to ``output``, as far as it came.

    ``timeout_s`` bounds each cell; ``meanwhile`` is done in this process while the kernel is at work. The kernel is
    the running interpreter; no kernelspec need be installed.

    Raises:
        NotebookFailed: the kernel died or did not start, a cell took too long, raised, or did not run.
    """
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.engines import papermill_engines
    from papermill.exceptions import PapermillExecutionError

    papermill_engines.register(_ENGINE, _engine())
    threading.Thread(target=meanwhile, daemon=True).start()
    try:
        papermill.execute_notebook(
            notebook.resolve(),
            output.resolve(),
            dict(parameters),
            cwd=folder,
            engine_name=_ENGINE,
            progress_bar=False,
            kernel_name="python3",
            language="python",
            start_timeout=60,
            execution_timeout=timeout_s,
            kernel_manager_class=_kernel_class(_environment()),  # asked before papermill changes the folder
        )
    except PapermillExecutionError as error:
        message = str(error.evalue).partition("\n")[0]
        reason = f"第{error.cell_index + 1}格（{_first_line(error.source)}）出错：{error.ename}：{message}"
        raise NotebookFailed("cell", reason, _tail(error)) from error
    except CellTimeoutError as error:
        raise NotebookFailed("timeout", f"一格运行超过{timeout_s}秒，已中止。") from error
    except (DeadKernelError, RuntimeError) as error:
        raise NotebookFailed("kernel", f"内核中途退出或没有启动：{error}") from error
    _require_complete(output)


@lru_cache(maxsize=1)
def _engine() -> type[Any]:
    """Return papermill's engine, but writing the notebook once.

    Papermill writes it before and after each cell, all of it: a seventh of a briefing's time.
    """
    from papermill.engines import NBClientEngine

    class WrittenOnce(NBClientEngine):  # type: ignore[misc]
        """Writes what there is when the notebook has ended, well or badly."""

        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> Any:
            output, nb_man.output_path = nb_man.output_path, None
            try:
                return super().execute_managed_notebook(nb_man, kernel_name, **options)
            finally:
                nb_man.output_path = output  # notebook_complete() writes it

    return WrittenOnce


def _require_complete(output: Path) -> None:
    """Check every code cell ran: papermill's own metadata says "no exception" after a dead kernel."""
    import nbformat

    for number, cell in enumerate(nbformat.read(output, as_version=4).cells, start=1):  # type: ignore[no-untyped-call]
        if cell.cell_type != "code":
            continue
        if cell.execution_count is None:
            raise NotebookFailed("cell", f"第{number}格没有运行。")
        if any(item.output_type == "error" for item in cell.outputs):
            raise NotebookFailed("cell", f"第{number}格的输出里有错误。")


def _first_line(source: str) -> str:
    return source.strip().partition("\n")[0]


def _tail(error: Any) -> str:
    lines = _ANSI.sub("", "\n".join(error.traceback)).splitlines()
    return "\n".join(lines[-_TRACEBACK_LINES:])


def _kernel_class(environment: Mapping[str, str]) -> type[Any]:
    """Return a kernel manager for this interpreter (imports Jupyter, hence not at module level)."""
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager
    from traitlets import default

    class InterpreterKernel(AsyncKernelManager):
        """The running interpreter as a kernel, on encrypted local transport where available."""

        @default("transport_encryption")
        def _encrypt(self) -> str:
            return "auto"

        @property
        def kernel_spec(self) -> KernelSpec:
            return KernelSpec(
                argv=[
                    sys.executable,
                    "-Xfrozen_modules=off",
                    "-m",
                    "ipykernel_launcher",
                    "-f",
                    "{connection_file}",
                    # jupyter_client interrupts before it shuts down; a kernel that is not yet at rest would tell of it
                    "--log-level=CRITICAL",
                ],
                display_name="Python 3",
                language="python",
                env=dict(environment),
                metadata={"supported_encryption": ["curve"]},
            )

    return InterpreterKernel


def _environment() -> dict[str, str]:
    """Where the package and the workspace are; without a workspace a notebook that asks for it says so itself."""
    code = str(Path(__file__).resolve().parents[2])
    paths = [code, *filter(None, [os.environ.get("PYTHONPATH")])]
    found = {"PYTHONPATH": os.pathsep.join(paths)}
    with suppress(workspace.WorkspaceNotFound):
        found[workspace.HOME_VARIABLE] = str(workspace.root())
    return found
