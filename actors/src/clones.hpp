// SPDX-License-Identifier: Apache-2.0

#pragma once

// A function marked so is compiled for several generations of processors, and
// the one for this machine is picked when the program starts. The sanitizers
// are not ready by then.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)            \
    && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#  define TROUPE_CLONES                                                        \
    __attribute__((                                                            \
        target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#  define TROUPE_CLONES
#endif
