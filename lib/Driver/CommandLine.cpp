//===- CommandLine.cpp - the option table of fluxc ------------------------===//
//
// Options.td holds the options; here is what each one means, and what is said
// when it makes no sense.  Everything is checked before any work begins.
//
//===----------------------------------------------------------------------===//

#include "CommandLine.h"
#include "BytecodePhases.h"
#include "TargetChoice.h"
#include "flux/Support/Diagnostics.h"
#include "flux/Target/BytecodeCompiler.h"
#include "flux/Target/WasmPage.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Option/Option.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include <map>

using namespace flux;
using llvm::StringRef;
using llvm::opt::Arg;

#define OPTTABLE_STR_TABLE_CODE
#include "Options.inc"
#undef OPTTABLE_STR_TABLE_CODE

#define OPTTABLE_PREFIXES_TABLE_CODE
#include "Options.inc"
#undef OPTTABLE_PREFIXES_TABLE_CODE

using namespace llvm::opt; // the flags that the table names
static constexpr OptTable::Info optionInfos[] = {
#define OPTION(...) LLVM_CONSTRUCT_OPT_INFO(__VA_ARGS__),
#include "Options.inc"
#undef OPTION
};

OptionTable::OptionTable()
    : GenericOptTable(OptionStrTable, OptionPrefixesTable, optionInfos) {
  setDashDashParsing(true);
}

static constexpr CommandInfo commands[] = {
    {Command::Compile, "", DefaultVis, "fluxc [options] document.flux.md...",
     "fluxc compiles FLUX.MD documents to programs"},
    {Command::Format, "fmt", FormatVis,
     "fluxc fmt [options] document.flux.md...",
     "fluxc fmt lays out the code, steps and keys of documents, in place; '-' "
     "reads standard input and writes standard output"},
    {Command::Doc, "doc", DocVis, "fluxc doc [options] document.flux.md...",
     "fluxc doc writes a page about each document, NAME.html: one file that "
     "needs nothing else"},
};

llvm::ArrayRef<CommandInfo> flux::getCommands() { return commands; }

const CommandInfo &flux::findCommand(llvm::ArrayRef<const char *> args) {
  if (!args.empty())
    for (const CommandInfo &info : llvm::drop_begin(commands))
      if (info.word == args.front())
        return info;
  return commands[0];
}

std::vector<OptionEntry>
OptionTable::listOptions(const CommandInfo &command) const {
  std::vector<OptionEntry> entries;
  for (const Info &info : optionInfos) {
    Option option = getOption(info.ID);
    if (!info.HelpText || option.getKind() == Option::GroupClass ||
        !(info.Visibility & command.user))
      continue;
    OptionEntry entry;
    entry.name = getOptionPrefixedName(info.ID).str();
    entry.help = info.HelpText;
    if (info.MetaVar)
      entry.value = info.MetaVar;
    entry.isJoined = option.getKind() == Option::JoinedClass;
    if (info.Values)
      entry.values = getValues(info.ID);
    if (info.GroupID)
      entry.group = optionInfos[info.GroupID - 1].HelpText;
    entries.push_back(std::move(entry));
  }
  return entries;
}

llvm::SmallVector<StringRef, 10> OptionTable::getValues(unsigned id) const {
  llvm::SmallVector<StringRef, 10> values;
  StringRef(optionInfos[id - 1].Values).split(values, ',');
  return values;
}

InputLanguage Options::getLanguage(StringRef input) const {
  if (inputLanguage)
    return *inputLanguage;
  if (input.ends_with(".fir") || input.ends_with(".mlir"))
    return InputLanguage::FIR;
  return input.ends_with(".ll") || input.ends_with(".bc")
             ? InputLanguage::LLVMIR
             : InputLanguage::Document;
}

static constexpr StringRef namePart = "{name}", targetPart = "{target}";

static bool isFolder(StringRef output) { return output.ends_with('/'); }

bool Options::namesOutputs() const {
  return isFolder(output) || StringRef(output).contains(namePart) ||
         StringRef(output).contains(targetPart);
}

/// \p text with \p value instead of each \p part.
static std::string replaceAll(StringRef text, StringRef part, StringRef value) {
  llvm::SmallVector<StringRef, 4> pieces;
  text.split(pieces, part);
  return llvm::join(pieces, value);
}

