package explain

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"

	"ssoctl/pkg/body"
)

// har is the part of a HAR 1.2 file that is judged.
type har struct {
	Log struct {
		Entries []struct {
			Response struct {
				Status  int `json:"status"`
				Headers []struct {
					Name  string `json:"name"`
					Value string `json:"value"`
				} `json:"headers"`
				Content struct {
					Text     string `json:"text"`
					Encoding string `json:"encoding"`
					MimeType string `json:"mimeType"`
				} `json:"content"`
			} `json:"response"`
		} `json:"entries"`
	} `json:"log"`
}

// parseHAR returns the responses in a HAR file, with their status and header; nil if text is
// not a HAR file. It leaves out requests without a response.
func parseHAR(text string) []parsed {
	var file har
	if !strings.HasPrefix(text, "{") || !strings.Contains(text, `"entries"`) || json.Unmarshal([]byte(text), &file) != nil {
		return nil
	}
	var out []parsed
	const maxEntries = 1000 // a real file has few
	for _, entry := range file.Log.Entries[:min(len(file.Log.Entries), maxEntries)] {
		r := entry.Response
		if r.Status == 0 {
			continue
		}
		header := http.Header{}
		for _, h := range r.Headers {
			header.Add(h.Name, h.Value)
		}
		data := []byte(r.Content.Text)
		if r.Content.Encoding == "base64" {
			if plain, err := base64.StdEncoding.DecodeString(r.Content.Text); err == nil {
				data = plain
			}
		} else { // a browser has converted and decompressed the text
			header.Set("Content-Type", body.Media(r.Content.MimeType))
		}
		header.Del("Content-Encoding")
		a := newParsed(r.Status, header, data)
		a.page = r.Status < 300 && a.response.IsPage()
		out = append(out, a)
	}
	return out
}
