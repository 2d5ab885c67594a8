import Checkpoints
import TestSupport
import Testing
import Transformers

@Suite struct EncoderCLIPVisionTests {
  private func tower(_ naming: CLIPVisionConfiguration.Naming, projection: Int?) -> Encoder {
    Encoder(
      CLIPVisionConfiguration(
        naming: naming, width: 12, mlpWidth: 20, layers: 2, heads: 3, imageSize: 7, patchSize: 3, channels: 2,
        projectionWidth: projection, activation: .gelu))
  }

  @Test("Parameters have the names and shapes of the checkpoints", arguments: ["clip", "openclip"])
  func names(family: String) throws {
    let model = try ModelFolder(path: Fixtures.path("\(family)/base"))
    let configuration = try CLIPVisionConfiguration(
      json: try #require(model.configuration), fileName: "config.json")
    let tower = Encoder(configuration)
    #expect(Set(tower.layout.parameters.map(\.name)) == Set(model.names))
    #expect(tower.layout.parameters.count == model.names.count)
    for parameter in tower.layout.parameters {
      #expect(model[parameter.name]?.shape == parameter.shape, "\(parameter.name)")
    }
  }

  @Test("The matrices of the blocks are masked, all else is scaled", arguments: ["clip", "openclip"])
  func roles(family: String) throws {
    let naming: CLIPVisionConfiguration.Naming = family == "clip" ? .huggingFace : .openCLIP
    for parameter in tower(naming, projection: 5).layout.parameters {
      let isInBlock = parameter.name.contains("layers.") || parameter.name.contains("resblocks.")
      #expect((parameter.role == .masked) == (isInBlock && parameter.shape.count == 2), "\(parameter.name)")
      #expect(parameter.role != .frozen)
    }
  }

  @Test("Stages are embedding, blocks, and what follows them")
  func stages() {
    for naming in [CLIPVisionConfiguration.Naming.huggingFace, .openCLIP] {
      let tower = tower(naming, projection: 5)
      #expect(tower.stageCount == 4)
      for parameter in tower.layout.parameters {
        let name = parameter.name
        let wanted =
          if name.contains("layers.0.") || name.contains("resblocks.0.") {
            1
          } else if name.contains("layers.1.") || name.contains("resblocks.1.") {
            2
          } else if name.contains("post") && name.contains("layernorm") || name.contains("ln_post")
            || name.contains("proj")
          {
            3
          } else {
            0
          }
        #expect(parameter.stage == wanted, "\(name)")
      }
    }
  }

  @Test("Queries, keys and values lie behind each other, all else at cache lines")
  func offsets() throws {
    let layout = tower(.huggingFace, projection: 5).layout
    func offset(_ name: String) throws -> Int { layout.offsets[try #require(layout.index(of: name))] }
    for layer in 0..<2 {
      let prefix = "vision_model.encoder.layers.\(layer).self_attn."
      for (kind, count) in [("weight", 144), ("bias", 12)] {
        let query = try offset(prefix + "q_proj." + kind)
        #expect(query % 16 == 0)
        #expect(try offset(prefix + "k_proj." + kind) == query + count)
        #expect(try offset(prefix + "v_proj." + kind) == query + 2 * count)
      }
    }
    var end = 0
    for (parameter, offset) in zip(layout.parameters, layout.offsets) {
      #expect(offset >= end && offset < end + 16, "\(parameter.name)")
      let continues = parameter.name.contains("k_proj") || parameter.name.contains("v_proj")
      #expect(parameter.continuesPrevious == continues)
      #expect(continues ? offset == end : offset % 16 == 0, "\(parameter.name)")
      end = offset + parameter.count
    }
    #expect(layout.count == end)
  }

  @Test("A tower without a projection ends after its last normalisation")
  func noProjection() {
    for (naming, shape) in [(CLIPVisionConfiguration.Naming.huggingFace, [5, 12]), (.openCLIP, [12, 5])] {
      let (with, without) = (tower(naming, projection: 5), tower(naming, projection: nil))
      let projections = with.layout.parameters.indices.filter(with.mayLack)
      #expect(projections.map { with.layout.parameters[$0].shape } == [shape])
      #expect(without.layout.parameters.indices.filter(without.mayLack).isEmpty)
      #expect(without.layout.parameters == with.layout.parameters.dropLast())
      #expect(without.featureWidth == 12 && with.featureWidth == 5)
    }
  }
}
