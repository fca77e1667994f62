//===- Timing.h - how long each phase took ---------------------*- C++ -*-===//
#ifndef FLUX_LIB_DRIVER_TIMING_H
#define FLUX_LIB_DRIVER_TIMING_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <chrono>
#include <string>
#include <vector>

namespace flux {

/// A stopwatch: mark() ends a piece of work and gives it a name.
class Timing {
  using Clock = std::chrono::steady_clock;

public:
  /// Time since the last mark belongs to \p name.
  void mark(llvm::StringLiteral name) {
    Clock::time_point now = Clock::now();
    for (Entry &entry : entries)
      if (entry.name == name) {
        entry.time += now - last;
        last = now;
        return;
      }
    entries.push_back({name, now - last});
    last = now;
  }

  /// Tells something else in the report.
  void note(std::string text) { notes.push_back(std::move(text)); }

  void print(llvm::raw_ostream &os) const {
    Clock::duration total{};
    for (const Entry &entry : entries)
      total += entry.time;
    auto line = [&](llvm::StringRef name, Clock::duration time) {
      double ms = std::chrono::duration<double, std::milli>(time).count();
      double share = total.count() ? 100.0 * time.count() / total.count() : 0;
      os << llvm::left_justify(name, 24)
         << llvm::format("%10.3f ms %6.1f %%\n", ms, share);
    };
    for (const Entry &entry : entries)
      line(entry.name, entry.time);
    line("total", total);
    for (const std::string &text : notes)
      os << text << '\n';
  }

private:
  struct Entry {
    llvm::StringLiteral name;
    Clock::duration time;
  };
  std::vector<Entry> entries;
  std::vector<std::string> notes;
  Clock::time_point last = Clock::now();
};

} // namespace flux

#endif // FLUX_LIB_DRIVER_TIMING_H
