//===- Precompiled.cpp - the translation unit of the shared header --------===//
//
// CMake ties a precompiled header to a target; this is the one file of the
// target whose header all others reuse.
//
//===----------------------------------------------------------------------===//
