// node.mjs - runs the function `bench` of a module and prints what it gives.
import { readFileSync } from 'node:fs';

const module = new WebAssembly.Module(readFileSync(process.argv[2]));
console.log(new WebAssembly.Instance(module).exports.bench() >>> 0);
