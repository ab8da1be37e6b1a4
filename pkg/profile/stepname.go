package profile

// StepName is the name of a step: its table in a profile.
type StepName string

// The steps of the profile format.
const (
	StepAuthorize StepName = "authorize" // the address that the browser opens
	StepExchange  StepName = "exchange"  // a code for a token
	StepToken     StepName = "token"     // the application's own token
	StepRefresh   StepName = "refresh"   // a refresh token for a new token
	StepUserInfo  StepName = "userinfo"  // the user of a token or a code
	StepDetails   StepName = "details"   // more about the user
)

// StepNames are the names of all steps, in the order in which they run.
var StepNames = []StepName{StepAuthorize, StepExchange, StepToken, StepRefresh, StepUserInfo, StepDetails}
