//===- RuntimeText.h - the parts of the runtime that are C -----*- C++ -*-===//
//
// A program in C holds the functions of the runtime that it uses and no others,
// as a linker would do it: compilers warn about functions that nobody calls.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_LIB_CONVERSION_FIRTOC_RUNTIMETEXT_H
#define FLUX_LIB_CONVERSION_FIRTOC_RUNTIMETEXT_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"
#include <vector>

namespace flux::c {

/// Calls \p visit for the words of C code, but not for those in comments and
/// strings.
void forEachWord(llvm::StringRef text,
                 llvm::function_ref<void(llvm::StringRef)> visit);

/// Which declarations of runtime/c and of the C part of runtime/base are used.
class RuntimeText {
public:
  RuntimeText();

  /// Notes that what \p name declares and all that it needs is used, if the
  /// runtime has such a name.
  void use(llvm::StringRef name);
  /// The lines `#include` that stand behind the program.
  void printIncludes(llvm::raw_ostream &os) const;
  /// What stands before the program: types, declarations of functions, and
  /// those that are to be inlined.
  void printPrelude(llvm::raw_ostream &os) const;
  /// What stands behind it.
  void printDefinitions(llvm::raw_ostream &os) const;

private:
  void printSection(llvm::raw_ostream &os, unsigned section) const;

  std::vector<bool> used; ///< by the number of the declaration
};

} // namespace flux::c

#endif // FLUX_LIB_CONVERSION_FIRTOC_RUNTIMETEXT_H
