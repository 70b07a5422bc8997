# SPDX-License-Identifier: Apache-2.0
"""Feeds check_layering.py trees that are wrong in one way each."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).parents[2] / ".ci" / "check_layering.py"
PUBLIC = "runtime/include/troupe/"


class CheckLayering(unittest.TestCase):
    def check(self, files):
        """Returns exit code and lines for a tree of these files."""
        with tempfile.TemporaryDirectory() as root:
            for name, includes in files.items():
                path = pathlib.Path(root, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text("".join(f'#include "{x}"\n' for x in includes))
            result = subprocess.run([sys.executable, SCRIPT, root], text=True,
                                    stdout=subprocess.PIPE, check=False)
            lines = result.stdout.replace(root + "/", "").splitlines()
            return result.returncode, lines

    def refused(self, files, *lines):
        self.assertEqual(self.check(files), (1, list(lines)))

    def accepted(self, files):
        self.assertEqual(self.check(files), (0, []))

    def test_arrows_downward_and_within_a_folder_are_accepted(self):
        self.accepted({
            PUBLIC + "base/errc.hpp": ["caf/error.hpp"],
            PUBLIC + "base/fwd.hpp": [],
            PUBLIC + "pool/pool.hpp": ["troupe/base/errc.hpp"],
            PUBLIC + "pool/routing.hpp": ["troupe/pool/pool.hpp"],
            PUBLIC + "config.hpp": ["troupe/pool/pool.hpp"],
            PUBLIC + "all.hpp": ["troupe/config.hpp"],
            "runtime/src/port/futex.hpp": ["caf/detail/scope_guard.hpp"],
            "runtime/src/scheduling/worker.cpp": ["port/futex.hpp"],
            "runtime/src/link/stream.cpp": ["grpcpp/grpcpp.h"],
            "actors/include/troupe/actors/fib.hpp": ["troupe/base/errc.hpp"],
            "actors/src/fib.cpp": ["troupe/actors/fib.hpp"],
        })

    def test_an_arrow_upward_is_refused(self):
        self.refused({
            PUBLIC + "base/errc.hpp": ["troupe/pool/pool.hpp"],
            PUBLIC + "pool/pool.hpp": [],
        }, PUBLIC + "base/errc.hpp: troupe/pool/pool.hpp is of pool, above base")

    def test_an_arrow_upward_between_private_files_is_refused(self):
        self.refused({
            "runtime/src/link/wire.cpp": ["remote/peer.hpp"],
            "runtime/src/remote/peer.hpp": [],
        }, "runtime/src/link/wire.cpp: remote/peer.hpp is of remote, above link")

    def test_the_runtime_does_not_see_the_actors(self):
        self.refused({
            PUBLIC + "pool/pool.hpp": ["troupe/actors/fib.hpp"],
            "actors/include/troupe/actors/fib.hpp": [],
        }, PUBLIC + "pool/pool.hpp: troupe/actors/fib.hpp is of actors, above pool")

    def test_what_is_for_tests_is_for_nobody_else(self):
        self.accepted({
            PUBLIC + "testing/a.hpp": ["troupe/config.hpp"],
            PUBLIC + "config.hpp": [],
            "runtime/src/testing/a.cpp": ["troupe/testing/a.hpp"],
        })
        self.refused({
            PUBLIC + "testing/a.hpp": [],
            "actors/src/fib.cpp": ["troupe/testing/a.hpp"],
        }, "actors/src/fib.cpp: troupe/testing/a.hpp is only for testing")

    def test_a_sibling_is_refused(self):
        self.refused({
            "runtime/src/supervision/a.hpp": ["link/b.hpp"],
            "runtime/src/link/b.hpp": [],
            PUBLIC + "buffer/a.hpp": ["troupe/scheduling/b.hpp"],
            PUBLIC + "scheduling/b.hpp": [],
        }, "runtime/src/supervision/a.hpp: link/b.hpp is of link,"
           " a sibling of supervision",
           PUBLIC + "buffer/a.hpp: troupe/scheduling/b.hpp is of scheduling,"
           " a sibling of buffer")

    def test_supervision_sees_where_and_how_actors_run(self):
        self.accepted({
            PUBLIC + "supervision/a.hpp": ["troupe/location/b.hpp",
                                           "troupe/scheduling/c.hpp"],
            PUBLIC + "location/b.hpp": ["troupe/scheduling/c.hpp"],
            PUBLIC + "scheduling/c.hpp": [],
        })

    def test_what_runs_does_not_see_its_supervisor(self):
        self.refused({
            PUBLIC + "location/a.hpp": ["troupe/supervision/b.hpp"],
            PUBLIC + "supervision/b.hpp": [],
        }, PUBLIC + "location/a.hpp: troupe/supervision/b.hpp is of supervision,"
           " above location")

    def test_a_cycle_within_a_folder_is_refused(self):
        code, lines = self.check({
            PUBLIC + "pool/a.hpp": ["troupe/pool/b.hpp"],
            PUBLIC + "pool/b.hpp": ["troupe/pool/c.hpp"],
            PUBLIC + "pool/c.hpp": ["troupe/pool/a.hpp"],
        })
        self.assertEqual((code, len(lines)), (1, 1))
        self.assertRegex(lines[0], "^cycle: troupe/pool/[abc].hpp <- ")

    def test_a_private_header_in_a_public_one_is_refused(self):
        self.refused({
            PUBLIC + "pool/pool.hpp": ["pool/plan.hpp"],
            "runtime/src/pool/plan.hpp": [],
        }, PUBLIC + "pool/pool.hpp: pool/plan.hpp is private, the file is not")

    def test_the_inside_of_caf_is_for_scheduling_and_port(self):
        for header in ("caf/scheduler/worker.hpp", "caf/intrusive/fifo.hpp",
                       "caf/detail/type_list.hpp", "caf/scheduler.hpp"):
            self.refused({"runtime/src/pool/pool.cpp": [header]},
                         f"runtime/src/pool/pool.cpp: {header} is only for port,"
                         " scheduling")

    def test_grpc_is_for_link(self):
        for header in ("grpcpp/grpcpp.h", "grpc/grpc.h", "link/link.grpc.pb.h"):
            self.refused({"runtime/src/remote/node.cpp": [header]},
                         f"runtime/src/remote/node.cpp: {header} is only for link")

    def test_the_sum_of_caf_and_its_io_are_for_nobody(self):
        for header in ("caf/all.hpp", "caf/io/middleman.hpp"):
            self.refused({"runtime/src/link/a.cpp": [header]},
                         f"runtime/src/link/a.cpp: {header} is only for nobody")

    def test_a_folder_without_a_layer_is_refused(self):
        self.refused({PUBLIC + "util/a.hpp": []},
                     PUBLIC + "util/a.hpp: util is in no layer")

    def test_a_tree_without_sources_is_refused(self):
        code, lines = self.check({})
        self.assertEqual((code, len(lines)), (1, 1))


if __name__ == "__main__":
    unittest.main()
