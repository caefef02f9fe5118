require_relative "spec_helper"

RSpec.describe "contacts" do
  include_context "with Intercom"

  def call(path, body = nil, token: intercom_token)
    uri = URI(intercom_url + path)
    headers = { "Authorization" => "Bearer #{token}", "Content-Type" => "application/json" }
    response = body ? Net::HTTP.post(uri, body.to_json, headers) : Net::HTTP.get_response(uri, headers)
    expect(response.code).to eq("200")
    JSON.parse(response.body)
  end

  it "can be read once created" do
    created = call("/contacts", { email: "worker@example.com" })
    expect(call("/contacts/#{created['id']}")["email"]).to eq("worker@example.com")
  end

  it "are another token's own" do
    before = call("/contacts")["total_count"]
    call("/contacts", { email: "worker@example.com" }, token: "somebody-else")
    expect(call("/contacts")["total_count"]).to eq(before)
  end
end
