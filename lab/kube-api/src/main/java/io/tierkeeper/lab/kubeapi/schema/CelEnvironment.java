package io.tierkeeper.lab.kubeapi.schema;

import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOptions;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelRuntime;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * CEL as Kubernetes extends it: strings with {@code format}, lists, optionals, URLs and quantities.
 *
 * <p>Expressions see {@code self} and {@code oldSelf} without their types, so a field that the schema does not declare
 * is found when a rule runs, not when the definition is created.
 */
final class CelEnvironment {
  private static final OpaqueType URL = OpaqueType.create("kubernetes.URL");
  private static final OpaqueType QUANTITY = OpaqueType.create("kubernetes.Quantity");
  private static final Cel CEL = build();
  private static final Map<String, Compiled> COMPILED = new ConcurrentHashMap<>();

  private CelEnvironment() {}

  /** An expression that can run, or why it cannot. */
  sealed interface Compiled {
    /** It can run. */
    record Runnable(CelRuntime.Program program) implements Compiled {
      Object eval(Map<String, ?> variables) throws CelEvaluationException {
        return program.eval(variables);
      }
    }

    /** It cannot. */
    record Refused(String why) implements Compiled {}
  }

  /** Compiles an expression once in the life of the JVM. */
  static Compiled compile(String expression) {
    return COMPILED.computeIfAbsent(expression, CelEnvironment::compileNow);
  }

  private static Compiled compileNow(String expression) {
    try {
      CelAbstractSyntaxTree tree = CEL.compile(expression).getAst();
      return new Compiled.Runnable(CEL.createProgram(tree));
    } catch (CelValidationException | CelEvaluationException e) {
      return new Compiled.Refused(String.valueOf(e.getMessage()).replace('\n', ' '));
    }
  }

  private static Cel build() {
    return CelFactory.standardCelBuilder()
        .setOptions(CelOptions.current()
            .enableHeterogeneousNumericComparisons(true)
            .enableRegexPartialMatch(true)
            .build())
        .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
        .addVar("self", SimpleType.DYN)
        .addVar("oldSelf", SimpleType.DYN)
        .addCompilerLibraries(
            CelExtensions.strings(), CelExtensions.optional(), CelExtensions.lists())
        .addRuntimeLibraries(
            CelExtensions.strings(), CelExtensions.optional(), CelExtensions.lists())
        .addFunctionDeclarations(declarations())
        .addFunctionBindings(bindings())
        .build();
  }

  private static List<CelFunctionDecl> declarations() {
    return List.of(
        member(
            "format",
            "string_format_list",
            SimpleType.STRING,
            SimpleType.STRING,
            ListType.create(SimpleType.DYN)),
        global("isURL", "is_url_string", SimpleType.BOOL, SimpleType.STRING),
        global("url", "string_to_url", URL, SimpleType.STRING),
        member("getScheme", "url_get_scheme", SimpleType.STRING, URL),
        member("getHost", "url_get_host", SimpleType.STRING, URL),
        member("getHostname", "url_get_hostname", SimpleType.STRING, URL),
        member("getPort", "url_get_port", SimpleType.STRING, URL),
        member("getEscapedPath", "url_get_escaped_path", SimpleType.STRING, URL),
        global("isQuantity", "is_quantity_string", SimpleType.BOOL, SimpleType.STRING),
        global("quantity", "string_to_quantity", QUANTITY, SimpleType.STRING),
        member("isLessThan", "quantity_is_less_than", SimpleType.BOOL, QUANTITY, QUANTITY),
        member("isGreaterThan", "quantity_is_greater_than", SimpleType.BOOL, QUANTITY, QUANTITY),
        member("compareTo", "quantity_compare_to", SimpleType.INT, QUANTITY, QUANTITY));
  }

  private static List<CelFunctionBinding> bindings() {
    return List.of(
        CelFunctionBinding.from("string_format_list", String.class, List.class, CelFormat::format),
        CelFunctionBinding.from("is_url_string", String.class, CelEnvironment::isUrl),
        CelFunctionBinding.from("string_to_url", String.class, CelEnvironment::toUrl),
        CelFunctionBinding.from("url_get_scheme", URI.class, uri -> orEmpty(uri.getScheme())),
        CelFunctionBinding.from("url_get_host", URI.class, uri -> orEmpty(uri.getRawAuthority())),
        CelFunctionBinding.from("url_get_hostname", URI.class, uri -> orEmpty(uri.getHost())),
        CelFunctionBinding.from(
            "url_get_port",
            URI.class,
            uri -> uri.getPort() < 0 ? "" : Integer.toString(uri.getPort())),
        CelFunctionBinding.from(
            "url_get_escaped_path", URI.class, uri -> orEmpty(uri.getRawPath())),
        CelFunctionBinding.from("is_quantity_string", String.class, CelEnvironment::isQuantity),
        CelFunctionBinding.from("string_to_quantity", String.class, CelEnvironment::toQuantity),
        CelFunctionBinding.from(
            "quantity_is_less_than",
            BigDecimal.class,
            BigDecimal.class,
            (a, b) -> a.compareTo(b) < 0),
        CelFunctionBinding.from(
            "quantity_is_greater_than",
            BigDecimal.class,
            BigDecimal.class,
            (a, b) -> a.compareTo(b) > 0),
        CelFunctionBinding.from("quantity_compare_to", BigDecimal.class, BigDecimal.class, (a, b) ->
            (long) a.compareTo(b)));
  }

  private static String orEmpty(@Nullable String part) {
    return part == null ? "" : part;
  }

  private static boolean isUrl(String text) {
    try {
      URI uri = new URI(text);
      return uri.isAbsolute() || text.startsWith("/");
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static URI toUrl(String text) throws CelEvaluationException {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw new CelEvaluationException(
          "URL parse error during conversion from string: " + e.getMessage(), e);
    }
  }

  private static boolean isQuantity(String text) {
    try {
      toQuantity(text);
      return true;
    } catch (CelEvaluationException e) {
      return false;
    }
  }

  private static BigDecimal toQuantity(String text) throws CelEvaluationException {
    try {
      return io.fabric8.kubernetes.api.model.Quantity.getAmountInBytes(
          io.fabric8.kubernetes.api.model.Quantity.parse(text));
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new CelEvaluationException(
          "quantities must match the regular expression of Kubernetes: " + text, e);
    }
  }

  private static CelFunctionDecl member(
      String name, String overload, CelType result, CelType... parameters) {
    return CelFunctionDecl.newFunctionDeclaration(
        name, CelOverloadDecl.newMemberOverload(overload, result, List.of(parameters)));
  }

  private static CelFunctionDecl global(
      String name, String overload, CelType result, CelType... parameters) {
    return CelFunctionDecl.newFunctionDeclaration(
        name, CelOverloadDecl.newGlobalOverload(overload, result, List.of(parameters)));
  }
}
