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

void Editor::setBreakpoints(Json request) {
  Json lines = request.get("arguments").get("breakpoints");
  debugger.removeAll();
  TextBuilder body(getArena());
  body << "{\"breakpoints\":[";
  constexpr uint64_t most = 1000;
  for (uint64_t i = 0; i != most && lines.at(i).isThere(); ++i) {
    auto line = static_cast<uint32_t>(lines.at(i).get("line").getNumber());
    uint32_t number = debugger.addLineBreakpoint(line);
    body << (i != 0 ? "," : "")
         << "{\"verified\":" << (number != 0 ? "true" : "false");
    if (number != 0) {
      LineEntry entry =
          debugger.process.package.findLine(debugger.getWord(number));
      body << ",\"id\":" << uint64_t(number)
           << ",\"line\":" << uint64_t(entry.line);
    }
    body << "}";
  }
  body << "]}";
  answerText(request, body);
}

void Editor::showStack(Json request) {
  const Package &package = debugger.process.package;
  Bytes name, document;
  package.getDocument(name, document);
  TextBuilder body(getArena());
  body << "{\"stackFrames\":[";
  uint64_t word;
  uint32_t base, index = 0;
  constexpr uint32_t most = 200;
  for (; index != most && debugger.getCall(index, word, base); ++index) {
    LineEntry line = package.findLine(word);
    body << (index != 0 ? "," : "") << "{\"id\":" << uint64_t(index)
         << ",\"name\":";
    writeJson(body, package.getName(package.findFunction(word)));
    body << ",\"line\":" << uint64_t(line.line)
         << ",\"column\":" << uint64_t(line.column);
    if (name.size != 0 && line.line != 0) {
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
  uint64_t word;
  uint32_t base;
  const Machine &machine = debugger.process.machine;
  if (reference != 0 &&
      debugger.getCall(static_cast<uint32_t>(reference - 1), word, base)) {
    for (unsigned reg = 1; reg != isa::numRegisters; ++reg) {
      uint64_t value = isa::isSpecial(reg) ? machine.read(reg)
                                           : machine.registers[base + reg];
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
