import ArgumentParser
import Foundation
import Merging
import Priors

struct OrderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "order",
    abstract: "Learns from finished merges which singular components are kept, and orders those of another.",
    discussion: """
      A merge that masks leaves its components in components.safetensors: how large each is, how much of it the other tasks \
      share, where it stands, and whether it was kept. 'order train' learns from these to compare two components (by \
      SortNet, arXiv:2311.01864); 'order check' says how much of another merge it would have known; 'order predict' orders \
      the components of a recipe that was never merged, by its weights alone, and writes masks to begin with:

        adarank order train merged-a merged-b --out order.safetensors
        adarank order check merged-c --with order.safetensors
        adarank order predict recipe.yaml prior.safetensors --with order.safetensors
        adarank merge recipe.yaml merged --set initial_state=prior.safetensors
      """,
    subcommands: [OrderTrainCommand.self, OrderCheckCommand.self, OrderPredictCommand.self])

  /// The tables of merged folders or files.
  ///
  /// - Parameter findings: what else is wrong.
  /// - Throws: `InputError` with everything that is wrong.
  static func tables(_ paths: [String], besides findings: [String] = []) throws -> [ComponentTable] {
    var findings = findings
    let tables = paths.compactMap { path -> ComponentTable? in
      do { return try ComponentTable(path: path) } catch let error as InputError {
        findings += error.findings
      } catch { findings.append("\(error)") }
      return nil
    }
    guard findings.isEmpty else { throw InputError(findings) }
    return tables
  }
}
