# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Writes OUT: a table of the catalogue's files (FILES, separated by |) for lib/Run/Variants.cpp.
string(REPLACE "|" ";" files "${FILES}")
set(text "")
foreach(file ${files})
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} content)
  string(APPEND text "{\"${name}\", R\"==variant==(${content})==variant==\"},\n")
endforeach()
file(WRITE ${OUT} "${text}")
