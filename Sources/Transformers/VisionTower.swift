/// The architecture of an encoder of pictures.
package enum VisionTower: Equatable, Sendable {
  case clip(CLIPVisionConfiguration)
  case vit(ViTConfiguration)

  package var pictures: PictureShape {
    switch self {
    case .clip(let configuration): configuration.pictures
    case .vit(let configuration): configuration.pictures
    }
  }
}
