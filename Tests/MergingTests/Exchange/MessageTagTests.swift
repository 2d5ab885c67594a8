import Communication
import Testing

@testable import Merging

@Suite struct MessageTagTests {
  /// All tags that messages about some tensors can have.
  private func tags(ofTensors tensors: [Int]) -> [Int] {
    tensors.flatMap { tensor in
      let pieces = GradientRoute.Leg.allCases.flatMap { leg in
        (0..<1 << 7).map { MessageTag.gradient(leg, tensor: tensor, piece: $0) }
      }
      let sums = (0..<ShardPlan.mostGroups).map {
        MessageTag.taskSum(ShardPlan.Share(tensor: tensor, groups: $0..<$0 + 1, tasks: 0..<1, rank: 0))
      }
      return pieces + sums + [
        MessageTag.weights(tensor: tensor), MessageTag.origin(tensor: tensor), MessageTag.products(stage: tensor),
      ]
    }
  }

  @Test func messagesOfDifferentKindsNeverMatch() {
    let all = tags(ofTensors: [0, 1, 2, 1_000, 8_190, 8_191]) + [MessageTag.output]
    #expect(Set(all).count == all.count)
  }

  /// However many tensors a model has, also where MPI has few bits for tags.
  @Test(arguments: [0, 400, 8_191, 8_192, 1 << 20, 1 << 40]) func everyTagIsLegal(tensor: Int) {
    let all = tags(ofTensors: [tensor]) + [MessageTag.output]
    #expect(all.allSatisfy { (0...Communicator.largestTag).contains($0) })
    #expect(Communicator.largestTag == 8_388_607)
  }
}
