// flux.mjs - runs FLUX programs that were compiled to WebAssembly.
//
// A program is a module that asks its host for everything (docs/wasm.md).  This
// file is that host, for Node and for browsers: it gives the program arguments,
// a console, files, clocks and chance, and it tells the calls that led to a
// trap, which a module cannot see itself.
//
//   import { run } from './flux.mjs';
//   const status = await run('hello.wasm', { args: ['world'] });
//
//   node run.mjs hello.wasm world

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** True in Node, where programs get the files and the console of the system. */
const isNode = typeof process !== 'undefined' && Boolean(process.versions?.node);

/** The errors that programs know, by the names that systems have for them. */
const errors = {
  EPERM: 1, ENOENT: 2, EINTR: 4, EIO: 5, EBADF: 9, EAGAIN: 11, ENOMEM: 12,
  EACCES: 13, EBUSY: 16, EEXIST: 17, EXDEV: 18, ENODEV: 19, ENOTDIR: 20,
  EISDIR: 21, EINVAL: 22, ENFILE: 23, EMFILE: 24, ENOTTY: 25, ETXTBSY: 26,
  EFBIG: 27, ENOSPC: 28, ESPIPE: 29, EROFS: 30, EMLINK: 31, EPIPE: 32,
  ENAMETOOLONG: 36, ENOSYS: 38, ENOTEMPTY: 39, ELOOP: 40, EOVERFLOW: 75,
};

const trapStatus = 101;
/** The status of a program that the compiler made wrong. */
const internalErrorStatus = 70;
const firstHandle = 3;
const openToRead = 0, openToReplace = 1, openToAppend = 2, openNew = 3;
const kindFile = 1, kindFolder = 2, kindOther = 3;

//===--- the calls of a program ---------------------------------------------===

/** Reads numbers and texts of a module. */
class Reader {
  constructor(bytes, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }
  number() {
    for (let value = 0, factor = 1;; factor *= 128) {
      const byte = this.bytes[this.at++];
      value += (byte & 127) * factor;
      if (!(byte & 128))
        return value;
    }
  }
  text() {
    const length = this.number();
    this.at += length;
    return decoder.decode(this.bytes.subarray(this.at - length, this.at));
  }
  list(read) {
    return Array.from({ length: this.number() }, read);
  }
}

/** Where the calls of a module stand in its document: section `flux.calls`. */
class CallTable {
  constructor(bytes) {
    this.places = [];
    this.sites = new Map(); // by the place of the call in the module
    const reader = new Reader(bytes, 8);
    let code = 0, calls = 0;
    while (reader.at < bytes.length) {
      const id = bytes[reader.at++];
      const end = reader.number() + reader.at;
      if (id === 10)
        code = reader.at;
      else if (id === 0 && reader.text() === 'flux.calls')
        calls = reader.at;
      reader.at = end;
    }
    if (!calls)
      return;
    const table = new Reader(bytes, calls);
    const texts = table.list(() => table.text());
    this.places = table.list(() => ({
      line: table.number(), column: table.number(),
      function: texts[table.number()], file: texts[table.number()],
      parent: table.number(),
    }));
    let at = code;
    table.list(() => this.sites.set(at += table.number(), table.number()));
  }

  /** The places that led to where `stack`, the text of an error, comes from,
      innermost first. */
  find(stack) {
    const found = [];
    for (const [, offset] of stack.matchAll(/wasm-function\[\d+\]:0x([0-9a-f]+)/g)) {
      // Calls that were inlined have the place of the call as their parent.
      let next = this.sites.get(parseInt(offset, 16));
      for (next = next === undefined ? 0 : next + 1; next;) {
        const place = this.places[next - 1];
        if (place.function !== 'flux_main')
          found.push(place);
        next = place.parent;
      }
    }
    return found;
  }
}

const describePlace = place => `${place.file}:${place.line}:${place.column}`;

const describeCall = (lead, place) =>
  `  ${lead} ${place.function}${place.line ? ` at ${describePlace(place)}` : ''}\n`;

/** The lines of a backtrace.  Many equal calls are told once, and the middle of
    very many is left out. */
