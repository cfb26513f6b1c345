import java.io.FileInputStream;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** java JsseServer.java SERVER.p12 PASSWORD CAS.pem TLSv1.3: a server of the JDK's own TLS that requires a client certificate. */
public class JsseServer {
    public static void main(String[] args) throws Exception {
        KeyStore identity = KeyStore.getInstance("PKCS12");
        identity.load(new FileInputStream(args[0]), args[1].toCharArray());
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(identity, args[1].toCharArray());

        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        int number = 0;
        for (var ca : CertificateFactory.getInstance("X.509").generateCertificates(new FileInputStream(args[2]))) {
            trusted.setCertificateEntry("ca" + number++, (X509Certificate) ca);
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);

        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        var listener = (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0);
        listener.setEnabledProtocols(new String[] {args[3]});
        listener.setNeedClientAuth(true);
        System.out.println("listening on " + listener.getLocalPort());
        while (true) {
            try (var connection = (SSLSocket) listener.accept()) {
                connection.startHandshake();
            } catch (java.io.IOException refused) {
                // the client has no certificate: what we came for has been sent
            }
        }
    }
}
