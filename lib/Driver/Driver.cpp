//===- Driver.cpp - from argv to exit status ------------------------------===//
//
// Sets up what a run has once: the messages and their renderers, the stack, the
// reaction to signals.  Then takes every input through its phases.
//
//===----------------------------------------------------------------------===//

#include "flux/Driver/Driver.h"
#include "CommandLine.h"
#include "Commands.h"
#include "Compilation.h"
#include "Output.h"
#include "TargetChoice.h"
#include "flux/Frontend/Builtins.h"
#include "flux/Frontend/Steps.h"
#include "flux/Support/Version.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Signals.h"
#include <climits>
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

using namespace flux;
using llvm::StringRef;
using llvm::opt::InputArgList;

namespace {

/// A file that gets messages besides standard error.
struct MessageFile {
  std::string path, text;
  std::unique_ptr<llvm::raw_string_ostream> stream;
};

/// One run of fluxc.
class Driver {
public:
  explicit Driver(llvm::ArrayRef<const char *> args)
      : command(findCommand(args)),
        args(table.ParseArgs(command.word.empty() ? args : args.drop_front(),
                             missingIndex, missingCount,
                             llvm::opt::Visibility(command.user))),
        diags(sources) {}

  int run();

private:
  std::optional<int> answerQuestion();
  int explain(StringRef word);
  void addRenderers();
  bool checkTerminal(const Options &options);
  ExitStatus compile(const Options &options, Timing &timing);
  int finish(int status);

  OptionTable table;
  const CommandInfo &command;
  unsigned missingIndex = 0, missingCount = 0;
  InputArgList args;
  llvm::SourceMgr sources;
  DiagnosticEngine diags;
  std::vector<std::unique_ptr<MessageFile>> messageFiles;
};

} // namespace

/// Does what needs no document: --help and its like.
std::optional<int> Driver::answerQuestion() {
  if (args.hasArg(OPT_help)) {
    table.printHelp(command, llvm::outs());
    return exitSuccess;
  }
  if (args.hasArg(OPT_version)) {
    llvm::outs() << "fluxc " << getVersion() << " (LLVM " << LLVM_VERSION_STRING
                 << ")\n";
    return exitSuccess;
  }
  if (args.hasArg(OPT_print_targets)) {
    printTargets(llvm::outs());
    return exitSuccess;
  }
  if (const llvm::opt::Arg *arg = args.getLastArg(OPT_print_target_EQ)) {
    const TargetSpec *named = findNamedTarget(arg->getValue(), diags);
    if (!named)
      return exitUsage;
    TargetSpec target = *named;
    if (!selectCPU(target, args.getLastArgValue(OPT_cpu_EQ),
                   args.getLastArgValue(OPT_features_EQ), diags))
      return exitUsage;
    printTarget(target, llvm::outs());
    return exitSuccess;
  }
  if (args.hasArg(OPT_print_builtins)) {
    printBuiltins(llvm::outs());
    return exitSuccess;
  }
  if (args.hasArg(OPT_print_manual)) {
    table.printManual(llvm::outs());
    return exitSuccess;
  }
  if (args.hasArg(OPT_print_steps)) {
    printSteps(llvm::outs());
    return exitSuccess;
  }
  if (const llvm::opt::Arg *arg = args.getLastArg(OPT_completion_EQ)) {
    if (table.printCompletion(arg->getValue(), llvm::outs()))
      return exitSuccess;
    diags
        .report(llvm::SMRange(), diag::invalid_option_value, arg->getValue(),
                "--completion")
        .note("the values are bash, zsh, fish");
    return exitUsage;
  }
  if (const llvm::opt::Arg *arg = args.getLastArg(OPT_explain))
    return explain(arg->getValue());
  return std::nullopt;
}

int Driver::explain(StringRef word) {
  std::optional<diag::ID> id = findDiagnostic(word);
  if (!id) {
    llvm::SmallVector<StringRef, 0> names;
    for (unsigned i = 0; i < diag::NumDiagnostics; ++i)
      names.push_back(getDiagInfo(static_cast<diag::ID>(i)).name);
    StringRef near = findNearMiss(word, names);
    auto builder = diags.report(llvm::SMRange(), diag::unknown_message, word);
    if (!near.empty())
      builder.note("did you mean '" + near + "'?");
    return exitUsage;
  }
  const DiagInfo &info = getDiagInfo(*id);
  static constexpr StringRef severities[] = {"note", "warning", "error"};
  llvm::outs() << info.code << " (" << info.name << "), "
               << severities[static_cast<unsigned>(info.severity)] << ": "
               << info.message << "\n\n"
               << info.explanation << '\n';
  return exitSuccess;
}

/// Paints only for people: a terminal that can, and nobody who objects.
static bool wantsColors(StringRef when) {
  if (when == "always" || when == "never")
    return when == "always";
  return !llvm::sys::Process::GetEnv("NO_COLOR").value_or("").size() &&
         llvm::sys::Process::StandardErrHasColors();
}

