import Checkpoints
import Foundation
import Testing

extension ProgramTests {
  /// What a person may get wrong. At four ranks: said once, exit code 2, nothing written, nobody left waiting.
  @Suite struct MistakeTests {
    let folder: ScratchFolder
    let ranks = 4

    init() throws { folder = try ScratchFolder() }

    /// Merges what is wrong, and expects one complaint that holds all of `phrases`.
    func expectComplaint(
      _ phrases: [String], recipe: String? = nil, _ collection: FixtureCollection = FixtureCollection("adarank"),
      options: [String] = [], out: String? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let path = try recipe ?? folder.write(collection.yaml, as: "recipe.yaml")
      let before = try folder.contents
      let arguments = ["merge", path, out ?? "\(folder.path)/merged"] + options
      let run = try ProgramRun.adarank(arguments, ranks: ranks)
      #expect(run.status == 2, "\(run.errors)", sourceLocation: sourceLocation)
      #expect(run.complaints.count == 1, "\(run.errors)", sourceLocation: sourceLocation)
      for phrase in phrases {
        let count = run.errors.components(separatedBy: phrase).count - 1
        #expect(count == 1, "\(count) times \(phrase): \(run.errors)", sourceLocation: sourceLocation)
        let isInComplaint = run.complaints.contains { $0.contains(phrase) }
        #expect(isInComplaint, "\(phrase): \(run.errors)", sourceLocation: sourceLocation)
      }
      #expect(run.output == "", sourceLocation: sourceLocation)
      #expect(try folder.contents == before, sourceLocation: sourceLocation)
      // A machine may stand still for a while, but hardly twice.
      let isPrompt = try run.seconds < 20 || ProgramRun.adarank(arguments, ranks: ranks).seconds < 20
      #expect(isPrompt, sourceLocation: sourceLocation)
    }

    /// A collection with one task's weights changed.
    func collection(
      _ method: String = "adarank", changing task: String, _ edit: (inout [NamedTensor]) -> Void
    ) throws -> FixtureCollection {
      var collection = FixtureCollection(method)
      let model = try editedSafetensors(
        collection.model(task) + "/model.safetensors", in: folder, as: "changed/model.safetensors", edit)
      collection.replaced["\(task).model"] = (model as NSString).deletingLastPathComponent
      return collection
    }

    static let tensor = "vision_model.encoder.layers.1.mlp.fc1.weight"

    @Test(arguments: ["adarank", "cart"])
    func aTensorOfAnotherShape(method: String) throws {
      let collection = try collection(method, changing: "beta") { tensors in
        let index = tensors.firstIndex { $0.description.name == Self.tensor }!
        tensors[index] = NamedTensor(
          name: Self.tensor, elementType: .f32, shape: [32, 80], bytes: tensors[index].bytes)
      }
      try expectComplaint(["model beta", Self.tensor, "[32, 80]", "[80, 32]"], collection)
    }

    @Test(arguments: ["adarank", "cart"])
    func aMissingTensor(method: String) throws {
      let collection = try collection(method, changing: "gamma") { $0.removeAll { $0.description.name == Self.tensor } }
      try expectComplaint(["model gamma", "has no tensor \(Self.tensor)"], collection)
    }

    @Test(
      arguments: [("adarank", true), ("average", true), ("average", false), ("cart", false)], [Float.nan, .infinity])
    func numbersThatAreNone(_ merge: (method: String, evaluates: Bool), number: Float) throws {
      var collection = try collection(merge.method, changing: "alpha") { tensors in
        let index = tensors.firstIndex { $0.description.name == Self.tensor }!
        var bytes = tensors[index].bytes
        withUnsafeBytes(of: number.bitPattern.littleEndian) { bytes.replaceSubrange(4 * 1_234..<4 * 1_235, with: $0) }
        tensors[index] = NamedTensor(
          name: Self.tensor, elementType: .f32, shape: tensors[index].description.shape, bytes: bytes)
      }
      collection.evaluates = merge.evaluates
      try expectComplaint(["model alpha", Self.tensor, "NaN or an infinity at element 1234"], collection)
    }

