"""An editor as the YAML language server sees one: JSON-RPC over its standard input and output."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from threading import Timer
from typing import Any

PATIENCE_S = 60
SETTINGS = {"yaml": {"validate": True, "hover": True, "completion": True, "schemaStore": {"enable": False}}}


class Editor:
    """Opens files and asks what an editor shows of them; used as a context, which ends the server."""

    def __init__(self, server: Path) -> None:
        self._process = subprocess.Popen([server, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._last = 0
        self._watch = Timer(10 * PATIENCE_S, self._process.kill)  # a silent server fails the test, does not hang it
        self._told: dict[str, list[dict[str, Any]]] = {}

    def __enter__(self) -> Editor:
        self._watch.start()
        self._ask("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
        self._send({"method": "initialized", "params": {}})
        self._send({"method": "workspace/didChangeConfiguration", "params": {"settings": SETTINGS}})
        return self

    def __exit__(self, *_: object) -> None:
        self._watch.cancel()
        self._process.kill()
        self._process.communicate()

    def open(self, path: Path, text: str | None = None) -> list[dict[str, Any]]:
        """Show a file, with another text than its own if one is given; return what is marked as wrong."""
        uri = path.as_uri()
        content = path.read_text(encoding="utf-8") if text is None else text
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": content}
        self._told.pop(uri, None)
        self._send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        while uri not in self._told:
            self._hear()
        return self._told[uri]

    def at(self, what: str, path: Path, line: int, column: int) -> Any:
        """Ask for ``completion`` or ``hover`` at a place; both count from 1."""
        where = {"textDocument": {"uri": path.as_uri()}, "position": {"line": line - 1, "character": column - 1}}
        return self._ask(f"textDocument/{what}", where)

    def _ask(self, method: str, params: dict[str, Any]) -> Any:
        self._last += 1
        self._send({"id": self._last, "method": method, "params": params})
        while (answer := self._hear()).get("id") != self._last or "method" in answer:
            pass
        return answer["result"]

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._process.stdin.flush()

    def _hear(self) -> dict[str, Any]:
        """Take the server's next message; its own questions are answered with nothing."""
        assert self._process.stdout is not None
        length = 0
        while (line := self._process.stdout.readline().strip()) or not length:
            assert line, "the language server has ended"
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        message: dict[str, Any] = json.loads(self._process.stdout.read(length))
        if message.get("method") == "textDocument/publishDiagnostics":
            self._told[message["params"]["uri"]] = message["params"]["diagnostics"]
        if "method" in message and "id" in message:
            self._send({"id": message["id"], "result": None})
        return message
