"""Runs the output of `intercom-mock env` for each installed language.

If the official library is not installed, a stub prints its arguments: then the test checks that the snippet is valid code
with the correct URL and token.
"""

import json
import shutil
import subprocess
import textwrap

import pytest
from intercom import Intercom

from conftest import BINARY

TOKEN = "env-token"


def snippet(base_url, *language):
    command = [BINARY, "env", *language, "--url", base_url, "--token", TOKEN]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def needs(program):
    return pytest.mark.skipif(not shutil.which(program), reason=f"there is no {program}")


def told(command, **options):
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, **options)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_python(base_url):
    names = {"Intercom": Intercom}
    exec(snippet(base_url, "python"), names)
    assert names["client"].admins.identify().type == "admin"


def test_shell(base_url):
    script = snippet(base_url) + 'curl -s "$INTERCOM_BASE_URL/me" -H "Authorization: Bearer $INTERCOM_ACCESS_TOKEN"'
    assert told(["bash", "-euc", script])["type"] == "admin"


def test_curl(base_url):
    assert told(["bash", "-euc", snippet(base_url, "curl")])["type"] == "admin"


@needs("node")
def test_node(base_url, tmp_path):
    script = tmp_path / "env.mjs"
    script.write_text(
        "class IntercomClient { constructor(options) { Object.assign(this, options); } }\n"
        + snippet(base_url, "node")
        + """
        const answer = await fetch(`${client.baseUrl}/me`, { headers: { Authorization: `Bearer ${client.token}` } });
        console.log(await answer.text());
        """
    )
    assert told(["node", script])["type"] == "admin"


@needs("ruby")
def test_ruby(base_url):
    script = (
        "require 'json'\nmodule Intercom; Client = Struct.new(:token, :base_url, keyword_init: true); end\n"
        + snippet(base_url, "ruby")
        + "puts client.to_h.to_json"
    )
    assert told(["ruby", "-e", script]) == {"token": TOKEN, "base_url": base_url}


PHP = """
namespace Psr\\Http\\Message { interface RequestInterface {} interface ResponseInterface {} }
namespace Psr\\Http\\Client { interface ClientInterface {} }
namespace Http\\Discovery {
  class Psr18ClientDiscovery {
    public static function find() {
      return new class { public function sendRequest($request) { return new Answer($request->uri); } };
    }
  }
  class Answer implements \\Psr\\Http\\Message\\ResponseInterface { public function __construct(public $uri) {} }
}
namespace Intercom {
  class Uri {
    public $parts = ['scheme' => 'https', 'host' => 'api.intercom.io', 'port' => null, 'path' => '/me'];
    private function with($name, $value) { $copy = clone $this; $copy->parts[$name] = $value; return $copy; }
    public function withScheme($value) { return $this->with('scheme', $value); }
    public function withHost($value) { return $this->with('host', $value); }
    public function withPort($value) { return $this->with('port', $value); }
  }
  class Request implements \\Psr\\Http\\Message\\RequestInterface {
    public $uri;
    public function __construct() { $this->uri = new Uri(); }
    public function getUri() { return $this->uri; }
    public function withUri($uri) { $copy = clone $this; $copy->uri = $uri; return $copy; }
  }
  class IntercomClient {
    public $http;
    public function __construct(public $token) {}
    public function setHttpClient($http) { $this->http = $http; }
  }
}
"""


@needs("php")
def test_php(base_url, tmp_path):
    script = tmp_path / "env.php"
    script.write_text(
        "<?php"
        + PHP
        + "namespace { use Intercom\\IntercomClient;\n"
        + snippet(base_url, "php")
        + "echo json_encode([$client->token, $client->http->sendRequest(new Intercom\\Request())->uri->parts]); }"
    )
    scheme, rest = base_url.split("://")
    host, port = rest.split(":")
    uri = {"scheme": scheme, "host": host, "port": int(port), "path": "/me"}
    assert told(["php", "-d", "error_reporting=E_ALL", script]) == [TOKEN, uri]


@needs("java")
def test_java(base_url, tmp_path):
    script = tmp_path / "Env.java"
    script.write_text(
        textwrap.dedent(
            """\
            public class Env {
              public static void main(String[] arguments) {
                %s
                System.out.println("[\\"" + client.url + "\\",\\"" + client.token + "\\"]");
              }
            }
            class Intercom {
              String url, token;
              static Intercom builder() { return new Intercom(); }
              Intercom url(String url) { this.url = url; return this; }
              Intercom token(String token) { this.token = token; return this; }
              Intercom build() { return this; }
            }
            """
        )
        % snippet(base_url, "java").strip()
    )
    assert told(["java", script]) == [base_url, TOKEN]


@needs("go")
def test_go(base_url, tmp_path):
    """The snippet rewrites the host of each request, so that requests to the official URL reach the server."""
    text = snippet(base_url, "go")
    types, rest = text.split("base, _ :=")
    script = tmp_path / "env.go"
    script.write_text(
        'package main\n\nimport (\n"io"\n"net/http"\n"net/url"\n"os"\n)\n\n'
        + types
        + "func main() {\nbase, _ :="
        + rest
        + f"""
        request, _ := http.NewRequest("GET", "https://api.intercom.io/me", nil)
        request.Header.Set("Authorization", "Bearer {TOKEN}")
        answer, err := client.Do(request)
        if err != nil {{ panic(err) }}
        io.Copy(os.Stdout, answer.Body)
        }}
        """
    )
    assert told(["go", "run", script])["type"] == "admin"
