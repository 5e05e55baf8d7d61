package io.imagetools.it;

import io.imagetools.cli.warmup.WarmUpRegistry;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;

/**
 * The warm-up's registry in a process of its own, since the JDK's server reads its limits once; and
 * a client that begins with TLS.
 */
final class WarmUpRegistryProcess {

  /** Below the 10 s that our own client waits for the other side of a handshake. */
  private static final int PATIENCE_MILLIS = 9_000;

  /** A record of a handshake, of which more is to come: no line ends in it. */
  private static final byte[] HELLO = {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3};

  private WarmUpRegistryProcess() {}

  /** Ends well if the client is sent away before its patience is over. */
  public static void main(String[] arguments) throws Exception {
    try (WarmUpRegistry registry = WarmUpRegistry.with("image", "1")) {
      String host = registry.host();
      int port = Integer.parseInt(host.substring(host.indexOf(':') + 1));
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        socket.setSoTimeout(PATIENCE_MILLIS);
        OutputStream out = socket.getOutputStream();
        out.write(HELLO);
        out.flush();
        System.out.println("answer " + socket.getInputStream().read());
      }
    }
  }
}
