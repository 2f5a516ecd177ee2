package dev.guildhall.cli.serve;

import java.lang.reflect.Proxy;

/**
 * Ctrl-C as an event. By reflection, since javac warns of every direct use of the one class that
 * has it; on a Java without it Ctrl-C ends the process as usual.
 */
final class Interrupts {

  private Interrupts() {}

  static void handle(Runnable work) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object ours =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  work.run();
                }
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance("INT"), ours);
    } catch (ReflectiveOperationException e) {
      // As usual, then.
    }
  }
}
