#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that includes in runtime/ and actors/ follow the layers.

Usage: check_layering.py [ROOT]. Prints one line per violation, and exits with 1
if there is any.
"""
import graphlib
import pathlib
import re
import sys

# A folder may include itself and folders with lower numbers. A file that is in
# no folder, such as troupe/config.hpp, counts as part of `config`.
LAYERS = {
    "base": 0, "port": 1,
    "buffer": 2, "scheduling": 2, "location": 3,
    "supervision": 4, "link": 4, "process": 5, "remote": 5, "pool": 6,
    "observe": 7, "config": 8, "all": 9, "testing": 9, "actors": 10,
}

# What only these folders may include.
RESERVED = {
    r"caf/(scheduler|intrusive|detail)\b": {"scheduling", "port"},
    r"caf/(all\.hpp|io/|openssl/)": set(),
    r"grpc|.*\.grpc\.pb\.h": {"link"},
    r"troupe/testing/": {"testing"},
}

# Where the files are, and what their names have in front when included.
TREES = {"runtime/include": "", "runtime/src": "", "actors/include": "",
         "actors/src": "actors/"}

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)


def folder(name):
    """Returns the key of LAYERS for the name that a file is included by."""
    parts = name.removeprefix("troupe/").split("/")
    return parts[0] if len(parts) > 1 else "all" if name == "troupe/all.hpp" else "config"


def objection(name, target, known):
    """Returns what speaks against `name` including `target`, or None."""
    own, other = folder(name), folder(target)
    for pattern, allowed in RESERVED.items():
        if re.match(pattern, target) and own not in allowed:
            return f"is only for {', '.join(sorted(allowed)) or 'nobody'}"
    if target not in known:
        return None
    if name.startswith("troupe/") and not target.startswith("troupe/"):
        return "is private, the file is not"
    if own != other and LAYERS[own] == LAYERS[other]:
        return f"is of {other}, a sibling of {own}"
    if LAYERS[own] < LAYERS[other]:
        return f"is of {other}, above {own}"
    return None


def violations(root):
    files = {prefix + path.relative_to(root / tree).as_posix(): path
             for tree, prefix in TREES.items()
             for path in sorted((root / tree).rglob("*.[hc]pp"))}
    if not files:
        yield f"{root}: no sources"
    strangers = {name for name in files if folder(name) not in LAYERS}
    for name in sorted(strangers):
        yield f"{files[name]}: {folder(name)} is in no layer"
    known = files.keys() - strangers
    graph = {name: INCLUDE.findall(files[name].read_text()) for name in known}
    for name, targets in sorted(graph.items()):
        for target in targets:
            if problem := objection(name, target, known):
                yield f"{files[name]}: {target} {problem}"
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        yield "cycle: " + " <- ".join(error.args[1])


if __name__ == "__main__":
    found = list(violations(pathlib.Path(sys.argv[1] if sys.argv[1:] else ".")))
    print(*found, sep="\n", end="\n" if found else "")
    sys.exit(1 if found else 0)
