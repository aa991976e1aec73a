import { Random } from '../../faults/random.ts'

export type Act = 'join' | 'leave' | 'kill' | 'hang'

const MOST_MEMBERS = 6
export const LEAST_MEMBERS = 2

/** What there is to happen: each in an order the seed decides. */
const BAG: readonly Act[] = ['join', 'join', 'join', 'join', 'leave', 'leave', 'kill', 'kill', 'hang']

export interface Step {
  act: Act
  /** Which of the members there are, by when they joined; the new one has the last place. */
  member: number
  /** How many there are when it is over; one that hangs is not among them until it goes on. */
  members: number
}

/** A group of two becomes what the seed says, never fewer than two of it and never more than six. */
export function plan(seed: number): Step[] {
  const random = new Random(seed)
  const left = [...BAG]
  const steps: Step[] = []
  let members = LEAST_MEMBERS
  while (left.length > 0) {
    const isPossible = (act: Act) => (act === 'join' ? members < MOST_MEMBERS : members > LEAST_MEMBERS)
    const possible = left.filter(isPossible)
    if (possible.length === 0) break
    const act = random.pick(possible)
    left.splice(left.indexOf(act), 1)
    const member = act === 'join' ? members : Math.floor(random.next() * members)
    if (act === 'join') members++
    if (act === 'leave' || act === 'kill') members--
    steps.push({ act, member, members })
  }
  return steps
}