void Driver::addRenderers() {
  StringRef format = args.getLastArgValue(OPT_diagnostics_format_EQ, "text");
  if (format == "json")
    diags.addRenderer(createJSONRenderer(sources, llvm::errs()));
  else if (format == "sarif")
    diags.addRenderer(createSARIFRenderer(sources, llvm::errs()));
  else
    diags.addRenderer(createTextRenderer(
        sources, llvm::errs(),
        wantsColors(args.getLastArgValue(OPT_color_EQ, "auto"))));

  struct Choice {
    OptionID id;
    std::initializer_list<StringRef> values;
  };
  const Choice choices[] = {
      {OPT_diagnostics_format_EQ, {"text", "json", "sarif"}},
      {OPT_color_EQ, {"auto", "always", "never"}},
  };
  for (const Choice &choice : choices)
    if (const llvm::opt::Arg *arg = args.getLastArg(choice.id))
      if (!llvm::is_contained(choice.values, arg->getValue()))
        diags
            .report(llvm::SMRange(), diag::invalid_option_value,
                    arg->getValue(),
                    arg->getOption().getPrefixedName().rtrim('='))
            .note("the values are " + llvm::join(choice.values, ", "));

  for (const std::string &value :
       args.getAllArgValues(OPT_diagnostics_output_EQ)) {
    auto [kind, path] = StringRef(value).split(':');
    if ((kind != "json" && kind != "sarif") || path.empty()) {
      diags
          .report(llvm::SMRange(), diag::invalid_option_value, value,
                  "--diagnostics-output")
          .note("the value is 'json:FILE' or 'sarif:FILE'");
      continue;
    }
    auto file = std::make_unique<MessageFile>();
    file->path = path.str();
    file->stream = std::make_unique<llvm::raw_string_ostream>(file->text);
    diags.addRenderer(kind == "json"
                          ? createJSONRenderer(sources, *file->stream)
                          : createSARIFRenderer(sources, *file->stream));
    messageFiles.push_back(std::move(file));
  }

  diags.setWarningsAsErrors(args.hasArg(OPT_Werror));
  if (const llvm::opt::Arg *arg = args.getLastArg(OPT_error_limit_EQ)) {
    unsigned limit;
    if (StringRef(arg->getValue()).getAsInteger(10, limit))
      diags
          .report(llvm::SMRange(), diag::invalid_option_value, arg->getValue(),
                  "--error-limit")
          .note("the value is a number");
    else
      diags.setErrorLimit(limit);
  }
}

bool Driver::checkTerminal(const Options &options) {
  const PhaseInfo &info = getInfo(options.emit);
  if (options.output != "-" || !info.isBinary || options.stopAfter ||
      options.force || !llvm::sys::Process::StandardOutIsDisplayed())
    return true;
  diags.report(llvm::SMRange(), diag::binary_to_terminal)
      .note("'-f' writes it anyway");
  return false;
}

ExitStatus Driver::compile(const Options &options, Timing &timing) {
  ExitStatus status = exitSuccess;
  for (const std::string &input : options.inputs) {
    auto compilation =
        std::make_unique<Compilation>(options, diags, timing, input);
    status = std::max(status, compilation->run());
    // What the last input leaves behind ends with the process.
    if (&input == &options.inputs.back())
      compilation.release();
  }
  return status;
}

int Driver::finish(int status) {
  diags.finish();
  for (auto &file : messageFiles) {
    std::string error = writeFile(file->path, file->text, false);
    if (error.empty())
      continue;
    llvm::errs() << "fluxc: error: cannot write '" << file->path
                 << "': " << error << '\n';
    status = std::max<int>(status, exitErrors);
  }
  llvm::outs().flush();
  if (llvm::outs().has_error()) {
    llvm::errs() << "fluxc: error: cannot write to standard output: "
                 << llvm::outs().error().message() << '\n';
    status = std::max<int>(status, exitErrors);
  }
  return status;
}

/// Documents may nest deeply, within limits: the phases that recurse get more
/// stack than the system gives by itself.  The stack of the first thread grows
/// on demand, so raising its limit is enough.
static void raiseStackLimit() {
  constexpr rlim_t wanted = 64u << 20;
  rlimit limit;
  if (getrlimit(RLIMIT_STACK, &limit) || limit.rlim_cur >= wanted)
    return;
  limit.rlim_cur = std::min(wanted, limit.rlim_max);
  setrlimit(RLIMIT_STACK, &limit);
}

int Driver::run() {
  addRenderers();
  if (diags.hasErrors())
    return finish(exitUsage);
  if (std::optional<int> status = answerQuestion())
    return finish(*status);

  bool valid =
      checkOptions(table, command, args, missingIndex, missingCount, diags);
  if (command.command != Command::Compile) {
    if (!valid)
      return finish(exitUsage);
    raiseStackLimit();
    return finish(command.command == Command::Format
                      ? runFormat(args, diags)
                      : runDoc(table, args, diags));
  }
  Timing timing;
  Options options;
  valid &= readOptions(table, args, diags, options);
  if (!valid || !checkTerminal(options))
    return finish(exitUsage);

  raiseStackLimit();
  mallopt(M_TOP_PAD, heapStep);
  mallopt(M_TRIM_THRESHOLD, INT_MAX);
  ExitStatus status = compile(options, timing);
  if (options.timing)
    timing.print(llvm::errs());
  return finish(status);
}

int flux::runDriver(llvm::ArrayRef<const char *> args) {
  llvm::install_fatal_error_handler(
      [](void *, const char *message, bool) { failInternally(message); });
  llvm::install_bad_alloc_error_handler([](void *, const char *, bool) {
    static constexpr char text[] = "fluxc: error: out of memory\n";
    (void)!::write(STDERR_FILENO, text, sizeof(text) - 1);
    _exit(exitErrors);
  });
  llvm::sys::AddSignalHandler(
      [](void *) {
        static constexpr char text[] =
            "fluxc: internal error: the compiler crashed\n"
            "  = this is a fault of the compiler, not of the document; "
            "please report it with the document\n";
        (void)!::write(STDERR_FILENO, text, sizeof(text) - 1);
        _exit(exitInternal);
      },
      nullptr);
  auto *driver = new Driver(args); // never destroyed: the process ends
  return driver->run();
}
