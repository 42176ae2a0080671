"""Given to ``python -c`` in a project's process: runs our code there, from its first line of input if it lacks it."""

import base64
import importlib.util
import io
import runpy
import sys
import tempfile
import zipfile

brought = sys.stdin.readline()
if sys.version_info < (3, 11):  # noqa: UP036 - it runs in whatever Python the project has
    sys.exit(f"statusquo needs Python 3.11 or newer, and this is {sys.version.split()[0]}.")
with tempfile.TemporaryDirectory(prefix="statusquo-") as folder:
    if importlib.util.find_spec("statusquo") is None:
        zipfile.ZipFile(io.BytesIO(base64.b64decode(brought))).extractall(folder)
        sys.path.append(folder)
    runpy.run_module("statusquo.django.visited", run_name="__main__", alter_sys=True)
