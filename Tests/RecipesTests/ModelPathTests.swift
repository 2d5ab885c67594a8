import Testing

@testable import Recipes

@Suite struct ModelPathTests {
  @Test func aWeightFilesFolderIsItsParent() {
    for (path, folder) in [
      ("cars", "cars"), ("a/cars/model.safetensors", "a/cars"), ("a/cars/finetuned.pt", "a/cars"), ("/x.bin", "/"),
      ("x.pt", "x.pt"), ("a/cars.old", "a/cars.old"),
    ] {
      #expect(ModelPath.folder(of: path) == folder)
    }
  }
}
