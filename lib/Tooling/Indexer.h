//===- Indexer.h - notes what each name means ------------------*- C++ -*-===//
//
// Private to lib/Tooling.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_LIB_TOOLING_INDEXER_H
#define FLUX_LIB_TOOLING_INDEXER_H

#include "flux/Frontend/StepNodes.h"
#include "flux/Tooling/Index.h"
#include "llvm/ADT/DenseMap.h"
#include <map>

namespace flux {

/// Walks a tree, in Indexer.cpp, and notes what names mean, in Index.cpp.
class Indexer {
public:
  Indexer(Index &index, const Module &module, const Document &document,
          llvm::StringRef text)
      : index(index), module(module), document(document), text(text) {}
  void run();

private:
  /// What a name of a document means.
  struct Named {
    StructDecl *structure = nullptr;
    EnumDecl *enumeration = nullptr;
    const ConstDecl *constant = nullptr;
    const FunctionDecl *function = nullptr;
  };
  using NameMap = llvm::DenseMap<llvm::StringRef, Named>;
  const NameMap &getNames(const Module &owner, unsigned scope = 0);
  bool isInText(llvm::StringRef range) const {
    return range.begin() >= text.begin() && range.end() <= text.end();
  }
  unsigned declare(Symbol symbol);
  void addUse(llvm::StringRef range, const void *key);
  void declareVar(const VarDecl *var, SymbolKind kind);
  void useVar(llvm::StringRef range, const VarDecl &var);
  static Symbol makeSymbol(const FunctionDecl &decl);
  static Symbol makeSymbol(const ConstDecl &decl);
  static Symbol makeSymbol(StructDecl &decl);
  static Symbol makeSymbol(EnumDecl &decl);
  void use(llvm::StringRef range, const Symbol &symbol);
  void useFunction(llvm::StringRef range, const FunctionDecl &decl);
  void useStruct(llvm::StringRef range, StructDecl &decl);
  void useModule(llvm::StringRef range);
  void use(llvm::StringRef range, const Named &named);
  void useType(llvm::StringRef name);
  void useField(llvm::StringRef range, llvm::ArrayRef<FieldDecl> fields,
                const Symbol &owner);
  void noteTarget(llvm::StringRef name, std::vector<llvm::StringRef> &list);
  void walk(const FunctionDecl &decl);
  void walk(const AgentDecl &decl);
  void walk(const Generics &generics);
  void walk(const TypeExpr *type);
  void walkCall(const CallExpr *expr);
  void walk(const Expr *expr);
  void walk(const Stmt *stmt);
  void walkBlock(const Block *block);
  void declareFields(llvm::ArrayRef<FieldDecl> fields, const Symbol &owner);
  void declareTypes();
  void declareImports();
  void walkBinding(llvm::StringRef name, const VarDecl *var);
  void walkFields(const StructLiteralExpr *expr);
  void walkPattern(const Pattern &pattern, const Type *subject);
  void useVariant(llvm::StringRef owner, llvm::StringRef name,
                  const VariantDecl &variant, const Type *type);
  const char *getSectionEnd(llvm::StringRef place) const;

  Index &index;
  const Module &module;
  const Document &document;
  llvm::StringRef text;
  llvm::DenseMap<const void *, unsigned> numbers; ///< by the name's place
  /// getNames(): of documents, and of their tests.
  std::map<std::pair<const Module *, unsigned>, NameMap> names;
  NameMap imported; ///< usable without their modules
  llvm::DenseMap<llvm::StringRef, const ImportDecl *> imports;
  /// Type parameters and the sizes of tiles in the declaration that is walked.
  llvm::DenseMap<llvm::StringRef, const void *> locals;
  const char *scopeEnd = nullptr;
};

} // namespace flux

#endif // FLUX_LIB_TOOLING_INDEXER_H
