import Checkpoints
import Foundation

/// Masks and coefficients of an earlier merge, to begin with.
package struct InitialState: Equatable, Sendable {
  /// An `adarank_state.safetensors`.
  package var path: String
  /// What its coefficients are multiplied by.
  package var scale = 1.0
  /// The tasks that take part; the others' coefficients become 0. Nil: all.
  package var tasks: Set<String>?

  package init(path: String) { self.path = path }

  /// What a report says of it.
  var note: String {
    var text = "begins with \(path)"
    if scale != 1 { text += ", coefficients times \(scale)" }
    if let tasks { text += ", tasks \(tasks.sorted().joined(separator: ", "))" }
    return text
  }

  /// Checks the file against a collection, and gives what it says in the layout's order. Moments are 0; heads are left as
  /// 0 and are no part of it.
  ///
  /// - Throws: `InputError` with everything that does not fit.
  package func numbers(_ layout: StateLayout, _ collection: Collection) throws -> [Double] {
    let file: SafetensorsFile
    do { file = try SafetensorsFile(path: path) } catch { throw InputError(["\(error)"]) }
    let rows = try taskRows(file, collection)
    let origin = collection.request.origin.rawValue
    if let other = file.metadata["origin"], other != origin {
      throw InputError(["\(path) was learnt with origin \(other), this merge has \(origin): other components"])
    }
    var numbers = [Double](repeating: 0, count: layout.count)
    let findings = FindingList()
    for index in collection.body where collection.tensors[index].role != .frozen {
      let tensor = collection.tensors[index]
      findings.collecting {
        if tensor.role == .masked {
          let logits = try values("logits." + tensor.name, [rows.count, tensor.componentCount], file)
          for (task, row) in rows.enumerated() {
            let range = layout.masks(tensor: index, task: task)
            for k in 0..<tensor.componentCount {
              numbers[range.lowerBound + k] = logits[row * tensor.componentCount + k]
            }
          }
        }
        let coefficients = try values("coefficients." + tensor.name, [rows.count], file)
        for (task, row) in rows.enumerated() {
          let takesPart = tasks?.contains(collection.request.models[task].task) ?? true
          numbers[layout.coefficient(tensor: index, task: task).lowerBound] =
            takesPart ? coefficients[row] * scale : 0
        }
      }
    }
    guard findings.all.isEmpty else { throw InputError(findings.all) }
    // Where tensors share coefficients, the first one's stand for all.
    if let shared = layout.sharedCoefficients,
      let first = collection.body.first(where: { collection.tensors[$0].role != .frozen })
    {
      for task in rows.indices {
        numbers[shared.lowerBound + task] = numbers[layout.coefficient(tensor: first, task: task).lowerBound]
      }
    }
    return numbers
  }

  /// The file's row of each of the collection's tasks.
  private func taskRows(_ file: SafetensorsFile, _ collection: Collection) throws -> [Int] {
    let json = file.metadata["tasks"].map { Data($0.utf8) }
    guard let known = json.flatMap({ try? JSONDecoder().decode([String].self, from: $0) }) else {
      throw InputError(["\(path) does not say which row is which task; is it a merge's adarank_state.safetensors?"])
    }
    let wanted = collection.request.models.map(\.task)
    guard Set(wanted) == Set(known), known.count == wanted.count else {
      throw InputError([
        "\(path) is of the tasks \(known.joined(separator: ", ")), but the recipe's are \(wanted.joined(separator: ", "))"
      ])
    }
    if let other = tasks?.subtracting(wanted).sorted(), !other.isEmpty {
      throw InputError([
        "there is no task \(other.joined(separator: ", ")); the tasks are \(wanted.joined(separator: ", "))"
      ])
    }
    return wanted.map { known.firstIndex(of: $0)! }
  }

  private func values(_ name: String, _ shape: [Int], _ file: SafetensorsFile) throws -> [Double] {
    guard let entry = file[name] else {
      throw InputError(["\(path) has no '\(name)'; was it learnt with other 'masked', 'scaled' or 'frozen' tensors?"])
    }
    guard entry.shape == shape, entry.elementType.isFloatingPoint else {
      throw InputError([
        "\(path): '\(name)' is \(entry.elementType.rawValue) \(entry.shape), but this merge has \(shape)"
      ])
    }
    let values = try file.tensor(name).elements.map(Double.init)
    guard values.allSatisfy(\.isFinite) else { throw InputError(["\(path): '\(name)' holds a NaN or an infinity"]) }
    return values
  }
}
