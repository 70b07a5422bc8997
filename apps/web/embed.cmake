# SPDX-License-Identifier: Apache-2.0
# Writes files as arrays of bytes into a C++ source and its header.
#
#   cmake -D NAME=name -D OUT=directory -D FILES=file,file... -P embed.cmake

string(REPLACE "," ";" files "${FILES}")
set(arrays "")
set(table "")
set(index 0)
foreach(file IN LISTS files)
  get_filename_component(name "${file}" NAME)
  file(READ "${file}" hex HEX)
  string(REGEX REPLACE "(................................................)"
    "\\1\n" hex "${hex}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  string(APPEND arrays
    "const unsigned char file_${index}[] = {\n${bytes}0};\n\n")
  string(APPEND table
    "    {\"${name}\",\n     {reinterpret_cast<const char*>(file_${index}),"
    " sizeof(file_${index}) - 1}},\n")
  math(EXPR index "${index} + 1")
endforeach()

file(WRITE "${OUT}/${NAME}.hpp" "#pragma once

#include <span>

#include \"web/asset.hpp\"

extern const std::span<const web::asset> ${NAME};
")
file(WRITE "${OUT}/${NAME}.cpp" "#include \"${NAME}.hpp\"

namespace {

${arrays}const web::asset files[] = {
${table}};

} // namespace

const std::span<const web::asset> ${NAME}{files};
")
