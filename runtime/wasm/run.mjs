#!/usr/bin/env node
// run.mjs - the command that runs a program: run.mjs PROGRAM.wasm [ARGUMENTS]
//
// The same for images, which boot: run.mjs IMAGE.wasm [ARGUMENTS]
import { readFileSync } from 'node:fs';
import { main } from './flux.mjs';
import { allowTailCalls, boot, findArchive } from './machine.mjs';

/** A file that cannot be read is told of by the one who runs programs. */
function isImage(path) {
  try {
    return findArchive(readFileSync(path)) !== undefined;
  } catch {
    return false;
  }
}

const [path, ...args] = process.argv.slice(2);
await allowTailCalls(); // which flux-vm.wasm has
if (path !== undefined && isImage(path))
  process.exitCode = await boot(path, { args });
else
  await main(process.argv.slice(2));
