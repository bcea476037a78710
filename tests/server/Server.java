// A real Neo4j Community server for the tests and the demo: the embedded database with its Bolt connector on a free
// loopback port. One program for every version from 4.4 on; what differs between them is the names of settings.
//
//   java --add-opens=… -cp 'lib/*' Server.java DATA_FOLDER [--tls] [--clear-too] [--no-auth]
//
// The password comes in the environment (NEO4J_PASSWORD), not on the command line, where every process could read it; a folder
// that has been used before keeps the one it has, and is given none.
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
import java.util.ArrayList;
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
        String level = !tls ? "DISABLED" : options.contains("--clear-too") ? "OPTIONAL" : "REQUIRED";
        Path settings = writeSettings(home, version.startsWith("4."), level, auth);
        DatabaseManagementService server =
                new DatabaseManagementServiceBuilder(home).loadPropertiesFromFile(settings).build();
        String password = System.getenv("NEO4J_PASSWORD");
        if (auth && password != null) {
            setPassword(server, password);
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

    private static Path writeSettings(Path home, boolean four, String tlsLevel, boolean auth) throws IOException {
        Properties settings = new Properties();
        String bolt = four ? "dbms.connector.bolt." : "server.bolt.";
        settings.put(bolt + "enabled", "true");
        settings.put(bolt + "listen_address", "127.0.0.1:0");
        settings.put(bolt + "tls_level", tlsLevel);
        settings.put(four ? "dbms.connector.http.enabled" : "server.http.enabled", "false");
        settings.put("dbms.security.auth_enabled", String.valueOf(auth));
        settings.put(four ? "dbms.memory.pagecache.size" : "server.memory.pagecache.size", "32m");
        // 256 MB for each of two databases otherwise, written before the first byte of data.
        settings.put(four ? "dbms.tx_log.preallocate" : "db.tx_log.preallocate", "false");
        if (!four) {
            settings.put("dbms.usage_report.enabled", "false");
        }
        if (!tlsLevel.equals("DISABLED")) {
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

    /**
     * An authority, and a certificate for "localhost" that it has signed: no other name will do, not even the address.
     * keytool makes them, since every JDK has it; Neo4j wants PEM, so the parts are taken out again. Beside them lies one for
     * the same key that has expired, for tests' own servers.
     */
    private static void makeCertificate(Path folder) throws Exception {
        Files.createDirectories(folder);
        keytool(folder, "-genkeypair", "-alias", "authority", "-dname", "CN=Test authority", "-ext", "bc:c=ca:true",
                "-keyalg", "RSA", "-keysize", "2048", "-validity", "2");
        keytool(folder, "-genkeypair", "-alias", "bolt", "-dname", "CN=localhost", "-keyalg", "RSA", "-keysize",
                "2048", "-validity", "2");
        keytool(folder, "-certreq", "-alias", "bolt", "-file", "request");
        keytool(folder, "-gencert", "-alias", "authority", "-infile", "request", "-outfile", "public.der", "-validity",
                "2", "-ext", "SAN=dns:localhost");
        keytool(folder, "-gencert", "-alias", "authority", "-infile", "request", "-outfile", "expired.der", "-startdate",
                "-3d", "-validity", "1", "-ext", "SAN=dns:localhost");
        KeyStore keys = KeyStore.getInstance(folder.resolve("store.p12").toFile(), SECRET.toCharArray());
        Key key = keys.getKey("bolt", SECRET.toCharArray());
        byte[] authority = keys.getCertificate("authority").getEncoded();
        writePem(folder.resolve("private.key"), "PRIVATE KEY", key.getEncoded());
        writePem(folder.resolve("public.crt"), "CERTIFICATE", Files.readAllBytes(folder.resolve("public.der")));
        writePem(folder.resolve("expired.crt"), "CERTIFICATE", Files.readAllBytes(folder.resolve("expired.der")));
        writePem(folder.resolve("authority.crt"), "CERTIFICATE", authority);
        Files.write(folder.resolve("authority.der"), authority);
    }

    private static final String SECRET = "only-for-this-file";

    private static void keytool(Path folder, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-storetype", "PKCS12", "-keystore", "store.p12", "-storepass", SECRET));
        Process keytool = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool could not " + arguments[0]);
        }
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