StringRef Options::getProgramExtension(StringRef target) const {
  if (page)
    return "html";
  const TargetSpec *spec = findTarget(target);
  for (const TargetSpec *named : targets)
    if (named->name == target)
      spec = named;
  return spec && isWasmTarget(*spec) ? "wasm" : "";
}

std::string Options::getOutputName(StringRef input, StringRef target) const {
  const PhaseInfo &info = getInfo(emit);
  if (!output.empty() && !namesOutputs())
    return output;
  if (output.empty() && !hasOnePerTarget() &&
      (info.isText || report != Report::None))
    return "-";
  StringRef stem = llvm::sys::path::filename(input);
  if (input == "-")
    stem = "a.out";
  else if (!stem.consume_back(".flux.md"))
    stem = llvm::sys::path::stem(stem);
  std::string path =
      replaceAll(replaceAll(output, namePart, stem), targetPart, target);
  if (!output.empty() && !isFolder(output))
    return path;
  path += stem;
  // What all targets share has no target in its name, nor has what lies in a
  // folder of the target's.
  if (hasOnePerTarget() && !StringRef(output).contains(targetPart))
    path += ("-" + target).str();
  const TargetSpec *spec = findTarget(target);
  StringRef extension = info.extension;
  if (emit == Phase::Exe)
    extension =
        spec && makesPackages(*spec) ? "fluxbc" : getProgramExtension(target);
  return extension.empty() ? path : path + "." + extension.str();
}

//===----------------------------------------------------------------------===//
// What the options mean
//===----------------------------------------------------------------------===//

namespace {

/// Reads the options one by one, reporting to the engine.
class Reader {
public:
  Reader(const OptionTable &table, const InputArgList &args,
         DiagnosticEngine &diags, Options &options)
      : table(table), args(args), diags(diags), options(options) {}

  void readForm();
  void readCode();
  void readOpen();
  void readInputs();
  void readTests();
  void readCache();

private:
  void readReport(Report report);
  void checkOutput(StringRef input, StringRef target,
                   std::map<std::string, StringRef> &outputs);
  /// Reports that \p arg does not have one of the values that it lists.
  void badValue(const Arg &arg);
  template <class T>
  void readNumber(unsigned id, T &number, T low, T high);

  const OptionTable &table;
  const InputArgList &args;
  DiagnosticEngine &diags;
  Options &options;
};

} // namespace

/// The option as its user knows it: "--emit", "-O".
static std::string getName(const Arg &arg) {
  return arg.getOption().getPrefixedName().rtrim('=').str();
}

void Reader::badValue(const Arg &arg) {
  auto builder = diags.report(llvm::SMRange(), diag::invalid_option_value,
                              arg.getValue(), getName(arg));
  auto values = table.getValues(arg.getOption().getID());
  StringRef near = findNearMiss(arg.getValue(), values);
  if (!near.empty())
    builder.note("did you mean '" + near + "'?");
  else
    builder.note("the values are " + llvm::join(values, ", "));
}

template <class T>
void Reader::readNumber(unsigned id, T &number, T low, T high) {
  const Arg *arg = args.getLastArg(id);
  if (!arg)
    return;
  T value;
  if (StringRef(arg->getValue()).getAsInteger(10, value) || value < low ||
      value > high) {
    diags
        .report(llvm::SMRange(), diag::invalid_option_value, arg->getValue(),
                getName(*arg))
        .note("the value is a number from " + llvm::Twine(low) + " to " +
              llvm::Twine(high));
    return;
  }
  number = value;
}

static std::optional<Report> findReport(StringRef name) {
  return llvm::StringSwitch<std::optional<Report>>(name)
      .Case("paraphrase", Report::Paraphrase)
      .Case("settings", Report::Settings)
      .Case("authority", Report::Authority)
      .Case("authority-json", Report::AuthorityJSON)
      .Default(std::nullopt);
}

void Reader::readReport(Report report) {
  options.emit = Phase::Sema;
  options.report = report;
}

