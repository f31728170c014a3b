package io.tierkeeper.operator.gitops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.lab.testbed.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.luaj.vm2.Globals;
import org.luaj.vm2.LoadState;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;
import org.luaj.vm2.compiler.LuaC;
import org.luaj.vm2.lib.PackageLib;
import org.luaj.vm2.lib.TableLib;
import org.luaj.vm2.lib.VarArgFunction;
import org.luaj.vm2.lib.jse.JseBaseLib;

/**
 * Runs the scripts of examples/argocd/argocd-cm.yaml with what Argo CD gives them: the libraries base, package and table, and a module
 * {@code os} that has {@code time} and {@code date} only. There are no functions of strings.
 */
public final class ArgoCd {
  private static final String HEALTH = "resource.customizations.health.tierkeeper.io_";
  private static final String ACTIONS = "resource.customizations.actions.tierkeeper.io_";

  private final JsonNode scripts;
  private final Instant now;

  /**
   * Reads the example.
   *
   * @param now what {@code os.date} says, to the second, in UTC
   */
  public ArgoCd(Instant now) {
    this.now = now;
    try {
      scripts = Serialization.unmarshal(
              "---\n" + Files.readString(Checkout.file("examples/argocd/argocd-cm.yaml")),
              JsonNode.class)
          .path("data");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What Argo CD shows of an object. */
  public record Health(String status, String message) {}

  /** The health of one of our objects. */
  public Health health(JsonNode object) {
    LuaValue answer = run(scripts.path(HEALTH + object.path("kind").asText()).asText(), object);
    return new Health(answer.get("status").checkjstring(), answer.get("message").checkjstring());
  }

  /** The actions that are offered for an object, and whether each is disabled. */
  public Map<String, Boolean> actions(JsonNode object) {
    LuaTable answer =
        run(definitions(object).path("discovery.lua").asText(), object).checktable();
    Map<String, Boolean> actions = new TreeMap<>();
    for (LuaValue name : answer.keys()) {
      actions.put(name.checkjstring(), answer.get(name).get("disabled").optboolean(false));
    }
    return actions;
  }

  /** What an action changes of an object, as a merge patch. */
  public ObjectNode act(String action, JsonNode object) {
    for (JsonNode definition : definitions(object).path("definitions")) {
      if (definition.path("name").asText().equals(action)) {
        JsonNode after = json(run(definition.path("action.lua").asText(), object));
        return changes(json(lua(object)), after);
      }
    }
    throw new IllegalArgumentException("no action " + action + " of " + object.path("kind"));
  }

  private static ObjectNode changes(JsonNode before, JsonNode after) {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    after.properties().forEach(field -> {
      JsonNode old = before.path(field.getKey());
      if (old.isObject() && field.getValue().isObject()) {
        ObjectNode inner = changes(old, field.getValue());
        if (!inner.isEmpty()) {
          patch.set(field.getKey(), inner);
        }
      } else if (!old.equals(field.getValue())) {
        patch.set(field.getKey(), field.getValue());
      }
    });
    before.fieldNames().forEachRemaining(name -> {
      if (!after.has(name)) {
        patch.putNull(name);
      }
    });
    return patch;
  }

  private JsonNode definitions(JsonNode object) {
    return Serialization.unmarshal(
        "---\n" + scripts.path(ACTIONS + object.path("kind").asText()).asText(), JsonNode.class);
  }

  private LuaValue run(String script, JsonNode object) {
    if (script.isEmpty()) {
      throw new IllegalArgumentException("no script for " + object.path("kind"));
    }
    Globals globals = new Globals();
    globals.load(new JseBaseLib());
    globals.load(new PackageLib());
    globals.load(new TableLib());
    LoadState.install(globals);
    LuaC.install(globals);
    globals.get("package").get("loaded").set("os", os());
    globals.set("obj", lua(object));
    return globals.load(script, "script").call();
  }

  private LuaTable os() {
    LuaTable os = new LuaTable();
    os.set("time", new VarArgFunction() {
      @Override
      public Varargs invoke(Varargs arguments) {
        return LuaValue.valueOf(now.getEpochSecond());
      }
    });
    os.set("date", new VarArgFunction() {
      @Override
      public Varargs invoke(Varargs arguments) {
        if (!arguments.checkjstring(1).equals("!%Y-%m-%dT%XZ")) {
          throw new IllegalArgumentException(arguments.checkjstring(1));
        }
        return LuaValue.valueOf(now.toString());
      }
    });
    return os;
  }

  private static LuaValue lua(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> {
        LuaTable table = new LuaTable();
        node.properties().forEach(field -> table.set(field.getKey(), lua(field.getValue())));
        yield table;
      }
      case ARRAY -> {
        LuaTable table = new LuaTable();
        for (int i = 0; i < node.size(); i++) {
          table.set(i + 1, lua(node.get(i)));
        }
        yield table;
      }
      case BOOLEAN -> LuaValue.valueOf(node.asBoolean());
      case NUMBER -> LuaValue.valueOf(node.asDouble());
      case STRING -> LuaValue.valueOf(node.asText());
      case NULL, MISSING, BINARY, POJO -> LuaValue.NIL;
    };
  }

  private static JsonNode json(LuaValue value) {
    JsonNodeFactory factory = JsonNodeFactory.instance;
    return switch (value.type()) {
      case LuaValue.TTABLE -> {
        LuaTable table = value.checktable();
        if (table.length() > 0) {
          ArrayNode array = factory.arrayNode();
          for (int i = 1; i <= table.length(); i++) {
            array.add(json(table.get(i)));
          }
          yield array;
        }
        ObjectNode object = factory.objectNode();
        for (LuaValue key : table.keys()) {
          object.set(key.checkjstring(), json(table.get(key)));
        }
        yield object;
      }
      case LuaValue.TBOOLEAN -> factory.booleanNode(value.checkboolean());
      case LuaValue.TNUMBER ->
        value.isinttype()
            ? factory.numberNode(value.checkint())
            : factory.numberNode(value.checkdouble());
      default -> factory.textNode(value.checkjstring());
    };
  }
}