function describeCallers(places) {
  const shownFirst = 48, shownLast = 8, longestEqual = 4;
  const groups = [];
  for (const place of places) {
    const last = groups.at(-1);
    if (last?.place === place)
      ++last.count;
    else
      groups.push({ place, count: 1 });
  }
  let text = '', skipped = 0;
  groups.forEach(({ place, count }, i) => {
    if (i >= shownFirst && i + shownLast < groups.length) {
      skipped += count;
      return;
    }
    if (skipped)
      text += `  ... ${skipped} more calls\n`;
    skipped = 0;
    const line = describeCall('called from', place);
    text += count > longestEqual
      ? `${line}  ... and from there ${count - 1} more times\n`
      : line.repeat(count);
  });
  return text;
}

//===--- systems ------------------------------------------------------------===

/** Files in memory, for browsers and for programs that shall see no others. */
export class MemorySystem {
  /** `files` maps paths to bytes or texts; what the program writes is found
      there when it ends. */
  constructor(files = new Map()) {
    this.files = files;
    this.open_ = new Map();
    this.next = firstHandle;
  }
  static clean(path) {
    return path.split('/').filter(part => part && part !== '.').join('/');
  }
  find(path) {
    for (const [name, content] of this.files)
      if (MemorySystem.clean(name) === path)
        return [name, typeof content === 'string' ? encoder.encode(content) : content];
    return undefined;
  }
  children(path) {
    const names = new Set();
    const start = path && path + '/';
    for (const name of this.files.keys())
      if (MemorySystem.clean(name).startsWith(start))
        names.add(MemorySystem.clean(name).slice(start.length).split('/')[0]);
    return [...names];
  }
  isFolder(path) {
    return path === '' || this.children(path).length !== 0;
  }
  add(file) {
    this.open_.set(this.next, file);
    return this.next++;
  }
  get(handle) {
    return this.open_.get(handle);
  }
  open(path, mode) {
    const name = MemorySystem.clean(path);
    const known = this.find(name);
    if (!known && this.isFolder(name))
      return mode === openToRead ? this.add({ folder: name }) : -errors.EISDIR;
    if (mode === openToRead && !known)
      return -errors.ENOENT;
    if (mode === openNew && known)
      return -errors.EEXIST;
    const key = known ? known[0] : name;
    if (!known || mode === openToReplace)
      this.files.set(key, new Uint8Array());
    return this.add({ key, at: 0, writes: mode !== openToRead });
  }
  close(handle) {
    return this.open_.delete(handle) ? 0 : -errors.EBADF;
  }
  bytes(file) {
    const content = this.files.get(file.key) ?? new Uint8Array();
    return typeof content === 'string' ? encoder.encode(content) : content;
  }
  read(handle, into) {
    const file = this.get(handle);
    if (!file || file.writes)
      return -errors.EBADF;
    if (file.folder !== undefined)
      return -errors.EISDIR;
    const part = this.bytes(file).subarray(file.at, file.at + into.length);
    into.set(part);
    file.at += part.length;
    return part.length;
  }
  write(handle, from) {
    const file = this.get(handle);
    if (!file?.writes)
      return -errors.EBADF;
    const old = this.bytes(file);
    const content = new Uint8Array(old.length + from.length);
    content.set(old);
    content.set(from, old.length);
    this.files.set(file.key, content);
    return from.length;
  }
  size(handle) {
    const file = this.get(handle);
    return !file ? -errors.EBADF : file.folder !== undefined ? 0 : this.bytes(file).length;
  }
  list(handle) {
    const file = this.get(handle);
    return !file ? -errors.EBADF
      : file.folder === undefined ? -errors.ENOTDIR : this.children(file.folder);
  }
  sync(handle) {
    return this.get(handle) ? 0 : -errors.EBADF;
  }
  rename(path, to) {
    const known = this.find(MemorySystem.clean(path));
    if (!known)
      return -errors.ENOENT;
    this.files.delete(known[0]);
    this.files.set(MemorySystem.clean(to), known[1]);
    return 0;
  }
  remove(path) {
    const name = MemorySystem.clean(path);
    const known = this.find(name);
    if (!known)
      return this.isFolder(name) ? -errors.EISDIR : -errors.ENOENT;
    this.files.delete(known[0]);
    return 0;
  }
  kind(path) {
    const name = MemorySystem.clean(path);
    return this.find(name) ? kindFile : this.isFolder(name) ? kindFolder : -errors.ENOENT;
  }
  /** The program ended. */
  end() {
    this.open_.clear();
  }
}

