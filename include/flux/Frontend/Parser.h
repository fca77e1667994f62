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

/// Parses the sections of \p document into one module: declarations and
/// `## function:` bodies (Parser.cpp), `## Init` and `## Loop` steps
/// (StepParser.cpp), `## Compile` and `## Agent` keys (Keys.cpp).  Reports many
/// errors a run; recovers at statement, step and fence borders.  The result
/// holds what could be understood.
Module *parseModule(const Document &document, ASTContext &context,
                    DiagnosticEngine &diags);

/// Parses `60s`, `5 min`, `1.5h` to nanoseconds; reports and returns nullopt
/// for anything else, zero and overflow.
std::optional<int64_t> parseDuration(llvm::StringRef text,
                                     DiagnosticEngine &diags);

} // namespace flux

#endif // FLUX_FRONTEND_PARSER_H
