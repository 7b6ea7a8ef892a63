import Foundation

/// The coverage as pages for people: one with all files, and one for each.
struct CoveragePages {
  /// The pages by the names of their files.
  private(set) var pages: [(name: String, text: String)] = []

  init(_ files: [Coverage.File]) {
    var names: [String] = []
    for file in files {
      let name = String(file.path.map { $0.isLetter || $0.isNumber || $0 == "." || $0 == "-" ? $0 : "_" })
      // Two paths may differ in what a file's name cannot have.
      names.append(names.contains(name + ".html") ? "\(name)-\(names.count).html" : name + ".html")
    }
    pages.append(("index.html", Self.index(files, names)))
    for (file, name) in zip(files, names) { pages.append((name, Self.page(file))) }
  }

  private static func percentText(_ covered: Int, _ all: Int) -> String { Share(covered, of: all).text }

  private static func level(_ covered: Int, _ all: Int) -> String {
    let percent = Share(covered, of: all).percent
    return percent >= 95 ? "high" : percent >= 75 ? "middle" : "low"
  }

  private static func bar(_ covered: Int, _ all: Int) -> String {
    let width = Int(Share(covered, of: all).percent)
    return "<div class=\"bar\"><div class=\"\(level(covered, all))\" style=\"width:\(width)%\"></div></div>"
  }

  private static func document(_ title: String, _ body: String) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(XML.escaped(title))</title>
    <style>
    \(style)
    </style>
    </head>
    <body>
    <main>
    \(body)
    </main>
    </body>
    </html>

    """
  }

  private static func index(_ files: [Coverage.File], _ names: [String]) -> String {
    let covered = files.reduce(0) { $0 + $1.coveredLines }
    let all = files.reduce(0) { $0 + $1.hits.count }
    let calledFunctions = files.reduce(0) { $0 + $1.coveredFunctions }
    let functions = files.reduce(0) { $0 + $1.functions.count }
    var body = """
      <h1>Coverage</h1>
      <p class="total"><span class="figure \(level(covered, all))">\(percentText(covered, all))</span> \
      \(covered) of \(all) lines, \(calledFunctions) of \(functions) functions</p>
      <table>
      <thead><tr><th>File</th><th></th><th class="number">Lines</th><th class="number"></th>\
      <th class="number">Functions</th></tr></thead>
      <tbody>

      """
    for (file, name) in zip(files, names) {
      body += """
        <tr><td><a href="\(name)">\(XML.escaped(file.path))</a></td>\
        <td>\(bar(file.coveredLines, file.hits.count))</td>\
        <td class="number">\(percentText(file.coveredLines, file.hits.count))</td>\
        <td class="number dim">\(file.coveredLines)/\(file.hits.count)</td>\
        <td class="number dim">\(file.coveredFunctions)/\(file.functions.count)</td></tr>

        """
    }
    return document("Coverage", body + "</tbody>\n</table>")
  }

  private static func page(_ file: Coverage.File) -> String {
    var body = """
      <p class="path"><a href="index.html">Coverage</a> / \(XML.escaped(file.path))</p>
      <p class="total"><span class="figure \(level(file.coveredLines, file.hits.count))">\
      \(percentText(file.coveredLines, file.hits.count))</span> \
      \(file.coveredLines) of \(file.hits.count) lines, \
      \(file.coveredFunctions) of \(file.functions.count) functions</p>

      """
    let missed = file.functions.filter { $0.calls == 0 }
    if !missed.isEmpty {
      let links = missed.map { "<a href=\"#L\($0.first)\">\(XML.escaped($0.name))</a>" }
      body += "<p>Never called: \(links.joined(separator: ", "))</p>\n"
    }
    body += "<table class=\"source\">\n<tbody>\n"
    for (index, line) in file.source.enumerated() {
      let number = index + 1
      let hits = file.hits[number]
      let state = hits.map { $0 > 0 ? "hit" : "missed" } ?? "none"
      let count = hits.map { $0 > 0 ? "\($0)×" : "0" } ?? ""
      body += """
        <tr id="L\(number)" class="\(state)"><td class="number dim">\(number)</td>\
        <td class="number count">\(count)</td><td><code>\(XML.escaped(line).replacing("&#9;", with: "  "))</code></td></tr>

        """
    }
    return document(file.path, body + "</tbody>\n</table>")
  }

  private static let style = """
    :root { --text: #1d2127; --dim: #6b7280; --back: #ffffff; --line: #e5e7eb; --link: #1d4ed8;
      --high: #15803d; --middle: #b45309; --low: #b91c1c; --hit: #f0fdf4; --missed: #fee2e2; }
    @media (prefers-color-scheme: dark) { :root { --text: #e5e7eb; --dim: #9ca3af; --back: #16181d;
      --line: #2d3139; --link: #8ab4f8; --high: #4ade80; --middle: #fbbf24; --low: #f87171;
      --hit: #14251b; --missed: #3b1d20; } }
    body { margin: 0; background: var(--back); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
    main { max-width: 72rem; margin: 0 auto; padding: 2rem 1rem; }
    h1 { font-size: 1.4rem; margin: 0 0 .5rem; }
    a { color: var(--link); text-decoration: none; } a:hover { text-decoration: underline; }
    .path { color: var(--dim); margin: 0 0 .5rem; }
    .total { color: var(--dim); margin: 0 0 1.5rem; }
    .figure { font-size: 1.6rem; font-weight: 600; margin-right: .6rem; }
    .figure.high { color: var(--high); } .figure.middle { color: var(--middle); } .figure.low { color: var(--low); }
    table { border-collapse: collapse; width: 100%; }
    th { text-align: left; color: var(--dim); font-weight: 500; font-size: .85rem; }
    th, td { padding: .35rem .6rem; border-bottom: 1px solid var(--line); }
    .number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
    .dim { color: var(--dim); }
    .bar { width: 10rem; height: .5rem; border-radius: .25rem; background: var(--line); overflow: hidden; }
    .bar div { height: 100%; } .bar .high { background: var(--high); } .bar .middle { background: var(--middle); }
    .bar .low { background: var(--low); }
    .source td { border: 0; padding: 0 .6rem; vertical-align: top; }
    .source code { font: 13px/1.6 ui-monospace, "DejaVu Sans Mono", monospace; white-space: pre-wrap; }
    .source .number { font: 13px/1.6 ui-monospace, "DejaVu Sans Mono", monospace; user-select: none; width: 3rem; }
    .hit { background: var(--hit); } .hit .count { color: var(--high); }
    .missed { background: var(--missed); } .missed .count { color: var(--low); font-weight: 600; }
    """
}
