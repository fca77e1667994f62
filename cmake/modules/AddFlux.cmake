# The functions with which each folder declares what it holds.

# add_flux_library(NAME SOURCES... [LINK LIBS...] [MLIR])
#   A static library of the compiler.  MLIR shares the precompiled header of
#   the MLIR headers, which takes a translation unit from ten seconds to three.
function(add_flux_library name)
  cmake_parse_arguments(ARG "MLIR" "" "LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PUBLIC flux_flags ${ARG_LINK})
  if(ARG_MLIR)
    add_dependencies(${name} FluxFIRIncGen)
    target_precompile_headers(${name} REUSE_FROM flux_mlir_pch)
  endif()
endfunction()

# add_flux_tool(NAME SOURCES... [LINK LIBS...])
#   A program: one static file, no libc.so and no ld.so at start.
function(add_flux_tool name)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE flux_flags ${ARG_LINK})
  if(NOT FLUX_SANITIZE)
    target_link_options(${name} PRIVATE -static -Wl,--icf=all)
  endif()
endfunction()

# add_flux_unittest(NAME SOURCES... [LINK LIBS...])
#   A GoogleTest program, collected by the target `unittests`.
function(add_flux_unittest name)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  add_executable(${name} EXCLUDE_FROM_ALL ${ARG_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE flux_flags ${ARG_LINK} GTest::gtest_main)
  set_target_properties(${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/unittests)
  add_dependencies(unittests ${name})
endfunction()
