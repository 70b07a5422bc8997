# SPDX-License-Identifier: Apache-2.0
"""Runs apps/run and tests/run in a small project of their own.

Its path has a blank, and the package tools are stand-ins, so that nothing of
the machine is changed.
"""
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest

REPOSITORY = pathlib.Path(__file__).parents[2]

FILES = {
    "CMakeLists.txt": """
cmake_minimum_required(VERSION 3.25)
project(small LANGUAGES CXX)
option(TROUPE_BUILD_TESTS "" ON)
add_subdirectory(apps/hello)
if(TROUPE_BUILD_TESTS)
  enable_testing()
  include(tests.cmake)
endif()
""",
    "tests.cmake": "add_test(NAME passes COMMAND true)\n",
    "apps/hello/CMakeLists.txt": """
add_executable(hello main.cpp)
set_target_properties(hello PROPERTIES
  RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
""",
    "apps/hello/main.cpp": r"""
#include <filesystem>
#include <iostream>
int main(int argc, char** argv) {
  std::cout << std::filesystem::current_path().string() << '\n';
  for (int i = 1; i < argc; ++i)
    std::cout << '<' << argv[i] << ">\n";
  std::cout << std::cin.rdbuf();
  return 7;
}
""",
    "tools/dpkg-query": """#!/bin/bash
for x; do
  [[ $x == -* || $x == *Status* || $x == "$MISSING" ]] ||
    echo "$x install ok installed"
done
""",
    "tools/apt-get": """#!/bin/bash
echo "$*" >> "$APT_LOG"
exit "${APT_STATUS:-0}"
""",
}


