//===- LifetimeGraph.cpp - lifetimes that flow along edges ----------------===//
//
// Unification happens while the graph is made and does not depend on lifetimes,
// so one pass of propagation over the finished graph is enough: each node's
// lifetime only grows, at most once for each depth and parameter.
//
//===----------------------------------------------------------------------===//

#include "LifetimeGraph.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace flux;
using Node = LifetimeGraph::Node;

Node LifetimeGraph::make(Lifetime lifetime) {
  Node node = Node(parents.size());
  parents.push_back(node);
  lifetimes.push_back(lifetime);
  limits.push_back({});
  return node;
}

Node LifetimeGraph::find(Node node) {
  while (parents[node] != node)
    node = parents[node] = parents[parents[node]];
  return node;
}

Node LifetimeGraph::unify(Node a, Node b) {
  a = find(a);
  b = find(b);
  if (a == b)
    return a;
  if (b < a) // the older one stays, so that chains are short
    std::swap(a, b);
  parents[b] = a;
  lifetimes[a].join(lifetimes[b]);
  if (limits[b].depth < limits[a].depth)
    limits[a] = limits[b];
  return a;
}

void LifetimeGraph::limit(Node node, unsigned depth, const VarDecl *holder) {
  Limit &limit = limits[find(node)];
  if (depth < limit.depth)
    limit = {depth, holder};
}

void LifetimeGraph::solve() {
  size_t count = parents.size();
  std::vector<unsigned> first(count + 1);
  for (auto &[from, to] : edges) {
    from = find(from);
    to = find(to);
    ++first[from + 1];
  }
  for (size_t i = 0; i < count; ++i)
    first[i + 1] += first[i];
  std::vector<Node> targets(edges.size());
  std::vector<unsigned> next(first.begin(), first.end() - 1);
  for (auto [from, to] : edges)
    targets[next[from]++] = to;

  std::vector<Node> work;
  std::vector<bool> isQueued(count);
  for (size_t i = count; i-- > 0;)
    if (first[i] != first[i + 1] && !(lifetimes[i] == Lifetime())) {
      work.push_back(Node(i));
      isQueued[i] = true;
    }
  while (!work.empty()) {
    Node node = work.back();
    work.pop_back();
    isQueued[node] = false;
    for (unsigned i = first[node]; i < first[node + 1]; ++i) {
      Node target = targets[i];
      if (!lifetimes[target].join(lifetimes[node]) || isQueued[target])
        continue;
      isQueued[target] = true;
      work.push_back(target);
    }
  }
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

/// Calls \p visit for the types of which values of \p type consist.
template <typename Visitor>
static void forEachPart(const Type *type, Visitor visit) {
  if (type->isArray())
    visit(type->element);
  else if (type->isStruct())
    for (const FieldDecl &field : type->decl->fields)
      if (field.type)
        visit(field.type);
  if (type->isEnum())
    for (const VariantDecl &variant : type->enumDecl->variants)
      for (const FieldDecl &field : variant.fields)
        if (field.type)
          visit(field.type);
}

/// Values do not contain values of their own type, so this ends.
bool ReferenceTraits::computeReferences(const Type *type) {
  if (type->isSlice() || type->isStr() || type->isRegion())
    return true;
  if (type->isParam()) // some type that fits may
    return type->holdsReference();
  auto it = references.find(type);
  if (it != references.end())
    return it->second;
  bool result = false;
  forEachPart(type, [&](const Type *part) {
    result = result || computeReferences(part);
  });
  return references[type] = result;
}

ReferenceTraits::Traits ReferenceTraits::classify(const Type *type) {
  auto it = known.find(type);
  if (it != known.end())
    return it->second;
  Traits result = {computeReferences(type), false};
  // Types that contain slices of themselves lead in circles.
  llvm::SmallPtrSet<const Type *, 8> seen;
  llvm::SmallVector<const Type *> work;
  if (result.hasReferences)
    work.push_back(type);
  while (!work.empty() && !result.hasCells) {
    const Type *part = work.pop_back_val();
    if (!seen.insert(part).second)
      continue;
    if (part->isSlice()) {
      result.hasCells = part->isWritable && computeReferences(part->element);
      work.push_back(part->element);
    }
    if (part->isParam())
      result.hasCells = part->holdsReference();
    forEachPart(part, [&](const Type *inner) { work.push_back(inner); });
  }
  return known[type] = result;
}
