# SPDX-License-Identifier: Apache-2.0
# Flags for building troupe itself. Linked PRIVATE everywhere, so that none of
# them reaches a project that uses the installed package.

set(TROUPE_SANITIZE "" CACHE STRING
  "Comma-separated sanitizers for -fsanitize, e.g. address,undefined")
option(TROUPE_WERROR "Treat warnings as errors" OFF)

add_library(troupe_flags INTERFACE)
target_compile_options(troupe_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
  # GCC 12 sees an overlap in `"text" + std::string` that cannot be (GCC 105329).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  $<$<BOOL:${TROUPE_WERROR}>:-Werror>)

if(TROUPE_SANITIZE)
  target_compile_options(troupe_flags INTERFACE
    -fsanitize=${TROUPE_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(troupe_flags INTERFACE -fsanitize=${TROUPE_SANITIZE})
endif()
