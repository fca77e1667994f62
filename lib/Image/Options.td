//===- Options.td - the command line of flux-os-image ---------------------===//
//
// The only list of options: parsing and --help come from here.
//
//===----------------------------------------------------------------------===//
include "llvm/Option/OptParser.td"

class FF<string name, string help> : Flag<["--"], name>, HelpText<help>;
class EQ<string name, string meta, string help>
    : Joined<["--"], name # "=">, MetaVarName<meta>, HelpText<help>;

def grp_output : OptionGroup<"output">, HelpText<"What to make">;
def grp_disk : OptionGroup<"disk">, HelpText<"Disks and updates">;
def grp_run : OptionGroup<"run">, HelpText<"Running it">;
def grp_about : OptionGroup<"about">, HelpText<"About flux-os-image">;

let Group = grp_output in {
def target_EQ : EQ<"target", "NAME", "The machine: x86_64, arm64, riscv64 or wasm32; disks and updates may be for several, with commas">;
def format_EQ : EQ<"format", "NAME", "What boots it: kernel (the default), efi, html or disk; update: what a disk takes">;
def o : JoinedOrSeparate<["-"], "o">, MetaVarName<"FILE">, HelpText<"Write the image to FILE">;
def native : FF<"native", "Compile documents to machine code, which runs in user mode">;
def shell : FF<"shell", "Put a shell into the image, which is started instead of the programs, and starts them">;
def add_EQ : EQ<"add", "FILE", "Put FILE into the image, where programs find it; it is not started">;
def link_EQ : EQ<"link", "FILE", "Link the object FILE into the kernel, as tests do">;
def size_report : FF<"size-report", "Also print what takes how many bytes">;
def symbols_EQ : EQ<"symbols", "FILE", "Also write an ELF file for debuggers">;
}

let Group = grp_disk in {
def key_EQ : EQ<"key", "FILE", "Sign with the secret key in FILE; verify: check with the public one">;
def image_version_EQ : EQ<"image-version", "N", "The version of the image (default: 1)">;
def lowest_version_EQ : EQ<"lowest-version", "N", "The lowest version that may be started after the image was confirmed (default: 0)">;
def board_EQ : EQ<"board", "NAME", "The board that it is for">;
def confirm_EQ : EQ<"confirm", "WHEN", "When an update is good: running (its first program ended with 0 or runs for 10 seconds) or ending (it ended with 0, within a minute)">;
def slot_size_EQ : EQ<"slot-size", "MIB", "The size of each slot (default: twice what it needs)">;
def store_size_EQ : EQ<"store-size", "MIB", "The size of the store for files (default: 4)">;
}

let Group = grp_run in {
def exec : Option<[ "--" ], "exec", KIND_REMAINING_ARGS>, MetaVarName<"PROGRAM [ARGUMENTS]">, HelpText<"Run an image, a document or a package with the arguments behind it">;
def machine_EQ : EQ<"machine", "NAME", "The machine of QEMU: microvm, pc, q35; virt, virt,gic-version=3, raspi3b">;
def memory_EQ : EQ<"memory", "MIB", "Its memory in MiB (default: 64)">;
def cpus_EQ : EQ<"cpus", "N", "Its processors (default: 1)">;
def options_EQ : EQ<"options", "WORDS", "Options for the kernel: log=debug, console=crlf, allow=ALL">;
def store_EQ : EQ<"store", "FILE", "A disk on which files stay, below store/; made if there is none">;
def disk_EQ : EQ<"disk", "FILE", "A disk with the contents of FILE, which it may change">;
def net : FF<"net", "A network, in which this machine is 10.0.2.2">;
def net_EQ : EQ<"net", "OPTIONS", "The same with options of QEMU: hostfwd=tcp:127.0.0.1:8080-:80">;
def qemu_EQ : EQ<"qemu", "WORD", "Pass WORD to QEMU">;
def timeout_EQ : EQ<"timeout", "SECONDS", "End the machine after this time">;
def efi : FF<"efi", "Boot by the firmware EFI (OVMF, AAVMF)">;
def icount : FF<"icount", "Count instructions: each takes a nanosecond of the machine's time">;
def gdb : FF<"gdb", "Wait for gdb at port 1234">;
def gdb_EQ : EQ<"gdb", "PORT", "The same, at another port">;
def firmware : FF<"firmware", "Also show what the firmware prints">;
def dry_run : FF<"dry-run", "Only print the command">;
}

let Group = grp_about in {
def help : FF<"help", "Print this text">;
def help_h : Flag<["-"], "h">, Alias<help>;
def version : FF<"version", "Print the version">;
}
