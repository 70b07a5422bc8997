#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a program on a terminal until all patterns are found on the screen, row by
row in this order, then presses q and prints the screen.

Usage: on_terminal.py PATTERN... -- COMMAND...
Exits with 1 after a while without them, or as the command does.
"""
import contextlib
import fcntl
import os
import pty
import re
import select
import struct
import sys
import termios
import time

PATIENCE = 30
ROWS, COLUMNS = 30, 200
SEQUENCE = re.compile(r"\x1b\[\??([0-9;]*)([A-Za-z])|\x1b[()][A-Z0-9]"
                      r"|\x1b[=>78M]")


class Screen:
    """As much of a VT100 as ncurses uses."""

    def __init__(self):
        self.lines = [[" "] * COLUMNS for _ in range(ROWS)]
        self.row = self.column = 0
        self.rest = ""

    def feed(self, text):
        text = self.rest + text
        self.rest = ""
        i = 0
        while i < len(text):
            if text[i] == "\x1b":
                match = SEQUENCE.match(text, i)
                if not match:
                    self.rest = text[i:]
                    return
                self.command(match)
                i = match.end()
                continue
            self.put(text[i])
            i += 1

    def put(self, c):
        if c == "\r":
            self.column = 0
        elif c == "\n":
            self.row = min(self.row + 1, ROWS - 1)
        elif c == "\b":
            self.column = max(self.column - 1, 0)
        elif c >= " " and self.column < COLUMNS:
            self.lines[self.row][self.column] = c
            self.column += 1

    def command(self, match):
        if match[2] is None:
            return
        numbers = [int(x) if x else 0 for x in match[1].split(";")]
        n = max(numbers[0], 1)
        line = self.lines[self.row]
        if match[2] == "H":
            self.row = min(n, ROWS) - 1
            self.column = max(numbers[1] if len(numbers) > 1 else 1, 1) - 1
        elif match[2] == "A":
            self.row = max(self.row - n, 0)
        elif match[2] == "B":
            self.row = min(self.row + n, ROWS - 1)
        elif match[2] == "C":
            self.column += n
        elif match[2] == "D":
            self.column = max(self.column - n, 0)
        elif match[2] == "K" and numbers[0] == 0:
            line[self.column:] = [" "] * (COLUMNS - self.column)
        elif match[2] == "K":
            line[:self.column + 1] = [" "] * (self.column + 1)
        elif match[2] == "J":
            line[self.column:] = [" "] * (COLUMNS - self.column)
            for other in self.lines[self.row + 1:]:
                other[:] = [" "] * COLUMNS

    def text(self):
        return ["".join(x).rstrip() for x in self.lines]


def shows(lines, patterns):
    """Returns whether each pattern is in a line below that of the one before."""
    rest = iter(lines)
    return all(any(re.search(x, line) for line in rest) for x in patterns)


def main():
    split = sys.argv.index("--")
    patterns, command = sys.argv[1:split], sys.argv[split + 1:]
    child, terminal = pty.fork()
    if child == 0:
        os.environ["TERM"] = "vt100"
        # The program must find the size when it starts.
        fcntl.ioctl(0, termios.TIOCSWINSZ,
                    struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        os.execv(command[0], command)
    screen = Screen()
    found = False
    end = time.monotonic() + PATIENCE
    with contextlib.suppress(OSError):
        while not found and time.monotonic() < end:
            if select.select([terminal], [], [], 1)[0]:
                screen.feed(os.read(terminal, 65536).decode(errors="replace"))
                found = shows(screen.text(), patterns)
        print("\n".join(screen.text()))
        os.write(terminal, b"q")
        # It gives the terminal back, and somebody must read that.
        while os.read(terminal, 65536):
            pass
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return status if found else 1


if __name__ == "__main__":
    sys.exit(main())
