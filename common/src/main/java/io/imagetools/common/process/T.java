package io.imagetools.common.process;

public final class T {
  public static void t(String s) {
    System.err.println("TT " + System.currentTimeMillis() + " " + s);
  }
}
