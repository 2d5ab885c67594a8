import Foundation
import Testing

/// A Python with torch, transformers and safetensors.
private let python = ProcessInfo.processInfo.environment["ADARANK_PYTHON"]

extension ProgramTests {
  /// Whether the Python world takes what the program writes.
  @Suite(
    .enabled(if: python != nil, "ADARANK_PYTHON names no Python with torch, transformers and safetensors"))
  struct PythonTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    func merge(_ collection: FixtureCollection) throws -> String {
      let recipe = try folder.write(collection.yaml, as: "recipe.yaml")
      let out = "\(folder.path)/merged"
      let run = try ProgramRun.adarank(["merge", recipe, out], ranks: 2)
      try #require(run.status == 0, "\(run.errors)")
      return out
    }

    func runs(_ script: String, _ arguments: String...) throws {
      let file = try folder.write(script, as: "check.py")
      let run = try ProgramRun.run([python!, file] + arguments, limit: 300)
      #expect(run.status == 0, "\(run.output)\n\(run.errors)")
    }

    /// With λ = 0 the merged model is the base, whose logits are known.
    @Test(arguments: [[], ["out_shard_size: 40KB"]])
    func givesTheLogitsOfTheBase(settings: [String]) throws {
      var collection = FixtureCollection("task_arithmetic")
      collection.parameters = ["merge_coefficient: 0.0"]
      collection.settings = settings
      let out = try merge(collection)
      try runs(
        """
        import sys
        import torch
        from safetensors.torch import load_file
        from transformers import CLIPVisionModelWithProjection

        out, fixture = sys.argv[1:]
        body, info = CLIPVisionModelWithProjection.from_pretrained(out, output_loading_info=True)
        assert not any(info.values()), info
        golden = load_file(f"{fixture}/golden/forward_base.safetensors")
        for task in ["alpha", "beta", "gamma"]:
            head = load_file(f"{out}/heads/{task}.safetensors")
            with torch.no_grad():
                pixels = load_file(f"{fixture}/tasks/{task}/inputs.safetensors")["pixel_values"]
                features = body(pixels).image_embeds
            features = features / features.norm(dim=-1, keepdim=True)
            logits = features @ head["weight"].T + head.get("bias", 0)
            wanted = golden[f"{task}.logits"]
            off = ((logits.double() - wanted).abs().max() / wanted.abs().max()).item()
            assert logits.shape == wanted.shape and off < 1e-5, (task, off)
        """, out, FixtureCollection.path("clip"))
    }

    @Test(arguments: ["vit", "dinov2"]) func bodiesGiveTheLogitsOfTheBase(_ fixture: String) throws {
      var collection = FixtureCollection(fixture: fixture, "task_arithmetic")
      collection.parameters = ["merge_coefficient: 0.0"]
      let out = try merge(collection)
      try runs(
        """
        import sys
        import torch
        from safetensors.torch import load_file
        from transformers import AutoModel

        out, fixture = sys.argv[1:]
        body, info = AutoModel.from_pretrained(out, output_loading_info=True)
        assert not info["missing_keys"] and not info["unexpected_keys"], info
        golden = load_file(f"{fixture}/golden/forward_base.safetensors")
        for task in ["alpha", "beta", "gamma"]:
            head = load_file(f"{out}/heads/{task}.safetensors")
            with torch.no_grad():
                pixels = load_file(f"{fixture}/tasks/{task}/inputs.safetensors")["pixel_values"].float()
                tokens = body(pixels).last_hidden_state
            features = tokens[:, 0]
            if fixture.endswith("dinov2"):
                features = torch.cat([features, tokens[:, 1:].mean(1)], 1)
            logits = features @ head["classifier.weight"].T + head["classifier.bias"]
            wanted = golden[f"{task}.logits"]
            off = ((logits.double() - wanted).abs().max() / wanted.abs().max()).item()
            assert logits.shape == wanted.shape and off < 1e-5, (task, off)
        """, out, FixtureCollection.path(fixture))
    }

    @Test(arguments: ["float32", "float16", "bfloat16"])
    func readsWeightsAndStateWithSafetensors(type: String) throws {
      var collection = FixtureCollection("adarank")
      collection.settings = ["dtype: \(type)"]
      let out = try merge(collection)
      try runs(
        """
        import json, sys
        import torch
        from safetensors import safe_open
        from safetensors.torch import load_file
        from transformers import CLIPVisionModelWithProjection

        out, dtype = sys.argv[1:]
        weights = load_file(f"{out}/model.safetensors")
        assert {t.dtype for t in weights.values()} == {getattr(torch, dtype)}
        body = CLIPVisionModelWithProjection.from_pretrained(out, dtype="auto")
        assert body.dtype == getattr(torch, dtype), body.dtype
        loaded = body.state_dict()
        assert all(torch.equal(weights[name], loaded[name]) for name in weights)
        with safe_open(f"{out}/adarank_state.safetensors", "pt") as state:
            assert json.loads(state.metadata()["tasks"]) == ["alpha", "beta", "gamma"]
            for key in state.keys():
                kind, name = key.split(".", 1)
                shape = [3, min(weights[name].shape)] if kind == "logits" else [3]
                assert list(state.get_tensor(key).shape) == shape, key
        """, out, type)
    }

    /// The Hub's own reader understands the model card.
    @Test(arguments: ["adarank", "ties"]) func theHubReadsTheCard(method: String) throws {
      let out = try merge(FixtureCollection(method))
      try runs(
        """
        import sys
        from huggingface_hub import ModelCard

        out, method = sys.argv[1:]
        card = ModelCard.load(f"{out}/README.md", ignore_metadata_errors=False)
        data = card.data.to_dict()
        assert data["library_name"] == "transformers" and data["pipeline_tag"] == "image-feature-extraction", data
        assert data["tags"] == ["merge", "adarank"] + ([method] if method != "adarank" else []), data
        # Whose models have no names on the Hub, has none in the card.
        assert "base_model" not in data, data
        assert card.text.lstrip().startswith("# "), card.text
        named = card.content.replace("---", "---\\nbase_model:\\n- a/base\\n- a/tuned\\nbase_model_relation: merge", 1)
        assert ModelCard(named).data.base_model == ["a/base", "a/tuned"]
        """, out, method)
    }
  }
}
