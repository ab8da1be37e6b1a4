package cmd_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"ssoctl/pkg/record"
)

var harSchema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	return c.Compile(filepath.Join("..", "testdata", "har-1.2.schema.json"))
})

// har checks that a file, or the body of http's response, is valid HAR 1.2.
func har(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) == 1, "har FILE")
	schema, err := harSchema()
	ts.Check(err)
	text := ts.ReadFile(args[0])
	if _, body, headed := strings.Cut(text, "\n\n"); headed && strings.HasPrefix(text, "HTTP ") {
		text = body
	}
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	ts.Check(err)
	ts.Check(schema.Validate(v))
}

// kept returns the exchanges in a HAR file.
func kept(t *testing.T, path string) []record.HAREntry {
	t.Helper()
	var har struct {
		Log struct{ Entries []record.HAREntry }
	}
	data, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(data, &har)
	}
	if err != nil {
		t.Fatal(err)
	}
	return har.Log.Entries
}
