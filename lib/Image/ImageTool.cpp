//===- ImageTool.cpp - the command line of flux-os-image ------------------===//
//
// Makes an image of documents and packages, runs one, or tells what is in it.
// Everything is checked before any work begins.
//
//===----------------------------------------------------------------------===//

#include "flux/Image/ImageTool.h"
#include "DiskCommands.h"
#include "Documents.h"
#include "Inspection.h"
#include "ModuleImage.h"
#include "flux/Image/Emulator.h"
#include "flux/Support/Version.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Option/ArgList.h"
#include "llvm/Option/OptTable.h"
#include "llvm/Option/Option.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

using namespace flux;
using llvm::StringRef;

namespace {

#define OPTTABLE_STR_TABLE_CODE
#include "ImageOptions.inc"
#undef OPTTABLE_STR_TABLE_CODE

#define OPTTABLE_PREFIXES_TABLE_CODE
#include "ImageOptions.inc"
#undef OPTTABLE_PREFIXES_TABLE_CODE

enum OptionID : unsigned {
  OPT_INVALID = 0,
#define OPTION(...) LLVM_MAKE_OPT_ID(__VA_ARGS__),
#include "ImageOptions.inc"
#undef OPTION
};

using namespace llvm::opt; // the flags that the table names
constexpr OptTable::Info optionInfos[] = {
#define OPTION(...) LLVM_CONSTRUCT_OPT_INFO(__VA_ARGS__),
#include "ImageOptions.inc"
#undef OPTION
};

class ImageOptionTable : public GenericOptTable {
public:
  ImageOptionTable()
      : GenericOptTable(OptionStrTable, OptionPrefixesTable, optionInfos) {
    setDashDashParsing(true);
  }
};

enum Status : int { Success = 0, Failure = 1, Usage = 2 };
/// The status when a machine did not tell one, as after a trap.
constexpr int noStatus = 101;

} // namespace

static int fail(const llvm::Twine &message, int status = Failure) {
  llvm::outs().flush();
  llvm::errs() << "flux-os-image: error: " << message << '\n';
  return status;
}

static int failUsage(const llvm::Twine &message) {
  fail(message);
  llvm::errs() << "flux-os-image: 'flux-os-image --help' tells what there is\n";
  return Usage;
}

static std::string listTargets() {
  std::vector<std::string> names;
  for (const KernelTarget &target : getKernelTargets())
    names.push_back(target.name.str());
  return llvm::join(names, ", ");
}

/// Reads a number option; false after a message.
static bool readNumber(const InputArgList &args, OptionID id, unsigned lowest,
                       unsigned highest, unsigned &value) {
  const Arg *arg = args.getLastArg(id);
  if (arg == nullptr)
    return true;
  StringRef text = arg->getValue();
  if (!text.getAsInteger(10, value) && value >= lowest && value <= highest)
    return true;
  failUsage("'" + arg->getAsString(args) + "': a number from " +
            llvm::Twine(lowest) + " to " + llvm::Twine(highest) +
            " is expected");
  return false;
}

static bool isPackage(StringRef bytes) {
  return bytes.starts_with(StringRef("FLUXBC\x1A\n", 8));
}

namespace {

using Buffer = std::unique_ptr<llvm::MemoryBuffer>;

/// The files of the command line.
struct Inputs {
  std::vector<Buffer> buffers;
  std::vector<ImageFile> files;
  std::string startList; ///< the names of the programs, one a line
  std::vector<std::string> paths, added; ///< which hold the names
  std::vector<std::string> linked;       ///< the same, of objects
  std::vector<ImageFile> objects;        ///< for the kernel
};

} // namespace

