// Types of machine.mjs.

export interface MachineOptions {
  /** The arguments of the first program; bytes where they are no text. */
  args?: (string | Uint8Array)[];
  /** Words for the kernel, as `log=info`. */
  options?: string;
  /** What programs may use together, in MiB. The default is 64. */
  memory?: number;
  /** Takes what programs write to standard output. */
  output: (bytes: Uint8Array) => void;
  /** The same for standard error and for what the kernel says. */
  errors?: (bytes: Uint8Array) => void;
  /** Called when a program reads input for the first time. */
  onRead?: () => void;
}

/** A machine with an image, which `flux-os-image --target=wasm32` made. */
export class Machine {
  /** `source` is the bytes of the image, or a response that brings them. */
  static load(source: Uint8Array | ArrayBuffer | Response): Promise<Machine>;
  /** Boots it; gives the status that it ends with. One run at a time. */
  run(options: MachineOptions): Promise<number>;
  /** Gives the running machine input. */
  type(input: string | Uint8Array): void;
  /** No more will come. */
  endInput(): void;
}

/** The archive of files in an image; undefined if the module is none. */
export function findArchive(bytes: Uint8Array): Uint8Array | undefined;

/** Makes Node run modules with tail calls, which images have; false if this one cannot. */
export function allowTailCalls(): Promise<boolean>;

/** Boots the image at `path` with the console of this process; gives the status. */
export function boot(
  path: string,
  options?: Pick<MachineOptions, 'args' | 'options' | 'memory'>): Promise<number>;
