import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Intercom.class)
class ContactsTest {
  private final HttpClient http = HttpClient.newHttpClient();
  private final String token = Intercom.newToken();

  @Test
  void aContactThatIsCreatedCanBeRead() throws Exception {
    String id = member("id", call(token, "/contacts", "{\"email\":\"worker@example.com\"}"));
    assertEquals("worker@example.com", member("email", call(token, "/contacts/" + id, null)));
  }

  @Test
  void anotherTokenHasAWorkspaceOfItsOwn() throws Exception {
    String before = member("total_count", call(token, "/contacts", null));
    call("somebody-else", "/contacts", "{\"email\":\"worker@example.com\"}");
    assertEquals(before, member("total_count", call(token, "/contacts", null)));
  }

  private String call(String token, String path, String body) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(Intercom.url() + path))
        .header("Authorization", "Bearer " + token)
        .header("Content-Type", "application/json")
        .method(body == null ? "GET" : "POST", body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    var response = http.send(request.build(), BodyHandlers.ofString());
    assertEquals(200, response.statusCode());
    return response.body();
  }

  private static String member(String name, String json) {
    var found = Pattern.compile("\"" + name + "\":\"?([^\",}]+)").matcher(json);
    assertTrue(found.find(), name);
    return found.group(1);
  }
}
