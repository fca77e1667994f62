//===- CSource.cpp - programs as C source ---------------------------------===//
//
// `--emit=c` writes C whatever the target is; the target `c` is for those who
// want nothing else, and has no other form.
//
//===----------------------------------------------------------------------===//

#include "CSource.h"
#include "flux/Conversion/FIRToC.h"
#include "flux/Dialect/FIR/Places.h"
#include "flux/Support/Diagnostics.h"
#include "flux/Support/Version.h"
#include "flux/Target/TargetSpec.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"

using namespace flux;
using llvm::StringRef;

bool flux::checkForm(llvm::ArrayRef<TargetSpec> targets, Options &options,
                     DiagnosticEngine &diags) {
  const TargetSpec *source = llvm::find_if(
      targets, [](const TargetSpec &target) { return target.runtime == "c"; });
  if (source == targets.end())
    return true;
  if (targets.size() > 1) {
    diags
        .report(llvm::SMRange(), diag::invalid_option_value, source->name,
                "--target")
        .note("its programs are C source, which another run makes");
    return false;
  }
  if (options.emit == Phase::Exe && !options.stopAfter && !options.test)
    options.emit = Phase::C;
  Phase last = options.getLastPhase();
  if (last <= Phase::FIROpt || last == Phase::C || options.test)
    return true;
  diags
      .report(llvm::SMRange(), diag::invalid_option_value, getInfo(last).name,
              "--emit")
      .note("programs of the target '" + source->name +
            "' are C source: '--emit=c'");
  return false;
}

bool flux::writeC(mlir::ModuleOp fir, const CSourceInput &input,
                  std::function<StringRef(StringRef, unsigned)> lineText,
                  std::string &text) {
  FIRToCOptions conversion;
  conversion.producer = ("fluxc " + getVersion()).str();
  std::string output = input.options.getOutputName(input.input, "");
  if (output == "-")
    output = "program.c";
  conversion.fileName = llvm::sys::path::filename(output).str();
  conversion.lines = input.options.debug != DebugInfo::None;
  if (!input.isFIR)
    conversion.lineText = std::move(lineText);
  conversion.unsupported = [&](mlir::Location location, StringRef what) {
    fir::Place place = fir::getPlace(location);
    llvm::SMLoc loc;
    if (place.line)
      loc = input.diags.getSources().FindLocForLineAndColumn(
          input.bufferID, place.line, place.column);
    input.diags.report(loc, diag::invalid_fir,
                       (what + " is not supported in C").str());
  };
  llvm::raw_string_ostream os(text);
  return convertFIRToC(fir, conversion, os);
}
