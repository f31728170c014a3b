package io.tierkeeper.lab.qdrant.emulator;

import io.tierkeeper.lab.qdrant.emulator.rules.RuleViolation;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Starts an emulated cluster for a test class and fails each test during which a call was made that must never be
 * made. Use it with {@code @RegisterExtension static} and {@link #qdrant()}, or with {@code @ExtendWith} and a
 * parameter of type {@link EmulatedQdrant}.
 */
public final class EmulatedQdrantExtension
    implements BeforeAllCallback, AfterEachCallback, AfterAllCallback, ParameterResolver {

  private final EmulatorOptions options;
  private @Nullable EmulatedQdrant qdrant;
  private int seen;

  /** A cluster with {@link EmulatorOptions#defaults()}. */
  public EmulatedQdrantExtension() {
    this(EmulatorOptions.defaults());
  }

  private EmulatedQdrantExtension(EmulatorOptions options) {
    this.options = options;
  }

  /** A cluster with these options. */
  public static EmulatedQdrantExtension with(EmulatorOptions options) {
    return new EmulatedQdrantExtension(options);
  }

  /** The cluster; only while the test class runs. */
  public EmulatedQdrant qdrant() {
    if (qdrant == null) {
      throw new IllegalStateException("the emulator runs only while its test class runs");
    }
    return qdrant;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    qdrant = EmulatedQdrant.start(options);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    List<RuleViolation> all = qdrant().violations();
    List<RuleViolation> fresh = all.subList(seen, all.size());
    seen = all.size();
    if (!fresh.isEmpty()) {
      throw new AssertionError("calls that must never be made: " + fresh);
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    qdrant().close();
    qdrant = null;
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == EmulatedQdrant.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return qdrant();
  }
}
