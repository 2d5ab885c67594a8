import Checkpoints
import Transformers

/// Decides which tensors are masked, scaled or frozen.
struct TensorRoles {
  private let patterns: [(role: ParameterRole, regexes: [Regex<AnyRegexOutput>])]

  /// - Throws: `InputError` where a pattern is not a regular expression.
  init(_ patterns: RolePatterns) throws(InputError) {
    var findings: [String] = []
    func compile(_ texts: [String]) -> [Regex<AnyRegexOutput>] {
      texts.compactMap { text in
        do { return try Regex(text) } catch {
          findings.append("'\(text)' is not a regular expression")
          return nil
        }
      }
    }
    self.patterns = [
      (.masked, compile(patterns.masked)), (.scaled, compile(patterns.scaled)), (.frozen, compile(patterns.frozen)),
    ]
    if !findings.isEmpty { throw InputError(findings) }
  }

  /// The role of a tensor: what a pattern says that matches somewhere in its name, else its architecture's.
  ///
  /// - Throws: `InputError` where patterns disagree, or a tensor that is no matrix is to be masked.
  func role(of name: String, shape: [Int], default fallback: ParameterRole) throws(InputError) -> ParameterRole {
    let matching = patterns.filter { $0.regexes.contains { name.contains($0) } }.map(\.role)
    guard matching.count <= 1 else {
      throw InputError([
        "tensor \(name) matches patterns of \(matching.map(\.rawValue).joined(separator: " and ")); one must not match"
      ])
    }
    let role = matching.first ?? fallback
    if role == .masked, shape.count < 2 || shape.contains(0) {
      throw InputError(["tensor \(name) of shape \(shape) cannot be masked: it is not a matrix"])
    }
    return role
  }

  /// The role of a tensor of an architecture that is not known: matrices of numbered blocks are masked.
  static func guess(name: String, shape: [Int]) -> ParameterRole {
    let isInBlock = name.split(separator: ".").contains { $0.allSatisfy(\.isNumber) }
    return isInBlock && shape.count == 2 && !shape.contains(0) ? .masked : .scaled
  }
}
