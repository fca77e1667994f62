//===- Index.h - which name means what, by place ---------------*- C++ -*-===//
//
// The tree says what each name means; editors ask the other way round: what is
// at this place, where else is it, what can be named here.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_TOOLING_INDEX_H
#define FLUX_TOOLING_INDEX_H

#include "flux/Frontend/AST.h"
#include "flux/Frontend/Builtins.h"
#include "flux/Source/Document.h"

namespace flux {

enum class SymbolKind : uint8_t {
  Variable,
  Parameter,
  State, ///< of the agent
  Constant,
  Function,
  Struct,
  Enum,
  Variant,
  Field,
  Builtin,
  TypeParam,
  Module,  ///< an imported document
  Setting, ///< of the deployment
  Fact,    ///< what every agent knows
};

/// Something that has a name.
struct Symbol {
  SymbolKind kind = SymbolKind::Variable;
  llvm::StringRef name; ///< also where it is declared, except built-ins
  const Type *type = nullptr;
  const VarDecl *var = nullptr;
  const ConstDecl *constant = nullptr;
  const FunctionDecl *function = nullptr;
  StructDecl *structure = nullptr; ///< also the owner of a field
  EnumDecl *enumeration = nullptr; ///< also the owner of a variant or field
  const VariantDecl *variant = nullptr; ///< also the owner of a field
  const Builtin *builtin = nullptr;
  const TypeParamDecl *typeParam = nullptr;
  const ImportDecl *import = nullptr;
  llvm::StringRef scope;  ///< where a local name is visible
  bool isForeign = false; ///< declared in an imported document
};

/// A place where a name stands.
struct Occurrence {
  llvm::StringRef range;
  unsigned symbol = 0;
  bool declares = false;
};

class Index {
public:
  Index() = default;
  Index(const Module &module, const Document &document, llvm::StringRef text);

  llvm::ArrayRef<Symbol> getSymbols() const { return symbols; }
  /// All occurrences, by place.
  llvm::ArrayRef<Occurrence> getOccurrences() const { return occurrences; }
  /// The occurrence that \p place is in or at the end of, or null.
  const Occurrence *find(const char *place) const;
  /// The occurrences of one symbol.
  std::vector<Occurrence> getOccurrencesOf(unsigned symbol) const;
  /// The symbols that can be named at \p place without a dot.
  std::vector<const Symbol *> getVisible(const char *place) const;
  /// The agents and topics that steps name, by place of their first mention.
  llvm::ArrayRef<llvm::StringRef> getAgents() const { return agents; }
  llvm::ArrayRef<llvm::StringRef> getTopics() const { return topics; }
  /// The smallest expression around \p place that has a type, or null.
  const Expr *findExpr(const char *place) const;

private:
  friend class Indexer;
  std::vector<Symbol> symbols;
  std::vector<Occurrence> occurrences;
  std::vector<const Expr *> exprs;
  std::vector<llvm::StringRef> agents, topics;
};

} // namespace flux

#endif // FLUX_TOOLING_INDEX_H
