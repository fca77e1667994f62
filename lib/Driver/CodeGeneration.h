//===- CodeGeneration.h - FIR to the program of each target ----*- C++ -*-===//
#ifndef FLUX_LIB_DRIVER_CODEGENERATION_H
#define FLUX_LIB_DRIVER_CODEGENERATION_H

#include "Cache.h"
#include "Results.h"
#include "flux/Conversion/FIRToLLVM.h"
#include "flux/Target/BaselineCompiler.h"
#include "flux/Target/Linker.h"
#include "flux/Target/ObjectEmitter.h"
#include "mlir/IR/BuiltinOps.h"
#include <functional>

namespace flux {

/// What all targets of one input share: the program as FIR, simplified.
struct Program {
  const Options &options;
  DiagnosticEngine &diags;
  Timing &timing;
  Results &results;
  bool isFIR;               ///< the input is FIR, not a document
  std::string locationName; ///< the input's name in locations
  OptLevel level;
  mlir::MLIRContext &context;
  mlir::ModuleOp fir;
  /// Text of a line of a document, by its name in locations.
  std::function<llvm::StringRef(llvm::StringRef, unsigned)> lineText;
  /// The text of the document; empty if the input is FIR.
  llvm::StringRef documentText;
  /// Names in locations of all documents.
  std::vector<std::string> documents;
  Cache *cache = nullptr; ///< null: nothing is kept
  /// Makes the program of an input that is LLVM IR, and has no FIR; else null.
  std::function<std::unique_ptr<llvm::Module>(llvm::LLVMContext &,
                                              const TargetSpec &)>
      importModule = nullptr;
  /// Of everything that the input says.
  std::string contentKey;

  Phase getLastPhase() const { return options.getLastPhase(); }
  bool goesBeyond(Phase phase) const { return getLastPhase() > phase; }
};

/// Makes code of one program for one target.
class TargetBuild {
public:
  TargetBuild(const Program &program, const TargetSpec &target);
  ~TargetBuild();

  /// True if LLVM makes the code, not the baseline compiler, which makes it as
  /// fast as it would be found in the cache.
  bool usesLLVM() const { return !whyNotBaseline().empty(); }
  /// Takes the result of an earlier run; false if there is none, or it does not
  /// count.
  bool findResult();
  bool isFound() const { return found && !program.cache->verifies(); }
  /// Keeps the result for later runs.
  void storeResult();
  /// Of all units: how many were taken from earlier runs.
  unsigned getNumUnitsFound() const { return numUnitsFound; }

  const TargetSpec &getTarget() const { return target; }
  /// What fluxc was called for.
  llvm::ArrayRef<char> getResult() const { return result; }
  bool hasFailed() const { return failed; }

  /// How many units makeUnit() has to make before finish(): each a module of
  /// LLVM IR with code of its own.  0 if makeWhole() does everything.
  unsigned getNumUnits() const { return numUnits; }
  /// True if the units are made by the baseline compiler.
  bool usesBaseline() const { return isBaseline; }
  /// Plans the units, with the baseline compiler if it may be used.
  void plan();
  /// Leaves everything to makeWhole().
  void planWhole();
  /// True if \p other can be made together with this one.
  bool sharesUnitsWith(const TargetBuild &other) const;
  /// Makes one unit for all of \p builds, which share it; several units may be
  /// made at once, on different threads.
  static void makeUnit(llvm::ArrayRef<TargetBuild *> builds, unsigned index);
  /// True if the baseline compiler gave up, and LLVM is to make all units anew.
  bool planAgain();
  /// Puts the units together and links them.
  void finish();
  /// Runs the phases one by one over the program in one piece, all of which can
  /// be dumped.
  void makeWhole();

private:
  struct Unit;
  struct Request;

  CacheKey startKey(llvm::StringRef kind) const;
  std::string getUnitKey(const llvm::Module &module, const Part &part) const;
  void compare(llvm::ArrayRef<char> kept, llvm::ArrayRef<char> made,
               const std::string &what);
  FIRToLLVMOptions getConversionOptions(const TargetSpec &machine) const;
  std::unique_ptr<llvm::TargetMachine>
  makeMachine(const TargetSpec &machine) const;
  const TargetSpec &getFirstMachine() const {
    return shared ? *shared : target;
  }
  bool hasOtherMachine() const {
    return shared && shared->triple != target.triple;
  }
  std::unique_ptr<llvm::Module> convert(llvm::LLVMContext &llvmContext,
                                        unsigned part) const;
  std::unique_ptr<llvm::Module> retarget(const llvm::Module &module) const;
  void simplify(llvm::Module &module, bool verifyEach) const;
  bool findUnit(const llvm::Module &module, const Part &part, Request &request);
  void finishUnit(llvm::Module &module, const Part &part,
                  const Request &request);
  std::string whyNotBaseline() const;
  void planUnits();
  EmitFormat getObjectFormat() const;
  bool makeLLVM();
  bool makeMachineCode();
  bool makeBytecode();
  bool finishUnits();
  bool link();
  bool reportLink(LinkStatus status, llvm::StringRef error);
  std::vector<ObjectFile> getObjectFiles() const;
  bool finishPhase(Phase phase,
                   llvm::function_ref<void(llvm::raw_ostream &)> print);
  bool finishObject(Phase phase, llvm::ArrayRef<char> bytes);

  const Program &program;
  const Options &options;
  TargetSpec target;
  const TargetSpec *shared; ///< see getSharedTarget()
  bool failed = false;

  unsigned numUnits = 0;
  bool isBaseline = false;
  PartPlan partPlan; ///< if there are several units
  std::vector<std::unique_ptr<BaselineUnit>> baselineUnits;
  std::vector<std::string> reasons; ///< why the baseline compiler gave up
  std::vector<llvm::SmallVector<char, 0>> objects;

  // Of the cache: keys are empty for what it does not keep.
  std::string resultKey;
  bool found = false;
  llvm::SmallVector<char, 0> foundResult;
  std::atomic<unsigned> numUnitsFound = 0;
  std::mutex differencesMutex;
  std::vector<std::string> differences; ///< from what the cache holds

  std::unique_ptr<Unit> whole;
  llvm::SmallVector<char, 0> result;
};

/// Makes the code of \p program for all of \p builds, on as many threads as the
/// options allow.  Afterwards each has its result or has failed.
void generateCode(const Program &program,
                  llvm::ArrayRef<std::unique_ptr<TargetBuild>> builds);

} // namespace flux

#endif // FLUX_LIB_DRIVER_CODEGENERATION_H
