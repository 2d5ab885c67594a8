/// The keys of `preprocessor_config.json` that say how pictures are resized and cropped, in their forms.
struct PictureProcessorFile: ConfigurationFile {
  enum CodingKeys: String, CodingKey {
    case imageProcessorType = "image_processor_type"
    case featureExtractorType = "feature_extractor_type"
    case doResize = "do_resize"
    case size
    case resample
    case doCenterCrop = "do_center_crop"
    case cropSize = "crop_size"
    case doPad = "do_pad"
  }

  let imageProcessorType: String?
  let featureExtractorType: String?
  let doResize: Bool?
  let size: ConfiguredSize?
  let resample: Int?
  let doCenterCrop: Bool?
  let cropSize: ConfiguredSize?
  let doPad: Bool?

  static func form(of key: String) -> String? {
    switch CodingKeys(stringValue: key) {
    case .imageProcessorType, .featureExtractorType: "a name"
    case .doResize, .doCenterCrop, .doPad: "true or false"
    case .size, .cropSize: "a whole number, a pair of height and width, or an object of whole numbers"
    case .resample: "a whole number"
    case nil: nil
    }
  }
}
