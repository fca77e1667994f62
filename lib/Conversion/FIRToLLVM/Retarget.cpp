//===- Retarget.cpp - what of LLVM IR depends on the target ---------------===//
//
// Programs for 64-bit processors are the same LLVM IR but for some attributes,
// so that several targets can share what is done before their machines matter.
//
//===----------------------------------------------------------------------===//

#include "Lowering.h"

using namespace flux;
using namespace flux::lowering;

/// True if the calling convention wants integers extended to registers.
static bool extendsIntegers(const llvm::Module &module) {
  const llvm::Triple &triple = module.getTargetTriple();
  return triple.isRISCV() || triple.isWasm();
}

llvm::StringRef lowering::getFramePointers(const FIRToLLVMOptions &options) {
  return !options.optimized      ? "all"
         : options.framePointers ? "non-leaf"
                                 : "none";
}

void lowering::adaptRuntimeFunction(llvm::Function &function) {
  const llvm::Module &module = *function.getParent();
  if (extendsIntegers(module))
    for (llvm::Argument &argument : function.args())
      if (argument.getType()->isIntegerTy(32))
        argument.addAttr(llvm::Attribute::SExt);
  // LLVM would not save the return address, which the call overwrites, and
  // backtraces end there.
  if (module.getTargetTriple().isRISCV() && function.doesNotReturn())
    function.removeFnAttr(llvm::Attribute::NoUnwind);
}

void lowering::adaptEntryPoint(llvm::Function &function) {
  if (extendsIntegers(*function.getParent()))
    function.addRetAttr(llvm::Attribute::SExt);
}

void lowering::adaptCheckedFunction(llvm::Function &function,
                                    rt::ValueType type) {
  if (!extendsIntegers(*function.getParent()))
    return;
  // RISC-V extends 32 bits with their sign, whatever they mean.
  using rt::ValueType;
  bool isZero = type == ValueType::U8 || type == ValueType::U16;
  bool isSign = type <= ValueType::I32 || type == ValueType::U32;
  for (unsigned i : {1u, 2u}) {
    function.removeParamAttr(i, llvm::Attribute::ZExt);
    if (isZero || isSign)
      function.addParamAttr(i, isZero ? llvm::Attribute::ZExt
                                      : llvm::Attribute::SExt);
  }
}

void flux::retargetModule(llvm::Module &module, const llvm::Triple &triple,
                          llvm::StringRef dataLayout,
                          const FIRToLLVMOptions &options) {
  assert(options.optimized && "checks may be calls");
  module.setTargetTriple(triple);
  module.setDataLayout(dataLayout);
  for (llvm::Function &function : module) {
    constexpr llvm::StringLiteral framePointer = "frame-pointer";
    if (function.hasFnAttribute(framePointer)) {
      function.addFnAttr(framePointer, getFramePointers(options));
      function.removeFnAttr("tune-cpu");
      if (!options.tuneCPU.empty())
        function.addFnAttr("tune-cpu", options.tuneCPU);
    } else if (function.isDeclaration() &&
               function.getName().starts_with("flux_")) {
      adaptRuntimeFunction(function);
      if (!function.doesNotThrow())
        for (llvm::User *user : function.users())
          if (auto *call = llvm::dyn_cast<llvm::CallBase>(user))
            call->removeFnAttr(llvm::Attribute::NoUnwind);
    }
    if (function.getName() == entryPoint)
      adaptEntryPoint(function);
  }
}