class Scripts(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        os.chmod(scratch.name, 0o755)
        self.elsewhere = pathlib.Path(scratch.name, "else where")
        self.elsewhere.mkdir()
        self.root = pathlib.Path(scratch.name, "a clone")
        for name, text in FILES.items():
            self.write(name, text)
        for name in ("apps/run", "tests/run", ".ci/setup.sh",
                     "CMakePresets.json"):
            (self.root / name).parent.mkdir(exist_ok=True)
            shutil.copy2(REPOSITORY / name, self.root / name)
        for name in ("dpkg-query", "apt-get"):
            (self.root / "tools" / name).chmod(0o755)
        self.apt_log = self.root / "apt.log"

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def start(self, script, *args, text="", user=(), **variables):
        path = f"{self.root}/tools:{os.environ['PATH']}"
        return subprocess.run(
            [*user, self.root / script, *args], input=text, text=True,
            capture_output=True, cwd=self.elsewhere, check=False, timeout=100,
            env={**os.environ, "PATH": path, "APT_LOG": str(self.apt_log),
                 **variables})

    def test_a_program_gets_arguments_input_and_directory(self):
        for _ in range(2):
            result = self.start("apps/run", "hello", "a b", "", "--help",
                                text="from standard input\n")
            self.assertEqual(result.returncode, 7, result.stderr)
            self.assertEqual(result.stdout,
                             f"{self.elsewhere}\n<a b>\n<>\n<--help>\n"
                             "from standard input\n")

    def test_the_second_start_is_silent_and_quick(self):
        self.assertIn("configuring", self.start("apps/run", "hello").stderr)
        begin = time.monotonic()
        self.assertEqual(self.start("apps/run", "hello").stderr, "")
        self.assertLess(time.monotonic() - begin, 2)

    def test_a_changed_program_is_built_again(self):
        self.start("apps/run", "hello")
        self.write("apps/hello/main.cpp", "int main() { return 8; }\n")
        result = self.start("apps/run", "hello")
        self.assertEqual(result.returncode, 8, result.stderr)
        self.assertEqual(result.stdout, "")
        self.assertIn("building hello", result.stderr)

    def test_a_moved_clone_is_set_up_anew(self):
        self.start("apps/run", "hello")
        self.root = self.root.rename(self.root.parent / "moved")
        result = self.start("apps/run", "hello")
        self.assertEqual(result.returncode, 7, result.stderr)

    def test_two_first_starts_at_once_both_succeed(self):
        command = f"'{self.root}/apps/run' hello"
        result = subprocess.run(
            ["bash", "-c", f"{command} < /dev/null & {command} < /dev/null;"
             "a=$?; wait $!; echo $a $?"], text=True, capture_output=True,
            cwd=self.elsewhere, check=False, timeout=100,
            env={**os.environ,
                 "PATH": f"{self.root}/tools:{os.environ['PATH']}"})
        self.assertEqual(result.stdout.splitlines()[-1], "7 7", result.stderr)

    def test_an_error_in_the_code_is_shown_and_nothing_runs(self):
        self.write("apps/hello/main.cpp", "int main() { oops }\n")
        result = self.start("apps/run", "hello")
        self.assertEqual((result.returncode, result.stdout), (1, ""))
        self.assertIn("oops", result.stderr)

    def test_an_unknown_program_is_named_beside_the_known_ones(self):
        for name in ("nope", "../apps/hello", ".", "hello/"):
            result = self.start("apps/run", name)
            self.assertEqual((result.returncode, result.stdout), (2, ""))
            self.assertEqual(result.stderr, f"apps/run: no program '{name}';"
                             " there are: hello\n")

    def test_usage(self):
        for script in ("apps/run", "tests/run"):
            help_ = self.start(script, "--help")
            self.assertEqual((help_.returncode, help_.stderr), (0, ""))
            self.assertIn(f"usage: {script}", help_.stdout)
        none = self.start("apps/run")
        self.assertEqual((none.returncode, none.stdout), (2, ""))
        self.assertIn("programs: hello", none.stderr)
        for args in (["--oops"], ["--label"], ["a", "b"]):
            result = self.start("tests/run", *args)
            self.assertEqual((result.returncode, result.stdout), (2, ""))
            self.assertEqual(result.stderr.count("\n"), 1)

    @unittest.skipIf(os.geteuid() != 0, "needs root to install and to drop it")
    def test_a_missing_package_is_named_and_installed(self):
        result = self.start("apps/run", "hello", MISSING="libfmt-dev")
        self.assertEqual(result.returncode, 7, result.stderr)
        self.assertIn("installing libfmt-dev\n", result.stderr)
        for line in self.apt_log.read_text().splitlines():
            self.assertTrue(line.endswith(" install libfmt-dev"), line)

    @unittest.skipIf(os.geteuid() != 0, "needs root to install and to drop it")
    def test_a_failing_installation_fetches_lists_and_then_gives_up(self):
        result = self.start("apps/run", "hello", MISSING="cmake", APT_STATUS="9")
        self.assertEqual((result.returncode, result.stdout), (1, ""))
        self.assertIn("cannot fetch the package lists", result.stderr)

    @unittest.skipIf(os.geteuid() != 0, "needs root to install and to drop it")
    def test_without_root_the_one_command_to_run_is_printed(self):
        shutil.chown(self.root, 65534)
        nobody = ("setpriv", "--reuid", "65534", "--clear-groups", "--")
        result = self.start("apps/run", "hello", user=nobody, MISSING="cmake")
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertEqual(result.stderr.splitlines()[-1],
                         "sudo apt-get update && sudo apt-get install -y"
                         " --no-install-recommends cmake")
        self.assertFalse(self.apt_log.exists())

    def last_line(self, tests, *args):
        self.write("tests.cmake", tests)
        result = self.start("tests/run", *args)
        return result.returncode, result.stdout.splitlines()[-1]

    def test_passed_tests_are_counted(self):
        self.assertEqual(self.last_line("""
            add_test(NAME one COMMAND true)
            add_test(NAME two COMMAND true)
            """), (0, "2 passed, 0 failed"))

    def test_failed_skipped_and_absent_tests_are_counted(self):
        self.assertEqual(self.last_line("""
            add_test(NAME good COMMAND true)
            add_test(NAME bad COMMAND false)
            add_test(NAME absent COMMAND no-such-program)
            add_test(NAME slow COMMAND sleep 100)
            add_test(NAME skipped COMMAND sh -c "exit 4")
            set_tests_properties(slow PROPERTIES TIMEOUT 1)
            set_tests_properties(skipped PROPERTIES SKIP_RETURN_CODE 4)
            """), (1, "1 passed, 3 failed, 1 skipped"))

    def test_those_that_failed_are_named_at_the_end(self):
        self.write("tests.cmake", """
            add_test(NAME good COMMAND true)
            add_test(NAME bad COMMAND false)
            add_test(NAME worse COMMAND false)
            """)
        self.assertEqual(self.start("tests/run").stdout.splitlines()[-3:],
                         ["failed: bad", "failed: worse",
                          "1 passed, 2 failed"])

    def test_a_filter_and_a_label_select(self):
        tests = """
            add_custom_target(tests_unit)
            add_test(NAME one COMMAND true)
            add_test(NAME two COMMAND true)
            add_test(NAME three COMMAND false)
            set_tests_properties(two PROPERTIES LABELS unit)
            """
        self.assertEqual(self.last_line(tests, "one|two"),
                         (0, "2 passed, 0 failed"))
        self.assertEqual(self.last_line(tests, "--label", "unit"),
                         (0, "1 passed, 0 failed"))

    def test_no_test_at_all_is_a_failure(self):
        self.assertEqual(self.last_line("", "none"), (1, "0 passed, 0 failed"))

    def test_only_skipped_tests_are_a_failure(self):
        self.assertEqual(self.last_line("""
            add_test(NAME skipped COMMAND sh -c "exit 4")
            set_tests_properties(skipped PROPERTIES SKIP_RETURN_CODE 4)
            """), (1, "0 passed, 0 failed, 1 skipped"))


if __name__ == "__main__":
    unittest.main()
