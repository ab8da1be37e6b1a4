package record

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"ssoctl/pkg/basicauth"
	"ssoctl/pkg/body"
	"ssoctl/pkg/secret"
)

// Variable is a value that a curl command reads from a shell variable.
type Variable struct {
	Name string // of the shell variable
	// Mark is the placeholder for the value in the request. It has letters and digits only,
	// so that no encoding changes it.
	Mark string
	// Value tells whether the value needs encoding; it is never part of the command. If it
	// is empty (not known yet), the command encodes the variable when it runs.
	Value secret.String
}

// Command is a curl command for any POSIX shell.
type Command struct {
	Text string
	// Uses holds the names of the variables in Text, and Functions the definitions of the
	// shell functions that it calls. Both are sorted and without duplicates.
	Uses, Functions []string
}

// Curl returns a command that sends the same bytes as net/http would send for req, except
// that curl adds its own User-Agent if req has none. options are inserted after the name
// of the program, so they must be quoted for the shell. The text is safe to print on a
// terminal.
func Curl(req *http.Request, data []byte, variables []Variable, options ...string) Command {
	w := &shellWriter{variables: variables, uses: map[string]bool{}, functions: map[string]bool{}}
	sendsBody := data != nil || slices.Contains([]string{http.MethodPost, http.MethodPut, http.MethodPatch}, req.Method)
	first, usual := strings.Join(append([]string{"curl", "-sS", "--fail-with-body"}, options...), " "), http.MethodGet
	if sendsBody {
		usual = http.MethodPost
	}
	if req.Method != usual {
		first += " -X " + Quote(req.Method)
	}
	path, query, _ := strings.Cut(req.URL.String(), "?")
	if req.URL.RawQuery != "" {
		query = "?" + query
	}
	if strings.ContainsAny(path+query, "[]{}") {
		first += " --globoff"
	}
	lines := []string{first + " " + w.word(piece{path, inPath}, piece{query, inQuery})}
	for _, name := range slices.Sorted(maps.Keys(req.Header)) {
		lines = append(lines, w.header(name, req.Header.Get(name)))
	}
	if sendsBody {
		in := inJSON
		switch kind := req.Header.Get("Content-Type"); {
		case kind == "":
			lines = append(lines, "-H 'Content-Type:'") // otherwise curl sends its own
		case body.Media(kind) == body.FormType:
			in = inQuery
		}
		lines = append(lines, "--data-raw "+w.word(piece{string(data), in}))
	}
	return Command{strings.Join(lines, " \\\n  "), slices.Sorted(maps.Keys(w.uses)), slices.Sorted(maps.Keys(w.functions))}
}

func (w *shellWriter) header(name, value string) string {
	if value == "" {
		return "-H " + w.word(piece{name + ";", inHeader}) // makes curl send an empty field
	}
	if credentials, ok := strings.CutPrefix(value, "Basic "); ok && name == "Authorization" {
		pair, ok := basicauth.Pair(credentials)
		if _, marked := w.next(pair); ok && marked != nil {
			return "-u " + w.word(piece{pair, inQuery}) // RFC 6749 §2.3.1
		}
	}
	return "-H " + w.word(piece{name + ": " + value, inHeader})
}
