//===- WasmPage.h - the loader, and pages that hold a program --*- C++ -*-===//
#ifndef FLUX_TARGET_WASMPAGE_H
#define FLUX_TARGET_WASMPAGE_H

#include "flux/Target/TargetSpec.h"

namespace flux {

/// True if programs for \p target are modules of WebAssembly.
bool isWasmTarget(const TargetSpec &target);
/// True if these modules run in pages.
bool runsInPages(const TargetSpec &target);

/// Stands for the loader in the command that runs programs (`emulator`).
inline constexpr llvm::StringLiteral wasmLoaderWord = "{loader}";

/// The text of runtime/wasm/flux.mjs, which runs modules.
llvm::StringRef getWasmLoader();

/// \p command with the loader itself where `{loader}` stands; it waits to be
/// asked for each run of the module that is named last.
std::vector<std::string> withWasmServer(llvm::ArrayRef<std::string> command);

/// Writes a page that runs \p module with a console, as one HTML file.
void writeWasmPage(llvm::StringRef module, llvm::StringRef title,
                   llvm::raw_ostream &os);

/// Writes \p page with \p title, the text of \p loader and \p module in the
/// places
/// {{title}}, {{loader}} and {{program}}.
void fillPage(llvm::StringRef page, llvm::StringRef title,
              llvm::StringRef loader, llvm::StringRef module,
              llvm::raw_ostream &os);

} // namespace flux

#endif // FLUX_TARGET_WASMPAGE_H