/** The files and the console of the machine that Node runs on. */
class NodeSystem {
  constructor(fs) {
    this.fs = fs;
    this.folders = new Map();
  }
  /** The result of `work`, or the error of the system. */
  attempt(work) {
    for (;;) {
      try {
        return work() ?? 0;
      } catch (error) {
        if (error.code === 'EOF')
          return 0;
        if (error.code !== 'EAGAIN' && error.code !== 'EINTR')
          return -(errors[error.code] ?? errors.EIO);
        pause(5); // a pipe that does not wait
      }
    }
  }
  open(path, mode) {
    const handle = this.attempt(() => this.fs.openSync(path, ['r', 'w', 'a', 'wx'][mode], 0o666));
    if (handle >= 0)
      this.folders.set(handle, path);
    return handle;
  }
  close(handle) {
    this.folders.delete(handle);
    return this.attempt(() => this.fs.closeSync(handle));
  }
  read(handle, into) {
    return this.attempt(() => this.fs.readSync(handle, into, 0, into.length, null));
  }
  write(handle, from) {
    return this.attempt(() => this.fs.writeSync(handle, from, 0, from.length, null));
  }
  size(handle) {
    return this.attempt(() => this.fs.fstatSync(handle).size);
  }
  list(handle) {
    const path = this.folders.get(handle);
    return path === undefined ? -errors.EBADF : this.attempt(() =>
      this.fs.readdirSync(path, { encoding: 'buffer' })); // names are any bytes
  }
  sync(handle) {
    return this.attempt(() => this.fs.fsyncSync(handle));
  }
  rename(path, to) {
    return this.attempt(() => this.fs.renameSync(path, to));
  }
  remove(path) {
    return this.attempt(() => {
      // Node says EPERM for what Linux calls a folder.
      if (this.fs.lstatSync(path).isDirectory())
        throw Object.assign(new Error(), { code: 'EISDIR' });
      this.fs.unlinkSync(path);
    });
  }
  kind(path) {
    return this.attempt(() => {
      const status = this.fs.statSync(path);
      return status.isFile() ? kindFile : status.isDirectory() ? kindFolder : kindOther;
    });
  }
  /** The program ended: what it left open is closed. */
  end() {
    for (const handle of [...this.folders.keys()])
      this.close(handle);
  }
}

/** Waits.  Only threads that nobody looks at may really sleep. */
function pause(milliseconds) {
  if (typeof SharedArrayBuffer !== 'undefined') {
    try {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
      return;
    } catch {
      // The thread of a page may not.
    }
  }
  const end = performance.now() + milliseconds;
  while (performance.now() < end)
    continue;
}

//===--- programs -----------------------------------------------------------===

/** How a program ends. */
class Exit {
  constructor(status) {
    this.status = status;
  }
}

async function readBytes(source) {
  if (source instanceof Uint8Array)
    return source;
  if (source instanceof ArrayBuffer)
    return new Uint8Array(source);
  if (typeof Response !== 'undefined' && source instanceof Response)
    return new Uint8Array(await source.arrayBuffer());
  const isAddress = /^[a-z]+:/i.test(String(source)) && !String(source).startsWith('file:');
  if (isNode && !isAddress)
    return (await import('node:fs')).readFileSync(source);
  return new Uint8Array(await (await fetch(source)).arrayBuffer());
}

/** A program, ready to run any number of times. */
export class Program {
  /** `source` is the bytes of a module, a response that brings them, or their
      path or address. */
  static async load(source) {
    const program = new Program();
    program.bytes = await readBytes(source);
    program.module = await WebAssembly.compile(program.bytes);
    if (isNode) {
      program.fs = await import('node:fs');
      if (program.imports('entropy'))
        program.crypto = (await import('node:crypto')).webcrypto;
    }
    return program;
  }

  /** True if the program asks for the host's function `wanted`. */
  imports(wanted) {
    return WebAssembly.Module.imports(this.module)
      .some(({ module, name }) => module === 'flux' && name === wanted);
  }

  /** True if the program reads standard input. */
  get readsInput() {
    return this.imports('read');
  }

