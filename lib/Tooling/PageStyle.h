//===- PageStyle.h - the look of pages -------------------------*- C++ -*-===//
#ifndef FLUX_LIB_TOOLING_PAGESTYLE_H
#define FLUX_LIB_TOOLING_PAGESTYLE_H

namespace flux {

/// The style sheet of each page: light, dark and printed.  All pairs of colours
/// have a contrast of at least 4.5.
inline constexpr char pageStyle[] = R"css(
:root { color-scheme: light dark; --text: #1c2024; --dim: #57616b; --line: #dbe1e6;
  --paper: #ffffff; --code: #f5f7f9; --link: #0b57a4; --comment: #57616b;
  --keyword: #7a2fe0; --number: #0b6655; --string: #8f4500; --type: #0b57a4;
  --function: #7a3e00; --name: #1c2024; --mark: #fff3c4; --good: #17692b;
  --good-paper: #e3f4e6; --bad: #a4161a; --bad-paper: #fde8e8; }
@media (prefers-color-scheme: dark) { :root { --text: #e3e7eb; --dim: #a3afba;
  --line: #343b43; --paper: #15191d; --code: #1e242a; --link: #7ab8ff;
  --comment: #a3afba; --keyword: #c9a2ff; --number: #6fd3b8; --string: #f0b27a;
  --type: #7ab8ff; --function: #f2c879; --name: #e3e7eb; --mark: #4a4012;
  --good: #8ddb9c; --good-paper: #16331d; --bad: #ff9d9d; --bad-paper: #431a1c; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; color: var(--text); background: var(--paper);
  font: 17px/1.6 system-ui, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 1rem 1.25rem 4rem; min-width: 0; }
main > p, main > ul, main > ol, main > blockquote { max-width: 46rem; }
main > ul:has(.row), main > ol:has(.row) { max-width: none; }
h1, h2, h3, h4 { line-height: 1.25; margin: 2.25rem 0 .75rem; text-wrap: balance; }
h1 { font-size: 2.1em; margin-top: 1rem; }
h2 { border-bottom: 1px solid var(--line); padding-bottom: .3rem; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
a:focus-visible, pre:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
p a { text-decoration: underline; text-decoration-thickness: 1px;
  text-underline-offset: .15em; }
:target { background: var(--mark); }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: 1rem; padding: .5rem 1rem; background: var(--paper); z-index: 1; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap; }

pre, code { font: .875em/1.55 ui-monospace, "SF Mono", Menlo, Consolas, monospace;
  background: var(--code); border-radius: 4px; }
code { padding: .1em .3em; overflow-wrap: break-word; }
pre { padding: .75rem 1rem; overflow-x: auto; border-radius: 6px; }
pre code { padding: 0; background: none; font-size: 1em; overflow-wrap: normal; }
pre.flux { padding-left: 0; border-left: 3px solid var(--type); }
h2 code, h3 code { font-size: .85em; background: none; padding: 0; }
.n { display: inline-block; width: 3.2rem; padding-right: 1rem; text-align: right;
  color: var(--dim); opacity: .75; user-select: none; }
.n::before { content: attr(data-n); }

table { border-collapse: collapse; margin: 1rem 0 1.5rem; width: 100%; font-size: .92em; }
caption { text-align: left; color: var(--dim); padding-bottom: .4rem; }
th, td { border-bottom: 1px solid var(--line); padding: .45rem .9rem .45rem 0;
  text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { font-weight: 600; overflow-wrap: normal; }
td ul { margin: 0; padding-left: 1.1rem; }
td pre { margin: .4rem 0 0; white-space: pre-wrap; }
@media (max-width: 40rem) { table { display: block; overflow-x: auto; } }
blockquote { margin: 1rem 0; padding-left: 1rem; color: var(--dim);
  border-left: 3px solid var(--line); }
hr { border: 0; border-top: 1px solid var(--line); margin: 2rem 0; }

.facts { display: flex; flex-wrap: wrap; gap: .75rem 2.5rem; margin: 1.25rem 0 2rem;
  padding: .9rem 1.1rem; background: var(--code); border-radius: 8px; }
.facts dt { color: var(--dim); font-size: .8em; }
.facts dd { margin: 0; }
nav { font-size: .9em; padding: 1rem 1.25rem; border-bottom: 1px solid var(--line); }
nav ul { list-style: none; margin: 0; padding: 0; columns: 16rem; }
nav li { padding: .15rem 0; break-inside: avoid; overflow-wrap: anywhere; }
nav .inner { padding-left: 1rem; }
.kind, .needs { color: var(--dim); font-size: .72em; font-weight: normal; margin-left: .6em; }
td .needs { font-size: 1em; }
.remark { color: var(--dim); }
.badge { display: inline-block; font-size: .78rem; font-weight: 600; line-height: 1.5;
  padding: 0 .55em; border-radius: 1em; color: var(--dim); border: 1px solid var(--line);
  white-space: nowrap; }
.badge.passed { color: var(--good); background: var(--good-paper); border-color: var(--good-paper); }
.badge.failed { color: var(--bad); background: var(--bad-paper); border-color: var(--bad-paper); }
h2 .badge, h3 .badge { margin-left: .8em; vertical-align: .2em; }
.test { margin: -.4rem 0 1.5rem; font-size: .92em; }
pre:has(.language-output) { border-left: 3px solid var(--line); }
pre:has(.language-output)::before { content: "expected output"; display: block;
  color: var(--dim); font-size: .8em; }

.row { display: grid; grid-template-columns: minmax(0, 1fr); margin: .3rem 0; }
.step { font-weight: 500; }
.says { color: var(--dim); font-size: .86em; line-height: 1.5; }
.says code { background: none; padding: 0; color: var(--text); }
.names { display: block; font-size: .93em; }
@media (min-width: 60rem) {
  .row { grid-template-columns: minmax(0, 1fr) 24rem; column-gap: 2rem; }
  .says { border-left: 2px solid var(--line); padding-left: 1rem; }
}
@media (min-width: 88rem) {
  body { display: grid; grid-template-columns: 18rem minmax(0, 1fr); }
  nav { position: sticky; top: 0; max-height: 100vh; overflow-y: auto; border-bottom: 0;
    border-right: 1px solid var(--line); padding-top: 1.5rem; align-self: start; min-height: 100vh; }
  nav ul { columns: auto; }
  nav .first { margin-top: 1rem; padding-top: .75rem; border-top: 1px solid var(--line); }
  main { padding-left: 3rem; padding-right: 3rem; width: 100%; }
}

.k-comment { color: var(--comment); font-style: italic; }
.k-keyword { color: var(--keyword); }
.k-number { color: var(--number); }
.k-string { color: var(--string); }
.k-type { color: var(--type); }
.k-function { color: var(--function); }
a.k-variable, a.k-parameter, a.k-constant, a.k-field, .k-variable, .k-parameter,
.k-constant, .k-field, .k-operator { color: var(--name); }
footer { color: var(--dim); font-size: .8em; border-top: 1px solid var(--line);
  margin-top: 3rem; padding-top: .5rem; }
@media print { body { font-size: 10.5pt; background: none; display: block; }
  nav, .skip { display: none; } main { max-width: none; padding: 0; }
  pre { white-space: pre-wrap; } .row { grid-template-columns: 1fr 1fr; }
  h2, h3 { break-after: avoid; } pre, tr { break-inside: avoid; } a { color: inherit; } }
)css";

} // namespace flux

#endif // FLUX_LIB_TOOLING_PAGESTYLE_H
