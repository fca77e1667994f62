//===- Options.td - the command line of fluxc -----------------------------===//
//
// The only list of options: parsing, --help, suggestions for typing errors,
// --completion and docs/fluxc.md come from here.
//
//===----------------------------------------------------------------------===//
include "llvm/Option/OptParser.td"

class F<string letter, string help> : Flag<["-"], letter>, HelpText<help>;
class FF<string name, string help> : Flag<["--"], name>, HelpText<help>;
class EQ<string name, string meta, string help>
    : Joined<["--"], name # "=">, MetaVarName<meta>, HelpText<help>;

// Commands, `fluxc fmt`, have options of their own and share some.
def FormatVis : OptionVisibility;
def DocVis : OptionVisibility;
class WithDoc : Visibility<[DefaultVis, DocVis]>;
class Shared : Visibility<[DefaultVis, FormatVis, DocVis]>;

def grp_output : OptionGroup<"output">, HelpText<"What to make">;
def grp_code : OptionGroup<"code">, HelpText<"Code generation">;
def grp_tests : OptionGroup<"tests">, HelpText<"Tests">;
def grp_messages : OptionGroup<"messages">, HelpText<"Messages">;
def grp_phases : OptionGroup<"phases">, HelpText<"Looking into the compiler">;
def grp_format : OptionGroup<"format">, HelpText<"Layout">;
def grp_about : OptionGroup<"about">, HelpText<"About fluxc">;

let Group = grp_output in {
def o : JoinedOrSeparate<["-"], "o">, MetaVarName<"FILE">,
  HelpText<"Write to FILE, or into FILE/; {name} and {target} in it stand for those names; '-' is standard output">, WithDoc;
def emit_EQ : EQ<"emit", "FORM", "What to write: ast, paraphrase, settings, authority, authority-json (which lines need which capabilities), fir, fir-opt, llvm, llvm-opt, fbc and bytecode-asm (with --target=bytecode), asm, obj, exe (the default), html (a page that runs the program) or c (C11 source)">,
  Values<"ast,paraphrase,settings,authority,authority-json,fir,fir-opt,llvm,llvm-opt,fbc,bytecode-asm,asm,obj,exe,html,c">;
def c : F<"c", "The same as --emit=obj">;
def S : F<"S", "The same as --emit=asm">;
def f : F<"f", "Write binary forms even to a terminal">;
def MD : F<"MD", "Also write a dependency file for make, OUTPUT.d">;
def MF : JoinedOrSeparate<["-"], "MF">, MetaVarName<"FILE">,
  HelpText<"Write the dependency file to FILE">;
def input_lang_EQ : EQ<"input-lang", "LANG", "What the inputs are: flux-md, fir (the default for .fir and .mlir) or llvm-ir (the default for .ll and .bc)">,
  Values<"flux-md,fir,llvm-ir">;
def I : JoinedOrSeparate<["-"], "I">, MetaVarName<"DIR">,
  HelpText<"Look for imported documents 'NAME/NAME' in DIR">, WithDoc;
def std_dir_EQ : EQ<"std-dir", "DIR", "Take the library 'std/' from DIR, not from fluxc">, WithDoc;
}

let Group = grp_code in {
def O : Joined<["-"], "O">, MetaVarName<"LEVEL">,
  HelpText<"Optimize: -O0 (fast compilation), -O1, -O2 (the default), -O3, -Os (small), -Oz (smallest)">,
  Values<"0,1,2,3,s,z">;
def g : F<"g", "Write debug information for debuggers">;
def g0 : F<"g0", "Write no locations at all: traps tell their place but not the calls that led there (with --emit=c: no '#line')">;
def target_EQ : EQ<"target", "NAME", "Make code for NAME (see --print-targets), or as the description NAME.json says; NAME,NAME makes a program for each">;
def native_EQ : EQ<"native", "LIST", "With --target=bytecode: put the program for these targets into the package, too">;
def sign_EQ : EQ<"sign", "KEY", "With --target=bytecode: sign the package with the secret key in the file KEY (see flux-vm keygen)">;
def cpu_EQ : EQ<"cpu", "NAME", "Make code for the CPU NAME of the target, or 'native' for the one of this machine; of a list, hot loops for each, chosen when the program starts">;
def features_EQ : EQ<"features", "LIST", "Let code use abilities of the CPU, or not: +avx2,-fma">;
def debug_dir_EQ : EQ<"debug-dir", "DIR", "The folder that file names in debug information start from (default: .)">;
def codegen_EQ : EQ<"codegen", "NAME", "The code generator: auto (the default), baseline (fast, for -O0 only) or llvm">,
  Values<"auto,baseline,llvm">;
def j : JoinedOrSeparate<["-"], "j">, MetaVarName<"N">,
  HelpText<"Use N threads (the default: as many as the machine runs at once); the result does not depend on N">;
}

