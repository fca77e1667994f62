//===- TestProtocol.h - what a test program tells the driver ---*- C++ -*-===//
//
// Both sides are made by the same compiler, at the same time: these constants
// are all that they agree on.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_SUPPORT_TESTPROTOCOL_H
#define FLUX_SUPPORT_TESTPROTOCOL_H

namespace flux::test_protocol {

/// The exit status of a test that came to its end; one that leaves the process
/// in another way has not.
inline constexpr int finished = 42;

/// A value that an expectation compared is written to standard error as
/// `begin`, one of the marks, the value, `end`.
inline constexpr char begin = '\x1e', end = '\x1f';
inline constexpr char expected = 'E', actual = 'A', left = 'L', right = 'R';

} // namespace flux::test_protocol

#endif // FLUX_SUPPORT_TESTPROTOCOL_H
