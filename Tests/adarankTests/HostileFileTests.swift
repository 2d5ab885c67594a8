import Checkpoints
import Foundation
import Testing

extension ProgramTests {
  /// Files that somebody has made to do harm, or that do it by chance: clear errors before work starts.
  @Suite struct HostileFileTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func complaint(_ collection: FixtureCollection, ranks: Int? = nil) throws -> String {
      let recipe = try folder.write(collection.yaml, as: "recipe.yaml")
      let run = try ProgramRun.adarank(["merge", recipe, "\(folder.path)/merged"], ranks: ranks)
      #expect(run.status == 2, "\(run.errors)")
      #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/merged"))
      return run.errors
    }

    /// What `os.system("touch FILE")` is as a checkpoint.
    @Test func aPickleThatCallsSomethingIsNotRun() throws {
      let mark = "\(folder.path)/was-run"
      let pickle = "\u{80}\u{2}cposix\nsystem\n(X\("touch \(mark)".latinLength)touch \(mark)tR."
      let bytes = pickle.unicodeScalars.map { UInt8($0.value) }
      var collection = FixtureCollection("average")
      collection.replaced["beta.model"] = try folder.write(Data(storedArchive("model/data.pkl", bytes)), as: "beta.pt")
      for ranks in [nil, 2] {
        let errors = try complaint(collection, ranks: ranks)
        #expect(
          errors.contains("beta.pt: calls posix.system, which is no part of a checkpoint; nothing was run"), "\(errors)"
        )
      }
      #expect(!FileManager.default.fileExists(atPath: mark))
    }

    /// The names of BERT's tensors with and without the model's prefix: to a base without it they are one.
    @Test func tensorsWhoseNamesDifferByAPrefixOnly() throws {
      var collection = FixtureCollection(fixture: "bert", "average")
      try folder.write(Data(contentsOf: URL(fileURLWithPath: "\(collection.base)/config.json")), as: "base/config.json")
      _ = try editedSafetensors("\(collection.base)/model.safetensors", in: folder, as: "base/model.safetensors") {
        $0 = $0.map { renamed($0, $0.description.name.replacing("bert.", with: "")) }
      }
      collection.replaced["base"] = "\(folder.path)/base"
      let model = "\(collection.model("beta"))/model.safetensors"
      let name = "embeddings.LayerNorm.bias"
      collection.replaced["beta.model"] = try editedSafetensors(model, in: folder, as: "beta.safetensors") { tensors in
        tensors.append(renamed(tensors.first { $0.description.name == "bert.\(name)" }!, name))
      }
      let errors = try complaint(collection)
      #expect(
        errors.contains("beta.safetensors: tensors \"bert.\(name)\" and \"\(name)\" are both \"\(name)\" of the model"),
        "\(errors)")
    }

    private func renamed(_ tensor: NamedTensor, _ name: String) -> NamedTensor {
      NamedTensor(
        name: name, elementType: tensor.description.elementType, shape: tensor.description.shape, bytes: tensor.bytes)
    }

    /// Texts that would take minutes to compare, and a recipe whose aliases make more values than any memory holds.
    @Test func textsThatAreSlowAreRefusedAtOnce() throws {
      let marks = String(repeating: "\u{301}\u{323}", count: 200_000)
      var collection = FixtureCollection(fixture: "bert", "adarank")
      collection.replaced["alpha.inputs"] = try folder.write("sentence\te\(marks)\nw5\t0\n", as: "inputs.tsv")
      let errors = try complaint(collection)
      #expect(errors.contains("inputs.tsv: line 1 holds a letter with more than 1000 accents"), "\(errors)")

      var text = "l0: &l0 [x]\n"
      for level in 1..<30 {
        text +=
          "l\(level): &l\(level) [" + [String](repeating: "*l\(level - 1)", count: 9).joined(separator: ", ") + "]\n"
      }
      let recipe = try folder.write(text + "merge_method: *l29\n", as: "laughs.yaml")
      let run = try ProgramRun.adarank(["merge", recipe, "\(folder.path)/merged"], limit: 20)
      #expect(
        run.status == 2 && run.errors.contains("aliases make far more values of this text than it has"), "\(run.errors)"
      )
    }

    @Test(arguments: [
      ("num_hidden_layers", 1_000_000_000), ("hidden_size", 9_223_372_036_854_775_807), ("patch_size", -1),
    ])
    func aConfigurationOfImpossibleSizes(key: String, size: Int) throws {
      var collection = FixtureCollection("adarank")
      try folder.write(
        Data(contentsOf: URL(fileURLWithPath: "\(collection.base)/model.safetensors")), as: "base/model.safetensors")
      let text = try String(contentsOfFile: "\(collection.base)/config.json", encoding: .utf8)
      var object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
      object[key] = size
      try folder.write(try JSONSerialization.data(withJSONObject: object), as: "base/config.json")
      collection.replaced["base"] = "\(folder.path)/base"
      let errors = try complaint(collection)
      #expect(errors.contains("base/config.json: the ") && errors.contains(" is \(size)"), "\(errors)")
    }
  }
}

extension String {
  /// The number of characters as four bytes, each a character, the lowest first.
  fileprivate var latinLength: String {
    String(
      String.UnicodeScalarView(
        (0..<4).map { Unicode.Scalar(UInt8(truncatingIfNeeded: unicodeScalars.count >> (8 * $0))) }))
  }
}

/// A ZIP archive of one stored file.
private func storedArchive(_ name: String, _ data: [UInt8]) -> [UInt8] {
  func number(_ value: Int, _ width: Int) -> [UInt8] {
    (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
  let sizes = number(data.count, 4) + number(data.count, 4) + number(name.utf8.count, 2)
  let local = number(0x0403_4B50, 4) + number(0, 14) + sizes + number(0, 2) + Array(name.utf8) + data
  let entry = number(0x0201_4B50, 4) + number(0, 16) + sizes + number(0, 16) + Array(name.utf8)
  let end = number(0x0605_4B50, 4) + number(0, 4) + number(1, 2) + number(1, 2) + number(entry.count, 4)
  return local + entry + end + number(local.count, 4) + number(0, 2)
}
