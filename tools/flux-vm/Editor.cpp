//===- Editor.cpp - the Debug Adapter Protocol ----------------------------===//
//
// An editor starts `flux-vm debug --dap FILE` and talks to it by standard input
// and output.  The program has no input then, and its output goes to the
// editor.
//
//===----------------------------------------------------------------------===//

#include "Debugger.h"
#include "Json.h"
#include "runtime/rt/linux/Syscalls.h"
#include "runtime/vm/Report.h"

namespace flux::tool {

using namespace bytecode;
using namespace vm;

namespace {

class Editor {
public:
  explicit Editor(Process &process) : debugger(process) {}

  int run();
  void sendOutput(Bytes text, bool isError);

private:
  bool readMessage(Bytes &message);
  void send(Bytes body);
  void answer(Json request, const char *body, bool success = true);
  void answerText(Json request, TextBuilder &body);
  void sendEvent(const char *name, const char *body);
  bool handle(Json request);
  void resume(Pace pace);
  Bytes getFile(Json source);
  void setBreakpoints(Json request);
  void showStack(Json request);
  void showVariables(Json request);

  Debugger debugger;
  uint64_t sequence = 0;
  bool hasEnded = false;
};

Editor *current = nullptr;

/// Reads a message behind its header; false at the end of the input.
bool Editor::readMessage(Bytes &message) {
  constexpr uint64_t largest = 1 << 20;
  TextBuilder line(getArena());
  uint64_t size = 0;
  for (;;) {
    uint8_t c;
    if (rt::readSome(0, &c, 1) <= 0)
      return false;
    if (c != '\n') {
      if (c != '\r')
        line << Bytes{&c, 1};
      continue;
    }
    Bytes text = line.get(), value;
    if (text.size == 0)
      break;
    if (startsWith(text, "Content-Length: ", value) &&
        (!parseNumber(value, size) || size > largest))
      return false;
    line.clear();
  }
  auto *data = getArena().allocate<uint8_t>(size + 1);
  for (uint64_t done = 0; done != size;) {
    int64_t got =
        rt::readSome(0, data + done, static_cast<int64_t>(size - done));
    if (got <= 0)
      return false;
    done += static_cast<uint64_t>(got);
  }
  message = {data, size};
  return true;
}

void Editor::send(Bytes body) {
  TextBuilder text(getArena());
  text << "Content-Length: " << body.size << "\r\n\r\n" << body;
  Bytes bytes = text.get();
  rt::writeAll(1, reinterpret_cast<const char *>(bytes.data),
               static_cast<int64_t>(bytes.size));
}

void Editor::answer(Json request, const char *body, bool success) {
  TextBuilder text(getArena());
  text << "{\"seq\":" << ++sequence << ",\"type\":\"response\",\"request_seq\":"
       << request.get("seq").getNumber()
       << ",\"success\":" << (success ? "true" : "false") << ",\"command\":";
  writeJson(text, request.get("command").getString());
  if (body[0] != '\0')
    text << ",\"body\":" << body;
  text << "}";
  send(text.get());
}

void Editor::answerText(Json request, TextBuilder &body) {
  body << Bytes{reinterpret_cast<const uint8_t *>(""), 1};
  answer(request, reinterpret_cast<const char *>(body.get().data));
}

void Editor::sendEvent(const char *name, const char *body) {
  TextBuilder text(getArena());
  text << "{\"seq\":" << ++sequence << ",\"type\":\"event\",\"event\":\""
       << name << "\",\"body\":" << body << "}";
  send(text.get());
}

void Editor::sendOutput(Bytes output, bool isError) {
  TextBuilder body(getArena());
  body << "{\"category\":\"" << (isError ? "stderr" : "stdout")
       << "\",\"output\":";
  writeJson(body, output);
  body << "}" << Bytes{reinterpret_cast<const uint8_t *>(""), 1};
  sendEvent("output", reinterpret_cast<const char *>(body.get().data));
}

void Editor::resume(Pace pace) {
  Halt halt = hasEnded ? Halt::End : debugger.resume(pace);
  if (halt != Halt::End) {
    sendEvent("stopped", halt == Halt::Breakpoint
                             ? "{\"reason\":\"breakpoint\",\"threadId\":1,"
                               "\"allThreadsStopped\":true}"
                             : "{\"reason\":\"step\",\"threadId\":1,"
                               "\"allThreadsStopped\":true}");
    return;
  }
  hasEnded = true;
  int status = debugger.process.finish();
  TextBuilder body(getArena());
  body << "{\"exitCode\":" << static_cast<uint64_t>(status) << "}"
       << Bytes{reinterpret_cast<const uint8_t *>(""), 1};
  sendEvent("exited", reinterpret_cast<const char *>(body.get().data));
  sendEvent("terminated", "{}");
}

/// The file that an editor means: names in packages are as fluxc was told, so
/// that of an editor may only end with one.
Bytes Editor::getFile(Json source) {
  const Package &package = debugger.process.package;
  Bytes path = source.get("path").getString(), best;
  for (uint32_t number = 1; number <= package.numPlaces; ++number) {
    Bytes name = package.getPlaceName(package.getPlace(number).file);
    uint64_t lead = path.size - name.size;
    if (name.size > best.size && name.size <= path.size &&
        (lead == 0 || path.data[lead - 1] == '/') &&
        __builtin_memcmp(path.data + lead, name.data, name.size) == 0)
      best = name;
  }
  if (best.size == 0)
    best = debugger.getDocumentName();
  return best;
}

void Editor::setBreakpoints(Json request) {
  Json lines = request.get("arguments").get("breakpoints");
  Bytes file = getFile(request.get("arguments").get("source"));
  debugger.removeAll();
  TextBuilder body(getArena());
  body << "{\"breakpoints\":[";
  constexpr uint64_t most = 1000;
  for (uint64_t i = 0; i != most && lines.at(i).isThere(); ++i) {
    auto line = static_cast<uint32_t>(lines.at(i).get("line").getNumber());
    uint32_t number = debugger.addLineBreakpoint(line, file);
    body << (i != 0 ? "," : "")
         << "{\"verified\":" << (number != 0 ? "true" : "false");
    if (number != 0) {
      const Package &package = debugger.process.package;
      uint32_t place = package.findPlaceNumber(debugger.getWord(number));
      body << ",\"id\":" << uint64_t(number)
           << ",\"line\":" << uint64_t(package.findLine(place, file));
    }
    body << "}";
  }
  body << "]}";
  answerText(request, body);
}

void Editor::showStack(Json request) {
  const Package &package = debugger.process.package;
  TextBuilder body(getArena());
  body << "{\"stackFrames\":[";
  ActiveCall call;
  uint32_t index = 0;
  constexpr uint32_t most = 200;
  for (; index != most && debugger.getCall(index, call); ++index) {
    Place place = call.place != 0 ? package.getPlace(call.place) : Place();
    body << (index != 0 ? "," : "") << "{\"id\":" << uint64_t(index)
         << ",\"name\":";
    writeJson(body, getFunctionName(package, call.word, call.place));
    body << ",\"line\":" << uint64_t(place.line)
         << ",\"column\":" << uint64_t(place.column);
    if (place.line != 0) {
      Bytes name = package.getPlaceName(place.file);
      body << ",\"source\":{\"name\":";
      writeJson(body, name);
      body << ",\"path\":";
      writeJson(body, name);
      body << "}";
    }
    body << "}";
  }
  body << "],\"totalFrames\":" << uint64_t(index) << "}";
  answerText(request, body);
}

/// Reference N + 1 are the registers of call N.
void Editor::showVariables(Json request) {
  uint64_t reference =
      request.get("arguments").get("variablesReference").getNumber();
  TextBuilder body(getArena());
  body << "{\"variables\":[";
  ActiveCall call;
  const Machine &machine = debugger.process.machine;
  if (reference != 0 &&
      debugger.getCall(static_cast<uint32_t>(reference - 1), call)) {
    for (unsigned reg = 1; reg != isa::numRegisters; ++reg) {
      uint64_t value = isa::isSpecial(reg) ? machine.read(reg)
                                           : machine.registers[call.base + reg];
      body << (reg != 1 ? "," : "") << "{\"name\":\"r" << uint64_t(reg)
           << "\",\"value\":\"0x";
      body.hex(value, 1) << "\",\"variablesReference\":0}";
    }
  }
  body << "]}";
  answerText(request, body);
}

/// False after the last request.
bool Editor::handle(Json request) {
  Bytes command = request.get("command").getString();
  if (equals(command, "initialize")) {
    answer(request, "{\"supportsConfigurationDoneRequest\":true}");
    sendEvent("initialized", "{}");
  } else if (equals(command, "setBreakpoints")) {
    setBreakpoints(request);
  } else if (equals(command, "configurationDone")) {
    answer(request, "");
    resume(Pace::Free);
  } else if (equals(command, "threads")) {
    answer(request, "{\"threads\":[{\"id\":1,\"name\":\"main\"}]}");
  } else if (equals(command, "stackTrace")) {
    showStack(request);
  } else if (equals(command, "scopes")) {
    uint64_t frame = request.get("arguments").get("frameId").getNumber();
    TextBuilder body(getArena());
    body << "{\"scopes\":[{\"name\":\"Registers\",\"expensive\":false,"
            "\"variablesReference\":"
         << frame + 1 << "}]}";
    answerText(request, body);
  } else if (equals(command, "variables")) {
    showVariables(request);
  } else if (equals(command, "continue")) {
    answer(request, "{\"allThreadsContinued\":true}");
    resume(Pace::Free);
  } else if (equals(command, "next")) {
    answer(request, "");
    resume(Pace::NextLine);
  } else if (equals(command, "stepIn")) {
    answer(request, "");
    resume(Pace::Line);
  } else if (equals(command, "stepOut")) {
    answer(request, "");
    resume(Pace::Finish);
  } else if (equals(command, "launch") || equals(command, "attach") ||
             equals(command, "setExceptionBreakpoints")) {
    answer(request, "");
  } else if (equals(command, "disconnect") || equals(command, "terminate")) {
    answer(request, "");
    return false;
  } else {
    answer(request, "", /*success=*/false);
  }
  return true;
}

int Editor::run() {
  Bytes message;
  while (readMessage(message) && handle(Json(message)))
    continue;
  return Success;
}

} // namespace

int serveEditor(Process &process) {
  static Editor editor(process);
  current = &editor;
  process.output = [](Bytes text, bool isError) {
    current->sendOutput(text, isError);
  };
  return editor.run();
}

} // namespace flux::tool
