package io.imagetools.worker.registry;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The hosts of NO_PROXY: {@code *}, a host or domain (its sub-domains with it), {@code .domain}
 * (those only), an address, a network {@code 10.0.0.0/8}, each but the network with a port if one
 * likes. This machine never needs a proxy.
 */
final class NoProxy {

  private static final Pattern V4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");

  private final List<String> entries;

  private NoProxy(List<String> entries) {
    this.entries = List.copyOf(entries);
  }

  static NoProxy parse(String value) {
    return new NoProxy(
        Arrays.stream(value.split(","))
            .map(entry -> entry.strip().toLowerCase(Locale.ROOT))
            .filter(entry -> !entry.isEmpty())
            .toList());
  }

  /** Whether no proxy is asked for that host. */
  boolean covers(String hostName, int port) {
    String host = hostName.toLowerCase(Locale.ROOT).replaceAll("^\\[|\\]$", "");
    InetAddress address = literal(host);
    if (host.equals("localhost") || (address != null && address.isLoopbackAddress())) {
      return true;
    }
    return entries.stream().anyMatch(entry -> matches(entry, host, address, port));
  }

  private static boolean matches(
      String entry, String host, @Nullable InetAddress address, int port) {
    if (entry.equals("*")) {
      return true;
    }
    int slash = entry.indexOf('/');
    if (slash > 0) {
      return address != null
          && isIn(address, entry.substring(0, slash), entry.substring(slash + 1));
    }
    String name = entry;
    int colon = entry.lastIndexOf(':');
    boolean hasPort = colon > 0 && (entry.indexOf(':') == colon || entry.charAt(colon - 1) == ']');
    if (hasPort) {
      name = entry.substring(0, colon);
      if (!entry.substring(colon + 1).equals(Integer.toString(port))) {
        return false;
      }
    }
    name = name.replaceAll("^\\[|\\]$", "").replaceFirst("^\\*\\.", ".");
    if (name.startsWith(".")) {
      return host.endsWith(name);
    }
    return host.equals(name) || host.endsWith("." + name);
  }

  private static boolean isIn(InetAddress address, String network, String bits) {
    InetAddress base = literal(network);
    if (base == null || base.getAddress().length != address.getAddress().length) {
      return false;
    }
    int length = bits.matches("[0-9]{1,3}") ? Integer.parseInt(bits) : Integer.MAX_VALUE;
    byte[] one = base.getAddress();
    byte[] other = address.getAddress();
    if (length > one.length * 8) {
      return false;
    }
    for (int bit = 0; bit < length; bit++) {
      int mask = 0x80 >> (bit % 8);
      if ((one[bit / 8] & mask) != (other[bit / 8] & mask)) {
        return false;
      }
    }
    return true;
  }

  /** An address written as one; null for a name, which is not looked up. */
  private static @Nullable InetAddress literal(String host) {
    if (host.indexOf(':') < 0 && !V4.matcher(host).matches()) {
      return null;
    }
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      return null;
    }
  }
}
