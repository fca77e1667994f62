//===- CommandLineHelp.cpp - what the option table tells ------------------===//
//
// People look options up in --help and in manual pages, and shells complete
// them.  All of it is made from Options.td, so that none of it can be missing
// an option.
//
//===----------------------------------------------------------------------===//

#include "CommandLine.h"
#include "flux/Support/Diagnostics.h"
#include "flux/Support/Version.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <map>

using namespace flux;
using llvm::StringRef;

void OptionTable::printHelp(const CommandInfo &command,
                            llvm::raw_ostream &os) const {
  OptTable::printHelp(os, command.usage.data(), command.help.data(),
                      /*ShowHidden=*/false, /*ShowAllAliases=*/false,
                      llvm::opt::Visibility(command.user));
  if (command.command != Command::Compile)
    return;
  os << "\nCommands ('fluxc COMMAND --help' tells more):\n";
  for (const CommandInfo &info : llvm::drop_begin(getCommands()))
    os << "  " << info.usage << '\n';
}

//===----------------------------------------------------------------------===//
// Completion
//===----------------------------------------------------------------------===//

/// The commands but compiling, which has no word.
static llvm::ArrayRef<CommandInfo> getWords() {
  return getCommands().drop_front();
}

static std::string listWords() {
  std::string words;
  for (const CommandInfo &info : getWords())
    words += (words.empty() ? "" : " ") + info.word.str();
  return words;
}

static std::string listIDs() {
  std::string ids;
  for (unsigned i = 0; i < diag::NumDiagnostics; ++i)
    ids += (i ? " " : "") + getDiagInfo(static_cast<diag::ID>(i)).code.str();
  return ids;
}

/// \p entry as it is typed, once for each value that it lists.
static std::vector<std::string> spell(const OptionEntry &entry) {
  std::vector<std::string> words;
  for (StringRef value : entry.values)
    words.push_back(entry.name + value.str());
  if (words.empty())
    words.push_back(entry.name);
  return words;
}

/// A text that stands between two quotes of a shell.
static std::string quote(StringRef text) {
  std::string result = text.str();
  llvm::erase(result, '\'');
  return result;
}

static void printBash(const OptionTable &table, llvm::raw_ostream &os) {
  auto list = [&](const CommandInfo &info) {
    std::string words;
    for (const OptionEntry &entry : table.listOptions(info))
      for (const std::string &word : spell(entry))
        words += (words.empty() ? "" : " ") + word;
    return words;
  };
  os << "_fluxc() {\n"
        "  # Words end at '=' for bash: only the part after it is inserted.\n"
        "  local line=\"${COMP_LINE:0:$COMP_POINT}\"\n"
        "  local cur=\"${line##* }\" before=\"${line% *}\" words\n"
        "  local prev=\"${before##* }\"\n"
        "  case \"$prev\" in\n"
        "  --explain) COMPREPLY=($(compgen -W '"
     << listIDs()
     << "' -- \"$cur\")); return ;;\n"
        "  -o|-MF) COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n"
        "  -I) COMPREPLY=($(compgen -d -- \"$cur\")); return ;;\n"
        "  esac\n"
        "  case \"$cur\" in\n"
        "  --std-dir=*|--dump-phases=*|--debug-dir=*)\n"
        "    COMPREPLY=($(compgen -d -- \"${cur#*=}\")) ;;\n"
        "  -*)\n"
        "    case \"${COMP_WORDS[1]}\" in\n";
  for (const CommandInfo &info : getWords())
    os << "    " << info.word << ") words='" << list(info) << "' ;;\n";
  os << "    *) words='" << list(getCommands().front())
     << "' ;;\n"
        "    esac\n"
        "    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
        "    if [[ $cur == *=* ]]; then\n"
        "      COMPREPLY=(\"${COMPREPLY[@]#*=}\")\n"
        "    elif [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]]; then\n"
        "      compopt -o nospace 2>/dev/null\n"
        "    fi ;;\n"
        "  *)\n"
        "    COMPREPLY=($(compgen -d -- \"$cur\")\n"
        "               $(compgen -f -X '!*.flux.md' -- \"$cur\")\n"
        "               $(compgen -f -X '!*.fir' -- \"$cur\")\n"
        "               $(compgen -f -X '!*.mlir' -- \"$cur\"))\n"
        "    if [[ $before == \"$prev\" ]]; then\n"
        "      COMPREPLY+=($(compgen -W '"
     << listWords()
     << "' -- \"$cur\"))\n"
        "    fi ;;\n"
        "  esac\n"
        "}\n"
        "complete -o filenames -F _fluxc fluxc\n";
}

