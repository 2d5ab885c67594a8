/// A model configuration that this program cannot use, in the person's words.
package struct ConfigurationError: Error, Equatable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}
