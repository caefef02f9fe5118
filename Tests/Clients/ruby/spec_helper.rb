# The server for RSpec: one per run, with a separate workspace for each example.
require "json"
require "net/http"
require "securerandom"

module Intercom
  class << self
    attr_reader :url

    def start
      @server = IO.popen([ENV.fetch("INTERCOM_MOCK", "intercom-mock"), "--port", "0"])
      @url = JSON.parse(@server.gets).fetch("url")
    end

    def stop
      Process.kill("TERM", @server.pid)
      @server.close
    end
  end
end

RSpec.configure do |config|
  config.before(:suite) { Intercom.start }
  config.after(:suite) { Intercom.stop }
end

RSpec.shared_context "with Intercom" do
  let(:intercom_url) { Intercom.url }
  let(:intercom_token) { "test-#{SecureRandom.uuid}" }
end
