//===- Gdb.cpp - a server for gdb -----------------------------------------===//
//
// gdb speaks its remote serial protocol with `flux-vm debug --gdb FILE` over
// standard input and output:
//   (gdb) target remote | flux-vm debug --gdb program.fluxbc
// It has no architecture with windows of 64 registers, so it is told of a
// RISC-V with more of them: x0 to x31 are r0 to r31.  Code lies behind the
// regions, where no program can reach it.
//
//===----------------------------------------------------------------------===//

#include "Debugger.h"
#include "runtime/rt/linux/Syscalls.h"

namespace flux::tool {

using namespace bytecode;
using namespace vm;

namespace {

/// Where word 0 of the code is for gdb.
constexpr uint64_t codeAddress = uint64_t(numRegions) << 32;
constexpr unsigned numGdbRegisters = isa::numRegisters + 1;
constexpr uint64_t maxPacket = 16384;

/// The numbers that gdb gives to signals.
enum Signal : uint8_t {
  SignalInterrupt = 2,
  SignalTrap = 5,
  SignalAbort = 6,
  SignalArithmetic = 8,
  SignalMemory = 11,
  SignalNoGas = 24,
};

unsigned fromHexDigit(uint8_t c) {
  uint8_t lower = c | 0x20;
  return c >= '0' && c <= '9'           ? c - '0'
         : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10
                                        : 16;
}

/// Takes the parts of a packet one after the other.
class Reader {
public:
  explicit Reader(Bytes text) : text(text) {}

  bool isEmpty() const { return at == text.size; }
  bool take(char c) {
    if (isEmpty() || text.data[at] != static_cast<uint8_t>(c))
      return false;
    ++at;
    return true;
  }
  /// A number in hexadecimal, without 0x.
  bool takeNumber(uint64_t &value) {
    uint64_t start = at;
    value = 0;
    for (; !isEmpty() && fromHexDigit(text.data[at]) < 16; ++at) {
      if (value >> 60 != 0)
        return false;
      value = value << 4 | fromHexDigit(text.data[at]);
    }
    return at != start;
  }
  bool takeByte(uint8_t &value) {
    if (text.size - at < 2)
      return false;
    unsigned high = fromHexDigit(text.data[at]),
             low = fromHexDigit(text.data[at + 1]);
    at += 2;
    value = static_cast<uint8_t>(high << 4 | (low & 15));
    return high < 16 && low < 16;
  }
  Bytes rest() const { return {text.data + at, text.size - at}; }

private:
  Bytes text;
  uint64_t at = 0;
};

class Server {
public:
  explicit Server(Process &process) : process(process), debugger(process) {}

  int run();
  void sendOutput(Bytes text);

private:
  bool readByte(uint8_t &byte);
  bool readPacket(Bytes &packet);
  void send(Bytes body);
  void addHex(Bytes bytes);
  void add64(uint64_t value);
  bool handle(Bytes packet);
  void query(Bytes packet);
  void sendDescription(Bytes packet);
  void monitor(Bytes packet);
  void readRegister(Reader packet);
  void writeRegister(Reader packet);
  void readMemory(Reader packet);
  void writeMemory(Reader packet);
  void changeBreakpoint(Reader packet, bool isSet);
  void resume(Pace pace);
  bool isInterrupted();
  void tellHalt();
  uint64_t getRegister(unsigned number) const;

