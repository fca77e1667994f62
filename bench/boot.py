"""Measures what starting a machine takes, in QEMU, on this machine.

An image that prints a line against the smallest kernel that does (boot/*.S), in turns:
wall time from starting the emulator until a byte comes out of it, the minimum of all runs,
since an emulator on a machine that also does other things is only ever late.  `main` is
where the kernel's C++ begins; `line` is the first byte of the document's line, whose
program was verified and translated before.
"""
import os
import pathlib
import select
import shutil
import subprocess
import time

HERE = pathlib.Path(__file__).resolve().parent
LLVM = pathlib.Path("/usr/lib/llvm-22/bin")

# Of each machine: clang's target, where the kernel lies, the emulator with its options.
MACHINES = {
    "x86_64": ("x86_64-none-elf", "0x100000",
               ["qemu-system-x86_64", "-M", "microvm", "-cpu", "max",
                "-device", "isa-debug-exit,iobase=0xf4,iosize=4"]),
    "arm64": ("aarch64-none-elf", "0x40200000", ["qemu-system-aarch64", "-M", "virt", "-cpu", "max"]),
    "riscv64": ("riscv64-none-elf", "0x80200000",
                ["qemu-system-riscv64", "-M", "virt", "-bios", "default"]),
}
COMMON = ["-m", "64", "-smp", "1", "-nodefaults", "-display", "none", "-serial", "stdio",
          "-no-reboot"]
MARK, LINE = b"\x02FLUX\x03", b"Hello!"
MOST = 1.25


def wait_for(command, marks, failure):
    """Seconds until each of the marks was written."""
    begin = time.perf_counter()
    process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    seen, times = b"", {}
    try:
        while len(times) != len(marks):
            ready, _, _ = select.select([process.stdout], [], [], 20)
            data = os.read(process.stdout.fileno(), 65536) if ready else b""
            now = time.perf_counter() - begin
            if not data:
                raise failure(f"{command[0]} writes {seen[-200:]!r}")
            seen += data
            for mark in marks:
                if mark in seen:
                    times.setdefault(mark, now)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    return [times[mark] for mark in marks]


class Boot:
    """The suite `boot`."""

    def __init__(self, bench, run):
        self.bench, self.run = bench, run
        self.folder = bench.folder / "boot"
        self.folder.mkdir(exist_ok=True)

    def suites(self):
        yield "boot", self.rows(), None

    def rows(self):
        tool = self.bench.fluxc.with_name("flux-os-image")
        for name, (target, base, emulator) in MACHINES.items():
            if not self.bench.wanted(name):
                continue
            if not shutil.which(emulator[0]):
                print(f"{emulator[0]} is not installed: {name} is left out")
                continue
            image, hello = self.folder / f"{name}.img", self.folder / f"{name}.hello"
            self.run.build([tool, f"--target={name}", HERE / "start" / "hello.flux.md",
                            "-o", image])
            self.run.build([LLVM / "clang", f"--target={target}", "-nostdlib", "-static",
                            "-fuse-ld=lld", f"-Wl,-Ttext={base},-N,--build-id=none", "-o", hello,
                            HERE / "boot" / f"{name}.S"])
            if name != "x86_64":
                self.run.build([LLVM / "llvm-objcopy", "-O", "binary", hello, hello])
            flux = [*emulator, *COMMON, "-append", "streams=marked", "-kernel", image]
            least = [*emulator, *COMMON, "-kernel", hello]
            times = {"main": [], "line": [], "hello": []}
            for _ in range(max(15, self.bench.arguments.runs)):
                main, line = wait_for(flux, [MARK, LINE], self.run.Failure)
                times["main"].append(main)
                times["line"].append(line)
                times["hello"] += wait_for(least, [LINE], self.run.Failure)
            main, line, hello = (min(values) for values in times.values())
            remark = "" if main <= MOST * hello else f"over {MOST} times the smallest kernel"
            yield f"{name}-main", {"flux": main, "smallest": hello}, remark
            yield f"{name}-line", {"flux": line, "smallest": hello}, ""