void Reader::readForm() {
  if (const Arg *arg = args.getLastArg(OPT_emit_EQ, OPT_c, OPT_S)) {
    if (arg->getOption().matches(OPT_c))
      options.emit = Phase::Obj;
    else if (arg->getOption().matches(OPT_S))
      options.emit = Phase::Asm;
    else if (std::optional<Report> report = findReport(arg->getValue()))
      readReport(*report);
    else if (arg->getValue() == StringRef("html"))
      options.page = true;
    else if (llvm::is_contained(table.getValues(OPT_emit_EQ), arg->getValue()))
      options.emit = *findPhase(arg->getValue());
    else
      badValue(*arg);
  }
  if (args.hasArg(OPT_write_settings))
    readReport(Report::Settings);
  if (const Arg *arg = args.getLastArg(OPT_stop_after_EQ)) {
    options.stopAfter = findPhase(arg->getValue());
    if (!options.stopAfter)
      badValue(*arg);
  }
  if (const Arg *arg = args.getLastArg(OPT_input_lang_EQ)) {
    StringRef value = arg->getValue();
    if (!llvm::is_contained(table.getValues(OPT_input_lang_EQ), value))
      badValue(*arg);
    options.inputLanguage = value == "fir"       ? InputLanguage::FIR
                            : value == "llvm-ir" ? InputLanguage::LLVMIR
                                                 : InputLanguage::Document;
  }
  options.output = args.getLastArgValue(OPT_o).str();
  options.dumpDir = args.getLastArgValue(OPT_dump_phases_EQ).str();
  options.force = args.hasArg(OPT_f);
  options.dependencyFile = args.getLastArgValue(OPT_MF).str();
  options.writeDependencies = args.hasArg(OPT_MD, OPT_MF);
  // Builds that nobody watches must not decide anything.
  if (const Arg *arg = args.getLastArg(OPT_locked, OPT_unlocked))
    options.locked = arg->getOption().matches(OPT_locked);
  else
    options.locked = llvm::sys::Process::GetEnv("CI").value_or("") == "true";
  options.writeLock = args.hasArg(OPT_write_lock);
  options.timing = args.hasArg(OPT_timing);
  options.verifyEach = args.hasArg(OPT_verify_each);
  options.poisonMemory = args.hasArg(OPT_poison_memory);
}

/// What documents leave open, also to `fluxc doc`.
void Reader::readOpen() {
  options.importDirs = args.getAllArgValues(OPT_I);
  options.stdDir = args.getLastArgValue(OPT_std_dir_EQ).str();
  options.settings = args.getAllArgValues(OPT_set_EQ);
  for (const std::string &setting : options.settings)
    if (StringRef(setting).find('=') == StringRef::npos || setting[0] == '=')
      diags
          .report(llvm::SMRange(), diag::invalid_option_value, setting, "--set")
          .note("the value is NAME=VALUE");
  readNumber(OPT_test_timeout_EQ, options.testSeconds, 1u, 86400u);
}

void Reader::readCode() {
  if (const Arg *arg = args.getLastArg(OPT_O)) {
    options.level = parseOptLevel("O" + std::string(arg->getValue()));
    if (!options.level)
      badValue(*arg);
  }
  if (const Arg *arg = args.getLastArg(OPT_g, OPT_g0))
    options.debug =
        arg->getOption().matches(OPT_g) ? DebugInfo::Full : DebugInfo::None;
  if (const Arg *arg = args.getLastArg(OPT_codegen_EQ)) {
    StringRef value = arg->getValue();
    if (!llvm::is_contained(table.getValues(OPT_codegen_EQ), value))
      badValue(*arg);
    options.codeGenerator = value == "baseline" ? CodeGenerator::Baseline
                            : value == "llvm"   ? CodeGenerator::LLVM
                                                : CodeGenerator::Auto;
  }
  options.debugDir = args.getLastArgValue(OPT_debug_dir_EQ, ".").str();
  readNumber(OPT_j, options.jobs, 1u, 256u);

  options.cpu = args.getLastArgValue(OPT_cpu_EQ).str();
  options.features = args.getLastArgValue(OPT_features_EQ).str();
  if (const Arg *arg = args.getLastArg(OPT_target_EQ))
    options.targets = findTargetList(arg->getValue(), diags);
  if (const Arg *arg = args.getLastArg(OPT_native_EQ))
    options.nativeTargets = findTargetList(arg->getValue(), diags);
  if (const Arg *arg = args.getLastArg(OPT_sign_EQ))
    readSecretKey(arg->getValue(), options.signKey, diags);
  if (!options.page)
    return;
  if (!args.hasArg(OPT_target_EQ))
    options.targets = {findTarget("wasm32")};
  for (const TargetSpec *target : options.targets)
    if (!runsInPages(*target))
      diags
          .report(llvm::SMRange(), diag::invalid_option_value, target->name,
                  "--target")
          .note("'--emit=html' makes a page, which runs 'wasm32'");
}

