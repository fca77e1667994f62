# Finds LLVM, MLIR and lld 22 and makes them linkable as archives.
#
# Debian builds LLVM with LLVM_LINK_LLVM_DYLIB=ON, so every exported MLIR and
# lld target names libLLVM.so.  Linked next to the archives this would load two
# copies of LLVM (slow start, two sets of global state), so the edge is
# replaced by `flux_llvm`, the archives that fluxc needs.

set(ZLIB_USE_STATIC_LIBS ON) # LLVMConfig.cmake itself looks for ZLIB
set(FLUX_LLVM_PREFIX /usr/lib/llvm-22 CACHE PATH "Where LLVM 22 is installed")
find_package(MLIR 22.1 REQUIRED CONFIG
  PATHS ${FLUX_LLVM_PREFIX}/lib/cmake/mlir NO_DEFAULT_PATH)
find_package(LLD REQUIRED CONFIG
  PATHS ${FLUX_LLVM_PREFIX}/lib/cmake/lld NO_DEFAULT_PATH)
list(APPEND CMAKE_MODULE_PATH ${MLIR_CMAKE_DIR} ${LLVM_CMAKE_DIR})
include(TableGen)
include(AddLLVM)
include(AddMLIR)

llvm_map_components_to_libnames(FLUX_LLVM_LIBS
  Support Core Analysis BitWriter IRReader TransformUtils Passes Target TargetParser CodeGen
  AsmPrinter MC MCParser Object Option DebugInfoDWARF DTLTO LTO FrontendOpenMP
  ProfileData Remarks AArch64 RISCV WebAssembly X86)
add_library(flux_llvm INTERFACE)
target_link_libraries(flux_llvm INTERFACE ${FLUX_LLVM_LIBS})

# LLVMExtensions names libPolly.a, which another package holds; the one symbol
# that is needed stands in lib/Target/LinkStubs.cpp.
set_target_properties(LLVMExtensions PROPERTIES INTERFACE_LINK_LIBRARIES LLVMSupport)
foreach(target LLVMSupport ${MLIR_EXPORTED_TARGETS} ${LLD_EXPORTED_TARGETS})
  get_target_property(type ${target} TYPE)
  get_target_property(deps ${target} INTERFACE_LINK_LIBRARIES)
  if(type STREQUAL STATIC_LIBRARY AND deps)
    list(TRANSFORM deps REPLACE "^LLVM$" flux_llvm)
    list(TRANSFORM deps REPLACE "^zstd::libzstd_shared$" zstd::libzstd_static)
    list(FILTER deps EXCLUDE REGEX "^MLIR$|libz3")
    set_target_properties(${target} PROPERTIES INTERFACE_LINK_LIBRARIES "${deps}")
  endif()
endforeach()

# libFuzzer finds little without the sanitizers.
if(FLUX_BUILD_FUZZERS AND NOT FLUX_SANITIZE)
  set(FLUX_SANITIZE address,undefined)
endif()

# What every translation unit of the compiler is built with.
add_library(flux_flags INTERFACE)
target_include_directories(flux_flags SYSTEM INTERFACE
  ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS} ${LLD_INCLUDE_DIRS})
target_include_directories(flux_flags INTERFACE
  ${CMAKE_SOURCE_DIR}/include ${CMAKE_BINARY_DIR}/include ${CMAKE_SOURCE_DIR})
separate_arguments(flux_llvm_definitions NATIVE_COMMAND "${LLVM_DEFINITIONS}")
target_compile_definitions(flux_flags INTERFACE ${flux_llvm_definitions}
  FLUX_VERSION="${PROJECT_VERSION}")
target_compile_options(flux_flags INTERFACE
  -fno-exceptions -ffunction-sections -fdata-sections -Wall -Wextra
  -Wno-unused-parameter -Wno-missing-field-initializers -Werror=return-type
  -ffile-prefix-map=${CMAKE_SOURCE_DIR}/= -ffile-prefix-map=${CMAKE_BINARY_DIR}/=
  -Xclang -fno-pch-timestamp)
target_link_options(flux_flags INTERFACE
  -fuse-ld=lld -B${LLVM_TOOLS_BINARY_DIR} -Wl,--gc-sections -Wl,-O1
  -Wl,--build-id=sha1) # which the cache knows the compiler by
if(FLUX_SANITIZE)
  target_compile_options(flux_flags INTERFACE
    -fsanitize=${FLUX_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  # LLVM's archives are built without RTTI checks for these two.
  target_compile_options(flux_flags INTERFACE -fno-sanitize=vptr,function)
  target_link_options(flux_flags INTERFACE -fsanitize=${FLUX_SANITIZE})
endif()
if(FLUX_BUILD_FUZZERS)
  target_compile_options(flux_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

include_directories(SYSTEM ${MLIR_INCLUDE_DIRS}) # mlir_tablegen() reads these
include_directories(${CMAKE_SOURCE_DIR}/include)
