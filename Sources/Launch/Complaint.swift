import Foundation

/// What goes wrong, as a person reads it.
package enum Complaint {
  /// The program's name.
  static var speaker: String { String(CommandLine.arguments[0].split(separator: "/").last ?? "adarank") }

  /// Writes it to standard error, the program's name before every line.
  package static func say(_ error: Any) { FileHandle.standardError.write(Data(text(error).utf8)) }

  /// Lines that tell a terminal nothing: names and texts out of files may hold control characters, which are escaped.
  static func text(_ error: Any) -> String {
    "\(error)".unicodeScalars.split(separator: "\n").map { line in
      let shown = line.map { scalar in
        scalar.properties.generalCategory == .control ? scalar.escaped(asASCII: true) : String(scalar)
      }
      return "\(speaker): \(shown.joined())\n"
    }.joined()
  }
}

/// What the programs' exit codes mean; they become mpirun's own.
package enum ExitStatus {
  /// Anything that went wrong but was not the person's mistake.
  package static let failure: Int32 = 1
  /// What the person gave is wrong, and nothing was written.
  package static let mistake: Int32 = 2
  /// Stopped in order before it was done; the same command with --resume goes on. As `EX_TEMPFAIL` of sysexits.h.
  package static let stopped: Int32 = 75
}
