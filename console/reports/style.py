"""How a document looks in a browser, by day and by night, and on paper."""

STYLE = """
:root{color-scheme:light dark;--ink:#1c2127;--dim:#5b6672;--paper:#fff;--soft:#f4f6f8;--edge:#d5dbe1;--bad:#b3261e;
--good:#1b7340;--warn:#8a5a00;--main:#2457a6;--badsoft:#f6d5d2;--gapsoft:#eceff2}
@media(prefers-color-scheme:dark){:root{--ink:#e4e8ec;--dim:#98a3af;--paper:#14181d;--soft:#1c2229;--edge:#343d47;
--bad:#ff8a80;--good:#6fcf97;--warn:#f0b95b;--main:#8ab4f8;--badsoft:#5a2a28;--gapsoft:#232a32}}
*{box-sizing:border-box}
body{font:16px/1.55 system-ui,-apple-system,"Segoe UI",sans-serif;color:var(--ink);background:var(--paper);
max-width:74rem;margin:0 auto;padding:2rem 1.25rem 4rem}
header{border-bottom:3px solid var(--ink);padding-bottom:1rem;margin-bottom:1.5rem}
.kind{font-size:.8rem;letter-spacing:.08em;text-transform:uppercase;color:var(--dim);margin:0}
h1{font-size:1.75rem;line-height:1.25;margin:.2rem 0 .6rem;overflow-wrap:anywhere}
h2{font-size:1.2rem;margin:2.4rem 0 .6rem;padding-bottom:.25rem;border-bottom:1px solid var(--edge)}
p{margin:.5rem 0;overflow-wrap:anywhere}
.drill{background:var(--soft);border:2px dashed var(--warn);padding:.4rem .8rem}
dl.about{display:grid;grid-template-columns:repeat(auto-fit,minmax(10rem,1fr));gap:.6rem 1.5rem;margin:0}
dl.about dt{font-size:.75rem;color:var(--dim)}
dl.about dd{margin:0;font-weight:600;overflow-wrap:anywhere}
dl.fields{display:grid;grid-template-columns:minmax(9rem,15rem) 1fr;gap:.35rem 1rem;margin:.75rem 0}
dl.fields dt{color:var(--dim)}
dl.fields dd{margin:0;overflow-wrap:anywhere}
.from{color:var(--dim);font-size:.85em}
nav{font-size:.9rem;columns:4 11rem;margin:1rem 0}
nav a{display:block;color:var(--main);text-decoration:none;padding:.1rem 0}
nav a:hover,nav a:focus{text-decoration:underline}
.wide{overflow-x:auto}
table{border-collapse:collapse;margin:.75rem 0;font-size:.88rem;line-height:1.4;min-width:50%}
th{font-weight:600;color:var(--dim);border-bottom:2px solid var(--edge)}
th,td{padding:.3rem .7rem .3rem 0;text-align:left;vertical-align:top}
td{border-bottom:1px solid var(--edge);overflow-wrap:break-word;max-width:34rem}
td code{overflow-wrap:anywhere}
td.time{white-space:nowrap;font-variant-numeric:tabular-nums}
code,pre{font:.85rem/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
pre{background:var(--soft);border:1px solid var(--edge);border-radius:4px;padding:.6rem .8rem;white-space:pre-wrap;
overflow-wrap:anywhere;margin:.3rem 0 1rem}
.blank{border:2px dashed var(--warn);border-radius:4px;padding:.7rem 1rem 2.2rem;margin:.75rem 0}
.empty{border-bottom:2px dashed var(--warn);color:var(--warn);padding:0 2rem 0 .2rem}
ul.boxes{list-style:none;padding:0}
ul.boxes li{padding:.12rem 0}
.box{display:inline-block;width:1.2em;font-weight:700}
.yes{color:var(--good)}
figure{margin:1rem 0}
figcaption{color:var(--dim);font-size:.88rem}
svg{width:100%;min-width:44rem;height:auto;display:block;font:12px system-ui,-apple-system,"Segoe UI",sans-serif}
svg text{fill:var(--ink);paint-order:stroke;stroke:var(--paper);stroke-width:3px}
svg .beyond,svg .share-word{stroke:none}
svg .dim{fill:var(--dim);font-size:11px}
svg .name{font-weight:600}
.grid{stroke:var(--edge)}
.axis{stroke:var(--dim)}
.rate{fill:none;stroke:var(--main);stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
.over{fill:var(--badsoft);stroke:none}
.gap-area{fill:var(--gapsoft)}
.limit{stroke:var(--bad);stroke-width:1.5;stroke-dasharray:5 3}
.here{stroke:var(--ink);stroke-width:2}
.least{stroke:var(--dim);stroke-width:1.5}
svg .limit-word{fill:var(--bad);font-weight:600}
line.mark{stroke-width:1;stroke-dasharray:2 2;stroke:var(--dim)}
line.deploy{stroke:var(--main)}
line.failed{stroke:var(--bad)}
line.good{stroke:var(--good)}
line.rollback{stroke:var(--warn)}
svg text.deploy{fill:var(--main)}
svg text.failed{fill:var(--bad)}
svg text.good{fill:var(--good)}
svg text.rollback{fill:var(--warn)}
.share{fill:var(--main);opacity:.35}
.held{fill:var(--warn);opacity:.4}
svg .share-word{font-size:11px;font-weight:600}
.track{fill:var(--soft);stroke:var(--edge)}
.bar{fill:var(--good)}
.bar.missed,.bar.overdue{fill:var(--bad)}
.bar.running{fill:var(--main)}
.bar.waived{fill:var(--dim)}
.bar.open{opacity:.4}
svg .beyond{fill:var(--paper);font-size:11px;font-weight:700}
svg .word{font-weight:600}
svg text.met{fill:var(--good)}
svg text.missed,svg text.overdue{fill:var(--bad)}
@page{margin:14mm}
@media print{
:root{color-scheme:light;--ink:#000;--dim:#444;--paper:#fff;--soft:#f4f6f8;--edge:#bbb;--bad:#a01a13;--good:#125c31;
--warn:#7a4f00;--main:#1d4a91;--badsoft:#f6d5d2;--gapsoft:#e8ebee}
body{font-size:10.5pt;max-width:none;padding:0;-webkit-print-color-adjust:exact;print-color-adjust:exact}
nav{display:none}
.wide{overflow:visible}
table{font-size:8.5pt;width:100%}
svg{min-width:0}
h2{break-after:avoid}
tr,figure,.blank,dl.fields dt,dl.fields dd,li{break-inside:avoid}
thead{display:table-header-group}
table.many td.time{white-space:normal}
td{overflow-wrap:anywhere;max-width:none}
}
"""
