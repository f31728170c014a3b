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

/** Lets every object that a method returns go through a static method first. */
final class ResultSwap implements AsmVisitorWrapper.ForDeclaredMethods.MethodVisitorWrapper {

  private final Method slip;

  ResultSwap(Method slip) {
    this.slip = slip;
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
    Type[] parameters = Type.getArgumentTypes(method.getDescriptor());
    return new MethodVisitor(OpenedClassReader.ASM_API, visitor) {
      @Override
      public void visitInsn(int opcode) {
        if (opcode == Opcodes.ARETURN) {
          int left = slip.getParameterCount() - 1;
          int at = 0;
          if (!method.isStatic() && left > 0) {
            super.visitVarInsn(Opcodes.ALOAD, at++);
            left--;
          }
          for (int i = 0; i < left; i++) {
            super.visitVarInsn(parameters[i].getOpcode(Opcodes.ILOAD), at);
            at += parameters[i].getSize();
          }
          super.visitMethodInsn(
              Opcodes.INVOKESTATIC,
              Type.getInternalName(slip.getDeclaringClass()),
              slip.getName(),
              Type.getMethodDescriptor(slip),
              false);
          super.visitTypeInsn(
              Opcodes.CHECKCAST, Type.getReturnType(method.getDescriptor()).getInternalName());
        }
        super.visitInsn(opcode);
      }

      @Override
      public void visitMaxs(int maxStack, int maxLocals) {
        super.visitMaxs(maxStack + 2 * slip.getParameterCount(), maxLocals);
      }
    };
  }
}
