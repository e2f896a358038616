"""Presses keys of an X server from outside the program under test, as a person's keyboard does (extension XTEST).

Run by the benchmark of the window as a process of its own: ``python x11_keys.py :99``. Each line of standard input is
a key and a delay in seconds ("Down 0.21"); the key is pressed after the delay, and the moment of the press is printed
as a reading of the monotonic clock, which all processes of a machine share. Speaks the core protocol over the server's
local socket: nothing need be installed.
"""

import re
import socket
import struct
import sys
import time

KEYSYMS = {"Down": 0xFF54, "Up": 0xFF52, "Space": 0x20, "S": ord("s"), "Escape": 0xFF1B}
_PRESS, _RELEASE = 2, 3
_HELD = 0.02  # seconds a key stays down: shorter than any auto-repeat


class Keyboard:
    """A connection to an X server that needs no authorisation, for pressing keys."""

    def __init__(self, display: str) -> None:
        found = re.fullmatch(r"(?:unix)?:(\d+)(?:\.\d+)?", display)
        if found is None:
            raise ValueError(f"{display} is not a local display such as :99")
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(f"/tmp/.X11-unix/X{found[1]}")
        self._socket.sendall(struct.pack("<BxHHHHxx", ord("l"), 11, 0, 0, 0))
        status, length = struct.unpack("<B5xH", self._read(8))
        setup = self._read(4 * length)
        if status != 1:
            raise ConnectionError(f"the X server refuses: {setup[:80]!r}")
        self._first, last = setup[26], setup[27]
        self._keycodes = self._keyboard_mapping(last - self._first + 1)
        self._xtest = self._extension(b"XTEST")

    def _read(self, count: int) -> bytes:
        parts = b""
        while len(parts) < count:
            part = self._socket.recv(count - len(parts))
            if not part:
                raise ConnectionError("the X server has gone")
            parts += part
        return parts

    def _reply(self) -> tuple[bytes, bytes]:
        """Return the head of the next reply and what follows it; events in between are of no interest."""
        while True:
            head = self._read(32)
            if head[0] == 0:
                raise ConnectionError(f"the X server answers with error {head[1]}")
            if head[0] == 1:
                return head, self._read(4 * struct.unpack_from("<I", head, 4)[0])

    def _keyboard_mapping(self, count: int) -> dict[int, int]:
        self._socket.sendall(struct.pack("<BxHBBxx", 101, 2, self._first, count))
        head, body = self._reply()
        symbols = struct.unpack(f"<{len(body) // 4}I", body)
        return {symbol: self._first + place // head[1] for place, symbol in enumerate(symbols) if symbol}

    def _extension(self, name: bytes) -> int:
        padded = name.ljust(-(-len(name) // 4) * 4, b"\0")
        self._socket.sendall(struct.pack("<BxHHxx", 98, 2 + len(padded) // 4, len(name)) + padded)
        head, _ = self._reply()
        if not head[8]:
            raise ConnectionError(f"the X server has no {name.decode()}")
        return head[9]

    def _fake(self, kind: int, keycode: int) -> None:
        self._socket.sendall(struct.pack("<BBHBBxxII8xhh7xB", self._xtest, 2, 9, kind, keycode, 0, 0, 0, 0, 0))

    def press(self, key: str) -> float:
        """Press and release a key of `KEYSYMS`; return when it was pressed."""
        keycode = self._keycodes[KEYSYMS[key]]
        moment = time.monotonic()
        self._fake(_PRESS, keycode)
        time.sleep(_HELD)
        self._fake(_RELEASE, keycode)
        return moment


def main() -> None:
    """Press what standard input says."""
    keyboard = Keyboard(sys.argv[1])
    print("ready", flush=True)
    for line in sys.stdin:
        key, delay = line.split()
        time.sleep(float(delay))
        print(keyboard.press(key), flush=True)


if __name__ == "__main__":
    main()
