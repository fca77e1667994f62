// machine.mjs - the machine that images for WebAssembly boot on.
//
// An image is the kernel as a module, with the archive of its programs as the
// section `flux.archive`. What hardware is for other kernels is here, for Node and for
// browsers: memory, a console, clocks, chance and a timer (runtime/hal/wasm32).
//
//   import { Machine } from './machine.mjs';
//   const machine = await Machine.load(await fetch('app.wasm'));
//   const status = await machine.run({ output: bytes => ... });
//
//   node run.mjs app.wasm

const encoder = new TextEncoder();

/** What the module is left for. */
const leftToSwitch = 0, leftToIdle = 1, leftForTurn = 2;
/** runtime/base/BootProtocol.h: the bytes that tell the streams of the console apart. */
const errorBegin = 14, errorEnd = 15, escape = 16, inputEnd = 4;
/** Programs run for as many milliseconds before others on this thread do. */
const sliceTime = 10;
/** The status of a kernel that made an error. */
const panicStatus = 102;

/** Thrown to leave the module. */
class Left {
  constructor(why, status = 0) {
    this.why = why;
    this.status = status;
  }
}
const reasons = [leftToSwitch, leftToIdle, leftForTurn].map(why => new Left(why));

/** The bytes of the section `flux.archive` of a module, or undefined. */
export function findArchive(bytes) {
  const name = encoder.encode('flux.archive');
  let at = 8;
  const number = () => {
    for (let value = 0, factor = 1;; factor *= 128) {
      const byte = bytes[at++];
      value += (byte & 127) * factor;
      if (!(byte & 128))
        return value;
    }
  };
  while (at < bytes.length) {
    const id = bytes[at++];
    const end = number() + at;
    const length = id === 0 ? number() : 0;
    if (id === 0 && length >= name.length && name.every((byte, i) => bytes[at + i] === byte))
      return bytes.subarray(at + length, end);
    at = end;
  }
  return undefined;
}

/** Lets others on this thread do what they have to. */
const giveTurn = typeof setImmediate === 'function'
  ? () => new Promise(resolve => setImmediate(resolve))
  : () => new Promise(resolve => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(0);
    });

/** The arguments of the first program, as words of the kernel's command line. */
function encodeArguments(args) {
  const words = args.map(argument =>
    Array.from(typeof argument === 'string' ? encoder.encode(argument) : argument, byte =>
      /[\w./:=-]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte)
        : '%' + byte.toString(16).padStart(2, '0')).join('') || '%');
  return words.length ? ['--', ...words] : [];
}

export class Machine {
  /** `source` is the bytes of an image, or a response that brings them. */
  static async load(source) {
    const machine = new Machine();
    const bytes = source instanceof Uint8Array ? source
      : new Uint8Array(source instanceof ArrayBuffer ? source : await source.arrayBuffer());
    machine.archive = findArchive(bytes);
    if (!machine.archive)
      throw new Error('the module is no image');
    machine.module = await WebAssembly.compile(bytes);
    return machine;
  }

  /** Gives the machine input: bytes, or a text. */
  type(input) {
    for (const byte of typeof input === 'string' ? encoder.encode(input) : input) {
      if (byte === escape || byte === inputEnd)
        this.input.push(escape);
      this.input.push(byte);
    }
    this.wake();
  }
  /** No more will come. */
  endInput() {
    this.input.push(inputEnd);
    this.wake();
  }

  /** Boots it; gives the status that it ends with. */
  async run({ args = [], options = '', memory = 64, output, errors = output,
    onRead = () => {} } = {}) {
    this.input = [];
    this.taken = 0;
    this.wake = () => {};
    this.outputs = { output, errors };
    this.stream = 'output';
    this.begins = true;
    this.isEscaped = false;
    this.start = performance.now();
    this.turn = this.start;
    this.onRead = onRead;
    const { exports } = await WebAssembly.instantiate(this.module, { flux_machine: this.imports() });
    this.exports = exports;
    this.stack = exports.__stack_pointer.value;
    const line = encoder.encode(
      ['streams=marked', ...options.split(' ').filter(Boolean), ...encodeArguments(args)].join(' '));
    const size = this.archive.length + line.length + 1;
    const base = exports.flux_prepare(size) >>> 0;
    if (!base)
      throw new Error('there is no memory for the image');
    this.view(base, size).set(this.archive);
    this.view(base + this.archive.length, line.length).set(line);
    const pagesPerMiB = 256;
    let left = this.enter(() => exports.flux_boot(this.archive.length, memory * pagesPerMiB));
    while (left.why !== undefined) {
      if (left.why === leftToIdle)
        await this.idle();
      else if (this.isTurnOver())
        await giveTurn();
      if (left.why !== leftToSwitch)
        this.turn = performance.now();
      left = this.enter(exports.flux_run);
    }
    return left.status;
  }

