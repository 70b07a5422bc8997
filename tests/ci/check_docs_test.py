# SPDX-License-Identifier: Apache-2.0
"""Feeds check_docs.py documents that quote rightly and wrongly."""
import pathlib
import subprocess
import sys
import tempfile
import textwrap
import unittest

SCRIPT = pathlib.Path(__file__).parents[2] / ".ci" / "check_docs.py"

CODE = """\
// SPDX-License-Identifier: Apache-2.0

int before;

  // [ask]
  int one() {
    // [inner]
    return 1;
    // [inner]
  }
  // [ask]
"""


class CheckDocs(unittest.TestCase):
    def check(self, text, name="README.md"):
        """Returns the lines about a document with this text."""
        with tempfile.TemporaryDirectory() as root:
            document = pathlib.Path(root, name)
            document.parent.mkdir(parents=True, exist_ok=True)
            document.write_text(textwrap.dedent(text))
            pathlib.Path(root, "a.cpp").write_text(CODE)
            result = subprocess.run([sys.executable, SCRIPT, root], text=True,
                                    stdout=subprocess.PIPE, check=False)
            lines = result.stdout.splitlines()
            self.assertEqual(result.returncode, 1 if lines else 0)
            return lines

    def test_a_part_is_compared_without_markers_and_indentation(self):
        self.assertEqual(self.check("""\
            Text.

            <!-- from: a.cpp#ask -->
            ```cpp
            int one() {
              return 1;
            }
            ```

            <!-- from: a.cpp#inner -->
            ```cpp
            return 1;
            ```
            """), [])

    def test_a_whole_file_is_compared_without_its_licence(self):
        self.assertEqual(self.check("""\
            <!-- from: a.cpp -->
            ```cpp
            int before;

              int one() {
                return 1;
              }
            ```
            """), [])

    def test_a_difference_is_found_in_every_document(self):
        text = """\
            <!-- from: a.cpp#inner -->
            ```cpp
            return 2;
            ```
            """
        for name in ("README.md", ".github/CONTRIBUTING.md",
                     "runtime/docs/protocol.md"):
            self.assertEqual(self.check(text, name),
                             [f"{name}:2: differs from a.cpp#inner"])

    def test_a_missing_part_is_found(self):
        self.assertEqual(self.check("""\
            <!-- from: a.cpp#none -->
            ```cpp
            ```
            """), ["README.md:2: a.cpp has no part none"])

    def test_a_missing_file_is_found(self):
        self.assertEqual(self.check("""\
            <!-- from: b.cpp -->
            ```cpp
            ```
            """), ["README.md:2: there is no b.cpp"])

    def test_code_without_a_source_is_found(self):
        self.assertEqual(self.check("""\
            ```cpp
            int x;
            ```
            """), ["README.md:1: does not say where it is from"])

    def test_other_blocks_are_free(self):
        self.assertEqual(self.check("""\
            ```
            $ apps/run fib
            ```
            ```sh
            apps/run fib
            ```
            """), [])


if __name__ == "__main__":
    unittest.main()
