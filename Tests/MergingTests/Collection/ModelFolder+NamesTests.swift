import Checkpoints
import TestSupport
import Testing

@testable import Merging

@Suite struct ModelFolderNamesTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  /// A copy of a model's weights under other names.
  private func renamed(_ model: String, as name: String, _ change: (inout [NamedTensor]) -> Void) throws -> String {
    try scratch.copy("\(model)/\(try weights(of: model))", as: "\(name).safetensors", changing: change)
  }

  private func weights(of model: String) throws -> String {
    String(try ModelFolder(path: model).files[0].path.split(separator: "/").last!)
  }

  private func prefixed(_ tensors: inout [NamedTensor], _ prefix: String) {
    tensors = tensors.map {
      NamedTensor(
        name: prefix + $0.name, elementType: $0.description.elementType, shape: $0.description.shape, bytes: $0.bytes)
    }
  }

  /// As the field's pickled image encoders have them, and classifiers around these.
  @Test(arguments: ["model.", "image_encoder.", "image_encoder.model."], ["openclip", "clip"])
  func whatHeldAModelIsLeftOut(prefix: String, family: String) throws {
    let plain = fixtureRequest(.adarank, family: family, evaluates: true)
    let wanted = try Collection(opening: plain)
    var request = plain
    for (index, source) in plain.models.enumerated() {
      request.models[index].model = try renamed(source.model, as: source.task) { tensors in
        prefixed(&tensors, prefix)
        tensors.append(NamedTensor(zeros: "classification_head.weight", .f32, [5, 20]))
      }
    }
    let collection = try Collection(opening: request)
    #expect(collection.tensors == wanted.tensors)
    for (task, wanted) in zip(collection.tasks, wanted.tasks) {
      for name in wanted.names { #expect(try task.tensor(name) == wanted.tensor(name), "\(name)") }
    }
    #expect(collection.notes.contains { $0.contains("(classification_head.weight, …)") })
  }

  @Test func otherPrefixesAreNotGuessed() throws {
    var request = fixtureRequest(.adarank, family: "openclip")
    request.models[1].model = try renamed(request.models[1].model, as: "beta") { prefixed(&$0, "backbone.") }
    let error = #expect(throws: InputError.self) { try Collection(opening: request) }
    #expect(error?.findings.first?.contains("has none of the base's tensors") == true)
  }

  @Test func twoTensorsOfOneNameAreAnError() throws {
    var request = fixtureRequest(.adarank, family: "openclip")
    let path = try renamed(request.models[0].model, as: "alpha") { tensors in
      let plain = tensors
      prefixed(&tensors, "model.")
      tensors.append(plain.first { $0.name == "visual.proj" }!)
    }
    request.models[0].model = path
    let message = "tensors \"model.visual.proj\" and \"visual.proj\" are both \"visual.proj\" of the model"
    #expect(throws: InputError(["\(path): \(message); it must hold one of them"])) { try Collection(opening: request) }

    // The base has a body alone, whose names have no prefix.
    var vit = fixtureRequest(.adarank, family: "vit")
    let gamma = try renamed(vit.models[2].model, as: "gamma") {
      $0.append(NamedTensor(zeros: "embeddings.cls_token", .f32, [1, 1, 16]))
    }
    vit.models[2].model = gamma
    let twice = "tensors \"embeddings.cls_token\" and \"vit.embeddings.cls_token\" are both \"embeddings.cls_token\""
    #expect(throws: InputError(["\(gamma): \(twice) of the model; it must hold one of them"])) {
      try Collection(opening: vit)
    }
  }
}
