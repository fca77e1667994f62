//===- Tool.cpp - files, arguments and messages of flux-vm ----------------===//
//
// The tool has no libc: it stands on the functions that compiled FLUX programs
// call, and keeps its memory to the end.
//
//===----------------------------------------------------------------------===//

#include "Tool.h"
#include "runtime/base/Format.h"
#include "runtime/bytecode/Verifier.h"
#include "runtime/rt/System.h"

namespace flux::tool {

using namespace rt;

Arena &getArena() {
  static constinit Arena arena(
      [](void *, uint64_t size) { return mapPages(size); },
      [](void *) {
        fail("out of memory");
        flux_process_exit(nullptr, Failure);
      },
      nullptr);
  return arena;
}

Output::Output(bool toError) : text(getArena()), toError(toError) {}

Output::~Output() {
  Bytes bytes = text.get();
  auto *data = reinterpret_cast<const char *>(bytes.data);
  if (toError)
    writeAll(2, data, static_cast<int64_t>(bytes.size));
  else
    flux_console_write(data, static_cast<int64_t>(bytes.size));
}

bool equals(Bytes text, const char *other) {
  Bytes rest;
  return startsWith(text, other, rest) && rest.size == 0;
}

bool startsWith(Bytes text, const char *prefix, Bytes &rest) {
  uint64_t i = 0;
  for (; prefix[i] != '\0'; ++i)
    if (i == text.size || text.data[i] != static_cast<uint8_t>(prefix[i]))
      return false;
  rest = {text.data + i, text.size - i};
  return true;
}

bool parseNumber(Bytes text, uint64_t &value) {
  Bytes digits = text;
  unsigned base = startsWith(text, "0x", digits) ? 16 : 10;
  value = 0;
  for (uint64_t i = 0; i != digits.size; ++i) {
    uint8_t c = digits.data[i], lower = c | 0x20;
    unsigned digit = c >= '0' && c <= '9'           ? c - '0'
                     : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10
                                                    : 16;
    if (digit >= base || __builtin_mul_overflow(value, base, &value) ||
        __builtin_add_overflow(value, digit, &value))
      return false;
  }
  return digits.size != 0;
}

int fail(const char *what, Bytes name) {
  flux_console_flush();
  Output out(/*toError=*/true);
  out.text << "flux-vm: error: " << what;
  if (name.data != nullptr)
    out.text << " '" << name << "'";
  out.text << "\n";
  return Failure;
}

int failUsage(const char *what, Bytes name) {
  fail(what, name);
  Output out(/*toError=*/true);
  out.text << "flux-vm: 'flux-vm --help' tells what there is\n";
  return Usage;
}

static void failFile(const char *what, Bytes path, int64_t error) {
  View text = flux_error_text(error);
  flux_console_flush();
  Output out(/*toError=*/true);
  out.text << "flux-vm: error: " << what << " '" << path << "': "
           << Bytes{static_cast<const uint8_t *>(text.data),
                    static_cast<uint64_t>(text.length)}
           << "\n";
}

bool readFile(Bytes path, Bytes &contents) {
  int64_t handle =
      equals(path, "-")
          ? 0
          : flux_file_open(reinterpret_cast<const char *>(path.data),
                           static_cast<int64_t>(path.size));
  if (handle < 0) {
    failFile("cannot open", path, handle);
    return false;
  }
  Arena &arena = getArena();
  int64_t known = flux_file_size(handle);
  uint64_t capacity = known > 0 ? static_cast<uint64_t>(known) + 1 : 1 << 16;
  uint8_t *data = arena.allocate<uint8_t>(capacity);
  uint64_t size = 0;
  for (;;) {
    int64_t count =
        readSome(handle, data + size, static_cast<int64_t>(capacity - size));
    if (count < 0) {
      failFile("cannot read", path, count);
      return false;
    }
    size += static_cast<uint64_t>(count);
    if (count == 0)
      break;
    if (size == capacity) {
      uint8_t *larger = arena.allocate<uint8_t>(2 * capacity);
      __builtin_memcpy(larger, data, size);
      data = larger;
      capacity *= 2;
    }
  }
  if (handle != 0)
    flux_file_close(handle);
  contents = {data, size};
  return true;
}

bool writeFile(Bytes path, Bytes contents) {
  auto *data = reinterpret_cast<const char *>(contents.data);
  auto size = static_cast<int64_t>(contents.size);
  if (equals(path, "-")) {
    flux_console_write(data, size);
    return true;
  }
  int64_t handle = flux_file_create(reinterpret_cast<const char *>(path.data),
                                    static_cast<int64_t>(path.size));
  int64_t error = handle < 0 ? handle : writeAll(handle, data, size);
  if (handle >= 0 && error == 0)
    error = flux_file_close(handle);
  if (error < 0)
    failFile("cannot write", path, error);
  return error >= 0;
}

/// Packages start with a letter, too: the byte that no text has decides.
static bool isPackage(Bytes file) {
  Bytes rest;
  return startsWith(file, "FLUXBC\x1A\n", rest);
}

bool loadPackage(Bytes path, bool verified, bytecode::Package &package) {
  Bytes file;
  if (!readFile(path, file))
    return false;
  Bytes extension;
  bool isText = path.size > 8 && startsWith({path.data + path.size - 8, 8},
                                            ".fluxasm", extension);
  if (!isPackage(file) && (isText || equals(path, "-"))) {
    bytecode::AssemblerError error;
    Bytes assembled = bytecode::assemble(file, getArena(), error);
    if (assembled.size == 0) {
      flux_console_flush();
      Output out(/*toError=*/true);
      out.text << path;
      if (error.line != 0)
        out.text << ":" << uint64_t(error.line);
      if (error.column != 0)
        out.text << ":" << uint64_t(error.column);
      out.text << ": error: " << error.message << "\n";
      return false;
    }
    file = assembled;
  }
  Output out(/*toError=*/true);
  if (const char *message = package.read(file)) {
    out.text << path << ": error: " << message << "\n";
    return false;
  }
  bytecode::VerifyError error;
  if (!verified || bytecode::verify(package, getArena(), error))
    return true;
  uint32_t function = package.findFunction(error.word);
  out.text << path << ": error: " << error.message << "; word " << error.word
           << ", in function " << uint64_t(function);
  Bytes name = package.getName(function);
  if (name.size != 0)
    out.text << " '" << name << "'";
  out.text << "\n";
  return false;
}

} // namespace flux::tool

/// What the runtime asks compiled code for; this program has none.
extern "C" const char flux::rt::flux_text_begin[] = "";
