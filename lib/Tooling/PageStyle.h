//===- PageStyle.h - the look of pages -------------------------*- C++ -*-===//
#ifndef FLUX_LIB_TOOLING_PAGESTYLE_H
#define FLUX_LIB_TOOLING_PAGESTYLE_H

namespace flux {

/// The style sheet of each page: light, dark and printed.
inline constexpr char pageStyle[] = R"css(
:root { color-scheme: light dark; --text: #1c2024; --dim: #5f6b76; --line: #d8dee4;
  --paper: #ffffff; --code: #f5f7f9; --link: #0b57a4; --comment: #5f6b76;
  --keyword: #8a3ffc; --number: #0f6f5c; --string: #9a4a00; --type: #0b57a4;
  --function: #7a3e00; --name: #1c2024; --mark: #fff3c4; }
@media (prefers-color-scheme: dark) { :root { --text: #e3e7eb; --dim: #98a4b0;
  --line: #343b43; --paper: #15191d; --code: #1e242a; --link: #7ab8ff;
  --comment: #98a4b0; --keyword: #c9a2ff; --number: #6fd3b8; --string: #f0b27a;
  --type: #7ab8ff; --function: #f2c879; --name: #e3e7eb; --mark: #4a4012; } }
* { box-sizing: border-box; }
body { margin: 0; color: var(--text); background: var(--paper);
  font: 17px/1.6 system-ui, sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 1rem 1.25rem 4rem; }
h1, h2, h3 { line-height: 1.25; margin: 2rem 0 .75rem; }
h2 { border-bottom: 1px solid var(--line); padding-bottom: .25rem; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
:target { background: var(--mark); }
pre, code { font: .875em/1.5 ui-monospace, monospace; background: var(--code);
  border-radius: 4px; }
code { padding: .1em .3em; }
pre { padding: .75rem 1rem; overflow-x: auto; border-left: 3px solid var(--line); }
pre.flux { border-left-color: var(--type); }
pre code { padding: 0; background: none; font-size: 1em; }
h2 code { font-size: .9em; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { border: 1px solid var(--line); padding: .3rem .7rem; text-align: left;
  vertical-align: top; }
blockquote { margin: 1rem 0; padding-left: 1rem; color: var(--dim);
  border-left: 3px solid var(--line); }
nav { font-size: .9em; border: 1px solid var(--line); border-radius: 6px;
  padding: .5rem 1rem; margin: 1.5rem 0; }
nav ul { margin: .25rem 0; padding-left: 1.2rem; }
.kind { color: var(--dim); font-size: .7em; font-weight: normal; margin-left: .5em; }
.k-comment { color: var(--comment); font-style: italic; }
.k-keyword { color: var(--keyword); }
.k-number { color: var(--number); }
.k-string { color: var(--string); }
.k-type { color: var(--type); }
.k-function { color: var(--function); }
a.k-variable, a.k-parameter, a.k-constant, a.k-field, .k-variable, .k-parameter,
.k-constant, .k-field, .k-operator { color: var(--name); }
.step { font-size: 1em; }
footer { color: var(--dim); font-size: .8em; border-top: 1px solid var(--line);
  margin-top: 3rem; padding-top: .5rem; }
@media print { body { font-size: 10.5pt; background: none; } nav { display: none; }
  main { max-width: none; padding: 0; } pre { white-space: pre-wrap; }
  h2, h3, pre { break-after: avoid; break-inside: avoid; } a { color: inherit; } }
)css";

} // namespace flux

#endif // FLUX_LIB_TOOLING_PAGESTYLE_H
