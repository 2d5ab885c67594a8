import Merging

/// The `README.md` of a merged model's folder.
package struct ModelCard {
  private let report: MergeReport
  private let request: MergeRequest
  private let loading: Loading

  /// How a person loads the model.
  package enum Loading: Sendable {
    case huggingFace(architecture: String)
    case openCLIP
    case unknown
  }

  package init(_ report: MergeReport, request: MergeRequest, loading: Loading) {
    self.report = report
    self.request = request
    self.loading = loading
  }

  package var markdown: String {
    var parts = ["# \(name(of: request.base)), merged from \(request.models.count) fine-tuned models", overview]
    parts.append("## Results\n\n" + MergeSummary(report).results.markdown + "\n\n" + caveat)
    parts.append("## Models\n\n" + models)
    parts.append("## Loading\n\n" + usage)
    parts.append(
      "## Files\n\n" + """
        - `recipe.yaml`: the recipe as run, every default written out
        - `report.json`: losses step by step, accuracies, what every rank did, and the hash of the weights
        - `heads/TASK.safetensors`: each task's classifier on the merged body's features
        """ + (request.method.learns ? "\n- `adarank_state.safetensors`: the learnt masks and coefficients" : ""))
    return parts.joined(separator: "\n\n") + "\n"
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
    case .huggingFace(let architecture):
      """
      ```python
      from safetensors.torch import load_file
      from transformers import \(architecture)

      body = \(architecture).from_pretrained("PATH OF THIS FOLDER")
      head = load_file("PATH OF THIS FOLDER/heads/\(request.models[0].task).safetensors")
      features = body(pixel_values).\(architecture.hasSuffix("WithProjection") ? "image_embeds" : "pooler_output")
      features = features / features.norm(dim=-1, keepdim=True)
      logits = features @ head["weight"].T + head.get("bias", 0)
      ```
      """
    case .openCLIP:
      """
      The tensors have OpenCLIP's names; `open_clip_config.json` describes the model. A task's logits are the
      L2-normalised image features times the transposed `weight` of its head, plus `bias` where there is one.
      """
    case .unknown: "The tensors have the names, shapes and meaning that they have in the base."
    }
  }

  private func name(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
}
