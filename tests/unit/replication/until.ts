const MAX_TURNS = 2_000

/** One turn of the event loop. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** Lets the event loop turn until the condition holds; time does not pass meanwhile, as clocks are fake. */
export async function until(condition: () => boolean, what = condition.toString()): Promise<void> {
  for (let turns = 0; turns < MAX_TURNS; turns++) {
    if (condition()) return
    await turn()
  }
  throw new Error(`still not so after ${MAX_TURNS} turns: ${what}`)
}

/** Lets everything that is under way come to rest: for showing that something does not happen. */
export async function settle(turns = 25): Promise<void> {
  for (let i = 0; i < turns; i++) await turn()
}
