#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that code quoted in the documentation is the code that is compiled.

A C++ block follows a line that says where it is from:

    <!-- from: tests/install/main.cpp#ask -->
    ```cpp
    ...
    ```

The part named `ask` of that file lies between two lines `// [ask]`; without
`#ask` the block is the whole file, less its licence line. Lines of the form
`// [name]` and common indentation do not count.

Usage: check_docs.py [ROOT]. Prints one line per violation, and exits with 1 if
there is any.
"""
import pathlib
import re
import sys
import textwrap

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SOURCE = re.compile(r"<!-- from: ([^#\s]+)(?:#([\w-]+))? -->\n$")
MARKER = re.compile(r"^[ \t]*// \[([\w-]+)\]\n", re.MULTILINE)


def part(text, name):
    """Returns the named part of a file, or None without exactly one."""
    if name is None:
        text = re.sub(r"\A// SPDX-.*\n+", "", text)
    else:
        edges = [x for x in MARKER.finditer(text) if x[1] == name]
        if len(edges) != 2:
            return None
        text = text[edges[0].end():edges[1].start()]
    return textwrap.dedent(MARKER.sub("", text)).strip("\n")


def violations(root):
    documents = [*root.glob("*.md"), *root.glob(".github/*.md"),
                 *root.glob("runtime/docs/**/*.md")]
    for document in sorted(documents):
        text = document.read_text(encoding="utf-8")
        for block in BLOCK.finditer(text):
            line = text.count("\n", 0, block.start()) + 1
            where = f"{document.relative_to(root)}:{line}:"
            source = SOURCE.search(text, 0, block.start())
            if not source:
                if block[1] in ("cpp", "c++"):
                    yield f"{where} does not say where it is from"
                continue
            path = root / source[1]
            if not path.is_file():
                yield f"{where} there is no {source[1]}"
                continue
            code = part(path.read_text(encoding="utf-8"), source[2])
            if code is None:
                yield f"{where} {source[1]} has no part {source[2]}"
            elif code != block[2].strip("\n"):
                yield f"{where} differs from {source[0].strip()[11:-4]}"


if __name__ == "__main__":
    found = list(violations(pathlib.Path(sys.argv[1] if sys.argv[1:] else ".")))
    print(*found, sep="\n", end="\n" if found else "")
    sys.exit(1 if found else 0)