  /** Runs the program to its end; returns its status. */
  run(options = {}) {
    const system = options.files ? new MemorySystem(options.files)
      : this.fs ? new NodeSystem(this.fs) : new MemorySystem();
    const run = new Run(this, options, system);
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = Infinity;
    try {
      return run.toEnd();
    } finally {
      Error.stackTraceLimit = limit;
      system.end();
    }
  }
}

/** Runs a program: see Program.load() and Program.run(). */
export async function run(source, options = {}) {
  return (await Program.load(source)).run(options);
}

class Run {
  constructor(program, options, system) {
    this.program = program;
    this.system = system;
    this.args = encoder.encode((options.args ?? []).map(arg => `${arg}\0`).join(''));
    // Bytes that are still to be read; undefined: the system's.
    this.input = typeof options.input === 'string' ? encoder.encode(options.input)
      : typeof options.input === 'function' ? new Uint8Array() : options.input;
    this.more = typeof options.input === 'function' ? options.input : () => undefined;
    this.outputs = { 1: options.output, 2: options.errors };
    this.terminal = options.terminal ??
      Boolean(!options.output && program.fs && process.stdout.isTTY);
    this.listed = new Map(); // what `names` still has to tell
    if (!program.fs) {
      this.input ??= new Uint8Array();
      // A console of a page prints lines.
      this.outputs[1] ??= printLines(text => console.log(text));
      this.outputs[2] ??= printLines(text => console.error(text));
    }
    this.instance = new WebAssembly.Instance(program.module, { flux: this.imports() });
    this.stack = this.instance.exports.__stack_pointer?.value;
  }

  view(address, length) {
    return new Uint8Array(this.instance.exports.memory.buffer, address >>> 0, length >>> 0);
  }
  text(address, length) {
    return decoder.decode(this.view(address, length));
  }

  /** Fills `into` from what was given as standard input. */
  readInput(into) {
    if (!this.input.length) {
      const more = this.more() ?? '';
      this.input = typeof more === 'string' ? encoder.encode(more) : more;
    }
    const part = this.input.subarray(0, into.length);
    into.set(part);
    this.input = this.input.subarray(part.length);
    return part.length;
  }

  write(handle, bytes) {
    const output = this.outputs[handle];
    if (!output)
      return this.system.write(handle, bytes);
    output(bytes.slice());
    return bytes.length;
  }
  writeError(text) {
    for (let bytes = encoder.encode(text); bytes.length;) {
      const written = this.write(2, bytes);
      if (written < 0)
        return;
      bytes = bytes.subarray(written);
    }
  }

  /** The host interface of docs/wasm.md. */
  imports() {
    const { system } = this;
    return {
      arguments: (buffer, size) => {
        if (this.args.length <= size)
          this.view(buffer, size).set(this.args);
        return this.args.length;
      },
      exit: status => {
        throw new Exit(status);
      },
      calls: (name, length) => {
        const places = this.calls.find(new Error().stack);
        if (places[0]?.function === this.text(name, length))
          places.shift();
        this.writeError(describeCallers(places));
      },
      read: (handle, buffer, length) => handle === 0 && this.input !== undefined
        ? this.readInput(this.view(buffer, length))
        : system.read(handle, this.view(buffer, length)),
      write: (handle, data, length) => this.write(handle, this.view(data, length)),
      terminal: () => Number(this.terminal),
      open: (path, length, mode) => system.open(this.text(path, length), mode),
      close: handle => {
        this.listed.delete(handle);
        return system.close(handle);
      },
      size: handle => BigInt(system.size(handle)),
      names: (handle, buffer, length) => {
        if (!this.listed.has(handle)) {
          const list = system.list(handle);
          if (!Array.isArray(list))
            return list;
          this.listed.set(handle, list.map(name =>
            Uint8Array.of(...(typeof name === 'string' ? encoder.encode(name) : name), 0)));
        }
        const names = this.listed.get(handle);
        if (names.length && names[0].length > length)
          return -errors.EINVAL;
        let used = 0;
        for (; names.length && used + names[0].length <= length; names.shift()) {
          this.view(buffer + used, names[0].length).set(names[0]);
          used += names[0].length;
        }
        return used;
      },
      sync: handle => system.sync(handle),
      rename: (path, length, to, toLength) =>
        system.rename(this.text(path, length), this.text(to, toLength)),
      remove: (path, length) => system.remove(this.text(path, length)),
      kind: (path, length) => system.kind(this.text(path, length)),
      now: () => this.program.fs ? process.hrtime.bigint()
        : BigInt(Math.round(performance.now() * 1e6)),
      utc: () => BigInt(Date.now()) * 1000000n,
      sleep: nanoseconds => pause(Number(nanoseconds) / 1e6),
      entropy: (buffer, length) => {
        const source = this.program.crypto ?? globalThis.crypto;
        const most = 65536;
        for (let at = 0; at < length; at += most)
          source.getRandomValues(this.view(buffer + at, Math.min(most, length - at)));
        return 0;
      },
    };
  }

