"""Reading PNG files of 8 bits a channel, without a library. The detector uses it.

Follows https://www.w3.org/TR/png-3/ sections 5 (chunks), 7 (filtering) and 9 (filter types).
"""

import struct
import zlib

MAGIC = b"\x89PNG\r\n\x1a\n"
CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}
COLOURS = {0: 1, 2: 3, 4: 1, 6: 3}


def brightness(data):
    """The picture as rows of numbers from 0 to 255: the brightest channel of each pixel. Raises ValueError."""
    try:
        return _decode(list(_chunks(data)))
    except (struct.error, zlib.error, IndexError) as error:
        raise ValueError("the file is damaged") from error


def _decode(chunks):
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[0][1])
    if depth != 8 or colour not in CHANNELS or interlaced:
        raise ValueError("only 8 bits a channel, greyscale or true colour, not interlaced")
    step = CHANNELS[colour]
    pixels = zlib.decompress(b"".join(body for kind, body in chunks if kind == b"IDAT"))
    rows = _unfilter(pixels, height, width * step, step)
    return [[max(row[at : at + COLOURS[colour]]) for at in range(0, len(row), step)] for row in rows]


def _chunks(data):
    if not data.startswith(MAGIC):
        raise ValueError("not a PNG file")
    at = len(MAGIC)
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        yield kind, data[at + 8 : at + 8 + length]
        at += length + 12


def _unfilter(pixels, height, size, step):
    above = bytes(size)
    for number in range(height):
        start = number * (size + 1)
        above = _row(pixels[start], pixels[start + 1 : start + 1 + size], above, step)
        yield above


def _row(kind, line, above, step):
    """Undo one row's filter: each byte was stored as its difference from a guess."""
    row = bytearray(line)
    for at, value in enumerate(line):
        left = row[at - step] if at >= step else 0
        corner = above[at - step] if at >= step else 0
        guesses = (0, left, above[at], (left + above[at]) // 2, _paeth(left, above[at], corner))
        row[at] = (value + guesses[kind]) & 255
    return bytes(row)


def _paeth(left, above, corner):
    estimate = left + above - corner
    return min((left, above, corner), key=lambda neighbour: abs(estimate - neighbour))
