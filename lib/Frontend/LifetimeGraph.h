//===- LifetimeGraph.h - how long what a value leads to lives --*- C++ -*-===//
//
// The checker of lifetimes (MEM-2) turns a function into a graph: a node is
// memory or a value, an edge says that what the one leads to is also reached
// from the other.  Nodes whose contents can be written through both become one.
// A number and a set of parameters then flow along the edges until nothing
// changes.  docs/RationaleMemory.md says why that is sound.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_LIB_FRONTEND_LIFETIMEGRAPH_H
#define FLUX_LIB_FRONTEND_LIFETIMEGRAPH_H

#include "flux/Frontend/AST.h"
#include "llvm/ADT/DenseMap.h"
#include <vector>

namespace flux {

/// The shortest lifetime of what a value leads to.
struct Lifetime {
  /// 0 static, 1 turn, then the depth of a block: larger is shorter.
  enum : unsigned { Static = 0, Turn = 1, Body = 2 };
  unsigned depth = Static;
  /// What a caller passed: bit 2i stands for what parameter i itself leads to,
  /// bit 2i+1 for what lies in memory that can be written through it.  The
  /// parameters from number 31 on share the last two bits.
  uint64_t params = 0;

  static uint64_t getBit(size_t param, bool isCells) {
    return uint64_t(1) << (2 * std::min<size_t>(param, 31) + isCells);
  }
  bool join(const Lifetime &other) {
    Lifetime old = *this;
    depth = std::max(depth, other.depth);
    params |= other.params;
    return !(*this == old);
  }
  bool operator==(const Lifetime &other) const {
    return depth == other.depth && params == other.params;
  }
};

/// What a call of a function does to the lifetimes of its arguments.  Depths
/// are Static or Turn.
struct LifetimeSummary {
  static constexpr int none = -1;
  Lifetime result;
  /// What a `var` parameter itself leads to afterwards, by parameter.
  std::vector<Lifetime> stored;
  /// Parameters (and the result) whose writable memory may be the same or may
  /// lead to each other are of one class.
  std::vector<int> classOf; ///< by parameter; none: it has no such memory
  int resultClass = none;
  std::vector<Lifetime> classes; ///< what the memory leads to afterwards

  bool operator==(const LifetimeSummary &other) const {
    return result == other.result && stored == other.stored &&
           classOf == other.classOf && resultClass == other.resultClass &&
           classes == other.classes;
  }
};

class LifetimeGraph {
public:
  using Node = unsigned;
  static constexpr Node none = ~0u;

  Node make(Lifetime lifetime = {});
  /// What \p from leads to is also reached from \p to.
  void flow(Node from, Node to) { edges.push_back({from, to}); }
  /// \p a and \p b become one; gives it.
  Node unify(Node a, Node b);
  Node find(Node node);
  /// \p holder has depth \p depth and reaches \p node: what the node leads to
  /// must live as long.
  void limit(Node node, unsigned depth, const VarDecl *holder);
  void addLifetime(Node node, Lifetime lifetime) {
    lifetimes[find(node)].join(lifetime);
  }
  /// Computes the lifetimes of all nodes.
  void solve();

  const Lifetime &getLifetime(Node node) { return lifetimes[find(node)]; }
  unsigned getLimit(Node node) { return limits[find(node)].depth; }
  const VarDecl *getHolder(Node node) { return limits[find(node)].holder; }
  size_t size() const { return parents.size(); }

private:
  struct Limit {
    unsigned depth = ~0u;
    const VarDecl *holder = nullptr;
  };
  std::vector<Node> parents;
  std::vector<Lifetime> lifetimes;
  std::vector<Limit> limits;
  std::vector<std::pair<Node, Node>> edges;
};

/// Answers, with a memory, what can be reached from values of a type.
class ReferenceTraits {
public:
  /// True if a value is or contains a slice, str or region.
  bool hasReferences(const Type *type) {
    return type && classify(type).hasReferences;
  }
  /// True if memory that can hold references can be written through a value.
  bool hasCells(const Type *type) { return type && classify(type).hasCells; }

private:
  struct Traits {
    bool hasReferences, hasCells;
  };
  Traits classify(const Type *type);
  llvm::DenseMap<const Type *, Traits> known;
  llvm::DenseMap<const Type *, bool> references;
  bool computeReferences(const Type *type);
};

} // namespace flux

#endif // FLUX_LIB_FRONTEND_LIFETIMEGRAPH_H
