package clients

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

type answer struct {
	ID         string
	Email      string
	TotalCount int `json:"total_count"`
}

func call(t *testing.T, token, method, path, body string) answer {
	t.Helper()
	request, err := http.NewRequest(method, intercomURL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var result answer
	if err := json.NewDecoder(response.Body).Decode(&result); err != nil || response.StatusCode != 200 {
		t.Fatal(response.Status, err)
	}
	return result
}

func TestAContactThatIsCreatedCanBeRead(t *testing.T) {
	t.Parallel()
	token := intercomToken(t)
	created := call(t, token, "POST", "/contacts", `{"email":"worker@example.com"}`)
	if read := call(t, token, "GET", "/contacts/"+created.ID, ""); read.Email != "worker@example.com" {
		t.Error(read.Email)
	}
}

func TestAnotherTokenHasAWorkspaceOfItsOwn(t *testing.T) {
	t.Parallel()
	token := intercomToken(t)
	before := call(t, token, "GET", "/contacts", "").TotalCount
	call(t, "somebody-else", "POST", "/contacts", `{"email":"worker@example.com"}`)
	if after := call(t, token, "GET", "/contacts", "").TotalCount; after != before {
		t.Error(before, after)
	}
}
