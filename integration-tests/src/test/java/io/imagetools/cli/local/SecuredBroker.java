package io.imagetools.cli.local;

import static org.awaitility.Awaitility.await;

import io.imagetools.cli.local.BrokerProperties.Additions;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.Right;
import io.imagetools.common.kafka.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;

/**
 * A broker as a careful company runs it: TLS with a certificate of its own CA, SCRAM logins, and
 * nobody but the admin may do what no ACL allows.
 */
public final class SecuredBroker implements AutoCloseable {
  /** May do everything. */
  public static final String ADMIN = "admin";

  private static final Duration SOON = Duration.ofSeconds(90);
  private static final String STORE_PASSWORD = "keystore-secret";

  private final Path folder;
  private final EmbeddedBroker broker;
  private final Admin admin;

  private SecuredBroker(Path folder, EmbeddedBroker broker) {
    this.folder = folder;
    this.broker = broker;
    this.admin = Admin.create(settings(ADMIN, Topics.DEFAULT).admin("test"));
  }

  /**
   * Starts one.
   *
   * @param users besides the admin; they may do nothing at first
   */
  public static SecuredBroker start(Path folder, Collection<String> users) throws Exception {
    makeCertificate(folder, "broker");
    makeCertificate(folder, "stranger");
    List<String> scramUsers =
        java.util.stream.Stream.concat(java.util.stream.Stream.of(ADMIN), users.stream())
            .map(user -> "SCRAM-SHA-512=[name=" + user + ",password=" + password(user) + "]")
            .toList();
    InetAddress loopback = InetAddress.getLoopbackAddress();
    int port;
    int controllerPort;
    try (ServerSocket one = new ServerSocket(0, 1, loopback);
        ServerSocket other = new ServerSocket(0, 1, loopback)) {
      port = one.getLocalPort();
      controllerPort = other.getLocalPort();
    }
    return new SecuredBroker(
        folder,
        EmbeddedBroker.start(
            folder.resolve("data"),
            port,
            controllerPort,
            new Additions(properties(folder), scramUsers)));
  }

  private static Map<String, String> properties(Path folder) {
    String listener = "listener.name.local.";
    return Map.ofEntries(
        Map.entry("listener.security.protocol.map", "CONTROLLER:PLAINTEXT,LOCAL:SASL_SSL"),
        Map.entry("sasl.enabled.mechanisms", "SCRAM-SHA-512"),
        Map.entry("sasl.mechanism.inter.broker.protocol", "SCRAM-SHA-512"),
        Map.entry(listener + "scram-sha-512.sasl.jaas.config", login(ADMIN, password(ADMIN))),
        Map.entry(listener + "ssl.keystore.location", folder.resolve("broker.p12").toString()),
        Map.entry(listener + "ssl.keystore.type", "PKCS12"),
        Map.entry(listener + "ssl.keystore.password", STORE_PASSWORD),
        Map.entry(listener + "ssl.key.password", STORE_PASSWORD),
        Map.entry(listener + "ssl.truststore.location", folder.resolve("broker.pem").toString()),
        Map.entry(listener + "ssl.truststore.type", "PEM"),
        Map.entry(
            "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer"),
        Map.entry("allow.everyone.if.no.acl.found", "false"),
        // The controller's listener is the broker's own, without a login.
        Map.entry("super.users", "User:" + ADMIN + ";User:ANONYMOUS"));
  }

  private static void makeCertificate(Path folder, String name) throws Exception {
    Path store = folder.resolve(name + ".p12");
    keytool(
        folder,
        List.of(
            "-genkeypair",
            "-alias",
            name,
            "-keyalg",
            "EC",
            "-validity",
            "2",
            "-storetype",
            "PKCS12",
            "-keystore",
            store.toString(),
            "-storepass",
            STORE_PASSWORD,
            "-dname",
            "CN=" + name,
            "-ext",
            "san=ip:127.0.0.1"));
    keytool(
        folder,
        List.of(
            "-exportcert",
            "-rfc",
            "-alias",
            name,
            "-keystore",
            store.toString(),
            "-storepass",
            STORE_PASSWORD,
            "-file",
            folder.resolve(name + ".pem").toString()));
  }

  private static void keytool(Path folder, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command = new java.util.ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(arguments);
    Path said = folder.resolve("keytool.txt");
    int status =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start()
            .waitFor();
    if (status != 0) {
      throw new IOException("keytool: " + Files.readString(said));
    }
  }

  /** Of a user, unlike any other text. */
  public static String password(String user) {
    return "pass-of-" + user + "-7f3b";
  }

  private static String login(String user, String password) {
    return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\""
        + user
        + "\" password=\""
        + password
        + "\";";
  }

  /** What clients connect to. */
  public String bootstrapServers() {
    return broker.bootstrapServers();
  }

  /** The properties that a client of that user needs. */
  public Map<String, String> client(String user) {
    return client(user, password(user), "broker.pem");
  }

  /** The same with a wrong password. */
  public Map<String, String> clientWithPassword(String user, String password) {
    return client(user, password, "broker.pem");
  }

  /** The same with trust in another CA. */
  public Map<String, String> clientThatTrustsAStranger(String user) {
    return client(user, password(user), "stranger.pem");
  }

  private Map<String, String> client(String user, String password, String trusted) {
    Map<String, String> properties = new HashMap<>();
    properties.put("security.protocol", "SASL_SSL");
    properties.put("sasl.mechanism", "SCRAM-SHA-512");
    properties.put("sasl.jaas.config", login(user, password));
    properties.put("ssl.truststore.type", "PEM");
    properties.put("ssl.truststore.location", folder.resolve(trusted).toString());
    return properties;
  }

  /** For our own classes. */
  public KafkaSettings settings(String user, Topics topics) {
    return new KafkaSettings(broker.bootstrapServers(), client(user), topics);
  }

  /** The admin's client; closed here. */
  public Admin admin() {
    return admin;
  }

  /** Gives rights to a user. */
  public void allow(String user, Collection<Right> rights) throws Exception {
    List<AclBinding> given = acls(user, rights);
    admin.createAcls(given).all().get();
    // The controller has them; the broker, which is asked for everything else, a moment later.
    await()
        .atMost(SOON)
        .until(() -> admin.describeAcls(AclBindingFilter.ANY).values().get().containsAll(given));
  }

  /** Takes rights away from a user. */
  public void deny(String user, Collection<Right> rights) throws Exception {
    admin.deleteAcls(acls(user, rights).stream().map(AclBinding::toFilter).toList()).all().get();
  }

  private static List<AclBinding> acls(String user, Collection<Right> rights) {
    return rights.stream()
        .map(
            right ->
                new AclBinding(
                    new ResourcePattern(right.type(), right.name(), PatternType.LITERAL),
                    new AccessControlEntry(
                        "User:" + user, "*", right.operation(), AclPermissionType.ALLOW)))
        .collect(Collectors.toList());
  }

  @Override
  public void close() {
    admin.close();
    broker.close();
  }
}
