package dev.guildhall.devcluster;

import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Issues ECDSA P-256 certificates into a folder as {@code NAME.crt} and {@code NAME.key} (PEM). */
public final class CertificateAuthority {

  private static final Duration AUTHORITY_LIFE = Duration.ofDays(3650);
  private static final Duration LEAF_LIFE = Duration.ofDays(365);
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

  private final Path folder;
  private final X509CertificateHolder certificate;
  private final PrivateKey key;

  private CertificateAuthority(Path folder, X509CertificateHolder certificate, PrivateKey key) {
    this.folder = folder;
    this.certificate = certificate;
    this.key = key;
  }

  /** The authority of that name in the folder; made if it is not there. */
  public static CertificateAuthority in(Path folder, String name) throws IOException {
    Path crt = folder.resolve(name + ".crt");
    Path pem = folder.resolve(name + ".key");
    if (!Files.exists(crt) || !Files.exists(pem)) {
      X500Name self = new X500Name("CN=" + name);
      KeyPair pair = newKey();
      X509v3CertificateBuilder builder = builder(self, self, pair, AUTHORITY_LIFE);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      write(pem, new JcaPKCS8Generator(pair.getPrivate(), null), true);
      write(crt, sign(builder, pair.getPrivate()), false);
    }
    try (PEMParser crtPem = new PEMParser(Files.newBufferedReader(crt));
        Reader keyReader = Files.newBufferedReader(pem);
        PEMParser keyPem = new PEMParser(keyReader)) {
      X509CertificateHolder certificate = (X509CertificateHolder) crtPem.readObject();
      PrivateKeyInfo info = (PrivateKeyInfo) keyPem.readObject();
      return new CertificateAuthority(
          folder, certificate, new JcaPEMKeyConverter().getPrivateKey(info));
    }
  }

  /**
   * Issues a certificate for servers and clients, unless it is there.
   *
   * @param name file name without ending
   * @param subject such as {@code O=group,CN=user}
   * @param names {@code DNS:name} or {@code IP:address}
   */
  public void issue(String name, String subject, List<String> names) throws IOException {
    if (!Files.exists(folder.resolve(name + ".crt"))) {
      issue(name, subject, names, newKey());
    }
  }

  /** The same for a person's client, with an RSA key: not every client library reads EC keys. */
  void issueForClient(String name, String subject) throws IOException {
    if (!Files.exists(folder.resolve(name + ".crt"))) {
      issue(name, subject, List.of(), newRsaKey());
    }
  }

  private void issue(String name, String subject, List<String> names, KeyPair pair)
      throws IOException {
    X509v3CertificateBuilder builder =
        builder(certificate.getSubject(), new X500Name(subject), pair, LEAF_LIFE);
    builder.addExtension(
        Extension.keyUsage,
        true,
        new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment));
    builder.addExtension(
        Extension.extendedKeyUsage,
        false,
        new ExtendedKeyUsage(
            new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth}));
    if (!names.isEmpty()) {
      GeneralName[] alternatives =
          names.stream().map(CertificateAuthority::alternative).toArray(GeneralName[]::new);
      builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternatives));
    }
    write(folder.resolve(name + ".key"), new JcaPKCS8Generator(pair.getPrivate(), null), true);
    write(folder.resolve(name + ".crt"), sign(builder, key), false);
  }

  /** The RSA key that signs service-account tokens, and its public half. */
  static void writeSigningKey(Path key, Path pub) throws IOException {
    KeyPair pair = newRsaKey();
    write(key, new JcaPKCS8Generator(pair.getPrivate(), null), true);
    write(pub, SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()), false);
  }

  private static KeyPair newRsaKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java platform lacks RSA", e);
    }
  }

  private static X509v3CertificateBuilder builder(
      X500Name issuer, X500Name subject, KeyPair pair, Duration life) {
    Instant from = Instant.now().minus(CLOCK_SKEW);
    return new X509v3CertificateBuilder(
        issuer,
        new BigInteger(120, new SecureRandom()),
        Date.from(from),
        Date.from(from.plus(life)),
        subject,
        SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()));
  }

  private static GeneralName alternative(String text) {
    int colon = text.indexOf(':');
    int kind = text.startsWith("IP:") ? GeneralName.iPAddress : GeneralName.dNSName;
    return new GeneralName(kind, text.substring(colon + 1));
  }

  private static KeyPair newKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java platform lacks elliptic curves", e);
    }
  }

  private static X509CertificateHolder sign(X509v3CertificateBuilder builder, PrivateKey key) {
    try {
      return builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key));
    } catch (OperatorCreationException e) {
      throw new IllegalStateException("cannot sign a certificate", e);
    }
  }

  /** Written whole by a rename; a key is readable by its owner alone from the start. */
  private static void write(Path file, Object content, boolean secret) throws IOException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter pem = new JcaPEMWriter(text)) {
      pem.writeObject(content);
    }
    var mode = PosixFilePermissions.fromString(secret ? "rw-------" : "rw-r--r--");
    Path staging = file.resolveSibling(file.getFileName() + ".partial");
    Files.deleteIfExists(staging);
    Files.createFile(staging, PosixFilePermissions.asFileAttribute(mode));
    Files.writeString(staging, text.toString());
    Files.move(staging, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
