//===- Keys.cpp - keys of Compile, Agent and import, durations ------------===//
//
// Each section has a closed set of keys, so a misspelt key is an error with
// the nearest one, never a setting that silently does nothing.
//
//===----------------------------------------------------------------------===//
#include "ParserImpl.h"
#include "flux/Frontend/Units.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace flux;
using llvm::StringRef;

static constexpr llvm::StringLiteral capabilityTable[] = {
    "SPAWN",    "COMMUNICATE", "COMPILE",    "IO_READ", "IO_WRITE",   "MEMORY",
    "HARDWARE", "NETWORK",     "FILESYSTEM", "DEBUG",   "SUPERVISOR",
};
const llvm::ArrayRef<llvm::StringLiteral>
    flux::capabilityNames(capabilityTable);

//===----------------------------------------------------------------------===//
// Durations
//===----------------------------------------------------------------------===//

/// Nanoseconds of a unit of time, or 0.
static int64_t getUnit(StringRef word) {
  constexpr int64_t us = 1000, ms = 1000 * us, s = 1000 * ms, min = 60 * s,
                    h = 60 * min, d = 24 * h;
  return llvm::StringSwitch<int64_t>(word)
      .CasesLower({"ns", "nanosecond", "nanoseconds"}, 1)
      .CasesLower({"us", "microsecond", "microseconds"}, us)
      .CasesLower({"ms", "millisecond", "milliseconds"}, ms)
      .CasesLower({"s", "sec", "second", "seconds"}, s)
      .CasesLower({"min", "minute", "minutes"}, min)
      .CasesLower({"h", "hour", "hours"}, h)
      .CasesLower({"d", "day", "days"}, d)
      .Default(0);
}

std::optional<int64_t> flux::parseDuration(StringRef text,
                                           DiagnosticEngine &diags) {
  text = text.trim(" \t");
  auto isDigit = [](char c) { return llvm::isDigit(c); };
  StringRef whole = text.take_while(isDigit);
  StringRef rest = text.drop_front(whole.size()), fraction;
  if (rest.size() > 1 && rest[0] == '.' && llvm::isDigit(rest[1])) {
    fraction = rest.drop_front().take_while(isDigit);
    rest = rest.drop_front(1 + fraction.size());
  }
  StringRef word = rest.ltrim(" \t");
  int64_t unit = getUnit(word);
  if (whole.empty() || unit == 0) {
    auto report = diags.report(text, diag::bad_duration, shorten(text, 60));
    if (!whole.empty() && word.empty())
      report.note("a unit is missing, for example '" + text + "s'");
    else
      report.note("the units are ns, us, ms, s, min, h and d");
    return std::nullopt;
  }
  unsigned __int128 value = 0;
  for (char c : whole)
    if (value <= INT64_MAX)
      value = value * 10 + (c - '0');
  value *= unit;
  int64_t place = unit;
  for (char c : fraction) {
    place /= 10; // what is finer than a nanosecond is cut off
    value += (unsigned __int128)(place) * (c - '0');
  }
  if (value == 0 || value > INT64_MAX) {
    diags.report(text, diag::duration_out_of_range, shorten(text, 60));
    return std::nullopt;
  }
  return int64_t(value);
}

