"""The system under test: items behind HTTP, one file each in the folder DATA. Run as ``python app.py PORT``."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

DATA = Path(os.environ["DATA"])


def file_of(name: str) -> Path:
    return DATA / f"{name}.json"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet

    def do_GET(self) -> None:
        if self.path == "/headers":
            self.answer(200, {name.lower(): value for name, value in self.headers.items()})
        elif self.path == "/self":
            self.answer(200, {"pid": os.getpid(), "jobs": os.environ.get("JOBS", "")})
        else:
            self.answer(200, sorted(file.stem for file in DATA.glob("*.json")))

    def do_POST(self) -> None:
        asked = self.read()
        match self.path:
            case "/die":
                print("about to die", flush=True)
                os._exit(3)
            case "/login":
                self.log_in(asked)
            case "/late":
                threading.Timer(float(asked["seconds"]), file_of(asked["name"]).write_text, ["{}"]).start()
                self.answer(202, None)
            case "/chatter":
                print("\n".join(f"line {number}" for number in range(int(asked["lines"]))), flush=True)
                self.answer(200, None)
            case _ if file_of(asked["name"]).exists():
                self.answer(409, f"there is an item {asked['name']}")
            case _:
                file_of(asked["name"]).write_text(json.dumps(asked))
                print(f"created {asked['name']}", flush=True)
                self.answer(201, asked)

    def do_PATCH(self) -> None:
        file_of(self.path.split("/")[-1]).write_text(json.dumps(self.read()))
        self.answer(200, None)

    def do_PUT(self) -> None:
        self.do_PATCH()

    def do_DELETE(self) -> None:
        file = file_of(self.path.split("/")[-1])
        if file.exists():
            file.unlink()
            self.answer(200, None)
        else:
            self.answer(404, None)

    def log_in(self, asked: dict[str, str]) -> None:
        if asked["password"] != "secret":
            self.answer(400, "wrong password")
            return
        token = f"token-{asked['username']}-{time.monotonic_ns()}"
        file_of(token).write_text("{}")
        self.answer(200, {"token": token})

    def read(self) -> dict[str, str]:
        asked: dict[str, str] = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
        return asked

    def answer(self, status: int, value: object) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Set-Cookie", "visited=yes")
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        pass


if __name__ == "__main__":
    if os.environ.get("JOBS") == "none":
        sys.exit("nothing to do without jobs")
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
