/// Which ranks stand on which node.
package struct Topology: Equatable, Sendable {
  /// The node of each rank; nodes are numbered in the order of their lowest ranks.
  package let nodeOfRank: [Int]
  package let nodeCount: Int
  /// All ranks, node by node, each node's in ascending order.
  package let ranksByNode: [[Int]]

  /// - Parameter nodeOfRank: any number for each node.
  package init(nodeOfRank labels: [Int]) {
    var numbers: [Int: Int] = [:]
    for label in labels where numbers[label] == nil { numbers[label] = numbers.count }
    let nodes = labels.map { numbers[$0]! }
    nodeOfRank = nodes
    nodeCount = numbers.count
    ranksByNode = (0..<numbers.count).map { node in nodes.indices.filter { nodes[$0] == node } }
  }

  /// `size` ranks on one node.
  package init(oneNodeOf size: Int) {
    self.init(nodeOfRank: [Int](repeating: 0, count: size))
  }

  /// `size` ranks, shared out among `nodes` nodes one after the other.
  ///
  /// - Precondition: at least one rank for each node.
  package init(ranks size: Int, nodes: Int) {
    precondition(1...size ~= nodes, "\(size) ranks on \(nodes) nodes")
    self.init(nodeOfRank: (0..<size).map { $0 * nodes / size })
  }

  /// One rank of a node: they take turns.
  package func rank(onNode node: Int, turn: Int) -> Int {
    ranksByNode[node][turn % ranksByNode[node].count]
  }
}
