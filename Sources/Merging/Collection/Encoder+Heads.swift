import Transformers

extension Encoder {
  /// The encoder whose features are as wide as the tasks' heads take them: of DINOv2 only a head tells whether the mean of
  /// the patches belongs to them, which a base without a classifier does not say.
  ///
  /// - Parameter paths: where heads may be.
  func suiting(headsAt paths: [String]) -> Encoder {
    guard case .pictures(.vit(var configuration)) = input, configuration.family == .dinov2 else { return self }
    let widths = paths.compactMap { try? TaskHead(path: $0, self).inputWidth }
    guard !widths.isEmpty else { return self }
    configuration.joinsPatches = widths.contains(2 * configuration.width)
    return Encoder(configuration)
  }
}
