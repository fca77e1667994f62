// loader.mjs FLUX.MJS MODULE: what a program sees and leaves of files in memory.
const { Program } = await import(process.argv[2]);
const decoder = new TextDecoder();
const program = await Program.load(process.argv[3]);
const files = new Map([['notes/a.txt', 'one\n'], ['notes/b.txt', 'two\n']]);
for (const input of ['1\n2\n', () => undefined]) {
  let text = '';
  const take = bytes => { text += decoder.decode(bytes); };
  const status = program.run({ args: ['x', 'y'], input, files, output: take, errors: take });
  console.log(text + 'status', status);
}
console.log('reads input:', program.readsInput);
for (const [path, bytes] of files)
  console.log(path, JSON.stringify(typeof bytes === 'string' ? bytes : decoder.decode(bytes)));