static Buffer openFile(StringRef path) {
  llvm::ErrorOr<Buffer> buffer = llvm::MemoryBuffer::getFile(
      path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (buffer)
    return std::move(*buffer);
  fail("cannot open '" + path + "': " + buffer.getError().message());
  return nullptr;
}

/// \p path, which stays, and its contents become a file of the image.
static int addFile(StringRef path, StringRef name, Buffer buffer,
                   Inputs &inputs) {
  for (const ImageFile &other : inputs.files)
    if (other.name == name)
      return failUsage("two files are called '" + name + "', the second is '" +
                       path + "'");
  StringRef bytes = buffer->getBuffer();
  inputs.files.push_back({name, {bytes.data(), bytes.size()}});
  inputs.buffers.push_back(std::move(buffer));
  return Success;
}

static int addProgram(const KernelTarget &target, StringRef path, bool isNative,
                      Inputs &inputs) {
  if (isDocument(path)) {
    std::string error;
    Buffer package = compileDocument(target, path, isNative, error);
    if (package != nullptr)
      return addFile(path, getProgramName(path), std::move(package), inputs);
    return error.empty() ? int(Failure) : fail(error);
  }
  Buffer buffer = openFile(path);
  if (buffer == nullptr)
    return Failure;
  StringRef bytes = buffer->getBuffer();
  if (isUserProgram(bytes) && !isUserProgram(target, bytes))
    return fail("'" + path + "' is a program for another machine than " +
                target.name);
  if (!isPackage(bytes) && !isUserProgram(bytes))
    return fail("'" + path +
                "' is neither a document, whose name ends in '.md', nor a "
                "package of bytecode, which 'flux-vm asm' makes of assembler "
                "text, nor a program in user mode");
  return addFile(path, llvm::sys::path::filename(path), std::move(buffer),
                 inputs);
}

/// The images or packages to begin with.
static std::vector<std::string> getPaths(const InputArgList &args) {
  if (const Arg *arg = args.getLastArg(OPT_exec))
    return {arg->getValue()};
  return args.getAllArgValues(OPT_INPUT);
}

/// Reads the programs, the other files, and lists what is to be started.
/// Returns the status of a failure, or Success.
static int readFiles(const InputArgList &args, const KernelTarget &target,
                     Inputs &inputs) {
  inputs.paths = getPaths(args);
  inputs.added = args.getAllArgValues(OPT_add_EQ);
  for (const std::string &path : inputs.paths)
    if (int status = addProgram(target, path, args.hasArg(OPT_native), inputs))
      return status;
  if (args.hasArg(OPT_shell)) {
    std::string error;
    Buffer shell = compileShell(target, args.hasArg(OPT_native), error);
    if (shell == nullptr)
      return error.empty() ? int(Failure) : fail(error);
    if (int status = addFile("--shell", shellName, std::move(shell), inputs))
      return status;
    inputs.startList = shellStart.str();
  } else {
    for (const ImageFile &file : inputs.files)
      inputs.startList += (file.name + "\n").str();
  }
  for (const std::string &path : inputs.added) {
    Buffer buffer = openFile(path);
    if (buffer == nullptr)
      return Failure;
    if (int status = addFile(path, llvm::sys::path::filename(path),
                             std::move(buffer), inputs))
      return status;
  }
  inputs.files.push_back({"flux/start", inputs.startList});
  inputs.linked = args.getAllArgValues(OPT_link_EQ);
  for (const std::string &path : inputs.linked) {
    Buffer buffer = openFile(path);
    if (buffer == nullptr)
      return Failure;
    StringRef bytes = buffer->getBuffer();
    inputs.objects.push_back({path, {bytes.data(), bytes.size()}});
    inputs.buffers.push_back(std::move(buffer));
  }
  return Success;
}

/// Writes a file whole or not at all.
static int writeOutput(StringRef path, llvm::ArrayRef<char> bytes) {
  llvm::Error error =
      llvm::writeToOutput(path, [&](llvm::raw_ostream &os) -> llvm::Error {
        os.write(bytes.data(), bytes.size());
        return llvm::Error::success();
      });
  if (error)
    return fail("cannot write '" + path +
                "': " + llvm::toString(std::move(error)));
  return Success;
}

static int makeImage(const KernelTarget &target, ImageFormat format,
                     const Inputs &inputs, StringRef output,
                     StringRef symbolsPath, bool reportsSizes) {
  llvm::SmallVector<char, 0> image, symbols;
  bool needsSymbols = reportsSizes || !symbolsPath.empty();
  std::string error =
      buildKernelImage(target, format, inputs.files, image,
                       needsSymbols ? &symbols : nullptr, inputs.objects);
  if (error.empty() && reportsSizes)
    error = reportSizes(image, symbols, llvm::outs());
  if (!error.empty())
    return fail(error);
  if (!symbolsPath.empty())
    if (int status = writeOutput(symbolsPath, symbols))
      return status;
  return writeOutput(output, image);
}

/// Reads what disks and updates are made with; the status of a failure, or
/// Success.
static int readDiskOptions(const InputArgList &args, DiskOptions &options) {
  constexpr unsigned largest = 1 << 30, largestPart = 1024;
  unsigned version = 1, lowest = 0;
  if (!readNumber(args, OPT_image_version_EQ, 0, largest, version) ||
      !readNumber(args, OPT_lowest_version_EQ, 0, largest, lowest) ||
      !readNumber(args, OPT_slot_size_EQ, 1, largestPart, options.slotMiB) ||
      !readNumber(args, OPT_store_size_EQ, 1, largestPart, options.storeMiB))
    return Usage;
  if (lowest > version)
    return failUsage("an image cannot be older than it allows");
  options.slots.version = version;
  options.slots.lowestVersion = lowest;
  options.slots.board = args.getLastArgValue(OPT_board_EQ);
  if (options.slots.board.size() >= slots::maxBoardName)
    return failUsage("the name of a board has at most " +
                     llvm::Twine(slots::maxBoardName - 1) + " bytes");
  StringRef confirm = args.getLastArgValue(OPT_confirm_EQ, "running");
  if (confirm != "running" && confirm != "ending")
    return failUsage("'--confirm=" + confirm +
                     "': running or ending is expected");
  if (confirm == "ending")
    options.slots.confirmation = slots::Confirmation::Ending;
  if (const Arg *arg = args.getLastArg(OPT_key_EQ)) {
    std::string error = readKey(ed25519::KeyKind::Secret, arg->getValue(),
                                options.slots.secret.emplace());
    if (!error.empty())
      return fail(error);
  }
  return Success;
}

/// A disk or an update, with the programs for each target.
static int makeDisk(const InputArgList &args,
                    llvm::ArrayRef<const KernelTarget *> targets, bool isUpdate,
                    StringRef output) {
  DiskOptions options;
  if (int status = readDiskOptions(args, options))
    return status;
  std::vector<Inputs> inputs(targets.size());
  llvm::SmallVector<SlotContents> contents;
  for (auto [target, files] : llvm::zip(targets, inputs)) {
    if (int status = readFiles(args, *target, files))
      return status;
    contents.push_back({target, files.files});
  }
  llvm::SmallVector<char, 0> image;
  std::string error = isUpdate ? buildSlot(contents, slots::SlotKind::System,
                                           options.slots, image)
                               : buildDisk(contents, options, image);
  return error.empty() ? writeOutput(output, image) : fail(error);
}

static int run(const KernelTarget &target, StringRef path,
               const EmulatorOptions &options) {
  std::string error;
  int status = runImage(target, path, options, error);
  return status >= 0 ? status : fail(error, noStatus);
}

/// What cannot be: null, or what is wrong.
static const char *checkMachine(const InputArgList &args,
                                const KernelTarget &target,
                                const EmulatorOptions &options) {
  if (options.usesEfi && !target.hasEfi)
    return "the kernel for this target does not boot by EFI";
  if (target.isModule()) {
    if (options.countInstructions || options.debuggerPort != 0 ||
        !options.machine.empty())
      return "'--machine', '--icount' and '--gdb' are not for wasm32";
    constexpr unsigned mostMemory = 2048;
    if (options.processors != 1 || options.memoryMiB > mostMemory)
      return "a machine of WebAssembly has one processor and at most 2048 MiB";
  }
  if (isBoard(options) &&
      (args.hasArg(OPT_memory_EQ) || args.hasArg(OPT_cpus_EQ)))
    return "the memory and the processors of a board are what they are";
  if (isBoard(options) && (!options.disks.empty() || options.hasNetwork))
    return "a board has no place for '--disk' and '--net'";
  if (isBoard(options) && (options.usesEfi || options.countInstructions))
    return "'--efi' and '--icount' are not for boards";
  return nullptr;
}

/// The kernel for machines like this one, if there is one.
static const KernelTarget *findHostTarget() {
  llvm::Triple host(llvm::sys::getProcessTriple());
  return findKernelTarget(host.isAArch64() ? "arm64" : host.getArchName());
}

/// Makes an empty disk if there is no file \p path; the kernel does the rest.
static int makeStore(StringRef path) {
  constexpr uint64_t size = uint64_t(16) << 20;
  if (llvm::sys::fs::exists(path))
    return Success;
  int file;
  std::error_code error = llvm::sys::fs::openFileForWrite(path, file);
  if (!error) {
    error = llvm::sys::fs::resize_file(file, size);
    llvm::sys::Process::SafelyCloseFileDescriptor(file);
  }
  return error ? fail("cannot make '" + path + "': " + error.message())
               : int(Success);
}

/// `flux-os-image run` for the disk \p path.
static int runDisk(const InputArgList &args, const KernelTarget *target,
                   StringRef path, EmulatorOptions options) {
  FileDisk disk;
  std::string error = disk.open(path, /*isWritten=*/false);
  if (!error.empty())
    return fail(error);
  llvm::SmallVector<const KernelTarget *> targets = getDiskTargets(disk);
  if (targets.empty())
    return fail("'" + path + "' has no stage 0");
  if (target == nullptr)
    target = llvm::is_contained(targets, findHostTarget()) ? findHostTarget()
                                                           : targets.front();
  if (!llvm::is_contained(targets, target))
    return failUsage("'" + path + "' is a disk without a stage 0 for " +
                     target->name);
  options.disks.insert(options.disks.begin(), path.str());
  options.mayRestart = true;
  if (const char *message = checkMachine(args, *target, options))
    return failUsage(message);
  if (options.usesEfi) {
    if (!options.options.empty() || !options.arguments.empty())
      return failUsage("what firmware finds on a disk gets no options");
    options.showFirmware = true;
    return run(*target, "", options);
  }
  llvm::SmallVector<char, 0> stage0;
  llvm::SmallString<128> temporary;
  readStage0(disk, *target, stage0);
  if (std::error_code code =
          llvm::sys::fs::createTemporaryFile("flux-stage0", "img", temporary))
    return fail("cannot make a temporary file: " + code.message());
  int status = writeOutput(temporary, stage0);
  if (status == Success)
    status = run(*target, temporary, options);
  llvm::sys::fs::remove(temporary);
  return status;
}

/// `flux-os-image run`: an image, or programs for which one is made.
static int runCommand(const InputArgList &args, const KernelTarget *target) {
  EmulatorOptions options;
  options.machine = args.getLastArgValue(OPT_machine_EQ);
  options.options = args.getLastArgValue(OPT_options_EQ);
  options.disks = args.getAllArgValues(OPT_disk_EQ);
  if (const Arg *arg = args.getLastArg(OPT_store_EQ)) {
    if (int status = makeStore(arg->getValue()))
      return status;
    options.disks.insert(options.disks.begin(), arg->getValue());
    options.options += options.options.empty() ? "store=new" : " store=new";
  }
  options.hasNetwork = args.hasArg(OPT_net, OPT_net_EQ);
  options.network = args.getLastArgValue(OPT_net_EQ);
  options.more = args.getAllArgValues(OPT_qemu_EQ);
  options.countInstructions = args.hasArg(OPT_icount);
  constexpr unsigned defaultPort = 1234;
  options.debuggerPort = args.hasArg(OPT_gdb) ? defaultPort : 0;
  options.showFirmware = args.hasArg(OPT_firmware);
  options.dryRun = args.hasArg(OPT_dry_run);
  options.usesEfi = args.hasArg(OPT_efi);
  if (!readNumber(args, OPT_memory_EQ, 8, 1 << 20, options.memoryMiB) ||
      !readNumber(args, OPT_cpus_EQ, 1, 16, options.processors) ||
      !readNumber(args, OPT_timeout_EQ, 1, 1 << 20, options.timeout) ||
      !readNumber(args, OPT_gdb_EQ, 1, 65535, options.debuggerPort))
    return Usage;
  if (options.countInstructions && options.processors != 1)
    return failUsage("--icount needs --cpus=1");
  std::vector<std::string> paths = getPaths(args);
  if (const Arg *arg = args.getLastArg(OPT_exec))
    options.arguments.assign(arg->getValues().begin() + 1,
                             arg->getValues().end());

  Buffer first;
  bool hasShell = args.hasArg(OPT_shell);
  if (!hasShell && !isDocument(paths.front())) {
    first = openFile(paths.front());
    if (first == nullptr)
      return Failure;
  }
  if (first != nullptr && !isPackage(first->getBuffer()) &&
      !isUserProgram(first->getBuffer())) {
    llvm::ArrayRef<char> bytes(first->getBufferStart(), first->getBufferSize());
    if (isDisk(bytes)) {
      if (paths.size() != 1)
        return failUsage("one disk is run at a time");
      return runDisk(args, target, paths.front(), options);
    }
    ImageFormat format;
    const KernelTarget *found = recognizeKernelImage(bytes, format);
    if (found == nullptr)
      return fail("'" + paths.front() +
                  "' is neither an image nor a package nor a document");
    if (paths.size() != 1)
      return failUsage("one image is run at a time");
    if (target != nullptr && target != found)
      return failUsage("'" + paths.front() + "' is an image for " +
                       found->name);
    options.usesEfi |= format == ImageFormat::Efi;
    if (const char *message = checkMachine(args, *found, options))
      return failUsage(message);
    if (options.usesEfi && format != ImageFormat::Efi && !found->isMovable)
      return failUsage("'" + paths.front() +
                       "' is not for EFI; --format=efi makes such images");
    return run(*found, paths.front(), options);
  }
  if (target == nullptr)
    target = findHostTarget();
  if (target == nullptr)
    return failUsage("--target is missing, one of " + listTargets());
  if (const char *message = checkMachine(args, *target, options))
    return failUsage(message);
  Inputs inputs;
  if (int status = readFiles(args, *target, inputs))
    return status;
  llvm::SmallString<128> temporary;
  if (std::error_code error =
          llvm::sys::fs::createTemporaryFile("flux-image", "img", temporary))
    return fail("cannot make a temporary file: " + error.message());
  int status = makeImage(
      *target, options.usesEfi ? ImageFormat::Efi : ImageFormat::Kernel, inputs,
      temporary, "",
      /*reportsSizes=*/args.hasArg(OPT_size_report));
  if (status == Success)
    status = run(*target, temporary, options);
  llvm::sys::fs::remove(temporary);
  return status;
}

/// `flux-os-image syscalls`: the tables of docs/syscalls.md.
static int listSyscalls() {
  llvm::raw_ostream &os = llvm::outs();
  os << "| number | name | needs | R(rs1) | R(rs2) | gives | errors | does |\n"
        "|---|---|---|---|---|---|---|---|\n";
  auto add = [&](unsigned number, StringRef name, StringRef capability,
                 StringRef first, StringRef second, StringRef result,
                 StringRef errors, StringRef doc) {
    os << "| " << number << " | `" << name << "` | "
       << (capability == "None" ? "" : capability) << " | " << first << " | "
       << second << " | " << result << " | " << errors << " | " << doc
       << " |\n";
  };
#define SYSCALL(NUMBER, NAME, CAPABILITY, FIRST, SECOND, RESULT, ERRORS, DOC)  \
  add(NUMBER, #NAME, #CAPABILITY, FIRST, SECOND, RESULT, ERRORS, DOC);
#include "runtime/kernel/Syscalls.def"
  os << "\n| R61 | name | meaning |\n|---|---|---|\n";
#define SYSERROR(NUMBER, NAME, TEXT)                                           \
  os << "| " << NUMBER << " | " << #NAME << " | " << TEXT << " |\n";
#include "runtime/kernel/Syscalls.def"
  return Success;
}

/// `flux-os-image inspect` and `verify`.
static int lookInto(const InputArgList &args, bool inspects) {
  std::vector<std::string> paths = args.getAllArgValues(OPT_INPUT);
  if (paths.size() != 1)
    return failUsage("one image is expected");
  StringRef path = paths.front();
  Buffer buffer = openFile(path);
  if (buffer == nullptr)
    return Failure;
  llvm::ArrayRef<char> image(buffer->getBufferStart(), buffer->getBufferSize());
  StringRef keyPath = args.getLastArgValue(OPT_key_EQ);
  if (isSlot(image) || isDisk(image)) {
    std::string error = inspects ? inspectDiskFile(path, image, llvm::outs())
                                 : verifyDiskFile(path, image, keyPath);
    if (!error.empty())
      return fail("'" + path + "': " + error);
    if (!inspects)
      llvm::outs() << path << ": good\n";
    return Success;
  }
  if (!keyPath.empty())
    return failUsage("'" + path + "' is no disk or update, which are signed");
  llvm::SmallVector<char, 0> module;
  bool isPage = readModulePage(buffer->getBuffer(), module);
  if (isPage)
    image = module;
  ImageFormat format;
  const KernelTarget *target = recognizeKernelImage(image, format);
  if (isPage)
    format = ImageFormat::Html;
  if (target == nullptr)
    return fail("'" + path + "' is no image");
  std::string error = inspects
                          ? inspectImage(*target, format, image, llvm::outs())
                          : verifyImage(*target, image);
  if (!error.empty())
    return fail("'" + path + "': " + error);
  if (!inspects)
    llvm::outs() << path << ": good, for " << target->name << '\n';
  return Success;
}

/// `flux-os-image keygen`, `sign` and `update`.
static int changeFile(StringRef command, const InputArgList &args) {
  std::vector<std::string> paths = args.getAllArgValues(OPT_INPUT);
  if (paths.size() != (command == "update" ? 2 : 1))
    return failUsage(command == "update" ? "a disk and an update are expected"
                                         : "one file is expected");
  std::string error;
  if (command == "keygen") {
    error = makeKeys(paths[0]);
  } else if (command == "update") {
    error = updateDiskFile(paths[0], paths[1], llvm::outs());
  } else {
    const Arg *key = args.getLastArg(OPT_key_EQ);
    const Arg *output = args.getLastArg(OPT_o);
    if (key == nullptr || output == nullptr)
      return failUsage(key == nullptr ? "--key=FILE is missing"
                                      : "-o FILE is missing");
    Buffer buffer = openFile(paths[0]);
    if (buffer == nullptr)
      return Failure;
    llvm::SmallVector<char, 0> bytes(
        llvm::ArrayRef(buffer->getBufferStart(), buffer->getBufferSize()));
    if (!isSlot(bytes))
      return fail("'" + paths[0] +
                  "' is no update; 'flux-os-image --format=update' makes one, "
                  "disks are signed when they are made");
    error = signUpdate(bytes, key->getValue());
    if (error.empty())
      return writeOutput(output->getValue(), bytes);
  }
  return error.empty() ? int(Success) : fail(error);
}

/// Parses a list of targets; false after a message.
static bool readTargets(const InputArgList &args,
                        llvm::SmallVectorImpl<const KernelTarget *> &targets) {
  const Arg *arg = args.getLastArg(OPT_target_EQ);
  if (arg == nullptr)
    return true;
  for (StringRef name : llvm::split(arg->getValue(), ',')) {
    const KernelTarget *target = findKernelTarget(name);
    if (target == nullptr) {
      failUsage("there is no kernel for '" + name + "'; there are " +
                listTargets());
      return false;
    }
    if (llvm::is_contained(targets, target)) {
      failUsage("'" + arg->getAsString(args) + "' names " + name + " twice");
      return false;
    }
    targets.push_back(target);
  }
  return true;
}

static int refuseDiskOptions(const InputArgList &args) {
  for (const Arg *arg : args)
    if (arg->getOption().getGroup().isValid() &&
        arg->getOption().getGroup().getID() == OPT_grp_disk)
      return failUsage("'" + arg->getAsString(args) +
                       "' is for disks and updates");
  return Success;
}

int flux::runImageTool(llvm::ArrayRef<const char *> arguments) {
  ImageOptionTable table;
  StringRef command = arguments.empty() ? "" : arguments.front();
  bool isRun = command == "run";
  if (isRun)
    arguments = arguments.drop_front();
  if (command == "syscalls" && arguments.size() == 1)
    return listSyscalls();
  bool isLook = command == "inspect" || command == "verify";
  bool isChange =
      command == "keygen" || command == "sign" || command == "update";
  if (isLook || isChange)
    arguments = arguments.drop_front();
  unsigned missingIndex, missingCount;
  InputArgList args = table.ParseArgs(arguments, missingIndex, missingCount);
  if (args.hasArg(OPT_help)) {
    table.printHelp(llvm::outs(),
                    "flux-os-image [run] [options] program.flux.md..., "
                    "flux-os-image inspect|verify [--key=FILE] image, "
                    "flux-os-image update disk update, "
                    "flux-os-image keygen file, "
                    "flux-os-image sign --key=FILE -o FILE update, "
                    "flux-os-image syscalls",
                    "flux-os-image makes documents and packages into images "
                    "that boot, and runs them in QEMU");
    return Success;
  }
  if (args.hasArg(OPT_version)) {
    llvm::outs() << "flux-os-image " << getVersion() << '\n';
    return Success;
  }
  if (missingCount != 0)
    return failUsage(llvm::Twine("'") + args.getArgString(missingIndex) +
                     "' needs a value");
  for (const Arg *arg : args.filtered(OPT_UNKNOWN))
    return failUsage("unknown option '" + arg->getAsString(args) + "'");
  if (isLook)
    return lookInto(args, command == "inspect");
  if (isChange)
    return changeFile(command, args);
  llvm::SmallVector<const KernelTarget *> targets;
  if (!readTargets(args, targets))
    return Usage;
  const KernelTarget *target = targets.empty() ? nullptr : targets.front();
  const Arg *exec = args.getLastArg(OPT_exec);
  bool hasShell = args.hasArg(OPT_shell);
  if (exec != nullptr && hasShell)
    return failUsage("'--exec' names the only program, which '--shell' is not");
  if (exec == nullptr ? !args.hasArg(OPT_INPUT) && !hasShell
                      : exec->getNumValues() == 0)
    return failUsage("a program is missing");
  if (exec != nullptr && args.hasArg(OPT_INPUT))
    return failUsage("'--exec' names the only program");
  if (isRun) {
    if (const Arg *arg = args.getLastArg(OPT_format_EQ))
      return failUsage("'" + arg->getAsString(args) +
                       "' is for making images; '--efi' runs one by EFI");
    if (int status = refuseDiskOptions(args))
      return status;
    return runCommand(args, target);
  }
  for (const Arg *arg : args)
    if (arg->getOption().getGroup().isValid() &&
        arg->getOption().getGroup().getID() == OPT_grp_run)
      return failUsage("'" + arg->getAsString(args) +
                       "' belongs to 'flux-os-image run'");
  if (target == nullptr)
    return failUsage("--target is missing, one of " + listTargets());
  StringRef formatName = args.getLastArgValue(OPT_format_EQ, "kernel");
  bool isUpdate = formatName == "update", isDisk = formatName == "disk";
  if (formatName != "kernel" && formatName != "efi" && formatName != "html" &&
      !isUpdate && !isDisk)
    return failUsage("there is no format '" + formatName +
                     "'; there are kernel, efi, html, disk, update");
  if (!isUpdate && !isDisk) {
    if (targets.size() != 1)
      return failUsage("only disks and updates are for several targets");
    if (int status = refuseDiskOptions(args))
      return status;
  }
  ImageFormat format = formatName == "efi"    ? ImageFormat::Efi
                       : formatName == "html" ? ImageFormat::Html
                                              : ImageFormat::Kernel;
  if (format == ImageFormat::Html && !target->isModule())
    return failUsage("pages are for the target wasm32, not " + target->name);
  if (target->isModule() && (isUpdate || isDisk))
    return failUsage("there are no disks and updates for " + target->name);
  if (format == ImageFormat::Efi && !target->hasEfi)
    return failUsage("the kernel for " + target->name +
                     " does not boot by EFI");
  const Arg *output = args.getLastArg(OPT_o);
  if (output == nullptr)
    return failUsage("-o FILE is missing");
  if (isUpdate || isDisk) {
    for (OptionID id : {OPT_symbols_EQ, OPT_size_report})
      if (const Arg *arg = args.getLastArg(id))
        return failUsage("'" + arg->getAsString(args) +
                         "' is for images of one kernel");
    return makeDisk(args, targets, isUpdate, output->getValue());
  }
  Inputs inputs;
  if (int status = readFiles(args, *target, inputs))
    return status;
  return makeImage(*target, format, inputs, output->getValue(),
                   args.getLastArgValue(OPT_symbols_EQ),
                   args.hasArg(OPT_size_report));
}