  isTurnOver() {
    return performance.now() - this.turn >= sliceTime;
  }

  /** Calls the module until it is left. */
  enter(call) {
    this.exports.__stack_pointer.value = this.stack;
    try {
      call();
    } catch (left) {
      if (left instanceof Left)
        return left;
      if (!(left instanceof WebAssembly.RuntimeError || left instanceof RangeError))
        throw left;
      this.outputs.errors(encoder.encode(
        `\nkernel panic: ${left.message}\n${String(left.stack).split('\n').slice(1, 12).join('\n')}\n`));
    }
    return new Left(undefined, panicStatus);
  }

  /** Waits for the timer of the kernel, or for input. */
  async idle() {
    const longest = 1 << 30;
    const time = this.exports.flux_timer() / 1e6 - (performance.now() - this.start);
    await new Promise(resolve => {
      const timer = setTimeout(resolve, Math.min(Math.max(Math.ceil(time), 0), longest));
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = () => {};
  }

  view(address, length) {
    return new Uint8Array(this.exports.memory.buffer, address >>> 0, length >>> 0);
  }

  /** Passes on what the console says, each stream to its own. */
  write(bytes) {
    if (this.begins) { // the mark of the start comes alone
      this.begins = false;
      return;
    }
    let start = 0;
    const pass = end => {
      if (end > start)
        this.outputs[this.stream](bytes.slice(start, end));
      start = end + 1;
    };
    bytes.forEach((byte, i) => {
      if (this.isEscaped) {
        this.isEscaped = false;
      } else if (byte === escape) {
        pass(i);
        this.isEscaped = true;
      } else if (byte === errorBegin || byte === errorEnd) {
        pass(i);
        this.stream = byte === errorBegin ? 'errors' : 'output';
      }
    });
    pass(bytes.length);
  }

  read() {
    this.onRead();
    this.onRead = () => {};
    if (this.taken === this.input.length) {
      this.input = [];
      this.taken = 0;
      return -1;
    }
    return this.input[this.taken++];
  }

  imports() {
    return {
      write: (address, length) => this.write(this.view(address, length)),
      read: () => this.read(),
      now: () => Math.floor((performance.now() - this.start) * 1e6),
      utc: () => Date.now(),
      entropy: (address, length) => {
        globalThis.crypto.getRandomValues(this.view(address, length));
      },
      waits: () => Number(this.isTurnOver()),
      leave: why => {
        throw reasons[why];
      },
      end: status => {
        throw new Left(undefined, status);
      },
    };
  }
}

//===--- the command --------------------------------------------------------===

/** A function that ends by a tail call, as handlers of the virtual machine do. */
const tailCall = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 6, 1, 4, 0, 18, 0, 11,
]);

/**
 * Makes Node run modules with tail calls: 18, which Debian 12 has, does if it is told to, 20
 * and later ones anyway.  False if this one cannot.
 */
export async function allowTailCalls() {
  if (!WebAssembly.validate(tailCall))
    (await import('node:v8')).setFlagsFromString('--experimental-wasm-return-call');
  return WebAssembly.validate(tailCall);
}

/** Boots the image at `path` with the console of this process; gives the status. */
export async function boot(path, { args = [], options, memory } = {}) {
  const fs = await import('node:fs');
  await allowTailCalls();
  globalThis.crypto ??= (await import('node:crypto')).webcrypto;
  let machine;
  try {
    machine = await Machine.load(fs.readFileSync(path));
  } catch (error) {
    console.error(`the image '${path}' does not boot: ${error.message}`);
    return panicStatus;
  }
  const writer = handle => bytes => {
    for (let rest = bytes; rest.length;) {
      try {
        rest = rest.subarray(fs.writeSync(handle, rest));
      } catch (error) {
        if (error.code === 'EPIPE')
          process.exit(1); // nobody reads
        if (error.code !== 'EAGAIN')
          throw error;
      }
    }
  };
  const status = await machine.run({
    args, options, memory, output: writer(1), errors: writer(2),
    onRead: () => process.stdin.on('data', bytes => machine.type(bytes))
      .on('end', () => machine.endInput()).on('error', () => machine.endInput()),
  });
  process.stdin.destroy();
  return status;
}
