"""A client of `gov lsp`: enough of the Language Server Protocol to drive it, and what it knows then."""

import json
import subprocess
from pathlib import Path


class Client:
    def __init__(self, gov, folder, threads=None):
        self.folder = Path(folder).resolve()
        command = [gov, "lsp"] + (["--threads", str(threads)] if threads else [])
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=self.folder)
        self.diagnostics = {}      # path → what was published last
        self.checked = []          # telemetry of each check
        self.requests = 0
        self.version = 0
        self.capabilities = self.request("initialize", {
            "processId": None, "rootUri": self.uri(""), "capabilities": {"general": {"positionEncodings": ["utf-8", "utf-16"]}}})
        self.notify("initialized", {})

    def uri(self, path):
        return (self.folder / path).as_uri()

    def path(self, uri):
        return str(Path(uri.removeprefix("file://")).relative_to(self.folder))

    def send(self, message):
        text = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(text) + text)
        self.process.stdin.flush()

    def receive(self):
        length = 0
        while (line := self.process.stdout.readline().strip()):
            name, value = line.split(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if not length:
            raise EOFError("the server has ended")
        message = json.loads(self.process.stdout.read(length))
        if message.get("method") == "textDocument/publishDiagnostics":
            path = self.path(message["params"]["uri"])
            self.diagnostics[path] = message["params"]["diagnostics"]
            if not self.diagnostics[path]:
                del self.diagnostics[path]
        elif message.get("method") == "telemetry/event":
            self.checked.append(message["params"])
        return message

    def notify(self, method, params):
        self.send({"method": method, "params": params})

    def request(self, method, params):
        self.requests += 1
        self.send({"id": self.requests, "method": method, "params": params})
        while True:
            message = self.receive()
            if message.get("id") == self.requests and "method" not in message:
                if "error" in message:
                    raise RuntimeError(message["error"])
                return message["result"]

    def wait_checked(self):
        """Waits until all that was sent is looked at; gives what it took."""
        count = len(self.checked)
        while len(self.checked) == count:
            self.receive()
        return self.checked[-1]

    def open(self, path, text):
        self.notify("textDocument/didOpen", {"textDocument": {"uri": self.uri(path), "languageId": "gov", "version": 0, "text": text}})
        return self.wait_checked()

    def change(self, path, text):
        self.version += 1
        self.notify("textDocument/didChange", {"textDocument": {"uri": self.uri(path), "version": self.version},
                                               "contentChanges": [{"text": text}]})
        return self.wait_checked()

    def at(self, method, path, line, character):
        return self.request("textDocument/" + method, {"textDocument": {"uri": self.uri(path)},
                                                       "position": {"line": line, "character": character}})

    def close(self):
        """The exit code."""
        self.request("shutdown", None)
        self.notify("exit", None)
        return self.process.wait(timeout=20)
