import Foundation
import LinearAlgebra
import Testing

@testable import Merging

@Suite struct DisagreementSubjectTests {
  private func subject(
    _ family: String = "clip", inputs: Int = 16, _ pattern: String? = nil,
    _ change: (inout MergeRequest) -> Void = { _ in }
  ) throws -> DisagreementSubject {
    var request = fixtureRequest(.average, family: family)
    change(&request)
    var settings = DisagreementSettings()
    (settings.inputs, settings.pattern) = (inputs, pattern)
    return try DisagreementSubject(request, settings)
  }

  private func findings(_ pattern: String? = nil, _ change: (inout MergeRequest) -> Void) throws -> [String] {
    do { _ = try subject("clip", pattern, change) } catch let error as InputError { return error.findings }
    return []
  }

  /// Inputs often lie class by class.
  @Test func inputsAreSpreadEvenly() throws {
    let samples = try subject(inputs: 5).samples
    #expect(samples.map(\.index) == [0, 4, 9, 14, 19, 0, 4, 9, 14, 19, 0, 4, 9, 14, 19])
    let all = try subject(inputs: 1_000).samples
    #expect(all.map(\.index) == (0..<72).map { $0 % 24 })
  }

  @Test func tasksWithoutInputsAreLeftOut() throws {
    let subject = try subject(inputs: 2) { $0.models[1].adapt = nil }
    #expect(subject.tasks == 2 && subject.samples.count == 4)
  }

  @Test func aPatternChoosesModules() throws {
    let all = try subject().modules
    #expect(all.count == 12)
    let kinds = ["self_attn.q_proj", "self_attn.v_proj"]
    #expect(try subject("clip", "q_proj|v_proj").modules.map(\.kind) == kinds + kinds)
    #expect(try subject("clip", #"layers\.1\."#).modules == Array(all[6...]))
  }

  /// Labels are never read: these would be no class of the head.
  @Test func textsAreTokens() throws {
    let subject = try subject("bert", inputs: 3) { $0.models[0].evaluate = $0.models[0].adapt }
    #expect(subject.samples.allSatisfy { !$0.text!.words.isEmpty } && subject.mostTokens <= 12)
  }

  @Test func everythingWrongIsFoundAtOnce() throws {
    let found = try findings("(") { request in
      request.models[0].adapt = "/nowhere/a.safetensors"
      request.models[2].adapt = "/nowhere/c.safetensors"
    }
    #expect(found.count == 3 && found[0] == "'(' is not a regular expression", "\(found)")
    #expect(found[1].contains("/nowhere/a.safetensors") && found[2].contains("/nowhere/c.safetensors"))
    let none = try findings("q_prj") { for index in $0.models.indices { $0.models[index].adapt = nil } }
    #expect(
      none == [
        "no model of the recipe has unlabelled inputs ('adapt')",
        "no module's name matches 'q_prj'; they are called vision_model.encoder.layers.0.self_attn.q_proj, "
          + "vision_model.encoder.layers.0.self_attn.k_proj, …",
      ])
  }

  @Test func anUnknownArchitectureIsNamed() throws {
    let folder = try ScratchFolder()
    let base = fixtureRequest(.average).base
    try FileManager.default.copyItem(atPath: base + "/model.safetensors", toPath: folder.path + "/model.safetensors")
    #expect(
      try findings { $0.base = folder.path } == [
        "\(folder.path) has neither config.json nor open_clip_config.json, so the architecture is not known"
      ])
    _ = try folder.write(#"{"model_type": "mamba"}"#, as: "config.json")
    #expect(try findings { $0.base = folder.path }.first?.contains("mamba") == true)
  }

  @Test func numbersThatAreNoneAreFound() throws {
    let folder = try ScratchFolder()
    let base = fixtureRequest(.average).base
    _ = try folder.write(try String(contentsOfFile: base + "/config.json", encoding: .utf8), as: "config.json")
    let name = "vision_model.encoder.layers.1.mlp.fc1.weight"
    _ = try folder.copy(base + "/model.safetensors", as: "model.safetensors") {
      $0.replace(name) { $0.with(.nan, at: 7) }
    }
    let inputs = try folder.copy(fixtureRequest(.average).models[1].adapt!, as: "inputs.safetensors") {
      $0.replace("pixel_values") { $0.with(.infinity, at: 5 * 3 * 24 * 24) }
    }
    func findings(inputs count: Int) throws -> [String] {
      let subject = try subject(inputs: count) { request in
        request.base = folder.path
        request.models[1].adapt = inputs
      }
      let pool = WorkerPool(threads: 2)
      return try (0..<3).flatMap { try subject.findings(rank: $0, ranks: 3, pool: pool) }.sorted()
    }
    let weight = "the base (\(folder.path)/model.safetensors): tensor \(name) holds a NaN or an infinity at element 7"
    let picture = "\(inputs): picture 5 of 'pixel_values' holds a NaN or an infinity"
    #expect(try findings(inputs: 24) == [picture, weight].sorted())
    // Nobody looks at picture 5.
    #expect(try findings(inputs: 2) == [weight])
  }
}
