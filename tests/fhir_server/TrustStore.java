import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;

/** java TrustStore.java FROM.pem TO.p12: Java cannot read the certificates that SSL_CERT_FILE names as they are. */
public final class TrustStore {
  public static void main(String[] names) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    try (FileInputStream in = new FileInputStream(names[0])) {
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in))
        store.setCertificateEntry("ca" + store.size(), each);
    }
    try (FileOutputStream out = new FileOutputStream(names[1])) {
      store.store(out, "changeit".toCharArray());
    }
  }
}
