package io.tierkeeper.lab.faults.mutants;

import java.lang.reflect.Method;
import net.bytebuddy.asm.AsmVisitorWrapper;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.implementation.Implementation;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;
import net.bytebuddy.pool.TypePool;
import net.bytebuddy.utility.OpenedClassReader;

/** Puts a static method where a method calls another one, and counts the places. */
final class CallSwap implements AsmVisitorWrapper.ForDeclaredMethods.MethodVisitorWrapper {

  private final String callee;
  private final Method slip;
  private final Method marker;
  private int places;

  CallSwap(String callee, Method slip, Method marker) {
    this.callee = callee;
    this.slip = slip;
    this.marker = marker;
  }

  int places() {
    return places;
  }

  @Override
  public MethodVisitor wrap(
      TypeDescription type,
      MethodDescription method,
      MethodVisitor visitor,
      Implementation.Context context,
      TypePool pool,
      int writerFlags,
      int readerFlags) {
    return new MethodVisitor(OpenedClassReader.ASM_API, visitor) {
      @Override
      public void visitMethodInsn(
          int opcode, String owner, String name, String descriptor, boolean ofInterface) {
        if (!name.equals(callee)) {
          super.visitMethodInsn(opcode, owner, name, descriptor, ofInterface);
          return;
        }
        places++;
        int taken =
            Type.getArgumentTypes(descriptor).length + (opcode == Opcodes.INVOKESTATIC ? 0 : 1);
        if (taken != slip.getParameterCount()) {
          throw new IllegalStateException(
              "slip " + slip.getName() + " takes " + slip.getParameterCount()
                  + " arguments, a call of " + owner + "." + callee + " has " + taken);
        }
        invoke(marker);
        invoke(slip);
        Type wanted = Type.getReturnType(descriptor);
        Type given = Type.getReturnType(slip);
        if (wanted.getSort() == Type.OBJECT && !wanted.equals(given)) {
          super.visitTypeInsn(Opcodes.CHECKCAST, wanted.getInternalName());
        }
      }

      private void invoke(Method method) {
        super.visitMethodInsn(
            Opcodes.INVOKESTATIC,
            Type.getInternalName(method.getDeclaringClass()),
            method.getName(),
            Type.getMethodDescriptor(method),
            false);
      }
    };
  }
}
