import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * JSSE. One line a connection on stdin: MODE NAME PORT CERTIFICATES KEY PKCS12. MODE is the name of the key managers'
 * algorithm.
 */
public class Client {
    /** Takes every server. */
    private static final class Anybody extends X509ExtendedTrustManager {
        @Override public void checkClientTrusted(X509Certificate[] chain, String type) {}
        @Override public void checkServerTrusted(X509Certificate[] chain, String type) {}
        @Override public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}
        @Override public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}
        @Override public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}
        @Override public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}
        @Override public X509Certificate[] getAcceptedIssuers() { return new X509Certificate[0]; }
    }

    private static final char[] PASSPHRASE = "changeit".toCharArray();
    private static final Map<String, SSLContext> CONTEXTS = new HashMap<>();

    private static SSLContext context(String keyManagers, String file) throws IOException, GeneralSecurityException {
        SSLContext context = CONTEXTS.get(keyManagers + file);
        if (context == null) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            try (FileInputStream in = new FileInputStream(file)) {
                store.load(in, PASSPHRASE);
            }
            KeyManagerFactory factory = KeyManagerFactory.getInstance(keyManagers);
            factory.init(store, PASSPHRASE);
            context = SSLContext.getInstance("TLS");
            context.init(factory.getKeyManagers(), new TrustManager[] {new Anybody()}, null);
            CONTEXTS.put(keyManagers + file, context);
        }
        return context;
    }

    private static void ask(String[] job) throws IOException, GeneralSecurityException {
        int port = Integer.parseInt(job[2]);
        Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
        plain.setSoTimeout(30000);
        try (SSLSocket socket =
                 (SSLSocket) context(job[0], job[5]).getSocketFactory().createSocket(plain, job[1], port, true)) {
            socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes());
            socket.getInputStream().readAllBytes();
        }
    }

    public static void main(String[] arguments) throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] job = line.split(" ");
            try {
                ask(job);
            } catch (IOException | GeneralSecurityException error) {
                System.out.println(job[1] + " " + error);
            }
        }
    }
}
