# What this machine can do, for `REQUIRES:` lines: a test that cannot run is reported
# as unsupported.
import os
import pty
import shutil
import subprocess
import tempfile


def attempt(command, text=""):
    try:
        return subprocess.run(command, capture_output=True, text=True, input=text,
                              timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return None


def has_gdb():
    """A container may have gdb and yet forbid ptrace."""
    result = attempt(["gdb", "-nx", "-batch", "-ex", "starti", "-ex", "kill",
                    "/bin/true"])
    return result is not None and "Program stopped" in result.stdout


def has_chroot():
    """A test in a root of its own needs the rights for it."""
    return any((result := attempt(["unshare", *rights, "true"])) and
               result.returncode == 0
               for rights in (["--mount"], ["--map-root-user", "--mount"]))


# Where Debian has them: what runs modules has no PATH.
NODE, WASM_VALIDATE = "/usr/bin/node", "/usr/bin/wasm-validate"
# The headers of the kernel that both machines share.
FOR_32_BITS = ["-m32", "-msse2", "-mfpmath=sse", "-idirafter",
               "/usr/include/x86_64-linux-gnu"]


def has_32_bits():
    """Programs for i386 are made and run here."""
    with tempfile.TemporaryDirectory() as folder:
        program = os.path.join(folder, "a")
        return all((result := attempt(command, "#include <errno.h>\nint main(void) "
                                               "{ return sizeof(void *) - 4; }\n"))
                   and result.returncode == 0
                   for compiler in ("gcc", "clang")
                   for command in ([compiler, *FOR_32_BITS, "-x", "c", "-", "-o", program],
                                   [program]))


def has_terminal():
    """A root without /dev/pts has none."""
    try:
        for descriptor in pty.openpty():
            os.close(descriptor)
        return True
    except OSError:
        return False


def has_tail_calls():
    """Node knows them from 18 on."""
    machine = os.path.join(os.path.dirname(__file__), "../runtime/wasm/machine.mjs")
    result = attempt(["node", "--input-type=module", "--eval",
                      f"import {{ allowTailCalls }} from '{os.path.abspath(machine)}';"
                      "console.log(await allowTailCalls());"])
    return result is not None and result.stdout == "true\n"


def find():
    """The names of the features that are there."""
    return {name for name, there in (
        ("gdb", shutil.which("gdb") and has_gdb()),
        ("chroot", shutil.which("unshare") and has_chroot()),
        ("terminal", has_terminal()),
        ("ovmf", os.path.exists("/usr/share/OVMF/OVMF_CODE.fd")),
        ("aavmf", os.path.exists("/usr/share/qemu-efi-aarch64/QEMU_EFI.fd")),
        ("gdisk", os.path.exists("/usr/sbin/sgdisk")),
        ("dosfstools", os.path.exists("/usr/sbin/fsck.fat")),
        ("full", os.environ.get("FLUX_FULL")),
        ("wasm-tail-calls", shutil.which("node") and has_tail_calls()),
        *((tool, shutil.which(tool)) for tool in (
            "chromium", "clang", "fish", "gcc", "gdb-multiarch", "node",
            "qemu-aarch64", "qemu-riscv64", "qemu-system-aarch64", "qemu-system-riscv64",
            "qemu-system-x86_64", "qemu-x86_64", "wasm-validate", "zsh")))
        if there}
