package io.tierkeeper.operator.collection;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.tierkeeper.api.v1alpha1.Annotations;
import io.tierkeeper.api.v1alpha1.Reasons;
import io.tierkeeper.operator.events.EventRecorder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers requests for an evaluation now: the token that was handled, or a warning where it is no token. */
public final class RequestAnswers {

  private static final String TOKEN = "[A-Za-z0-9][A-Za-z0-9._:+-]{0,63}";

  private RequestAnswers() {}

  /** The token for {@code status.lastHandledRequest}, after the resource was evaluated. */
  static @Nullable String handled(
      EventRecorder events, HasMetadata resource, @Nullable String last) {
    Map<String, String> annotations = resource.getMetadata().getAnnotations();
    String token = annotations == null ? null : annotations.get(Annotations.REQUESTED_AT);
    if (token == null || token.equals(last)) {
      return last;
    }
    if (!token.matches(TOKEN)) {
      events.warning(
          resource,
          "Evaluate",
          Reasons.REQUEST_UNKNOWN,
          "Annotation " + Annotations.REQUESTED_AT + " '" + token
              + "' is not a valid token; allowed: up to 64 letters, digits and . _ : + -, such as an instant");
      return last;
    }
    return token;
  }
}
