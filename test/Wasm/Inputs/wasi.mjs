// wasi.mjs FOLDER MODULE ARGUMENTS...: runs a module on the WASI of Node.
import { readFileSync } from 'node:fs';
import { WASI } from 'node:wasi';

process.removeAllListeners('warning'); // Node calls its WASI experimental
const [folder, path, ...args] = process.argv.slice(2);
const wasi = new WASI({
  version: 'preview1', args: [path, ...args], preopens: { '/': folder }, returnOnExit: true,
});
const { instance } = await WebAssembly.instantiate(
  readFileSync(path), { wasi_snapshot_preview1: wasi.wasiImport });
process.exitCode = wasi.start(instance);