  /** Read only when something must be told. */
  get calls() {
    return this.program.calls ??= new CallTable(this.program.bytes);
  }

  toEnd() {
    try {
      this.instance.exports._start();
      return 0;
    } catch (end) {
      return end instanceof Exit ? end.status : this.explain(end);
    } finally {
      this.outputs[1]?.end?.();
      this.outputs[2]?.end?.();
    }
  }

  /** Tells why the engine ended the program; gives the status. */
  explain(error) {
    const { exports } = this.instance;
    const isOverflow = this.isStackOverflow(error, exports.__stack_pointer?.value);
    if (!isOverflow && !(error instanceof WebAssembly.RuntimeError))
      throw error; // of the host
    // The program may still hold output.
    if (exports.__stack_pointer)
      exports.__stack_pointer.value = this.stack;
    exports.flux_flush?.();
    const [innermost, ...callers] = this.calls.find(error.stack);
    const trap = isOverflow ? 'trap: stack overflow' : `internal error: ${error.message}`;
    this.writeError(innermost
      ? `${describePlace(innermost)}: ${trap}\n${describeCall('in', innermost)}${describeCallers(callers)}`
      : `${trap}\n`);
    return isOverflow ? trapStatus : internalErrorStatus;
  }

  /** The calls may exceed the stack of the engine, or the variables that of the
      program, which ends at address 0. */
  isStackOverflow(error, pointer) {
    if (error instanceof RangeError || error?.name === 'InternalError')
      return true;
    const nearEnd = 65536;
    return error instanceof WebAssembly.RuntimeError && /out of bounds/.test(error.message) &&
      pointer !== undefined && ((pointer >>> 0) < nearEnd || (pointer >>> 0) > this.stack);
  }
}

/** Passes texts on line by line. */
function printLines(print) {
  const lines = new TextDecoder();
  let rest = '';
  const take = bytes => {
    const texts = (rest + lines.decode(bytes, { stream: true })).split('\n');
    rest = texts.pop();
    texts.forEach(print);
  };
  take.end = () => rest && print(rest);
  return take;
}

//===--- the command --------------------------------------------------------===

/** Runs a program for each line of standard input, which tells how many empty arguments
    it gets: the tests of a document, all in one process (`fluxc --test`). Each
    run has an instance of its own. To standard output goes what it writes, after a byte
    that is 1 for its standard output and 2 for standard error and four of the length; at
    its end a byte 0 and four of the status. */
export async function serve(path) {
  const program = await Program.load(path);
  const system = new NodeSystem(program.fs);
  const send = (kind, number, bytes = new Uint8Array()) => {
    const frame = new Uint8Array(5 + bytes.length);
    frame[0] = kind;
    new DataView(frame.buffer).setUint32(1, number, true);
    frame.set(bytes, 5);
    for (let rest = frame, n; rest.length; rest = rest.subarray(n))
      if ((n = system.write(1, rest)) < 0)
        process.exit(internalErrorStatus); // nobody reads
  };
  const byte = new Uint8Array(1);
  for (let line = ''; system.read(0, byte) === 1;) {
    line += String.fromCharCode(byte[0]);
    if (!line.endsWith('\n'))
      continue;
    const status = program.run({
      args: Array(parseInt(line, 10)).fill(''), input: '',
      output: bytes => send(1, bytes.length, bytes),
      errors: bytes => send(2, bytes.length, bytes),
    });
    send(0, status);
    line = '';
  }
}

/** What run.mjs does. */
export async function main([path, ...args]) {
  if (path === undefined) {
    console.error('usage: run.mjs PROGRAM.wasm [ARGUMENTS]');
    process.exitCode = 2;
    return;
  }
  process.exitCode = await run(path, { args });
}
