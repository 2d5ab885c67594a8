import Merging

/// The `README.md` of a merged model's folder.
package struct ModelCard {
  private let report: MergeReport
  private let request: MergeRequest
  private let loading: Loading
  private let heads: [String]
  private let hasComponents: Bool
  private let identifiers: [String]

  /// How a person loads the model.
  package enum Loading: Sendable {
    /// - Parameter projects: whether the tower's features are projected.
    case huggingFace(projects: Bool)
    case openCLIP
    /// A body that `AutoModel` loads, with classifiers of the fine-tuned checkpoints' names.
    /// - Parameter takesPictures: else it takes texts.
    case autoModel(takesPictures: Bool)
    case unknown

    /// The library, as the Hub spells it; nil: none is known.
    var library: String? {
      switch self {
      case .huggingFace, .autoModel: "transformers"
      case .openCLIP: "open_clip"
      case .unknown: nil
      }
    }

    /// What a body does, as the Hub spells it.
    var pipeline: String? {
      switch self {
      case .huggingFace, .openCLIP, .autoModel(takesPictures: true): "image-feature-extraction"
      case .autoModel(takesPictures: false): "feature-extraction"
      case .unknown: nil
      }
    }
  }

  /// - Parameters:
  ///   - heads: the tasks whose heads the folder holds.
  ///   - hasComponents: whether it holds a table of the singular components.
  ///   - identifiers: what the base and the models are called on the Hub, as far as that is known.
  package init(
    _ report: MergeReport, request: MergeRequest, loading: Loading, heads: [String], hasComponents: Bool = false,
    identifiers: [String] = []
  ) {
    self.report = report
    self.request = request
    self.loading = loading
    self.heads = heads
    self.hasComponents = hasComponents
    self.identifiers = identifiers
  }

  package var markdown: String {
    var parts = [
      frontMatter, "# \(name(of: request.base)), merged from \(request.models.count) fine-tuned models", overview,
    ]
    parts.append("## Results\n\n" + MergeSummary(report).results.markdown + "\n\n" + caveat)
    if !report.entropy.isEmpty {
      parts.append("![the loss of each task over the steps](\(LossPicture.fileName))")
    }
    parts.append("[\(ReportPage.fileName)](\(ReportPage.fileName)) shows more, in any browser.")
    parts.append("## Models\n\n" + models)
    parts.append("## Loading\n\n" + usage)
    parts.append("## Files\n\n" + files)
    return parts.joined(separator: "\n\n") + "\n"
  }

  /// What the Hub reads.
  ///
  /// Source: https://huggingface.co/docs/hub/model-cards.
  private var frontMatter: String {
    var lines = ["---"]
    if !identifiers.isEmpty {
      lines += ["base_model:"] + identifiers.map { "- \($0)" } + ["base_model_relation: merge"]
    }
    if let library = loading.library { lines.append("library_name: \(library)") }
    if let pipeline = loading.pipeline { lines.append("pipeline_tag: \(pipeline)") }
    lines += ["tags:", "- merge", "- adarank"]
    if request.method.rawValue != "adarank" { lines.append("- \(request.method.rawValue)") }
    return (lines + ["---"]).joined(separator: "\n")
  }

  private var files: String {
    var lines = [
      "- `recipe.yaml`: the recipe as run, every default written out",
      "- `\(ReportPage.fileName)`: a page of plots and tables: results, components, time and memory",
      "- `report.json`: losses step by step, accuracies, what every rank did, and the hash of the weights",
    ]
    if !report.entropy.isEmpty { lines.append("- `\(LossPicture.fileName)`: the losses as a picture") }
    if !heads.isEmpty {
      lines.append("- `heads/TASK.safetensors`: each task's classifier on the merged body's features")
    }
    if request.method.learns { lines.append("- `adarank_state.safetensors`: the learnt masks and coefficients") }
    if hasComponents {
      lines.append(
        "- `\(ComponentTable.fileName)`: every singular component: its size, what of other tasks lies along it, and "
          + "whether it is kept")
    }
    return lines.joined(separator: "\n")
  }

  private var overview: String {
    var text =
      "Made by adarank \(report.version) with the method `\(request.method.rawValue)` from \(request.models.count) models "
      + "fine-tuned from one base."
    if let settings = request.learning {
      text +=
        " \(settings.steps) steps of \(settings.batchSize) unlabelled inputs per task, objective "
        + "`\(settings.objective.rawValue)`, origin `\(settings.origin.rawValue)`."
    }
    if let components = MergeSummary(report).components {
      text += " " + components.prefix(1).uppercased() + components.dropFirst() + "."
    }
    if let hash = report.weightsSha256 {
      text += "\n\nSHA-256 of the weights' bytes in the order of their names: `\(hash)`"
    }
    return text
  }

  private var caveat: String {
    report.averageAccuracy == nil
      ? "No labelled inputs were given, so no accuracy was measured."
      : "Labels were used for this table only; they had no part in the merge."
  }

  private var models: String {
    request.models.map { "- \($0.task): `\(name(of: $0.model))`" }.joined(separator: "\n")
  }

  private var usage: String {
    switch loading {
    case .huggingFace(let projects): "```python\n\(python(projects: projects).joined(separator: "\n"))\n```"
    case .openCLIP:
      "The tensors have OpenCLIP's names; `open_clip_config.json` describes the model."
        + (heads.isEmpty
          ? ""
          : """
           A task's logits are the
          L2-normalised image features times the transposed `weight` of its head, plus `bias` where there is one.
          """)
    case .autoModel:
      """
      ```python
      from transformers import AutoModel

      body = AutoModel.from_pretrained("PATH OF THIS FOLDER")
      ```
      """
        + (heads.isEmpty
          ? "" : "\n\nA task's classifier has in its file the names that its fine-tuned checkpoint gave it.")
    case .unknown: "The tensors have the names, shapes and meaning that they have in the base."
    }
  }

  /// A program that computes features, and one task's logits where there is a head.
  private func python(projects: Bool) -> [String] {
    // A full CLIP checkpoint too holds what these two read of it.
    let type = projects ? "CLIPVisionModelWithProjection" : "CLIPVisionModel"
    var lines = [
      "from transformers import \(type)",
      "",
      "body = \(type).from_pretrained(\"PATH OF THIS FOLDER\")",
      "features = body(pixel_values).\(projects ? "image_embeds" : "pooler_output")",
      "features = features / features.norm(dim=-1, keepdim=True)",
    ]
    if let task = heads.first {
      lines.insert("from safetensors.torch import load_file", at: 0)
      lines += [
        "head = load_file(\"PATH OF THIS FOLDER/heads/\(task).safetensors\")",
        "logits = features @ head[\"weight\"].T + head.get(\"bias\", 0)",
      ]
    }
    return lines
  }

  private func name(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
}
