// SPDX-License-Identifier: Apache-2.0

// Reports of the thread sanitizer that are none, because a library of Debian is
// not instrumented and tsan_caf.cpp cannot say what it orders. No entry names
// code of this project or a header that is compiled into it.

extern "C" const char* __tsan_default_suppressions();

extern "C" const char* __tsan_default_suppressions() {
  return
      // CAF asks a stage of a stream, through a virtual function, whether it
      // has room before it hands it a batch; a stage runs on one thread at a
      // time, in the order of its mailbox, which is in the library.
      "race:caf::policy::downstream_messages::enabled\n";
}
