# What this machine can do, for `REQUIRES:` lines: a test that cannot run is reported
# as unsupported.
import os
import pty
import shutil
import subprocess


def attempt(command):
    try:
        return subprocess.run(command, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return None


def has_gdb():
    """A container may have gdb and yet forbid ptrace."""
    result = attempt(["gdb", "-nx", "-batch", "-ex", "starti", "-ex", "kill",
                    "/bin/true"])
    return result is not None and "Program stopped" in result.stdout


def has_chroot():
    """A test in a root of its own needs the rights for it."""
    result = attempt(["unshare", "--mount", "true"])
    return result is not None and result.returncode == 0


def has_terminal():
    """A root without /dev/pts has none."""
    try:
        for descriptor in pty.openpty():
            os.close(descriptor)
        return True
    except OSError:
        return False


def find():
    """The names of the features that are there."""
    return {name for name, there in (
        ("gdb", shutil.which("gdb") and has_gdb()),
        ("chroot", shutil.which("unshare") and has_chroot()),
        ("terminal", has_terminal()),
        ("ovmf", os.path.exists("/usr/share/OVMF/OVMF_CODE.fd")),
        ("aavmf", os.path.exists("/usr/share/qemu-efi-aarch64/QEMU_EFI.fd")),
        ("full", os.environ.get("FLUX_FULL")),
        *((tool, shutil.which(tool)) for tool in (
            "chromium", "clang", "fish", "gcc", "gdb-multiarch", "node",
            "qemu-aarch64", "qemu-riscv64", "qemu-system-aarch64", "qemu-system-riscv64",
            "qemu-system-x86_64", "qemu-x86_64", "wasm-validate", "zsh")))
        if there}
