import ArgumentParser
import Merging

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Compares a merged model with its own report.",
    discussion: """
      Reads all weights and files of a folder that 'adarank merge' wrote, and compares their SHA-256 with those in its \
      report.json. What differs or is missing is named, and the exit code is 2.

        adarank verify merged/
        adarank verify merged/ --inputs
      """)

  @Argument(help: "A folder that 'adarank merge' wrote.")
  var out: String

  @Flag(help: "Compare the files that it was made from too, where the report says they were.")
  var inputs = false

  func run() throws {
    let verification = OutputVerification(out, inputs: inputs)
    guard verification.findings.isEmpty else { throw InputError(verification.findings) }
    let compared = inputs ? ", and \(verification.inputs) inputs" : ""
    print("\(out): \(verification.tensors) tensors and \(verification.files) files\(compared) are as the report says")
  }
}
