package clients

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"
)

var intercomURL string

// TestMain starts one server for all tests of the package.
func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	program := os.Getenv("INTERCOM_MOCK")
	if program == "" {
		program = "intercom-mock"
	}
	server := exec.Command(program, "--port", "0")
	server.Stderr = os.Stderr
	output, err := server.StdoutPipe()
	if err == nil {
		err = server.Start()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer server.Wait()
	defer server.Process.Signal(syscall.SIGTERM)

	line, _ := bufio.NewReader(output).ReadBytes('\n')
	var ready struct{ URL string }
	if err := json.Unmarshal(line, &ready); err != nil {
		fmt.Fprintln(os.Stderr, program, "did not become ready:", err)
		return 1
	}
	intercomURL = ready.URL
	return m.Run()
}

// intercomToken returns a token whose workspace no other test uses, so that tests can run in parallel.
func intercomToken(t *testing.T) string {
	return fmt.Sprintf("test-%d-%s", os.Getpid(), t.Name())
}
