import Testing

@testable import Checkpoints

@Suite struct StridedLayoutTests {
  /// The elements by the definition, one index after another.
  private func places(_ layout: StridedLayout) -> [Int] {
    zip(layout.shape, layout.strides).reduce([layout.offset]) { places, dimension in
      places.flatMap { place in (0..<dimension.0).map { place + $0 * dimension.1 } }
    }
  }

  /// All layouts of up to three dimensions of up to three elements, with small strides.
  private var layouts: [StridedLayout] {
    var lists: [[(Int, Int)]] = [[]]
    for _ in 0..<3 {
      lists += lists.flatMap { list in (0...3).flatMap { extent in [0, 1, 2, 6].map { list + [(extent, $0)] } } }
    }
    return lists.map { StridedLayout(shape: $0.map(\.0), strides: $0.map(\.1), offset: 0) }
  }

  @Test func extentAndContiguityAreAsDefined() {
    for layout in layouts {
      let places = places(layout)
      #expect(layout.extent == 0..<(places.max() ?? -1) + 1, "\(layout)")
      #expect(layout.isContiguous == (places == Array(0..<places.count)), "\(layout)")
    }
  }

  @Test func elementsAreGatheredAsDefined() {
    let storage = (0..<64).map { UInt16($0 * 3 + 1) }
    for layout in layouts {
      let places = places(layout)
      for elements in [0..<places.count, places.count / 3..<places.count - places.count / 4] {
        var target = [UInt16](repeating: 0, count: elements.count)
        target.withUnsafeMutableBytes { target in
          storage.withUnsafeBytes { layout.gather(elements, width: 2, from: $0, into: target) }
        }
        #expect(target == places[elements].map { storage[$0] }, "\(layout)")
      }
    }
  }

  @Test(arguments: [1, 2, 4, 8])
  func everyWidthIsGathered(width: Int) {
    let storage = Array(0..<UInt8(6 * width))
    let layout = StridedLayout(shape: [3, 2], strides: [1, 3], offset: 0)
    var target = [UInt8](repeating: 0, count: 6 * width)
    target.withUnsafeMutableBytes { target in
      storage.withUnsafeBytes { layout.gather(0..<6, width: width, from: $0, into: target) }
    }
    let order: [Int] = [0, 3, 1, 4, 2, 5]
    let expected: [UInt8] = order.flatMap { place in Array(storage[place * width..<(place + 1) * width]) }
    #expect(target == expected)
  }

  @Test func whatIsNoLayoutHasNoExtent() {
    let layouts: [([Int], [Int], Int)] = [
      ([2], [], 0), ([], [1], 0), ([2], [1], -1), ([-1], [1], 0), ([2], [-1], 0), ([.max], [.max], 0),
      ([2], [.max], 1), ([2], [1], .max - 1), ([], [], .max), ([2, 2], [.max, .max], 0),
    ]
    for (shape, strides, offset) in layouts {
      #expect(StridedLayout(shape: shape, strides: strides, offset: offset).extent == nil, "\(shape) \(strides)")
    }
    #expect(StridedLayout(shape: [0, .max, .max], strides: [1, 1, 1], offset: 5).extent == 5..<5)
    #expect(StridedLayout(shape: [0, .max, .max], strides: [1, 1, 1], offset: 5).isContiguous)
  }
}
