package hint

import (
	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// response is about a response that the profile cannot read.
func (a Adviser) response(e *client.ProtocolError) lang.Text {
	if !e.Advice.IsZero() {
		return e.Advice
	}
	meaning := lang.Text{EN: "Is the address right, and does the profile fit this server's responses?", ZH: "地址对吗？接入配置与该服务器的响应一致吗？"}
	switch {
	case e.MovedTo != "":
		meaning = lang.Text{
			EN: "The server says that this address has moved permanently. If " + e.MovedTo + " is the vendor's, use it in the profile.",
			ZH: "服务器表示该地址已永久迁移。若 " + e.MovedTo + " 确属该厂商，请在接入配置中改用它。",
		}
	case e.Foreign:
		meaning = client.NoAPI()
	}
	return profile.WithGuess(lang.Join(meaning, a.address(e.Step), a.via(e.Scheme, e.Host)), e.Guess)
}
