// A real Neo4j Community server for the tests and the demo: the embedded database with its Bolt connector on a free
// loopback port. One program for every version from 4.4 on; what differs between them is the names of settings.
//
//   java --add-opens=… -cp 'lib/*' Server.java DATA_FOLDER [--tls] [--no-auth]
//
// The password comes in the environment (NEO4J_PASSWORD), not on the command line, where every process could read it.
// Prints one line of JSON when a Bolt connection would be answered, lives as long as its standard input is open,
// and takes the data folder with it when it goes. So nothing outlives the process that started it, however that one ended.

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.neo4j.configuration.connectors.ConnectorPortRegister;
import org.neo4j.dbms.api.DatabaseManagementService;
import org.neo4j.dbms.api.DatabaseManagementServiceBuilder;
import org.neo4j.graphdb.GraphDatabaseService;
import org.neo4j.internal.helpers.HostnamePort;
import org.neo4j.kernel.internal.GraphDatabaseAPI;
import org.neo4j.kernel.internal.Version;

class Server {
    public static void main(String[] args) throws Exception {
        Path home = Path.of(args[0]).toAbsolutePath();
        List<String> options = List.of(args).subList(1, args.length);
        boolean tls = options.contains("--tls");
        boolean auth = !options.contains("--no-auth");

        PrintStream answer = System.out;
        // Whatever the database prints belongs in the log: standard output carries our one line.
        System.setOut(System.err);

        Files.createDirectories(home);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> removeFolder(home)));
        haltWhenInputCloses();

        String version = Version.getKernel().getReleaseVersion();
        if (tls) {
            makeCertificate(home.resolve("certificates").resolve("bolt"));
        }
        Path settings = writeSettings(home, version.startsWith("4."), tls, auth);
        DatabaseManagementService server =
                new DatabaseManagementServiceBuilder(home).loadPropertiesFromFile(settings).build();
        if (auth) {
            setPassword(server, System.getenv("NEO4J_PASSWORD"));
        }
        int port = boltPort(server.database("neo4j"));
        awaitListening(port, tls);
        answer.println("{\"port\":" + port + ",\"version\":\"" + version + "\"}");
        answer.flush();
        Thread.currentThread().join();
    }

    /** A separate thread, from the first moment on: our parent may be gone before the database is up. */
    private static void haltWhenInputCloses() {
        Thread watch = new Thread(() -> {
            try {
                while (System.in.read() >= 0) {}
            } catch (IOException gone) {
                // The same as the end of the input.
            }
            // No orderly shutdown: the data is thrown away, and a checkpoint would only take time.
            System.exit(0);
        });
        watch.setDaemon(true);
        watch.start();
    }

    private static Path writeSettings(Path home, boolean four, boolean tls, boolean auth) throws IOException {
        Properties settings = new Properties();
        String bolt = four ? "dbms.connector.bolt." : "server.bolt.";
        settings.put(bolt + "enabled", "true");
        settings.put(bolt + "listen_address", "127.0.0.1:0");
        settings.put(bolt + "tls_level", tls ? "REQUIRED" : "DISABLED");
        settings.put(four ? "dbms.connector.http.enabled" : "server.http.enabled", "false");
        settings.put("dbms.security.auth_enabled", String.valueOf(auth));
        settings.put(four ? "dbms.memory.pagecache.size" : "server.memory.pagecache.size", "32m");
        // 256 MB for each of two databases otherwise, written before the first byte of data.
        settings.put(four ? "dbms.tx_log.preallocate" : "db.tx_log.preallocate", "false");
        if (!four) {
            settings.put("dbms.usage_report.enabled", "false");
        }
        if (tls) {
            settings.put("dbms.ssl.policy.bolt.enabled", "true");
            settings.put("dbms.ssl.policy.bolt.client_auth", "NONE");
            settings.put("dbms.ssl.policy.bolt.base_directory", "certificates/bolt");
        }
        Path file = home.resolve("settings.properties");
        try (OutputStream out = Files.newOutputStream(file)) {
            settings.store(out, null);
        }
        return file;
    }

    private static void setPassword(DatabaseManagementService server, String password) {
        server.database("system")
                .executeTransactionally(
                        "ALTER USER neo4j SET PASSWORD $password CHANGE NOT REQUIRED", Map.of("password", password));
    }

    /** Neo4j 4 knows its connectors by a name, later versions by an enum: the one place where the Java interface differs. */
    private static int boltPort(GraphDatabaseService database) throws ReflectiveOperationException {
        ConnectorPortRegister ports =
                ((GraphDatabaseAPI) database).getDependencyResolver().resolveDependency(ConnectorPortRegister.class);
        for (var method : ConnectorPortRegister.class.getMethods()) {
            if (method.getName().equals("getLocalAddress")) {
                Class<?> key = method.getParameterTypes()[0];
                Object bolt = key.isEnum()
                        ? Stream.of(key.getEnumConstants())
                                .filter(c -> c.toString().equalsIgnoreCase("bolt"))
                                .findFirst()
                                .orElseThrow()
                        : "bolt";
                return ((HostnamePort) method.invoke(ports, bolt)).getPort();
            }
        }
        throw new NoSuchMethodException("ConnectorPortRegister.getLocalAddress");
    }

    /** Says hello in Bolt (or, under TLS, only connects) until it is answered. */
    private static void awaitListening(int port, boolean tls) throws Exception {
        byte[] hello = {0x60, 0x60, (byte) 0xB0, 0x17, 0, 0, 4, 4, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0};
        for (int attempt = 0; ; attempt++) {
            try (Socket socket = new Socket()) {
                socket.setSoTimeout(5_000);
                socket.connect(new InetSocketAddress("127.0.0.1", port), 5_000);
                if (tls) {
                    return;
                }
                socket.getOutputStream().write(hello);
                if (socket.getInputStream().readNBytes(4).length == 4) {
                    return;
                }
            } catch (IOException notYet) {
                if (attempt >= 100) {
                    throw notYet;
                }
            }
            Thread.sleep(100);
        }
    }

    /** keytool makes the pair, since every JDK has it; Neo4j wants PEM, so the two parts are taken out again. */
    private static void makeCertificate(Path folder) throws Exception {
        Files.createDirectories(folder);
        Path store = folder.resolve("store.p12");
        char[] secret = "only-for-this-file".toCharArray();
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                        "-genkeypair", "-alias", "bolt", "-keyalg", "RSA", "-keysize", "2048", "-validity", "2",
                        "-dname", "CN=localhost", "-ext", "SAN=dns:localhost,ip:127.0.0.1",
                        "-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", new String(secret))
                .inheritIO()
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool could not make a certificate");
        }
        KeyStore keys = KeyStore.getInstance(store.toFile(), secret);
        Key key = keys.getKey("bolt", secret);
        byte[] certificate = keys.getCertificate("bolt").getEncoded();
        writePem(folder.resolve("private.key"), "PRIVATE KEY", key.getEncoded());
        writePem(folder.resolve("public.crt"), "CERTIFICATE", certificate);
        Files.write(folder.resolve("public.der"), certificate);
    }

    private static void writePem(Path file, String label, byte[] der) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        String pem = "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
        try (FileOutputStream out = new FileOutputStream(file.toFile())) {
            out.write(pem.getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** The database may still be writing while this runs: what cannot be removed now is tried again. */
    private static void removeFolder(Path folder) {
        for (int attempt = 0; attempt < 20 && Files.exists(folder); attempt++) {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
            } catch (IOException | RuntimeException changing) {
                // Walked over a file that went away meanwhile.
            }
        }
    }
}
