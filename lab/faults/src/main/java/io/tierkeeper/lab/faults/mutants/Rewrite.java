package io.tierkeeper.lab.faults.mutants;

import static net.bytebuddy.matcher.ElementMatchers.nameStartsWith;
import static net.bytebuddy.matcher.ElementMatchers.named;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import net.bytebuddy.asm.AsmVisitorWrapper;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.implementation.MethodCall;
import net.bytebuddy.implementation.bytecode.assign.Assigner;

/** One place in one class that is made wrong: a method of {@link Slips} stands in for what was there. */
sealed interface Rewrite {

  /** Name of the class, with dollars for nested ones. */
  String type();

  /** Name of the method in it. */
  String method();

  /**
   * The slip takes the place of the whole method.
   *
   * @param slip takes this object, unless the method is static, and then what the method takes
   */
  record Body(String type, String method, String slip) implements Rewrite {

    private byte[] replace(DynamicType.Builder<?> builder, MethodDescription method) {
      MethodCall instead = MethodCall.invoke(slipNamed(slip));
      MethodCall filled = method.isStatic() ? instead : instead.withThis();
      return builder
          .method(named(method()))
          .intercept(MethodCall.invoke(marker())
              .andThen(filled
                  .withAllArguments()
                  .withAssigner(Assigner.DEFAULT, Assigner.Typing.DYNAMIC)))
          .make()
          .getBytes();
    }
  }

  /**
   * The slip takes the place of every call of one method within the method and its lambdas.
   *
   * @param callee name of the called method
   * @param slip takes the called object, unless the called method is static, and then what that takes
   */
  record Call(String type, String method, String callee, String slip) implements Rewrite {

    private byte[] replace(DynamicType.Builder<?> builder) {
      CallSwap swap = new CallSwap(callee, slipNamed(slip), marker());
      byte[] bytes = builder
          .visit(new AsmVisitorWrapper.ForDeclaredMethods()
              .method(named(method).or(nameStartsWith("lambda$" + method + "$")), swap))
          .make()
          .getBytes();
      if (swap.places() == 0) {
        throw new IllegalStateException(type + "." + method + " does not call " + callee);
      }
      return bytes;
    }
  }

  /**
   * What the method returns goes through the slip, which says itself when it has changed something.
   *
   * @param slip takes the result, then this object, unless the method is static, and then what the method takes, or as
   *     much of it as it wants
   */
  record Result(String type, String method, String slip) implements Rewrite {

    private byte[] replace(DynamicType.Builder<?> builder) {
      return builder
          .visit(new AsmVisitorWrapper.ForDeclaredMethods()
              .method(named(method), new ResultSwap(slipNamed(slip))))
          .make()
          .getBytes();
    }
  }

  /**
   * Makes the class wrong.
   *
   * @throws IllegalStateException where the class has no such place any more
   */
  default byte[] apply(DynamicType.Builder<?> builder, TypeDescription described) {
    List<MethodDescription.InDefinedShape> methods =
        described.getDeclaredMethods().filter(named(method()));
    if (methods.isEmpty()) {
      throw new IllegalStateException(type() + " has no method " + method());
    }
    return switch (this) {
      case Body body -> {
        if (methods.size() > 1) {
          throw new IllegalStateException(type() + " has several methods " + method());
        }
        yield body.replace(builder, methods.getFirst());
      }
      case Call call -> call.replace(builder);
      case Result result -> result.replace(builder);
    };
  }

  private static Method slipNamed(String name) {
    List<Method> found = Arrays.stream(Slips.class.getMethods())
        .filter(method ->
            Modifier.isStatic(method.getModifiers()) && method.getName().equals(name))
        .toList();
    if (found.size() != 1) {
      throw new IllegalStateException("there are " + found.size() + " slips " + name);
    }
    return found.getFirst();
  }

  private static Method marker() {
    try {
      return Reached.class.getMethod("mark");
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e);
    }
  }
}
