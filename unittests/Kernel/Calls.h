//===- Calls.h - programs of calls of the system ---------------*- C++ -*-===//
//
// The texts in test/OS/Inputs that booted images run by syscalls.py, which says
// what they look like, here for the machine that is played.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_UNITTESTS_KERNEL_CALLS_H
#define FLUX_UNITTESTS_KERNEL_CALLS_H

#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace flux {

/// What the table says of a call.
struct CallInfo {
  unsigned number;
  std::string capability;
  std::set<std::string> errors;
};

inline std::set<std::string> splitWords(const std::string &text) {
  std::istringstream in(text);
  std::set<std::string> result;
  for (std::string word; in >> word;)
    result.insert(word);
  return result;
}

inline std::map<std::string, CallInfo> getCalls() {
  return {
#define SYSCALL(NUMBER, NAME, CAPABILITY, FIRST, SECOND, RESULT, ERRORS, DOC)  \
  {#NAME, {NUMBER, #CAPABILITY, splitWords(ERRORS)}},
#include "runtime/kernel/Syscalls.def"
  };
}

inline std::map<std::string, unsigned> getErrors() {
  return {
#define SYSERROR(NUMBER, NAME, TEXT) {#NAME, NUMBER},
#include "runtime/kernel/Syscalls.def"
  };
}

inline std::string readCallText(const std::string &name) {
  std::ifstream in(FLUX_SOURCE_DIR "/test/OS/Inputs/" + name);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

/// A line of such a text.
struct CallLine {
  unsigned number = 0;
  std::vector<std::string> words;
  std::string times; ///< how often, if not once
};

inline std::vector<CallLine> readCallLines(const std::string &text) {
  std::istringstream in(text.substr(0, text.find("---\n")));
  std::vector<CallLine> result;
  unsigned number = 0;
  for (std::string line; std::getline(in, line);) {
    CallLine call;
    call.number = ++number;
    std::istringstream words(line.substr(0, line.find(';')));
    for (std::string word; words >> word;)
      call.words.push_back(word);
    if (!call.words.empty()) {
      size_t star = call.words[0].find('*');
      if (star != std::string::npos) {
        call.times = call.words[0].substr(star + 1);
        call.words[0].resize(star);
      }
    }
    if (!call.words.empty())
      result.push_back(call);
  }
  return result;
}

/// The program, as assembler text.
inline std::string makeCallProgram(const std::string &text) {
  static const char *const capabilities[] = {
      "SPAWN",    "COMMUNICATE", "COMPILE",    "IO_READ", "IO_WRITE",  "MEMORY",
      "HARDWARE", "NETWORK",     "FILESYSTEM", "DEBUG",   "SUPERVISOR"};
  auto calls = getCalls();
  auto errors = getErrors();
  std::map<std::string, unsigned> kept;
  std::string out = text.substr(text.find("---\n") + 4) + ".func main 0 -> 0\n";
  for (const CallLine &line : readCallLines(text)) {
    const auto &words = line.words;
    if (words[0] == "caps") {
      unsigned gone = 0;
      for (unsigned i = 0; i != 11; ++i) {
        bool stays = false;
        for (const std::string &word : words)
          stays |= word == capabilities[i];
        gone |= unsigned(!stays) << i;
      }
      out += "  li r16, " + std::to_string(gone) + "\n  cap_revoke r16\n";
      continue;
    }
    if (words[0] == "poke") {
      out += "  li r16, " + words[1] + "\n  store r" +
             std::to_string(kept[words[2].substr(1)]) + ", [r16]\n";
      continue;
    }
    for (unsigned i : {1u, 2u}) {
      std::string target = i == 1 ? "r16" : "r17";
      out += words[i][0] == '$'
                 ? "  mov " + target + ", r" +
                       std::to_string(kept[words[i].substr(1)]) + "\n"
                 : "  li " + target + ", " + words[i] + "\n";
    }
    std::string again = "again" + std::to_string(line.number);
    if (!line.times.empty())
      out += "  li r56, " + line.times + "\n" + again + ":\n";
    out += "  li r60, " + std::to_string(calls.at(words[0]).number) +
           "\n  syscall r18, r16, r17\n  mov r19, r61\n  li r61, " +
           std::to_string(line.number) + "\n  bnei r19, " +
           std::to_string(errors.at(words[5])) + ", bad\n";
    const std::string &result = words[4];
    if (result[0] == '=') {
      unsigned place = 20 + static_cast<unsigned>(kept.size());
      place = kept.try_emplace(result.substr(1), place).first->second;
      out += "  mov r" + std::to_string(place) + ", r18\n";
    } else if (result[0] == '$') {
      out +=
          "  bne r18, r" + std::to_string(kept[result.substr(1)]) + ", bad\n";
    } else if (result != "_") {
      out += "  li r19, " + result + "\n  bne r18, r19, bad\n";
    }
    if (!line.times.empty())
      out += "  iaddi r56, r56, -1\n  bnei r56, 0, " + again + "\n";
  }
  return out + "  li r61, 0\n  halt\nbad:\n  halt\n";
}

} // namespace flux

#endif // FLUX_UNITTESTS_KERNEL_CALLS_H
