import LinearAlgebra
import Testing

@testable import Merging

@Suite struct MergedTensorsTests {
  @Test func aTensorGoesWithItsLastTaking() {
    let tensors = MergedTensors()
    #expect(tensors.take(1, times: 2) == nil)
    weak var kept: FloatStorage?
    do {
      let tensor = FloatStorage(count: 1)
      kept = tensor
      tensors.put(1, tensor)
    }
    #expect(tensors.take(1, times: 2) === kept && kept != nil)
    #expect(tensors.take(1, times: 2) != nil)
    #expect(kept == nil)
    #expect(tensors.take(1, times: 2) == nil)
  }
}