def grp_cache : OptionGroup<"cache">, HelpText<"The cache">;
let Group = grp_cache in {
def cache_dir_EQ : EQ<"cache-dir", "DIR", "Keep what was compiled in DIR, to be taken again (default: fluxc below $XDG_CACHE_HOME or ~/.cache)">;
def no_cache : FF<"no-cache", "Compile everything, and keep nothing">;
def cache_verify : FF<"cache-verify", "Compile everything, and compare it with what the cache holds">;
def cache_limit_EQ : EQ<"cache-limit", "SIZE", "Remove what was not used for longest when the cache is larger: 500M, 2G (default 1G)">;
}

def grp_open : OptionGroup<"open">, HelpText<"What documents leave open">;
let Group = grp_open in {
def locked : FF<"locked", "Decide nothing that flux.lock does not hold (the default where CI=true)">;
def unlocked : FF<"unlocked", "Decide what the document leaves open, whatever flux.lock holds">;
def set_EQ : EQ<"set", "NAME=VALUE", "Give the setting NAME a value, for example --set=threshold=25.5degC">, WithDoc;
def write_settings : FF<"write-settings", "Write a section 'Settings' that declares all settings of the document (the same as --emit=settings)">;
def write_lock : FF<"write-lock", "Write what was decided to flux.lock beside the document">;
}

let Group = grp_tests in {
def test : FF<"test", "Run the tests of the documents and write nothing">;
def update : FF<"update", "With --test: replace the text of 'output' fences by what the tests print">;
def test_filter_EQ : EQ<"test-filter", "TEXT", "With --test: run the tests whose name contains TEXT">;
def test_timeout_EQ : EQ<"test-timeout", "SECONDS", "The time that one test may take (default 60)">, WithDoc;
}

let Group = grp_messages in {
def diagnostics_format_EQ : EQ<"diagnostics-format", "FORMAT", "Messages as text (the default), json (one object a line) or sarif">,
  Values<"text,json,sarif">, Shared;
def diagnostics_output_EQ : EQ<"diagnostics-output", "FORMAT:FILE", "Also write the messages to FILE, as json or sarif">,
  Values<"json:,sarif:">, Shared;
def color_EQ : EQ<"color", "WHEN", "Paint messages: auto (the default), always or never">,
  Values<"auto,always,never">, Shared;
def Werror : F<"Werror", "Warnings are errors">, Shared;
def error_limit_EQ : EQ<"error-limit", "N", "Show at most N errors (default 50; 0 shows all)">, Shared;
def explain : Separate<["--"], "explain">, MetaVarName<"ID">,
  HelpText<"Explain the message with this id, for example FLX0101">;
def explain_EQ : Joined<["--"], "explain=">, Alias<explain>;
}

let Group = grp_phases in {
def stop_after_EQ : EQ<"stop-after", "PHASE", "Stop after PHASE (see docs/fluxc.md) and write nothing">,
  Values<"document,ast,sema,fir,fir-opt,llvm,llvm-opt,asm,obj,exe,c">;
def dump_phases_EQ : EQ<"dump-phases", "DIR", "Write the result of every phase into DIR">;
def timing : FF<"timing", "Tell how long each phase took">;
def verify_each : FF<"verify-each", "Check the program after every pass">;
def poison_memory : FF<"poison-memory", "Overwrite or take away memory that is given back, so that reads of it show">;
}

let Group = grp_about in {
def help : FF<"help", "Print this text">, Shared;
def help_h : Flag<["-"], "h">, Alias<help>, Shared;
def version : FF<"version", "Print the version">;
def print_targets : FF<"print-targets", "List the targets">;
def print_target_EQ : EQ<"print-target", "NAME", "Print the description of a target as JSON, with what it inherits">;
def print_builtins : FF<"print-builtins", "List the built-in functions">;
def print_steps : FF<"print-steps", "List the steps, facts, units and sensors">;
def print_manual : FF<"print-manual", "Print the manual page, for 'fluxc --print-manual | man -l -'">;
def completion_EQ : EQ<"completion", "SHELL", "Print a completion script for bash, zsh or fish">,
  Values<"bash,zsh,fish">;
}

def grp_page : OptionGroup<"page">, HelpText<"The page">;
let Group = grp_page, Visibility = [DocVis] in {
def no_tests : FF<"no-tests", "Leave the results of the tests out: run nothing">;
}

let Group = grp_format, Visibility = [FormatVis] in {
def check : FF<"check", "Write nothing: list the documents whose layout would change, and end with status 1 if there are any">;
def diff : FF<"diff", "Write nothing: print what would change">;
}
