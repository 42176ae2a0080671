"""A webhook receiver for tests: keeps what it is sent, and says what it got.

    POST /<inbox>                   keep the delivery; 200
    POST /<inbox>?status=503        keep the delivery; answer with that status
    GET  /<inbox>                   {"deliveries": [{"event", "signature", "body", "status"}]}, oldest first
    GET  /health                    200 while it lives

Deliveries are files in the folder that ``INBOX`` names, so they are put back like everything else.
"""

import argparse
import json
import os
import re
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

INBOX = re.compile(r"/([\w-]+)")


class Handler(BaseHTTPRequestHandler):
    """One request; the server carries the folder."""

    def do_GET(self):
        if self.path == "/health":
            return self.reply(200, {})
        inbox = INBOX.fullmatch(self.path)
        if not inbox:
            return self.reply(404, {"error": f"{self.path} is not an inbox."})
        files = sorted(self.server.folder.glob(f"{inbox[1]}/*.json"))
        return self.reply(200, {"deliveries": [json.loads(file.read_text()) for file in files]})

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        target = urlsplit(self.path)
        inbox = INBOX.fullmatch(target.path)
        if not inbox:
            return self.reply(404, {"error": f"{self.path} is not an inbox."})
        status = int(parse_qs(target.query).get("status", ["200"])[0])
        delivery = {
            "event": self.headers["X-Event"],
            "signature": self.headers["X-Signature-256"],
            "body": body,
            "status": status,
        }
        keep(self.server.folder / inbox[1], delivery)
        return self.reply(status, {"kept": True})

    def reply(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def keep(folder, delivery):
    """Write a delivery whole or not at all, under a name that sorts by time."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{time.time_ns()}.json"
    draft = file.with_suffix(".part")
    draft.write_text(json.dumps(delivery))
    draft.rename(file)


class Receiver(ThreadingHTTPServer):
    """Keeps deliveries in one folder."""

    daemon_threads = True

    def __init__(self, address, folder):
        super().__init__(address, Handler)
        self.folder = folder


def main():
    parser = argparse.ArgumentParser(description="Keep deliveries in the folder that INBOX names.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    words = parser.parse_args()
    with Receiver((words.host, words.port), Path(os.environ["INBOX"])) as server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