    @Test(arguments: [true, false])
    func valuesThatTheOutputsTypeCannotHold(evaluates: Bool) throws {
      var collection = try collection("average", changing: "alpha") { tensors in
        let index = tensors.firstIndex { $0.description.name == Self.tensor }!
        var bytes = tensors[index].bytes
        withUnsafeBytes(of: Float(3e5).bitPattern.littleEndian) {
          bytes.replaceSubrange(4 * 1_234..<4 * 1_235, with: $0)
        }
        tensors[index] = NamedTensor(
          name: Self.tensor, elementType: .f32, shape: tensors[index].description.shape, bytes: bytes)
      }
      collection.settings = ["dtype: float16"]
      collection.evaluates = evaluates
      try expectComplaint(["merged tensor \(Self.tensor), element 1234", "too large for F16"], collection)
      // Each tensor is named, whoever owns it.
      collection = FixtureCollection("task_arithmetic")
      collection.parameters = ["merge_coefficient: 1e39"]
      collection.evaluates = evaluates
      let recipe = try folder.write(collection.yaml, as: "recipe.yaml")
      let run = try ProgramRun.adarank(["merge", recipe, "\(folder.path)/merged"], ranks: ranks)
      #expect(run.status == 2, "\(run.errors)")
      #expect(Set(run.complaints).count == run.complaints.count, "\(run.errors)")
      for tensor in [Self.tensor, "visual_projection.weight"] {
        #expect(run.complaints.count { $0.contains("merged tensor \(tensor), element") } == 1, "\(run.errors)")
      }
      #expect(try folder.contents == ["changed", "changed/model.safetensors", "recipe.yaml"])
    }

    @Test func aTruncatedFile() throws {
      var collection = FixtureCollection("adarank")
      let whole = try Data(contentsOf: URL(fileURLWithPath: collection.model("beta") + "/model.safetensors"))
      try folder.write(whole.prefix(whole.count - 1_000), as: "cut/model.safetensors")
      collection.replaced["beta.model"] = "\(folder.path)/cut"
      try expectComplaint(["cut/model.safetensors", "the file is cut off"], collection)
    }

    @Test func anUnknownKey() throws {
      var collection = FixtureCollection("adarank")
      collection.parameters.insert("stepz: 3", at: 0)
      let line = collection.yaml.split(separator: "\n", omittingEmptySubsequences: false).firstIndex {
        $0.contains("stepz")
      }!
      try expectComplaint(["recipe.yaml:\(line + 1):", "unknown key 'stepz'", "did you mean 'steps'"], collection)
    }

    @Test func anUnknownOverride() throws {
      try expectComplaint(["unknown key 'stepz'", "did you mean 'steps'"], options: ["--set", "stepz=3"])
    }

    @Test func aHeadOfAnotherWidth() throws {
      var collection = FixtureCollection("adarank")
      collection.replaced["beta.head"] = try editedSafetensors(
        collection.head("beta"), in: folder, as: "head.safetensors"
      ) {
        tensors in
        tensors.removeAll { $0.description.name == "weight" }
        let bytes = [UInt8](repeating: 0, count: 7 * 24 * 4)
        tensors.append(NamedTensor(name: "weight", elementType: .f32, shape: [7, 24], bytes: bytes))
      }
      try expectComplaint(["head.safetensors", "[7, 24]", "width 20"], collection)
    }

    /// Also where nothing is computed with the head, and it would only be copied.
    @Test func aHeadOfNumbersThatAreNone() throws {
      var collection = FixtureCollection("average")
      collection.replaced["beta.head"] = try editedSafetensors(
        collection.head("beta"), in: folder, as: "head.safetensors"
      ) { tensors in
        tensors.removeAll { $0.description.name == "weight" }
        let bytes = [UInt8](repeating: 0xFF, count: 7 * 20 * 4)
        tensors.append(NamedTensor(name: "weight", elementType: .f32, shape: [7, 20], bytes: bytes))
      }
      let lines = collection.yaml.split(separator: "\n").filter { !$0.contains("evaluate:") }
      let recipe = try folder.write(lines.joined(separator: "\n"), as: "unlabelled.yaml")
      try expectComplaint(["head.safetensors: 'weight' holds a NaN or an infinity"], recipe: recipe)
    }

    @Test func inputsWithoutPictures() throws {
      var collection = FixtureCollection("adarank")
      collection.replaced["gamma.inputs"] = try editedSafetensors(
        collection.inputs("gamma"), in: folder, as: "inputs.safetensors"
      ) { $0.removeAll { $0.description.name != "labels" } }
      try expectComplaint(["inputs.safetensors", "holds no pictures"], collection)
    }

