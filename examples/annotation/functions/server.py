"""The function service: answers what its functions find in an image.

    GET  /functions          {"functions": [{"name", "description"}]}
    POST /functions/<name>   {"image": <base64>} -> {"shapes": [{"kind", "points"}]}
    GET  /health             200 while it lives

The annotation server lists the functions; its worker calls them.
"""

import argparse
import base64
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import detector

FUNCTIONS = {"detector": detector.detect}


class Handler(BaseHTTPRequestHandler):
    """One request."""

    def do_GET(self):
        if self.path == "/health":
            self.reply(200, {})
        elif self.path == "/functions":
            functions = [{"name": name, "description": call.__doc__} for name, call in FUNCTIONS.items()]
            self.reply(200, {"functions": functions})
        else:
            self.reply(404, {"error": f"There is no {self.path}."})

    def do_POST(self):
        # The body is read before any answer: one left unread would be taken for the next request.
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        name = self.path.removeprefix("/functions/")
        if name not in FUNCTIONS:
            return self.reply(404, {"error": f"There is no function {name!r}."})
        try:
            image = base64.b64decode(json.loads(body)["image"], validate=True)
            return self.reply(200, {"shapes": FUNCTIONS[name](image)})
        except (ValueError, KeyError, TypeError) as error:
            return self.reply(400, {"error": f"{name} cannot read this image: {error}."})

    def reply(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


class FunctionServer(ThreadingHTTPServer):
    """Answers each caller in a thread of its own."""

    daemon_threads = True


def main():
    parser = argparse.ArgumentParser(description="Serve the functions.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    words = parser.parse_args()
    with FunctionServer((words.host, words.port), Handler) as server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
