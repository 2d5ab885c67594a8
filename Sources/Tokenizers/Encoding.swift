/// The tokens of a text or a pair of texts.
package struct Encoding: Equatable, Sendable {
  /// Of the tokens, special ones included.
  package let ids: [Int32]
  /// To which segment each token belongs: 0, or 1 for what belongs to the second text of a pair.
  ///
  /// They mean something to models that embed types, as BERT does, and are what its `token_type_ids` are. RoBERTa
  /// has a single type, and its tokens are all of type 0; GPT-2 and CLIP have none, and leave the types aside.
  package let types: [Int32]
}