static void printZsh(const OptionTable &table, llvm::raw_ostream &os) {
  // What ends in `=` or `:` goes on, so no blank follows.
  auto goesOn = [](StringRef word) {
    return word.ends_with("=") || word.ends_with(":");
  };
  auto list = [&](const CommandInfo &info) {
    for (bool isPrefix : {false, true}) {
      os << (isPrefix ? "    prefixes=(\n" : "    options=(\n");
      for (const OptionEntry &entry : table.listOptions(info))
        for (StringRef word : spell(entry)) {
          if (goesOn(word) != isPrefix)
            continue;
          os << "      '";
          for (char c : word)
            os << (c == ':' ? "\\" : "") << c;
          os << ':' << quote(entry.help) << "'\n";
        }
      os << "    )\n";
    }
    os << "    ;;\n";
  };
  os << "#compdef fluxc\n"
        "_fluxc() {\n"
        "  local -a options prefixes\n"
        "  case \"${words[2]}\" in\n";
  for (const CommandInfo &info : getWords()) {
    os << "  " << info.word << ")\n";
    list(info);
  }
  os << "  *)\n";
  list(getCommands().front());
  os << "  esac\n"
        "  case \"${words[CURRENT-1]}\" in\n"
        "  --explain) compadd "
     << listIDs()
     << "; return ;;\n"
        "  -o|-MF) _files; return ;;\n"
        "  -I) _files -/; return ;;\n"
        "  esac\n"
        "  case \"$PREFIX\" in\n"
        "  --std-dir=*|--dump-phases=*|--debug-dir=*)\n"
        "    compset -P '*=' && _files -/ ;;\n"
        "  --diagnostics-output=*:*)\n"
        "    compset -P '*:' && _files ;;\n"
        "  -*)\n"
        "    _describe option options -- prefixes -S '' ;;\n"
        "  *)\n"
        "    (( CURRENT == 2 )) && compadd "
     << listWords()
     << "\n"
        "    _files -g '*.(flux.md|fir|mlir)(-.)' ;;\n"
        "  esac\n"
        "}\n"
        "# The first use of a file that zsh loads itself is a completion.\n"
        "if [[ \"${funcstack[1]}\" == _fluxc ]]; then\n"
        "  _fluxc \"$@\"\n"
        "else\n"
        "  compdef _fluxc fluxc\n"
        "fi\n";
}

static void printFish(const OptionTable &table, llvm::raw_ostream &os) {
  // All files, those that are documents first.
  os << "complete -c fluxc -f -k -a '(__fish_complete_suffix .flux.md)'\n";
  for (const CommandInfo &info : getWords())
    os << "complete -c fluxc -n __fish_use_subcommand -f -a " << info.word
       << " -d '" << quote(info.help) << "'\n";
  std::string words = listWords();
  for (const CommandInfo &info : getCommands()) {
    std::string condition =
        info.word.empty() ? "not __fish_seen_subcommand_from " + words
                          : "__fish_seen_subcommand_from " + info.word.str();
    for (const OptionEntry &entry : table.listOptions(info)) {
      StringRef name = StringRef(entry.name).rtrim('=');
      // `-s` one letter, `-o` an old name behind one dash, `-l` a long one.
      StringRef kind = name.consume_front("--") ? "-l "
                       : name.size() > 2        ? "-o "
                                                : "-s ";
      name.consume_front("-");
      os << "complete -c fluxc -n '" << condition << "' " << kind << name;
      if (entry.name == "--explain")
        os << " -x -a '" << listIDs() << '\'';
      else if (!entry.values.empty())
        os << " -x -a '" << llvm::join(entry.values, " ") << '\'';
      else if (entry.value == "DIR")
        os << " -x -a '(__fish_complete_directories (commandline -ct))'";
      else if (entry.value == "FILE")
        os << " -r -F";
      else if (!entry.value.empty())
        os << " -x";
      os << " -d '" << quote(entry.help) << "'\n";
    }
  }
}

