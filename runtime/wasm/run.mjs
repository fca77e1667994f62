#!/usr/bin/env node
// run.mjs - the command that runs a program: run.mjs PROGRAM.wasm [ARGUMENTS]
import { main } from './flux.mjs';
await main(process.argv.slice(2));
