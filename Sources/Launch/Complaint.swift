import Foundation

/// What goes wrong, as a person reads it.
package enum Complaint {
  /// Writes it to standard error, the program's name before every line.
  package static func say(_ error: Any) {
    let program = CommandLine.arguments[0].split(separator: "/").last ?? "adarank"
    let lines = "\(error)".split(separator: "\n").map { "\(program): \($0)\n" }.joined()
    FileHandle.standardError.write(Data(lines.utf8))
  }
}

/// What the programs' exit codes mean; they become mpirun's own.
package enum ExitStatus {
  /// Anything that went wrong but was not the person's mistake.
  package static let failure: Int32 = 1
  /// What the person gave is wrong, and nothing was written.
  package static let mistake: Int32 = 2
}
