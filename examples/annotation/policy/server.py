"""The policy service: OPA's data API over the rules of a folder, evaluated by an engine in this process.

    POST /v1/data/<package>/<rule>   {"input": ...} -> {"result": ...}, or {} when the rule is undefined
    GET  /health                     200 while it lives
    GET  /health?bundles             200 once rules are loaded, 500 before

``BUNDLE`` names the folder. It is looked at every second, and changed rules take effect without a restart.
Only the annotation server calls it.
"""

import argparse
import json
import os
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from bundle import Bundle, InvalidRules

POLL_SECONDS = 1


class Handler(BaseHTTPRequestHandler):
    """One request; the server carries the bundle."""

    timeout = 5

    def do_GET(self):
        healthy = {"/health": True, "/health?bundles": self.server.bundle.is_loaded}
        if self.path not in healthy:
            self.reply(404, {"code": "not_found", "message": f"There is no {self.path}."})
        else:
            self.reply(200 if healthy[self.path] else 500, {})

    def do_POST(self):
        if not self.path.startswith("/v1/data/"):
            return self.reply(404, {"code": "not_found", "message": f"There is no {self.path}."})
        try:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            rule = self.path.removeprefix("/v1/data/").replace("/", ".")
            return self.reply(200, self.server.bundle.evaluate(rule, body["input"]))
        except InvalidRules as error:
            return self.reply(500, {"code": "internal_error", "message": str(error)})
        except (ValueError, KeyError, TypeError) as error:
            return self.reply(400, {"code": "invalid_parameter", "message": f"{type(error).__name__}: {error}"})

    def reply(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


class PolicyServer(HTTPServer):
    """Serves one bundle and keeps it fresh, in one thread: the engine may only be used by the thread that made it."""

    def __init__(self, address, bundle):
        super().__init__(address, Handler)
        self.bundle = bundle
        self.loaded_at = float("-inf")
        self.service_actions()

    def service_actions(self):
        """Called between requests. Rules that do not parse are reported, and the last good ones stay."""
        if time.monotonic() - self.loaded_at < POLL_SECONDS:
            return
        try:
            if self.bundle.ensure_fresh():
                print(f"{len(self.bundle.files)} files loaded from {self.bundle.folder}", flush=True)
        except InvalidRules as error:
            print(error, flush=True)
        self.loaded_at = time.monotonic()


def main():
    parser = argparse.ArgumentParser(description="Serve the rules in the folder that BUNDLE names.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    words = parser.parse_args()
    bundle = Bundle(Path(os.environ["BUNDLE"]))
    with PolicyServer((words.host, words.port), bundle) as server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
