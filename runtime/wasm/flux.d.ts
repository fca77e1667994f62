// Types of flux.mjs.

/** A file of a program, by its path. */
export type Files = Map<string, Uint8Array | string>;

export interface RunOptions {
  /** The arguments of the program, without its name. */
  args?: string[];
  /** Standard input: all of it, or a function that gives more until it gives
      nothing. The default is that of Node, and nothing in a browser. */
  input?: string | Uint8Array | (() => string | Uint8Array | undefined);
  /** Takes what the program writes to standard output. The default is that of
      Node, and `console.log` in a browser. */
  output?: (bytes: Uint8Array) => void;
  /** The same for standard error, which also tells traps. */
  errors?: (bytes: Uint8Array) => void;
  /** True if somebody sees the output as it comes: it is then passed on at each
      end of a line. */
  terminal?: boolean;
  /** The only files that the program sees, and where it leaves what it writes.
      The default is the files of the machine in Node, and none in a browser. */
  files?: Files;
}

/** A program, ready to run any number of times. */
export class Program {
  /** `source` is the bytes of a module, a response that brings them, or their
      path or address. */
  static load(source: Uint8Array | ArrayBuffer | Response | URL | string): Promise<Program>;
  /** True if the program reads standard input. */
  readonly readsInput: boolean;
  /** Runs the program to its end; returns its status: 101 if it broke a rule. */
  run(options?: RunOptions): number;
}

/** Loads and runs a program; gives its status. */
export function run(
  source: Uint8Array | ArrayBuffer | Response | URL | string,
  options?: RunOptions): Promise<number>;

/** Files in memory. */
export class MemorySystem {
  constructor(files?: Files);
}

/** Runs a program as often as standard input asks for it: for `fluxc --test`. */
export function serve(path: string): Promise<void>;

/** What `run.mjs PROGRAM ARGUMENTS` does: sets the exit status of the process. */
export function main(args: string[]): Promise<void>;
