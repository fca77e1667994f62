//===- Parser.h - document to syntax tree ----------------------*- C++ -*-===//
#ifndef FLUX_FRONTEND_PARSER_H
#define FLUX_FRONTEND_PARSER_H

#include "flux/Frontend/AST.h"
#include "flux/Source/Document.h"

namespace flux {

class DiagnosticEngine;

/// Limits that turn hostile input into errors.
struct ParserLimits {
  static constexpr unsigned maxNesting = 256; ///< blocks and expressions
  /// Operators in a row and `elif` branches: the depth that a tree may reach
  /// without nesting in the source.
  static constexpr unsigned maxChain = 1024;
};

/// Which of the tests of a document to parse.
struct TestChoice {
  bool all = false; ///< all that run, and list those that must be refused
  /// Parse the code of this fence, which must be refused, as part of the
  /// document.
  const TestFence *refused = nullptr;
};

/// Parses the sections of \p document into one module: declarations and
/// `## function:` bodies (Parser.cpp), `## Init` and `## Loop` steps
/// (StepParser.cpp), `## Compile` and `## Agent` keys (Keys.cpp), tests
/// (ParseTests.cpp).  Reports many errors a run; recovers at statement, step
/// and fence borders.  The result holds what could be understood.
Module *parseModule(const Document &document, ASTContext &context,
                    DiagnosticEngine &diags, TestChoice tests = {});

/// The keys that a section of \p kind may have; none for most kinds.
llvm::ArrayRef<llvm::StringRef> getKeyNames(SectionKind kind);

/// Parses `60s`, `5 min`, `1.5h` to nanoseconds; reports and returns nullopt
/// for anything else, zero and overflow.
std::optional<int64_t> parseDuration(llvm::StringRef text,
                                     DiagnosticEngine &diags);
/// Bytes of `64 KiB`; reports what is no size of memory.
std::optional<int64_t> parseSize(llvm::StringRef text, DiagnosticEngine &diags);

} // namespace flux

#endif // FLUX_FRONTEND_PARSER_H
