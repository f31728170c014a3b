package io.tierkeeper.lab.kubeapi.http;

import io.tierkeeper.lab.kubeapi.model.ApiError;
import io.tierkeeper.lab.kubeapi.resource.ResourcePath;
import io.tierkeeper.lab.kubeapi.store.WriteOptions;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request as the API understands it, whatever carried it.
 *
 * @param method the HTTP method in upper case
 * @param path the decoded path without the query
 * @param query the query parameters; of a repeated one the last
 * @param contentType the media type of the body, or empty
 * @param accept the Accept header, or empty
 * @param userAgent the User-Agent header, or empty
 * @param body the body, or empty
 */
public record ApiRequest(
    String method,
    String path,
    Map<String, String> query,
    String contentType,
    String accept,
    String userAgent,
    String body) {

  public static ApiRequest of(
      String method,
      String uri,
      @Nullable String contentType,
      @Nullable String accept,
      @Nullable String userAgent,
      @Nullable String body) {
    int mark = uri.indexOf('?');
    String path = decode(mark < 0 ? uri : uri.substring(0, mark));
    Map<String, String> query = new LinkedHashMap<>();
    if (mark >= 0) {
      for (String pair : uri.substring(mark + 1).split("&", -1)) {
        int equals = pair.indexOf('=');
        if (!pair.isEmpty()) {
          query.put(
              decode(equals < 0 ? pair : pair.substring(0, equals)),
              equals < 0 ? "" : decode(pair.substring(equals + 1)));
        }
      }
    }
    return new ApiRequest(
        method,
        path,
        query,
        orEmpty(contentType),
        orEmpty(accept),
        orEmpty(userAgent),
        orEmpty(body));
  }

  boolean flag(String parameter) {
    String value = query.get(parameter);
    return value != null && (value.equals("true") || value.equals("1"));
  }

  boolean isWatch() {
    return method.equals("GET") && flag("watch");
  }

  boolean dryRun() {
    return "All".equals(query.get("dryRun"));
  }

  boolean wantsTable() {
    return accept.contains("as=Table");
  }

  /** The field manager: the parameter, else the program's name out of the User-Agent, as the API server does it. */
  String fieldManager() {
    String named = query.get("fieldManager");
    if (named != null && !named.isEmpty()) {
      return named;
    }
    int slash = userAgent.indexOf('/');
    String program = slash < 0 ? userAgent : userAgent.substring(0, slash);
    return program.isEmpty() ? "unknown" : program;
  }

  WriteOptions writeOptions() {
    String validation = query.getOrDefault("fieldValidation", "Warn");
    if (!List.of("Strict", "Warn", "Ignore").contains(validation)) {
      throw ApiError.badRequest("fieldValidation: Unsupported value: \"" + validation
          + "\": supported values: \"Ignore\", \"Strict\", \"Warn\"");
    }
    return new WriteOptions(fieldManager(), dryRun(), flag("force"), validation, new ArrayList<>());
  }

  /** Where in the API the path points, or null when it is no resource path. */
  @Nullable
  ResourcePath resourcePath() {
    return ResourcePath.parse(List.of(path.replaceAll("^/+|/+$", "").split("/", -1)));
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
