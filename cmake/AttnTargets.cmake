# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# How the project's targets are declared. Sources of a folder are found by glob: one concept a file, no lists to keep.

# Settings of every target that uses LLVM. The runtime does not call this.
function(attn_use_llvm target)
  target_include_directories(${target} SYSTEM PRIVATE ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
  target_include_directories(${target} PRIVATE
    ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/include ${PROJECT_BINARY_DIR})
  target_compile_definitions(${target} PRIVATE ${ATTN_LLVM_DEFINITIONS})
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wno-unused-parameter -fno-exceptions
    -ffunction-sections -fdata-sections)
  if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
    target_compile_options(${target} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
  endif()
endfunction()

add_library(AttnPCH OBJECT ${PROJECT_SOURCE_DIR}/cmake/pch.cpp)
attn_use_llvm(AttnPCH)
target_precompile_headers(AttnPCH PRIVATE ${PROJECT_SOURCE_DIR}/cmake/pch.h)

# attn_library(Name LINK OtherLibraries...): every .cpp of the current folder.
function(attn_library name)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  add_library(${name} STATIC ${sources})
  attn_use_llvm(${name})
  add_dependencies(${name} mlir-headers)
  target_link_libraries(${name} PUBLIC ${ARG_LINK} MLIR LLVM)
  target_precompile_headers(${name} REUSE_FROM AttnPCH)
endfunction()

# attn_tool(name LINK Libraries...): a main of one file, name.cpp.
function(attn_tool name)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  add_executable(${name} ${name}.cpp)
  attn_use_llvm(${name})
  add_dependencies(${name} mlir-headers)
  target_link_libraries(${name} PRIVATE ${ARG_LINK} MLIR LLVM)
  install(TARGETS ${name})
endfunction()

# attn_tablegen(File.td out.inc generator-flags...): one ODS output beside the sources of the current folder.
macro(attn_tablegen td output)
  set(LLVM_TARGET_DEFINITIONS ${td})  # a macro, because mlir_tablegen collects outputs in the caller's scope
  mlir_tablegen(${output} ${ARGN} EXTRA_INCLUDES ${PROJECT_SOURCE_DIR} ${MLIR_INCLUDE_DIRS})
endmacro()
