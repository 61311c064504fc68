// What a Java program does: plain GET and POST (with the h2c upgrade that this client offers by itself), a tunnel, a refusal.
import java.io.FileInputStream;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

public class Client {
    static HttpClient client;

    static HttpResponse<String> get(String address) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address)).timeout(Duration.ofSeconds(20)).build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    static void check(boolean holds, String what) {
        if (!holds) throw new AssertionError(what);
    }

    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        KeyStore store;
        if (arguments[3].endsWith(".p12")) {
            store = KeyStore.getInstance(new java.io.File(arguments[3]), "changeit".toCharArray());
        } else {
            store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setCertificateEntry("test", CertificateFactory.getInstance("X.509").generateCertificate(new FileInputStream(arguments[3])));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        client = HttpClient.newBuilder().proxy(ProxySelector.of(new InetSocketAddress("127.0.0.1", port))).sslContext(context).build();
        check(get(arguments[1] + "/bytes/100000").body().length() == 100000, "plain GET");
        HttpRequest post = HttpRequest.newBuilder(URI.create(arguments[1] + "/echo"))
            .POST(HttpRequest.BodyPublishers.ofString("x".repeat(50000))).timeout(Duration.ofSeconds(20)).build();
        check(client.send(post, HttpResponse.BodyHandlers.ofString()).body().length() == 50000, "plain POST");
        check(get(arguments[2] + "/bytes/5000").body().length() == 5000, "GET over TLS");
        int refused = get(arguments[4]).statusCode();
        check(refused == 403, "blocked page: " + refused);
        System.out.println("good");
    }
}