/// The folder of the cache where no option names one: what the environment
/// says, by the rules of the XDG base directories; empty if there is none.
static std::string getDefaultCache(bool &wasNamed) {
  auto get = [](const char *name) {
    return llvm::sys::Process::GetEnv(name).value_or("");
  };
  std::string named = get("FLUX_CACHE");
  wasNamed = !named.empty();
  if (wasNamed)
    return named == "off" ? "" : named;
  llvm::SmallString<128> folder(get("XDG_CACHE_HOME"));
  if (!llvm::sys::path::is_absolute(folder)) {
    folder = get("HOME");
    if (!llvm::sys::path::is_absolute(folder))
      return "";
    llvm::sys::path::append(folder, ".cache");
  }
  llvm::sys::path::append(folder, "fluxc");
  return folder.str().str();
}

/// Reads "500M" as a number of bytes; false if it is none.
static bool readSize(StringRef text, uint64_t &bytes) {
  static constexpr std::pair<StringRef, unsigned> units[] = {
      {"K", 10}, {"M", 20}, {"G", 30}, {"T", 40}};
  unsigned shift = 0;
  for (auto [unit, unitShift] : units)
    if (text.consume_back(unit)) {
      shift = unitShift;
      break;
    }
  uint64_t number;
  if (text.getAsInteger(10, number) || number > UINT64_MAX >> shift)
    return false;
  bytes = number << shift;
  return true;
}

void Reader::readCache() {
  if (const Arg *arg = args.getLastArg(OPT_cache_dir_EQ, OPT_no_cache)) {
    options.cacheWasNamed = true;
    if (arg->getOption().matches(OPT_cache_dir_EQ)) {
      options.cacheDir = arg->getValue();
      if (options.cacheDir.empty())
        diags
            .report(llvm::SMRange(), diag::invalid_option_value, "",
                    getName(*arg))
            .note("the value is a folder; '--no-cache' does without");
    }
  } else {
    options.cacheDir = getDefaultCache(options.cacheWasNamed);
  }
  options.verifyCache = args.hasArg(OPT_cache_verify);
  if (options.verifyCache && options.cacheDir.empty())
    diags.report(llvm::SMRange(), diag::no_cache_to_verify)
        .note("name one with '--cache-dir=DIR'");
  if (const Arg *arg = args.getLastArg(OPT_cache_limit_EQ))
    if (!readSize(arg->getValue(), options.cacheLimit))
      diags
          .report(llvm::SMRange(), diag::invalid_option_value, arg->getValue(),
                  getName(*arg))
          .note("the value is a number of bytes, or with K, M, G or T: 500M");
}

void Reader::readTests() {
  options.test = args.hasArg(OPT_test);
  options.updateOutputs = args.hasArg(OPT_update);
  options.testFilter = args.getLastArgValue(OPT_test_filter_EQ).str();
  options.testsAsJSON =
      args.getLastArgValue(OPT_diagnostics_format_EQ) == "json";
  StringRef colors = args.getLastArgValue(OPT_color_EQ, "auto");
  options.paintTests =
      colors == "always" ||
      (colors == "auto" &&
       llvm::sys::Process::GetEnv("NO_COLOR").value_or("").empty() &&
       llvm::sys::Process::StandardOutHasColors());
  for (unsigned id : {OPT_update, OPT_test_filter_EQ, OPT_test_timeout_EQ})
    if (const Arg *arg = args.getLastArg(id); arg && !options.test)
      diags.report(llvm::SMRange(), diag::only_with_test, getName(*arg));
  if (!options.runsTests())
    return;
  for (unsigned id : {OPT_o, OPT_MD, OPT_MF, OPT_native_EQ, OPT_sign_EQ})
    if (const Arg *arg = args.getLastArg(id))
      diags.report(llvm::SMRange(), diag::test_writes_nothing, getName(*arg));
}