    @Test func labelsThatTheHeadDoesNotKnow() throws {
      var collection = FixtureCollection("adarank")
      collection.replaced["gamma.inputs"] = collection.inputs("beta")
      try expectComplaint(["beta/inputs.safetensors", "the head has 3 classes"], collection)
    }

    @Test func anOutputThatExists() throws {
      try folder.write("precious", as: "merged/thesis.tex")
      try expectComplaint(["merged: exists already"])
      try folder.write("weights", as: "merged/model.safetensors")
      try expectComplaint(["merged: will not be replaced"], options: ["--overwrite"])
    }

    @Test func anOutputThatIsAnInput() throws {
      for name in ["model.safetensors", "head.safetensors", "inputs.safetensors"] {
        let file = try Data(contentsOf: URL(fileURLWithPath: FixtureCollection.path("clip/tasks/alpha/\(name)")))
        try folder.write(file, as: "models/alpha/\(name)")
      }
      try folder.write("{}", as: "models/report.json")
      try folder.write("{}", as: "models/alpha/report.json")
      var collection = FixtureCollection("average")
      collection.replaced["alpha.model"] = "\(folder.path)/models/alpha"
      for (name, relation) in [("models", "holds"), ("models/alpha", "is"), ("models/alpha/merged", "would lie in")] {
        try expectComplaint(
          ["\(name): is no place for the output: it \(relation) \(folder.path)/models/alpha, which is an input"],
          collection, options: ["--overwrite"], out: "\(folder.path)/\(name)")
      }
      collection.replaced["alpha.model"] = nil
      collection.replaced["alpha.inputs"] = "\(folder.path)/models/alpha/inputs.safetensors"
      try expectComplaint(
        ["it holds \(folder.path)/models/alpha/inputs.safetensors"], collection, options: ["--overwrite"],
        out: "\(folder.path)/models")
    }

    @Test func anOutputWhoseFolderIsMissing() throws {
      try expectComplaint(["there is no folder \(folder.path)/no/where"], out: "\(folder.path)/no/where/merged")
    }

    @Test func aRecipeThatIsNotThere() throws {
      try expectComplaint(["nothing.yaml"], recipe: "\(folder.path)/nothing.yaml")
    }

    @Test func aModelThatIsNotThere() throws {
      var collection = FixtureCollection("adarank")
      collection.replaced["beta.model"] = "\(folder.path)/nothing"
      try expectComplaint(["\(folder.path)/nothing"], collection)
    }

    @Test(
      arguments: [
        (["--bogus"], "Unknown option '--bogus'"), (["third"], "Unexpected argument 'third'"),
        (["--threads", "0"], "--threads must be at least 1"), (["--threads", "x"], "'x'"), (["--set"], "Missing value"),
      ])
    func wrongArguments(_ options: [String], phrase: String) throws {
      try expectComplaint([phrase], options: options)
    }

    @Test func reportsEverythingAtOnce() throws {
      var collection = FixtureCollection("adarank")
      collection.parameters += ["stepz: 3", "temperature: -1"]
      collection.settings = ["dtype: float8"]
      let recipe = try folder.write(collection.yaml, as: "recipe.yaml")
      let run = try ProgramRun.adarank(["merge", recipe, "\(folder.path)/merged"], ranks: ranks)
      #expect(run.status == 2)
      #expect(run.complaints.count == 3, "\(run.errors)")
      for phrase in ["stepz", "temperature must be", "float8"] {
        #expect(run.complaints.count { $0.contains(phrase) } == 1, "\(run.errors)")
      }
    }

    @Test(arguments: [["inspect", "/nothing"], ["compare", "/nothing"], ["evaluate", "/nothing", "/nothing.yaml"]])
    func pathsOfOtherCommands(_ arguments: [String]) throws {
      for ranks in [nil, 2] {
        let run = try ProgramRun.adarank(arguments, ranks: ranks)
        #expect(run.status == 2, "\(run.errors)")
        #expect(run.complaints.count == 1, "\(run.errors)")
        #expect(run.complaints.allSatisfy { $0.contains("/nothing") }, "\(run.errors)")
        #expect(!run.errors.contains("Usage:"))
        #expect(run.output == "")
      }
    }
  }
}
