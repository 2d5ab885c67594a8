import Testing

@testable import Priors

@Suite struct MatrixKindTests {
  @Test(
    arguments: [
      ("vision_model.encoder.layers.0.self_attn.q_proj.weight", .query),
      ("vision_model.encoder.layers.0.self_attn.out_proj.weight", .attentionOutput),
      ("vision_model.encoder.layers.0.mlp.fc1.weight", .expansion),
      ("vision_model.encoder.layers.0.mlp.fc2.weight", .contraction),
      ("visual.transformer.resblocks.0.attn.in_proj_weight", .joined),
      ("visual.transformer.resblocks.0.mlp.c_proj.weight", .contraction),
      ("roberta.encoder.layer.0.attention.self.key.weight", .key),
      ("roberta.encoder.layer.0.attention.self.value.weight", .value),
      ("roberta.encoder.layer.0.attention.output.dense.weight", .attentionOutput),
      ("roberta.encoder.layer.0.intermediate.dense.weight", .expansion),
      ("roberta.encoder.layer.0.output.dense.weight", .contraction),
      ("encoder.layer.0.attention.attention.query.weight", .query),
      ("h.0.attn.c_attn.weight", .joined), ("h.0.attn.c_proj.weight", .attentionOutput),
      ("h.0.mlp.c_proj.weight", .contraction), ("visual_projection.weight", .other),
    ] as [(String, MatrixKind)])
  func namesOfEveryFamilyAreKnown(name: String, kind: MatrixKind) {
    #expect(MatrixKind(name: name) == kind)
  }
}
