import Testing

@testable import Merging
@testable import Reports

@Suite struct ModelCardTests {
  @Test func describesALearntMerge() {
    let card = ModelCard(
      sampleReport(), request: sampleRequest(.adarank),
      loading: .huggingFace(projects: true), heads: ["alpha", "beta"], hasComponents: true,
      identifiers: ["org/base", "org/one"])
    #expect(
      card.markdown == """
        ---
        base_model:
        - org/base
        - org/one
        base_model_relation: merge
        library_name: transformers
        pipeline_tag: image-feature-extraction
        tags:
        - merge
        - adarank
        ---

        # base, merged from 2 fine-tuned models

        Made by adarank 1.2.3 with the method `adarank` from 2 models fine-tuned from one base. 500 steps of 16 unlabelled inputs per task, objective `entropy`, origin `task_arithmetic`. Components kept: 700 of 1152; 491 changed since the beginning.

        SHA-256 of the weights' bytes in the order of their names: `c0ffee`

        ## Results

        | task | classes | inputs | first loss | last loss | test inputs | accuracy % |
        | --- | ---: | ---: | ---: | ---: | ---: | ---: |
        | alpha | 5 | 800 | 0.915 | 0.250 | 400 | 87.5 |
        | beta | 7 | 80 | 1.500 | 1.000 | – | – |
        | average |  |  |  |  |  | 87.5 |

        Labels were used for this table only; they had no part in the merge.

        ![the loss of each task over the steps](entropy.svg)

        [report.html](report.html) shows more, in any browser.

        ## Models

        - alpha: `one`
        - beta: `two.safetensors`

        ## Loading

        ```python
        from safetensors.torch import load_file
        from transformers import CLIPVisionModelWithProjection

        body = CLIPVisionModelWithProjection.from_pretrained("PATH OF THIS FOLDER")
        features = body(pixel_values).image_embeds
        features = features / features.norm(dim=-1, keepdim=True)
        head = load_file("PATH OF THIS FOLDER/heads/alpha.safetensors")
        logits = features @ head["weight"].T + head.get("bias", 0)
        ```

        ## Files

        - `recipe.yaml`: the recipe as run, every default written out
        - `report.html`: a page of plots and tables: results, components, time and memory
        - `report.json`: losses step by step, accuracies, what every rank did, and the hash of the weights
        - `entropy.svg`: the losses as a picture
        - `heads/TASK.safetensors`: each task's classifier on the merged body's features
        - `adarank_state.safetensors`: the learnt masks and coefficients
        - `components.safetensors`: every singular component: its size, what of other tasks lies along it, and whether it is kept

        """)
  }

  @Test func describesAStaticMerge() {
    var report = sampleReport()
    (report.entropy, report.components, report.averageAccuracy) = ([], nil, nil)
    let card = ModelCard(report, request: sampleRequest(.average), loading: .openCLIP, heads: ["beta"]).markdown
    #expect(
      card.hasPrefix(
        """
        ---
        library_name: open_clip
        pipeline_tag: image-feature-extraction
        tags:
        - merge
        - adarank
        - average
        ---

        # base
        """))
    #expect(
      card.contains("\n\nMade by adarank 1.2.3 with the method `average` from 2 models fine-tuned from one base.\n\n"))
    #expect(card.contains("\n| task | classes |\n| --- | ---: |\n| alpha | 5 |\n| beta | 7 |\n"))
    #expect(card.contains("No labelled inputs were given, so no accuracy was measured."))
    #expect(card.contains("OpenCLIP's names; `open_clip_config.json` describes the model."))
    #expect(card.contains(" A task's logits are the\nL2-normalised image features"))
    #expect(!card.contains("adarank_state.safetensors"))
    #expect(!card.contains("entropy.svg") && !card.contains("components.safetensors"))
    #expect(card.contains("[report.html](report.html)"))
    #expect(!card.contains("```"))
  }

  @Test func readsTheFeaturesThatTheArchitectureHas() {
    let card = ModelCard(
      sampleReport(), request: sampleRequest(.adarank), loading: .huggingFace(projects: false), heads: [])
    #expect(card.markdown.contains("from transformers import CLIPVisionModel\n"))
    #expect(card.markdown.contains("body(pixel_values).pooler_output"))
  }

  @Test func speaksOfHeadsOnlyWhereThereAreSome() {
    for loading in [ModelCard.Loading.huggingFace(projects: true), .openCLIP, .unknown] {
      func card(_ heads: [String]) -> String {
        ModelCard(sampleReport(), request: sampleRequest(.average), loading: loading, heads: heads).markdown
      }
      #expect(!card([]).contains("head"))
      #expect(card(["beta"]).contains("- `heads/TASK.safetensors`"))
      #expect(!card(["beta"]).contains("heads/alpha"))
    }
  }

  @Test func promisesNothingAboutUnknownArchitectures() {
    let card = ModelCard(sampleReport(), request: sampleRequest(.average), loading: .unknown, heads: [])
    #expect(card.markdown.contains("The tensors have the names, shapes and meaning that they have in the base."))
  }
}