  Process &process;
  Debugger debugger;
  TextBuilder packet{getArena()}, reply{getArena()};
  uint8_t input[4096];
  uint64_t inputAt = 0, inputEnd = 0;
  bool needsAck = true, hasEnded = false;
  uint8_t signal = SignalTrap;
};

Server *current = nullptr;

//===----------------------------------------------------------------------===//
// Packets
//===----------------------------------------------------------------------===//

bool Server::readByte(uint8_t &byte) {
  if (inputAt == inputEnd) {
    int64_t got = rt::readSome(0, input, sizeof input);
    if (got <= 0)
      return false;
    inputAt = 0;
    inputEnd = static_cast<uint64_t>(got);
  }
  byte = input[inputAt++];
  return true;
}

/// `$BODY#SUM`; what is between packets means nothing.
bool Server::readPacket(Bytes &result) {
  for (;;) {
    uint8_t byte;
    do
      if (!readByte(byte))
        return false;
    while (byte != '$');
    packet.clear();
    uint8_t sum = 0;
    while (readByte(byte) && byte != '#' && packet.get().size != maxPacket) {
      sum = static_cast<uint8_t>(sum + byte);
      packet << Bytes{&byte, 1};
    }
    uint8_t high, low;
    if (byte != '#' || !readByte(high) || !readByte(low))
      return false;
    bool isGood = (fromHexDigit(high) << 4 | fromHexDigit(low)) == sum;
    if (needsAck)
      rt::writeAll(1, isGood ? "+" : "-", 1);
    if (!isGood)
      continue;
    result = packet.get();
    return true;
  }
}

void Server::send(Bytes body) {
  uint8_t sum = 0;
  for (uint64_t i = 0; i != body.size; ++i)
    sum = static_cast<uint8_t>(sum + body.data[i]);
  TextBuilder text(getArena());
  text << "$" << body << "#";
  text.hex(sum, 2);
  Bytes bytes = text.get();
  rt::writeAll(1, reinterpret_cast<const char *>(bytes.data),
               static_cast<int64_t>(bytes.size));
}

void Server::addHex(Bytes bytes) {
  for (uint64_t i = 0; i != bytes.size; ++i)
    reply.hex(bytes.data[i], 2);
}

void Server::add64(uint64_t value) {
  uint8_t bytes[8];
  __builtin_memcpy(bytes, &value, sizeof bytes);
  addHex({bytes, sizeof bytes});
}

void Server::sendOutput(Bytes text) {
  reply.clear();
  reply << "O";
  addHex(text);
  send(reply.get());
}

//===----------------------------------------------------------------------===//
// Registers and memory
//===----------------------------------------------------------------------===//

uint64_t Server::getRegister(unsigned number) const {
  const Machine &machine = process.machine;
  if (number != isa::numRegisters)
    return machine.read(number);
  uint32_t word =
      machine.state == State::Trapped ? machine.trapWord : machine.pc;
  return codeAddress + 4 * uint64_t(word);
}

void Server::readRegister(Reader packet) {
  uint64_t number;
  if (packet.takeNumber(number) && number < numGdbRegisters)
    add64(getRegister(static_cast<unsigned>(number)));
  else
    reply << "E01";
}

/// Only registers whose value means nothing to the machine itself.
void Server::writeRegister(Reader packet) {
  uint64_t number, value = 0;
  bool isGood = packet.takeNumber(number) && packet.take('=') &&
                number > isa::RegFP + 1 && number <= isa::RegLoop && !hasEnded;
  for (unsigned i = 0; isGood && i != 8; ++i) {
    uint8_t byte;
    isGood = packet.takeByte(byte);
    value |= static_cast<uint64_t>(byte) << 8 * i;
  }
  if (isGood)
    process.machine.write(static_cast<unsigned>(number), value);
  reply << (isGood ? "OK" : "E01");
}

void Server::readMemory(Reader packet) {
  uint64_t address, size;
  if (!packet.takeNumber(address) || !packet.take(',') ||
      !packet.takeNumber(size))
    return void(reply << "E01");
  if (size > maxPacket / 2)
    size = maxPacket / 2;
  // As much as there is.
  Bytes code = process.package.code;
  for (uint64_t i = 0; i != size; ++i) {
    uint64_t at = address + i;
    const uint8_t *byte = nullptr;
    if (at >= codeAddress)
      byte = at - codeAddress < code.size ? code.data + (at - codeAddress)
                                          : nullptr;
    else
      byte = process.machine.access(at, 1, 0);
    if (byte == nullptr) {
      if (i == 0)
        reply << "E14";
      return;
    }
    reply.hex(*byte, 2);
  }
}

void Server::writeMemory(Reader packet) {
  uint64_t address, size;
  bool isGood = packet.takeNumber(address) && packet.take(',') &&
                packet.takeNumber(size) && packet.take(':') &&
                address < codeAddress && size == packet.rest().size / 2;
  uint8_t *to =
      isGood ? process.machine.access(address, size, RegionWrite) : nullptr;
  if (isGood && size == 0)
    return void(reply << "OK");
  // All of it or nothing.
  Reader digits = packet;
  for (uint64_t i = 0; to != nullptr && i != size; ++i) {
    uint8_t byte;
    if (!digits.takeByte(byte))
      to = nullptr;
  }
  if (to == nullptr)
    return void(reply << "E14");
  for (uint64_t i = 0; i != size; ++i)
    packet.takeByte(to[i]);
  reply << "OK";
}

//===----------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------===//

void Server::changeBreakpoint(Reader packet, bool isSet) {
  uint64_t address;
  // Of the kinds only those in software: watching memory is not supported.
  if (!packet.take('0') && !packet.take('1'))
    return;
  if (!packet.take(',') || !packet.takeNumber(address) ||
      address < codeAddress || address % 4 != 0 ||
      (address - codeAddress) / 4 >= process.package.codeWords)
    return void(reply << "E01");
  uint64_t word = (address - codeAddress) / 4;
  debugger.removeWord(word);
  if (isSet)
    debugger.addWord(word);
  reply << "OK";
}

/// True if gdb sent an interrupt.
bool Server::isInterrupted() {
  struct {
    int32_t file;
    int16_t events, found;
  } poll = {0, 1, 0};
  int64_t now[2] = {};
  if (inputAt == inputEnd &&
      rt::systemCall(rt::Syscall::Ppoll, rt::toArgument(&poll), 1,
                     rt::toArgument(now)) <= 0)
    return false;
  uint8_t byte;
  // At the end of the input there is nobody any more.
  if (!readByte(byte) || byte == 3)
    return true;
  --inputAt;
  return false;
}

void Server::resume(Pace pace) {
  constexpr uint64_t portion = 1 << 20;
  Machine &machine = process.machine;
  if (!hasEnded && machine.state != State::Ready &&
      machine.state != State::Yielded) {
    // Why it stopped was told; now it ends.
    hasEnded = true;
    process.finish();
    signal = 0;
  }
  signal = hasEnded ? 0 : SignalTrap;
  while (!hasEnded) {
    Halt halt = debugger.resume(pace, portion);
    if (halt == Halt::Limit && !isInterrupted())
      continue;
    if (halt == Halt::Limit)
      signal = SignalInterrupt;
    if (halt != Halt::End)
      break;
    rt::flux_console_flush();
    hasEnded = machine.state == State::Halted;
    auto code = static_cast<isa::TrapCode>(machine.trapCode);
    signal = SignalAbort;
    if (machine.state == State::OutOfGas)
      signal = SignalNoGas;
    else if (code == isa::TrapCode::OutOfRegion ||
             code == isa::TrapCode::Misaligned)
      signal = SignalMemory;
    else if (code == isa::TrapCode::IntDivByZero)
      signal = SignalArithmetic;
    break;
  }
  tellHalt();
}

void Server::tellHalt() {
  reply.clear();
  if (hasEnded) {
    const Machine &machine = process.machine;
    reply << "W";
    reply.hex(machine.state == State::Halted
                  ? static_cast<uint8_t>(machine.status)
                  : static_cast<uint8_t>(rt::trapStatus),
              2);
    return;
  }
  reply << "S";
  reply.hex(signal, 2);
}

//===----------------------------------------------------------------------===//
// Questions
//===----------------------------------------------------------------------===//

/// `OFFSET,LENGTH` of the description of the registers.
void Server::sendDescription(Bytes range) {
  Reader reader(range);
  uint64_t offset, length;
  if (!reader.takeNumber(offset) || !reader.take(',') ||
      !reader.takeNumber(length))
    return void(reply << "E01");
  TextBuilder text(getArena());
  text << "<?xml version=\"1.0\"?><!DOCTYPE target SYSTEM \"gdb-target.dtd\">"
          "<target><architecture>riscv:rv64</architecture>"
          // Without an operating system gdb leaves steps to the machine.
          "<osabi>none</osabi>"
          "<feature name=\"org.gnu.gdb.riscv.cpu\">";
  for (uint64_t i = 0; i != 32; ++i)
    text << "<reg name=\"x" << i << "\" bitsize=\"64\" regnum=\"" << i
         << "\"/>";
  text << "<reg name=\"pc\" bitsize=\"64\" type=\"code_ptr\" regnum=\""
       << uint64_t(isa::numRegisters)
       << "\"/></feature><feature name=\"flux.vm\">";
  for (uint64_t i = 32; i != isa::numRegisters; ++i)
    text << "<reg name=\"r" << i << "\" bitsize=\"64\" regnum=\"" << i
         << "\" group=\"general\"/>";
  text << "</feature></target>";
  Bytes all = text.get();
  if (offset > all.size)
    offset = all.size;
  if (length > maxPacket - 1)
    length = maxPacket - 1;
  bool isLast = length >= all.size - offset;
  if (isLast)
    length = all.size - offset;
  reply << (isLast ? "l" : "m") << Bytes{all.data + offset, length};
}

/// What gdb cannot know of its own: places in the document.
void Server::monitor(Bytes hex) {
  Reader reader(hex);
  TextBuilder command(getArena()), text(getArena());
  uint8_t byte;
  while (reader.takeByte(byte))
    command << Bytes{&byte, 1};
  const Package &package = process.package;
  Bytes line = command.get(), place;
  if (equals(line, "where")) {
    auto word = static_cast<uint32_t>(
        (getRegister(isa::numRegisters) - codeAddress) / 4);
    writePlace(text, package, word);
    text << "\n  ";
    writeInstruction(text, package, word);
    text << "\n";
  } else if (equals(line, "backtrace")) {
    constexpr uint32_t longest = 100;
    ActiveCall call;
    for (uint32_t i = 0; i != longest && debugger.getCall(i, call); ++i) {
      text << "#" << uint64_t(i) << " ";
      writePlace(text, package, call.word, call.place);
      text << "\n";
    }
  } else if (startsWith(line, "break ", place)) {
    if (uint32_t number = debugger.addBreakpoint(place)) {
      text << "breakpoint at 0x";
      text.hex(codeAddress + 4 * debugger.getWord(number), 1) << ": ";
      writePlace(text, package, debugger.getWord(number));
      text << "\n";
    } else {
      text << "there is no such line with code, function or *WORD\n";
    }
  } else {
    text << "where, backtrace, break LINE | FILE:LINE | FUNCTION | *WORD\n";
  }
  addHex(text.get());
}

void Server::query(Bytes packet) {
  Bytes rest;
  if (startsWith(packet, "qSupported", rest))
    reply << "PacketSize=4000;qXfer:features:read+;QStartNoAckMode+;"
             "vContSupported+";
  else if (startsWith(packet, "qXfer:features:read:target.xml:", rest))
    sendDescription(rest);
  else if (startsWith(packet, "qRcmd,", rest))
    monitor(rest);
  else if (equals(packet, "qAttached"))
    reply << "0";
  else if (equals(packet, "qC"))
    reply << "QC1";
  else if (equals(packet, "qfThreadInfo"))
    reply << "m1";
  else if (equals(packet, "qsThreadInfo"))
    reply << "l";
}

/// Answers a packet; false if it was the last.  What is not known is answered
/// by nothing, as the protocol wants it.
bool Server::handle(Bytes packet) {
  reply.clear();
  if (packet.size == 0)
    return send({}), true;
  Bytes rest;
  Reader reader({packet.data + 1, packet.size - 1});
  switch (packet.data[0]) {
  case '?':
    tellHalt();
    break;
  case 'g':
    for (unsigned i = 0; i != numGdbRegisters; ++i)
      add64(getRegister(i));
    break;
  case 'p':
    readRegister(reader);
    break;
  case 'P':
    writeRegister(reader);
    break;
  case 'm':
    readMemory(reader);
    break;
  case 'M':
    writeMemory(reader);
    break;
  case 'Z':
  case 'z':
    changeBreakpoint(reader, packet.data[0] == 'Z');
    break;
  case 'c':
  case 's':
    // To go on elsewhere is not possible: only verified code runs.
    if (!reader.isEmpty())
      reply << "E01";
    else
      resume(packet.data[0] == 's' ? Pace::Instruction : Pace::Free);
    break;
  case 'v':
    if (equals(packet, "vCont?"))
      reply << "vCont;c;C;s;S";
    else if (startsWith(packet, "vCont;", rest) && rest.size != 0)
      resume((rest.data[0] | 0x20) == 's' ? Pace::Instruction : Pace::Free);
    break;
  case 'H':
  case 'T':
    reply << "OK";
    break;
  case 'q':
    query(packet);
    break;
  case 'Q':
    if (equals(packet, "QStartNoAckMode")) {
      reply << "OK";
      send(reply.get());
      needsAck = false;
      return true;
    }
    break;
  case 'D':
    reply << "OK";
    send(reply.get());
    return false;
  case 'k':
    return false;
  default:
    break;
  }
  send(reply.get());
  return true;
}

int Server::run() {
  Bytes body;
  while (readPacket(body) && handle(body))
    continue;
  return Success;
}

} // namespace

int serveGdb(Process &process) {
  static Server server(process);
  current = &server;
  process.output = [](Bytes text, bool) { current->sendOutput(text); };
  return server.run();
}

} // namespace flux::tool
