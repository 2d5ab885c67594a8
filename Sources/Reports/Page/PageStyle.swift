/// How a page looks on a screen of any width, in light and dark, and on paper.
enum PageStyle {
  static let css = """
    \(Theme.bothVariables)
    *{box-sizing:border-box}
    body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif}
    main{max-width:1280px;margin:0 auto;padding:1.25rem 1rem 4rem}
    h1{font-size:1.6rem;line-height:1.25;margin:.25rem 0 .5rem;overflow-wrap:anywhere}
    h2{font-size:1.2rem;margin:2.5rem 0 .5rem;padding-top:.75rem;border-top:1px solid var(--rule)}
    p{max-width:75ch;margin:.25rem 0 .9rem;overflow-wrap:anywhere}
    section>p{color:var(--muted)}
    a{color:var(--link)}
    nav{display:flex;flex-wrap:wrap;gap:.25rem 1rem;font-size:.9rem}
    .facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,9.5rem),1fr));gap:.6rem;margin:1rem 0}
    .facts div{background:var(--panel);border-radius:.4rem;padding:.55rem .75rem}
    .facts dt{color:var(--muted);font-size:.8rem}
    .facts dd{margin:0;font-size:1.15rem;font-weight:600;overflow-wrap:anywhere}
    .hash{font-size:.85rem;color:var(--muted)}
    code,pre{font:.85em ui-monospace,'Cascadia Mono',Consolas,'DejaVu Sans Mono',monospace;overflow-wrap:anywhere}
    pre{background:var(--panel);padding:.75rem;border-radius:.4rem;white-space:pre-wrap}
    .scroll{overflow-x:auto;max-width:100%;margin:.25rem 0 1rem}
    table{border-collapse:collapse;font-size:.9rem}
    th,td{padding:.3rem .7rem;text-align:left;border-bottom:1px solid var(--rule);white-space:nowrap;vertical-align:top}
    thead th{background:var(--panel);font-weight:600}
    tbody th{font-weight:500}
    tbody th,td:not(.number){white-space:normal;min-width:5.5rem;max-width:44ch;overflow-wrap:anywhere}
    .number{text-align:right;font-variant-numeric:tabular-nums}
    .best{background:var(--best)}
    .summary th,.summary td{border-top:2px solid var(--rule);font-weight:600}
    .panels{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,340px),1fr));gap:1.1rem 1.5rem;align-items:start}
    .key{max-width:360px;margin:.25rem 0 .75rem}
    svg{display:block;width:100%;max-width:520px;height:auto}
    .large svg{min-width:640px;max-width:860px}
    details{margin:.6rem 0}
    summary{cursor:pointer;color:var(--link)}
    @media (max-width:520px){table{font-size:.8rem}th,td{padding:.25rem .35rem}thead th{white-space:normal}}
    \(Theme.drawingRules)
    @media print{
    body{font-size:10pt}
    main{max-width:none;padding:0}
    nav{display:none}
    h2{break-after:avoid}
    svg,tr,.key,.panels>div,.facts div{break-inside:avoid}
    .panels{grid-template-columns:repeat(2,1fr);gap:.6rem .8rem}
    .key{max-width:260px}
    .scroll{overflow:visible}
    .large svg{min-width:0;max-width:100%}
    table{font-size:8pt}
    th,td{padding:.15rem .35rem;white-space:normal}
    svg,.best,.facts div,thead th{-webkit-print-color-adjust:exact;print-color-adjust:exact}
    }
    """
}
