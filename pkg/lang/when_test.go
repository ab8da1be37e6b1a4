package lang_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/lang"
)

func TestWhen(t *testing.T) {
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	want := map[time.Duration]lang.Text{
		0:                             {EN: "now", ZH: "现在"},
		-999 * time.Millisecond:       {EN: "now", ZH: "现在"},
		61*time.Second + 5:            {EN: "in 1 minute 1 second", ZH: "1 分钟 1 秒后"},
		-3 * time.Minute:              {EN: "3 minutes ago", ZH: "3 分钟前"},
		2*time.Hour + 59*time.Second:  {EN: "in 2 hours", ZH: "2 小时后"},
		-47 * time.Hour:               {EN: "1 day 23 hours ago", ZH: "1 天 23 小时前"},
		100 * 365 * 24 * time.Hour:    {EN: "in 100 years", ZH: "100 年后"},
		-10*time.Minute - time.Second: {EN: "10 minutes 1 second ago", ZH: "10 分钟 1 秒前"},
	}
	got := map[time.Duration]lang.Text{}
	for d := range want {
		got[d] = lang.When(now.Add(d), now)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
