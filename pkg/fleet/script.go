package fleet

import (
	"context"

	"github.com/gomodule/redigo/redis"
)

// script is a Lua program that the server runs as one atomic operation. The scripts for the holder of
// a lock compare the fence first.
type script string

// run has the server run the script. It sends the whole script with EVAL: a process rarely runs one
// twice, and EVALSHA needs a second request if the server does not know the script yet.
func (s script) run(ctx context.Context, c redis.Conn, keys []string, args ...any) (any, error) {
	return redis.DoContext(c, ctx, "EVAL", redis.Args{string(s), len(keys)}.AddFlat(keys).Add(args...)...)
}

const (
	// acquire takes the lock and returns {1}. If another process has the lock, it returns {0, the
	// time left of the lock in milliseconds, the id of the last event}. A process that asks again
	// after losing the connection gets {1} if it already has the lock.
	acquire script = `
local lock, events = KEYS[1], KEYS[2]
local fence, hold = ARGV[1], ARGV[2]
if redis.call('SET', lock, fence, 'NX', 'PX', hold) or redis.call('GET', lock) == fence then
  return {1}
end
local last = redis.call('XREVRANGE', events, '+', '-', 'COUNT', 1)
return {0, redis.call('PTTL', lock), last[1] and last[1][1] or '0-0'}`

	// extend makes the lock last longer, and returns 0 if it is lost.
	extend script = `
local lock = KEYS[1]
local fence, hold = ARGV[1], ARGV[2]
if redis.call('GET', lock) ~= fence then return 0 end
return redis.call('PEXPIRE', lock, hold)`

	// save stores a token, releases the lock, and adds an event for the processes that wait. It
	// returns 0 if the lock is lost.
	save script = `
local lock, events, token = KEYS[1], KEYS[2], KEYS[3]
local fence, remember, sealed, life = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
if redis.call('GET', lock) ~= fence then return 0 end
redis.call('SET', token, sealed, 'PX', life)
redis.call('DEL', lock)
redis.call('XADD', events, 'MAXLEN', 1, '*', 'event', 'saved')
redis.call('PEXPIRE', events, remember)
return 1`

	// release gives up the lock without a token. refused is the vendor's refusal, or empty. A full
	// server cannot keep the event; waiting processes then ask again when the lock would have
	// expired.
	release script = `
local lock, events = KEYS[1], KEYS[2]
local fence, remember, refused = ARGV[1], ARGV[2], ARGV[3]
if redis.call('GET', lock) ~= fence then return 0 end
redis.call('DEL', lock)
redis.pcall('XADD', events, 'MAXLEN', 1, '*', 'event', 'released', 'refused', refused)
redis.call('PEXPIRE', events, remember)
return 1`

	// drop deletes the token of a lock.
	drop script = `
local lock, token = KEYS[1], KEYS[2]
local fence = ARGV[1]
if redis.call('GET', lock) ~= fence then return 0 end
return redis.call('DEL', token)`

	// remove deletes a token if it is still the one that the caller read.
	remove script = `
local token = KEYS[1]
local sealed = ARGV[1]
if redis.call('GET', token) ~= sealed then return 0 end
return redis.call('DEL', token)`
)
