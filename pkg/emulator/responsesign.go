package emulator

import (
	"encoding/base64"

	"ssoctl/pkg/body"
	signkey "ssoctl/pkg/key"
	"ssoctl/pkg/profile"
)

// signed returns the response with the signature that its vendor adds, if any: that of a JWT,
// or one member of a JSON object.
func signed(example profile.Example, response profile.Filled) profile.Filled {
	if claims, ok := body.Claims([]byte(response.Body)); ok && example.IsJWT() {
		if token, ok := signedJWT(signingAlgorithms[0], claims); ok {
			response.Body = token
		}
	}
	response.Body, _ = profile.SignMember(response.Body, memberSignature)
	return response
}

// memberSignature returns the signature of a text with the RSA key of [signkey.Example], with
// SHA-256 and in base64; "" if that fails.
func memberSignature(text string) string {
	const hash = "rsa-sha256"
	private, _ := signkey.Example(hash)
	signature, err := private.Sign(hash, []byte(text))
	if err != nil {
		return ""
	}
	return base64.StdEncoding.EncodeToString(signature)
}
