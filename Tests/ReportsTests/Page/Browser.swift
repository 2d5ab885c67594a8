import Foundation

/// Debian's browser, without a window.
enum Browser {
  /// Nil where the PATH has none.
  static let path: String? = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    .map { "\($0)/chromium" }.first { FileManager.default.isExecutableFile(atPath: $0) }

  /// What a page came to in the browser.
  struct Verdict: Decodable {
    let name: String
    let width: Int
    let drawings: Int
    /// What is wrong with it, in words.
    let problems: [String]
  }

  /// Notes errors as they happen, and when all is there: drawings without a size, text outside of its drawing, and a page
  /// that is wider than its window. Tells the page around it.
  private static let measuring = """
    <script>
    const problems = []
    addEventListener('error', event => problems.push('error: ' + (event.message || event.target.tagName)), true)
    addEventListener('load', () => {
      const drawings = document.querySelectorAll('svg')
      for (const drawing of drawings) {
        const frame = drawing.getBoundingClientRect()
        if (!(frame.width > 0 && frame.height > 0)) problems.push('no size: ' + drawing.textContent.slice(0, 60))
        for (const text of drawing.querySelectorAll('text')) {
          const box = text.getBoundingClientRect()
          if (box.left < frame.left - 3 || box.right > frame.right + 3 || box.bottom > frame.bottom + 3)
            problems.push('cut off: ' + text.textContent + ' in ' + drawing.textContent.slice(0, 60))
        }
      }
      if (document.documentElement.scrollWidth > innerWidth)
        problems.push('wider than the window: ' + document.documentElement.scrollWidth)
      parent.postMessage({name: document.title, width: innerWidth, drawings: drawings.length, problems}, '*')
    })
    </script>
    """

  /// Loads pages in windows of some widths.
  static func verdicts(on pages: [String], widths: [Int]) throws -> [Verdict] {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("adarank-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var frames = ""
    for (index, page) in pages.enumerated() {
      // The page itself forbids all scripts.
      let measured = page.replacing(/<meta http-equiv="Content-Security-Policy"[^>]*>/, with: measuring)
      try Data(measured.utf8).write(to: folder.appendingPathComponent("\(index).html"))
      frames += widths.map { "<iframe src='\(index).html' width='\($0)' height='900' style='border:0'></iframe>" }
        .joined()
    }
    let outer = """
      <!DOCTYPE html><meta charset="utf-8"><pre id="verdicts"></pre>
      <script>
      const verdicts = []
      addEventListener('message', event => {
        verdicts.push(event.data)
        document.getElementById('verdicts').textContent = encodeURIComponent(JSON.stringify(verdicts))
      })
      </script>
      \(frames)
      """
    let file = folder.appendingPathComponent("outer.html")
    try Data(outer.utf8).write(to: file)
    let dom = try dump(file, folder)
    guard let match = dom.firstMatch(of: /<pre id="verdicts">([^<]*)<\/pre>/),
      let json = String(match.output.1).removingPercentEncoding
    else { throw NoVerdict(said: dom) }
    return try JSONDecoder().decode([Verdict].self, from: Data(json.utf8))
  }

  struct NoVerdict: Error {
    let said: String
  }

  /// The page as it stands when everything has been loaded.
  private static func dump(_ file: URL, _ folder: URL) throws -> String {
    let output = folder.appendingPathComponent("dom")
    try Data().write(to: output)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path!)
    process.arguments = [
      "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
      "--user-data-dir=\(folder.path)/profile", "--window-size=1600,1000", "--virtual-time-budget=10000", "--dump-dom",
      file.absoluteString,
    ]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = FileHandle.nullDevice
    try process.run()
    let deadline = Date(timeIntervalSinceNow: 120)
    while process.isRunning, Date() < deadline { usleep(50_000) }
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    return String(decoding: try Data(contentsOf: output), as: UTF8.self)
  }
}
