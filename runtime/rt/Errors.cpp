//===- Errors.cpp - error codes as text -----------------------------------===//
//
// The errors of the built-in functions are those of Linux, negative.  The texts
// follow each other in one string, so that no table of addresses is needed.
//
//===----------------------------------------------------------------------===//

#include "runtime/base/Format.h"
#include "runtime/rt/Internal.h"

namespace flux::rt {

// Codes from 0 on; empty if files and streams never give it.
static const char texts[] =
    "no error\0operation not permitted\0no such file or directory\0"
    "no such process\0interrupted\0input or output error\0"
    "no such device or address\0argument list too long\0"
    "not an executable file\0not an open file\0no child processes\0"
    "temporarily unavailable\0out of memory\0permission denied\0bad address\0"
    "not a block device\0device or resource busy\0file exists\0"
    "link across devices\0no such device\0not a directory\0is a directory\0"
    "invalid argument\0too many open files in the system\0"
    "too many open files\0not a terminal\0text file busy\0file too large\0"
    "no space left on the device\0not seekable\0read-only file system\0"
    "too many links\0broken pipe\0argument out of domain\0"
    "result out of range\0resource deadlock avoided\0file name too long\0"
    "no locks available\0not implemented\0directory not empty\0"
    "too many levels of symbolic links"
#if !defined(__wasm__) // whose hosts give files and streams only
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
    "\0\0no data available\0timer expired\0\0\0\0\0\0\0\0\0protocol error\0\0"
    "\0bad message\0value too large for its type\0\0"
    "file descriptor in bad state\0\0\0\0\0\0\0\0\0\0\0not a socket\0"
    "destination address required\0message too long\0"
    "wrong protocol type for the socket\0protocol not available\0"
    "protocol not supported\0socket type not supported\0"
    "operation not supported\0protocol family not supported\0"
    "address family not supported\0address already in use\0"
    "address not available\0network is down\0network is unreachable\0"
    "connection dropped by the network\0connection aborted\0"
    "connection reset\0no buffer space available\0already connected\0"
    "not connected\0cannot send after shutdown\0too many references\0"
    "timed out\0connection refused\0host is down\0no route to the host\0"
    "already in progress\0in progress\0stale file handle\0"
    "structure needs cleaning\0\0\0\0remote input or output error\0"
    "quota exceeded\0no medium found\0wrong medium type\0cancelled\0"
    "required key not available\0key expired\0key revoked\0key rejected\0"
    "owner died\0state not recoverable\0"
    "not possible because of the radio switch\0memory page has a fault"
#endif
    ;

extern "C" View flux_error_text(int64_t code) {
#if defined(__wasm__)
  constexpr int64_t lastCode = 40;
#else
  constexpr int64_t lastCode = 133;
#endif
  static const char unknown[] = "unknown error";
  const char *text = code > 0 || code < -lastCode ? unknown : texts;
  if (text == texts)
    for (; code != 0; ++code)
      text += textLength(text) + 1;
  if (*text == '\0')
    text = unknown;
  return {text, textLength(text)};
}

} // namespace flux::rt