std::optional<int64_t> flux::parseSize(StringRef text,
                                       DiagnosticEngine &diags) {
  text = text.trim(" \t");
  StringRef number =
      text.take_while([](char c) { return llvm::isDigit(c) || c == '.'; });
  const Unit *unit = findUnit(text.drop_front(number.size()).ltrim(" \t"));
  std::optional<int64_t> size;
  if (!number.empty() && unit && unit->dimension == Dimension::Data)
    size = toBaseInteger(number, /*isNegative=*/false, *unit);
  if (size && *size > 0)
    return size;
  auto report = diags.report(text, diag::bad_size, shorten(text, 60));
  if (!number.empty() && number.size() == text.size())
    report.note("a unit is missing, for example '" + text + " KiB'");
  else
    report.note("write a number and B, KiB, MiB or GiB");
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Keys
//===----------------------------------------------------------------------===//

void KeyReader::read(llvm::function_ref<void(unsigned, StringRef)> handle) {
  for (const KeyValue &entry : section.keys) {
    const auto *it = llvm::find_if(names, [&](StringRef name) {
      return entry.key.equals_insensitive(name);
    });
    if (it == names.end()) {
      reportUnknown(entry.key);
      continue;
    }
    unsigned index = it - names.begin();
    if (claim(index, entry.key))
      handle(index, entry.value);
  }
}

bool KeyReader::claim(unsigned index, StringRef place) {
  if (seen[index].empty()) {
    seen[index] = place;
    return true;
  }
  diags.report(place, diag::duplicate_key, names[index])
      .note(DiagnosticEngine::rangeOf(seen[index]), "the first one is here");
  return false;
}

void KeyReader::reportUnknown(StringRef key) {
  StringRef near = findNearMiss(key, names);
  auto report =
      diags.report(key, diag::unknown_key, key, getSectionWord(section.kind));
  if (!near.empty())
    report.fixIt(DiagnosticEngine::rangeOf(key), near);
  else
    report.note("the keys are " + llvm::join(names, ", "));
}

static constexpr StringRef compileKeys[] = {"target", "optimize", "board",
                                            "cpu", "features"};
static constexpr StringRef agentKeys[] = {"name", "capabilities", "heartbeat",
                                          "period", "state"};

static constexpr StringRef importKeys[] = {"as", "names", "hash"};

static constexpr StringRef regionKeys[] = {"size"};

llvm::ArrayRef<StringRef> flux::getKeyNames(SectionKind kind) {
  if (kind == SectionKind::Region)
    return regionKeys;
  if (kind == SectionKind::Compile)
    return compileKeys;
  if (kind == SectionKind::Agent)
    return agentKeys;
  if (kind == SectionKind::Import)
    return importKeys;
  return {};
}

void flux::parseCompileKeys(const Section &section, ParserState &state) {
  static constexpr StringRef levels[] = {"-O0", "-O1", "-O2",
                                         "-O3", "-Os", "-Oz"};
  CompileSettings &settings = state.module.compile;
  KeyReader(section, compileKeys, state.diags)
      .read([&](unsigned index, StringRef value) {
        if (index == 0) {
          settings.target = value;
        } else if (index == 2) {
          settings.board = value;
        } else if (index == 3) {
          settings.cpu = value;
        } else if (index == 4) {
          settings.features = value;
        } else if (llvm::is_contained(levels, value)) {
          settings.optimize = value;
        } else {
          auto report = state.diags.report(value, diag::bad_optimize, value);
          std::string dashed = "-" + value.str();
          if (llvm::is_contained(levels, StringRef(dashed)))
            report.fixIt(DiagnosticEngine::rangeOf(value), dashed);
          else if (StringRef near = findNearMiss(value, levels); !near.empty())
            report.fixIt(DiagnosticEngine::rangeOf(value), near);
          else
            report.note("the levels are " +
                        llvm::join(llvm::ArrayRef(levels), ", "));
        }
      });
}

EffectSet flux::parseEffect(StringRef word, DiagnosticEngine &diags) {
  if (EffectSet flag = findEffect(word))
    return flag;
  auto report = diags.report(word, diag::unknown_capability, word);
  llvm::SmallVector<StringRef, 11> names(capabilityNames.begin(),
                                         capabilityNames.end());
  StringRef near = findNearMiss(word, names);
  if (!near.empty())
    report.fixIt(DiagnosticEngine::rangeOf(word), near);
  else
    report.note("the capabilities are " + llvm::join(names, ", "));
  return 0;
}

/// `IO_READ, NETWORK`.
static void parseCapabilities(StringRef list, AgentDecl &agent,
                              DiagnosticEngine &diags) {
  agent.hasCapabilities = true;
  llvm::SmallVector<StringRef, 11> parts;
  list.split(parts, ',');
  for (StringRef part : parts) {
    StringRef word = part.trim(" \t");
    EffectSet bit = parseEffect(word, diags);
    if (!bit)
      continue;
    if (agent.capabilities & bit)
      diags.report(word, diag::duplicate_key, word);
    else
      agent.capabilityWords.push_back(word);
    agent.capabilities |= bit;
  }
}

void flux::parseAgentKeys(const Section &section, AgentDecl &agent,
                          ParserState &state) {
  DiagnosticEngine &diags = state.diags;
  agent.range = section.heading;
  KeyReader reader(section, agentKeys, diags);
  if (!section.name.empty()) {
    reader.claim(0, section.name);
    agent.name = section.name;
  }
  reader.read([&](unsigned index, StringRef value) {
    switch (index) {
    case 0:
      agent.name = value;
      break;
    case 1:
      parseCapabilities(value, agent, diags);
      break;
    case 2:
      agent.heartbeatNs = parseDuration(value, diags).value_or(0);
      break;
    case 3:
      agent.periodNs = parseDuration(value, diags).value_or(agent.periodNs);
      break;
    case 4:
      agent.stateBytes = parseSize(value, diags).value_or(agent.stateBytes);
      break;
    }
  });
}

void flux::parseRegionKeys(const Section &section, ParserState &state) {
  constexpr int64_t maxSize = int64_t(1) << 30; // as of types
  auto *decl = state.context.make<RegionDecl>();
  decl->name = section.name;
  decl->range = section.heading;
  KeyReader(section, regionKeys, state.diags)
      .read([&](unsigned, StringRef value) {
        std::optional<int64_t> size = parseSize(value, state.diags);
        decl->size = size.value_or(1); // reported
        if (decl->size > maxSize)
          state.diags.report(value, diag::bad_size, shorten(value, 60))
              .note("a region has at most 1 GiB");
      });
  if (!isIdentifier(decl->name)) {
    state.diags.report(decl->name, diag::bad_name, shorten(decl->name, 40));
    return;
  }
  if (decl->size == 0)
    state.diags.report(decl->name, diag::region_without_size, decl->name)
        .note("write a line 'size: 64 KiB' under the heading");
  decl->var = state.context.make<VarDecl>();
  decl->var->kind = VarDecl::Region;
  decl->var->name = decl->name;
  decl->var->region = decl;
  state.module.regions.push_back(decl);
}

//===----------------------------------------------------------------------===//
// Imports and exports
//===----------------------------------------------------------------------===//

/// "shapes" of `lib/shapes.flux.md`, "list" of `std/list`.
static StringRef getModuleName(StringRef path) {
  size_t slash = path.rfind('/');
  StringRef name = slash == StringRef::npos ? path : path.substr(slash + 1);
  return name.take_until([](char c) { return c == '.'; });
}

/// `sha256-` and 64 digits.
static bool isHash(StringRef text) {
  return text.consume_front("sha256-") && text.size() == 64 &&
         llvm::all_of(text, llvm::isHexDigit);
}

void flux::parseImport(const Section &section, ParserState &state) {
  DiagnosticEngine &diags = state.diags;
  auto *decl = state.context.make<ImportDecl>();
  decl->path = section.name;
  decl->range = section.heading;
  if (decl->path == "SYSTEM") {
    diags.report(decl->path, diag::not_supported, "the module 'SYSTEM'");
    return;
  }
  decl->name = getModuleName(decl->path);
  KeyReader(section, importKeys, diags)
      .read([&](unsigned index, StringRef value) {
        if (index == 0) {
          decl->name = value;
        } else if (index == 2) {
          if (isHash(value))
            decl->hash = value;
          else
            diags.report(value, diag::bad_hash, shorten(value, 80));
        } else {
          llvm::SmallVector<StringRef, 8> names;
          value.split(names, ',');
          for (StringRef &name : names) {
            name = name.trim(" \t`");
            if (!isIdentifier(name))
              diags.report(name, diag::bad_name, shorten(name, 40));
          }
          decl->names = state.context.copy(llvm::ArrayRef(names));
        }
      });
  if (!isIdentifier(decl->name)) {
    diags.report(decl->name, diag::import_needs_name, shorten(decl->name, 40))
        .note("write a line 'as: name' under the heading");
    return;
  }
  state.module.imports.push_back(decl);
  state.importNames.insert(decl->name);
}

void flux::parseExports(const Section &section, ParserState &state) {
  llvm::SmallVector<StringRef, 8> names;
  if (!section.name.empty())
    section.name.split(names, ',');
  names.append(section.names.begin(), section.names.end());
  for (StringRef name : names) {
    name = name.trim(" \t`");
    if (isIdentifier(name))
      state.module.exports.push_back(name);
    else
      state.diags.report(name, diag::bad_name, shorten(name, 40));
  }
  if (names.empty())
    state.diags.report(section.heading, diag::empty_export)
        .note("write '## export: name', or a list of names under the heading");
}

//===----------------------------------------------------------------------===//
// Tiles
//===----------------------------------------------------------------------===//

/// `auto`, `off` or a number from 2 to \p most.
static void parseAmount(StringRef value, unsigned most, bool powersOnly,
                        unsigned &amount, DiagnosticEngine &diags) {
  if (value == "auto" || value == "off") {
    amount = value == "off";
    return;
  }
  unsigned number;
  if (value.getAsInteger(10, number) || number < 2 || number > most ||
      (powersOnly && (number & (number - 1)))) {
    diags.report(value, diag::bad_meta_value, value)
        .note(llvm::Twine("the value is 'auto', 'off' or a ") +
              (powersOnly ? "power of two" : "number") + " from 2 to " +
              llvm::Twine(most));
    return;
  }
  amount = number;
}

void flux::parseMetaKeys(const Section &section, TileOptions &options,
                         ParserState &state) {
  static constexpr StringRef names[] = {"category", "vectorize", "unroll",
                                        "order"};
  static constexpr StringRef categories[] = {"compute", "image", "linear",
                                             "signal"};
  static constexpr StringRef orders[] = {"fixed", "free"};
  constexpr unsigned maxLanes = 64, maxUnroll = 64;
  auto choose = [&](StringRef value, llvm::ArrayRef<StringRef> values) {
    if (llvm::is_contained(values, value))
      return true;
    auto report = state.diags.report(value, diag::bad_meta_value, value);
    if (StringRef near = findNearMiss(value, values); !near.empty())
      report.fixIt(DiagnosticEngine::rangeOf(value), near);
    else
      report.note("the values are " + llvm::join(values, ", "));
    return false;
  };
  KeyReader(section, names, state.diags)
      .read([&](unsigned index, StringRef value) {
        switch (index) {
        case 0:
          if (choose(value, categories))
            options.category = value;
          break;
        case 1:
          return parseAmount(value, maxLanes, /*powersOnly=*/true,
                             options.lanes, state.diags);
        case 2:
          return parseAmount(value, maxUnroll, /*powersOnly=*/false,
                             options.unroll, state.diags);
        case 3:
          if (choose(value, orders))
            options.freeOrder = value == "free";
          break;
        }
      });
}
