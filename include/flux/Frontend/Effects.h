//===- Effects.h - what each function may do to the world ------*- C++ -*-===//
//
// Eleven flags say what code may touch (docs/language.md, section "Effects").
// Sema notes each call and each direct use while it checks bodies; the graph
// then finds what every function needs, and for each flag the way of calls that
// leads to the line that needs it.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_FRONTEND_EFFECTS_H
#define FLUX_FRONTEND_EFFECTS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"
#include <functional>
#include <string>
#include <vector>

namespace flux {

class DiagnosticEngine;
struct FunctionDecl;
struct Module;

/// A set of flags; bit i is capabilityNames[i].
using EffectSet = uint16_t;

/// The flags, in the order of the original design's numbers.
namespace effect {
enum : EffectSet {
  NONE = 0,
  SPAWN = 1 << 0,
  COMMUNICATE = 1 << 1,
  COMPILE = 1 << 2,
  IO_READ = 1 << 3,
  IO_WRITE = 1 << 4,
  MEMORY = 1 << 5,
  HARDWARE = 1 << 6,
  NETWORK = 1 << 7,
  FILESYSTEM = 1 << 8,
  DEBUG = 1 << 9,
  SUPERVISOR = 1 << 10,
};
} // namespace effect

/// "IO_READ, MEMORY".
std::string getEffectNames(EffectSet effects, llvm::StringRef separator = ", ");
/// The flag that \p word names, or 0.
EffectSet findEffect(llvm::StringRef word);

/// Something in a body that needs flags: a call of a function, or a use of the
/// world.
struct EffectUse {
  llvm::StringRef place;                ///< in the document
  const FunctionDecl *callee = nullptr; ///< null: a use of the world
  EffectSet flags = 0;                  ///< of a use
  bool oneOf = false;        ///< one of the flags is enough; steps only
  llvm::StringRef what = ""; ///< of a use: "file.open"
};

/// A function that becomes a value whose type states its effects.
struct EffectLimit {
  llvm::StringRef place;
  const FunctionDecl *function;
  EffectSet allowed;
};

/// Who uses what, for a whole program.
class EffectGraph {
public:
  /// The body of a function, or all steps of the agent.
  struct Body {
    const FunctionDecl *function; ///< null: the steps
    std::vector<EffectUse> uses;
    EffectSet effects = 0; ///< solve()
    llvm::DenseSet<const FunctionDecl *> callees;
  };

  /// Notes \p use in the body of \p function (null: the steps).  Only the first
  /// call of each function is kept.
  void add(const FunctionDecl *function, EffectUse use);
  void addLimit(EffectLimit limit) { limits.push_back(limit); }
  llvm::ArrayRef<EffectLimit> getLimits() const { return limits; }
  /// Computes the effects of all bodies.
  void solve();
  EffectSet getEffects(const FunctionDecl *function) const;
  /// True if \p function may call itself, directly or not.
  bool isRecursive(const FunctionDecl *function) const;
  /// The body of \p function, or null if it uses nothing.
  const Body *find(const FunctionDecl *function) const;
  llvm::ArrayRef<Body> getBodies() const { return bodies; }
  /// The uses that lead from \p body to a use of the world with \p flag: the
  /// shortest way; empty if there is none.
  std::vector<const EffectUse *> findWay(const Body &body,
                                         EffectSet flag) const;

private:
  std::vector<Body> bodies; ///< in the order of their first use
  std::vector<EffectLimit> limits;
  llvm::DenseMap<const FunctionDecl *, unsigned> indices;
};

/// Checks what signatures and `capabilities` state against what bodies need
/// (EFF-2, EFF-4).
void checkEffects(llvm::ArrayRef<Module *> modules, EffectGraph &graph,
                  DiagnosticEngine &diags);

/// A use of the world and the calls that lead to it, the nearest first.
struct AuthorityNeed {
  const EffectUse *use;
  EffectSet optional;           ///< what it may use besides
  const FunctionDecl *function; ///< null: a step
  struct Call {
    llvm::StringRef place;
    const FunctionDecl *caller; ///< null: a step
  };
  std::vector<Call> calls;
  /// Whether the need belongs to what is said about \p flag: of several flags
  /// of which one is enough, those that the agent has, if it has any.
  bool concerns(const Module &module, EffectSet flag) const;
};

/// Finds what can be reached from where the program begins.  A document that is
/// no program is judged by all of its functions.
std::vector<AuthorityNeed> findAuthority(const Module &module,
                                         const EffectGraph &graph);

/// What the authority report needs to know besides the program.
struct AuthorityPlaces {
  /// The document's name and line of a place, and the column.
  std::function<std::tuple<std::string, unsigned, unsigned>(llvm::StringRef)>
      locate;
  /// "in section 'Loop', step 2"; may be empty.
  std::function<std::string(llvm::StringRef)> describe;
};

/// Prints which lines need which flags and how they are reached
/// (`--emit=authority`).
void printAuthority(const Module &module, const EffectGraph &graph,
                    const AuthorityPlaces &places, llvm::raw_ostream &os);
/// The same as one JSON object (`--emit=authority-json`).
void printAuthorityJSON(const Module &module, const EffectGraph &graph,
                        const AuthorityPlaces &places, llvm::raw_ostream &os);

} // namespace flux

#endif // FLUX_FRONTEND_EFFECTS_H
