//===- Steps.h - the closed tables behind steps ----------------*- C++ -*-===//
//
// Verbs, facts and sensors are closed tables, so that the parser, the messages,
// the documentation and editors all know the same words.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_FRONTEND_STEPS_H
#define FLUX_FRONTEND_STEPS_H

#include "flux/Frontend/Units.h"
#include <vector>

namespace flux {

enum class Verb : uint8_t {
#define VERB(ID, NAME, FORM, NESTED, DOC, EXAMPLE) ID,
#include "flux/Frontend/Verbs.def"
  Unknown,
};

/// What may stand under a step.
enum class Nested : uint8_t { None, Steps, Failure };

/// One row of Verbs.def.
struct VerbInfo {
  Verb verb;
  llvm::StringLiteral name, form;
  Nested nested;
  llvm::StringLiteral doc, example;
};

/// All verbs, in the order of the table.
llvm::ArrayRef<VerbInfo> getVerbs();
inline const VerbInfo &getInfo(Verb verb) {
  return getVerbs()[static_cast<unsigned>(verb)];
}
/// Finds the verb that is exactly \p word, without regard to case.
Verb findVerb(llvm::StringRef word);

/// The verb that \p text begins with, also the two words of "Else if"; sets
/// \p word to its letters as they are written.
Verb readVerb(llvm::StringRef text, llvm::StringRef &word);

/// What may follow \p text, the beginning of a step up to the cursor: words as
/// they are written, and slots as `<name>`.
std::vector<std::string> getNextWords(llvm::StringRef text);

/// The words of \p text, a step, that its form prescribes: "to" and "console".
std::vector<llvm::StringRef> getFormWords(llvm::StringRef text);

/// One row of Facts.def.
struct Fact {
  enum Source : uint8_t { Clock, Agent, Device };
  llvm::StringLiteral name;
  Dimension dimension; ///< None: a str
  Source source;
  llvm::StringLiteral doc;
};

llvm::ArrayRef<Fact> getFacts();
/// Finds a fact by name, or null.
const Fact *findFact(llvm::StringRef name);

/// One row of QUANTITY in Sensors.def.
struct SensorQuantity {
  llvm::StringLiteral name;
  Dimension dimension; ///< None: a bool
};
struct SensorBus {
  llvm::StringLiteral name, word;
  unsigned first, last;
};
struct SensorDriver {
  llvm::StringLiteral name, bus, quantity;
  unsigned first, last;
};
llvm::ArrayRef<SensorQuantity> getSensorQuantities();
llvm::ArrayRef<SensorBus> getSensorBuses();
llvm::ArrayRef<SensorDriver> getSensorDrivers();

/// Writes the tables as Markdown (`--print-steps`, docs/steps.md).
void printSteps(llvm::raw_ostream &os);

} // namespace flux

#endif // FLUX_FRONTEND_STEPS_H
