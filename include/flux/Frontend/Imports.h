//===- Imports.h - the documents that a document imports -------*- C++ -*-===//
//
// A program is one document and what it imports, directly or not.  The loader
// finds, reads and parses each of them once; analyzeModule() then sees them
// through ImportDecl::module.  Rules: docs/language.md, section "Modules".
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_FRONTEND_IMPORTS_H
#define FLUX_FRONTEND_IMPORTS_H

#include "flux/Frontend/AST.h"
#include "flux/Source/Document.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/ErrorOr.h"
#include "llvm/Support/FileSystem/UniqueID.h"
#include "llvm/Support/MemoryBuffer.h"
#include <functional>
#include <map>
#include <string>

namespace flux {

class DiagnosticEngine;

/// Limits that turn hostile input into errors.
struct ImportLimits {
  static constexpr unsigned maxDocuments = 1000;
  static constexpr unsigned maxDepth = 64;
  static constexpr size_t maxBytes = DocumentLimits::maxBytes;
};

/// Where imported documents come from.
struct ImportOptions {
  /// Reads a file, but not more than a number of bytes of what has no end.
  std::function<llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>>(
      llvm::StringRef path, size_t limit)>
      readFile;
  std::string stdDir;            ///< holds `std/`; empty: what is in fluxc
  std::vector<std::string> dirs; ///< `NAME/NAME` is looked up in these
  bool recordsHashes = false;    ///< fills Module::decisions of the root
};

/// A document of the program that is not the compiled one.
struct ImportedDocument {
  Module *module = nullptr;
  Document document;
  unsigned bufferID = 0;
  std::string path;     ///< how to open it; empty: it is part of fluxc
  std::string fileName; ///< its name in locations
  std::string lockName; ///< its path from the folder of the compiled document
  bool isLoading = true;
};

/// Loads what a document imports.
class ImportLoader {
public:
  ImportLoader(const ImportOptions &options, ASTContext &context,
               DiagnosticEngine &diags)
      : options(options), context(context), diags(diags) {}

  /// Fills ImportDecl::module of \p root, which was read from \p path and is
  /// called \p fileName in locations, and of all that it imports.  Reports
  /// what cannot be loaded.
  void load(Module &root, llvm::StringRef path, llvm::StringRef fileName);

  /// The imported documents, in the order in which they were met.
  llvm::ArrayRef<std::unique_ptr<ImportedDocument>> getDocuments() const {
    return documents;
  }

private:
  struct Target;
  void loadImports(ImportedDocument &importer);
  void loadImport(ImportDecl &import, ImportedDocument &importer);
  bool resolve(const ImportDecl &import, const ImportedDocument &importer,
               Target &target);
  bool resolveLibrary(const ImportDecl &import, Target &target);
  bool resolvePackage(const ImportDecl &import,
                      const ImportedDocument &importer, Target &target);
  bool resolveFile(const ImportDecl &import, const ImportedDocument &importer,
                   Target &target);
  void read(ImportDecl &import, Target &target, llvm::StringRef folder);
  void reportMissing(const ImportDecl &import, const Target &target,
                     llvm::StringRef folder, llvm::StringRef reason);
  void reportCycle(const ImportDecl &import, const ImportedDocument &again);
  void checkHash(const ImportDecl &import, llvm::StringRef text);
  llvm::StringRef makeModuleName(llvm::StringRef path);

  const ImportOptions &options;
  ASTContext &context;
  DiagnosticEngine &diags;
  ImportedDocument root;
  std::vector<std::unique_ptr<ImportedDocument>> documents;
  std::map<llvm::sys::fs::UniqueID, ImportedDocument *> byFile;
  llvm::StringMap<ImportedDocument *> byLibraryName;
  llvm::StringMap<unsigned> moduleNames;
  /// The imports that led here, outermost first.
  llvm::SmallVector<const ImportDecl *> chain;
  size_t numBytes = 0;
  bool isFull = false; ///< a limit was reported
};

/// The text of a document of the library, for example "std/text"; empty if
/// there is none.
llvm::StringRef findLibraryDocument(llvm::StringRef name);
/// The names of the library's documents, sorted.
llvm::ArrayRef<llvm::StringLiteral> getLibraryDocuments();

} // namespace flux

#endif // FLUX_FRONTEND_IMPORTS_H
