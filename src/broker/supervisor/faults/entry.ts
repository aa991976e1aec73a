/** Faults as people write them, in a scenario file or on the command line: `cut: 1-2`, `freeze: { broker: 2 }`. */
import type { FaultSpec, LinkEnd } from '../../faults/spec.ts'
import { FaultProblem, checkFaultSpec } from './check.ts'

type Fields = Record<string, unknown>

export const faultWords = ['freeze', 'cut', 'delay', 'disk', 'rule'] as const
export type FaultWord = (typeof faultWords)[number]

/** What each word takes. */
const KEYS: Record<FaultWord, readonly string[]> = {
  freeze: ['broker'],
  cut: ['link', 'oneWay'],
  delay: ['link', 'ms', 'jitter', 'oneWay'],
  disk: ['broker', 'state', 'ms'],
  rule: [
    ...['api', 'client', 'topic', 'broker'],
    ...['nth', 'next', 'every', 'probability', 'seed'],
    ...['error', 'drop', 'delay', 'close'],
  ],
}

/** Throws FaultProblem; its field is the key as it is written. */
export function faultOfWord(word: FaultWord, value: unknown): FaultSpec {
  const fields = fieldsOf(word, value)
  const unknown = Object.keys(fields).find((key) => !KEYS[word].includes(key))
  if (unknown !== undefined) {
    throw new FaultProblem(unknown, `"${word}" has no "${unknown}"`, `It takes ${KEYS[word].join(', ')}`)
  }
  switch (word) {
    case 'freeze':
      return checkFaultSpec({ kind: word, brokerId: fields['broker'] })
    case 'cut':
      return checkFaultSpec({ kind: word, ...parseLink(fields['link']), oneWay: fields['oneWay'] })
    case 'delay':
      return checkFaultSpec({
        kind: word,
        ...parseLink(fields['link']),
        oneWay: fields['oneWay'],
        delayMs: fields['ms'] ?? 0,
        jitterMs: fields['jitter'],
      })
    case 'disk':
      return checkFaultSpec({
        kind: word,
        brokerId: fields['broker'],
        state: fields['state'] === 'fail' ? 'failing' : fields['state'],
        delayMs: fields['ms'],
      })
    case 'rule':
      return checkFaultSpec({
        kind: word,
        match: matchOf(fields),
        when: whenOf(fields),
        action: actionOf(fields),
      })
  }
}

/** `1-2`, `clients-2`, `1-clients`. Throws FaultProblem. */
export function parseLink(value: unknown): { from: LinkEnd; to: LinkEnd } {
  const ends = /^(?<from>\d+|clients)-(?<to>\d+|clients)$/u.exec(String(value))?.groups
  if (ends === undefined) {
    const what = value === undefined ? 'No link is named' : `"${String(value)}" is no link`
    throw new FaultProblem(
      'link',
      what,
      'Write it as 1-2 for two brokers, clients-2 for clients and a broker',
    )
  }
  return { from: endOf(ends['from']), to: endOf(ends['to']) }
}

function endOf(text: string | undefined): LinkEnd {
  return text === 'clients' ? text : Number(text)
}

/** The short forms have one thing to say. */
function fieldsOf(word: FaultWord, value: unknown): Fields {
  if (word === 'freeze' && typeof value === 'number') return { broker: value }
  if (word === 'cut' && typeof value === 'string') return { link: value }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields
  throw new FaultProblem(word, `"${word}" does not say enough`, `It takes ${KEYS[word].join(', ')}`)
}

function matchOf({ api, client, topic, broker }: Fields): Fields {
  return { api, clientId: client, topic, brokerId: broker }
}

function whenOf(fields: Fields): Fields {
  const given = ['nth', 'next', 'every', 'probability'].filter((key) => fields[key] !== undefined)
  const [type] = given
  if (given.length > 1) {
    throw new FaultProblem(given[1] ?? '', `A rule has "${given.join('" and "')}"`, 'Leave all but one out')
  }
  if (type === undefined) return { type: 'always' }
  if (type === 'probability') return { type, probability: fields[type], seed: fields['seed'] }
  return { type, n: fields[type] }
}

function actionOf(fields: Fields): Fields {
  const given = ['error', 'drop', 'delay', 'close'].filter(
    (key) => fields[key] !== undefined && fields[key] !== false,
  )
  const [type] = given
  if (given.length > 1) {
    throw new FaultProblem(given[1] ?? '', `A rule has "${given.join('" and "')}"`, 'Leave all but one out')
  }
  return { type, error: fields['error'], delayMs: fields['delay'] }
}