void Reader::readInputs() {
  options.inputs = args.getAllArgValues(OPT_INPUT);
  if (options.inputs.empty()) {
    diags.report(llvm::SMRange(), diag::no_input)
        .note("usage: fluxc [options] document.flux.md...")
        .note("'fluxc --help' lists the options");
    return;
  }
  StringRef output = options.output;
  bool oneFile = !output.empty() && !isFolder(output);
  if (options.inputs.size() > 1 && (oneFile && !output.contains(namePart)))
    diags
        .report(llvm::SMRange(), diag::output_for_several_inputs, "-o",
                options.inputs.size())
        .note("'-o DIR/' writes all into a folder, and '-o DIR/{name}.x' names "
              "them after the documents");
  else if (options.inputs.size() > 1 && !options.dependencyFile.empty())
    diags.report(llvm::SMRange(), diag::output_for_several_inputs, "-MF",
                 options.inputs.size());
  if (options.hasOnePerTarget() && oneFile && !output.contains(targetPart))
    diags
        .report(llvm::SMRange(), diag::output_for_several_targets, output,
                options.targets.size())
        .note("'-o DIR/' writes all into a folder, and '-o DIR/{target}/NAME' "
              "puts the name of the target in");

  // Outputs must not destroy inputs or each other.
  std::vector<std::string> targets;
  for (const TargetSpec *target : options.targets)
    targets.push_back(target->name);
  if (targets.empty())
    targets.push_back(getHostTarget().name);
  std::map<std::string, StringRef> outputs;
  for (const std::string &input : options.inputs)
    for (const std::string &target : targets)
      checkOutput(input, target, outputs);
}

void Reader::checkOutput(StringRef input, StringRef target,
                         std::map<std::string, StringRef> &outputs) {
  std::string output = options.getOutputName(input, target);
  if (output == "-" || options.runsTests())
    return;
  if (input != "-" && (output == input || output == ("./" + input).str())) {
    diags.report(llvm::SMRange(), diag::output_is_input, input)
        .note("name the output with '-o FILE'");
    return;
  }
  auto [entry, isNew] = outputs.try_emplace(output, input);
  if (!isNew && entry->second.data() != input.data() &&
      (options.output.empty() || options.namesOutputs()))
    diags.report(llvm::SMRange(), diag::same_output, entry->second, input,
                 output);
}

bool flux::checkOptions(const OptionTable &table, const CommandInfo &command,
                        const InputArgList &args, unsigned missingIndex,
                        unsigned missingCount, DiagnosticEngine &diags) {
  unsigned before = diags.getNumErrors();
  std::string help = command.word.empty() ? "'fluxc --help' lists the options"
                                          : "'fluxc " + command.word.str() +
                                                " --help' lists the options";
  for (const Arg *arg : args.filtered(OPT_UNKNOWN)) {
    StringRef text = arg->getSpelling();
    std::string nearest;
    unsigned distance =
        table.findNearest(text, nearest, llvm::opt::Visibility(command.user));
    auto builder = diags.report(llvm::SMRange(), diag::unknown_option,
                                text.split('=').first);
    if (distance <= 2)
      builder.note("did you mean '" + nearest + "'?");
    else
      builder.note(help);
  }
  if (missingCount)
    diags.report(llvm::SMRange(), diag::missing_option_value,
                 args.getArgString(missingIndex));
  return diags.getNumErrors() == before;
}

bool flux::readOptions(const OptionTable &table, const InputArgList &args,
                       DiagnosticEngine &diags, Options &options) {
  unsigned before = diags.getNumErrors();
  Reader reader(table, args, diags, options);
  reader.readForm();
  reader.readOpen();
  reader.readCode();
  reader.readCache();
  reader.readTests();
  if (diags.getNumErrors() == before)
    reader.readInputs();
  return diags.getNumErrors() == before;
}

bool flux::readDocOptions(const OptionTable &table, const InputArgList &args,
                          DiagnosticEngine &diags, Options &options) {
  unsigned before = diags.getNumErrors();
  Reader(table, args, diags, options).readOpen();
  return diags.getNumErrors() == before;
}
