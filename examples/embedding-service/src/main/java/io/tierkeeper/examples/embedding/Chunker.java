package io.tierkeeper.examples.embedding;

import dev.langchain4j.data.document.Document;
import dev.langchain4j.data.document.DocumentSplitter;
import dev.langchain4j.data.document.splitter.DocumentSplitters;
import dev.langchain4j.data.segment.TextSegment;
import java.util.List;

/** Splits texts into segments: by paragraphs, where these are too long by lines, sentences, words. */
final class Chunker {

  private final DocumentSplitter splitter;

  Chunker(Settings.ChunkSettings settings) {
    splitter = DocumentSplitters.recursive(settings.size(), settings.overlap());
  }

  /** The segments of a text that is not blank; the same text has the same ones. */
  List<String> split(String text) {
    return splitter.split(Document.from(text)).stream().map(TextSegment::text).toList();
  }
}
