"""As much of PNG as the server needs: the size of a picture, and small pictures for the example data."""

import struct
import zlib

MAGIC = b"\x89PNG\r\n\x1a\n"
START = struct.Struct(">8sI4sII")


def measure(data):
    """Width and height, from the header that starts every PNG file. Raises ValueError for anything else."""
    if len(data) >= START.size:
        magic, _, chunk, width, height = START.unpack_from(data)
        if magic == MAGIC and chunk == b"IHDR":
            return width, height
    raise ValueError("not a PNG image")


def draw(width, height, box):
    """A dark grey picture with a bright *box*: left, top, right, bottom."""
    left, top, right, bottom = box
    dark = b"\x00" + bytes([40] * width)
    lit = b"\x00" + bytes(200 if left <= x < right else 40 for x in range(width))
    pixels = b"".join(lit if top <= y < bottom else dark for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return MAGIC + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(pixels)) + _chunk(b"IEND", b"")


def _chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
