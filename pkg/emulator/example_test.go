package emulator_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"ssoctl/pkg/emulator"
)

// A test of a program logs in to an emulator of its vendor.
func ExampleStart() {
	test := func(t emulator.T) { // in your program: func TestLogin(t *testing.T)
		vendor := emulator.Start(t, "oauth2")
		config := vendor.Config("oauth2") // client_id, client_secret, token_url …

		// IssueCode replaces the vendor's login page.
		code, err := vendor.IssueCode("oauth2", emulator.Grant{})
		if err != nil {
			t.Fatalf("%v", err)
		}
		// The program under test exchanges the code.
		resp, err := http.PostForm(config["token_url"], url.Values{"grant_type": {"authorization_code"}, "code": {code}})
		if err != nil {
			t.Fatalf("%v", err)
		}
		defer resp.Body.Close()
		var answer struct{ Error string }
		if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
			t.Fatalf("%v", err)
		}
		// The ledger says what was wrong with its request.
		last := vendor.Requests(emulator.Filter{Step: "exchange"})[0]
		fmt.Println(resp.StatusCode, answer.Error)
		fmt.Println(last.Diagnosis)
	}
	run(test)
	// Output:
	// 401 invalid_client
	// headers.Authorization: is missing: expected Basic and base64 of client_id:client_secret, or client_id and client_secret in the body; form.redirect_uri: is missing
}
