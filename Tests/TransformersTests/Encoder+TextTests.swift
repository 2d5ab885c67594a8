import Checkpoints
import Foundation
import TestSupport
import Testing

@testable import Transformers

@Suite struct EncoderTextTests {
  static let families = ["bert", "roberta", "gpt2"]

  private func encoder(_ family: String) throws -> (Encoder, ModelFolder) {
    let model = try ModelFolder(path: Fixtures.path("\(family)/tasks/alpha"))
    let base = try ModelFolder(path: Fixtures.path("\(family)/base"))
    let json = try #require(base.configuration)
    return (try Encoder(json: json, fileName: "config.json", names: base.names), model)
  }

  @Test("Parameters have the names and shapes of the checkpoints, but for the classifier", arguments: families)
  func names(family: String) throws {
    let (encoder, model) = try encoder(family)
    let classifier = ["classifier.", "score."]
    let body = model.names.filter { name in !classifier.contains { name.hasPrefix($0) } }
    #expect(Set(encoder.layout.parameters.map(\.name)) == Set(body))
    for parameter in encoder.layout.parameters {
      #expect(model[parameter.name]?.shape == parameter.shape, "\(parameter.name)")
    }
  }

  @Test("A body alone has names without the family's prefix", arguments: families)
  func namesOfABodyAlone(family: String) throws {
    let (whole, _) = try encoder(family)
    let json = Data(
      #"{"model_type": "\#(family)", "hidden_size": 8, "num_attention_heads": 2, "n_embd": 8, "n_head": 2}"#.utf8)
    let prefix = try #require(TextConfiguration.Family(rawValue: family)).prefix
    let bare = try Encoder(json: json, fileName: "config.json", names: ["embeddings.LayerNorm.weight", "wte.weight"])
    let names = whole.layout.parameters.map { String($0.name.dropFirst(prefix.count)) }
    #expect(Set(names).isSubset(of: bare.layout.parameters.map(\.name)))
  }

  @Test("The matrices of the blocks are masked, embeddings frozen, all else scaled", arguments: families)
  func roles(family: String) throws {
    let (encoder, _) = try encoder(family)
    for parameter in encoder.layout.parameters {
      let isInBlock = (1...encoder.layers).contains(parameter.stage)
      let wanted: ParameterRole =
        isInBlock && parameter.shape.count == 2 ? .masked : parameter.stage == 0 ? .frozen : .scaled
      #expect(parameter.role == wanted, "\(parameter.name)")
    }
  }
}