bool OptionTable::printCompletion(StringRef shell,
                                  llvm::raw_ostream &os) const {
  if (shell == "bash")
    printBash(*this, os);
  else if (shell == "zsh")
    printZsh(*this, os);
  else if (shell == "fish")
    printFish(*this, os);
  else
    return false;
  return true;
}

//===----------------------------------------------------------------------===//
// The manual page
//===----------------------------------------------------------------------===//

/// \p text as roff wants it.
static std::string escapeRoff(StringRef text) {
  std::string result;
  for (char c : text) {
    if (c == '\\')
      result += "\\e";
    else if (c == '-')
      result += "\\-";
    else if (c == '\'' && result.empty())
      result += "\\&'"; // else a request
    else
      result += c;
  }
  return result;
}

static void printOptions(llvm::ArrayRef<OptionEntry> entries,
                         llvm::raw_ostream &os) {
  std::map<StringRef, std::vector<const OptionEntry *>> groups;
  for (const OptionEntry &entry : entries)
    groups[entry.group].push_back(&entry);
  for (const auto &[group, members] : groups) {
    os << ".SS " << escapeRoff(group) << '\n';
    for (const OptionEntry *entry : members) {
      os << ".TP\n.B " << escapeRoff(entry->name);
      if (!entry->value.empty())
        os << (entry->isJoined ? "" : " ") << "\\fI" << escapeRoff(entry->value)
           << "\\fR";
      os << '\n' << escapeRoff(entry->help) << ".\n";
    }
  }
}

void OptionTable::printManual(llvm::raw_ostream &os) const {
  os << ".TH FLUXC 1 \"\" \"fluxc " << getVersion() << "\" \"FLUX\"\n"
     << ".SH NAME\nfluxc \\- compile FLUX.MD documents\n.SH SYNOPSIS\n";
  for (const CommandInfo &info : getCommands())
    os << ".B " << escapeRoff(info.usage) << "\n.br\n";
  os << ".SH DESCRIPTION\n"
     << escapeRoff(getCommands().front().help)
     << ". Options may stand before and after documents; behind "
        "\\fB\\-\\-\\fR everything is a document. A document named "
        "\\fB\\-\\fR is standard input.\n.SH OPTIONS\n";
  printOptions(listOptions(getCommands().front()), os);
  for (const CommandInfo &info : getWords()) {
    std::string title = "fluxc " + info.word.str();
    os << ".SH " << StringRef(title).upper() << '\n'
       << escapeRoff(info.help) << ".\n";
    printOptions(listOptions(info), os);
  }
  os << ".SH EXIT STATUS\n"
        ".TP\n.B 0\nEverything was made.\n"
        ".TP\n.B 1\nErrors in documents, tests that fail, or files that "
        "cannot be read or written.\n"
        ".TP\n.B 2\nThe command line makes no sense; nothing was done.\n"
        ".TP\n.B 70\nA fault of the compiler.\n"
        ".SH ENVIRONMENT\n"
        ".TP\n.B CI\nWhere it is \\fBtrue\\fR, \\fB\\-\\-locked\\fR is the "
        "default.\n"
        ".TP\n.B FLUX_CACHE\nThe folder of the cache where no option names "
        "one, "
        "or \\fBoff\\fR.\n"
        ".TP\n.B NO_COLOR\nWhere it is set, messages are not painted.\n"
        ".SH FILES\n"
        ".TP\n.B $XDG_CACHE_HOME/fluxc, ~/.cache/fluxc\nThe cache.\n"
        ".TP\n.B flux.lock\nWhat the compiler decided, beside the "
        "documents.\n";
}
