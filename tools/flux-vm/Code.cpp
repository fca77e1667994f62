//===- Code.cpp - asm, dis, verify, info ----------------------------------===//
//
// The commands that look at packages without running them.
//
//===----------------------------------------------------------------------===//

#include "Tool.h"
#include "runtime/bytecode/Signature.h"
#include "runtime/bytecode/Verifier.h"
#include "runtime/crypto/Ed25519.h"

namespace flux::tool {

using namespace bytecode;

int takeFiles(Arguments &args, Bytes &input, const FileOptions &options) {
  while (!args.isEmpty()) {
    Bytes arg = args.next(), value;
    if (options.output != nullptr && equals(arg, "-o")) {
      if (args.isEmpty())
        return failUsage("-o needs a file");
      *options.output = args.next();
    } else if (options.key != nullptr && startsWith(arg, "--key=", value)) {
      *options.key = value;
    } else if (options.native != nullptr &&
               startsWith(arg, "--native=", value)) {
      *options.native = value;
    } else if (arg.size > 1 && arg.data[0] == '-') {
      return failUsage("unknown option", arg);
    } else if (input.data != nullptr) {
      return failUsage("one file is taken, this one is too much:", arg);
    } else {
      input = arg;
    }
  }
  return input.data == nullptr ? failUsage("a file is missing") : -1;
}

int assembleCommand(Arguments &args) {
  Bytes input, output;
  int status = takeFiles(args, input, {&output, nullptr, nullptr});
  if (status >= 0)
    return status;
  if (output.data == nullptr)
    return failUsage("-o FILE is missing");
  Package package;
  return loadPackage(input, /*verified=*/true, package) &&
                 writeFile(output, package.file)
             ? Success
             : Failure;
}

int disassembleCommand(Arguments &args) {
  Bytes input, output = {reinterpret_cast<const uint8_t *>("-"), 1};
  int status = takeFiles(args, input, {&output, nullptr, nullptr});
  if (status >= 0)
    return status;
  Package package;
  return loadPackage(input, /*verified=*/true, package) &&
                 writeFile(output, disassemble(package, getArena()))
             ? Success
             : Failure;
}

int verifyCommand(Arguments &args) {
  Bytes input, key, name, text;
  int status = takeFiles(args, input, {nullptr, &key, nullptr});
  if (status >= 0)
    return status;
  Package package;
  if (!loadPackage(input, /*verified=*/true, package) ||
      (key.data != nullptr && !checkKey(package, input, key)))
    return Failure;
  if (!package.getDocument(getArena(), name, text))
    return fail("the document cannot be unpacked:", input);
  return Success;
}

int infoCommand(Arguments &args) {
  Bytes input;
  int status = takeFiles(args, input, {nullptr, nullptr, nullptr});
  if (status >= 0)
    return status;
  Package package;
  if (!loadPackage(input, /*verified=*/false, package))
    return Failure;
  Output out;
  TextBuilder &text = out.text;
  text << "format " << uint64_t(formatMajor) << "." << uint64_t(formatMinor)
       << ", instruction set " << uint64_t(package.manifest.isaVersion)
       << "\nhash ";
  for (uint8_t byte : package.hash)
    text.hex(byte, 2);
  text << "\neffects";
  for (unsigned bit = 0; isa::getEffectName(bit) != nullptr; ++bit)
    if (package.manifest.effects >> bit & 1)
      text << " " << isa::getEffectName(bit);
  text << "\nentry " << uint64_t(package.manifest.entry) << " "
       << package.getName(package.manifest.entry) << "\nstack "
       << package.manifest.stackSize << " bytes, calls "
       << uint64_t(package.manifest.callLimit) << "\ncode " << package.codeWords
       << " words, " << uint64_t(package.numFunctions) << " functions, "
       << uint64_t(package.numBlocks) << " blocks, "
       << uint64_t(package.numTables) << " tables\n";
  for (uint32_t i = 0; i != package.numRegions; ++i) {
    Region region = package.getRegion(i);
    text << "region " << uint64_t(region.number)
         << (region.rights & RegionRead ? " r" : " ")
         << (region.rights & RegionWrite ? "w " : " ") << region.size
         << " bytes, " << region.data.size << " given\n";
  }
  for (uint32_t i = 0; i != package.numImports; ++i)
    text << "import " << package.getImport(i).name << "\n";
  for (uint32_t i = 0; i != package.numExports; ++i)
    text << "export " << package.getExport(i).name << " "
         << uint64_t(package.getExport(i).function) << "\n";
  for (uint32_t i = 0; i != package.numSettings; ++i)
    text << "setting " << package.getSetting(i).name << "\n";
  Bytes name, document;
  if (!package.getDocument(getArena(), name, document))
    text << "document that cannot be unpacked\n";
  else if (name.data != nullptr)
    text << "document " << name << ", " << document.size << " bytes, "
         << package.getSection(SectionKind::Document).size
         << (package.isCompressed(SectionKind::Document) ? " compressed\n"
                                                         : " in the package\n");
  for (uint32_t i = 0; i != package.numNatives; ++i)
    text << "native " << package.getNative(i).target << ", "
         << package.getNative(i).executable.size << " bytes\n";
  Bytes signature = package.getSection(SectionKind::Signature);
  if (signature.size != 0) {
    text << "signed by ";
    for (uint64_t i = 0; i != ed25519::keySize; ++i)
      text.hex(signature.data[i], 2);
    text << (checkSignature(package, signature.data) == nullptr
                 ? "\n"
                 : ", the signature is wrong\n");
  }
  return Success;
}

} // namespace flux::tool
