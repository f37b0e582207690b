"""Nothing a user brings is executed, nothing is unpacked or unpickled, and what serves, serves this machine only."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from sim.bench import serve
from tests.small import ENTERPRISES, SEED

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "sim").rglob("*.py"))
EXECUTE = {"eval", "exec", "compile", "__import__", "system", "popen", "read_pickle", "extractall", "mktemp"}
"""Functions that run, or write, what a text or an archive says."""
UNSAFE = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "telnetlib", "xmlrpc"}
"""Modules that make objects of bytes, or open doors."""
EVERYWHERE = re.compile(r"0\.0\.0\.0|(?:ip|host|address)['\"]?\s*[:=]\s*['\"](?:\*|::|)['\"]")
LOOPBACK = ("127.", "::1", "::ffff:127.")
LONGEST_S = 120


def faults(code: str) -> list[str]:
    """Lines on which a text or bytes could become a program."""
    found = []
    tree = ast.parse(code.replace("yaml.load", "PyYAML.load") if "import yaml" in code else code)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            bad = UNSAFE & {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            bad = UNSAFE & {str(node.module).split(".")[0]}
        elif isinstance(node, ast.Call):
            bad = _of_call(node)
        else:
            continue
        found += [f"{node.lineno}: {what}" for what in sorted(bad)]
    return found


def _of_call(call: ast.Call) -> set[str]:
    function = ast.unparse(call.func)
    given = {word.arg: ast.unparse(word.value) for word in call.keywords}
    bad = {function} if function.rpartition(".")[2] in EXECUTE and not function.startswith("re.") else set()
    bad |= {f"{name}=True" for name in ("shell", "allow_pickle") if given.get(name, "False") != "False"}
    if function == "PyYAML.load" and "Safe" not in given.get("Loader", "") and given.get("Loader") != "reader":
        bad.add("yaml.load without a safe loader")
    if function.endswith("YAML") and given.get("typ") in ("'unsafe'", "'base'"):
        bad.add("unsafe YAML")
    if function.startswith("subprocess.") and call.args and isinstance(call.args[0], ast.JoinedStr | ast.Constant):
        bad.add("a program called by a text")
    return bad


@pytest.mark.parametrize(
    "line",
    ["eval(text)", "builtins.exec(text)", "import pickle", "from marshal import loads", "os.system(text)",
     "subprocess.run(f'rm {x}', shell=True)", "subprocess.run(['a'], shell=anything)", "import yaml; yaml.load(text)",
     "import yaml; yaml.load(text, Loader=yaml.Loader)", "np.load(path, allow_pickle=True)", "pd.read_pickle(path)",
     "archive.extractall()", "YAML(typ='unsafe')", "subprocess.check_output('ls')"],
)  # fmt: skip
def test_the_search_sees_what_it_looks_for(line: str) -> None:
    assert faults(line)


def test_no_text_or_bytes_of_a_user_s_become_a_program() -> None:
    assert len(FILES) > 200
    found = {path.relative_to(ROOT).as_posix(): faults(path.read_text(encoding="utf-8")) for path in FILES}
    assert not {name: lines for name, lines in found.items() if lines}


def test_the_loader_of_our_own_yaml_is_the_safe_one() -> None:
    """``reader``, the C loader where there is one, makes nothing but texts, lists and maps (``Safe``: numbers)."""
    using = [path for path in FILES if "Loader=reader" in path.read_text(encoding="utf-8")]
    assert using
    for path in using:
        [made] = re.findall(r"reader(?:: [^=]+)? = (.*)", path.read_text(encoding="utf-8"))
        assert re.fullmatch(r'getattr\(yaml, "C((Safe|Base)Loader)", yaml\.\1\)', made), path


def test_every_template_escapes() -> None:
    made = [
        ast.unparse(node) for path in FILES for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Environment")
    ]  # fmt: skip
    assert made and not [call for call in made if "autoescape=True" not in call]


def test_no_address_of_ours_is_open_to_others() -> None:
    served = [*FILES, ROOT / "Makefile", *(ROOT / "notebooks").glob("*.ipynb"), *(ROOT / "sim").rglob("*.json")]
    assert EVERYWHERE.search('host="0.0.0.0"') and EVERYWHERE.search("--Voila.ip = '*'")
    assert not [path.name for path in served if EVERYWHERE.search(path.read_text(encoding="utf-8"))]
    assert serve.ADDRESS.startswith(LOOPBACK) and f"--Voila.ip={serve.ADDRESS}" in serve.arguments(Path("x.ipynb"))


def listening(parent: psutil.Process) -> Iterator[str]:
    """Addresses at which a process and its children wait for somebody."""
    for process in (parent, *parent.children(recursive=True)):
        try:
            for connection in process.net_connections("inet"):
                if connection.status == psutil.CONN_LISTEN:
                    yield connection.laddr.ip
        except psutil.Error:  # it has ended
            continue


@pytest.mark.slow
@pytest.mark.parametrize("words", [("-m", "sim.bench.serve"), ("-m", "sim.cli", "run", "baseline", "--executor", "dask",
    "--runs", "40", "--workers", "1", "--enterprises", str(ENTERPRISES), "--seed", str(SEED))])  # fmt: skip
def test_what_serves_listens_on_this_machine_alone(fresh_home: Path, words: tuple[str, ...]) -> None:
    """The sliders' page and its kernel, and the scheduler and worker of Dask."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    started = subprocess.Popen([sys.executable, *words], **quiet)
    addresses: set[str] = set()
    deadline = time.monotonic() + LONGEST_S
    try:
        while started.poll() is None and not addresses and time.monotonic() < deadline:
            time.sleep(0.2)
            addresses |= set(listening(psutil.Process(started.pid)))
        for _ in range(20):  # what opens a moment later
            time.sleep(0.1)
            addresses |= set(listening(psutil.Process(started.pid))) if started.poll() is None else set()
    finally:
        started.terminate()
        started.wait(LONGEST_S)
    assert addresses and all(address.startswith(LOOPBACK) for address in addresses), addresses
