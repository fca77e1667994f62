//===- Passes.h - what only FLUX knows about FIR ---------------*- C++ -*-===//
//
// Passes that use the meaning of FIR's operations.  What upstream passes can do
// is left to them.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_DIALECT_FIR_PASSES_H
#define FLUX_DIALECT_FIR_PASSES_H

#include <memory>

namespace mlir {
class Pass;
} // namespace mlir

namespace flux::fir {

/// `fir-inline`, on modules: makes small functions part of their callers.  What
/// comes from the function F at a call has the location
/// `callsite(PLACE at "F"(PLACE OF CALL))`; a function that is not called any
/// more stays as a declaration.
std::unique_ptr<mlir::Pass> createInliningPass();

/// `fir-forward-locals`, on functions: uses the values of locals that are
/// stored once, in place of loads.
std::unique_ptr<mlir::Pass> createLocalForwardingPass();

/// `fir-eliminate-checks`, on functions: replaces operations that trap by ones
/// that cannot, where ranges and the conditions on the way to them prove that
/// they never do; marks accesses as `inbounds`.  The locals of the function
/// stay in memory.
std::unique_ptr<mlir::Pass> createCheckEliminationPass();

/// `fir-promote-regions`, on modules: gives small slices of constant length
/// that stay in their function a place in its frame, and takes away regions
/// all of whose memory did.
std::unique_ptr<mlir::Pass> createRegionPromotionPass();

/// `fir-recognize-copies`, on functions: replaces loops that copy bytes from
/// slice to slice within bounds by a call of the runtime.
std::unique_ptr<mlir::Pass> createCopyRecognitionPass();

/// `fir-version-loops`, on functions: copies innermost loops, takes checks out
/// of the copies and lets these run if a condition before the loop says that
/// none of the checks would fail.  Functions that grew say by how many
/// operations, in an attribute.
std::unique_ptr<mlir::Pass> createLoopVersioningPass();
inline constexpr char copiedOpsAttr[] = "fir.copied_ops";

/// Makes the passes known by name (for flux-opt).
void registerFIRPasses();

} // namespace flux::fir

#endif // FLUX_DIALECT_FIR_PASSES_H
