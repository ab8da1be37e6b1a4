package record

import (
	"encoding/base64"
	"maps"
	"net/http"
	"slices"
	"strings"

	"ssoctl/pkg/secret"
)

// Variable is a value that a command takes from a variable of the shell.
type Variable struct {
	Name string // in the shell
	// Mark stands for the value in the request. It is of letters and digits, so
	// that every encoding leaves it as it is.
	Mark string
	// Value is empty where it is not known yet. It is never written: the command
	// encodes the variable when it runs, unless the value needs none.
	Value secret.String
}

// Command is a request as one command of curl, for any POSIX shell.
type Command struct {
	Text string
	// Uses are the names of the variables in it, Functions the definitions of the
	// shell functions that it calls: each once, in alphabetical order.
	Uses, Functions []string
}

// Curl writes a request so that curl sends what net/http would, byte for byte. A
// request without User-Agent gets curl's own. The options are words of the shell
// that follow the program's name. The text is safe for a terminal.
func Curl(req *http.Request, body []byte, variables []Variable, options ...string) Command {
	w := &shellWriter{variables: variables, uses: map[string]bool{}, functions: map[string]bool{}}
	sendsBody := body != nil || slices.Contains([]string{http.MethodPost, http.MethodPut, http.MethodPatch}, req.Method)
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
			lines = append(lines, "-H 'Content-Type:'") // curl would send one of its own
		case strings.HasPrefix(kind, "application/x-www-form-urlencoded"):
			in = inQuery
		}
		lines = append(lines, "--data-raw "+w.word(piece{string(body), in}))
	}
	return Command{strings.Join(lines, " \\\n  "), slices.Sorted(maps.Keys(w.uses)), slices.Sorted(maps.Keys(w.functions))}
}

func (w *shellWriter) header(name, value string) string {
	if value == "" {
		return "-H " + w.word(piece{name + ";", inHeader}) // so curl sends an empty one
	}
	if credentials, ok := strings.CutPrefix(value, "Basic "); ok && name == "Authorization" {
		pair, err := base64.StdEncoding.DecodeString(credentials)
		if _, marked := w.next(string(pair)); err == nil && marked != nil {
			return "-u " + w.word(piece{string(pair), inQuery}) // RFC 6749 §2.3.1
		}
	}
	return "-H " + w.word(piece{name + ": " + value, inHeader})
}
