// time.mjs - runs a module and writes to standard error how many microseconds of CPU
// time it took, with all that the engine compiles on the way, but not its start.
import { Program } from '../../runtime/wasm/flux.mjs';

const program = await Program.load(process.argv[2]);
const start = process.cpuUsage();
process.exitCode = program.run({ args: [] });
const { user, system } = process.cpuUsage(start);
process.stderr.write(`${user + system}\n`);
