import Testing

@testable import Checkpoints

@Suite struct CheckpointErrorTests {
  @Test(arguments: [
    CheckpointError.system(path: "m/f", attempt: "write to it", code: 28),
    .gap(path: "m/f", tensor: "layer.weight", count: 3),
    .unknownElementType(path: "m/f", tensor: "layer.weight", elementType: "F8"),
    .shardMissing(path: "m/f", tensor: "layer.weight", file: "s"),
    .noWeights(path: "m/f", lookedFor: ["model.safetensors"]),
    .outputExists(path: "m/f"),
    .archive(path: "m/f", problem: .compressed("x/data.pkl")),
    .pickle(path: "m/f", problem: .call("posix.system")),
  ])
  func messagesBeginWithThePath(error: CheckpointError) {
    #expect(error.description.hasPrefix("m/f: "))
  }

  @Test func messagesAreSentences() {
    #expect(
      CheckpointError.system(path: "out/f", attempt: "write to it", code: 28).description
        == "out/f: could not write to it: No space left on device; free some space, or choose another place")
    #expect(
      CheckpointError.truncated(path: "m", tensor: "w", end: 8, available: 4).description
        == "m: the data of tensor \"w\" should end at 8, but there are only 4 bytes of data; the file is cut off:"
        + " copy or download it again")
    #expect(
      CheckpointError.sizeMismatch(
        path: "m", description: TensorDescription(name: "w", elementType: .f32, shape: [2, 3]), found: 20
      ).description == "m: tensor \"w\" of type F32 and shape [2, 3] takes 24 bytes, but has 20")
  }

  @Test func namesFromFilesCannotForgeLines() {
    let message = CheckpointError.tensorNotFound(path: "m", tensor: "a\n\u{1B}[2Jdone").description
    #expect(!message.contains("\n") && !message.contains("\u{1B}"))
    for problem in [PickleProblem.call("a\u{1B}.b"), .badArguments("a\u{1B}.b"), .unsupportedTensor("a\u{1B}.b")] {
      #expect(!problem.description.contains("\u{1B}") && problem.description.contains("a\\u{1B}.b"))
    }
    #expect(!ArchiveProblem.overlap("\u{1B}", other: "\u{1B}").description.contains("\u{1B}"))
  }
}
