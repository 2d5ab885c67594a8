import Foundation
import Testing

/// A Python that has PEFT besides; nil where there is none.
private let python: String? = ProcessInfo.processInfo.environment["ADARANK_PYTHON"].flatMap { python in
  let run = try? ProgramRun.run([python, "-c", "import peft, safetensors, torch, transformers"], limit: 300)
  return run?.status == 0 ? python : nil
}

extension ProgramTests {
  /// Whether PEFT builds just the adapters that `adarank ranks` says.
  @Suite(
    .enabled(if: python != nil, "ADARANK_PYTHON names no Python with peft, safetensors, torch and transformers"))
  struct PythonRanksTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func ranks(_ fixture: String, _ options: [String] = []) throws -> String {
      let recipe = try folder.write(FixtureCollection(fixture: fixture).yaml, as: "recipe.yaml")
      let out = "\(folder.path)/ranks.json"
      let run = try ProgramRun.adarank(
        ["ranks", recipe, "--trials", "1", "--inputs", "4", "--average", "3", "--alpha", "7", "--output", out] + options
      )
      try #require(run.status == 0, "\(run.errors)")
      return out
    }

    private func runs(_ script: String, _ arguments: String...) throws {
      let file = try folder.write(Self.adapters + script, as: "check.py")
      let run = try ProgramRun.run([python!, file] + arguments, environment: ["HF_HUB_OFFLINE": "1"], limit: 300)
      #expect(run.status == 0, "\(run.output)\n\(run.errors)")
    }

    /// `check(model, path, count)`: the adapters of a model are those of the file, and have its ranks and one scaling.
    private static let adapters = """
      import json, sys
      import torch
      from peft import LoraConfig, get_peft_model
      from peft.tuners.lora import LoraLayer

      def check(model, path, count, prefix=""):
          with open(path) as file:
              config = json.load(file)
          peft = get_peft_model(model, LoraConfig(**config))
          found = {}
          for name, module in peft.named_modules():
              if isinstance(module, LoraLayer) and ".base_layer." not in name:
                  name = name.removeprefix("base_model.model.").removeprefix(prefix)
                  found[name] = module.r["default"]
                  assert module.lora_A["default"].weight.shape[0] == module.r["default"], name
                  assert abs(module.scaling["default"] - config["lora_alpha"] / config["r"]) < 1e-12, name
          pattern = config["rank_pattern"]
          assert sorted(pattern) == sorted(config["target_modules"])
          assert found.items() <= pattern.items(), (found, pattern)
          # Some modules stand there with two names, of which this version of transformers has one.
          assert len(found) == count, (found, count)
          return peft


      """

    /// The folder's model alone, and the same behind a classifier's prefix.
    @Test(arguments: [
      ("clip", "CLIPVisionModelWithProjection", ""), ("vit", "AutoModel", ""), ("dinov2", "AutoModel", ""),
      ("bert", "AutoModel", ""), ("roberta", "AutoModel", ""), ("gpt2", "AutoModel", ""),
      ("vit", "AutoModelForImageClassification", "vit."), ("dinov2", "AutoModelForImageClassification", "dinov2."),
      ("bert", "AutoModelForSequenceClassification", "bert."),
      ("roberta", "AutoModelForSequenceClassification", "roberta."),
      ("gpt2", "AutoModelForSequenceClassification", "transformer."),
    ])
    func buildsTheseAdapters(fixture: String, type: String, prefix: String) throws {
      let all = fixture == "gpt2" ? 8 : 12
      for (modules, count) in [([], all), (["--modules", #"\.1\."#], all / 2)] {
        try? FileManager.default.removeItem(atPath: "\(folder.path)/ranks.json")
        try runs(
          """
          import transformers

          ranks, base, kind, prefix, count = sys.argv[1:]
          check(getattr(transformers, kind).from_pretrained(base), ranks, int(count), prefix)
          """, try ranks(fixture, modules), FixtureCollection(fixture: fixture).base, type, prefix, "\(count)")
      }
    }

    /// OpenCLIP's attention is `nn.MultiheadAttention`: one module to PEFT, which adapts both of its projections.
    @Test func adaptsOpenCLIPsAttention() throws {
      try runs(
        """
        from collections import OrderedDict
        from torch import nn

        def block():
            mlp = nn.Sequential(OrderedDict(c_fc=nn.Linear(32, 80), gelu=nn.GELU(), c_proj=nn.Linear(80, 32)))
            return nn.ModuleDict(dict(attn=nn.MultiheadAttention(32, 4, batch_first=True), mlp=mlp))

        transformer = nn.ModuleDict(dict(resblocks=nn.ModuleList([block(), block()])))
        model = nn.ModuleDict(dict(visual=nn.ModuleDict(dict(transformer=transformer))))
        peft = check(model, sys.argv[1], 6)
        attention = peft.base_model.model["visual"]["transformer"]["resblocks"][0]["attn"]
        inside = attention.base_layer.out_proj
        assert inside.r["default"] == attention.r["default"]
        """, try ranks("openclip"))
    }
  }
}
