import java.io.BufferedReader;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store.CloseableResource;

/** The server for JUnit 5: one per run, shared by all test classes. */
public final class Intercom implements BeforeAllCallback {
  private static volatile Server server;

  public static String url() {
    return server.url;
  }

  public static String newToken() {
    return "test-" + UUID.randomUUID();
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    // The store of the root context closes its resources at the end of the run.
    context.getRoot().getStore(Namespace.GLOBAL).getOrComputeIfAbsent(Server.class);
  }

  static final class Server implements CloseableResource {
    private final Process process;
    private final String url;

    Server() throws Exception {
      String program = System.getenv().getOrDefault("INTERCOM_MOCK", "intercom-mock");
      process = new ProcessBuilder(program, "--port", "0").redirectError(ProcessBuilder.Redirect.INHERIT).start();
      BufferedReader lines = process.inputReader();
      var ready = Pattern.compile("\"url\":\"([^\"]+)\"").matcher(String.valueOf(lines.readLine()));
      if (!ready.find()) throw new IllegalStateException(program + " did not become ready");
      url = ready.group(1);
      server = this;
    }

    @Override
    public void close() throws InterruptedException {
      process.destroy();
      process.waitFor();
    }
  }
}
