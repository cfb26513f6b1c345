#pragma once

namespace mtls::report {

/// All of the page's style. Colours follow the reader's light or dark setting, and nothing is said by colour alone;
/// long names break instead of widening the page; on paper the folded parts are open.
inline constexpr const char* html_style = R"(
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #ffffff; --soft: #57606a; --line: #d0d7de; --well: #f3f5f7;
  --good: #116329; --warn: #7d4e00; --bad: #a40e26; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #0d1117; --soft: #9aa4af; --line: #30363d;
  --well: #161b22; --good: #56d364; --warn: #e3b341; --bad: #ff8f87; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 70rem; color: var(--ink); background: var(--paper);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; margin: .5rem 0; } h2 { font-size: 1.15rem; margin: 1.6rem 0 .5rem; }
h3 { font-size: 1rem; margin: 0; }
a { color: inherit; }
article + article { border-top: 3px double var(--line); margin-top: 3rem; padding-top: 1rem; }
.summary { font-size: 1.1rem; margin: 0 0 1rem; }
.word { font-weight: 700; border: 2px solid; border-radius: .3rem; padding: 0 .4rem; white-space: nowrap; }
.good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); } .soft { color: var(--soft); }
section.finding { border: 1px solid var(--line); border-left: .35rem solid var(--line); border-radius: .3rem;
  padding: .6rem .9rem; margin: .8rem 0; }
section.finding.good { border-left-color: var(--good); } section.finding.warn { border-left-color: var(--warn); }
section.finding.bad { border-left-color: var(--bad); } section.finding { color: inherit; }
section.finding p, ul, details { margin: .4rem 0; } ul { padding-left: 1.2rem; }
pre { background: var(--well); border: 1px solid var(--line); border-radius: .3rem; padding: .5rem .7rem; margin: .4rem 0;
  white-space: pre-wrap; font: .9rem/1.4 ui-monospace, monospace; }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid var(--line); }
thead th { color: var(--soft); font-weight: 600; white-space: nowrap; }
td.tight { white-space: nowrap; } .name { min-width: 14rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: .4rem 0; }
dt { color: var(--soft); } dd { margin: 0; }
summary { cursor: pointer; }
footer { color: var(--soft); margin-top: 2rem; font-size: .9rem; }
@media (max-width: 36rem) { dl { display: block; } dd { margin: 0 0 .4rem; } }
@media print { details > * { display: block; } }
)";

} // namespace mtls::report
