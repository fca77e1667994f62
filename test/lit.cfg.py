# The lit suite: documents, FIR files and scripts with RUN lines.
#
# A test is a file that says in `RUN:` lines how to check itself.  In a document
# they stand in an HTML comment at its end, whose `-->` has a line of its own.
# What a test only reads belongs into a folder Inputs/.
#
# The tests that run what they compile are run for other targets, too, each a suite
# of its own: the suites in Targets/ load this file with `flux_target` set.
import json
import os
import platform
import shutil
import subprocess
import sys

import lit.formats

target = getattr(config, "flux_target", "")
config.name = "FLUX" + ("-" + target if target else "")
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".md", ".mlir", ".test"]
config.excludes = ["Inputs", "README.md"]
config.test_source_root = os.path.dirname(os.path.abspath(__file__))
source_dir = os.path.dirname(config.test_source_root)
sys.path.insert(0, config.test_source_root)
import features  # noqa: E402
import formats  # noqa: E402

# `lit test/Parser` in the source tree takes what ./dev built.
if not hasattr(config, "flux_build_dir"):
    config.flux_build_dir = os.path.join(source_dir, "build")
    config.flux_llvm_tools_dir = "/usr/lib/llvm-22/bin"
    config.flux_sanitize = ""
config.test_exec_root = os.path.join(config.flux_build_dir, "test",
                                     *(["Targets", target] if target else []))
bin_dir = os.path.join(config.flux_build_dir, "bin")
fluxc = os.path.join(bin_dir, "fluxc")
tools = [bin_dir, config.flux_llvm_tools_dir]
run = " "  # the prefix that runs a program: none on its machine
# What tests find is looked for in the same places: Debian has clang only there.
os.environ["PATH"] += os.pathsep + config.flux_llvm_tools_dir

if target in ("c", "c32"):
    # Programs go through a C compiler; see Targets/c/README.md.
    fluxc = " ".join(["sh", os.path.join(config.test_source_root, "Targets", "c",
                                         "compile.sh"), fluxc])
    config.test_format = formats.RunTests(execute_external=False)
    config.excludes += ["Targets", "Diagnostics", "Driver", "Tools"]
    config.environment["FLUX_C_SUITE"] = target
    config.unsupported = not (features.has_32_bits() if target == "c32"
                              else shutil.which("gcc"))
    config.available_features.add(target)
elif target:
    emulator = json.loads(subprocess.run(
        [fluxc, "--print-target=" + target], capture_output=True, check=True,
        text=True).stdout)["emulator"]
    fluxc += " --target=" + target
    emulator[0] = shutil.which(emulator[0], path=os.pathsep.join(
        [bin_dir, os.environ["PATH"]])) or emulator[0]
    loader = os.path.join(source_dir, "runtime", "wasm", "run.mjs")
    run = " ".join(emulator).replace("{loader}", loader) + " "
    if loader in run:
        config.environment["FLUX_RUN_MODULE"] = run
        run = "sh " + os.path.join(config.test_source_root, "Wasm", "Inputs",
                                   "run-module.sh") + " "
    config.test_format = formats.RunTests(execute_external=False)
    config.excludes += ["Targets", "Diagnostics", "Driver", "OS", "Tools", "Wasm"]
    config.unsupported = not shutil.which(emulator[0])
    if emulator[0] == features.NODE and os.path.exists(features.WASM_VALIDATE):
        # What `fluxc --test` finds as Node has modules checked by wabt.
        tools.insert(0, os.path.join(config.test_source_root, "Wasm", "Inputs", "checked"))
    config.available_features.add(target)
    if "-flux" in target:
        # One level is enough to see that the machine does what flux-vm does.
        config.available_features.add("boots")
        machine = target.split("-")[0].replace("arm64", "aarch64")
        config.unsupported = not (features.has_tail_calls() if machine == "wasm32"
                                  else shutil.which("qemu-system-" + machine))

config.environment["PATH"] = os.pathsep.join(
    [*tools, config.environment["PATH"]])
config.environment["LC_ALL"] = "C.UTF-8"
config.environment["FLUX_CACHE"] = "off"
for name, value in {
        # What users do not pay for: FIR and LLVM IR are verified at each step.  For
        # bytecode the runtime is LLVM IR, too: that takes ten times as long as all
        # else, and the package is verified.
        "%fluxc": fluxc + ("" if target == "bytecode" else " --verify-each"),
        "%bare-fluxc": os.path.join(bin_dir, "fluxc"),
        "%flux-opt": os.path.join(bin_dir, "flux-opt"),
        "%flux-mutants": os.path.join(bin_dir, "flux-mutants"),
        "%flux-vm-arm64": "qemu-aarch64 " + os.path.join(bin_dir, "flux-vm-arm64"),
        "%flux-vm-riscv64": "qemu-riscv64 " + os.path.join(bin_dir, "flux-vm-riscv64"),
        "%flux-vm-wasm": " ".join(["node", os.path.join(source_dir, "runtime/wasm/run.mjs"),
                                   os.path.join(bin_dir, "flux-vm.wasm")]),
        "%python": sys.executable,
        "%kernels": os.path.join(config.flux_build_dir, "kernel"),
        "%examples": os.path.join(source_dir, "examples"),
        "%root": source_dir,
        "%run ": run,
}.items():
    config.substitutions.append((name, value))

if os.path.exists("/proc/stat") and lit.util.killProcessAndChildrenIsSupported()[0]:
    # For all tests, if the suites of other targets are among them: an emulator
    # starts in 15 ms, a program in one.
    lit_config.maxIndividualTestTime = (
        900 if os.environ.get("FLUX_FULL") else 240 if target else 60)

if platform.machine() == "x86_64" and not target:
    config.available_features.add("x86_64-run")

# The containers and allocators of LLVM's archives do not tell sanitizers what is
# in use, and fluxc leaves its memory to the end of the process.
if config.flux_sanitize:
    config.available_features.add("asan")
    config.environment["ASAN_OPTIONS"] = (
        "detect_container_overflow=0:allow_user_poisoning=0:detect_leaks=0")
    config.environment["UBSAN_OPTIONS"] = "print_stacktrace=1"

config.available_features.update(features.find() if not target else [])
