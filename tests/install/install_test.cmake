# SPDX-License-Identifier: Apache-2.0
# Installs the build in `build` to a prefix of its own, then configures, builds
# and runs the project beside this file against that prefix.

set(work "${build}/tests/install")
file(REMOVE_RECURSE "${work}")

function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

run("${CMAKE_COMMAND}" --install "${build}" --prefix "${work}/prefix")
# Elsewhere than where it was installed to: the package must not know its place.
file(RENAME "${work}/prefix" "${work}/moved")
run("${CMAKE_COMMAND}" -S "${CMAKE_CURRENT_LIST_DIR}" -B "${work}/build"
  -G "${generator}" "-DCMAKE_CXX_COMPILER=${compiler}"
  "-DCMAKE_PREFIX_PATH=${work}/moved")
run("${CMAKE_COMMAND}" --build "${work}/build")

function(expect program expected)
  execute_process(COMMAND "${work}/build/${program}"
    OUTPUT_VARIABLE output COMMAND_ERROR_IS_FATAL ANY)
  if(NOT output STREQUAL expected)
    message(FATAL_ERROR "unexpected output of ${program}: ${output}")
  endif()
endfunction()

expect(consumer "root of 144: 12
root of 13: 3 workers died over the task, the last one: superstition
root of 169: 13
")
expect(actors_consumer "fib(20) = 6765
memory comes from mimalloc
")
expect(testing_consumer
  "expected (ok) within 9min, got nothing\n")
