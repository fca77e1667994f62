//===- ModuleImage.h - kernels for WebAssembly -----------------*- C++ -*-===//
#ifndef FLUX_LIB_IMAGE_MODULEIMAGE_H
#define FLUX_LIB_IMAGE_MODULEIMAGE_H

#include "flux/Image/Emulator.h"
#include "flux/Target/Linker.h"

namespace flux {

/// Links the kernel into a module with \p archive as its section
/// `flux.archive`; \p symbols, if not null, gets the same with names.  Returns
/// what is wrong, or an empty text.
std::string buildModuleImage(const KernelTarget &target,
                             llvm::ArrayRef<ObjectFile> objects,
                             llvm::ArrayRef<char> archive,
                             llvm::SmallVectorImpl<char> &out,
                             llvm::SmallVectorImpl<char> *symbols);

/// Makes a page of a module that was built so.
void writeModulePage(llvm::StringRef title, llvm::SmallVectorImpl<char> &image);
/// The module in such a page; false if \p page is none.
bool readModulePage(llvm::StringRef page, llvm::SmallVectorImpl<char> &module);

/// True if \p bytes are a module with an archive.
bool isModuleImage(llvm::StringRef bytes);

/// Boots the module in the file \p path in Node, whose console is that of this
/// process; \p kernelOptions are the words of the kernel's command line.
/// Returns the status; or -1, and \p error says why there is none.
int runModule(llvm::StringRef path, llvm::StringRef kernelOptions,
              const EmulatorOptions &options, std::string &error);

/// reportSizes() for modules.
std::string reportModuleSizes(llvm::ArrayRef<char> image,
                              llvm::ArrayRef<char> symbols,
                              llvm::raw_ostream &os);

} // namespace flux

#endif // FLUX_LIB_IMAGE_MODULEIMAGE_H
